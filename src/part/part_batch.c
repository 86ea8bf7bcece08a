#include "part/part_batch.h"

#include <string.h>

#include "base/vec.h"
#include "feed/batch.h"

#define TIME_MAX (INT64_MAX / 4) /* one can count with it */
#define ORIGINS_MAX 200u         /* of one path; more than a lane tells */
#define PART_BEGINS 0x80u        /* beside a type: the message begins here */

/* --- writing --- */

void
part_encoder_fini(struct part_encoder *e)
{
	for (unsigned i = 0; i < PART_COLUMNS; i++)
		part_buf_fini(&e->columns[i]);
}

void
part_encoder_begin(struct part_encoder *e, bool marks)
{
	e->thread = (struct part_thread){.marks = marks};
}

static void
put_head(const struct lane_batch *b, struct part_buf *out)
{
	part_put_uint(out, b->ev.peer_n);
	for (uint32_t i = 0; i < b->ev.peer_n; i++) {
		part_put_addr(out, &b->ev.peers[i].addr);
		part_put_uint(out, b->ev.peers[i].asn);
	}
	part_put_uint(out, b->hole_n);
	for (size_t i = 0; i < b->hole_n; i++) {
		part_put_int(out, b->holes[i].from);
		part_put_int(out, b->holes[i].until);
	}
	part_put_uint(out, b->doubt_n);
	for (size_t i = 0; i < b->doubt_n; i++) {
		part_put_uint(out, b->doubts[i].peer);
		part_put_addr(out, &b->doubts[i].local.addr);
		part_put_uint(out, b->doubts[i].local.asn);
		part_put_u8(out, b->doubts[i].swapped);
	}
}

static void
put_mark(struct part_encoder *e, uint64_t mark)
{
	if (e->thread.marks)
		part_put_be64(&e->columns[PART_MARKS], mark);
}

static void
put_message(struct part_encoder *e, const struct event_message *m)
{
	for (unsigned f = 0; f < 2; f++) {
		part_put_uint(
		    &e->columns[PART_ANNOUNCE_4 + f], m->announce_n[f]);
		part_put_uint(
		    &e->columns[PART_WITHDRAW_4 + f], m->withdraw_n[f]);
	}
	put_mark(e, m->mark);
}

static void
put_path_end(struct part_buf *to, const uint32_t *asns, unsigned origin_n,
    unsigned hop_n)
{
	part_put_uint(to, (uint64_t)origin_n * (EVENT_HOPS_MAX + 1) + hop_n);
	for (unsigned i = 0; i < origin_n + hop_n; i++)
		part_put_uint(to, asns[i]);
}

static void
put_routes(
    struct part_buf *to, const struct event *ev, const struct event_batch *b)
{
	if (ev->type == EVENT_ANNOUNCE)
		put_path_end(to, event_origins(b, ev), ev->origin_n, ev->hop_n);
	part_put_uint(to, ev->routes.n);
	for (uint32_t i = 0; i < ev->routes.n; i++) {
		const struct event_route *r = &b->routes[ev->routes.first + i];
		const struct prefix p = event_prefix(b, r);

		part_put_prefix(to, &p);
		part_put_uint(to, r->path_id);
	}
}

static void
put_rib_prefix(
    struct part_buf *to, const struct event *ev, const struct event_batch *b)
{
	const struct prefix p = event_prefix(b, &b->routes[ev->rib.route]);

	part_put_prefix(to, &p);
	part_put_uint(to, ev->rib.n);
	for (uint32_t i = 0; i < ev->rib.n; i++) {
		const struct event_entry *x = &b->entries[ev->rib.first + i];

		part_put_uint(to, x->peer);
		part_put_uint(to, (uint64_t)x->path_id << 1 | x->refused);
		part_put_uint(to, x->originated);
		put_path_end(
		    to, event_entry_origins(b, x), x->origin_n, x->hop_n);
	}
}

static void
put_rib_end(
    struct part_buf *to, const struct event *ev, const struct event_batch *b)
{
	part_put_u8(to, ev->rib_end.complete);
	part_put_uint(to, ev->rib_end.n);
	for (uint32_t i = 0; i < ev->rib_end.n; i++) {
		const struct event_size *z = &b->sizes[ev->rib_end.first + i];

		part_put_uint(to, z->peer);
		part_put_uint(to, z->prefix_n[0]);
		part_put_uint(to, z->prefix_n[1]);
	}
}

static bool
put_event(
    struct part_encoder *e, const struct event *ev, const struct event_batch *b)
{
	const bool begins = event_is_message(ev);
	struct part_buf *rest = &e->columns[PART_REST];
	struct event_message message;

