/*
 * Resets, silences and gaps: what makes routes unknown, and what makes them
 * known again.
 *
 * RIS logs session states; RouteViews does not, so there a reset is inferred.
 * Two signs are taken: an End-of-RIB after a re-announcement of a good part of
 * the peer's known table, and a re-announcement of nearly all of it right after
 * a silence.  Then everything that was not said again since is unknown back to
 * the peer's last word before the reset, and absent once the transfer is over.
 *
 * A peer that falls silent for far longer than its habit is taken for dead from
 * its last word on, so that it cannot hold a vanished prefix visible.  If it
 * speaks again without re-announcing its table, it had only been quiet, and its
 * routes count again.
 */
#include "blackout/mrt.h"
#include "state/replay.h"
#include "state/timeline_write.h"

/* Whether a reset from which the session was back at back is news. */
static bool
new_reset(const struct session *s, usec_t back)
{
	/* What it says first of all is no restatement of anything. */
	if (s->first_word == USEC_NONE || s->first_word >= back)
		return false;
	return s->reset_time == USEC_NONE ||
	    s->reset_time < back - BURST_WINDOW;
}

/*
 * Carry what was said since restated over into the new epoch of a family, which
 * began at gone.
 */
static bool
keep_restated(struct state *s, uint32_t session, unsigned family,
    uint32_t old_epoch, usec_t gone, usec_t restated)
{
	uint32_t epoch = s->sessions.v[session].family[family].epoch;
	const struct replay_said unknown = {.state = TL_UNKNOWN};

	for (uint32_t i = 0; i < s->watched.n; i++) {
		struct route *r;
		usec_t at;

		if (replay_family(s->watched.keys[i].afi) != family)
			continue;
		r = route_find(&s->routes[i], session);
		if (r == NULL || r->epoch != old_epoch || r->updated == 0 ||
		    r->updated < usec_floor_sec(restated))
			continue;
		r->epoch = (uint16_t)epoch;
		at = (usec_t)r->updated * USEC_PER_SEC;
		if (!watch_tell(s, i, r, &unknown, 0, at < gone ? gone : at))
			return false;
	}
	return true;
}

/*
 * The session was reset at about gone and began to restate its table at back.
 */
static bool
infer_reset(struct state *s, uint32_t session, unsigned family, usec_t gone,
    usec_t back)
{
	struct session *from = &s->sessions.v[session];
	uint32_t old_epoch = from->family[family].epoch;
	usec_t shown = from->family[family].table_end;

	/* A RIB has shown the table until then. */
	if (shown != USEC_NONE && gone <= shown)
		gone = shown + 1;
	if (new_reset(from, back))
		s->t->collectors[from->collector].session_resets++;
	if (from->reset_time == USEC_NONE || from->reset_time < back)
		from->reset_time = back;
	return session_reset(
		   &s->sessions, s->t, session, family, gone, gone, false) &&
	    keep_restated(s, session, family, old_epoch, gone, back);
}

/* A re-announcement of nearly the whole table right after a silence. */
static bool
look_for_burst(struct state *s, uint32_t session, unsigned family, usec_t now)
{
	struct session *from = &s->sessions.v[session];
	struct session_family *f = &from->family[family];
	uint64_t announced = f->since_silence;
	usec_t back = from->silence.end;

	if (f->table < BURST_TABLE_MIN || f->transfer.active ||
	    back == USEC_NONE || now - back > BURST_WINDOW ||
	    back - from->silence.start < RESET_SILENCE ||
	    announced * 100 < (uint64_t)f->table * BURST_SHARE)
		return true;
	if (!infer_reset(
		s, session, family, from->silence.start + USEC_PER_SEC, back))
		return false;
	session_transfer_begin(from, family, back, announced);
	f->since_silence = 0;
	return true;
}

/* It announced n > 0 routes of a family. */
static bool
hear_announcements(
    struct state *s, uint32_t session, unsigned family, usec_t time, uint32_t n)
{
	session_announced(&s->sessions.v[session], family, time, n);
	return look_for_burst(s, session, family, time);
}

bool
liveness_message(struct state *s, uint32_t session, const struct event *ev,
    const struct event_batch *batch)
{
	if (!session_word(&s->sessions, s->t, session, ev->time))
		return false;
	for (unsigned f = 0; f < 2; f++) {
		const uint32_t n = event_announced(batch, ev, f);

		if (n > 0 && !hear_announcements(s, session, f, ev->time, n))
			return false;
	}
	return true;
}

static bool
go_down(struct state *s, uint32_t session, usec_t time)
{
	struct session *from = &s->sessions.v[session];

	s->t->collectors[from->collector].session_resets++;
	from->reset_time = time;
	for (unsigned f = 0; f < 2; f++)
		if (!session_reset(
			&s->sessions, s->t, session, f, time, time, false))
			return false;
	if (from->stale) {
		from->stale = false;
		return true;
	}
	return session_set_live(&s->sessions, s->t, session, false, time);
}

/*
 * The session is said to come up, but was taken for live: it went some time
 * after it was last heard.
 */
