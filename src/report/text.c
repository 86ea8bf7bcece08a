#include "report/text.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/*
 * One pass over the bytes, a character at a time.  The output is allocated for
 * the worst case (\xNN is four bytes for one), so nothing grows in the loop.
 */

#define GROWTH_MAX 4

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

size_t
text_cut(const char *s, size_t max)
{
	size_t n = strlen(s);

	if (n <= max)
		return n;
	n = max;
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

char *
text_utf8(const char *s)
{
	const unsigned char *from = (const unsigned char *)s;
	char *out = malloc(strlen(s) * GROWTH_MAX + 1);
	char *to = out;

	while (out != NULL && *from != '\0') {
		const size_t len = utf8_len(from);

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
		const size_t len = utf8_len(from);

		if (len == 0 || *from == '\\' ||
		    utf8_is_control(utf8_value(from, len))) {
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
