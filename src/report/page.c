#include "report/page.h"

#include <inttypes.h>
#include <stdlib.h>

#include "report/text.h"

#define NAMES_MAX 5 /* collectors told by name */

const char *
page_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

void
page_span(FILE *out, usec_t from, usec_t to)
{
	char a[TIMEFMT_STRLEN], b[TIMEFMT_STRLEN];

	fprintf(
	    out, "%s to %s UTC", timefmt_table(from, a), timefmt_table(to, b));
}

void
page_more(FILE *out, const char *what, size_t n, size_t max)
{
	if (n > max)
		fprintf(
		    out, "%s: and %zu more (--format json)\n", what, n - max);
}

enum blk_status
page_gap(FILE *out, const char *collector, usec_t from, usec_t to,
    enum gap_reason reason)
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
	fprintf(out, "Gap: %s, ", name);
	free(name);
	page_span(out, from, to);
	fprintf(out, " (%s): %s\n", timefmt_duration(to - from, buf),
	    reasons[reason]);
	return BLK_OK;
}

static enum blk_status
print_damage(FILE *out, const struct report_damage *d, bool colour)
{
	char *file = text_printable(d->file);
	char *what = text_printable(d->what);

	if (file != NULL && what != NULL) {
		fprintf(out, "%sDamage%s: %s, offset %" PRIu64 ": %s",
		    colour ? PAGE_YELLOW : "", colour ? PAGE_PLAIN : "", file,
		    d->offset, what);
		if (d->count > 1)
			fprintf(out, " (%" PRIu64 " times)", d->count);
		if (d->lost_from != USEC_NONE && d->lost_until != USEC_NONE) {
			fputs("; may hide ", out);
			page_span(out, d->lost_from, d->lost_until);
		}
		putc('\n', out);
	}
	free(file);
	free(what);
	return file != NULL && what != NULL ? BLK_OK : BLK_ENOMEM;
}

enum blk_status
page_damage(
    FILE *out, const struct report_faults *faults, size_t max, bool colour)
{
	const size_t n = report_damage_n(faults);
	enum blk_status status = BLK_OK;

	for (size_t i = 0; i < n && i < max && status == BLK_OK; i++) {
		const struct report_damage d = report_damage_get(faults, i);

		status = print_damage(out, &d, colour);
	}
	page_more(out, "Damage", n, max);
	return status;
}

unsigned
page_collectors(const struct report_input *in)
{
	unsigned n = 0;

	for (size_t i = 0; i < in->timeline->collector_n; i++)
		n += report_collector_read(in, i);
	return n;
}

unsigned
page_peers(const struct report_input *in)
{
	unsigned n = 0;

	for (unsigned i = 0; i < in->timeline->collector_n; i++) {
		if (report_collector_read(in, i))
			n += timeline_peers(in->timeline, i);
	}
	return n;
}

/* "route-views2, rrc00 and 7 more" */
static enum blk_status
print_collector_names(FILE *out, const struct report_input *in)
{
	const size_t total = page_collectors(in);
	const char *sep = "";
	size_t n = 0;

	for (size_t i = 0; i < in->timeline->collector_n; i++) {
		char *name;

		if (!report_collector_read(in, i) || n++ >= NAMES_MAX)
			continue;
		name = text_printable(in->archive->collectors[i].name);
		if (name == NULL)
			return BLK_ENOMEM;
		fprintf(out, "%s%s", sep, name);
		free(name);
		sep = ", ";
	}
	if (total > NAMES_MAX)
		fprintf(out, " and %zu more", total - NAMES_MAX);
	return BLK_OK;
}

