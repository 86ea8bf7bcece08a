#include "report/svg_group.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/markup.h"
#include "report/measure.h"
#include "report/page.h"

#define LIKE_MAX 40u /* prefixes of a row told one by one */
#define SLIT_MIN 2.0 /* what is gone is drawn as wide as that */
#define BOLD 1.1     /* how much wider bold text is */
#define TAG_GAP 0.45 /* between numbers, in the size */

static usec_t
end_of(const struct canvas *c, usec_t end)
{
	return end != USEC_NONE ? end : c->p->columns.to;
}

/* --- rows --- */

/* The path of all runs of a shade, dy below the row's top and h high. */
static void
draw_shade(const struct canvas *c, const struct course *x, enum shade shade,
    const char *attrs, double dy, double h)
{
	bool any = false;

	for (size_t i = 0; i < x->n; i++) {
		const struct run *r = &x->runs[i];
		const double from = svg_x(c, r->from);

		if (r->shade != shade)
			continue;
		if (!any)
			fprintf(c->front, "<path %s d=\"", attrs);
		any = true;
		putc('M', c->front);
		markup_number(c->front, from);
		putc(' ', c->front);
		markup_number(c->front, c->y + dy);
		putc('h', c->front);
		markup_number(c->front, svg_x(c, r->to) - from);
		putc('v', c->front);
		markup_number(c->front, h);
		putc('H', c->front);
		markup_number(c->front, from);
		putc('z', c->front);
	}
	if (any)
		fputs("\"/>\n", c->front);
}

/* What is gone for less than can be seen is cut as wide as can be seen. */
static void
draw_slits(const struct canvas *c, const struct course *x, const char *classes,
    double dy, double h)
{
	bool any = false;

	for (size_t i = 0; i < x->n; i++) {
		const struct run *r = &x->runs[i];
		const double from = svg_x(c, r->from), to = svg_x(c, r->to);

		if (r->shade != SHADE_GONE || to - from >= SLIT_MIN)
			continue;
		if (!any)
			fprintf(c->front, "<path class=\"%s\" d=\"", classes);
		any = true;
		putc('M', c->front);
		markup_number(c->front, (from + to) / 2);
		putc(' ', c->front);
		markup_number(c->front, c->y + dy);
		putc('v', c->front);
		markup_number(c->front, h);
	}
	if (any)
		fputs("\"/>\n", c->front);
}

static void
draw_course(const struct canvas *c, const struct course *x)
{
	static const char *const bars[] = {[SHADE_ALL] = "class=\"a bar\"",
	    [SHADE_MOST] = "class=\"m bar\"",
	    [SHADE_HALF] = "class=\"h bar\"",
	    [SHADE_FEW] = "class=\"f bar\""};
	const double h = c->row_h, foot = h > 12 ? 3 : 2;
	char hatch[SVG_TEXT_LEN];

	svg_hatch(c, hatch, sizeof(hatch));
	fprintf(c->front, "<g clip-path=\"url(#%s-clip)\"><g class=\"time\">\n",
	    c->o->id);
	for (enum shade s = SHADE_ALL; s <= SHADE_FEW; s++)
		draw_shade(c, x, s, bars[s], 0, h);
	draw_shade(c, x, SHADE_ELSEWHERE, "class=\"e bar\"", h * 0.36, h * .28);
	draw_shade(c, x, SHADE_UNKNOWN, hatch, 0, h);
	draw_slits(c, x, "slit", 0, h);
	draw_shade(c, x, SHADE_GONE, "class=\"g bar\"", h - foot, foot);
	draw_slits(c, x, "nick", h - foot, foot);
	fputs("</g></g>\n", c->front);
}

/* What a row is, in full, for those who point at it. */
static void
draw_row_title(const struct canvas *c, const struct picture_row *r)
{
	char buf[PREFIX_STRLEN], gone[TIMEFMT_STRLEN];

	fputs("<title>", c->front);
	markup_text(c->front, prefix_format(&r->prefix, buf));
	for (size_t i = 0; i < r->like_n && i < LIKE_MAX; i++)
		markup_format(
		    c->front, ", %s", prefix_format(&r->like[i], buf));
	if (r->like_n > LIKE_MAX)
		markup_format(c->front, " and %zu more", r->like_n - LIKE_MAX);
	markup_format(
	    c->front, ": gone for %s", timefmt_duration(r->gone, gone));
	fputs("</title>\n", c->front);
}

static void
draw_row(struct canvas *c, const struct picture_row *r)
{
	const double size = c->row_h > 12 ? c->size : c->size * 0.88;
	char name[PREFIX_STRLEN], more[SVG_MORE_LEN];

	svg_row_name(r, name, more);
	fputs("<g class=\"row\">", c->front);
	draw_row_title(c, r);
	svg_label(c, c->y + c->row_h * 0.5 + size * 0.36, size, name, more);
	draw_course(c, &r->course);
	fputs("</g>\n", c->front);
	c->y += c->row_h + c->row_gap;
}

/* --- outages over the rows of their network --- */

