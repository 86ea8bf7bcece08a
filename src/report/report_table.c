#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/report_priv.h"
#include "report/text.h"

/*
 * The report for people: an outage a row, then a line for each thing that the
 * rows rest on.  Rows are made first, as text, so that columns can be as wide
 * as their widest cell; the last column is never padded.
 */

enum column {
	COL_AS,
	COL_PREFIX,
	COL_START,
	COL_END,
	COL_DURATION,
	COL_LOST,
	COL_PEERS,
	COL_NOTE,
	COL_N,
};

#define CELL_LEN PREFIX_STRLEN /* the longest cell but the note */
#define NOTE_LEN 320

/* Bounds of an outage that lie closer than this go without a note. */
#define UNCERTAIN_MIN (5 * USEC_PER_SEC)
/* A single blackout as long as this share of its outage goes without one. */
#define BLACKOUT_MOST 0.9

#define LINES_MAX 5  /* gaps, and damage, told one by one */
#define NAMES_MAX 5  /* collectors told by name */
#define QUIET_MAX 20 /* entities without outage, told one by one */

#define BOLD "\033[1m"
#define YELLOW "\033[33m"
#define PLAIN "\033[0m"

struct row {
	char cell[COL_N][CELL_LEN]; /* but COL_NOTE */
	char note[NOTE_LEN];
};

struct page {
	FILE *out;
	const struct report_input *in;
	bool colour;
	bool by_prefix;  /* there is a PREFIX column */
	usec_t from, to; /* what was asked for, of what there is */
};

static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

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
row_header(struct row *r)
{
	static const char *const names[COL_N] = {"AS", "PREFIX", "START (UTC)",
	    "END", "DURATION", "LOST", "PEERS", "NOTE"};

	memset(r, 0, sizeof(*r));
	for (int c = 0; c < COL_NOTE; c++)
		snprintf(r->cell[c], CELL_LEN, "%s", names[c]);
	snprintf(r->note, NOTE_LEN, "%s", names[COL_NOTE]);
}

static void
row_window(
    struct row *r, const struct outage_as *as, const struct outage_window *w)
{
	const int64_t sec = report_seconds(w->start, w->end, w->duration);

	memset(r, 0, sizeof(*r));
	if (as->asn != 0)
		snprintf(r->cell[COL_AS], CELL_LEN, "AS%" PRIu32, as->asn);
	else
		snprintf(r->cell[COL_AS], CELL_LEN, "-");
	if (as->by_prefix)
		prefix_format(&as->prefix, r->cell[COL_PREFIX]);
	timefmt_table(w->start, r->cell[COL_START]);
	if (w->end != USEC_NONE)
		timefmt_table(w->end, r->cell[COL_END]);
	else
		snprintf(r->cell[COL_END], CELL_LEN, "-");
	timefmt_duration(sec * USEC_PER_SEC, r->cell[COL_DURATION]);
	snprintf(r->cell[COL_LOST], CELL_LEN, "%u/%u", w->prefixes_lost,
	    w->prefixes_total);
	snprintf(r->cell[COL_PEERS], CELL_LEN, "%u/%u", w->still_carrying,
	    w->voting);
	note_window(r->note, w);
}

static void
print_row(const struct page *p, const struct row *r, const int width[COL_N])
{
	char line[COL_N * (CELL_LEN + 2) + NOTE_LEN];
	int at = 0;

	for (int c = 0; c < COL_NOTE; c++) {
		if (c == COL_PREFIX && !p->by_prefix)
			continue;
		at += snprintf(line + at, sizeof(line) - (size_t)at, "%-*s  ",
		    width[c], r->cell[c]);
	}
	at += snprintf(line + at, sizeof(line) - (size_t)at, "%s", r->note);
	while (at > 0 && line[at - 1] == ' ')
		line[--at] = '\0';
	fputs(line, p->out);
}

static void
print_rows(const struct page *p, const struct row *rows, size_t n)
{
	int width[COL_N] = {0};

	for (size_t i = 0; i < n; i++) {
		for (int c = 0; c < COL_NOTE; c++) {
			const int len = (int)strlen(rows[i].cell[c]);

			if (len > width[c])
				width[c] = len;
		}
	}
	fputs(p->colour ? BOLD : "", p->out);
	print_row(p, &rows[0], width);
	fputs(p->colour ? PLAIN : "", p->out);
	for (size_t i = 1; i < n; i++) {
		putc('\n', p->out);
		print_row(p, &rows[i], width);
	}
	fputs("\n\n", p->out);
}