enum blk_status
page_coverage(FILE *out, const struct report_input *in)
{
	const struct timeline *t = in->timeline;
	const double full = in->query->params->full_feed;
	const unsigned n = page_collectors(in);
	const unsigned peers = page_peers(in);
	unsigned feeds[2] = {0, 0};

	for (unsigned i = 0; i < t->collector_n; i++) {
		if (!report_collector_read(in, i))
			continue;
		feeds[0] += timeline_full_feeds(t, i, 0, full);
		feeds[1] += timeline_full_feeds(t, i, 1, full);
	}
	fputs("Data: ", out);
	if (t->end != USEC_NONE)
		page_span(out, t->start, t->end);
	else
		fputs("no record of use", out);
	fprintf(out, "; %u collector%s (", n, page_plural(n));
	if (print_collector_names(out, in) != BLK_OK)
		return BLK_ENOMEM;
	fprintf(out, "), %u peer%s, full feeds: %u IPv4, %u IPv6\n", peers,
	    page_plural(peers), feeds[0], feeds[1]);
	return BLK_OK;
}

enum blk_status
page_gaps(FILE *out, const struct report_input *in)
{
	const struct timeline *t = in->timeline;
	size_t n = 0;

	for (size_t i = 0; i < t->collector_n; i++) {
		const struct tl_collector *c = &t->collectors[i];

		if (!report_collector_read(in, i))
			continue;
		for (size_t j = 0; j < c->gap_n; j++) {
			const struct tl_gap *g = &c->gaps[j];

			if (n++ < PAGE_LINES_MAX &&
			    page_gap(out, in->archive->collectors[i].name,
				g->start, g->end, g->reason) != BLK_OK)
				return BLK_ENOMEM;
		}
	}
	page_more(out, "Gap", n, PAGE_LINES_MAX);
	return BLK_OK;
}

static void
print_short(FILE *out, const struct report_input *in)
{
	char buf[TIMEFMT_STRLEN];
	uint64_t n = 0;

	for (size_t i = 0; i < in->result->as_n; i++)
		n += in->result->ases[i].filtered_short;
	if (n > 0) {
		fprintf(out,
		    "Left out: %" PRIu64 " outage%s shorter than %s"
		    " (--min-duration)\n",
		    n, page_plural(n),
		    timefmt_duration(in->query->params->min_duration, buf));
	}
}

/* What happened to single prefixes without being part of an outage. */
static void
print_partial(FILE *out, const struct report_input *in)
{
	static const char *const what[] = {
	    [OUTAGE_WITHDRAWN] = "lost outside any outage",
	    [OUTAGE_MOVED] = "moved to another AS",
	    [OUTAGE_COVERED] = "replaced by other prefixes of the same AS",
	};
	uint64_t n[] = {0, 0, 0};
	const char *sep = "Prefixes: ";

	for (size_t i = 0; i < in->result->as_n; i++) {
		const struct outage_as *as = &in->result->ases[i];

		for (size_t j = 0; j < as->partial_n; j++)
			n[as->partial[j].kind]++;
	}
	for (size_t k = 0; k < 3; k++) {
		if (n[k] == 0)
			continue;
		fprintf(out, "%s%" PRIu64 " time%s %s", sep, n[k],
		    page_plural(n[k]), what[k]);
		sep = ", ";
	}
	if (sep[0] == ',')
		fputs(" (--format json)\n", out);
}

enum blk_status
page_foot(FILE *out, const struct report_input *in, bool colour)
{
	const struct report_faults faults = report_faults_of(in);
	enum blk_status status = page_coverage(out, in);

	if (status == BLK_OK)
		status = page_gaps(out, in);
	if (status == BLK_OK)
		status = page_damage(out, &faults, PAGE_LINES_MAX, colour);
	if (status != BLK_OK)
		return status;
	print_short(out, in);
	print_partial(out, in);
	return BLK_OK;
}

void
page_asked(const struct report_input *in, usec_t *from, usec_t *to)
{
	const struct outage_params *q = in->query->params;

	*from = in->timeline->start;
	*to = in->timeline->end;
	if (q->start != USEC_NONE && q->start > *from)
		*from = q->start;
	if (q->end != USEC_NONE && q->end < *to)
		*to = q->end;
}
