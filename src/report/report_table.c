#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/band.h"
#include "report/grid.h"
#include "report/note.h"
#include "report/page.h"
#include "report/report_priv.h"
#include "report/text.h"

/*
 * The report for people: an outage a row, then a line for each thing that the
 * rows rest on.
 */

#define NAME_MAX_LEN 28 /* of an AS's name, in bytes */
#define QUIET_MAX 20    /* entities without outage, told one by one */

struct page {
	FILE *out;
	const struct report_input *in;
	bool colour;
	usec_t from, to; /* what was asked for, of what there is */
};

static void
add_header(struct grid *g)
{
	static const char *const names[] = {"AS", "NAME", "CC", "PREFIX",
	    "START (UTC)", "END", "DURATION", "LOST", "PEERS", "NOTE"};

	g->column_n = sizeof(names) / sizeof(names[0]);
	for (unsigned c = 0; c < g->column_n; c++)
		grid_cell(g, "%s", names[c]);
}

static int
name_len(const char *name)
{
	return (int)text_cut(name, NAME_MAX_LEN);
}

static void
add_entity(
    struct grid *g, const struct report_input *in, const struct outage_as *as)
{
	const char *name = report_name(in, as),
		   *country = report_country(in, as);

	if (as->asn != 0)
		grid_cell(g, "AS%" PRIu32, as->asn);
	else
		grid_cell(g, "%s", as->country != NULL ? "all" : "-");
	grid_cell(g, "%.*s", name != NULL ? name_len(name) : 0,
	    name != NULL ? name : "");
	grid_cell(g, "%s", country != NULL ? country : "");
}

static void
add_window(struct grid *g, const struct report_input *in,
    const struct outage_as *as, const struct outage_window *w)
{
	const int64_t sec = report_seconds(w->start, w->end, w->duration);
	char buf[PREFIX_STRLEN], time[TIMEFMT_STRLEN], note[NOTE_LEN];

	add_entity(g, in, as);
	grid_cell(
	    g, "%s", as->by_prefix ? prefix_format(&as->prefix, buf) : "");
	grid_cell(g, "%s", timefmt_table(w->start, time));
	grid_cell(
	    g, "%s", w->end != USEC_NONE ? timefmt_table(w->end, time) : "-");
	grid_cell(g, "%s", timefmt_duration(sec * USEC_PER_SEC, time));
	grid_cell(g, "%u/%u", w->prefixes_lost, w->prefixes_total);
	grid_cell(g, "%u/%u", w->still_carrying, w->voting);
	grid_cell(g, "%s", note_window(w, note));
}

/* Many ASes at once: how many, and when half of them were back. */
static void
add_event(
    struct grid *g, const struct report_input *in, const struct outage_event *e)
{
	const int64_t sec = report_seconds(e->start, e->end, e->duration);
	const struct outage_as upstream = {.asn = e->upstream};
	const char *name = report_name(in, &upstream);
	char time[TIMEFMT_STRLEN];

	grid_cell(g, "%zu ASes", e->asn_n);
	grid_cell(g, "%s", "");
	grid_cell(g, "%s", "");
	grid_cell(g, "%s", "");
	grid_cell(g, "%s", timefmt_table(e->start, time));
	grid_cell(
	    g, "%s", e->end != USEC_NONE ? timefmt_table(e->end, time) : "-");
	grid_cell(g, "%s", timefmt_duration(sec * USEC_PER_SEC, time));
	grid_cell(g, "%u/%u", e->prefixes_lost, e->prefixes_total);
	grid_cell(g, "%s", "");
	if (e->upstream == 0)
		grid_cell(g, "at once");
	else
		grid_cell(g, "at once, behind AS%" PRIu32 "%s%.*s", e->upstream,
		    name != NULL ? " " : "", name != NULL ? name_len(name) : 0,
		    name != NULL ? name : "");
}

static enum blk_status
print_windows(const struct page *p)
{
	const struct outage_result *result = p->in->result;
	enum blk_status status = BLK_OK;
	struct grid g = {0};

	add_header(&g);
	for (size_t i = 0; i < result->event_n; i++)
		add_event(&g, p->in, &result->events[i]);
	for (size_t i = 0; i < result->row_n; i++) {
		const struct outage_as *as = &result->ases[result->rows[i].as];

		add_window(&g, p->in, as, &as->windows[result->rows[i].window]);
	}
	if (result->row_n > 0) {
		status = grid_print(&g, p->out, p->colour);
		putc('\n', p->out);
	}
	grid_fini(&g);
	return status;
}

static void
print_entity(FILE *out, const struct outage_as *as)
{
	char buf[PREFIX_STRLEN];

	if (as->by_prefix)
		fputs(prefix_format(&as->prefix, buf), out);
	else if (as->country != NULL)
		fputs(as->country->name, out);
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

static const char *
of_what(bool by_country, size_t n)
{
	if (by_country)
		return n == 1 ? "country" : "countries";
	return n == 1 ? "AS" : "ASes";
}

/* Of very many entities, only their numbers. */
static void
print_others(const struct page *p)
{
	const struct outage_result *r = p->in->result;
	const bool by_country = p->in->query->by_country;
	size_t quiet = r->quiet_n, blind = r->quiet_n - r->quiet_seen_n;

	for (size_t i = 0; i < r->as_n; i++)
		quiet += r->ases[i].window_n == 0;
	if (r->row_n < r->row_total)
		fprintf(p->out, "%zu of %zu outages are shown (--limit).\n",
		    r->row_n, r->row_total);
	fprintf(p->out, "No outage of %zu %s%s", quiet - blind,
	    r->as_n + r->quiet_n > quiet ? "other " : "",
	    of_what(by_country, quiet - blind));
	if (p->in->timeline->end != USEC_NONE) {
		fputs(" from ", p->out);
		page_span(p->out, p->from, p->to);
	}
	fputs(".\n", p->out);
	if (blind > 0)
		fprintf(p->out,
		    "No verdict on %zu %s: fewer than %u peers could tell "
		    "(--min-peers).\n",
		    blind, of_what(by_country, blind),
		    p->in->query->params->min_peers);
}

/* What the rows of events say. */
static void
print_events(const struct page *p)
{
	if (p->in->result->event_n > 0)
		fputs("ASes at once: their windows begin within two minutes;"
		      " END is when half of them were back.\n",
		    p->out);
}

/* What a country is here. */
static void
print_countries(const struct page *p)
{
	if (p->in->delegated != NULL)
		fputs("CC is where numbers and space were delegated to, not "
		      "where they are used.\n",
		    p->out);
}

static void
print_all_quiet(const struct page *p)
{
	const struct outage_result *result = p->in->result;
	size_t n = 0;

	if (p->in->query->params->eventful) {
		print_others(p);
		return;
	}
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

enum blk_status
report_table_outages(
    FILE *out, const struct report_input *in, const struct report_style *style)
{
	struct page p = {.out = out, .in = in, .colour = style->colour};
	enum blk_status status;

	page_asked(in, &p.from, &p.to);
	status = print_windows(&p);
	if (status == BLK_OK && style->columns > 0)
		status = band_print(out, in, p.from, p.to, style);
	if (status != BLK_OK)
		return status;
	print_all_quiet(&p);
	print_events(&p);
	print_countries(&p);
	status = page_foot(out, in, p.colour);
	return status == BLK_OK ? report_written(out) : status;
}
