/*
 * One sweep over time per prefix.  Two sorted streams of changes are merged:
 * what happened to sessions (the same for every prefix of a family, prepared
 * once) and what happened to the prefix's routes.  Each session's share in the
 * vote is taken out before a change and put back after it, so that a change
 * costs the same however many peers there are.
 *
 * Peers vote by distinct ASN, and only if they are entitled: where a collector
 * has RIBs, by a full feed; where it has none, by having carried the prefix.
 * There is no verdict while fewer than min_peers ASNs vote.  Nor is a prefix
 * called down while those who cannot be heard might outvote the rest: after a
 * gap the first peers to speak are those that have something to say, and no
 * sample of all.
 */
#include "outage/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/compare.h"
#include "base/vec.h"
#include "outage/members.h"

/* Routes of one event settle within this time. */
#define CONVERGENCE_TIME (5 * 60 * USEC_PER_SEC)

/* A session's part in the sweep that is going on. */
struct voter {
	bool live, full;
	bool away;     /* in a gap of its collector */
	bool carried;  /* the prefix, from anywhere, at some time so far */
	uint8_t route; /* enum tl_route */
	bool matches;  /* UP, and as the watch means it */
	bool no_origin;
	uint32_t origin; /* as in struct tl_entry */
	bool is_set;
};

/* Sessions of one ASN that ... */
struct ballot {
	uint32_t entitled, away, voting, carrying, elsewhere;
};

struct judge {
	const struct timeline *t;
	const struct outage_params *params;
	struct changes changes[2]; /* by family */
	uint32_t *asn_of;          /* by session: index of its ASN */
	uint32_t asn_n;
	/* The sweep that is going on. */
	struct voter *voters;   /* by session */
	struct ballot *ballots; /* by ASN */
	uint32_t entitled, away, voting, carrying, anywhere;
	struct tl_entry *log; /* the prefix's, sorted */
	size_t log_cap;
	struct tl_entry *spare; /* for sorting */
	size_t spare_cap;
	const struct tl_watch *watch;
	unsigned family;
	bool any_origin; /* the watch means the prefix, whoever originates it */
	struct members members;
	uint32_t *origins; /* by session: room to count in */
};

void
judge_free(struct judge *j)
{
	if (j == NULL)
		return;
	free(j->changes[0].v);
	free(j->changes[1].v);
	free(j->asn_of);
	free(j->voters);
	free(j->ballots);
	free(j->log);
	free(j->spare);
	members_fini(&j->members);
	free(j->origins);
	free(j);
}

/* --- preparation --- */

static bool
add_change(
    struct changes *c, usec_t time, uint32_t session, enum change_kind kind)
{
	if (!vec_reserve(&c->v, c->n, &c->cap, sizeof(*c->v)))
		return false;
	c->v[c->n++] = (struct change){
	    .time = time, .session = session, .kind = (uint8_t)kind};
	return true;
}

/* Copy the changes of one session's log that concern a family. */
static bool
copy_log(struct changes *c, const struct tl_session *s, uint32_t session,
    unsigned family)
{
	static const enum change_kind kinds[] = {
	    [TL_LIVE] = CHANGE_LIVE,
	    [TL_DEAD] = CHANGE_DEAD,
	    [TL_AWAY] = CHANGE_AWAY,
	    [TL_BACK] = CHANGE_BACK,
	    [TL_RESET] = CHANGE_RESET,
	    [TL_SYNC] = CHANGE_SYNC,
	};

	for (size_t i = 0; i < s->log_n; i++) {
		const struct tl_session_entry *e = &s->log[i];
		bool whole = e->change < TL_RESET;

		if (e->change == TL_SIZE || (!whole && e->family != family))
			continue;
		if (!add_change(c, e->time, session, kinds[e->change]))
			return false;
	}
	return true;
}

/* A table size that a RIB told. */
struct sample {
	usec_t time;
	uint32_t session, size;
};

struct samples {
	struct sample *v;
	size_t n, cap;
};

static int
sample_cmp(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->session < y->session ? -1 : x->session > y->session;
}

static bool
collect_samples(const struct timeline *t, unsigned family, struct samples *out)
{
	for (uint32_t s = 0; s < t->session_n; s++) {
		for (size_t i = 0; i < t->sessions[s].log_n; i++) {
			const struct tl_session_entry *e =
			    &t->sessions[s].log[i];

			if (e->change != TL_SIZE || e->family != family)
				continue;
			if (!vec_reserve(
				&out->v, out->n, &out->cap, sizeof(*out->v)))
				return false;
			out->v[out->n++] = (struct sample){
			    .time = e->time, .session = s, .size = e->size};
		}
	}
	if (out->n > 0)
		qsort(out->v, out->n, sizeof(*out->v), sample_cmp);
	return true;
}

