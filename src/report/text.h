#ifndef BLACKOUT_REPORT_TEXT_H
#define BLACKOUT_REPORT_TEXT_H

#include <stddef.h>

/* Bytes of UTF-8 text, at most max, that are whole characters. */
size_t text_cut(const char *s, size_t max);

/*
 * Text from outside (file names above all) made fit for output.  Both return
 * memory that the caller frees, or NULL if there is none left.
 */

/* Valid UTF-8: each byte that is part of no character becomes U+FFFD. */
char *text_utf8(const char *s);

/*
 * Safe to show on a terminal and in one line: control characters and bytes
 * that are no UTF-8 become \n, \t, \r or \xNN, and a backslash two of them.
 */
char *text_printable(const char *s);

#endif