	if (ev->time < e->thread.time)
		return false;
	part_put_u8(
	    &e->columns[PART_TYPES], ev->type | (begins ? PART_BEGINS : 0));
	part_put_uint(&e->columns[PART_TIMES],
	    (uint64_t)ev->time - (uint64_t)e->thread.time);
	e->thread.time = ev->time;
	if (ev->type <= EVENT_PEER_UNSURE)
		part_put_uint(&e->columns[PART_PEERS], ev->peer);
	if (begins) {
		message = event_message(b, ev);
		put_message(e, &message);
	}
	switch ((enum event_type)ev->type) {
	case EVENT_MESSAGE:
		return begins;
	case EVENT_ANNOUNCE:
	case EVENT_WITHDRAW:
	case EVENT_REFUSE:
		put_routes(rest, ev, b);
		return true;
	case EVENT_END_OF_RIB:
		part_put_u8(rest, ev->afi);
		return true;
	case EVENT_STATE:
		part_put_uint(rest, ev->state.from);
		part_put_uint(rest, ev->state.to);
		put_mark(e, ev->state.mark);
		return true;
	case EVENT_NOTHING:
		put_mark(e, ev->nothing.mark);
		return e->thread.marks;
	case EVENT_PEER_UNSURE:
	case EVENT_RIB_BEGIN:
		return true;
	case EVENT_RIB_PREFIX:
		put_rib_prefix(rest, ev, b);
		return true;
	case EVENT_RIB_END:
		put_rib_end(rest, ev, b);
		return true;
	case EVENT_GAP:
		break;
	}
	return false;
}

enum blk_status
part_encode(
    struct part_encoder *e, const struct lane_batch *b, struct part_buf *out)
{
	bool failed = false;

	for (unsigned i = 0; i < PART_COLUMNS; i++)
		e->columns[i].n = 0;
	put_head(b, out);
	e->thread.peer_n += b->ev.peer_n;
	for (uint32_t i = 0; i < b->ev.event_n; i++)
		if (!put_event(e, &b->ev.events[i], &b->ev))
			return BLK_EBAD;
	for (unsigned i = 0; i < PART_COLUMNS; i++)
		part_put_uint(out, e->columns[i].n);
	for (unsigned i = 0; i < PART_COLUMNS; i++) {
		part_put_bytes(out, e->columns[i].v, e->columns[i].n);
		failed |= e->columns[i].failed;
	}
	return failed || out->failed ? BLK_ENOMEM : BLK_OK;
}

/* --- reading --- */

struct decoder {
	struct part_thread *thread;
	struct cursor columns[PART_COLUMNS];
	struct lane_batch *out;
	bool no_memory;
};

static uint32_t
take_u32(struct cursor *c)
{
	return (uint32_t)part_uint_max(c, UINT32_MAX);
}

/* The number of a peer that was told of. */
static uint32_t
take_peer(struct decoder *d, struct cursor *c)
{
	uint32_t peer = take_u32(c);

	if (peer >= d->thread->peer_n)
		cur_fail(c);
	return peer;
}

static void
take_peers(struct decoder *d, struct cursor *c)
{
	size_t n = part_count(c, 2);

	if (d->out->ev.peer_n == 0)
		d->out->ev.peer_base = d->thread->peer_n;
	for (size_t i = 0; i < n && cur_ok(c) && !d->no_memory; i++) {
		struct event_peer p;

		part_addr(c, &p.addr);
		p.asn = take_u32(c);
		if (d->thread->peer_n == UINT32_MAX)
			cur_fail(c);
		d->thread->peer_n++;
		d->no_memory = !batch_add_peer(&d->out->ev, &p);
	}
}

static void
take_holes(struct decoder *d, struct cursor *c)
{
	struct lane_batch *b = d->out;
	size_t n = part_count(c, 2);

	d->no_memory |= n > 0 &&
	    !vec_reserve_many(
		&b->holes, b->hole_n, n, &b->hole_cap, sizeof(*b->holes));
	for (size_t i = 0; i < n && cur_ok(c) && !d->no_memory; i++) {
		struct lane_hole *h = &b->holes[b->hole_n++];

		h->from = part_int(c);
		h->until = part_int(c);
		if (h->from >= h->until || h->until > TIME_MAX)
			cur_fail(c);
	}
}

/* Doubts are about peers that begin here, in their order. */
static void
take_doubts(struct decoder *d, struct cursor *c)
{
	struct lane_batch *b = d->out;
	uint32_t least = b->ev.peer_base;
	size_t n = part_count(c, 4);

	d->no_memory |= n > 0 &&
	    !vec_reserve_many(
		&b->doubts, b->doubt_n, n, &b->doubt_cap, sizeof(*b->doubts));
	for (size_t i = 0; i < n && cur_ok(c) && !d->no_memory; i++) {
		struct lane_doubt *x = &b->doubts[b->doubt_n++];

		x->peer = take_peer(d, c);
		part_addr(c, &x->local.addr);
		x->local.asn = take_u32(c);
		x->swapped = cur_u8(c) != 0;
		if (x->peer < least)
			cur_fail(c);
		least = x->peer + 1;
	}
}

