#include "outage/span.h"

#include "base/vec.h"

usec_t
span_second(usec_t t)
{
	return usec_floor_sec(t) * USEC_PER_SEC;
}

void
span_begin(struct span_builder *b, struct span_list *out)
{
	*b = (struct span_builder){.out = out,
	    .since = USEC_NONE,
	    .up_until = USEC_NONE,
	    .down_until = USEC_NONE};
}

static void
open_span(struct span_builder *b, usec_t time)
{
	b->open = true;
	b->pending = 0;
	b->now = (struct span){.start = span_second(time),
	    .end = USEC_NONE,
	    .start_earliest = b->up_until == USEC_NONE
		? USEC_NONE
		: span_second(b->up_until) - USEC_PER_SEC};
}

static bool
close_span(struct span_builder *b, usec_t end)
{
	struct span_list *l = b->out;

	b->open = false;
	b->now.end = end;
	b->now.end_earliest = span_second(b->down_until) - USEC_PER_SEC;
	if (!vec_reserve(&l->v, l->n, &l->cap, sizeof(*l->v)))
		return false;
	l->v[l->n++] = b->now;
	return true;
}

/* The stretch of the verdict so far ends at time. */
static void
leave(struct span_builder *b, usec_t time)
{
	switch (b->verdict) {
	case VERDICT_UP:
		b->up_until = time;
		break;
	case VERDICT_DOWN:
		b->down_until = time;
		break;
	case VERDICT_UNKNOWN:
		b->pending += time - b->since;
		break;
	}
}

bool
span_feed(struct span_builder *b, usec_t time, enum verdict verdict)
{
	if (b->since != USEC_NONE) {
		if (verdict == b->verdict)
			return true;
		leave(b, time);
	}
	b->verdict = verdict;
	b->since = time;
	if (verdict == VERDICT_UNKNOWN)
		return true;
	if (b->open)
		b->now.unknown += b->pending;
	b->pending = 0;
	if (verdict == VERDICT_DOWN && !b->open)
		open_span(b, time);
	else if (verdict == VERDICT_UP && b->open)
		return close_span(b, span_second(time));
	return true;
}

bool
span_end(struct span_builder *b, usec_t time)
{
	if (b->since != USEC_NONE && time > b->since)
		leave(b, time);
	return !b->open || close_span(b, USEC_NONE);
}

void
span_join(struct span_list *l, usec_t gap)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n; i++) {
		struct span *last = kept > 0 ? &l->v[kept - 1] : NULL;

		if (last == NULL || last->end == USEC_NONE ||
		    l->v[i].start - last->end >= gap) {
			l->v[kept++] = l->v[i];
			continue;
		}
		last->end = l->v[i].end;
		last->end_earliest = l->v[i].end_earliest;
		last->unknown += l->v[i].unknown;
	}
	l->n = kept;
}

usec_t
span_duration(const struct span *s)
{
	usec_t end =
	    s->end != USEC_NONE ? s->end : s->end_earliest + USEC_PER_SEC;

	return end - s->start;
}
