/*
 * A queue of batches, filled at its end.  Sorted input, which is nearly all
 * there is, costs one comparison a record: its events are written where they
 * stay.  A record that comes late is written aside and then moved into its
 * place; disorder is small, so the place is near the end.
 *
 * A record far ahead of the clock is put into a list of its own, where it
 * holds up nobody, until the clock comes near it: that is what a quiet hour
 * looks like too.  If the file ends first, and records came after it that knew
 * nothing of that future, its stamp was wrong and it is given up.
 */
#include "feed/reorder.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

static void
lane_batch_fini(struct lane_batch *b)
{
	batch_fini(&b->ev);
	free(b->holes);
	free(b->doubts);
}

void
lane_batch_clear(struct lane_batch *b)
{
	batch_clear(&b->ev);
	b->hole_n = 0;
	b->doubt_n = 0;
}

void
lane_batch_free(struct lane_batch *b)
{
	if (b != NULL)
		lane_batch_fini(b);
	free(b);
}

void
reorder_init(struct reorder *r)
{
	*r = (struct reorder){.steady = USEC_NONE,
	    .watermark = USEC_NONE,
	    .last = USEC_NONE,
	    .floor = USEC_NONE,
	    .future_min = INT64_MAX,
	    .stray = {0, USEC_NONE, USEC_NONE}};
}

void
reorder_fini(struct reorder *r)
{
	for (size_t i = 0; i < r->queue_n; i++)
		lane_batch_free(r->queue[i]);
	for (size_t i = 0; i < r->idle_n; i++)
		lane_batch_free(r->idle[i]);
	free(r->queue);
	free(r->idle);
	lane_batch_fini(&r->aside);
	lane_batch_fini(&r->future);
}

static bool
queue_grow(struct reorder *r)
{
	struct lane_batch *b;

	/* room to give every batch back is made here, where failing is easy */
	if (!vec_reserve(&r->queue, r->queue_n, &r->queue_cap,
		sizeof(struct lane_batch *)))
		return false;
	if (r->idle_n > 0) {
		b = r->idle[--r->idle_n];
	} else {
		b = calloc(1, sizeof(*b));
		if (b == NULL)
			return false;
	}
	r->queue[r->queue_n++] = b;
	r->news = true;
	return true;
}

static struct lane_batch *
new_tail(struct reorder *r)
{
	if (queue_grow(r))
		return r->queue[r->queue_n - 1];
	r->failed = true;
	return &r->aside;
}

/* The batch being filled, with room for a record; the sink if there is none. */
static inline struct lane_batch *
queue_tail(struct reorder *r)
{
	return r->queue_n == r->sealed_n ||
		reorder_is_full(&r->queue[r->queue_n - 1]->ev)
	    ? new_tail(r)
	    : r->queue[r->queue_n - 1];
}

static usec_t
clock_newest(const struct reorder *r)
{
	return r->clock[(r->clock_at + REORDER_CLOCK - 1) % REORDER_CLOCK];
}

static usec_t
clock_median(const struct reorder *r)
{
	usec_t sorted[REORDER_CLOCK];

	if (r->sorted_n >= REORDER_CLOCK)
		return r
		    ->clock[(r->clock_at + REORDER_CLOCK / 2) % REORDER_CLOCK];
	for (size_t i = 0; i < r->clock_n; i++) {
		size_t j = i;

		for (; j > 0 && sorted[j - 1] > r->clock[i]; j--)
			sorted[j] = sorted[j - 1];
		sorted[j] = r->clock[i];
	}
	return r->clock_n > 0 ? sorted[(r->clock_n - 1) / 2] : USEC_NONE;
}

static void
clock_tick(struct reorder *r, usec_t time)
{
	usec_t median;

	if (r->clock_n > 0 && time < clock_newest(r))
		r->sorted_n = 0;
	if (r->sorted_n < REORDER_CLOCK)
		r->sorted_n++;
	r->clock[r->clock_at] = time;
	r->clock_at = (r->clock_at + 1) % REORDER_CLOCK;
	if (r->clock_n < REORDER_CLOCK && ++r->clock_n < REORDER_CLOCK)
		return;
	median = clock_median(r);
	if (median > r->watermark) {
		r->watermark = median;
		r->news = true;
	}
}

static bool
is_future(const struct reorder *r, usec_t time)
{
	return r->watermark != USEC_NONE &&
	    time > r->watermark + REORDER_STEP_MAX;
}

/*
 * Whether one more record of that time is of the latest moment, which the clock
 * has come to: it would tick in vain.
 */
static bool
goes_on(const struct reorder *r, usec_t time)
{
	return time == r->last && r->sorted_n >= REORDER_CLOCK &&
	    r->clock[(r->clock_at + REORDER_CLOCK / 2) % REORDER_CLOCK] == time;
}

