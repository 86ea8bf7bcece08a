#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include <stdio.h>

/* Text and numbers within XML and HTML. */

/*
 * Write s so that it is text wherever it stands, in an element or in a quoted
 * attribute: what is no UTF-8 or no character of XML 1.0 (2.2), is a control or
 * turns the direction of text becomes U+FFFD.
 */
void markup_text(FILE *out, const char *s);

/* The same, made as by printf: of text that is UTF-8 already. */
void markup_format(FILE *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A number of no more than two decimals, as short as can be. */
void markup_number(FILE *out, double x);

#endif