/* Numbers that stand for outages which lie too close for one each. */
struct tag {
	size_t first, last; /* windows of the picture */
	double x;           /* its middle */
	double half;        /* its width, halved */
	bool length;        /* its duration is told */
};

static void
tag_text(const struct canvas *c, const struct tag *t, char number[SVG_TEXT_LEN],
    char length[SVG_TEXT_LEN])
{
	const struct outage_window *w = c->p->windows[t->first].window;
	char buf[TIMEFMT_STRLEN];

	length[0] = '\0';
	if (t->first == t->last)
		snprintf(number, SVG_TEXT_LEN, "%zu", t->first + 1);
	else
		snprintf(
		    number, SVG_TEXT_LEN, "%zu–%zu", t->first + 1, t->last + 1);
	if (t->length) {
		timefmt_duration(report_seconds(w->start, w->end, w->duration) *
			USEC_PER_SEC,
		    buf);
		snprintf(length, SVG_TEXT_LEN, " %s", buf);
	}
}

/* Put the tag over what it stands for, but not beyond the plot. */
static void
place_tag(const struct canvas *c, struct tag *t)
{
	const struct outage_window *first = c->p->windows[t->first].window;
	const struct outage_window *last = c->p->windows[t->last].window;
	char number[SVG_TEXT_LEN], length[SVG_TEXT_LEN];
	const double right = c->plot_x + c->plot_w;

	tag_text(c, t, number, length);
	t->half =
	    (measure_text(number, c->size) + measure_text(length, c->size)) / 2;
	t->x = (svg_time_x(c, first->start) +
		   svg_time_x(c, end_of(c, last->end))) /
	    2;
	if (t->x + t->half > right)
		t->x = right - t->half;
	if (t->x - t->half < c->plot_x)
		t->x = c->plot_x + t->half;
}

static bool
collide(const struct canvas *c, const struct tag *a, const struct tag *b)
{
	return b->x - b->half - (a->x + a->half) < c->size * TAG_GAP - 0.01;
}

/* How far b is too close to a, which is on its left. */
static double
crush(const struct canvas *c, const struct tag *a, const struct tag *b)
{
	return a->x + a->half + c->size * TAG_GAP - (b->x - b->half);
}

/* Move tag i to the left by d, if it stays over what it stands for. */
static bool
push_left(const struct canvas *c, struct tag *tags, size_t i, double d)
{
	const double start =
	    svg_time_x(c, c->p->windows[tags[i].first].window->start);
	struct tag t = tags[i];

	t.x -= d;
	if (t.x + t.half < start || t.x - t.half < c->plot_x ||
	    (i > 0 && collide(c, &tags[i - 1], &t)))
		return false;
	tags[i] = t;
	return true;
}

/*
 * Tell the duration of tag i of n too, if there is room: beside its place, or
 * where its neighbour on the left can make some.
 */
static void
lengthen_tag(const struct canvas *c, struct tag *tags, size_t i, size_t n)
{
	const struct outage_window *w = c->p->windows[tags[i].first].window;
	struct tag t = tags[i];
	double d;

	t.length = true;
	place_tag(c, &t);
	if (2 * t.half > c->plot_w)
		return;
	d = i > 0 ? crush(c, &tags[i - 1], &t) : 0;
	if (d > 0 && t.x + d - t.half < svg_time_x(c, end_of(c, w->end)) &&
	    t.x + d + t.half <= c->plot_x + c->plot_w)
		t.x += d;
	else if (d > 0 && !push_left(c, tags, i - 1, d))
		return;
	if (i + 1 < n && collide(c, &t, &tags[i + 1]))
		return;
	tags[i] = t;
}

/* One for each outage; those that collide become one. */
static size_t
make_tags(
    const struct canvas *c, const struct picture_group *g, struct tag *tags)
{
	size_t n = 0;

	for (size_t i = 0; i < g->window_n; i++) {
		struct tag *t = &tags[n++];

		*t = (struct tag){g->window + i, g->window + i, 0, 0, false};
		place_tag(c, t);
		while (n > 1 && collide(c, &tags[n - 2], &tags[n - 1])) {
			tags[n - 2].last = tags[n - 1].last;
			n--;
			place_tag(c, &tags[n - 1]);
		}
	}
	return n;
}

/* The longest outage that has no duration yet; n: there is none. */
static size_t
next_longest(
    const struct canvas *c, const struct tag *tags, size_t n, const bool *tried)
{
	size_t best = n;

	for (size_t i = 0; i < n; i++) {
		if (tried[i] || tags[i].first != tags[i].last)
			continue;
		if (best == n ||
		    c->p->windows[tags[i].first].window->duration >
			c->p->windows[tags[best].first].window->duration)
			best = i;
	}
	return best;
}

static void
draw_tag(const struct canvas *c, const struct tag *t)
{
	char number[SVG_TEXT_LEN], length[SVG_TEXT_LEN];

	tag_text(c, t, number, length);
	fputs("<text class=\"tag\" text-anchor=\"middle\" x=\"", c->front);
	markup_number(c->front, t->x);
	fputs("\" y=\"", c->front);
	markup_number(c->front, c->y - 5);
	fprintf(c->front, "\"><tspan class=\"number\">%s</tspan>%s</text>\n",
	    number, length);
}

