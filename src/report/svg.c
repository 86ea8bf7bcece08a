/*
 * The layout is fixed here, from top to bottom, by estimates of how wide text
 * comes out.  What lies behind the rows (lines of the axis, veils over the
 * outages) is only known when all rows have their place, so it goes to a
 * stream of its own, which is written first.
 */
#include "report/svg.h"

#include <stdlib.h>
#include <string.h>

#include "report/assets.h"
#include "report/markup.h"
#include "report/measure.h"
#include "report/page.h"
#include "report/svg_axis.h"
#include "report/svg_group.h"
#include "report/svg_list.h"
#include "report/svg_priv.h"
#include "report/ticks.h"

#define NARROW 560u
#define LABEL_SHARE 0.36 /* of the width, for names at most */

/* --- pieces --- */

void
svg_text(FILE *out, double x, double y, const char *classes, const char *anchor,
    const char *s)
{
	fputs("<text x=\"", out);
	markup_number(out, x);
	fputs("\" y=\"", out);
	markup_number(out, y);
	putc('"', out);
	if (classes[0] != '\0')
		fprintf(out, " class=\"%s\"", classes);
	if (anchor[0] != '\0')
		fprintf(out, " text-anchor=\"%s\"", anchor);
	putc('>', out);
	markup_text(out, s);
	fputs("</text>\n", out);
}

void
svg_sized(FILE *out, double x, double y, const char *classes, double size,
    const char *s)
{
	fprintf(out, "<g font-size=\"%g\">", size);
	svg_text(out, x, y, classes, "", s);
	fputs("</g>\n", out);
}

void
svg_rect(FILE *out, double x, double y, double w, double h, const char *attrs)
{
	fputs("<rect x=\"", out);
	markup_number(out, x);
	fputs("\" y=\"", out);
	markup_number(out, y);
	fputs("\" width=\"", out);
	markup_number(out, w);
	fputs("\" height=\"", out);
	markup_number(out, h);
	fprintf(out, "\" %s/>\n", attrs);
}

/* Lines of text, from c->y down. */
void
svg_wrapped(struct canvas *c, const char *classes, double size, const char *s)
{
	const double room = c->width - 2 * c->margin;
	char line[SVG_TEXT_LEN];

	while (*s != '\0') {
		size_t n = measure_line(s, size, room);

		n = n < sizeof(line) ? n : sizeof(line) - 1;
		memcpy(line, s, n);
		line[n] = '\0';
		c->y += size * 1.4;
		svg_sized(c->front, c->margin, c->y, classes, size, line);
		s += n;
		s += *s == ' ';
	}
}

double
svg_x(const struct canvas *c, double column)
{
	const double n = c->p->columns.n;

	column = column < 0 ? 0 : column > n ? n : column;
	return c->plot_x + column / n * c->plot_w;
}

double
svg_time_x(const struct canvas *c, usec_t t)
{
	return svg_x(c, columns_at(&c->p->columns, t));
}

void
svg_hatch(const struct canvas *c, char *buf, size_t len)
{
	snprintf(
	    buf, len, "class=\"hatched\" fill=\"url(#%s-hatch)\"", c->o->id);
}

void
svg_cut(const char *name, double size, double room, char text[SVG_TEXT_LEN / 2])
{
	const size_t len = strlen(name);
	size_t n = measure_fit(name, size, room);

	if (n < len)
		n = measure_fit(name, size, room - size);
	n = n < SVG_TEXT_LEN / 2 - strlen("…") ? n : 0;
	snprintf(
	    text, SVG_TEXT_LEN / 2, "%.*s%s", (int)n, name, n < len ? "…" : "");
}

/* A name at the left, cut if it is too long. */
void
svg_label(const struct canvas *c, double y, double size, const char *name,
    const char *more)
{
	char text[SVG_TEXT_LEN], shown[SVG_TEXT_LEN / 2];

	svg_cut(name, size, c->label_w - measure_text(more, size), shown);
	snprintf(text, sizeof(text), "%s%s", shown, more);
	fprintf(c->front, "<g font-size=\"%g\">", size);
	svg_text(c->front, c->plot_x - c->size * 0.6, y, "label", "end", text);
	fputs("</g>\n", c->front);
}

void
svg_row_name(const struct picture_row *r, char name[PREFIX_STRLEN],
    char more[SVG_MORE_LEN])
{
	prefix_format(&r->prefix, name);
	more[0] = '\0';
	if (r->like_n > 0)
		snprintf(more, SVG_MORE_LEN, " +%zu", r->like_n);
}

/* --- the head --- */

