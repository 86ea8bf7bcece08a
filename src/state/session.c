/*
 * Sessions keep counts, never lists: how long they were silent at most, how
 * much they announced in the last minutes.  Whoever replays events decides
 * what a count means (state.c); the thresholds stand in session.h.
 */
#include "state/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "blackout/bgp.h"
#include "state/route.h"
#include "state/timeline_write.h"

#define SHORT_SILENCE (2 * USEC_PER_SEC)

void
session_table_fini(struct session_table *s)
{
	free(s->v);
	free(s->slots);
	*s = (struct session_table){0};
}

static bool
log_change(struct timeline *t, uint32_t id, usec_t time,
    enum tl_session_change change, unsigned family)
{
	return timeline_log_session(t, id,
	    (struct tl_session_entry){.time = time,
		.change = (uint8_t)change,
		.family = (uint8_t)family});
}

/* --- finding them --- */

/* Where the search for (addr, asn) of a collector begins. */
static size_t
first_slot(const struct session_table *s, unsigned collector,
    const struct ipaddr *addr, uint32_t asn)
{
	struct prefix p = {.afi = addr->afi};

	memcpy(p.bytes, addr->bytes, sizeof(p.bytes));
	return (prefix_hash(&p) + (asn + collector) * UINT32_C(0x9e3779b1)) &
	    (s->slot_n - 1);
}

/* The slot of (addr, asn) of a collector, or the free one where it belongs. */
static struct session_slot *
find_slot(const struct session_table *s, const struct timeline *t,
    unsigned collector, const struct ipaddr *addr, uint32_t asn)
{
	size_t i = first_slot(s, collector, addr, asn);

	for (; s->slots[i].id != 0; i = (i + 1) & (s->slot_n - 1)) {
		const struct tl_session *known =
		    &t->sessions[s->slots[i].id - 1];

		if (s->slots[i].asn == asn && known->collector == collector &&
		    ipaddr_equal(&known->addr, addr))
			break;
	}
	return &s->slots[i];
}

/* Have session id found by asn, unless another one is. */
static void
enter(struct session_table *s, const struct timeline *t, uint32_t id,
    uint32_t asn)
{
	const struct tl_session *of = &t->sessions[id];
	struct session_slot *slot =
	    find_slot(s, t, of->collector, &of->addr, asn);

	if (slot->id == 0)
		*slot = (struct session_slot){asn, id + 1};
}

/* Room for one more, of two slots at most. */
static bool
reserve_slots(struct session_table *s, const struct timeline *t)
{
	size_t slot_n = s->slot_n > 0 ? s->slot_n * 2 : 64;
	struct session_slot *slots;

	if ((s->n + 1) * 3 < s->slot_n)
		return true;
	slots = calloc(slot_n, sizeof(*slots));
	if (slots == NULL)
		return false;
	free(s->slots);
	s->slots = slots;
	s->slot_n = slot_n;
	for (uint32_t i = 0; i < s->n; i++) {
		enter(s, t, i, t->sessions[i].asn);
		enter(s, t, i, BGP_AS_TRANS);
	}
	return true;
}

/* How many sessions of the collector there are. */
static unsigned
count(const struct session_table *s, unsigned collector)
{
	for (size_t i = s->n; i-- > 0;)
		if (s->v[i].collector == collector)
			return s->v[i].ordinal + 1;
	return 0;
}

static bool
add(struct session_table *s, struct timeline *t, unsigned collector,
    const struct ipaddr *addr, uint32_t asn, usec_t epoch_start)
{
	struct session *new;

	if (s->n >= ROUTE_SESSION_MAX) {
		s->full = true;
		return false;
	}
	if (!vec_reserve(&s->v, s->n, &s->cap, sizeof(*s->v)) ||
	    !timeline_add_session(t, collector, addr, asn))
		return false;
	new = &s->v[s->n];
	*new = (struct session){.collector = collector,
	    .ordinal = count(s, collector),
	    .live = true,
	    .reset_time = USEC_NONE,
	    .first_word = USEC_NONE,
	    .last_word = USEC_NONE,
	    .resumed = USEC_NONE,
	    .silence = {USEC_NONE, USEC_NONE}};
	for (unsigned f = 0; f < 2; f++) {
		new->family[f].epoch = 1;
		new->family[f].epoch_start = epoch_start;
		new->family[f].continued = true;
		new->family[f].table_end = USEC_NONE;
	}
	enter(s, t, (uint32_t)s->n, asn);
	enter(s, t, (uint32_t)s->n, BGP_AS_TRANS);
	s->n++;
	return log_change(t, (uint32_t)s->n - 1, epoch_start, TL_LIVE, 0);
}

