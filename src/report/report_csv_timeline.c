#include <inttypes.h>

#include "report/report_priv.h"

/*
 * The curves for tools that plot: one row a step, each prefix by itself, a row
 * at the end of the data as its last, so that steps have their whole length.
 * Then those who vote at each collector, whose rows name it and no prefix.
 */

static const char header[] =
    "asn,prefix,time,voting,carrying,verdict,moved_to,cc,collector,family\n";

/* Whose curves are told. */
struct whose {
	const struct report_timeline *in;
	const struct outage_as *as;
	FILE *out;
};

static void
put_row(const struct whose *w, const char *prefix, usec_t time,
    const struct curve_step *s)
{
	const char *cc = report_country(w->in->data, w->as);
	char text[TIMEFMT_STRLEN];

	if (w->as->country == NULL)
		fprintf(w->out, "%" PRIu32, w->as->asn);
	fprintf(w->out, ",%s,%s,%" PRIu32 ",%" PRIu32 ",%s,", prefix,
	    timefmt_rfc3339(time, text), s->voting, s->carrying,
	    curve_verdict_name(s->verdict));
	if (s->moved)
		fprintf(w->out, "%" PRIu32, s->moved_to);
	fprintf(w->out, ",%s,,\n", cc != NULL ? cc : "");
}

static void
put_prefix(const struct whose *w, const struct curve_prefix *p)
{
	char prefix[PREFIX_STRLEN];
	const struct curve_step *last = NULL;

	prefix_format(&p->prefix, prefix);
	for (size_t i = 0; i < p->step_n; i++) {
		if (!report_step_told(w->in, p, i))
			continue;
		last = &p->steps[i];
		put_row(w, prefix, last->time, last);
	}
	if (last != NULL)
		put_row(w, prefix,
		    curve_step_end(w->in->curves, p, (size_t)(last - p->steps)),
		    last);
}

static void
put_voters_row(FILE *out, const struct report_timeline *in,
    const struct report_voters *v, usec_t time, uint32_t voting)
{
	char text[TIMEFMT_STRLEN];

	fprintf(
	    out, ",,%s,%" PRIu32 ",,,,,", timefmt_rfc3339(time, text), voting);
	report_csv_quoted(
	    out, in->data->archive->collectors[v->collector].name);
	fprintf(out, ",%s\n", report_family_name(v->family));
}

static void
put_voters(
    FILE *out, const struct report_timeline *in, const struct report_voters *v)
{
	size_t last = v->step_n;

	for (size_t i = 0; i < v->step_n; i++) {
		if (!report_voters_told(in, v, i))
			continue;
		last = i;
		put_voters_row(
		    out, in, v, v->steps[i].time, v->steps[i].voting);
	}
	if (last < v->step_n)
		put_voters_row(out, in, v, report_voters_end(in, v, last),
		    v->steps[last].voting);
}

enum blk_status
report_csv_timeline(FILE *out, const struct report_timeline *in,
    const struct report_style *style)
{
	const struct outage_result *r = in->data->result;
	struct report_voters v;
	enum blk_status status;

	(void)style;
	fputs(header, out);
	for (size_t i = 0; i < r->as_n; i++) {
		const struct whose whose = {in, &r->ases[i], out};
		const struct curve_entity *e;

		status = curve_get(in->curves, r->ases[i].entity, &e);
		if (status != BLK_OK)
			return status;
		for (size_t k = 0; k < e->prefix_n; k++)
			put_prefix(&whose, &e->prefixes[k]);
	}
	for (size_t i = 0; (status = report_voters_next(in, &i, &v)) == BLK_OK;)
		put_voters(out, in, &v);
	return status == BLK_END ? report_written(out) : status;
}
