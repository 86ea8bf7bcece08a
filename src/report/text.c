#include "report/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/*
 * One pass over the bytes, a character at a time.  The output is allocated for
 * the worst case (\xNN is four bytes for one), so nothing grows in the loop.
 */

#define GROWTH_MAX 4

static bool
is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/*
 * Bytes of the UTF-8 character at s, or 0 if there is none (RFC 3629, 4: no
 * overlong forms, no surrogates, nothing above U+10FFFF).  A NUL ends every
 * check, so nothing is read beyond the string.
 */
static size_t
char_len(const unsigned char *s)
{
	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4 || !is_tail(s[1]))
		return 0;
	if (s[0] < 0xe0)
		return 2;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f) ||
	    !is_tail(s[2]))
		return 0;
	if (s[0] < 0xf0)
		return 3;
	return is_tail(s[3]) ? 4 : 0;
}

/* C0, DEL, and the C1 controls, which terminals obey too. */
static bool
is_control(const unsigned char *s, size_t len)
{
	return (len == 1 && (s[0] < 0x20 || s[0] == 0x7f)) ||
	    (len == 2 && s[0] == 0xc2 && s[1] < 0xa0);
}

/* Append the escape of one byte at to; returns the end. */
static char *
escape(char *to, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char from_to[][2] = {
	    {'\n', 'n'}, {'\t', 't'}, {'\r', 'r'}, {'\\', '\\'}};

	*to++ = '\\';
	for (size_t i = 0; i < sizeof(from_to) / sizeof(from_to[0]); i++) {
		if (c == (unsigned char)from_to[i][0]) {
			*to++ = from_to[i][1];
			return to;
		}
	}
	*to++ = 'x';
	*to++ = hex[c >> 4];
	*to++ = hex[c & 15];
	return to;
}

char *
text_utf8(const char *s)
{
	const unsigned char *from = (const unsigned char *)s;
	char *out = malloc(strlen(s) * GROWTH_MAX + 1);
	char *to = out;

	while (out != NULL && *from != '\0') {
		const size_t len = char_len(from);

		if (len > 0)
			memcpy(to, from, len);
		else
			memcpy(to, "\xef\xbf\xbd", 3);
		to += len > 0 ? len : 3;
		from += len > 0 ? len : 1;
	}
	if (out != NULL)
		*to = '\0';
	return out;
}

char *
text_printable(const char *s)
{
	const unsigned char *from = (const unsigned char *)s;
	char *out = malloc(strlen(s) * GROWTH_MAX + 1);
	char *to = out;

	while (out != NULL && *from != '\0') {
		const size_t len = char_len(from);

		if (len == 0 || *from == '\\' || is_control(from, len)) {
			to = escape(to, *from++);
		} else {
			memcpy(to, from, len);
			to += len;
			from += len;
		}
	}
	if (out != NULL)
		*to = '\0';
	return out;
}
