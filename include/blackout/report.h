#ifndef BLACKOUT_REPORT_H
#define BLACKOUT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "blackout/archive.h"
#include "blackout/asnames.h"
#include "blackout/check.h"
#include "blackout/claims.h"
#include "blackout/curve.h"
#include "blackout/delegated.h"
#include "blackout/feed.h"
#include "blackout/info.h"
#include "blackout/outage.h"
#include "blackout/status.h"
#include "blackout/timeline.h"

/* Windows, coverage and damage as text: one const table row per format. */

/* Words of the command line. */
struct report_words {
	char *const *v;
	size_t n;
};

/* What the user asked, for the report's "query". */
struct report_query {
	const uint32_t *asns;
	size_t asn_n;
	const struct prefix *prefixes;
	size_t prefix_n;
	bool more_specific, less_specific;
	bool all, by_country;
	struct report_words countries; /* as given */
	enum outage_sort sort;
	bool sorted;    /* that order is wanted: pictures have their own */
	size_t limit;   /* 0: none */
	bool family[2]; /* IPv4, IPv6 */
	/* As given: "AS64500", "!rrc00"; they may repeat. */
	struct report_words peer_asns, peer_ips, collectors;
	struct report_words as_paths, communities, types;
	const struct outage_params *params;
};

/* Everything a report is made from; all borrowed. */
struct report_input {
	const struct report_query *query;
	const struct outage_result *result;
	const struct timeline *timeline; /* collectors, sessions, gaps */
	const struct archive *archive;
	const struct feed_collector *collectors; /* one per archive collector */
	const struct damage *damage;
	size_t damage_n;
	const struct delegated *delegated; /* settled; NULL: none was given */
	const struct asnames *names;       /* the same */
};

/* Everything that a report on an archive itself is made from; all borrowed. */
struct report_info {
	const struct info *info;
	const struct archive *archive;
	const struct feed_collector *collectors;
	const struct feed_file *files;
	const struct damage *damage;
	size_t damage_n;
	struct report_words wanted; /* collectors, as given */
	double full_feed;
	bool all_files, all_peers; /* in the table: a row for each */
};

/* A claim, and what the archive says to it. */
struct report_claim {
	const struct claim *claim;
	struct check_result result;
};

/* A report on claims; borrowed. */
struct report_check {
	const struct report_input *data; /* its result is not used */
	const struct report_claim *claims;
	size_t claim_n;
	usec_t slack; /* see check.h */
};

/* A report on the curves behind the windows; borrowed. */
struct report_timeline {
	const struct report_input *data;
	struct curve *curves; /* of data->timeline; asked one by one */
};

/* What the reader's screen can show; never decided here. */
struct report_style {
	bool colour;      /* ANSI colours */
	bool utf8;        /* more than ASCII */
	unsigned columns; /* of a terminal; 0: it is none */
	unsigned width;   /* of pictures, in pixels; 0: the usual one */
};

struct report_format {
	const char *name; /* "table", "json", "jsonl", "csv", "svg", "html" */
	enum blk_status (*outages)(FILE *out, const struct report_input *in,
	    const struct report_style *style);
	/* NULL: there is none in this format. */
	enum blk_status (*info)(FILE *out, const struct report_info *in,
	    const struct report_style *style);
	enum blk_status (*check)(FILE *out, const struct report_check *in,
	    const struct report_style *style);
	enum blk_status (*timeline)(FILE *out, const struct report_timeline *in,
	    const struct report_style *style);
};

/* The format of that name; NULL if there is none. */
const struct report_format *report_format_find(const char *name);

/* The name of format i, from 0; NULL past the last: for help texts. */
const char *report_format_name(size_t i);

#endif
