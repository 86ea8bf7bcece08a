/*
 * The judge's steps of each prefix, as others may see them: without the doubts
 * that only matter while a verdict is made.  Nothing is decided here.
 */
#include "blackout/curve.h"

#include <stdlib.h>

#include "base/vec.h"
#include "outage/judge.h"
#include "outage/members.h"

struct curve {
	const struct timeline *t;
	struct judge *judge;
	const struct tl_watch **watches; /* in the order of the result */
	struct judge_steps steps;        /* scratch */
	struct curve_entity entity;      /* what is lent */
	size_t prefix_cap;
};

const char *
curve_verdict_name(enum curve_verdict verdict)
{
	static const char *const names[] = {
	    [CURVE_UNKNOWN] = "unknown",
	    [CURVE_UP] = "up",
	    [CURVE_DOWN] = "down",
	};

	return names[verdict];
}

enum blk_status
curve_new(struct curve **out, const struct timeline *t,
    const struct outage_params *params)
{
	struct curve *c = calloc(1, sizeof(*c));
	enum blk_status status = BLK_ENOMEM;

	if (c == NULL)
		return BLK_ENOMEM;
	c->t = t;
	c->watches = members_watches(t);
	if (c->watches != NULL)
		status = judge_new(&c->judge, t, params);
	if (status != BLK_OK) {
		curve_free(c);
		return status;
	}
	*out = c;
	return BLK_OK;
}

static void
forget_entity(struct curve *c)
{
	for (size_t i = 0; i < c->entity.prefix_n; i++)
		free(c->entity.prefixes[i].steps);
	c->entity.prefix_n = 0;
}

void
curve_free(struct curve *c)
{
	if (c == NULL)
		return;
	forget_entity(c);
	free(c->entity.prefixes);
	free(c->steps.v);
	free(c->watches);
	judge_free(c->judge);
	free(c);
}

size_t
curve_entity_n(const struct curve *c)
{
	return c->t->watch_n;
}

static enum curve_verdict
verdict_of(const struct judge_step *s)
{
	switch ((enum verdict)s->verdict) {
	case VERDICT_UP:
		return CURVE_UP;
	case VERDICT_DOWN:
		return CURVE_DOWN;
	case VERDICT_UNKNOWN:
		break;
	}
	return CURVE_UNKNOWN;
}

/* Copy what the judge found; steps that only its doubts tell apart are one. */
static bool
copy_steps(struct curve_prefix *p, const struct judge_steps *l)
{
	p->steps = calloc(l->n + 1, sizeof(*p->steps));
	if (p->steps == NULL)
		return false;
	for (size_t i = 0; i < l->n; i++) {
		const struct judge_step *s = &l->v[i];
		struct curve_step step = {.time = s->time,
		    .voting = s->voting,
		    .carrying = s->carrying,
		    .moved = s->moved,
		    .moved_to = s->moved ? s->moved_to : 0,
		    .verdict = verdict_of(s)};
		const struct curve_step *last =
		    p->step_n > 0 ? &p->steps[p->step_n - 1] : NULL;

		if (last == NULL || last->voting != step.voting ||
		    last->carrying != step.carrying ||
		    last->moved != step.moved ||
		    last->moved_to != step.moved_to ||
		    last->verdict != step.verdict)
			p->steps[p->step_n++] = step;
	}
	return true;
}

static enum blk_status
add_prefix(struct curve *c, size_t prefix, const struct tl_watch *watch)
{
	struct curve_entity *e = &c->entity;
	struct curve_prefix p = {.prefix = c->t->prefixes[prefix].prefix};
	enum blk_status status;

	status = judge_prefix(c->judge, prefix, watch, &c->steps);
	if (status != BLK_OK)
		return status;
	if (!vec_reserve(&e->prefixes, e->prefix_n, &c->prefix_cap,
		sizeof(*e->prefixes)) ||
	    !copy_steps(&p, &c->steps))
		return BLK_ENOMEM;
	e->prefixes[e->prefix_n++] = p;
	return BLK_OK;
}

enum blk_status
curve_get(struct curve *c, size_t i, const struct curve_entity **out)
{
	struct curve_entity *e = &c->entity;
	const struct tl_watch *watch;
	const uint32_t *members;
	enum blk_status status;
	size_t n;

	if (i >= c->t->watch_n)
		return BLK_END;
	watch = c->watches[i];
	forget_entity(c);
	status = judge_members(c->judge, watch, &members, &n);
	for (size_t p = 0; status == BLK_OK && p < n; p++)
		status = add_prefix(c, members[p], watch);
	if (status != BLK_OK)
		return status;
	e->by_prefix = watch->by_prefix;
	e->asn = watch->by_prefix ? 0 : watch->asn;
	e->prefix = watch->prefix;
	*out = e;
	return BLK_OK;
}

usec_t
curve_step_end(const struct curve *c, const struct curve_prefix *p, size_t i)
{
	return i + 1 < p->step_n ? p->steps[i + 1].time : c->t->end;
}
