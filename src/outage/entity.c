/*
 * From verdicts on prefixes to verdicts on the entity that originates them.
 *
 * First every prefix is judged by itself, and those that were visible for long
 * enough become the baseline.  Then one sweep over time asks at every change
 * which of them are lost: withdrawn and not covered, for a prefix that moved
 * to another origin or whose space the entity still holds otherwise is not.
 */
#include "outage/entity.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

#define BASELINE_TIME (3600 * USEC_PER_SEC)
#define BASELINE_SHARE 10 /* of a span too short for that: a tenth */

void
entity_fini(struct entity *e)
{
	for (size_t i = 0; i < e->member_n; i++) {
		free(e->members[i].steps.v);
		free(e->members[i].retired);
	}
	free(e->members);
	free(e->prefixes);
	free(e->flags);
	free(e->up);
	free(e->steps);
	free(e->stretches);
	space_fini(&e->space);
	*e = (struct entity){0};
}

static int
prefix_qcmp(const void *a, const void *b)
{
	return prefix_cmp(a, b);
}

struct member *
entity_member(const struct entity *e, const struct prefix *p)
{
	const struct prefix *at = bsearch(
	    p, e->prefixes, e->member_n, sizeof(*e->prefixes), prefix_qcmp);

	return at != NULL ? &e->members[at - e->prefixes] : NULL;
}

/* --- members and baseline --- */

