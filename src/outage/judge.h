#ifndef OUTAGE_JUDGE_H
#define OUTAGE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/outage.h"
#include "blackout/timeline.h"

/*
 * The vote on one prefix: at every moment, how many ASNs have a vote and how
 * many of them carry the prefix from the watched origin.
 */

enum verdict {
	VERDICT_UNKNOWN,
	VERDICT_UP,
	VERDICT_DOWN,
};

/* Whether those who could not be heard might have turned a verdict. */
enum judge_doubt {
	JUDGE_SURE,
	JUDGE_DOUBT_UP,   /* the voters say UP, and so does the verdict */
	JUDGE_DOUBT_LOST, /* the voters say DOWN; the verdict is UNKNOWN */
};

/* From time on, until the next step. */
struct judge_step {
	usec_t time;
	uint8_t verdict;   /* enum verdict */
	uint8_t doubt;     /* enum judge_doubt */
	bool moved;        /* the voters lost it, but carry it from elsewhere */
	uint32_t moved_to; /* the origin that most of them carry; or 0 */
	uint32_t voting, carrying;
};

struct judge_steps {
	struct judge_step *v; /* by time, each different from the one before */
	size_t n, cap;
};

/* What happens to a session's part in the votes on all prefixes of a family. */
enum change_kind {
	CHANGE_LIVE,
	CHANGE_DEAD,
	CHANGE_AWAY,
	CHANGE_BACK,
	CHANGE_RESET,
	CHANGE_SYNC,
	CHANGE_FULL,    /* the session's table became a full feed */
	CHANGE_PARTIAL, /* or ceased to be one */
};

struct change {
	usec_t time; /* USEC_NONE: before all others */
	uint32_t session;
	uint8_t kind; /* enum change_kind */
};

struct changes {
	struct change *v;
	size_t n, cap;
};

/* Who carried a prefix through the whole of some stretch, and who voted. */
struct judge_facts {
	bool *stuck;      /* by session */
	bool *collectors; /* by collector: some session of it voted */
	uint32_t voting;  /* ASNs at most */
};

/* To be found out for [from, until). */
struct judge_stretch {
	usec_t from, until;
	struct judge_facts *facts; /* is added to; may be that of several */
	bool *held;                /* used by the judge */
	bool begun;
};

struct judge;

/*
 * Prepare to judge the prefixes of t, which must outlive the judge.
 * BLK_ENOMEM.
 */
enum blk_status judge_new(struct judge **out, const struct timeline *t,
    const struct outage_params *params);
void judge_free(struct judge *j);

/* What happened to the sessions, by time; lent by j. */
const struct changes *judge_changes(const struct judge *j, unsigned family);

/* By session: the number of its ASN, below the number of sessions. */
const uint32_t *judge_asns(const struct judge *j);

/*
 * The steps of a prefix (index in the timeline) for a watch, into out, whose
 * memory is used again.  The first step is at the first moment anything is
 * known.  BLK_ENOMEM.
 */
enum blk_status judge_prefix(struct judge *j, size_t prefix,
    const struct tl_watch *watch, struct judge_steps *out);

/* Whether any session ever carried the prefix as watch means it. */
bool judge_concerns(
    const struct timeline *t, size_t prefix, const struct tl_watch *watch);

/*
 * The prefixes that judge_concerns a watch, by their indices, sorted as
 * prefix_cmp does; *out is lent until the next call.  BLK_ENOMEM.
 */
enum blk_status judge_members(struct judge *j, const struct tl_watch *watch,
    const uint32_t **out, size_t *n);

/*
 * Find out of n stretches of a prefix, sorted by from, who carried it all the
 * time, and who voted.  BLK_ENOMEM.
 */
enum blk_status judge_stretches(struct judge *j, size_t prefix,
    const struct tl_watch *watch, struct judge_stretch *v, size_t n);

#endif