static size_t
group_windows(const struct picture *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->in->result->as_n; i++)
		n += p->in->result->ases[i].window_n;
	return n;
}

static size_t
networks_out(const struct picture *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->in->result->as_n; i++)
		n += p->in->result->ases[i].window_n > 0;
	return n;
}

void
svg_title(const struct picture *p, char *buf, size_t len)
{
	const size_t out = networks_out(p), n = group_windows(p);
	const size_t all = p->in->result->as_n;
	char name[PICTURE_TITLE_LEN];

	if (all == 1 && n > 0)
		snprintf(buf, len, "%s: %zu outage%s",
		    picture_title(p->in, p->groups[0].as, name), n,
		    page_plural(n));
	else if (all == 1)
		snprintf(buf, len, "%s: no outage",
		    picture_title(p->in, p->groups[0].as, name));
	else if (n > 0)
		snprintf(buf, len, "%zu outage%s of %zu network%s", n,
		    page_plural(n), out, page_plural(out));
	else
		snprintf(buf, len, "No outage of %zu networks", all);
}

/* "22 Dec 2014, 16:15" */
static void
moment(usec_t t, char buf[SVG_TEXT_LEN])
{
	char day[TIMEFMT_STRLEN], text[TIMEFMT_STRLEN];

	snprintf(buf, SVG_TEXT_LEN, "%s, %.5s", ticks_day(t, true, day),
	    timefmt_table(t, text) + 11);
}

void
svg_subtitle(const struct picture *p, char *buf, size_t len)
{
	char from[SVG_TEXT_LEN], to[SVG_TEXT_LEN];

	moment(p->columns.from, from);
	moment(p->columns.to, to);
	snprintf(buf, len,
	    "Share of peers that carried each prefix in their routing tables, "
	    "from %s to %s UTC",
	    from, to);
}

static void
draw_head(struct canvas *c)
{
	char text[2 * SVG_TEXT_LEN];

	svg_title(c->p, text, sizeof(text));
	svg_wrapped(c, "title", c->size * 1.75, text);
	c->y += c->size * 0.2;
	svg_subtitle(c->p, text, sizeof(text));
	svg_wrapped(c, "soft", c->size, text);
	c->y += c->size * 0.5;
}

/* --- the legend --- */

enum look { LOOK_BAR, LOOK_LINE, LOOK_FOOT, LOOK_HATCH };

struct key {
	const char *classes;
	enum look look;
	const char *text;
};

static void
draw_swatch(const struct canvas *c, double x, double y, const struct key *k)
{
	const double w = c->size * 1.9, h = c->size * 0.85;
	char attrs[SVG_TEXT_LEN];

	if (k->look == LOOK_HATCH) {
		snprintf(
		    attrs, sizeof(attrs), "fill=\"url(#%s-key)\"", c->o->id);
		svg_rect(c->front, x, y - h, w, h, attrs);
		return;
	}
	snprintf(attrs, sizeof(attrs), "class=\"%s bar\"", k->classes);
	if (k->look == LOOK_BAR)
		svg_rect(c->front, x, y - h, w, h, attrs);
	else if (k->look == LOOK_LINE)
		svg_rect(c->front, x, y - h * 0.62, w, h * 0.3, attrs);
	else
		svg_rect(c->front, x, y - 3, w, 3, attrs);
}

/* One more key, on a line of its own if it does not fit. */
static void
draw_key(struct canvas *c, double *x, const struct key *k)
{
	const double swatch = c->size * 2.3;
	const double width = swatch + measure_text(k->text, c->size);

	if (*x > c->margin && *x + width > c->width - c->margin) {
		*x = c->margin;
		c->y += c->size * 1.5;
	}
	draw_swatch(c, *x, c->y, k);
	svg_text(c->front, *x + swatch, c->y, "soft", "", k->text);
	*x += width + c->size * 0.9;
}

static void
draw_legend(struct canvas *c)
{
	const struct outage_params *q = c->p->in->query->params;
	char gone[SVG_TEXT_LEN], few[SVG_TEXT_LEN];
	const struct key keys[] = {
	    {"a", LOOK_BAR, "carried by 95 % of the peers or more"},
	    {"m", LOOK_BAR, "by 75 %"}, {"h", LOOK_BAR, "by 50 %"},
	    {"f", LOOK_BAR, few}, {"g", LOOK_FOOT, gone},
	    {"e", LOOK_LINE, "moved, or replaced by other prefixes"},
	    {"", LOOK_HATCH, "not known"}};
	double x = c->margin;

	snprintf(few, sizeof(few), "by %g %%", q->visibility * 100);
	snprintf(gone, sizeof(gone), "gone: by less than %g %%",
	    q->visibility * 100);
	c->y += c->size * 1.3;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if ((keys[i].text == few && !c->p->few) ||
		    (keys[i].look == LOOK_LINE && !c->p->elsewhere))
			continue;
		draw_key(c, &x, &keys[i]);
	}
	c->y += c->size;
}