static bool
collect_members(struct entity *e)
{
	const uint32_t *found;
	size_t n;

	if (judge_members(e->judge, e->watch, &found, &n) != BLK_OK)
		return false;
	e->members = calloc(n + 1, sizeof(*e->members));
	if (e->members == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		e->members[i].prefix = found[i];
	e->member_n = n;
	return true;
}

/* The last gap may reach beyond all that is known. */
static usec_t
step_end(const struct entity *e, const struct member *m, size_t i)
{
	usec_t end = e->t->end;

	if (i + 1 < m->steps.n && m->steps.v[i + 1].time < end)
		end = m->steps.v[i + 1].time;
	return end > m->steps.v[i].time ? end : m->steps.v[i].time;
}

/* Time visible in all; unknown time between two visible stretches counts. */
static usec_t
visible_time(const struct entity *e, const struct member *m)
{
	usec_t sum = 0, pending = 0;
	bool was_up = false;

	for (size_t i = 0; i < m->steps.n; i++) {
		usec_t length = step_end(e, m, i) - m->steps.v[i].time;

		switch ((enum verdict)m->steps.v[i].verdict) {
		case VERDICT_UP:
			sum += length + (was_up ? pending : 0);
			pending = 0;
			was_up = true;
			break;
		case VERDICT_DOWN:
			pending = 0;
			was_up = false;
			break;
		case VERDICT_UNKNOWN:
			pending += length;
			break;
		}
	}
	return sum;
}

/*
 * The first moment the prefix belongs to the entity: when it is first visible;
 * or, if the data open while it is down but some still carry it, at once.
 */
static usec_t
first_moment(const struct entity *e, const struct member *m)
{
	bool first = true;

	for (size_t i = 0; i < m->steps.n; i++) {
		const struct judge_step *s = &m->steps.v[i];

		if (s->verdict == VERDICT_UP)
			return s->time;
		if (s->verdict == VERDICT_UNKNOWN)
			continue;
		if (first && (s->carrying > 0 || e->watch->by_prefix))
			return s->time;
		first = false;
	}
	return USEC_NONE;
}

/* Whether any collector's tables of a family are known. */
static bool
has_rib(const struct timeline *t, unsigned family)
{
	for (size_t c = 0; c < t->collector_n; c++)
		if (t->collectors[c].has_rib[family])
			return true;
	return false;
}

/* The first verdict on a member; USEC_NONE: there is none. */
static usec_t
first_verdict(const struct member *m)
{
	for (size_t i = 0; i < m->steps.n; i++)
		if (m->steps.v[i].verdict != VERDICT_UNKNOWN)
			return m->steps.v[i].time;
	return USEC_NONE;
}

/*
 * Since when an absence from the table says something.  Without any RIB hours
 * may pass before anybody mentions the entity, and they say nothing against it.
 */
static usec_t
heard_since(const struct entity *e, unsigned family)
{
	usec_t since = e->t->end;

	if (has_rib(e->t, family))
		return e->t->start;
	for (size_t i = 0; i < e->member_n; i++) {
		usec_t first = first_verdict(&e->members[i]);

		if (first != USEC_NONE && first < since)
			since = first;
	}
	return since;
}

/* How long a prefix must be visible: an hour, or a tenth of a shorter span. */
static usec_t
time_needed(const struct entity *e, unsigned family)
{
	usec_t span = e->t->end - heard_since(e, family);

	return span < BASELINE_SHARE * BASELINE_TIME ? span / BASELINE_SHARE
						     : BASELINE_TIME;
}

/* Whether it was visible, and for how long, decides on the baseline. */
static void
decide_baseline(struct entity *e, struct member *m, usec_t needed)
{
	const bool any = e->watch->by_prefix || e->watch->country != NULL;
	usec_t visible;

	m->visible = visible = visible_time(e, m);
	m->originated = timeline_originated(
	    e->t, m->prefix, any ? TL_ORIGIN_NONE : e->watch->asn);
	m->belongs = first_moment(e, m);
	if (m->belongs == USEC_NONE || visible == 0)
		return;
	if (m->originated != USEC_NONE && m->originated < m->belongs)
		visible += m->belongs - m->originated;
	m->baseline = e->watch->by_prefix || visible >= needed;
}

static bool
prepare(struct entity *e)
{
	size_t n;

	if (!collect_members(e))
		return false;
	n = e->member_n + 1;
	e->prefixes = malloc(n * sizeof(*e->prefixes));
	e->flags = calloc(n, sizeof(*e->flags));
	e->up = calloc(n, sizeof(*e->up));
	if (e->prefixes == NULL || e->flags == NULL || e->up == NULL)
		return false;
	for (size_t i = 0; i < e->member_n; i++) {
		struct member *m = &e->members[i];

		e->prefixes[i] = e->t->prefixes[m->prefix].prefix;
		if (judge_prefix(e->judge, m->prefix, e->watch, &m->steps) !=
		    BLK_OK)
			return false;
	}
	for (unsigned f = 0; f < 2; f++) {
		e->needed[f] = time_needed(e, f);
		for (size_t i = 0; i < e->member_n; i++)
			if ((e->prefixes[i].afi == AFI_IPV6) == f)
				decide_baseline(
				    e, &e->members[i], e->needed[f]);
	}
	return space_init(&e->space, e->prefixes, e->member_n) == BLK_OK;
}

/* --- the sweep --- */

/* A moment at which a member may change. */
struct moment {
	usec_t time;
	size_t member;
};

static int
moment_cmp(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->member < y->member ? -1 : x->member > y->member;
}

struct moments {
	struct moment *v;
	size_t n, cap;
};

static bool
add_moment(
    const struct entity *e, struct moments *l, usec_t time, size_t member)
{
	if (time >= e->t->end)
		return true;
	if (!vec_reserve(&l->v, l->n, &l->cap, sizeof(*l->v)))
		return false;
	l->v[l->n++] = (struct moment){time, member};
	return true;
}

static bool
collect_moments(const struct entity *e, struct moments *l)
{
	for (size_t i = 0; i < e->member_n; i++) {
		const struct member *m = &e->members[i];

		for (size_t k = 0; k < m->steps.n; k++)
			if (!add_moment(e, l, m->steps.v[k].time, i))
				return false;
		for (size_t k = 0; k < m->retired_n; k++)
			if (!add_moment(e, l, m->retired[k], i))
				return false;
	}
	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), moment_cmp);
	return true;
}

static bool
is_retired(const struct member *m, usec_t time)
{
	for (size_t i = 0; i + 1 < m->retired_n; i += 2)
		if (time >= m->retired[i] && time < m->retired[i + 1])
			return true;
	return false;
}

