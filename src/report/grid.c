#include "report/grid.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/vec.h"
#include "report/page.h"

#define COLUMNS_MAX 32u /* bits of right */

void
grid_fini(struct grid *g)
{
	for (size_t i = 0; i < g->n; i++)
		free(g->cells[i]);
	free(g->cells);
	g->cells = NULL;
	g->n = g->cap = 0;
}

static char *format_text(const char *format, va_list ap)
    __attribute__((format(printf, 1, 0)));

/* As vasprintf(), which is not of POSIX. */
static char *
format_text(const char *format, va_list ap)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		return NULL;
	text = malloc((size_t)len + 1);
	if (text != NULL)
		vsnprintf(text, (size_t)len + 1, format, ap);
	return text;
}

void
grid_cell(struct grid *g, const char *format, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, format);
	if (vec_reserve(&g->cells, g->n, &g->cap, sizeof(char *)))
		text = format_text(format, ap);
	va_end(ap);
	if (text != NULL)
		g->cells[g->n++] = text;
	else
		g->failed = true;
}

/* Characters of UTF-8. */
static size_t
text_width(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static void
pad(FILE *out, size_t n)
{
	while (n-- > 0)
		putc(' ', out);
}

static void
print_row(const struct grid *g, size_t row, const size_t *width, FILE *out)
{
	const char *const *cells = (const char *const *)g->cells + row;
	size_t owed = 0; /* spaces, unless nothing follows them */

	for (unsigned c = 0; c < g->column_n; c++) {
		const size_t len = text_width(cells[c]);
		const bool last = c + 1 == g->column_n;
		const size_t fill = last ? 0 : width[c] - len;
		const bool right = g->right >> c & 1;

		if (width[c] == 0)
			continue;
		if (len == 0) {
			owed += fill + 2;
			continue;
		}
		pad(out, owed + (right ? fill : 0));
		fputs(cells[c], out);
		owed = 2 + (right ? 0 : fill);
	}
}

/* 0: the column is left out. */
static size_t
column_width(const struct grid *g, unsigned c)
{
	const bool last = c + 1 == g->column_n;
	size_t width = last ? 1 : 0, header;

	for (size_t i = g->column_n + c; i < g->n; i += g->column_n) {
		const size_t len = text_width(g->cells[i]);

		width = len > width ? len : width;
	}
	header = text_width(g->cells[c]);
	return width > 0 && header > width ? header : width;
}

enum blk_status
grid_print(const struct grid *g, FILE *out, bool colour)
{
	size_t width[COLUMNS_MAX];

	if (g->failed || g->column_n > COLUMNS_MAX)
		return BLK_ENOMEM;
	for (unsigned c = 0; c < g->column_n; c++)
		width[c] = column_width(g, c);
	for (size_t row = 0; row < g->n; row += g->column_n) {
		const bool bold = colour && row == 0;

		fputs(bold ? PAGE_BOLD : "", out);
		print_row(g, row, width, out);
		fputs(bold ? PAGE_PLAIN : "", out);
		putc('\n', out);
	}
	return BLK_OK;
}