bool
session_get(struct session_table *s, struct timeline *t, unsigned collector,
    const struct ipaddr *addr, uint32_t asn, usec_t epoch_start, uint32_t *out)
{
	const struct session_slot *slot;

	if (!reserve_slots(s, t))
		return false;
	slot = find_slot(s, t, collector, addr, asn);
	if (slot->id == 0)
		slot = find_slot(s, t, collector, addr, BGP_AS_TRANS);
	if (slot->id > 0) {
		struct tl_session *known = &t->sessions[slot->id - 1];

		*out = slot->id - 1;
		if (slot->asn == asn)
			return true;
		/* the first of that address: perhaps its number was hidden */
		if (known->asn == BGP_AS_TRANS) {
			known->asn = asn;
			enter(s, t, *out, asn);
			return true;
		}
	}
	if (!add(s, t, collector, addr, asn, epoch_start))
		return false;
	*out = (uint32_t)s->n - 1;
	return true;
}

usec_t
session_last_known(const struct session *s, unsigned family)
{
	const struct session_family *f = &s->family[family];
	usec_t at = f->epoch_start;

	if (s->last_word != USEC_NONE && s->last_word + USEC_PER_SEC > at)
		at = s->last_word + USEC_PER_SEC;
	return f->table_end != USEC_NONE && f->table_end >= at
	    ? f->table_end + 1
	    : at;
}

bool
session_reset(struct session_table *s, struct timeline *t, uint32_t id,
    unsigned family, usec_t time, usec_t epoch_start, bool continued)
{
	struct session_family *f = &s->v[id].family[family];

	if (f->epoch == SESSION_EPOCH_MAX) {
		f->epoch = 0;
		if (s->renumbered != NULL)
			s->renumbered(s->arg, id, family);
	}
	f->epoch++;
	f->epoch_start = epoch_start;
	f->continued = continued;
	f->synced = false;
	f->transfer.active = false;
	return log_change(t, id, time, TL_RESET, family);
}

bool
session_sync(struct session_table *s, struct timeline *t, uint32_t id,
    unsigned family, usec_t time)
{
	struct session_family *f = &s->v[id].family[family];

	f->transfer.active = false;
	if (f->synced)
		return true;
	f->synced = true;
	return log_change(t, id, time, TL_SYNC, family);
}

bool
session_set_live(struct session_table *s, struct timeline *t, uint32_t id,
    bool live, usec_t time)
{
	if (s->v[id].live == live)
		return true;
	s->v[id].live = live;
	s->v[id].stale = false;
	return log_change(t, id, time, live ? TL_LIVE : TL_DEAD, 0);
}

/* A transfer would have begun by now: the long silence was mere quiet. */
static void
settle_pending(struct session *s, usec_t time)
{
	if (s->resumed == USEC_NONE || time < s->resumed + BURST_WINDOW)
		return;
	if (s->silence_pending > s->longest_silence)
		s->longest_silence = s->silence_pending;
	s->resumed = USEC_NONE;
}

static void
note_silence(struct session *s, usec_t time)
{
	usec_t length = time - s->last_word;

	settle_pending(s, time);
	if (s->stale) {
		s->silence_pending = length;
		s->resumed = time;
	} else if (length > s->longest_silence) {
		s->longest_silence = length;
	}
	if (length >= RESET_SILENCE) {
		for (unsigned f = 0; f < 2; f++)
			s->family[f].since_silence = 0;
	} else if ((length < SHORT_SILENCE) |
	    ((s->silence.end >= time - BURST_WINDOW) &
		(s->silence.end - s->silence.start > length))) {
		/* Not telling, or a longer one is not forgotten yet.  Nearly
		   always one of both, but which cannot be foretold: hence |. */
		return;
	}
	s->silence.start = s->last_word;
	s->silence.end = time;
}