static const struct judge_step *
current(const struct member *m)
{
	return m->next > 0 ? &m->steps.v[m->next - 1] : NULL;
}

/* Move a member on to time, and say whether it is visible now. */
static bool
move_on(struct member *m, usec_t time)
{
	while (m->next < m->steps.n && m->steps.v[m->next].time <= time)
		m->next++;
	m->belongs_now =
	    m->baseline && time >= m->belongs && !is_retired(m, time);
	return m->next > 0 && current(m)->verdict == VERDICT_UP;
}

static enum standing
standing_of(const struct entity *e, size_t i)
{
	const struct member *m = &e->members[i];
	const struct judge_step *s = current(m);

	if (!m->belongs_now || s == NULL)
		return STANDING_OUTSIDE;
	if (s->verdict == VERDICT_UNKNOWN)
		return STANDING_UNKNOWN;
	if (s->verdict == VERDICT_UP)
		return STANDING_UP;
	if (s->moved)
		return STANDING_MOVED;
	/* A prefix asked for by itself is gone when it is gone. */
	if (!e->watch->by_prefix && space_covered(&e->space, i, e->up))
		return STANDING_COVERED;
	return STANDING_LOST;
}

static bool
below_quorum(enum standing s)
{
	return s == STANDING_LOST || s == STANDING_MOVED ||
	    s == STANDING_COVERED;
}

static enum outage_kind
kind_of(enum standing s)
{
	return s == STANDING_MOVED  ? OUTAGE_MOVED
	    : s == STANDING_COVERED ? OUTAGE_COVERED
				    : OUTAGE_WITHDRAWN;
}

static bool
close_stretch(struct entity *e, struct member *m, usec_t end)
{
	m->stretch_open = false;
	m->stretch.end = end;
	if (!vec_reserve(&e->stretches, e->stretch_n, &e->stretch_cap,
		sizeof(*e->stretches)))
		return false;
	e->stretches[e->stretch_n++] = m->stretch;
	return true;
}

/* Keep the member's open stretch below the quorum in step with standing. */
static bool
follow_stretch(struct entity *e, size_t i, enum standing now, usec_t time)
{
	struct member *m = &e->members[i];
	const struct judge_step *s = current(m);
	double visibility;

	/* What is unknown neither begins nor ends a stretch. */
	if (now == STANDING_UNKNOWN)
		return true;
	if (m->stretch_open &&
	    (!below_quorum(now) || kind_of(now) != m->stretch.kind) &&
	    !close_stretch(e, m, time))
		return false;
	if (!below_quorum(now))
		return true;
	visibility =
	    s->voting > 0 ? (double)s->carrying / (double)s->voting : 0;
	if (!m->stretch_open) {
		m->stretch_open = true;
		m->stretch = (struct outage_prefix){.prefix = e->prefixes[i],
		    .kind = kind_of(now),
		    .start = time,
		    .end = USEC_NONE,
		    .visibility_min = visibility,
		    .moved_to = s->moved_to};
	}
	if (visibility < m->stretch.visibility_min)
		m->stretch.visibility_min = visibility;
	return true;
}

static void
account(struct member *m, usec_t time)
{
	usec_t length = time - m->since;

	if (m->standing != STANDING_OUTSIDE && m->standing != STANDING_UNKNOWN)
		m->known_time += length;
	if (m->standing == STANDING_LOST)
		m->lost_time += length;
	m->since = time;
}

static bool
stand(struct entity *e, size_t i, usec_t time)
{
	struct member *m = &e->members[i];
	enum standing now = standing_of(e, i);
	unsigned family = e->prefixes[i].afi == AFI_IPV6;

	account(m, time);
	e->count[family][m->standing]--;
	e->count[family][now]++;
	m->standing = now;
	return follow_stretch(e, i, now, time);
}

/* How much of the baseline is there, lost, and unknown. */
struct measure {
	double total, lost, unknown;
};