/* Origins and hops as struct event has them. */
static void
take_path_end(struct decoder *d, struct cursor *c, uint32_t *origin,
    uint8_t *origin_n, uint8_t *hop_n)
{
	const uint32_t step = EVENT_HOPS_MAX + 1;
	uint32_t asns[ORIGINS_MAX + EVENT_HOPS_MAX];
	uint32_t head = (uint32_t)part_uint_max(
	    c, (uint64_t)ORIGINS_MAX * step + EVENT_HOPS_MAX);
	uint32_t n = head / step + head % step;

	if (head > 0 && head < step)
		cur_fail(c);
	for (uint32_t i = 0; i < n; i++)
		asns[i] = take_u32(c);
	if (!cur_ok(c))
		return;
	*origin_n = (uint8_t)(head / step);
	*hop_n = (uint8_t)(head % step);
	if (!batch_add_origins(&d->out->ev, asns, n, origin))
		d->no_memory = true;
}

static void
take_routes(struct decoder *d, struct event *ev)
{
	struct cursor *c = &d->columns[PART_REST];
	struct event_batch *b = &d->out->ev;
	struct prefix p;
	uint32_t n;

	if (ev->type == EVENT_ANNOUNCE)
		take_path_end(
		    d, c, &ev->routes.origin, &ev->origin_n, &ev->hop_n);
	n = (uint32_t)part_count(c, 2);
	if (n == 0)
		cur_fail(c);
	if (!cur_ok(c) || d->no_memory)
		return;
	ev->routes.first = b->route_n;
	ev->routes.n = n;
	for (uint32_t i = 0; i < n; i++) {
		part_prefix(c, &p);
		if (!batch_add_route(b, &p, take_u32(c), prefix_hash(&p))) {
			d->no_memory = true;
			return;
		}
		if (i > 0 && p.afi != ev->afi)
			cur_fail(c);
		ev->afi = p.afi;
	}
}

static void
take_entry(struct decoder *d, struct cursor *c)
{
	struct event_entry x = {.peer = take_peer(d, c)}, *to;
	uint64_t path = part_uint_max(c, (uint64_t)UINT32_MAX << 1 | 1);

	x.path_id = (uint32_t)(path >> 1);
	x.refused = (path & 1) != 0;
	x.originated = take_u32(c);
	take_path_end(d, c, &x.origin, &x.origin_n, &x.hop_n);
	if (!cur_ok(c) || d->no_memory)
		return;
	to = batch_add_entry(&d->out->ev);
	d->no_memory = to == NULL;
	if (to != NULL)
		*to = x;
}

static void
take_rib_prefix(struct decoder *d, struct event *ev)
{
	struct cursor *c = &d->columns[PART_REST];
	struct event_batch *b = &d->out->ev;
	struct prefix p;
	uint32_t n;

	part_prefix(c, &p);
	if (!cur_ok(c))
		return;
	ev->afi = p.afi;
	ev->rib.route = b->route_n;
	d->no_memory |= !batch_add_route(b, &p, 0, prefix_hash(&p));
	n = (uint32_t)part_count(c, 4);
	if (n == 0)
		cur_fail(c);
	ev->rib.first = b->entry_n;
	ev->rib.n = n;
	for (uint32_t i = 0; i < n && cur_ok(c) && !d->no_memory; i++)
		take_entry(d, c);
}

static void
take_rib_end(struct decoder *d, struct event *ev)
{
	struct cursor *c = &d->columns[PART_REST];
	uint32_t n;

	ev->rib_end.complete = cur_u8(c) != 0;
	n = (uint32_t)part_count(c, 3);
	ev->rib_end.first = d->out->ev.size_n;
	ev->rib_end.n = n;
	for (uint32_t i = 0; i < n && cur_ok(c) && !d->no_memory; i++) {
		struct event_size x = {.peer = take_peer(d, c)}, *to;

		x.prefix_n[0] = take_u32(c);
		x.prefix_n[1] = take_u32(c);
		to = batch_add_size(&d->out->ev);
		d->no_memory = to == NULL;
		if (to != NULL)
			*to = x;
	}
}

static uint64_t
take_mark(struct decoder *d)
{
	return d->thread->marks ? part_be64(&d->columns[PART_MARKS]) : 0;
}

static void
take_message(struct decoder *d, struct event *ev)
{
	struct event_message m;

	for (unsigned f = 0; f < 2; f++) {
		m.announce_n[f] = take_u32(&d->columns[PART_ANNOUNCE_4 + f]);
		m.withdraw_n[f] = take_u32(&d->columns[PART_WITHDRAW_4 + f]);
	}
	m.mark = take_mark(d);
	d->no_memory |= !batch_tell_message(&d->out->ev, ev, &m);
}

