#ifndef OUTAGE_ENTITY_H
#define OUTAGE_ENTITY_H

#include "blackout/outage.h"
#include "outage/judge.h"
#include "outage/space.h"
#include "outage/span.h"

/*
 * One watched entity, an AS or a prefix: its prefixes' verdicts over time, and
 * what they make of the whole.
 */

/* What a prefix counts as at a moment. */
enum standing {
	STANDING_OUTSIDE, /* not of the baseline (yet, or any more) */
	STANDING_UNKNOWN,
	STANDING_UP,
	STANDING_LOST,
	STANDING_MOVED,
	STANDING_COVERED,
	STANDINGS,
};

/* A prefix that the entity originated at some time. */
struct member {
	size_t prefix; /* in the timeline */
	struct judge_steps steps;
	size_t next; /* step, in the sweep */
	bool baseline;
	usec_t belongs;    /* to the baseline from then on; or USEC_NONE */
	usec_t visible;    /* time in all */
	usec_t originated; /* since when it was held, as RIBs tell; the same */
	usec_t *retired;   /* pairs [start, end): left out of it again */
	size_t retired_n, retired_cap;
	/* In the sweep: */
	bool belongs_now;
	enum standing standing;
	usec_t since;                 /* of standing */
	struct outage_prefix stretch; /* the open one, if stretch_open */
	bool stretch_open;
	usec_t known_time, lost_time;
};

/* Counts at a moment, from time on.  Shares are by the weight asked for. */
struct entity_step {
	usec_t time;
	unsigned total, lost; /* prefixes of the baseline */
	double loss;          /* share lost */
	uint8_t verdict;      /* enum verdict: of the entity */
	uint8_t blackout;     /* the same: of everything lost */
	uint8_t family[2];    /* the same: of each family */
};

struct entity {
	const struct timeline *t;
	const struct outage_params *params;
	struct judge *judge;
	const struct tl_watch *watch;
	struct member *members; /* sorted by prefix */
	size_t member_n;
	struct prefix *prefixes; /* by member */
	usec_t needed[2];        /* to be visible, by family */
	struct space space;
	bool *flags; /* by member: scratch for space functions */
	bool *up;    /* by member: visible now, in the baseline or not */
	unsigned count[2][STANDINGS]; /* members, by family */
	struct entity_step *steps;
	size_t step_n, step_cap;
	struct outage_prefix *stretches; /* of every member below the quorum;
					    times are exact here */
	size_t stretch_n, stretch_cap;
};

/*
 * Judge the prefixes of the entity of watch each by itself, and find those that
 * make its baseline: visible, or held by then as RIBs tell, for as long as is
 * needed in its family.  Fills members and what belongs to them.  BLK_ENOMEM.
 * Free with entity_fini in any case.
 */
enum blk_status entity_prepare(struct entity *e, struct judge *j,
    const struct timeline *t, const struct outage_params *params,
    const struct tl_watch *watch);

/*
 * The same, and judge the entity of watch: fills everything above.  BLK_ENOMEM.
 * Free with entity_fini in any case.
 */
enum blk_status entity_judge(struct entity *e, struct judge *j,
    const struct timeline *t, const struct outage_params *params,
    const struct tl_watch *watch);
void entity_fini(struct entity *e);

/* The member of that prefix; NULL if there is none. */
struct member *entity_member(const struct entity *e, const struct prefix *p);

#endif