static bool
counts_as(enum standing s, bool lost, bool unknown)
{
	return s != STANDING_OUTSIDE && (lost || s != STANDING_LOST) &&
	    (unknown || s != STANDING_UNKNOWN);
}

/* The space of a family's members; with or without those lost, unknown. */
static double
union_of(struct entity *e, enum afi afi, bool lost, bool unknown)
{
	for (size_t i = 0; i < e->member_n; i++)
		e->flags[i] = counts_as(e->members[i].standing, lost, unknown);
	return space_union(&e->space, afi, e->flags);
}

/* Prefixes of a family that are of the baseline now. */
static unsigned
belonging(const struct entity *e, unsigned family)
{
	unsigned n = 0;

	for (unsigned s = 0; s < STANDINGS; s++)
		n += s == STANDING_OUTSIDE ? 0 : e->count[family][s];
	return n;
}

static struct measure
measure_family(struct entity *e, unsigned family)
{
	enum afi afi = family == 0 ? AFI_IPV4 : AFI_IPV6;
	struct measure m = {0, 0, 0};

	if (e->params->weight == OUTAGE_BY_ADDRESSES) {
		double kept = union_of(e, afi, false, true);

		m.total = union_of(e, afi, true, true);
		m.lost = m.total - kept;
		m.unknown = kept - union_of(e, afi, false, false);
		return m;
	}
	m.lost = e->count[family][STANDING_LOST];
	m.unknown = e->count[family][STANDING_UNKNOWN];
	m.total = belonging(e, family);
	return m;
}

/* DOWN if surely the share is lost, UP if surely it is not. */
static enum verdict
verdict_of(const struct measure *m, double share)
{
	/* Shares such as 0.1 have no exact binary form. */
	double need = share * m->total * (1 - 1e-12);

	if (m->total <= 0)
		return VERDICT_UNKNOWN;
	if (m->lost >= need)
		return VERDICT_DOWN;
	return m->lost + m->unknown < need ? VERDICT_UP : VERDICT_UNKNOWN;
}

static bool
same_step(const struct entity_step *a, const struct entity_step *b)
{
	return a->total == b->total && a->lost == b->lost &&
	    a->loss == b->loss && a->verdict == b->verdict &&
	    a->blackout == b->blackout && a->family[0] == b->family[0] &&
	    a->family[1] == b->family[1];
}

static bool
add_step(struct entity *e, usec_t time)
{
	struct measure m[2] = {measure_family(e, 0), measure_family(e, 1)};
	struct measure all = {m[0].total + m[1].total, m[0].lost + m[1].lost,
	    m[0].unknown + m[1].unknown};
	struct entity_step s = {.time = time};

	for (unsigned f = 0; f < 2; f++) {
		s.total += belonging(e, f);
		s.lost += e->count[f][STANDING_LOST];
	}
	s.loss = all.total > 0 ? all.lost / all.total : 0;
	s.verdict = (uint8_t)verdict_of(&all, e->params->loss);
	s.blackout = (uint8_t)verdict_of(&all, 1);
	for (unsigned f = 0; f < 2; f++)
		s.family[f] = (uint8_t)verdict_of(&m[f], e->params->loss);
	if (e->step_n > 0 && same_step(&e->steps[e->step_n - 1], &s))
		return true;
	if (!vec_reserve(&e->steps, e->step_n, &e->step_cap, sizeof(*e->steps)))
		return false;
	e->steps[e->step_n++] = s;
	return true;
}

/* A member became visible or ceased to be: look at those it may cover. */
static bool
stand_relatives(struct entity *e, size_t i, usec_t time)
{
	if (!stand(e, i, time))
		return false;
	for (size_t k = i + 1; k < e->space.end[i]; k++)
		if (!stand(e, k, time))
			return false;
	for (size_t up = e->space.parent[i]; up != SPACE_NONE;
	     up = e->space.parent[up])
		if (!stand(e, up, time))
			return false;
	return true;
}

