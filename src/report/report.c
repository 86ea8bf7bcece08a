#include "blackout/report.h"

#include <stdlib.h>
#include <string.h>

#include "report/report_priv.h"

/* The table of formats, and what several of them share. */

static const struct report_format formats[] = {
    {"table", report_table_outages, report_table_info, report_table_check,
	NULL},
    {"json", report_json_outages, report_json_info, report_json_check,
	report_json_timeline},
    {"jsonl", report_json_lines, NULL, NULL, NULL},
    {"csv", report_csv_outages, NULL, NULL, report_csv_timeline},
    {"svg", report_svg_outages, NULL, NULL, report_svg_timeline},
    {"html", report_html_outages, NULL, NULL, report_html_timeline},
};

#define FORMAT_N (sizeof(formats) / sizeof(formats[0]))

const struct report_format *
report_format_find(const char *name)
{
	for (size_t i = 0; i < FORMAT_N; i++) {
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	}
	return NULL;
}

const char *
report_format_name(size_t i)
{
	return i < FORMAT_N ? formats[i].name : NULL;
}

enum blk_status
report_written(FILE *out)
{
	return ferror(out) ? BLK_EIO : BLK_OK;
}

bool
report_collector_read(const struct report_input *in, size_t i)
{
	return in->collectors[i].files > 0;
}

/* Whether a stretch holds, to the second, in the time asked for. */
static bool
is_told(const struct report_timeline *in, usec_t start, usec_t end)
{
	const struct outage_params *q = in->data->query->params;

	return usec_floor_sec(start) < usec_floor_sec(end) &&
	    (q->start == USEC_NONE || end > q->start) &&
	    (q->end == USEC_NONE || start < q->end);
}

bool
report_step_told(
    const struct report_timeline *in, const struct curve_prefix *p, size_t i)
{
	return is_told(in, p->steps[i].time, curve_step_end(in->curves, p, i));
}

enum blk_status
report_voters_next(
    const struct report_timeline *in, size_t *i, struct report_voters *out)
{
	for (; *i < in->data->timeline->collector_n * 2; ++*i) {
		const unsigned c = (unsigned)(*i / 2), family = *i % 2;

		if (!report_collector_read(in->data, c) ||
		    !in->data->query->family[family])
			continue;
		++*i;
		*out = (struct report_voters){.collector = c, .family = family};
		return curve_voters(
		    in->curves, c, family, &out->steps, &out->step_n);
	}
	return BLK_END;
}

usec_t
report_voters_end(
    const struct report_timeline *in, const struct report_voters *v, size_t i)
{
	return i + 1 < v->step_n ? v->steps[i + 1].time
				 : in->data->timeline->end;
}

bool
report_voters_told(
    const struct report_timeline *in, const struct report_voters *v, size_t i)
{
	return is_told(in, v->steps[i].time, report_voters_end(in, v, i));
}

const char *
report_family_name(unsigned family)
{
	return family == 0 ? "ipv4" : "ipv6";
}

static int
cmp_prefix(const void *a, const void *b)
{
	return prefix_cmp(a, b);
}

bool
report_in_baseline(const struct outage_as *as, const struct prefix *p)
{
	return as->baseline_n > 0 &&
	    bsearch(p, as->baseline, as->baseline_n, sizeof(*as->baseline),
		cmp_prefix) != NULL;
}

int64_t
report_seconds(usec_t start, usec_t end, usec_t duration)
{
	if (end == USEC_NONE)
		end = start + duration;
	return usec_floor_sec(end) - usec_floor_sec(start);
}

usec_t
report_before(usec_t earliest, usec_t change)
{
	const int64_t second = usec_floor_sec(change);

	if (earliest == USEC_NONE || change == USEC_NONE ||
	    usec_floor_sec(earliest) < second)
		return earliest;
	return (second - 1) * USEC_PER_SEC;
}

struct report_faults
report_faults_of(const struct report_input *in)
{
	return (struct report_faults){in->damage, in->damage_n, in->archive};
}

size_t
report_damage_n(const struct report_faults *f)
{
	return f->damage_n + f->archive->problem_n;
}

struct report_damage
report_damage_get(const struct report_faults *f, size_t i)
{
	const struct damage *d = &f->damage[i];

	if (i < f->damage_n) {
		return (struct report_damage){d->file, d->offset, d->what,
		    d->count, d->records_kept, d->lost_from, d->lost_until};
	}
	i -= f->damage_n;
	return (struct report_damage){.file = f->archive->problems[i].path,
	    .what = strerror(f->archive->problems[i].error),
	    .count = 1,
	    .lost_from = USEC_NONE,
	    .lost_until = USEC_NONE};
}

const char *
report_gap_name(enum gap_reason reason)
{
	static const char *const names[] = {
	    [GAP_MISSING_FILE] = "missing_file",
	    [GAP_NO_UPDATES] = "no_updates",
	    [GAP_DAMAGED_FILE] = "damaged_file",
	    [GAP_SILENT] = "silent",
	};

	return names[reason];
}

const char *
report_name(const struct report_input *in, const struct outage_as *as)
{
	if (in->names == NULL || as->country != NULL || as->asn == 0)
		return NULL;
	return asnames_find(in->names, as->asn);
}

const char *
report_country(const struct report_input *in, const struct outage_as *as)
{
	const struct delegated_country *c = as->country;

	if (c == NULL && in->delegated != NULL && as->asn != 0)
		c = delegated_country_of(in->delegated, as->asn);
	return c != NULL ? c->name : NULL;
}