bool
reorder_begin_anew(struct reorder *r, usec_t time)
{
	r->steady = USEC_NONE;
	if (goes_on(r, time)) {
		r->time = time;
		r->dest = queue_tail(r);
		return true;
	}
	if (r->floor != USEC_NONE && time < r->floor) {
		if (r->floor - time > REORDER_STEP_MAX)
			return false;
		time = r->floor;
		r->disorder_n++;
	}
	clock_tick(r, time);
	r->time = time;
	if (is_future(r, time)) {
		r->dest = &r->future;
		if (time < r->future_min)
			r->future_min = time;
	} else if (r->last != USEC_NONE && time < r->last) {
		lane_batch_clear(&r->aside);
		r->dest = &r->aside;
	} else {
		r->last = time;
		r->dest = queue_tail(r);
	}
	return true;
}

/* How many events of b are not later than time. */
static uint32_t
count_until(const struct event_batch *b, usec_t time)
{
	uint32_t low = 0, high = b->event_n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (b->events[mid].time <= time)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Where events of that time belong: after all that are not later. */
static struct lane_batch *
find_place(struct reorder *r, usec_t time, uint32_t *at)
{
	for (size_t i = r->queue_n; i-- > r->sealed_n;) {
		*at = count_until(&r->queue[i]->ev, time);
		if (*at > 0)
			return r->queue[i];
	}
	*at = 0;
	return r->queue_n > r->sealed_n ? r->queue[r->sealed_n] : queue_tail(r);
}

/* Copy n events of one record into their place, with what they refer to. */
static bool
move_events(struct reorder *r, const struct event_batch *from, uint32_t first,
    uint32_t n)
{
	struct lane_batch *to;
	struct event *e;
	uint32_t at;

	if (n == 0)
		return true;
	to = find_place(r, from->events[first].time, &at);
	e = r->failed ? NULL : batch_insert_events(&to->ev, at, n);
	if (e == NULL)
		return false;
	memcpy(e, from->events + first, n * sizeof(*e));
	for (uint32_t i = 0; i < n; i++)
		if (!batch_move_lists(&to->ev, from, &e[i]))
			return false;
	if (e[0].time > r->last)
		r->last = e[0].time;
	return true;
}

/* Bring those of the future that the clock has come near. */
static bool
take_future(struct reorder *r, usec_t until)
{
	struct event_batch *b = &r->future.ev;
	uint32_t kept = 0, past = 0;

	if (until < r->future_min)
		return true;
	r->future_min = INT64_MAX;
	for (uint32_t i = 0, n; i < b->event_n; i += n) {
		for (n = 1; i + n < b->event_n &&
		     b->events[i + n].time == b->events[i].time;)
			n++;
		if (b->events[i].time <= until) {
			if (!move_events(r, b, i, n))
				return false;
			continue;
		}
		for (uint32_t j = i; j < i + n; j++) {
			past += j < r->future_past;
			b->events[kept++] = b->events[j];
		}
		if (b->events[kept - 1].time < r->future_min)
			r->future_min = b->events[kept - 1].time;
	}
	b->event_n = kept;
	r->future_past = past;
	if (kept == 0)
		batch_clear(b);
	return true;
}

/* The first records are taken as they come; some may prove to be strays. */
static bool
evict_strays(struct reorder *r)
{
	for (size_t i = r->sealed_n; i < r->queue_n; i++) {
		struct event_batch *b = &r->queue[i]->ev;
		uint32_t keep = b->event_n;

		while (keep > 0 && is_future(r, b->events[keep - 1].time))
			keep--;
		for (uint32_t j = keep; j < b->event_n; j++) {
			struct event *e = batch_add_event(&r->future.ev);

			if (e == NULL)
				return false;
			*e = b->events[j];
			if (!batch_move_lists(&r->future.ev, b, e))
				return false;
		}
		b->event_n = keep;
		if (keep > 0)
			r->last = b->events[keep - 1].time;
	}
	r->future_min = USEC_NONE; /* look at them once */
	r->future_past =
	    is_future(r, clock_newest(r)) ? 0 : r->future.ev.event_n;
	return true;
}

enum blk_status
reorder_end_anew(struct reorder *r)
{
	bool first_clock = r->clock_n == REORDER_CLOCK &&
	    is_future(r, r->last) && r->last != r->floor;

	/* in order, and no stray is waiting: nearly always */
	if (r->dest != &r->aside && r->future.ev.event_n == 0 && !first_clock) {
		if (r->dest != &r->future && goes_on(r, r->time))
			r->steady = r->time;
		return r->failed ? BLK_ENOMEM : BLK_OK;
	}
	r->news = true;
	if (!r->failed && r->dest == &r->aside)
		r->failed =
		    !move_events(r, &r->aside.ev, 0, r->aside.ev.event_n);
	if (r->dest != &r->future)
		r->future_past = r->future.ev.event_n;
	if (!r->failed && first_clock)
		r->failed = !evict_strays(r);
	if (!r->failed && r->future.ev.event_n > 0)
		r->failed = !take_future(r, r->watermark + REORDER_STEP_MAX);
	return r->failed ? BLK_ENOMEM : BLK_OK;
}

static void
count_stray(struct reorder_stray *s, const struct event *e)
{
	s->n += event_begins(e);
	if (s->from == USEC_NONE || e->time < s->from)
		s->from = e->time;
	if (e->time >= s->until)
		s->until = e->time + USEC_PER_SEC;
}

/* Give up the strays, let the others go, and begin anew behind them. */
static bool
settle(struct reorder *r)
{
	struct event_batch *b = &r->future.ev;
	uint32_t past;

	r->steady = USEC_NONE;
	if (r->clock_n > 0 && r->clock_n < REORDER_CLOCK) {
		r->watermark = clock_median(r);
		if (r->clock_n > 2 && !evict_strays(r))
			return false;
	}
	past = r->future_past;
	for (uint32_t i = 0; i < past; i++)
		count_stray(&r->stray, &b->events[i]);
	if (past > 0)
		memmove(b->events, b->events + past,
		    (b->event_n - past) * sizeof(*b->events));
	b->event_n -= past;
	r->future_past = 0;
	if (!take_future(r, INT64_MAX))
		return false;
	r->sealed_n = r->queue_n;
	r->news = true;
	r->floor = r->last;
	r->clock_n = r->clock_at = r->sorted_n = 0;
	r->watermark = USEC_NONE;
	return true;
}

bool
reorder_rib_begin(struct reorder *r, usec_t time)
{
	if (r->floor != USEC_NONE && time < r->floor - REORDER_STEP_MAX)
		return false;
	if (!settle(r))
		r->failed = true;
	if (r->last != USEC_NONE && time < r->last - REORDER_STEP_MAX)
		return false;
	r->in_rib = true;
	r->time = USEC_NONE;
	reorder_rib_time(r, time);
	return true;
}

void
reorder_rib_time(struct reorder *r, usec_t time)
{
	if (r->last != USEC_NONE && time < r->last)
		r->disorder_n++;
	/* one stray stamp must not put off all that follows */
	else if (r->time == USEC_NONE || time <= r->last + REORDER_STEP_MAX)
		r->last = time;
	r->time = r->last;
	r->dest = queue_tail(r);
}

enum blk_status
reorder_rib_end(struct reorder *r)
{
	r->in_rib = false;
	r->sealed_n = r->queue_n;
	r->news = true;
	r->floor = r->last;
	return r->failed ? BLK_ENOMEM : BLK_OK;
}

enum blk_status
reorder_finish(struct reorder *r)
{
	if (!r->failed && !settle(r))
		r->failed = true;
	return r->failed ? BLK_ENOMEM : BLK_OK;
}

/* Whether the first batch of the queue may go. */
static bool
may_go(const struct reorder *r)
{
	const struct event_batch *b;
	usec_t last;

	if (r->sealed_n > 0)
		return true;
	if (r->queue_n < 2)
		return false;
	if (r->in_rib)
		return true;
	b = &r->queue[0]->ev;
	if (r->watermark == USEC_NONE || b->event_n == 0)
		return r->watermark != USEC_NONE;
	last = b->events[b->event_n - 1].time;
	return last <= r->watermark - REORDER_WINDOW ||
	    (last <= r->watermark && r->queue_n > REORDER_QUEUE_MAX);
}

struct lane_batch *
reorder_take_one(struct reorder *r)
{
	struct lane_batch *b;

	while (!r->failed && may_go(r)) {
		b = r->queue[0];
		r->queue_n--;
		memmove(r->queue, r->queue + 1,
		    r->queue_n * sizeof(struct lane_batch *));
		if (r->sealed_n > 0)
			r->sealed_n--;
		if (b->ev.event_n > 0) {
			usec_t last = b->ev.events[b->ev.event_n - 1].time;

			if (last > r->floor)
				r->floor = last;
			return b;
		}
		reorder_give_back(r, b);
	}
	r->news = false;
	return NULL;
}

void
reorder_give_back(struct reorder *r, struct lane_batch *b)
{
	if (b == NULL)
		return;
	lane_batch_clear(b);
	if (vec_reserve(
		&r->idle, r->idle_n, &r->idle_cap, sizeof(struct lane_batch *)))
		r->idle[r->idle_n++] = b;
	else
		lane_batch_free(b);
}

struct lane_batch *
reorder_spare(struct reorder *r)
{
	return r->idle_n > 0 ? r->idle[--r->idle_n] : NULL;
}
