/*
 * A band is an array of cells, one for each column.  What was lost is told by
 * stretches of prefixes; a stretch that lasts over several windows stands in
 * each of them, so they are sorted and taken once.  A sweep over their ends
 * gives the number lost at each moment, and each cell keeps the largest.
 */
#include "report/band.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/page.h"
#include "report/ticks.h"

#define BANDS_MAX 20u /* entities drawn */
#define CELLS_MIN 16u
#define CELLS_MAX 512u
#define LABEL_LEN PREFIX_STRLEN
#define TICK_ROOM 9u /* columns for a time, and blanks */
#define KEY_LEN 74u

struct cell {
	unsigned lost;
	bool out;       /* an outage lies in it */
	usec_t unknown; /* so much of it */
};

struct band {
	const struct report_style *style;
	usec_t from, to;
	unsigned n; /* cells */
	unsigned label_n;
	struct cell cells[CELLS_MAX];
};

/* Where prefixes begin or cease to be lost. */
struct edge {
	usec_t time;
	int change;
};

/* How cells look. */
static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char ascii[] = "_.-:=+*#";
#define LEVELS 8u

/* --- from results to cells --- */

static usec_t
cell_start(const struct band *b, unsigned i)
{
	return b->from + (usec_t)((double)(b->to - b->from) * i / b->n);
}

/* The cells that [start, end) touches: *first up to *last; false: none. */
static bool
touched(const struct band *b, usec_t start, usec_t end, unsigned *first,
    unsigned *last)
{
	const double width = (double)(b->to - b->from) / b->n;

	start = start > b->from ? start : b->from;
	end = end < b->to ? end : b->to;
	if (start >= end)
		return false;
	*first = (unsigned)((double)(start - b->from) / width);
	*last = (unsigned)((double)(end - 1 - b->from) / width);
	*first = *first < b->n ? *first : b->n - 1;
	*last = *last < b->n ? *last : b->n - 1;
	return true;
}

static void
mark_windows(struct band *b, const struct outage_as *as)
{
	unsigned first, last;

	for (size_t i = 0; i < as->window_n; i++) {
		const struct outage_window *w = &as->windows[i];

		if (touched(b, w->start, w->end != USEC_NONE ? w->end : b->to,
			&first, &last))
			for (unsigned c = first; c <= last; c++)
				b->cells[c].out = true;
	}
}

static void
mark_unknown(struct band *b, usec_t start, usec_t end)
{
	unsigned first, last;

	if (!touched(b, start, end, &first, &last))
		return;
	for (unsigned c = first; c <= last; c++) {
		const usec_t from = cell_start(b, c), to = cell_start(b, c + 1);

		b->cells[c].unknown +=
		    (end < to ? end : to) - (start > from ? start : from);
	}
}

static void
mark_gaps(struct band *b, const struct outage_as *as)
{
	usec_t since = b->from;

	for (size_t i = 0; i < as->known_n; i++) {
		mark_unknown(b, since, as->known[i].start);
		since = as->known[i].end;
	}
	mark_unknown(b, since, b->to);
}

static int
stretch_cmp(const void *a, const void *b)
{
	const struct outage_prefix *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return prefix_cmp(&x->prefix, &y->prefix);
}

static int
edge_cmp(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	return (x->time > y->time) - (x->time < y->time);
}

/* Add the edges of what was withdrawn among n stretches. */
static size_t
add_edges(struct edge *to, struct outage_prefix *v, size_t n)
{
	size_t edge_n = 0;

	if (n > 0)
		qsort(v, n, sizeof(*v), stretch_cmp);
	for (size_t i = 0; i < n; i++) {
		if (v[i].kind != OUTAGE_WITHDRAWN ||
		    (i > 0 && stretch_cmp(&v[i - 1], &v[i]) == 0))
			continue;
		to[edge_n++] = (struct edge){v[i].start, 1};
		if (v[i].end != USEC_NONE)
			to[edge_n++] = (struct edge){v[i].end, -1};
	}
	if (edge_n > 0)
		qsort(to, edge_n, sizeof(*to), edge_cmp);
	return edge_n;
}