static enum blk_status
draw_tags(const struct canvas *c, const struct picture_group *g)
{
	struct tag *tags = calloc(g->window_n + 1, sizeof(*tags));
	bool *tried = calloc(g->window_n + 1, sizeof(*tried));
	const bool ok = tags != NULL && tried != NULL;
	size_t n, i;

	if (ok) {
		n = make_tags(c, g, tags);
		while ((i = next_longest(c, tags, n, tried)) < n) {
			tried[i] = true;
			lengthen_tag(c, tags, i, n);
		}
		fprintf(c->front,
		    "<g class=\"tags\" data-first=\"%zu\" "
		    "data-last=\"%zu\">\n",
		    g->window + 1, g->window + g->window_n);
		for (i = 0; i < n; i++)
			draw_tag(c, &tags[i]);
		fputs("</g>\n", c->front);
	}
	free(tags);
	free(tried);
	return ok ? BLK_OK : BLK_ENOMEM;
}

/* A veil over the rows from top to bottom, and a bracket on top of it. */
static void
draw_window(const struct canvas *c, size_t i, double top, double bottom)
{
	const struct outage_window *w = c->p->windows[i].window;
	double x0 = svg_time_x(c, w->start);
	double x1 = svg_time_x(c, end_of(c, w->end));
	char attrs[SVG_TEXT_LEN], length[TIMEFMT_STRLEN];
	char name[PICTURE_TITLE_LEN];
	char start[TIMEFMT_STRLEN], end[TIMEFMT_STRLEN];
	const int64_t sec = report_seconds(w->start, w->end, w->duration);

	if (x1 <= c->plot_x || x0 >= c->plot_x + c->plot_w + 0.001)
		return;
	if (x1 - x0 < SLIT_MIN) {
		x0 = (x0 + x1 - SLIT_MIN) / 2;
		x1 = x0 + SLIT_MIN;
	}
	timefmt_duration(sec * USEC_PER_SEC, length);
	fputs("<g class=\"window\"><title>", c->back);
	markup_format(c->back, "%zu: %s, %s to %s (%s)", i + 1,
	    picture_title(c->p->in, c->p->windows[i].as, name),
	    timefmt_table(w->start, start),
	    w->end != USEC_NONE ? timefmt_table(w->end, end) : "ongoing",
	    length);
	fputs("</title>", c->back);
	svg_rect(c->back, x0, top, x1 - x0, bottom - top, "class=\"veil\"");
	snprintf(attrs, sizeof(attrs),
	    "class=\"span bar\" data-n=\"%zu\" data-start=\"%" PRId64
	    "\" data-end=\"%" PRId64 "\" data-length=\"%s\"",
	    i + 1, usec_floor_sec(w->start), usec_floor_sec(end_of(c, w->end)),
	    length);
	svg_rect(c->back, x0, top - 1, x1 - x0, 2, attrs);
	fputs("</g>\n", c->back);
}

/* The network's name, on the line of the numbers. */
static void
draw_heading(const struct canvas *c, const struct picture_group *g)
{
	char name[PICTURE_TITLE_LEN], shown[SVG_TEXT_LEN / 2];

	picture_title(c->p->in, g->as, name);
	svg_cut(name, c->size * BOLD, c->label_w, shown);
	svg_text(c->front, c->margin, c->y - 5, "bold", "", shown);
	if (g->window_n == 0)
		svg_text(
		    c->front, c->plot_x, c->y - 5, "soft", "", "no outage");
}

static void
draw_remark(struct canvas *c, const char *text)
{
	c->y += c->size;
	svg_text(c->front, c->plot_x, c->y, "soft", "", text);
	c->y += c->size * 0.5;
}

static void
draw_rows(struct canvas *c, const struct picture_group *g)
{
	char name[PREFIX_STRLEN];

	for (size_t i = 0; i < g->row_n; i++)
		draw_row(c, &g->rows[i]);
	if (g->row_n > 0)
		return;
	if (g->as->by_prefix)
		svg_label(
		    c, c->y + c->size, c->size, picture_name(g->as, name), "");
	draw_remark(c,
	    g->as->verdict ? "never visible in these data"
			   : "no verdict: too few peers could tell");
}

enum blk_status
svg_group(struct canvas *c, const struct picture_group *g)
{
	const bool headed = c->p->group_n > 1 && !g->as->by_prefix;
	enum blk_status status = BLK_OK;
	char text[SVG_TEXT_LEN];
	double top;

	c->y += g->window_n > 0 || headed ? c->size * 1.9 : c->size * 0.6;
	if (headed)
		draw_heading(c, g);
	top = c->y;
	if (g->window_n > 0)
		status = draw_tags(c, g);
	c->y += 3;
	draw_rows(c, g);
	for (size_t i = 0; i < g->window_n; i++)
		draw_window(c, g->window + i, top, c->y);
	if (g->left_out > 0) {
		snprintf(text, sizeof(text), "and %zu more prefix%s",
		    g->left_out, g->left_out == 1 ? "" : "es");
		draw_remark(c, text);
	}
	return status;
}
