#include <inttypes.h>

#include "report/report_priv.h"

/*
 * The curves for tools that plot: one row a step, each prefix by itself, a row
 * at the end of the data as its last, so that steps have their whole length.
 */

static const char header[] =
    "asn,prefix,time,voting,carrying,verdict,moved_to\n";

static void
put_row(FILE *out, uint32_t asn, const char *prefix, usec_t time,
    const struct curve_step *s)
{
	char text[TIMEFMT_STRLEN];

	fprintf(out, "%" PRIu32 ",%s,%s,%" PRIu32 ",%" PRIu32 ",%s,", asn,
	    prefix, timefmt_rfc3339(time, text), s->voting, s->carrying,
	    curve_verdict_name(s->verdict));
	if (s->moved)
		fprintf(out, "%" PRIu32, s->moved_to);
	putc('\n', out);
}

static void
put_prefix(FILE *out, const struct report_timeline *in, uint32_t asn,
    const struct curve_prefix *p)
{
	char prefix[PREFIX_STRLEN];
	const struct curve_step *last = NULL;

	prefix_format(&p->prefix, prefix);
	for (size_t i = 0; i < p->step_n; i++) {
		if (!report_step_told(in, p, i))
			continue;
		last = &p->steps[i];
		put_row(out, asn, prefix, last->time, last);
	}
	if (last != NULL)
		put_row(out, asn, prefix,
		    curve_step_end(in->curves, p, (size_t)(last - p->steps)),
		    last);
}

enum blk_status
report_csv_timeline(FILE *out, const struct report_timeline *in,
    const struct report_style *style)
{
	(void)style;
	fputs(header, out);
	for (size_t i = 0; i < in->data->result->as_n; i++) {
		const struct curve_entity *e;
		enum blk_status status =
		    curve_get(in->curves, in->data->result->ases[i].entity, &e);

		if (status != BLK_OK)
			return status;
		for (size_t k = 0; k < e->prefix_n; k++)
			put_prefix(out, in, in->data->result->ases[i].asn,
			    &e->prefixes[k]);
	}
	return report_written(out);
}