static void
mark_lost(struct band *b, const struct edge *edges, size_t n)
{
	unsigned first, last, lost = 0;

	for (size_t i = 0; i < n; i++) {
		lost = (unsigned)((int)lost + edges[i].change);
		if (!touched(b, edges[i].time,
			i + 1 < n ? edges[i + 1].time : b->to, &first, &last))
			continue;
		for (unsigned c = first; c <= last; c++)
			if (lost > b->cells[c].lost)
				b->cells[c].lost = lost;
	}
}

static enum blk_status
fill_cells(struct band *b, const struct outage_as *as)
{
	size_t n = as->partial_n, at = 0;
	struct outage_prefix *stretches;
	struct edge *edges;

	for (size_t i = 0; i < as->window_n; i++)
		n += as->windows[i].prefix_n;
	stretches = calloc(n + 1, sizeof(*stretches));
	edges = calloc(n + 1, 2 * sizeof(*edges));
	if (stretches != NULL && edges != NULL) {
		memset(b->cells, 0, sizeof(b->cells));
		for (size_t i = 0; i < as->window_n; i++)
			for (size_t k = 0; k < as->windows[i].prefix_n; k++)
				stretches[at++] = as->windows[i].prefixes[k];
		for (size_t i = 0; i < as->partial_n; i++)
			stretches[at++] = as->partial[i];
		mark_lost(b, edges, add_edges(edges, stretches, n));
		mark_windows(b, as);
		mark_gaps(b, as);
	}
	n = stretches != NULL && edges != NULL;
	free(stretches);
	free(edges);
	return n ? BLK_OK : BLK_ENOMEM;
}

/* --- from cells to lines --- */

static void
name_of(const struct outage_as *as, char name[LABEL_LEN])
{
	if (as->by_prefix)
		prefix_format(&as->prefix, name);
	else if (as->country != NULL)
		snprintf(name, LABEL_LEN, "%s", as->country->name);
	else
		snprintf(name, LABEL_LEN, "AS%" PRIu32, as->asn);
}

enum look {
	LOOK_UP,
	LOOK_OUT,
	LOOK_UNKNOWN,
};

static enum look
look_of(const struct band *b, unsigned i)
{
	const usec_t width = cell_start(b, i + 1) - cell_start(b, i);

	if (b->cells[i].out)
		return LOOK_OUT;
	return 2 * b->cells[i].unknown > width ? LOOK_UNKNOWN : LOOK_UP;
}

/* An outage never looks whole, nor what is there in part like nothing. */
static unsigned
level_of(const struct cell *c, size_t total)
{
	const size_t there = total > c->lost ? total - c->lost : 0;
	size_t level;

	if (there == total)
		return c->out ? LEVELS - 2 : LEVELS - 1;
	level = total > 0 ? there * (LEVELS - 1) / total : 0;
	return (unsigned)(level == 0 && there > 0 ? 1 : level);
}

static void
put_colour(FILE *out, enum look look)
{
	static const char *const codes[] = {[LOOK_UP] = PAGE_PLAIN,
	    [LOOK_OUT] = PAGE_PLAIN PAGE_RED,
	    [LOOK_UNKNOWN] = PAGE_PLAIN PAGE_DIM};

	fputs(codes[look], out);
}

static void
print_cells(const struct band *b, FILE *out, const struct outage_as *as)
{
	enum look look = LOOK_UP, last = LOOK_UP;

	for (unsigned i = 0; i < b->n; i++) {
		const unsigned level = level_of(&b->cells[i], as->baseline_n);

		look = look_of(b, i);
		if (b->style->colour && look != last)
			put_colour(out, look);
		last = look;
		if (look == LOOK_UNKNOWN)
			fputs(b->style->utf8 ? "░" : "?", out);
		else if (b->style->utf8)
			fputs(blocks[level], out);
		else
			putc(ascii[level], out);
	}
	if (b->style->colour && last != LOOK_UP)
		put_colour(out, LOOK_UP);
	putc('\n', out);
}