/* Prefixes and the end of a RIB stand behind its beginning, nothing else. */
static bool
in_place(struct part_thread *t, enum event_type type)
{
	bool inside = type == EVENT_RIB_PREFIX || type == EVENT_RIB_END;
	bool ok = t->in_rib == inside;

	if (type == EVENT_RIB_BEGIN || type == EVENT_RIB_END)
		t->in_rib = type == EVENT_RIB_BEGIN;
	return ok;
}

/* False: there is no such event. */
static bool
take_event(struct decoder *d, struct event *ev)
{
	struct cursor *c = &d->columns[PART_REST];
	const uint8_t type = cur_u8(&d->columns[PART_TYPES]);
	const bool begins = (type & PART_BEGINS) != 0;

	ev->type = (uint8_t)(type % PART_BEGINS);
	if (begins && ev->type > EVENT_REFUSE)
		return false;
	if (!in_place(d->thread, ev->type))
		return false;
	ev->time = d->thread->time +
	    (usec_t)part_uint_max(&d->columns[PART_TIMES],
		(uint64_t)(TIME_MAX - d->thread->time));
	d->thread->time = ev->time;
	if (ev->type <= EVENT_PEER_UNSURE)
		ev->peer = take_peer(d, &d->columns[PART_PEERS]);
	if (begins)
		take_message(d, ev);
	switch ((enum event_type)ev->type) {
	case EVENT_MESSAGE:
		return begins;
	case EVENT_ANNOUNCE:
	case EVENT_WITHDRAW:
	case EVENT_REFUSE:
		take_routes(d, ev);
		return true;
	case EVENT_END_OF_RIB:
		ev->afi = cur_u8(c);
		return ev->afi == AFI_IPV4 || ev->afi == AFI_IPV6;
	case EVENT_STATE:
		ev->state.from = (uint16_t)part_uint_max(c, UINT16_MAX);
		ev->state.to = (uint16_t)part_uint_max(c, UINT16_MAX);
		ev->state.mark = take_mark(d);
		return true;
	case EVENT_PEER_UNSURE:
	case EVENT_RIB_BEGIN:
		return true;
	case EVENT_RIB_PREFIX:
		take_rib_prefix(d, ev);
		return true;
	case EVENT_RIB_END:
		take_rib_end(d, ev);
		return true;
	case EVENT_NOTHING:
		ev->nothing.mark = take_mark(d);
		return d->thread->marks;
	case EVENT_GAP:
		break;
	}
	return false;
}

static void
forget_mark(struct event_batch *b, struct event *ev)
{
	if (ev->type <= EVENT_REFUSE && ev->routes.message >= EVENT_TOLD)
		b->messages[ev->routes.message - EVENT_TOLD].mark = 0;
	else if (ev->type == EVENT_STATE)
		ev->state.mark = 0;
}

static bool
columns_ok(const struct decoder *d, bool done)
{
	for (unsigned i = 0; i < PART_COLUMNS; i++)
		if (done ? !cur_done(&d->columns[i]) : !cur_ok(&d->columns[i]))
			return false;
	return true;
}

static enum blk_status
take_events(struct decoder *d, bool keep_marks)
{
	struct event_batch *b = &d->out->ev;

	while (cur_left(&d->columns[PART_TYPES]) > 0) {
		struct event *ev = batch_add_event(b);

		if (ev == NULL)
			return BLK_ENOMEM;
		if (!take_event(d, ev))
			return BLK_EBAD;
		if (d->no_memory)
			return BLK_ENOMEM;
		if (!columns_ok(d, false))
			return BLK_EBAD;
		if (keep_marks)
			continue;
		if (ev->type == EVENT_NOTHING)
			b->event_n--;
		else
			forget_mark(b, ev);
	}
	return columns_ok(d, true) ? BLK_OK : BLK_EBAD;
}

enum blk_status
part_decode(struct part_thread *thread, struct cursor c, bool keep_marks,
    struct lane_batch *out)
{
	struct decoder d = {.thread = thread, .out = out};
	size_t len[PART_COLUMNS];

	take_peers(&d, &c);
	take_holes(&d, &c);
	take_doubts(&d, &c);
	for (unsigned i = 0; i < PART_COLUMNS; i++)
		len[i] = (size_t)part_uint_max(&c, SIZE_MAX);
	for (unsigned i = 0; i < PART_COLUMNS; i++)
		d.columns[i] = cur_sub(&c, len[i]);
	if (d.no_memory)
		return BLK_ENOMEM;
	return cur_done(&c) ? take_events(&d, keep_marks) : BLK_EBAD;
}