/* --- the foot --- */

/* Readers of pictures have no command line: " (--format json)" goes. */
static void
cut_options(char *text)
{
	char *hint, *end;

	while ((hint = strstr(text, " (--")) != NULL &&
	    (end = strchr(hint, ')')) != NULL)
		memmove(hint, end + 1, strlen(end));
}

static enum blk_status
print_foot(FILE *out, const struct picture *p)
{
	enum blk_status status = page_foot(out, p->in, false);

	if (p->folded)
		fputs("Prefixes with the same course share a row: +3 are three "
		      "more of them.\n",
		    out);
	if (p->in->result->row_n < p->in->result->row_total)
		fprintf(out, "%zu of %zu outages are shown.\n",
		    p->in->result->row_n, p->in->result->row_total);
	if (p->left_out + p->quiet_n > 0)
		fprintf(out,
		    "Not drawn: %zu more networks with outages, %zu without.\n",
		    p->left_out, p->quiet_n);
	fputs("Times are UTC. Drawn by blackout " BLACKOUT_VERSION
	      " from archived routing data.\n",
	    out);
	return status;
}

enum blk_status
svg_foot(const struct picture *p, char **text)
{
	size_t len = 0;
	FILE *lines;
	enum blk_status status;

	*text = NULL;
	lines = open_memstream(text, &len);
	if (lines == NULL)
		return BLK_ENOMEM;
	status = print_foot(lines, p);
	if (fclose(lines) != 0)
		status = BLK_ENOMEM;
	if (status == BLK_OK) {
		cut_options(*text);
	} else {
		free(*text);
		*text = NULL;
	}
	return status;
}

static enum blk_status
draw_foot(struct canvas *c)
{
	const double size = c->size * 0.88;
	char *text, *rest = NULL;
	enum blk_status status = svg_foot(c->p, &text);

	c->y += size * 0.5;
	for (char *line = text != NULL ? strtok_r(text, "\n", &rest) : NULL;
	     line != NULL; line = strtok_r(NULL, "\n", &rest))
		svg_wrapped(c, "foot", size, line);
	free(text);
	return status;
}

/* --- the whole --- */

/* Room for the widest name, within bounds. */
static void
measure_labels(struct canvas *c)
{
	const double most = c->width * LABEL_SHARE;
	const struct report_input *in = c->p->in;
	char name[PREFIX_STRLEN], more[SVG_MORE_LEN];
	char title[PICTURE_TITLE_LEN];
	double w = 0, widest = 0;

	for (size_t i = 0; i < c->p->group_n; i++) {
		w = measure_text(
		    picture_title(in, c->p->groups[i].as, title), c->size);
		if (c->p->group_n > 1 && in->names != NULL)
			widest = w > widest ? w : widest;
		for (size_t k = 0; k < c->p->groups[i].row_n; k++) {
			svg_row_name(&c->p->groups[i].rows[k], name, more);
			w = measure_text(name, c->size) +
			    measure_text(more, c->size);
			widest = w > widest ? w : widest;
		}
	}
	for (size_t i = 0; i < in->timeline->collector_n; i++) {
		if (in->timeline->collectors[i].gap_n == 0)
			continue;
		w = measure_text(
		    in->archive->collectors[i].name, c->size * 0.88);
		widest = w > widest ? w : widest;
	}
	c->label_w = widest < most ? widest : most;
	c->plot_x = c->margin + c->label_w + c->size * 0.6;
	c->plot_w = c->width - c->margin - c->plot_x;
}

static void
measure_rows(struct canvas *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->p->group_n; i++)
		n += c->p->groups[i].row_n;
	c->row_h = n <= 6 ? 22 : n <= 16 ? 16 : 11;
	c->row_gap = n <= 6 ? 6 : n <= 16 ? 4 : 3;
}

static enum blk_status
draw_all(struct canvas *c)
{
	enum blk_status status = BLK_OK;
	double top;

	if (!c->o->part)
		draw_head(c);
	draw_legend(c);
	top = c->y + c->size;
	for (size_t i = 0; i < c->p->group_n && status == BLK_OK; i++)
		status = svg_group(c, &c->p->groups[i]);
	svg_lanes(c);
	svg_axis(c, top);
	if (status == BLK_OK && !c->o->part)
		status = svg_list(c);
	if (status == BLK_OK && !c->o->part)
		status = draw_foot(c);
	c->y += c->margin * 0.8;
	return status;
}