/* What is known of a session's table while time goes on. */
struct table {
	uint32_t size; /* in the last RIB that shows it; 0: none did yet */
	bool gone;     /* a later RIB does not: it is no yardstick any more */
	bool full;
};

static void
take_sample(struct table *t, uint32_t size)
{
	t->gone = size == 0;
	if (size > 0)
		t->size = size;
}

/* Say of every session at time whether its feed is full, where that is new. */
static bool
note_full(struct judge *j, struct changes *c, struct table *tables, usec_t time)
{
	uint32_t largest = 0;

	for (size_t s = 0; s < j->t->session_n; s++)
		if (!tables[s].gone && tables[s].size > largest)
			largest = tables[s].size;
	for (uint32_t s = 0; s < j->t->session_n; s++) {
		struct table *t = &tables[s];
		bool now =
		    t->size > 0 && t->size >= j->params->full_feed * largest;

		if (now == t->full)
			continue;
		t->full = now;
		if (!add_change(c, time, s, now ? CHANGE_FULL : CHANGE_PARTIAL))
			return false;
	}
	return true;
}

/* The time of a collector's first sample; USEC_NONE: it has none. */
static usec_t
first_sample(const struct judge *j, const struct samples *x, unsigned collector)
{
	for (size_t i = 0; i < x->n; i++)
		if (j->t->sessions[x->v[i].session].collector == collector)
			return x->v[i].time;
	return USEC_NONE;
}

/* Sessions in the first RIB of their collector had that table before it. */
static void
extend_back(
    const struct judge *j, const struct samples *x, struct table *tables)
{
	for (unsigned c = 0; c < j->t->collector_n; c++) {
		usec_t first = first_sample(j, x, c);

		for (size_t i = 0; i < x->n && x->v[i].time <= first; i++)
			if (j->t->sessions[x->v[i].session].collector == c)
				take_sample(
				    &tables[x->v[i].session], x->v[i].size);
	}
}

/*
 * The relative full-feed rule over time.  A table's size is that of the last
 * RIB before; what the first RIB of a collector shows held before it too.
 */
static bool
full_feeds(struct judge *j, struct changes *c, const struct samples *x)
{
	struct table *tables = calloc(j->t->session_n + 1, sizeof(*tables));
	size_t i = 0;
	bool ok = tables != NULL;

	if (ok)
		extend_back(j, x, tables);
	ok = ok && note_full(j, c, tables, USEC_NONE);
	while (ok && i < x->n) {
		usec_t time = x->v[i].time;

		for (; i < x->n && x->v[i].time == time; i++)
			take_sample(&tables[x->v[i].session], x->v[i].size);
		ok = note_full(j, c, tables, time);
	}
	free(tables);
	return ok;
}

/*
 * Merge sort that keeps the order of equals, since logs are written with times
 * in the past as well; qsort does not.  The sorted half ends up in v.
 */
#define DEFINE_STABLE_SORT(name, type)                                         \
	static void name(type *v, type *spare, size_t n)                       \
	{                                                                      \
		size_t h = n / 2, a = 0, b = h, k = 0;                         \
                                                                               \
		if (n < 2)                                                     \
			return;                                                \
		name(v, spare, h);                                             \
		name(v + h, spare, n - h);                                     \
		if (v[h - 1].time <= v[h].time)                                \
			return;                                                \
		memcpy(spare, v, h * sizeof(*v));                              \
		while (a < h && b < n) {                                       \
			if (v[b].time < spare[a].time)                         \
				v[k++] = v[b++];                               \
			else                                                   \
				v[k++] = spare[a++];                           \
		}                                                              \
		while (a < h)                                                  \
			v[k++] = spare[a++];                                   \
	}

DEFINE_STABLE_SORT(sort_changes, struct change)
DEFINE_STABLE_SORT(sort_entries, struct tl_entry)

