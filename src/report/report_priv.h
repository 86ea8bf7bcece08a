#ifndef BLACKOUT_REPORT_PRIV_H
#define BLACKOUT_REPORT_PRIV_H

#include "blackout/report.h"

/* The formats, one file each; all return BLK_OK, BLK_ENOMEM or BLK_EIO. */
enum blk_status report_table_outages(
    FILE *out, const struct report_input *in, const struct report_style *style);
enum blk_status report_json_outages(
    FILE *out, const struct report_input *in, const struct report_style *style);
enum blk_status report_json_lines(
    FILE *out, const struct report_input *in, const struct report_style *style);
enum blk_status report_csv_outages(
    FILE *out, const struct report_input *in, const struct report_style *style);
enum blk_status report_svg_outages(
    FILE *out, const struct report_input *in, const struct report_style *style);
enum blk_status report_html_outages(
    FILE *out, const struct report_input *in, const struct report_style *style);
/* Pictures are of curves and of what was found in them, whoever asks. */
enum blk_status report_svg_timeline(FILE *out, const struct report_timeline *in,
    const struct report_style *style);
enum blk_status report_html_timeline(FILE *out,
    const struct report_timeline *in, const struct report_style *style);

enum blk_status report_table_info(
    FILE *out, const struct report_info *in, const struct report_style *style);
enum blk_status report_json_info(
    FILE *out, const struct report_info *in, const struct report_style *style);

enum blk_status report_table_check(
    FILE *out, const struct report_check *in, const struct report_style *style);
enum blk_status report_json_check(
    FILE *out, const struct report_check *in, const struct report_style *style);

enum blk_status report_json_timeline(FILE *out,
    const struct report_timeline *in, const struct report_style *style);
enum blk_status report_csv_timeline(FILE *out, const struct report_timeline *in,
    const struct report_style *style);

/* A field of CSV from outside, quoted where RFC 4180 asks for it. */
void report_csv_quoted(FILE *out, const char *s);

/* Whether step i of p is told: it holds, to the second, in the time asked for.
 */
bool report_step_told(
    const struct report_timeline *in, const struct curve_prefix *p, size_t i);

/* How many ASNs vote at a collector, in one family: see curve.h. */
struct report_voters {
	unsigned collector, family;
	const struct curve_voters_step *steps;
	size_t step_n;
};

/*
 * Voters of all collectors that were read and all families asked for, one by
 * one: from *i = 0 on.  BLK_END: there are no more; BLK_ENOMEM.
 */
enum blk_status report_voters_next(
    const struct report_timeline *in, size_t *i, struct report_voters *out);
/* As report_step_told; and until when a step holds. */
bool report_voters_told(
    const struct report_timeline *in, const struct report_voters *v, size_t i);
usec_t report_voters_end(
    const struct report_timeline *in, const struct report_voters *v, size_t i);
const char *report_family_name(unsigned family);
bool report_in_baseline(const struct outage_as *as, const struct prefix *p);

/* How many claims came out as each verdict. */
void report_check_count(
    const struct report_check *in, size_t n[CHECK_VERDICTS]);

/* BLK_EIO if out has failed. */
enum blk_status report_written(FILE *out);

/* Whether anything was read from collector i: others are not mentioned. */
bool report_collector_read(const struct report_input *in, size_t i);

/* The name of an entity's AS, and the country it was delegated to; or NULL. */
const char *report_name(
    const struct report_input *in, const struct outage_as *as);
const char *report_country(
    const struct report_input *in, const struct outage_as *as);

/*
 * Whole seconds from start to end as both are printed, so that a reader who
 * subtracts gets the same; of an ongoing stretch, for duration.
 */
int64_t report_seconds(usec_t start, usec_t end, usec_t duration);

/*
 * The last second before a change, as it is printed: earliest, but never the
 * second of the change itself, in which both may lie.
 */
usec_t report_before(usec_t earliest, usec_t change);

/* What was wrong with the input: all borrowed. */
struct report_faults {
	const struct damage *damage; /* as the feed tells it */
	size_t damage_n;
	const struct archive *archive; /* with the paths of no use */
};
struct report_faults report_faults_of(const struct report_input *in);

/* An item of damage: the feed's, then paths that could not be used at all. */
struct report_damage {
	const char *file;
	uint64_t offset;
	const char *what;
	uint64_t count, records_kept;
	usec_t lost_from, lost_until;
};
size_t report_damage_n(const struct report_faults *f);
struct report_damage report_damage_get(const struct report_faults *f, size_t i);

/* "missing_file" and so on. */
const char *report_gap_name(enum gap_reason reason);

#endif