/* What the rows refer to; a page that scales them leaves the key alone. */
static void
print_defs(FILE *out, const struct canvas *c)
{
	static const char *const hatches[] = {"hatch", "key"};

	fputs("<defs>", out);
	for (size_t i = 0; i < 2; i++)
		fprintf(out,
		    "<pattern id=\"%s-%s\" width=\"5\" height=\"5\" "
		    "patternUnits=\"userSpaceOnUse\" "
		    "patternTransform=\"rotate(45)\"><rect width=\"5\" "
		    "height=\"5\" class=\"ground\"/><path class=\"hatch\" "
		    "d=\"M1 0v5\"/></pattern>\n",
		    c->o->id, hatches[i]);
	fprintf(out,
	    "<clipPath id=\"%s-clip\"><rect x=\"%.2f\" y=\"0\" "
	    "width=\"%.2f\" height=\"%.0f\"/></clipPath></defs>\n",
	    c->o->id, c->plot_x, c->plot_w, c->y);
}

/* With the descriptions that screen readers tell. */
static void
print_opening(FILE *out, const struct canvas *c)
{
	char text[2 * SVG_TEXT_LEN];

	fprintf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" "
	    "viewBox=\"0 0 %u %.0f\" width=\"%u\" height=\"%.0f\" "
	    "font-size=\"%g\" role=\"img\" data-plot=\"%.2f %.2f\" "
	    "data-from=\"%.6f\" data-to=\"%.6f\">\n<title>",
	    c->o->width, c->y, c->o->width, c->y, c->size, c->plot_x, c->plot_w,
	    (double)c->p->columns.from / 1e6, (double)c->p->columns.to / 1e6);
	svg_title(c->p, text, sizeof(text));
	markup_text(out, text);
	fputs("</title>\n<desc>", out);
	svg_subtitle(c->p, text, sizeof(text));
	markup_text(out, text);
	fputs("</desc>\n", out);
	if (!c->o->part)
		fprintf(out, "<style>\n%s</style>\n", asset_chart_css);
	print_defs(out, c);
	fprintf(out, "<rect class=\"paper\" width=\"%u\" height=\"%.0f\"/>\n",
	    c->o->width, c->y);
}

/* Streams to memory that are put together at the end. */
enum { BACK, FRONT, MARKS, SHEETS };

struct sheet {
	FILE *file;
	char *text;
	size_t len;
};

static bool
open_sheets(struct sheet sheets[SHEETS])
{
	bool ok = true;

	for (unsigned i = 0; i < SHEETS; i++) {
		struct sheet *s = &sheets[i];

		s->file = open_memstream(&s->text, &s->len);
		ok = ok && s->file != NULL;
	}
	return ok;
}

static bool
close_sheets(struct sheet sheets[SHEETS])
{
	bool ok = true;

	for (unsigned i = 0; i < SHEETS; i++)
		if (sheets[i].file != NULL && fclose(sheets[i].file) != 0)
			ok = false;
	return ok;
}

static enum blk_status
draw_sheets(struct canvas *c, struct sheet sheets[SHEETS])
{
	enum blk_status status = BLK_ENOMEM;

	if (open_sheets(sheets)) {
		c->back = sheets[BACK].file;
		c->front = sheets[FRONT].file;
		c->marks = sheets[MARKS].file;
		measure_labels(c);
		measure_rows(c);
		status = draw_all(c);
	}
	return close_sheets(sheets) ? status : BLK_ENOMEM;
}

enum blk_status
svg_draw(FILE *out, const struct picture *p, const struct svg_options *o)
{
	const bool narrow = o->width < NARROW;
	struct canvas c = {.p = p,
	    .o = o,
	    .width = o->width,
	    .size = narrow ? 11 : 12.5,
	    .margin = o->part ? 2
		: narrow      ? 12
			      : 20};
	struct sheet sheets[SHEETS] = {{NULL, NULL, 0}};
	enum blk_status status;

	c.y = o->part ? 0 : c.margin * 0.7;
	status = draw_sheets(&c, sheets);
	if (status == BLK_OK) {
		print_opening(out, &c);
		fprintf(out,
		    "<g class=\"behind\" clip-path=\"url(#%s-clip)\">\n"
		    "%s</g>\n%s<g class=\"marks\">\n%s</g>\n</svg>\n",
		    o->id, sheets[BACK].text, sheets[FRONT].text,
		    sheets[MARKS].text);
		status = report_written(out);
	}
	for (unsigned i = 0; i < SHEETS; i++)
		free(sheets[i].text);
	return status;
}
