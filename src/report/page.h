#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "report/report_priv.h"

/* What all pages for people have in common: their lines on the data. */

#define PAGE_BOLD "\033[1m"
#define PAGE_DIM "\033[2m"
#define PAGE_RED "\033[31m"
#define PAGE_YELLOW "\033[33m"
#define PAGE_PLAIN "\033[0m"

#define PAGE_LINES_MAX 5u /* gaps, and damage, told one by one */

/* "s", unless n is 1. */
const char *page_plural(uint64_t n);

/* "2014-12-21 16:00:00 to 2014-12-28 00:00:00 UTC" */
void page_span(FILE *out, usec_t from, usec_t to);

/* A line on a gap of collector.  BLK_ENOMEM. */
enum blk_status page_gap(FILE *out, const char *collector, usec_t from,
    usec_t to, enum gap_reason reason);

/* A line for each of the first max, and one on the rest.  BLK_ENOMEM. */
enum blk_status page_damage(
    FILE *out, const struct report_faults *faults, size_t max, bool colour);

/* "Gap: and 3 more (--format json)", of n, if there are more than max. */
void page_more(FILE *out, const char *what, size_t n, size_t max);

/* Collectors that were read, and the peers of their last known tables. */
unsigned page_collectors(const struct report_input *in);
unsigned page_peers(const struct report_input *in);

/* A line on the data, and up to PAGE_LINES_MAX on gaps.  BLK_ENOMEM. */
enum blk_status page_coverage(FILE *out, const struct report_input *in);
enum blk_status page_gaps(FILE *out, const struct report_input *in);

/*
 * All that outages rest on, a line each: the data, gaps, damage, what was left
 * out, and what became of single prefixes.  BLK_ENOMEM.
 */
enum blk_status page_foot(
    FILE *out, const struct report_input *in, bool colour);

/* What was asked for, of the time that there is. */
void page_asked(const struct report_input *in, usec_t *from, usec_t *to);

#endif
