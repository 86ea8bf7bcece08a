#ifndef LANE_H
#define LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "blackout/filter.h"
#include "blackout/status.h"
#include "blackout/timefmt.h"
#include "feed/damage.h"
#include "feed/reorder.h"

/*
 * One file as batches of events, in time order.  A lane shares nothing with
 * any other, so that each may be read by a thread of its own.
 */

struct lane;

/* What is known of a file; complete once lane_next said BLK_END. */
struct lane_facts {
	uint64_t records; /* sound ones */
	uint64_t skipped; /* of these, how many told us nothing */
	bool left_out;    /* some were of a type that is not wanted */
	uint64_t updates; /* messages and state changes of peers */
	uint64_t ribs;
	uint64_t raw_bytes; /* taken from the file */
	uint64_t plain_bytes;
	const char *compression; /* as in struct feed_file */
	usec_t first, last;      /* of the events handed out; or USEC_NONE */
	usec_t first_record, last_record; /* as they stand; or USEC_NONE */
	bool ended;
	bool cut;      /* the end of the file was not reached */
	bool opened;   /* it could be opened, and is MRT or soundly empty */
	usec_t cut_at; /* of the last sound record before, or USEC_NONE */
};

struct lane_options {
	usec_t until;     /* events from then on are not read for; USEC_NONE */
	unsigned threads; /* as source_open_threads has it */
	/* Mark each record of updates with a digest of its bytes, so that the
	   same one can be known in another file. */
	bool marks;
	bool hops;                    /* as in struct feed_options */
	const struct filter *filter;  /* the same */
	struct source_memory *memory; /* for its source; or NULL */
};

/*
 * Begin to read path ("-": standard input).  A file that cannot be read is a
 * lane with damage and no events.  BLK_ENOMEM.
 */
enum blk_status lane_open(
    struct lane **out, const char *path, const struct lane_options *opt);
void lane_close(struct lane *l);

/*
 * The next batch, lent until it is given back; events of one lane never step
 * back in time.  BLK_OK; BLK_END; BLK_ENOMEM.
 */
enum blk_status lane_next(struct lane *l, struct lane_batch **out);
/* Of any lane. */
void lane_give_back(struct lane *l, struct lane_batch *b);
/* A batch that l has no use for now, or NULL; l may be NULL. */
struct lane_batch *lane_spare(struct lane *l);

/* Whether several threads may decompress it. */
bool lane_takes_threads(const struct lane *l);

/* Read on, after the next rest, with so many threads. */
void lane_set_threads(struct lane *l, unsigned threads);

/*
 * Hold as little memory as possible until lane_next is called, which gives the
 * same: for lanes that are open in numbers, and read little by little.
 */
void lane_rest(struct lane *l);

const struct lane_facts *lane_facts(const struct lane *l);
const struct damage_log *lane_damage(const struct lane *l);
/* What kinds of records the *n were, in no order. */
const struct feed_kind *lane_kinds(const struct lane *l, size_t *n);

#endif