static enum blk_status
print_windows(const struct page *p)
{
	const struct outage_result *result = p->in->result;
	size_t n = 0, used = 1;
	struct row *rows;

	for (size_t i = 0; i < result->as_n; i++)
		n += result->ases[i].window_n;
	if (n == 0)
		return BLK_OK;
	rows = malloc((n + 1) * sizeof(*rows));
	if (rows == NULL)
		return BLK_ENOMEM;
	row_header(&rows[0]);
	for (size_t i = 0; i < result->as_n; i++) {
		const struct outage_as *as = &result->ases[i];

		for (size_t j = 0; j < as->window_n; j++)
			row_window(&rows[used++], as, &as->windows[j]);
	}
	print_rows(p, rows, used);
	free(rows);
	return BLK_OK;
}

/* "2014-12-21 16:00:00 to 2014-12-28 00:00:00 UTC" */
static void
print_span(FILE *out, usec_t from, usec_t to)
{
	char a[TIMEFMT_STRLEN], b[TIMEFMT_STRLEN];

	fprintf(
	    out, "%s to %s UTC", timefmt_table(from, a), timefmt_table(to, b));
}

static unsigned
collectors_read(const struct report_input *in)
{
	unsigned n = 0;

	for (size_t i = 0; i < in->timeline->collector_n; i++)
		n += report_collector_read(in, i);
	return n;
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

static unsigned
peers_read(const struct report_input *in)
{
	unsigned n = 0;

	for (unsigned i = 0; i < in->timeline->collector_n; i++) {
		if (report_collector_read(in, i))
			n += timeline_peers(in->timeline, i);
	}
	return n;
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
	const unsigned n = collectors_read(p->in);
	const unsigned peers = peers_read(p->in);

	if (as->voting_max == 0) {
		fprintf(p->out, ", by none of %u peer%s of %u collector%s.\n",
		    peers, plural(peers), n, plural(n));
	} else if (!as->verdict) {
		fprintf(p->out,
		    ": at most %u peer%s could tell, and %u are asked for"
		    " (--min-peers).\n",
		    as->voting_max, plural(as->voting_max), q->min_peers);
	} else if (!as->seen) {
		fprintf(p->out,
		    ": of %u voting peer%s, fewer than %g%% carried it at any"
		    " time (--visibility).\n",
		    as->voting_max, plural(as->voting_max),
		    q->visibility * 100);
	} else {
		fprintf(p->out, ", seen by %u peer%s of %u collector%s.\n",
		    as->voting_max, plural(as->voting_max), n, plural(n));
	}
}

/* Why there is no row for as. */
static void
print_quiet(const struct page *p, const struct outage_as *as)
{
	fputs(quiet_verdict(as), p->out);
	print_entity(p->out, as);
	fputs(" from ", p->out);
	print_span(p->out, p->from, p->to);
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

/* "route-views2, rrc00 and 7 more" */
static enum blk_status
print_collector_names(const struct page *p)
{
	const size_t total = collectors_read(p->in);
	const char *sep = "";
	size_t n = 0;

	for (size_t i = 0; i < p->in->timeline->collector_n; i++) {
		char *name;

		if (!report_collector_read(p->in, i) || n++ >= NAMES_MAX)
			continue;
		name = text_printable(p->in->archive->collectors[i].name);
		if (name == NULL)
			return BLK_ENOMEM;
		fprintf(p->out, "%s%s", sep, name);
		free(name);
		sep = ", ";
	}
	if (total > NAMES_MAX)
		fprintf(p->out, " and %zu more", total - NAMES_MAX);
	return BLK_OK;
}

static enum blk_status
print_coverage(const struct page *p)
{
	const struct timeline *t = p->in->timeline;
	const double full = p->in->query->params->full_feed;
	const unsigned n = collectors_read(p->in);
	const unsigned peers = peers_read(p->in);
	unsigned feeds[2] = {0, 0};

	for (unsigned i = 0; i < t->collector_n; i++) {
		if (!report_collector_read(p->in, i))
			continue;
		feeds[0] += timeline_full_feeds(t, i, 0, full);
		feeds[1] += timeline_full_feeds(t, i, 1, full);
	}
	fputs("Data: ", p->out);
	print_span(p->out, t->start, t->end);
	fprintf(p->out, "; %u collector%s (", n, plural(n));
	if (print_collector_names(p) != BLK_OK)
		return BLK_ENOMEM;
	fprintf(p->out, "), %u peer%s, full feeds: %u IPv4, %u IPv6\n", peers,
	    plural(peers), feeds[0], feeds[1]);
	return BLK_OK;
}

static enum blk_status
print_gap(const struct page *p, const char *collector, const struct tl_gap *gap)
{
	static const char *const reasons[] = {
	    [GAP_MISSING_FILE] = "no file",
	    [GAP_NO_UPDATES] = "no updates, only RIBs",
	    [GAP_DAMAGED_FILE] = "damaged file",
	    [GAP_SILENT] = "the collector says nothing",
	};
	char buf[TIMEFMT_STRLEN];
	char *name = text_printable(collector);

	if (name == NULL)
		return BLK_ENOMEM;
	fprintf(p->out, "Gap: %s, ", name);
	free(name);
	print_span(p->out, gap->start, gap->end);
	fprintf(p->out, " (%s): %s\n",
	    timefmt_duration(gap->end - gap->start, buf), reasons[gap->reason]);
	return BLK_OK;
}

static enum blk_status
print_gaps(const struct page *p)
{
	const struct timeline *t = p->in->timeline;
	size_t n = 0;

	for (size_t i = 0; i < t->collector_n; i++) {
		const struct tl_collector *c = &t->collectors[i];

		if (!report_collector_read(p->in, i))
			continue;
		for (size_t j = 0; j < c->gap_n; j++) {
			if (n++ < LINES_MAX &&
			    print_gap(p, p->in->archive->collectors[i].name,
				&c->gaps[j]) != BLK_OK)
				return BLK_ENOMEM;
		}
	}
	if (n > LINES_MAX)
		fprintf(p->out, "Gap: and %zu more (--format json)\n",
		    n - LINES_MAX);
	return BLK_OK;
}

static enum blk_status
print_damage_item(const struct page *p, const struct report_damage *d)
{
	char *file = text_printable(d->file);
	char *what = text_printable(d->what);

	if (file != NULL && what != NULL) {
		fprintf(p->out, "%sDamage%s: %s, offset %" PRIu64 ": %s",
		    p->colour ? YELLOW : "", p->colour ? PLAIN : "", file,
		    d->offset, what);
		if (d->count > 1)
			fprintf(p->out, " (%" PRIu64 " times)", d->count);
		if (d->lost_from != USEC_NONE && d->lost_until != USEC_NONE) {
			fputs("; may hide ", p->out);
			print_span(p->out, d->lost_from, d->lost_until);
		}
		putc('\n', p->out);
	}
	free(file);
	free(what);
	return file != NULL && what != NULL ? BLK_OK : BLK_ENOMEM;
}

static enum blk_status
print_damage(const struct page *p)
{
	const size_t n = report_damage_n(p->in);
	enum blk_status status = BLK_OK;

	for (size_t i = 0; i < n && i < LINES_MAX && status == BLK_OK; i++) {
		const struct report_damage d = report_damage_get(p->in, i);

		status = print_damage_item(p, &d);
	}
	if (n > LINES_MAX)
		fprintf(p->out, "Damage: and %zu more (--format json)\n",
		    n - LINES_MAX);
	return status;
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
		    n, plural(n),
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
		    plural(n[k]), what[k]);
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
	for (size_t i = 0; i < in->result->as_n; i++)
		p.by_prefix = p.by_prefix || in->result->ases[i].by_prefix;
	return p;
}

enum blk_status
report_table_outages(
    FILE *out, const struct report_input *in, const struct report_style *style)
{
	const struct page p = page_of(out, in, style);
	enum blk_status status = print_windows(&p);

	if (status != BLK_OK)
		return status;
	print_all_quiet(&p);
	status = print_coverage(&p);
	if (status == BLK_OK)
		status = print_gaps(&p);
	if (status == BLK_OK)
		status = print_damage(&p);
	if (status != BLK_OK)
		return status;
	print_short(&p);
	print_partial(&p);
	return report_written(out);
}