static bool
prepare_family(struct judge *j, unsigned family)
{
	struct changes *c = &j->changes[family];
	struct samples samples = {0};
	struct change *spare;
	bool ok = collect_samples(j->t, family, &samples) &&
	    full_feeds(j, c, &samples);

	free(samples.v);
	for (uint32_t s = 0; ok && s < j->t->session_n; s++)
		ok = copy_log(c, &j->t->sessions[s], s, family);
	spare = malloc((c->n + 1) * sizeof(*spare));
	if (!ok || spare == NULL) {
		free(spare);
		return false;
	}
	sort_changes(c->v, spare, c->n);
	free(spare);
	return true;
}

/* Number the distinct ASNs of sessions. */
static bool
number_asns(struct judge *j)
{
	size_t n = j->t->session_n;
	uint32_t *sorted = malloc((n + 1) * sizeof(*sorted));

	j->asn_of = malloc((n + 1) * sizeof(*j->asn_of));
	if (sorted == NULL || j->asn_of == NULL) {
		free(sorted);
		return false;
	}
	for (size_t i = 0; i < n; i++)
		sorted[i] = j->t->sessions[i].asn;
	j->asn_n = (uint32_t)compare_sort_distinct_u32(sorted, n);
	for (size_t i = 0; i < n; i++) {
		const uint32_t *at = bsearch(&j->t->sessions[i].asn, sorted,
		    j->asn_n, sizeof(*sorted), compare_u32);

		j->asn_of[i] = (uint32_t)(at - sorted);
	}
	free(sorted);
	return true;
}

enum blk_status
judge_new(struct judge **out, const struct timeline *t,
    const struct outage_params *params)
{
	struct judge *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return BLK_ENOMEM;
	j->t = t;
	j->params = params;
	j->voters = calloc(t->session_n + 1, sizeof(*j->voters));
	j->ballots = calloc(t->session_n + 1, sizeof(*j->ballots));
	j->origins = calloc(t->session_n + 1, sizeof(*j->origins));
	if (j->voters == NULL || j->ballots == NULL || j->origins == NULL ||
	    !number_asns(j) || !prepare_family(j, 0) || !prepare_family(j, 1) ||
	    !members_init(&j->members, t)) {
		judge_free(j);
		return BLK_ENOMEM;
	}
	*out = j;
	return BLK_OK;
}

const struct changes *
judge_changes(const struct judge *j, unsigned family)
{
	return &j->changes[family];
}

const uint32_t *
judge_asns(const struct judge *j)
{
	return j->asn_of;
}

/* --- who votes --- */

static bool
means_asn(const struct tl_watch *w, uint32_t asn)
{
	return w->country != NULL ? delegated_has_asn(w->country, asn)
				  : w->asn == asn;
}

/* Whether the watch means a prefix that comes from origin. */
static bool
origin_matches(const struct timeline *t, const struct tl_watch *w,
    uint32_t origin, bool is_set)
{
	const uint32_t *asns;
	uint32_t n;

	if (!is_set)
		return origin == TL_ORIGIN_ASSUMED || means_asn(w, origin);
	asns = timeline_run(&t->sets, origin, &n);
	for (uint32_t i = 0; i < n; i++)
		if (means_asn(w, asns[i]))
			return true;
	return false;
}

/* Whether the watch means the prefix from whatever origin. */
static bool
means_prefix(const struct tl_watch *w, const struct prefix *p)
{
	if (w->country != NULL)
		return delegated_has_prefix(w->country, p);
	return w->by_prefix;
}

bool
judge_concerns(
    const struct timeline *t, size_t prefix, const struct tl_watch *watch)
{
	const struct tl_prefix *p = &t->prefixes[prefix];

	if (watch->by_prefix)
		return prefix_cmp(&p->prefix, &watch->prefix) == 0;
	for (size_t i = 0; i < p->log_n; i++)
		if (p->log[i].state == TL_UP &&
		    p->log[i].origin != TL_ORIGIN_ASSUMED &&
		    (means_prefix(watch, &p->prefix) ||
			origin_matches(
			    t, watch, p->log[i].origin, p->log[i].is_set)))
			return true;
	return false;
}

enum blk_status
judge_members(struct judge *j, const struct tl_watch *watch,
    const uint32_t **out, size_t *n)
{
	return members_of(&j->members, watch, out, n) ? BLK_OK : BLK_ENOMEM;
}

/* Whether it would have a vote, were it not for a gap. */
static bool
eligible(const struct judge *j, uint32_t session)
{
	const struct voter *v = &j->voters[session];
	unsigned c = j->t->sessions[session].collector;

	if (!v->live)
		return false;
	return j->t->collectors[c].has_rib[j->family] ? v->full : v->carried;
}

