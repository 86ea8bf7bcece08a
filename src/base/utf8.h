#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Characters of text that came from outside.  A string ends with a NUL, which
 * is never part of a longer character, so nothing is read beyond it.
 */

/*
 * Bytes of the UTF-8 character at s, or 0 if there is none (RFC 3629, 4: no
 * overlong forms, no surrogates, nothing above U+10FFFF).
 */
size_t utf8_len(const unsigned char *s);

/* The number of the character of len > 0 bytes at s. */
uint32_t utf8_value(const unsigned char *s, size_t len);

/* C0, DEL, and the C1 controls, which terminals obey too. */
bool utf8_is_control(uint32_t c);

/* Ends a line, or turns the direction of the text around it. */
bool utf8_is_layout(uint32_t c);

#endif