static bool
go_down_unseen(struct state *s, uint32_t session, usec_t time)
{
	struct session *from = &s->sessions.v[session];
	usec_t v4 = session_last_known(from, 0);
	usec_t v6 = session_last_known(from, 1);
	usec_t at = v4 > v6 ? v4 : v6;

	return go_down(s, session, at < time ? at : time);
}

static bool
go_up(struct state *s, uint32_t session, usec_t time)
{
	struct session *from = &s->sessions.v[session];

	if (from->live && !go_down_unseen(s, session, time))
		return false;
	from->reset_time = time;
	from->silence.start = from->silence.end = USEC_NONE;
	for (unsigned f = 0; f < 2; f++) {
		if (!session_reset(
			&s->sessions, s->t, session, f, time, time, false))
			return false;
		session_transfer_begin(from, f, time, 0);
	}
	if (from->last_word == USEC_NONE || from->last_word < time)
		from->last_word = time;
	return session_set_live(&s->sessions, s->t, session, true, time);
}

bool
liveness_state(struct state *s, uint32_t session, const struct event *ev)
{
	bool was_up = ev->state.from == MRT_FSM_ESTABLISHED;
	bool is_up = ev->state.to == MRT_FSM_ESTABLISHED;

	/* A change between other states says nothing: it may be the losing
	   half of a connection collision of a session that is up. */
	if (was_up && !is_up)
		return go_down(s, session, ev->time);
	if (is_up && !was_up)
		return go_up(s, session, ev->time);
	return true;
}

bool
liveness_end_of_rib(struct state *s, uint32_t session, const struct event *ev)
{
	unsigned family = replay_family(ev->afi);
	struct session *from = &s->sessions.v[session];
	struct session_family *f = &from->family[family];
	uint64_t announced = session_burst(from, family, ev->time);
	usec_t gone = ev->time - BURST_WINDOW, back = gone;

	if (f->transfer.active)
		return session_sync(
		    &s->sessions, s->t, session, family, ev->time);
	if (announced == 0 ||
	    announced * 100 < (uint64_t)f->table * BURST_SHARE_EOR)
		return true;
	if (from->silence.end != USEC_NONE && from->silence.end >= gone) {
		back = from->silence.end;
		gone = from->silence.start + USEC_PER_SEC;
	}
	if (gone < f->epoch_start)
		gone = back = f->epoch_start;
	if (!infer_reset(s, session, family, gone, back))
		return false;
	/* Without a known table nobody can tell that all of it was restated. */
	return f->table == 0 ||
	    session_sync(&s->sessions, s->t, session, family, ev->time);
}

bool
liveness_unsure(struct state *s, uint32_t session, usec_t time)
{
	/* Right after what was said at the same moment. */
	for (unsigned f = 0; f < 2; f++)
		if (!session_reset(&s->sessions, s->t, session, f, time + 1,
			time + 1, true))
			return false;
	return true;
}

static bool
log_gap(struct timeline *t, uint32_t session, usec_t time,
    enum tl_session_change change)
{
	return timeline_log_session(t, session,
	    (struct tl_session_entry){.time = time, .change = (uint8_t)change});
}

bool
liveness_gap(struct state *s, unsigned collector, const struct event *ev)
{
	struct replay_collector *c = &s->collectors[collector];
	usec_t from = ev->gap.from, until = ev->time;

	for (uint32_t i = 0; i < s->sessions.n; i++) {
		struct session *x = &s->sessions.v[i];

		if (x->collector != collector)
			continue;
		for (unsigned f = 0; f < 2; f++)
			if (!session_reset(&s->sessions, s->t, i, f, from + 1,
				until, true))
				return false;
		if (!log_gap(s->t, i, from, TL_AWAY) ||
		    !log_gap(s->t, i, until, TL_BACK))
			return false;
		/* It may have come back unheard: its next word is no sign of
		   a transfer. */
		x->stale |= !x->live;
		x->reset_time = USEC_NONE;
		x->silence.start = x->silence.end = USEC_NONE;
		if (x->last_word != USEC_NONE && x->last_word < until)
			x->last_word = until;
	}
	c->epoch_start = until;
	for (unsigned f = 0; f < 2; f++) {
		s->t->first_words_forgotten += c->words[f].forgotten;
		c->words[f].forgotten = 0;
		first_words_clear(&c->words[f]);
	}
	return timeline_add_gap(
	    s->t, collector, from, until, (enum gap_reason)ev->gap.reason);
}

bool
liveness_sweep(struct state *s, unsigned collector)
{
	usec_t now = s->collectors[collector].last_word;

	for (uint32_t i = 0; i < s->sessions.n; i++) {
		struct session *x = &s->sessions.v[i];

		if (x->collector != collector)
			continue;
		for (unsigned f = 0; f < 2; f++)
			if (session_transfer_over(x, f, now) &&
			    !session_sync(&s->sessions, s->t, i, f, now))
				return false;
		if (!session_is_stale(x, now))
			continue;
		s->t->collectors[collector].stale_sessions++;
		if (!session_set_live(&s->sessions, s->t, i, false,
			x->last_word + USEC_PER_SEC))
			return false;
		x->stale = true;
	}
	return true;
}
