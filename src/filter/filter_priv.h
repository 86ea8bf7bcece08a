#ifndef FILTER_PRIV_H
#define FILTER_PRIV_H

#include <regex.h>

#include "blackout/filter.h"

/*
 * The kinds of condition that need more than a comparison.  Lists come in
 * pairs, as everywhere in a filter: [0] what is wanted, [1] what is refused.
 */

/* --- filter_path.c --- */

#define FILTER_PLAIN_MAX 8u /* hops of an expression that are compared */

struct filter_path {
	regex_t regex;
	/* "^1_", "_1_2_", "_2$": hops in a row, which need no text. */
	unsigned plain_n; /* 0: it is not that simple */
	uint32_t plain[FILTER_PLAIN_MAX];
	bool from_start, to_end;
};

struct filter_paths {
	struct filter_path **v; /* each stays where it was compiled */
	size_t n, cap;
};

/* As filter_add_aspath. */
enum blk_status filter_path_add(
    struct filter_paths *l, const char *regex, char error[FILTER_ERROR_LEN]);
bool filter_path_passes(
    const struct filter_paths list[2], const struct bgp_attrs *a);
void filter_path_fini(struct filter_paths *l);

/* --- filter_community.c --- */

struct filter_community {
	uint32_t part[3]; /* 0 where any will do */
	uint8_t part_n;   /* 2, or 3 for a large one */
	uint8_t any;      /* bit n: part n may be anything */
};

struct filter_communities {
	struct filter_community *v; /* sorted, once settled */
	size_t n, cap;
	unsigned forms[2]; /* bit n: any == n occurs in one of 2, 3 parts */
};

/* As filter_add_community. */
enum blk_status filter_community_add(
    struct filter_communities *l, const char *text);
void filter_community_settle(struct filter_communities *l);
bool filter_community_passes(
    const struct filter_communities list[2], const struct bgp_attrs *a);
void filter_community_fini(struct filter_communities *l);

#endif