static bool
entitled(const struct judge *j, uint32_t session)
{
	return !j->voters[session].away && eligible(j, session);
}

static bool
votes(const struct judge *j, uint32_t session)
{
	const struct voter *v = &j->voters[session];

	/* A route whose origin cannot be told says nothing of an AS. */
	return v->route != TL_UNKNOWN && !v->no_origin && entitled(j, session);
}

/* Take a session's share out of the count (by -1) or put it in (by +1). */
static void
count(struct judge *j, uint32_t session, int by)
{
	struct ballot *b = &j->ballots[j->asn_of[session]];
	const struct voter *v = &j->voters[session];
	uint32_t one = (uint32_t)by;

	j->entitled -= b->entitled > 0;
	j->away -= b->away > 0 && b->entitled == 0;
	j->voting -= b->voting > 0;
	j->carrying -= b->carrying > 0;
	j->anywhere -= b->carrying > 0 || b->elsewhere > 0;
	if (entitled(j, session))
		b->entitled += one;
	else if (eligible(j, session))
		b->away += one;
	if (votes(j, session)) {
		b->voting += one;
		if (v->route == TL_UP && v->matches)
			b->carrying += one;
		else if (v->route == TL_UP)
			b->elsewhere += one;
	}
	j->entitled += b->entitled > 0;
	j->away += b->away > 0 && b->entitled == 0;
	j->voting += b->voting > 0;
	j->carrying += b->carrying > 0;
	j->anywhere += b->carrying > 0 || b->elsewhere > 0;
}

static void
apply_change(struct judge *j, const struct change *c)
{
	struct voter *v = &j->voters[c->session];

	count(j, c->session, -1);
	switch ((enum change_kind)c->kind) {
	case CHANGE_LIVE:
		v->live = true;
		break;
	case CHANGE_DEAD:
		v->live = false;
		break;
	case CHANGE_AWAY:
		v->away = true;
		break;
	case CHANGE_BACK:
		v->away = false;
		break;
	case CHANGE_RESET:
		v->route = TL_UNKNOWN;
		v->no_origin = false;
		break;
	case CHANGE_SYNC:
		if (v->route == TL_UNKNOWN)
			v->route = TL_ABSENT;
		break;
	case CHANGE_FULL:
		v->full = true;
		break;
	case CHANGE_PARTIAL:
		v->full = false;
		break;
	}
	count(j, c->session, 1);
}

static void
apply_to(struct judge *j, const struct tl_entry *e, uint32_t session)
{
	struct voter *v = &j->voters[session];
	bool up = e->state == TL_UP;

	count(j, session, -1);
	v->route = e->state;
	v->carried |= up;
	v->origin = e->origin;
	v->is_set = e->is_set;
	v->matches = up &&
	    (j->any_origin ||
		origin_matches(j->t, j->watch, e->origin, e->is_set));
	v->no_origin =
	    up && !j->any_origin && !e->is_set && e->origin == TL_ORIGIN_NONE;
	count(j, session, 1);
}

static void
apply_entry(struct judge *j, const struct tl_entry *e)
{
	const uint32_t *sessions;
	uint32_t n;

	if (!e->is_group) {
		apply_to(j, e, e->session);
		return;
	}
	sessions = timeline_run(&j->t->groups, e->session, &n);
	for (uint32_t i = 0; i < n; i++)
		apply_to(j, e, sessions[i]);
}

/* --- the sweep --- */

/* The present state holds in [time, until).  False: out of memory. */
typedef bool visit_fn(struct judge *j, usec_t time, usec_t until, void *arg);

static bool
begin(struct judge *j, size_t prefix, const struct tl_watch *watch)
{
	const struct tl_prefix *p = &j->t->prefixes[prefix];
	size_t n = p->log_n;

	if (!vec_reserve_many(
		&j->log, 0, n + 1, &j->log_cap, sizeof(*j->log)) ||
	    !vec_reserve_many(
		&j->spare, 0, n + 1, &j->spare_cap, sizeof(*j->spare)))
		return false;
	if (n > 0)
		memcpy(j->log, p->log, n * sizeof(*j->log));
	sort_entries(j->log, j->spare, n);
	memset(j->voters, 0, (j->t->session_n + 1) * sizeof(*j->voters));
	memset(j->ballots, 0, (j->t->session_n + 1) * sizeof(*j->ballots));
	j->entitled = j->away = 0;
	j->voting = j->carrying = j->anywhere = 0;
	j->watch = watch;
	j->any_origin = means_prefix(watch, &p->prefix);
	j->family = p->prefix.afi == AFI_IPV6;
	return true;
}

