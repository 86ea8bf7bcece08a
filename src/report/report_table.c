#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/band.h"
#include "report/grid.h"
#include "report/page.h"
#include "report/report_priv.h"
#include "report/text.h"

/*
 * The report for people: an outage a row, then a line for each thing that the
 * rows rest on.
 */

#define NOTE_LEN 320

/* Bounds of an outage that lie closer than this go without a note. */
#define UNCERTAIN_MIN (5 * USEC_PER_SEC)
/* A single blackout as long as this share of its outage goes without one. */
#define BLACKOUT_MOST 0.9

#define QUIET_MAX 20 /* entities without outage, told one by one */

struct page {
	FILE *out;
	const struct report_input *in;
	bool colour;
	usec_t from, to; /* what was asked for, of what there is */
};

static void note_add(char note[NOTE_LEN], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Append to note, after "; " if it holds something. */
static void
note_add(char note[NOTE_LEN], const char *format, ...)
{
	size_t used = strlen(note);
	va_list ap;

	if (used > 0 && used + 2 < NOTE_LEN) {
		memcpy(note + used, "; ", 3);
		used += 2;
	}
	va_start(ap, format);
	vsnprintf(note + used, NOTE_LEN - used, format, ap);
	va_end(ap);
}

static void
note_blackouts(char note[NOTE_LEN], const struct outage_window *w)
{
	const int64_t all = report_seconds(w->start, w->end, w->duration);
	char buf[TIMEFMT_STRLEN];
	int64_t dark;

	if (w->blackout_n > 1) {
		note_add(note, "%zu blackouts inside", w->blackout_n);
	} else if (w->blackout_n == 1) {
		dark = report_seconds(w->blackouts->start, w->blackouts->end,
		    w->blackouts->duration);
		if ((double)dark < BLACKOUT_MOST * (double)all) {
			note_add(note, "all lost for %s",
			    timefmt_duration(dark * USEC_PER_SEC, buf));
		}
	}
}

static void
note_window(char note[NOTE_LEN], const struct outage_window *w)
{
	char buf[TIMEFMT_STRLEN];

	if (!w->start_known)
		note_add(note, "began before the data");
	else if (w->start - w->start_earliest > UNCERTAIN_MIN)
		note_add(note, "start uncertain by %s",
		    timefmt_duration(w->start - w->start_earliest, buf));
	if (w->end == USEC_NONE)
		note_add(note, "ongoing");
	else if (w->end - w->end_earliest > UNCERTAIN_MIN)
		note_add(note, "end uncertain by %s",
		    timefmt_duration(w->end - w->end_earliest, buf));
	note_blackouts(note, w);
	if (w->unknown >= USEC_PER_SEC)
		note_add(
		    note, "unknown for %s", timefmt_duration(w->unknown, buf));
}

static void
add_header(struct grid *g)
{
	static const char *const names[] = {"AS", "PREFIX", "START (UTC)",
	    "END", "DURATION", "LOST", "PEERS", "NOTE"};

	g->column_n = sizeof(names) / sizeof(names[0]);
	for (unsigned c = 0; c < g->column_n; c++)
		grid_cell(g, "%s", names[c]);
}

static void
add_window(
    struct grid *g, const struct outage_as *as, const struct outage_window *w)
{
	const int64_t sec = report_seconds(w->start, w->end, w->duration);
	char buf[PREFIX_STRLEN], time[TIMEFMT_STRLEN], note[NOTE_LEN] = "";

	if (as->asn != 0)
		grid_cell(g, "AS%" PRIu32, as->asn);
	else
		grid_cell(g, "-");
	grid_cell(
	    g, "%s", as->by_prefix ? prefix_format(&as->prefix, buf) : "");
	grid_cell(g, "%s", timefmt_table(w->start, time));
	grid_cell(
	    g, "%s", w->end != USEC_NONE ? timefmt_table(w->end, time) : "-");
	grid_cell(g, "%s", timefmt_duration(sec * USEC_PER_SEC, time));
	grid_cell(g, "%u/%u", w->prefixes_lost, w->prefixes_total);
	grid_cell(g, "%u/%u", w->still_carrying, w->voting);
	note_window(note, w);
	grid_cell(g, "%s", note);
}

static enum blk_status
print_windows(const struct page *p)
{
	const struct outage_result *result = p->in->result;
	enum blk_status status = BLK_OK;
	struct grid g = {0};
	bool any = false;

	add_header(&g);
	for (size_t i = 0; i < result->as_n; i++) {
		const struct outage_as *as = &result->ases[i];

		any = any || as->window_n > 0;
		for (size_t j = 0; j < as->window_n; j++)
			add_window(&g, as, &as->windows[j]);
	}
	if (any)
		status = grid_print(&g, p->out, p->colour);
	if (any)
		putc('\n', p->out);
	grid_fini(&g);
	return status;
}

static void
print_entity(FILE *out, const struct outage_as *as)
{
	char buf[PREFIX_STRLEN];

	if (as->by_prefix)
		fputs(prefix_format(&as->prefix, buf), out);
	else
		fprintf(out, "AS%" PRIu32, as->asn);
}

/* What it means that there is no row for as. */
static const char *
quiet_verdict(const struct outage_as *as)
{
	if (as->voting_max == 0)
		return "Never seen: ";
	if (!as->verdict)
		return "No verdict on ";
	return as->seen ? "No outage of " : "Never visible: ";
}

static void
print_quiet_reason(const struct page *p, const struct outage_as *as)
{
	const struct outage_params *q = p->in->query->params;
	const unsigned n = page_collectors(p->in);
	const unsigned peers = page_peers(p->in);

	if (as->voting_max == 0) {
		fprintf(p->out, ", by none of %u peer%s of %u collector%s.\n",
		    peers, page_plural(peers), n, page_plural(n));
	} else if (!as->verdict) {
		fprintf(p->out,
		    ": at most %u peer%s could tell, and %u are asked for"
		    " (--min-peers).\n",
		    as->voting_max, page_plural(as->voting_max), q->min_peers);
	} else if (!as->seen) {
		fprintf(p->out,
		    ": of %u voting peer%s, fewer than %g%% carried it at any"
		    " time (--visibility).\n",
		    as->voting_max, page_plural(as->voting_max),
		    q->visibility * 100);
	} else {
		fprintf(p->out, ", seen by %u peer%s of %u collector%s.\n",
		    as->voting_max, page_plural(as->voting_max), n,
		    page_plural(n));
	}
}

/* Why there is no row for as. */
static void
print_quiet(const struct page *p, const struct outage_as *as)
{
	fputs(quiet_verdict(as), p->out);
	print_entity(p->out, as);
	if (p->in->timeline->end != USEC_NONE) {
		fputs(" from ", p->out);
		page_span(p->out, p->from, p->to);
	}
	print_quiet_reason(p, as);
}

static void
print_all_quiet(const struct page *p)
{
	const struct outage_result *result = p->in->result;
	size_t n = 0;

	for (size_t i = 0; i < result->as_n; i++) {
		if (result->ases[i].window_n > 0)
			continue;
		if (n++ < QUIET_MAX)
			print_quiet(p, &result->ases[i]);
	}
	if (n > QUIET_MAX)
		fprintf(p->out, "... and %zu more without outage.\n",
		    n - QUIET_MAX);
}

static void
print_short(const struct page *p)
{
	char buf[TIMEFMT_STRLEN];
	uint64_t n = 0;

	for (size_t i = 0; i < p->in->result->as_n; i++)
		n += p->in->result->ases[i].filtered_short;
	if (n > 0) {
		fprintf(p->out,
		    "Left out: %" PRIu64 " outage%s shorter than %s"
		    " (--min-duration)\n",
		    n, page_plural(n),
		    timefmt_duration(p->in->query->params->min_duration, buf));
	}
}

/* What happened to single prefixes without being part of an outage. */
static void
print_partial(const struct page *p)
{
	static const char *const what[] = {
	    [OUTAGE_WITHDRAWN] = "lost outside any outage",
	    [OUTAGE_MOVED] = "moved to another AS",
	    [OUTAGE_COVERED] = "replaced by other prefixes of the same AS",
	};
	uint64_t n[] = {0, 0, 0};
	const char *sep = "Prefixes: ";

	for (size_t i = 0; i < p->in->result->as_n; i++) {
		const struct outage_as *as = &p->in->result->ases[i];

		for (size_t j = 0; j < as->partial_n; j++)
			n[as->partial[j].kind]++;
	}
	for (size_t k = 0; k < 3; k++) {
		if (n[k] == 0)
			continue;
		fprintf(p->out, "%s%" PRIu64 " time%s %s", sep, n[k],
		    page_plural(n[k]), what[k]);
		sep = ", ";
	}
	if (sep[0] == ',')
		fputs(" (--format json)\n", p->out);
}

static struct page
page_of(
    FILE *out, const struct report_input *in, const struct report_style *style)
{
	const struct outage_params *q = in->query->params;
	struct page p = {.out = out,
	    .in = in,
	    .colour = style->colour,
	    .from = in->timeline->start,
	    .to = in->timeline->end};

	if (q->start != USEC_NONE && q->start > p.from)
		p.from = q->start;
	if (q->end != USEC_NONE && q->end < p.to)
		p.to = q->end;
	return p;
}

enum blk_status
report_table_outages(
    FILE *out, const struct report_input *in, const struct report_style *style)
{
	const struct report_faults faults = report_faults_of(in);
	const struct page p = page_of(out, in, style);
	enum blk_status status = print_windows(&p);

	if (status == BLK_OK && style->columns > 0)
		status = band_print(out, in, p.from, p.to, style);
	if (status != BLK_OK)
		return status;
	print_all_quiet(&p);
	status = page_coverage(out, in);
	if (status == BLK_OK)
		status = page_gaps(out, in);
	if (status == BLK_OK)
		status = page_damage(out, &faults, PAGE_LINES_MAX, p.colour);
	if (status != BLK_OK)
		return status;
	print_short(&p);
	print_partial(&p);
	return report_written(out);
}
