#include "report/svg_axis.h"

#include <stdlib.h>
#include <string.h>

#include "report/markup.h"
#include "report/measure.h"
#include "report/text.h"
#include "report/ticks.h"

#define LANES_MAX 8u /* collectors with gaps that have a lane */
#define LANE_HEIGHT 7.0
#define YEAR_LEN 4

static void
vertical(FILE *out, double x, double y0, double y1, const char *classes)
{
	fprintf(out, "<path class=\"%s\" d=\"M", classes);
	markup_number(out, x);
	putc(' ', out);
	markup_number(out, y0);
	putc('V', out);
	markup_number(out, y1);
	fputs("\"/>\n", out);
}

/* --- what collectors missed --- */

static void
draw_gap(const struct canvas *c, const char *name, const struct tl_gap *g,
    double room_to)
{
	const double x0 = svg_time_x(c, g->start), x1 = svg_time_x(c, g->end);
	char attrs[SVG_TEXT_LEN], text[SVG_TEXT_LEN], length[TIMEFMT_STRLEN];
	char start[TIMEFMT_STRLEN], end[TIMEFMT_STRLEN];

	timefmt_duration(g->end - g->start, length);
	svg_hatch(c, attrs, sizeof(attrs));
	fputs("<g class=\"gap\"><title>", c->front);
	markup_text(c->front, name);
	markup_format(c->front, ": no data from %s to %s (%s, %s)",
	    timefmt_table(g->start, start), timefmt_table(g->end, end), length,
	    report_gap_name(g->reason));
	fputs("</title>", c->front);
	svg_rect(
	    c->front, x0, c->y, x1 - x0 > 1 ? x1 - x0 : 1, LANE_HEIGHT, attrs);
	fputs("</g>\n", c->front);
	snprintf(text, sizeof(text), "no data for %s", length);
	if (x1 + measure_text(text, c->size * 0.88) + c->size < room_to) {
		fprintf(c->marks, "<g font-size=\"%g\">", c->size * 0.88);
		svg_text(c->marks, x1 + 4, c->y + LANE_HEIGHT, "soft gaptext",
		    "", text);
		fputs("</g>\n", c->marks);
	}
}

static bool
gap_drawn(const struct canvas *c, const struct tl_gap *g)
{
	return g->start < c->p->columns.to && g->end > c->p->columns.from;
}

static void
draw_lane(struct canvas *c, size_t collector)
{
	const struct report_input *in = c->p->in;
	const struct tl_collector *t = &in->timeline->collectors[collector];
	const char *name = in->archive->collectors[collector].name;
	char *shown = text_printable(name);

	c->y += c->size * 0.5;
	svg_label(c, c->y + LANE_HEIGHT, c->size * 0.88,
	    shown != NULL ? shown : "?", "");
	free(shown);
	svg_rect(c->front, c->plot_x, c->y + LANE_HEIGHT / 2 - 0.5, c->plot_w,
	    1, "class=\"heard bar\"");
	fprintf(c->front, "<g clip-path=\"url(#%s-clip)\"><g class=\"time\">\n",
	    c->o->id);
	for (size_t i = 0; i < t->gap_n; i++) {
		double room_to = c->plot_x + c->plot_w;

		if (!gap_drawn(c, &t->gaps[i]))
			continue;
		if (i + 1 < t->gap_n && gap_drawn(c, &t->gaps[i + 1]))
			room_to = svg_time_x(c, t->gaps[i + 1].start);
		draw_gap(c, name, &t->gaps[i], room_to);
	}
	fputs("</g></g>\n", c->front);
	c->y += LANE_HEIGHT + c->size * 0.3;
}

void
svg_lanes(struct canvas *c)
{
	const struct report_input *in = c->p->in;
	size_t n = 0;

	for (size_t i = 0; i < in->timeline->collector_n; i++) {
		const struct tl_collector *t = &in->timeline->collectors[i];
		bool any = false;

		if (!report_collector_read(in, i))
			continue;
		for (size_t k = 0; k < t->gap_n; k++)
			any = any || gap_drawn(c, &t->gaps[k]);
		if (any && n++ < LANES_MAX)
			draw_lane(c, i);
	}
}

/* --- the axis --- */

void
svg_axis(struct canvas *c, double top)
{
	const struct columns *k = &c->p->columns;
	const unsigned max = (unsigned)(c->plot_w / (c->size * 5.2));
	const struct ticks ticks =
	    ticks_choose(k->from, k->to, max > 2 ? max : 2);
	const double bottom = c->y + 4, text_y = bottom + c->size * 1.25;
	char text[TIMEFMT_STRLEN], day[TIMEFMT_STRLEN];
	bool first = true;

	fputs("<g class=\"ticks\">\n", c->front);
	for (usec_t t = ticks_from(&ticks, k->from); t < k->to;
	     t = ticks_from(&ticks, t + 1)) {
		const double x = svg_time_x(c, t);
		double half, at = x;

		ticks_label(&ticks, t, text);
		half = measure_text(text, c->size) / 2;
		if (at + half > c->width - 2)
			at = c->width - 2 - half;
		vertical(c->back, x, top, bottom, "grid");
		svg_text(c->front, at, text_y, "soft", "middle", text);
		if (first && ticks.seconds > 0) {
			ticks_day(t, true, day);
			svg_text(c->front, x, text_y + c->size * 1.25, "soft",
			    "middle",
			    strncmp(day, text, strlen(text)) != 0
				? day
				: day + strlen(day) - YEAR_LEN);
		}
		first = false;
	}
	fputs("</g>\n", c->front);
	svg_rect(c->front, c->plot_x, bottom, c->plot_w, 1, "class=\"e bar\"");
	c->y = text_y + c->size * 1.6;
}
