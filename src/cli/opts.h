#ifndef BLACKOUT_CLI_OPTS_H
#define BLACKOUT_CLI_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "blackout/filter.h"
#include "blackout/outage.h"
#include "blackout/prefix.h"
#include "blackout/report.h"
#include "blackout/rows.h"
#include "blackout/status.h"
#include "blackout/urls.h"

/*
 * Command lines as one struct.  One table in opts.c holds every option: its
 * letters, its help and the function that takes its value, so that the help
 * text cannot say what the parser does not do.  A command takes whole groups.
 */
enum opts_group {
	OPTS_WATCH = 1 << 0,  /* --asn, --prefix */
	OPTS_TIME = 1 << 1,   /* --start, --end */
	OPTS_PEERS = 1 << 2,  /* --peer-asn, --collector, -4 */
	OPTS_JUDGE = 1 << 3,  /* --visibility, --loss */
	OPTS_OUTPUT = 1 << 4, /* --output */
	OPTS_WORK = 1 << 5,   /* --threads */
	OPTS_HELP = 1 << 6,
	OPTS_URLS = 1 << 7,   /* --collector, --start, --end, --ribs of urls */
	OPTS_FORMAT = 1 << 8, /* --format of outages */
	OPTS_DUMP = 1 << 11,  /* --format, --sorted of dump */
	OPTS_INFO = 1 << 9,   /* --collector, --files, --peers of info */
	OPTS_INFO_FORMAT = 1 << 10,  /* --format of info */
	OPTS_CHECK = 1 << 12,        /* --reports, --delegated of check */
	OPTS_CHECK_FORMAT = 1 << 13, /* --format of check */
	OPTS_ROUTES = 1 << 14,       /* --as-path, --community, --type */
	OPTS_SELECT = 1 << 15,       /* --asn, --prefix, --start of dump */
	OPTS_TIMELINE = 1 << 16,     /* --format, --also of timeline */
	OPTS_MERGE = 1 << 17,        /* --format, --curve, --watched of merge */
	OPTS_PLAN = 1 << 18,         /* --slice, --parts of plan */
	OPTS_EVERY = 1 << 19,        /* --all, --country, --by */
	OPTS_ORDER = 1 << 20,        /* --sort, --limit, --names */
	OPTS_PLACES = 1 << 21,       /* --delegated */
};

/* Conditions as they were given: "AS64500", "!rrc00". */
struct opts_words {
	char **v;
	size_t n, cap;
};

struct opts {
	bool help;
	uint32_t *asns; /* sorted, distinct; and so prefixes */
	size_t asn_n, asn_cap;
	struct prefix *prefixes;
	size_t prefix_n, prefix_cap;
	bool more_specific, less_specific;
	bool all, by_country;
	struct opts_words countries, delegated, names; /* the last two: files */
	bool has_digest; /* the files of --delegated must make this one */
	uint64_t digest;
	bool has_sort;
	enum outage_sort sort;
	unsigned limit; /* 0: none */
	/* What takes part, settled; and the words that made it. */
	struct filter *filter;
	struct opts_words peer_asns, peer_ips, collectors;
	struct opts_words as_paths, communities, types;
	enum urls_ribs ribs;
	bool all_files, all_peers;
	struct opts_words reports; /* files */
	usec_t tolerance;          /* check.h: slack */
	unsigned threads; /* by default all cores this process may use */
	struct outage_params params;
	const struct report_format *format;
	unsigned width; /* of a picture; 0: the usual one */
	const struct rows_format *rows;
	bool sorted;
	bool part;           /* the format is that of parts */
	bool overlap;        /* of timeline */
	bool curve, watched; /* of merge */
	struct prefix *also; /* sorted, distinct */
	size_t also_n, also_cap;
	usec_t slice;
	const char *parts;        /* folder; borrowed from argv */
	const char *output;       /* NULL: standard output */
	const char *const *paths; /* borrowed from argv */
	size_t path_n;
};

#define OPTS_ERROR_LEN 512

/*
 * Read the arguments after the command's name, argv[1] to argv[argc - 1];
 * argv is reordered so that paths come last.  BLK_EUSAGE: error says in one
 * line what is wrong; BLK_ENOMEM.  opts_fini is to be called in any case.
 */
enum blk_status opts_parse(struct opts *o, unsigned groups, int argc,
    char **argv, char error[OPTS_ERROR_LEN]);
void opts_fini(struct opts *o);

/* Print the options of groups, a line each, under headings. */
void opts_help(FILE *out, unsigned groups);

#endif
