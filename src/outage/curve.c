/*
 * The judge's steps of each prefix, as others may see them: without the doubts
 * that only matter while a verdict is made.  Nothing is decided here.
 */
#include "blackout/curve.h"

#include <stdlib.h>

#include "outage/entity.h"
#include "outage/judge.h"
#include "outage/members.h"
#include "outage/voters.h"

struct curve {
	const struct timeline *t;
	const struct outage_params *params;
	struct judge *judge;
	const struct tl_watch **watches; /* in the order of the result */
	struct curve_entity entity;      /* what is lent */
	struct voters *voters[2];        /* by family, once asked for */
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
	c->params = params;
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
	free(c->entity.prefixes);
	c->entity.prefixes = NULL;
	c->entity.prefix_n = 0;
}

void
curve_free(struct curve *c)
{
	if (c == NULL)
		return;
	forget_entity(c);
	voters_free(c->voters[0]);
	voters_free(c->voters[1]);
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

static bool
copy_member(struct curve_prefix *p, const struct entity *e, size_t i)
{
	const struct member *m = &e->members[i];

	*p = (struct curve_prefix){.prefix = e->prefixes[i],
	    .visible = m->visible,
	    .needed = e->needed[e->prefixes[i].afi == AFI_IPV6],
	    .originated = m->originated,
	    .since = m->belongs};
	return copy_steps(p, &m->steps);
}

static bool
copy_entity(struct curve_entity *out, const struct entity *e)
{
	out->by_prefix = e->watch->by_prefix;
	out->asn = e->watch->by_prefix ? 0 : e->watch->asn;
	out->prefix = e->watch->prefix;
	out->prefixes = calloc(e->member_n + 1, sizeof(*out->prefixes));
	if (out->prefixes == NULL)
		return false;
	while (out->prefix_n < e->member_n) {
		size_t i = out->prefix_n++;

		if (!copy_member(&out->prefixes[i], e, i))
			return false;
	}
	return true;
}

enum blk_status
curve_get(struct curve *c, size_t i, const struct curve_entity **out)
{
	struct entity e;
	enum blk_status status;

	if (i >= c->t->watch_n)
		return BLK_END;
	forget_entity(c);
	status = entity_prepare(&e, c->judge, c->t, c->params, c->watches[i]);
	if (status == BLK_OK && !copy_entity(&c->entity, &e))
		status = BLK_ENOMEM;
	entity_fini(&e);
	if (status == BLK_OK)
		*out = &c->entity;
	return status;
}

enum blk_status
curve_voters(struct curve *c, unsigned collector, unsigned family,
    const struct curve_voters_step **steps, size_t *n)
{
	struct voters **v = &c->voters[family];
	enum blk_status status = BLK_OK;

	if (*v == NULL)
		status = voters_new(v, c->judge, c->t, family);
	return status == BLK_OK ? voters_get(*v, collector, steps, n) : status;
}

usec_t
curve_step_end(const struct curve *c, const struct curve_prefix *p, size_t i)
{
	return i + 1 < p->step_n ? p->steps[i + 1].time : c->t->end;
}
