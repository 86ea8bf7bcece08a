#include "report/markup.h"

#include <stdarg.h>
#include <string.h>

#include "base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"
#define PIECE 1024

/* What has no place in text: U+FFFE and its like are no characters at all. */
static bool
is_foreign(uint32_t c)
{
	return utf8_is_control(c) || utf8_is_layout(c) ||
	    (c & 0xfffe) == 0xfffe;
}

static void
put_char(FILE *out, char c)
{
	switch (c) {
	case '<':
		fputs("&lt;", out);
		break;
	case '>':
		fputs("&gt;", out);
		break;
	case '&':
		fputs("&amp;", out);
		break;
	case '"':
		fputs("&quot;", out);
		break;
	case '\'':
		fputs("&#39;", out);
		break;
	default:
		putc(c, out);
	}
}

void
markup_text(FILE *out, const char *s)
{
	while (*s != '\0') {
		const unsigned char *c = (const unsigned char *)s;
		const size_t len = utf8_len(c);

		if (len == 0 || is_foreign(utf8_value(c, len)))
			fputs(REPLACEMENT, out);
		else if (len == 1)
			put_char(out, *s);
		else
			fwrite(s, 1, len, out);
		s += len > 0 ? len : 1;
	}
}

void
markup_format(FILE *out, const char *format, ...)
{
	char piece[PIECE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(piece, sizeof(piece), format, ap);
	va_end(ap);
	markup_text(out, piece);
}

void
markup_number(FILE *out, double x)
{
	char buf[64];
	int n = snprintf(buf, sizeof(buf), "%.2f", x);

	while (n > 0 && buf[n - 1] == '0')
		n--;
	if (n > 0 && buf[n - 1] == '.')
		n--;
	buf[n] = '\0';
	fputs(strcmp(buf, "-0") == 0 ? "0" : buf, out);
}