/* The next moment at which anything changes; false: there is none. */
static bool
next_moment(const struct judge *j, const struct changes *c, size_t a, size_t b,
    size_t log_n, usec_t *time)
{
	if (a == c->n && b == log_n)
		return false;
	if (b == log_n || (a < c->n && c->v[a].time <= j->log[b].time))
		*time = c->v[a].time;
	else
		*time = j->log[b].time;
	return true;
}

/* Visit every state that holds somewhere in [from, until). */
static bool
sweep(struct judge *j, size_t prefix, const struct tl_watch *watch, usec_t from,
    usec_t until, visit_fn *visit, void *arg)
{
	size_t n = j->t->prefixes[prefix].log_n, a = 0, b = 0;
	const struct changes *c;
	usec_t time, next;
	bool more;

	if (!begin(j, prefix, watch))
		return false;
	c = &j->changes[j->family];
	more = next_moment(j, c, a, b, n, &next);
	while (more && next < until) {
		time = next;
		while (a < c->n && c->v[a].time == time)
			apply_change(j, &c->v[a++]);
		while (b < n && j->log[b].time == time)
			apply_entry(j, &j->log[b++]);
		more = next_moment(j, c, a, b, n, &next);
		if (time != USEC_NONE && (!more || next > from) &&
		    !visit(j, time, more ? next : INT64_MAX, arg))
			return false;
	}
	return true;
}

/*
 * Whether the loss that the voters show may be theirs alone.
 *
 * Those entitled whose route is not known may carry the prefix in silence, for
 * a real loss makes everybody speak.  Those in a gap cannot be heard: if they
 * could turn the vote, the voters must be nearly of one mind.
 */
static bool
may_be_up(const struct judge *j)
{
	double share = j->params->visibility;
	uint32_t others = j->entitled - j->voting;

	if (j->carrying + others >= share * j->entitled)
		return true;
	others += j->away;
	return j->carrying + others >= share * (j->entitled + j->away) &&
	    j->carrying * 2 >= share * j->voting;
}

static bool
enough(const struct judge *j)
{
	return j->voting > 0 && j->voting >= j->params->min_peers;
}

/* What the voters alone would say. */
static bool
lost(const struct judge *j)
{
	return enough(j) && j->carrying < j->params->visibility * j->voting;
}

static enum judge_doubt
doubt(const struct judge *j)
{
	if (!enough(j))
		return JUDGE_SURE;
	if (lost(j))
		return may_be_up(j) ? JUDGE_DOUBT_LOST : JUDGE_SURE;
	return j->carrying < j->params->visibility * j->entitled
	    ? JUDGE_DOUBT_UP
	    : JUDGE_SURE;
}

static enum verdict
verdict(const struct judge *j)
{
	if (!enough(j))
		return VERDICT_UNKNOWN;
	if (!lost(j))
		return VERDICT_UP;
	return may_be_up(j) ? VERDICT_UNKNOWN : VERDICT_DOWN;
}

/* The origin that most sessions carry instead; the smallest of equals. */
static uint32_t
most_carried(struct judge *j)
{
	uint32_t best = 0, n = 0;
	size_t best_n = 0;

	for (uint32_t s = 0; s < j->t->session_n; s++) {
		const struct voter *v = &j->voters[s];

		if (v->route == TL_UP && !v->matches && !v->is_set &&
		    votes(j, s))
			j->origins[n++] = v->origin;
	}
	if (n > 0)
		qsort(j->origins, n, sizeof(*j->origins), compare_u32);
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i; k < n && j->origins[k] == j->origins[i]; k++)
			;
		if (k - i > best_n) {
			best = j->origins[i];
			best_n = k - i;
		}
	}
	return best;
}

static bool
visit_steps(struct judge *j, usec_t time, usec_t until, void *arg)
{
	struct judge_steps *out = arg;
	struct judge_step *last = out->n > 0 ? &out->v[out->n - 1] : NULL;
	struct judge_step step = {.time = time,
	    .verdict = (uint8_t)verdict(j),
	    .voting = j->voting,
	    .carrying = j->carrying};

	(void)until;
	step.doubt = (uint8_t)doubt(j);
	step.moved =
	    lost(j) && j->anywhere >= j->params->visibility * j->voting;
	if (last != NULL && last->verdict == step.verdict &&
	    last->voting == step.voting && last->carrying == step.carrying &&
	    last->moved == step.moved && last->doubt == step.doubt)
		return true;
	if (step.moved)
		step.moved_to = last != NULL && last->moved ? last->moved_to
							    : most_carried(j);
	if (!vec_reserve(&out->v, out->n, &out->cap, sizeof(*out->v)))
		return false;
	out->v[out->n++] = step;
	return true;
}

