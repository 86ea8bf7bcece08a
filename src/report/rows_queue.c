/*
 * A heap of pieces over one buffer of text, to which bytes are only appended.
 * When it is full of pieces that are gone, what is left is moved to a second
 * buffer, and the two change places; so each byte is moved once on average.
 */
#include "report/rows_queue.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

void
rows_queue_fini(struct rows_queue *q)
{
	free(q->heap);
	free(q->text);
	free(q->spare);
	*q = (struct rows_queue){0};
}

static bool
before(const struct rows_piece *a, const struct rows_piece *b)
{
	return a->time != b->time ? a->time < b->time : a->serial < b->serial;
}

/* Put p where it belongs, on the way up from the free place i. */
static void
sift_up(struct rows_queue *q, size_t i, struct rows_piece p)
{
	while (i > 0 && before(&p, &q->heap[(i - 1) / 2])) {
		q->heap[i] = q->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	q->heap[i] = p;
}

/* The same on the way down from the free place 0. */
static void
sift_down(struct rows_queue *q, struct rows_piece p)
{
	size_t i = 0, child;

	while ((child = 2 * i + 1) < q->n) {
		if (child + 1 < q->n &&
		    before(&q->heap[child + 1], &q->heap[child]))
			child++;
		if (!before(&q->heap[child], &p))
			break;
		q->heap[i] = q->heap[child];
		i = child;
	}
	q->heap[i] = p;
}

static bool
move_to_spare(struct rows_queue *q)
{
	char *text = q->text;
	size_t cap = q->text_cap, at = 0;

	if (!vec_reserve_many(&q->spare, 0, cap, &q->spare_cap, 1))
		return false;
	for (size_t i = 0; i < q->n; i++) {
		struct rows_piece *p = &q->heap[i];

		memcpy(q->spare + at, text + p->at, p->n);
		p->at = at;
		at += p->n;
	}
	q->text = q->spare;
	q->text_cap = q->spare_cap;
	q->len = at;
	q->spare = text;
	q->spare_cap = cap;
	return true;
}

static bool
reserve_text(struct rows_queue *q, size_t n)
{
	if (q->text_cap - q->len >= n)
		return true;
	if (q->text != NULL && q->live <= q->text_cap / 2 && !move_to_spare(q))
		return false;
	return vec_reserve_many(&q->text, q->len, n, &q->text_cap, 1);
}

enum blk_status
rows_queue_add(struct rows_queue *q, usec_t time, const void *head,
    size_t head_n, const char *text, size_t n)
{
	struct rows_piece p = {.time = time, .n = head_n + n};

	if (!reserve_text(q, p.n) ||
	    !vec_reserve(&q->heap, q->n, &q->cap, sizeof(*q->heap)))
		return BLK_ENOMEM;
	p.at = q->len;
	p.serial = q->serial++;
	if (head_n > 0)
		memcpy(q->text + q->len, head, head_n);
	if (n > 0)
		memcpy(q->text + q->len + head_n, text, n);
	q->len += p.n;
	q->live += p.n;
	sift_up(q, q->n++, p);
	return BLK_OK;
}

bool
rows_queue_full(const struct rows_queue *q)
{
	return q->live >= ROWS_QUEUE_AHEAD;
}

const struct rows_piece *
rows_queue_first(const struct rows_queue *q)
{
	return q->n > 0 ? &q->heap[0] : NULL;
}

const char *
rows_queue_text(const struct rows_queue *q, const struct rows_piece *p)
{
	return q->text + p->at;
}

void
rows_queue_pop(struct rows_queue *q)
{
	q->live -= q->heap[0].n;
	q->n--;
	if (q->n > 0)
		sift_down(q, q->heap[q->n]);
	else
		q->len = 0;
}
