#ifndef BLACKOUT_CLAIMS_H
#define BLACKOUT_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/prefix.h"
#include "blackout/status.h"
#include "blackout/timefmt.h"

/*
 * What reports of outages claim, read from a file of reports: JSON as
 * testdata/schema/reports.schema.json has it.  The file is read strictly: keys
 * that are not known, or given twice, and values of the wrong kind are errors
 * that name the claim and the key.
 */

#define CLAIMS_MAX 10000u                   /* in one file */
#define CLAIMS_FILE_MAX (4u * 1024u * 1024) /* bytes */
#define CLAIMS_TEXT_MAX 2000u               /* bytes of one string */
#define CLAIMS_NETWORKS_MAX 1000u           /* asns, prefixes of a claim */
#define CLAIMS_PRECISION_MAX (31 * 86400 * USEC_PER_SEC)
#define CLAIMS_LENGTH_MAX (3660 * 86400 * USEC_PER_SEC)
#define CLAIMS_COUNT_MAX 1000000u

enum claim_kind {
	CLAIM_OUTAGE,   /* out, once, all the time claimed */
	CLAIM_PARTIAL,  /* a part of it was out, and not all */
	CLAIM_FLAPPING, /* out several times in the span claimed */
	CLAIM_NONE,     /* there all the time: a negative control */
};
const char *claim_kind_name(enum claim_kind kind);

enum claim_side {
	CLAIM_EXACT,
	CLAIM_OR_LESS, /* "or earlier", "or shorter" */
	CLAIM_OR_MORE, /* "or later", "or longer" */
};

/* A moment, or a length, as claimed: right within +- precision. */
struct claim_bound {
	bool given;
	usec_t value, precision;
	enum claim_side side;
};

struct claim {
	char *id; /* letters, digits, '.', '_', '-' */
	enum claim_kind kind;
	/* The networks: asns, of them only prefixes if there are any; or
	   prefixes by themselves; or a country, alone. */
	uint32_t *asns;
	size_t asn_n;
	struct prefix *prefixes;
	size_t prefix_n;
	char country[3]; /* "KP"; "": none */
	/* At least one is given; FLAPPING and NONE: start and end. */
	struct claim_bound start, end, duration;
	unsigned count;  /* FLAPPING: how often; 0: not claimed */
	bool has_offset; /* the clock at the place is known */
	int offset;      /* what it is ahead of UTC, in seconds */
	char *title, *publisher, *date; /* of the source */
	char *url, *note;               /* or NULL */
};

struct claims {
	char *title; /* or NULL */
	struct claim *v;
	size_t n;
};

#define CLAIMS_ERROR_LEN 512

/*
 * Read a file's bytes.  BLK_EBAD: error says where and what, in one line of
 * plain ASCII; BLK_ELIMIT: the same, for a limit above; BLK_ENOMEM.  On BLK_OK
 * the caller owns *out.
 */
enum blk_status claims_parse(struct claims **out, const char *text, size_t len,
    char error[CLAIMS_ERROR_LEN]);
void claims_free(struct claims *c);

#endif