static void
rewind_members(struct entity *e)
{
	memset(e->count, 0, sizeof(e->count));
	for (size_t i = 0; i < e->member_n; i++) {
		struct member *m = &e->members[i];

		m->next = 0;
		m->belongs_now = m->stretch_open = false;
		m->standing = STANDING_OUTSIDE;
		m->since = m->known_time = m->lost_time = 0;
		e->up[i] = false;
		e->count[e->prefixes[i].afi == AFI_IPV6][STANDING_OUTSIDE]++;
	}
	e->step_n = e->stretch_n = 0;
}

static bool
sweep_moment(struct entity *e, const struct moment *v, size_t n)
{
	/* All that happens at one moment first, then what it means. */
	for (size_t i = 0; i < n; i++)
		e->up[v[i].member] =
		    move_on(&e->members[v[i].member], v[i].time);
	for (size_t i = 0; i < n; i++)
		if (!stand_relatives(e, v[i].member, v[i].time))
			return false;
	return add_step(e, v->time);
}

static bool
sweep_end(struct entity *e)
{
	for (size_t i = 0; i < e->member_n; i++) {
		struct member *m = &e->members[i];

		account(m, e->t->end);
		if (m->stretch_open && !close_stretch(e, m, USEC_NONE))
			return false;
	}
	return true;
}

static bool
sweep(struct entity *e)
{
	struct moments l = {0};
	bool ok = collect_moments(e, &l);

	rewind_members(e);
	for (size_t i = 0, n; ok && i < l.n; i += n) {
		for (n = 1; i + n < l.n && l.v[i + n].time == l.v[i].time;)
			n++;
		ok = sweep_moment(e, &l.v[i], n);
	}
	free(l.v);
	return ok && sweep_end(e);
}

/* --- retiring --- */

static bool
visible_at(const struct member *m, usec_t time)
{
	size_t lo = 0, hi = m->steps.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (m->steps.v[mid].time <= time)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 && m->steps.v[lo - 1].verdict == VERDICT_UP;
}

/* Whether another prefix of the entity was visible then. */
static bool
lived_on(const struct entity *e, const struct member *but, usec_t time)
{
	for (size_t i = 0; i < e->member_n; i++)
		if (&e->members[i] != but && visible_at(&e->members[i], time))
			return true;
	return false;
}

static bool
add_retired(struct member *m, usec_t start, usec_t end)
{
	if (!vec_reserve_many(&m->retired, m->retired_n, 2, &m->retired_cap,
		sizeof(*m->retired)))
		return false;
	m->retired[m->retired_n++] = start;
	m->retired[m->retired_n++] = end;
	return true;
}

/* Take prefixes out of the baseline that stayed away while others lived. */
static bool
retire(struct entity *e)
{
	for (size_t i = 0; i < e->stretch_n; i++) {
		const struct outage_prefix *p = &e->stretches[i];
		usec_t end = p->end != USEC_NONE ? p->end : e->t->end;
		usec_t when = p->start + e->params->retire;
		struct member *m = entity_member(e, &p->prefix);

		if (m == NULL || p->kind != OUTAGE_WITHDRAWN || end <= when ||
		    !lived_on(e, m, when))
			continue;
		if (!add_retired(m, p->start, end))
			return false;
	}
	return true;
}

enum blk_status
entity_prepare(struct entity *e, struct judge *j, const struct timeline *t,
    const struct outage_params *params, const struct tl_watch *watch)
{
	*e = (struct entity){
	    .t = t, .params = params, .judge = j, .watch = watch};
	return prepare(e) ? BLK_OK : BLK_ENOMEM;
}

enum blk_status
entity_judge(struct entity *e, struct judge *j, const struct timeline *t,
    const struct outage_params *params, const struct tl_watch *watch)
{
	enum blk_status status = entity_prepare(e, j, t, params, watch);

	if (status != BLK_OK)
		return status;
	if (!sweep(e))
		return BLK_ENOMEM;
	if (params->retire > 0 && (!retire(e) || !sweep(e)))
		return BLK_ENOMEM;
	return BLK_OK;
}
