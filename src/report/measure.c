#include "report/measure.h"

#include <string.h>

/* Widths of DejaVu Sans, the widest font of the usual stacks, of size 1. */
static double
char_width(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return 0.64;
	if (strchr("iljI.,:;|'! ", c) != NULL)
		return 0.34;
	if (strchr("()[]{}/-frt", c) != NULL)
		return 0.42;
	if (strchr("mwMW%@", c) != NULL)
		return 0.98;
	if (c >= 'A' && c <= 'Z')
		return 0.72;
	return c < 0x80 ? 0.63 : 1;
}

/* Bytes of the character at s. */
static size_t
char_len(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

size_t
measure_fit(const char *s, double size, double room)
{
	size_t n = 0;

	while (s[n] != '\0') {
		room -= char_width((unsigned char)s[n]) * size;
		if (room < 0)
			break;
		n += char_len(s + n);
	}
	return n;
}

double
measure_text(const char *s, double size)
{
	double width = 0;

	for (; *s != '\0'; s += char_len(s))
		width += char_width((unsigned char)*s) * size;
	return width;
}

size_t
measure_line(const char *s, double size, double room)
{
	size_t n = measure_fit(s, size, room), end = n;

	if (s[n] == '\0' || s[n] == ' ')
		return n;
	while (end > 0 && s[end - 1] != ' ')
		end--;
	if (end > 0)
		return end;
	return n > 0 || s[0] == '\0' ? n : char_len(s);
}
