#ifndef BLACKOUT_CHECK_H
#define BLACKOUT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "blackout/claims.h"
#include "blackout/outage.h"
#include "blackout/status.h"

/*
 * One claim held against what the archive shows: pure code without input,
 * output or clock.
 *
 * A claimed moment is a range: its time, its precision to either side, and the
 * slack that two observers with other peers and thresholds differ by ("or
 * later" leaves one side open).  An observed change is a range as well: from
 * the last second before it to the first after it.  If the observed range lies
 * within the claimed one, the bound is confirmed; if they have nothing in
 * common, and no other edge can hide between them, it differs; else the
 * archive cannot tell.
 *
 * The outage held against the claim is, of those that touch the time claimed,
 * the one that fits best.  For a claim with one bound only, that time reaches
 * CHECK_REACH to either side of it.
 */
#define CHECK_REACH (3600 * USEC_PER_SEC)

enum check_verdict {
	CHECK_CONFIRMED,
	CHECK_DIFFERS,      /* there is something, but not as claimed */
	CHECK_CONTRADICTED, /* there is nothing of it; or, for "none", there is
			       an outage */
	CHECK_NOT_COVERED,  /* the archive cannot tell */
	CHECK_VERDICTS,
};
/* "confirmed", "differs", "contradicted", "not_covered" */
const char *check_verdict_name(enum check_verdict verdict);

/* Why. */
enum check_reason {
	CHECK_FITS,
	CHECK_ENDS,       /* a start, an end or a length differs */
	CHECK_PART,       /* an outage is claimed; only a part was lost */
	CHECK_WHOLE,      /* a part is claimed; all was lost */
	CHECK_COUNT,      /* not that many outages */
	CHECK_UP,         /* it was there at the time claimed */
	CHECK_DOWN,       /* it was out, and is claimed not to have been */
	CHECK_NO_DATA,    /* nothing is known of the time claimed */
	CHECK_PARTLY,     /* too little is known of it */
	CHECK_COARSE,     /* bounds are not known as closely as claimed */
	CHECK_NO_TIME,    /* no time is claimed, and no outage is that long */
	CHECK_NEVER_SEEN, /* the network is not in the data */
	CHECK_FEW_PEERS,  /* there were never enough voters */
	CHECK_COUNTRY,    /* which networks a country has is not known */
	CHECK_SEVERAL,    /* the claim's networks differ */
};
/* "fits", "ends" and so on. */
const char *check_reason_name(enum check_reason reason);

/* One bound of a claim against the outage observed. */
struct check_bound {
	bool claimed;
	enum check_verdict verdict; /* CONFIRMED, DIFFERS or NOT_COVERED */
	usec_t difference;          /* observed minus claimed */
	bool at_least;              /* the data end first: more than that */
	bool blind; /* NOT_COVERED: another edge may hide where nothing is
		       known */
};

/* One network of a claim, or its country. */
struct check_entity {
	enum check_verdict verdict;
	enum check_reason reason;
	const struct outage_as *as; /* lent from the evidence */
	/* What was held against the claim: outages first..last of as, or, for
	   a part, of its row among the parts; NULL: none. */
	const struct outage_window *first, *last;
	unsigned window_n;                   /* from first to last */
	const struct outage_window *nearest; /* where there is none; or NULL */
	struct check_bound start, end, duration;
	usec_t claimed; /* length of the time that has to be known */
	usec_t known;   /* how much of it is */
};

struct check_result {
	enum check_verdict verdict;
	enum check_reason reason;
	struct check_entity *entities; /* none for a country not known */
	size_t entity_n;
	size_t shown; /* the entity that decides */
};

/* What the archive shows of one network of a claim. */
struct check_evidence {
	const struct outage_as *whole; /* judged as the user asked */
	const struct outage_as *part;  /* judged with a small --loss */
};

/*
 * Judge claim by the evidence on its n networks, of which a country is one, or
 * none if it is not known what the country has; slack is for other peers and
 * thresholds.  BLK_ENOMEM; on BLK_OK check_fini frees what out holds; the
 * evidence must outlive it.
 */
enum blk_status check_claim(struct check_result *out, const struct claim *claim,
    const struct check_evidence *evidence, size_t n, usec_t slack);
void check_fini(struct check_result *r);

#endif