/* The verdict on a run of steps [a, b) of one doubt, from what is beside it. */
static enum verdict
settled(const struct judge_steps *l, size_t a, size_t b)
{
	bool down_before = a > 0 && l->v[a - 1].verdict == VERDICT_DOWN;
	bool down_after = b < l->n && l->v[b].verdict == VERDICT_DOWN;
	bool lost_after = b < l->n && l->v[b].doubt == JUDGE_DOUBT_LOST;

	if (l->v[a].doubt == JUDGE_DOUBT_LOST)
		return down_before || down_after ? VERDICT_DOWN
						 : VERDICT_UNKNOWN;
	return down_after || lost_after ? VERDICT_UNKNOWN : VERDICT_UP;
}

/*
 * While routes converge, a doubtful verdict is settled by what is beside it: a
 * loss that passes into a sure one, or out of it, is part of it; a return that
 * does not last was only the first to be heard.
 */
static void
settle_doubts(const struct judge *j, struct judge_steps *l)
{
	for (size_t a = 0, b; a < l->n; a = b) {
		enum verdict v;
		usec_t end;

		b = a + 1;
		if (l->v[a].doubt == JUDGE_SURE)
			continue;
		while (b < l->n && l->v[b].doubt == l->v[a].doubt)
			b++;
		end = b < l->n ? l->v[b].time : j->t->end;
		if (end - l->v[a].time > CONVERGENCE_TIME)
			continue;
		v = settled(l, a, b);
		for (size_t i = a; i < b; i++)
			l->v[i].verdict = (uint8_t)v;
	}
}

enum blk_status
judge_prefix(struct judge *j, size_t prefix, const struct tl_watch *watch,
    struct judge_steps *out)
{
	out->n = 0;
	if (!sweep(j, prefix, watch, USEC_NONE, INT64_MAX, visit_steps, out))
		return BLK_ENOMEM;
	settle_doubts(j, out);
	return BLK_OK;
}

static bool
holds(const struct judge *j, uint32_t session)
{
	const struct voter *v = &j->voters[session];

	return v->route == TL_UP && v->matches && votes(j, session);
}

static void
note_state(struct judge *j, struct judge_stretch *x)
{
	for (uint32_t s = 0; s < j->t->session_n; s++) {
		bool vote = votes(j, s);

		x->held[s] = (!x->begun || x->held[s]) && vote && holds(j, s);
		if (vote)
			x->facts->collectors[j->t->sessions[s].collector] =
			    true;
	}
	if (j->voting > x->facts->voting)
		x->facts->voting = j->voting;
	x->begun = true;
}

struct stretches {
	struct judge_stretch *v;
	size_t n, first; /* those before it are over */
};

static bool
visit_stretches(struct judge *j, usec_t time, usec_t until, void *arg)
{
	struct stretches *x = arg;

	while (x->first < x->n && x->v[x->first].until <= time)
		x->first++;
	for (size_t i = x->first; i < x->n && x->v[i].from < until; i++)
		if (x->v[i].until > time)
			note_state(j, &x->v[i]);
	return true;
}

enum blk_status
judge_stretches(struct judge *j, size_t prefix, const struct tl_watch *watch,
    struct judge_stretch *v, size_t n)
{
	const size_t session_n = j->t->session_n;
	bool *held = calloc(n * (session_n + 1), sizeof(*held));
	struct stretches x = {.v = v, .n = n};
	usec_t until = USEC_NONE;
	bool ok = held != NULL;

	for (size_t i = 0; ok && i < n; i++) {
		v[i].held = held + i * (session_n + 1);
		v[i].begun = false;
		until = v[i].until > until ? v[i].until : until;
	}
	ok = ok && n > 0 &&
	    sweep(j, prefix, watch, v[0].from, until, visit_stretches, &x);
	for (size_t i = 0; ok && i < n; i++)
		for (size_t s = 0; s < session_n; s++)
			v[i].facts->stuck[s] |= v[i].held[s];
	free(held);
	return ok || (held != NULL && n == 0) ? BLK_OK : BLK_ENOMEM;
}
