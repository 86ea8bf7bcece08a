#ifndef ROWS_QUEUE_H
#define ROWS_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/status.h"
#include "blackout/timefmt.h"

/*
 * Lines of one file, each with the time of what it tells, put into time order
 * as far as a bounded look-ahead goes.  Zero is an empty queue.
 */
struct rows_queue {
	struct rows_piece *heap; /* the earliest first */
	size_t n, cap;
	uint64_t serial; /* of the next piece */
	char *text;      /* of all pieces, and of some that are gone */
	size_t len, text_cap;
	size_t live; /* bytes of text that are of pieces in the heap */
	char *spare; /* where text is moved to when it is full */
	size_t spare_cap;
};

/* Lines that stay together. */
struct rows_piece {
	usec_t time;
	uint64_t serial; /* pieces of equal times keep their order */
	size_t at, n;    /* in text */
};

/* So many bytes are kept back to be sorted. */
#define ROWS_QUEUE_AHEAD ((size_t)1 << 20)

void rows_queue_fini(struct rows_queue *q);

/*
 * Append n bytes of text, which are copied; before them, in the same piece,
 * head_n bytes that are the caller's own.  BLK_ENOMEM.
 */
enum blk_status rows_queue_add(struct rows_queue *q, usec_t time,
    const void *head, size_t head_n, const char *text, size_t n);

/* Whether so much is in it that the earliest piece may go. */
bool rows_queue_full(const struct rows_queue *q);

/* The earliest piece, lent until the next call; NULL: it is empty. */
const struct rows_piece *rows_queue_first(const struct rows_queue *q);
const char *rows_queue_text(
    const struct rows_queue *q, const struct rows_piece *p);

/* Drop the earliest piece. */
void rows_queue_pop(struct rows_queue *q);

#endif
