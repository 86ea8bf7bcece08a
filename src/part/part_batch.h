#ifndef PART_BATCH_H
#define PART_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "blackout/status.h"
#include "feed/reorder.h"
#include "part/part_wire.h"

/*
 * One batch of a lane as bytes.  Values of one kind stand together, a column
 * each, because neighbours in it are alike and are then packed best: most
 * events are messages of which hardly a byte is left.
 */

/* What the next batch of a lane builds on. */
struct part_thread {
	usec_t time;     /* of the last event; 0 before the first */
	uint32_t peer_n; /* told so far */
	bool in_rib;     /* between RIB_BEGIN and RIB_END */
	bool marks;      /* records have marks, and may say nothing */
};

enum part_column {
	PART_TYPES,
	PART_TIMES,
	PART_PEERS,
	PART_ANNOUNCE_4,
	PART_ANNOUNCE_6,
	PART_WITHDRAW_4,
	PART_WITHDRAW_6,
	PART_MARKS,
	PART_REST,
	PART_COLUMNS,
};

struct part_encoder {
	struct part_buf columns[PART_COLUMNS];
	struct part_thread thread;
};

void part_encoder_fini(struct part_encoder *e);

/* Begin another lane. */
void part_encoder_begin(struct part_encoder *e, bool marks);

/*
 * Append a batch to out.  BLK_ENOMEM; BLK_EBAD: it is none that a lane may
 * give.
 */
enum blk_status part_encode(
    struct part_encoder *e, const struct lane_batch *b, struct part_buf *out);

/*
 * Append a batch, all of c, to out.  keep_marks: else marks
 * become 0, and records that say nothing are left out.  BLK_EBAD: it is none;
 * out then holds anything, and thread is of no more use.  BLK_ENOMEM.
 */
enum blk_status part_decode(struct part_thread *thread, struct cursor c,
    bool keep_marks, struct lane_batch *out);

#endif
