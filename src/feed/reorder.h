#ifndef REORDER_H
#define REORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/event.h"
#include "blackout/status.h"
#include "blackout/timefmt.h"
#include "feed/batch.h"

/*
 * Events of one file, put into time order as far as a bounded window goes.
 *
 * Events are added a record at a time; those of one record share its time and
 * stay together.  Records with equal times keep the order of the file.  The
 * clock is the median of the last records' times, so that a single stray
 * stamp moves nothing; what lies REORDER_WINDOW behind it is handed out, or in
 * a burst, what lies REORDER_QUEUE_MAX batches behind.
 */

#define REORDER_WINDOW (30 * USEC_PER_SEC)
/* A step back of up to that much is disorder; beyond it, another story. */
#define REORDER_STEP_MAX (600 * USEC_PER_SEC)
#define REORDER_CLOCK 5u /* records in the median */
#define REORDER_QUEUE_MAX 128u
/* A little less than a power of two, for which arrays have room. */
#define REORDER_ROUTES_MAX (EVENT_BATCH_MAX * 3)
#define REORDER_ENTRIES_MAX (EVENT_BATCH_MAX * 15)

/* A stretch of time of which the file's bytes are lost. */
struct lane_hole {
	usec_t from; /* USEC_NONE: the start of the file */
	usec_t until;
};

/*
 * A peer that only state changes have named, so that it may be the collector
 * itself: OpenBGPD swaps the two ends.  Told with the batch that names it.
 */
struct lane_doubt {
	uint32_t peer;           /* index in the lane: the end called peer */
	struct event_peer local; /* the other end */
	bool swapped;            /* the lane is sure that local is the peer */
};

/* A batch, and what the feed must know with it. */
struct lane_batch {
	struct event_batch ev;
	struct lane_hole *holes;
	size_t hole_n, hole_cap;
	struct lane_doubt *doubts; /* about peers that begin in it */
	size_t doubt_n, doubt_cap;
};

void lane_batch_clear(struct lane_batch *b); /* its room stays */
void lane_batch_free(struct lane_batch *b);

/* Stray records that were given up. */
struct reorder_stray {
	uint64_t n;
	usec_t from, until; /* their times, half-open */
};

struct reorder {
	struct lane_batch **queue; /* in time order; the last is being filled */
	size_t queue_n, queue_cap;
	size_t sealed_n;          /* of the first, how many may go at once */
	struct lane_batch **idle; /* empty, to be filled again */
	size_t idle_n, idle_cap;
	struct lane_batch aside;  /* one record, to be put in its place */
	struct lane_batch future; /* stamped far ahead of the clock */
	uint32_t future_past;     /* of those, how many others came after */
	usec_t future_min;        /* no later than the first of them */
	struct lane_batch *dest;  /* where all of the open record goes */
	usec_t time;              /* of the open record */
	/* The last record's time, if one more of it goes to dest while that
	   has room, and moves nothing else; or USEC_NONE. */
	usec_t steady;
	usec_t clock[REORDER_CLOCK];
	unsigned clock_n;
	unsigned clock_at;   /* where the next time goes */
	unsigned sorted_n;   /* times in a row that did not step back */
	usec_t watermark;    /* USEC_NONE: too few records yet */
	usec_t last;         /* latest time in the queue, or floor */
	usec_t floor;        /* latest time handed out, or USEC_NONE */
	uint64_t disorder_n; /* records that were handed out late */
	struct reorder_stray stray;
	bool news;         /* another batch may go, perhaps */
	bool in_rib;       /* a RIB is written: no sorting */
	bool failed;       /* out of memory, for good */
	struct event sink; /* written to after that */
};

void reorder_init(struct reorder *r);
void reorder_fini(struct reorder *r);

/* A RIB of many peers fills a batch with entries before it has the events. */
static inline bool
reorder_is_full(const struct event_batch *b)
{
	return b->event_n >= EVENT_BATCH_MAX ||
	    b->route_n >= REORDER_ROUTES_MAX ||
	    b->entry_n >= REORDER_ENTRIES_MAX;
}

/* What the fast ways of the next two do not cover. */
bool reorder_begin_anew(struct reorder *r, usec_t time);
enum blk_status reorder_end_anew(struct reorder *r);

/*
 * Begin a record stamped time.  False: it lies more than REORDER_STEP_MAX
 * before what was already handed out, and must be dropped.
 */
static inline bool
reorder_begin(struct reorder *r, usec_t time)
{
	return (time == r->steady && !reorder_is_full(&r->dest->ev)) ||
	    reorder_begin_anew(r, time);
}

/*
 * Whether a record stamped time would stand alone: far from the clock, on
 * either side of it.  False as long as there is no clock.
 */
static inline bool
reorder_is_stray(const struct reorder *r, usec_t time)
{
	return time != r->steady && r->watermark != USEC_NONE &&
	    (time > r->watermark + REORDER_STEP_MAX ||
		time < r->watermark - REORDER_STEP_MAX);
}

/*
 * One more event of the open record.  Never NULL: when memory is out, the
 * events go nowhere and reorder_end says so.
 */
static inline struct event *
reorder_add(struct reorder *r, enum event_type type)
{
	struct event *e = batch_add_event(&r->dest->ev);

	if (e == NULL) {
		r->failed = true;
		e = &r->sink;
	}
	e->time = r->time;
	e->type = (uint8_t)type;
	return e;
}

/*
 * The batch that holds all events of the open record, for what they refer to:
 * it and their places in it stay put until reorder_end, or in a RIB until the
 * next reorder_rib_time.
 */
static inline struct event_batch *
reorder_batch(const struct reorder *r)
{
	return &r->dest->ev;
}

/* End it.  BLK_ENOMEM. */
static inline enum blk_status
reorder_end(struct reorder *r)
{
	return r->time == r->steady && !r->failed ? BLK_OK
						  : reorder_end_anew(r);
}

/*
 * From here to reorder_rib_end, events are those of a RIB: all that came
 * before is settled, and they keep their order, their times raised where they
 * step back.  False: as reorder_begin.
 */
bool reorder_rib_begin(struct reorder *r, usec_t time);
void reorder_rib_time(struct reorder *r, usec_t time);
enum blk_status reorder_rib_end(struct reorder *r);

/* The file ends: all that is left may go. */
enum blk_status reorder_finish(struct reorder *r);

/* The next batch that may go, or NULL; the caller gives it back when done. */
struct lane_batch *reorder_take_one(struct reorder *r);

static inline struct lane_batch *
reorder_take(struct reorder *r)
{
	/* asked after each record, most of which change nothing */
	return r->news ? reorder_take_one(r) : NULL;
}

/* It may come from another reorder: all that counts is its room. */
void reorder_give_back(struct reorder *r, struct lane_batch *b);
/* A batch that was given back and is not in use, or NULL. */
struct lane_batch *reorder_spare(struct reorder *r);

#endif