/* Round times under the cells they lie in. */
static void
print_times(const struct band *b, FILE *out)
{
	const struct ticks ticks =
	    ticks_choose(b->from, b->to, b->n / TICK_ROOM);
	usec_t t = ticks_from(&ticks, b->from);
	char text[TIMEFMT_STRLEN];
	unsigned at = 0, cell, last;

	fprintf(out, "%*s", (int)b->label_n + 2, "");
	while (touched(b, t, t + 1, &cell, &last)) {
		const size_t len = strlen(ticks_label(&ticks, t, text));

		if (cell + len <= b->n && (at == 0 || cell > at)) {
			fprintf(out, "%*s%s", (int)(cell - at), "", text);
			at = cell + (unsigned)len;
		}
		t = ticks_from(&ticks, t + 1);
	}
	putc('\n', out);
}

/* The key, as far as there is room for it. */
static void
print_key(const struct band *b, FILE *out)
{
	const bool utf8 = b->style->utf8;
	char buf[TIMEFMT_STRLEN];

	timefmt_duration(cell_start(b, 1) - b->from, buf);
	fprintf(out, "%*s%s all there  %s half  %s gone  %s not known",
	    (int)b->label_n + 2, "", utf8 ? blocks[LEVELS - 1] : "#",
	    utf8 ? blocks[LEVELS / 2 - 1] : ":", utf8 ? blocks[0] : "_",
	    utf8 ? "░" : "?");
	if (b->n > KEY_LEN)
		fprintf(out, "; the worst of %s in a column", buf);
	fputs("\n\n", out);
}

/*
 * Whose bands are drawn: who has outages that are told, in their order.  *n: of
 * how many; no more than BANDS_MAX are in out.  False: no memory.
 */
static bool
choose(const struct outage_result *r, size_t out[BANDS_MAX], size_t *n)
{
	bool *seen = calloc(r->as_n + 1, sizeof(*seen));

	*n = 0;
	if (seen == NULL)
		return false;
	for (size_t i = 0; i < r->row_n; i++) {
		const size_t as = r->rows[i].as;

		if (seen[as])
			continue;
		seen[as] = true;
		if (*n < BANDS_MAX)
			out[*n] = as;
		++*n;
	}
	free(seen);
	return true;
}

/* Room for the longest name, and the cells. */
static void
measure(struct band *b, const struct outage_result *r, const size_t *chosen,
    size_t n)
{
	const unsigned columns = b->style->columns;
	char name[LABEL_LEN];

	for (size_t i = 0; i < n; i++) {
		name_of(&r->ases[chosen[i]], name);
		if (strlen(name) > b->label_n)
			b->label_n = (unsigned)strlen(name);
	}
	if (n > 0 && columns > b->label_n + 2)
		b->n = columns - b->label_n - 2;
	b->n = b->n < CELLS_MAX ? b->n : CELLS_MAX;
}

enum blk_status
band_print(FILE *out, const struct report_input *in, usec_t from, usec_t to,
    const struct report_style *style)
{
	struct band b = {.style = style, .from = from, .to = to};
	const struct outage_result *r = in->result;
	size_t chosen[BANDS_MAX], all, n;
	char name[LABEL_LEN];

	if (!choose(r, chosen, &all))
		return BLK_ENOMEM;
	n = all < BANDS_MAX ? all : BANDS_MAX;
	measure(&b, r, chosen, n);
	if (b.n < CELLS_MIN || (to - from) / CELLS_MAX < 1)
		return BLK_OK;
	for (size_t i = 0; i < n; i++) {
		const struct outage_as *as = &r->ases[chosen[i]];

		if (fill_cells(&b, as) != BLK_OK)
			return BLK_ENOMEM;
		name_of(as, name);
		fprintf(out, "%-*s  ", (int)b.label_n, name);
		print_cells(&b, out, as);
	}
	if (all > n)
		fprintf(out, "... and %zu more\n", all - n);
	print_times(&b, out);
	print_key(&b, out);
	return BLK_OK;
}