void
session_announced(struct session *s, unsigned family, usec_t time, uint32_t n)
{
	struct session_family *f = &s->family[family];
	int64_t slot = time / BURST_SLOT;
	int64_t minute = time / (60 * USEC_PER_SEC);
	struct session_transfer *tr = &f->transfer;

	if (slot != f->slot) {
		f->slot_before_n = slot == f->slot + 1 ? f->slot_n : 0;
		f->slot_n = 0;
		f->slot = slot;
	}
	f->slot_n += n;
	f->since_silence += n;
	if (!tr->active)
		return;
	if (minute != tr->minute) {
		tr->minute_before_n =
		    minute == tr->minute + 1 ? tr->minute_n : 0;
		tr->minute_n = 0;
		tr->minute = minute;
	}
	tr->minute_n += n;
	tr->announced += n;
}

/* It speaks at another time than before, for the first time, or though it was
   taken for dead. */
static bool
wake(struct session_table *table, struct timeline *t, uint32_t id, usec_t time)
{
	struct session *s = &table->v[id];

	if (s->last_word != USEC_NONE && time > s->last_word)
		note_silence(s, time);
	if (!s->live) {
		if (!s->stale) {
			/* It is up again, and nobody said so. */
			s->reset_time = time;
			for (unsigned f = 0; f < 2; f++) {
				if (!session_reset(
					table, t, id, f, time, time, false))
					return false;
				session_transfer_begin(s, f, time, 0);
			}
		}
		if (!session_set_live(table, t, id, true, time))
			return false;
	}
	if (s->first_word == USEC_NONE)
		s->first_word = time;
	if (time != s->last_word &&
	    (s->last_word == USEC_NONE || time - s->last_word >= USEC_PER_SEC ||
		usec_floor_sec(time) != usec_floor_sec(s->last_word)))
		s->words++;
	if (s->last_word == USEC_NONE || time > s->last_word)
		s->last_word = time;
	return true;
}

bool
session_word(
    struct session_table *table, struct timeline *t, uint32_t id, usec_t time)
{
	const struct session *s = &table->v[id];

	return (time == s->last_word && s->first_word != USEC_NONE &&
		   s->live) ||
	    wake(table, t, id, time);
}

bool
session_is_stale(const struct session *s, usec_t now)
{
	usec_t limit = s->longest_silence * STALE_HABIT;

	if (!s->live || s->words < STALE_WORDS ||
	    s->last_word - s->first_word < STALE_SPAN)
		return false;
	return now - s->last_word > (limit > STALE_MIN ? limit : STALE_MIN);
}

uint64_t
session_burst(const struct session *s, unsigned family, usec_t now)
{
	const struct session_family *f = &s->family[family];
	int64_t slot = now / BURST_SLOT;

	if (slot == f->slot)
		return f->slot_n + f->slot_before_n;
	return slot == f->slot + 1 ? f->slot_n : 0;
}

void
session_transfer_begin(
    struct session *s, unsigned family, usec_t time, uint64_t announced)
{
	s->family[family].transfer = (struct session_transfer){.active = true,
	    .since = time,
	    .announced = announced,
	    .minute = time / (60 * USEC_PER_SEC)};
}

bool
session_transfer_over(const struct session *s, unsigned family, usec_t now)
{
	const struct session_transfer *tr = &s->family[family].transfer;
	int64_t minute = now / (60 * USEC_PER_SEC);
	uint64_t recent = 0;

	if (!tr->active || tr->announced == 0 || now - tr->since < TRANSFER_MIN)
		return false;
	if (minute == tr->minute)
		recent = tr->minute_n + tr->minute_before_n;
	else if (minute == tr->minute + 1)
		recent = tr->minute_n;
	return recent * 100 < tr->announced * TRANSFER_QUIET_SHARE;
}
