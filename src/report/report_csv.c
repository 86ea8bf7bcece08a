#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/report_priv.h"

/*
 * One row an outage, under a header that never changes.  Lists inside a field
 * are separated by spaces.  Lines end in LF, which RFC 4180 readers take.
 */

static const char header[] =
    "asn,prefix,start,end,duration,ongoing,start_known,start_earliest,"
    "end_earliest,unknown,loss,prefixes_lost,prefixes_total,blackouts,"
    "peers_voting,peers_still_carrying,stuck,prefixes,collectors,cc,name\n";

void
report_csv_quoted(FILE *out, const char *s)
{
	if (strpbrk(s, "\",\r\n") == NULL) {
		fputs(s, out);
		return;
	}
	putc('"', out);
	for (; *s != '\0'; s++) {
		if (*s == '"')
			putc('"', out);
		putc(*s, out);
	}
	putc('"', out);
}

/* A moment and the comma after it; nothing for none. */
static void
put_time(FILE *out, usec_t t)
{
	char buf[TIMEFMT_STRLEN];

	if (t != USEC_NONE)
		fputs(timefmt_rfc3339(t, buf), out);
	putc(',', out);
}

static const char *
yes_no(bool value)
{
	return value ? "true" : "false";
}

static void
put_entity(FILE *out, const struct outage_as *as)
{
	char buf[PREFIX_STRLEN];

	if (as->country == NULL)
		fprintf(out, "%" PRIu32, as->asn);
	fprintf(
	    out, ",%s,", as->by_prefix ? prefix_format(&as->prefix, buf) : "");
}

static void
put_stuck(FILE *out, const struct outage_window *w)
{
	char buf[IPADDR_STRLEN];

	for (size_t i = 0; i < w->stuck_n; i++) {
		fprintf(out, "%s%s", i > 0 ? " " : "",
		    ipaddr_format(&w->stuck[i], buf));
	}
	putc(',', out);
}

/* Whether the prefix of entry i was named by an entry before it. */
static bool
named_before(const struct outage_window *w, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (prefix_cmp(
			&w->prefixes[j].prefix, &w->prefixes[i].prefix) == 0)
			return true;
	}
	return false;
}

static void
put_prefixes(FILE *out, const struct outage_window *w)
{
	char buf[PREFIX_STRLEN];
	const char *sep = "";

	for (size_t i = 0; i < w->prefix_n; i++) {
		if (named_before(w, i))
			continue;
		fprintf(out, "%s%s", sep,
		    prefix_format(&w->prefixes[i].prefix, buf));
		sep = " ";
	}
	putc(',', out);
}

/* Names come from folders, and may hold anything. */
static enum blk_status
put_collectors(
    FILE *out, const struct archive *a, const struct outage_window *w)
{
	char *names = NULL;
	size_t len;
	FILE *f = open_memstream(&names, &len);

	if (f == NULL)
		return BLK_ENOMEM;
	for (size_t i = 0; i < w->collector_n; i++) {
		fprintf(f, "%s%s", i > 0 ? " " : "",
		    a->collectors[w->collectors[i]].name);
	}
	if (fclose(f) != 0) {
		free(names);
		return BLK_ENOMEM;
	}
	report_csv_quoted(out, names);
	free(names);
	return BLK_OK;
}

static enum blk_status
put_window(FILE *out, const struct report_input *in, const struct outage_as *as,
    const struct outage_window *w)
{
	const char *name = report_name(in, as),
		   *country = report_country(in, as);

	put_entity(out, as);
	put_time(out, w->start);
	put_time(out, w->end);
	fprintf(out, "%" PRId64 ",%s,%s,",
	    report_seconds(w->start, w->end, w->duration),
	    yes_no(w->end == USEC_NONE), yes_no(w->start_known));
	put_time(out,
	    w->start_known ? report_before(w->start_earliest, w->start)
			   : USEC_NONE);
	put_time(out, report_before(w->end_earliest, w->end));
	fprintf(out, "%" PRId64 ",%.4f,%u,%u,%zu,%u,%u,",
	    usec_floor_sec(w->unknown), w->loss, w->prefixes_lost,
	    w->prefixes_total, w->blackout_n, w->voting, w->still_carrying);
	put_stuck(out, w);
	put_prefixes(out, w);
	if (put_collectors(out, in->archive, w) != BLK_OK)
		return BLK_ENOMEM;
	fprintf(out, ",%s,", country != NULL ? country : "");
	report_csv_quoted(out, name != NULL ? name : "");
	putc('\n', out);
	return BLK_OK;
}

enum blk_status
report_csv_outages(
    FILE *out, const struct report_input *in, const struct report_style *style)
{
	(void)style;
	fputs(header, out);
	for (size_t i = 0; i < in->result->row_n; i++) {
		const struct outage_row *row = &in->result->rows[i];
		const struct outage_as *as = &in->result->ases[row->as];

		if (put_window(out, in, as, &as->windows[row->window]) !=
		    BLK_OK)
			return BLK_ENOMEM;
	}
	return report_written(out);
}
