/*
 * BGP messages and state changes as events.  A message becomes what it says,
 * withdrawals first: a prefix that one UPDATE both withdraws and announces is
 * announced (RFC 4271, 4.3).
 */
#include <string.h>

#include "base/vec.h"
#include "blackout/bgp.h"
#include "feed/lane_priv.h"

/*
 * Multicast and labelled routes are no unicast routes; SAFI 3 (RFC 2858) was
 * both at once, and speakers of its day meant unicast.
 */
#define SAFI_UNICAST_MULTICAST 3u

/* A message on its way into events. */
struct job {
	struct lane *l;
	uint32_t peer;
	bool addpath; /* as the record says */
	bool cut;
	bool nlri_lost, mp_lost;
	bool said;                 /* it named at least one prefix */
	uint32_t head;             /* its first event, in the batch */
	enum event_type announce;  /* what an announcement is: REFUSE perhaps */
	struct lane_path_end *end; /* apart, for it is not to be cleared */
	bool end_stands;           /* in the batch, as origin tells */
	uint32_t origin;
};

/* The distinct origins of an attribute block. */
static unsigned
read_origins(const struct bgp_attrs *attrs, uint32_t asns[LANE_ORIGINS_MAX])
{
	unsigned n = bgp_origins(attrs, asns, LANE_ORIGINS_MAX), kept = 0;

	if (n <= 1)
		return n;
	if (n > LANE_ORIGINS_MAX)
		n = LANE_ORIGINS_MAX;
	for (unsigned i = 0; i < n; i++) {
		unsigned j = 0;

		while (j < kept && asns[j] != asns[i])
			j++;
		if (j == kept)
			asns[kept++] = asns[i];
	}
	return kept;
}

void
lane_path_end_walk(const struct lane *l, const struct bgp_attrs *attrs,
    struct lane_path_end *out)
{
	out->origin_n = (uint8_t)read_origins(attrs, out->asns);
	out->hop_n = 0;
	if (l->opt.hops && out->origin_n > 0)
		out->hop_n = (uint8_t)bgp_hops(
		    attrs, out->asns + out->origin_n, EVENT_HOPS_MAX);
}

static struct event *
add_event(struct job *j, enum event_type type)
{
	struct event *e = reorder_add(&j->l->order, type);

	e->peer = j->peer;
	return e;
}

static void
set_origins(struct job *j, struct event *e)
{
	const struct lane_path_end *end = j->end;

	if (!j->end_stands &&
	    !batch_add_origins(reorder_batch(&j->l->order), end->asns,
		(uint32_t)end->origin_n + end->hop_n, &j->origin)) {
		j->l->order.failed = true;
		return;
	}
	j->end_stands = true;
	e->origin_n = end->origin_n;
	e->hop_n = end->hop_n;
	e->routes.origin = j->origin;
}

/* The first event of the message, if it has no routes yet; else a new one. */
static inline struct event *
routes_event(struct job *j, enum event_type type)
{
	struct event *head = &reorder_batch(&j->l->order)->events[j->head];

	if (head->type != EVENT_MESSAGE)
		return add_event(j, type);
	head->type = (uint8_t)type;
	return head;
}

/* The routes of an event, which stand in the batch or will. */
static inline void
set_routes(struct event *e, enum afi afi, uint32_t first, uint32_t n)
{
	e->afi = (uint8_t)afi;
	e->routes.first = first;
	e->routes.n = n;
}

/* e begins a message, of which that is to be told in all. */
static void
tell_message(
    struct lane *l, struct event *e, const struct event_message *message)
{
	if (!batch_tell_message(reorder_batch(&l->order), e, message))
		l->order.failed = true;
}

/* n routes more than the first event of the message tells of. */
static void
count_routes(struct job *j, enum event_type type, unsigned family, uint32_t n)
{
	struct event_batch *b = reorder_batch(&j->l->order);
	struct event *head = &b->events[j->head];
	const struct event_message known = event_message(b, head);
	struct event_message *message;

	if (head->routes.message < EVENT_TOLD)
		tell_message(j->l, head, &known);
	if (j->l->order.failed)
		return;
	message = &b->messages[head->routes.message - EVENT_TOLD];
	if (type == EVENT_WITHDRAW)
		message->withdraw_n[family] += n;
	else
		message->announce_n[family] += n;
}

/* The routes from first on are all that a block says. */
static inline void
add_routes(struct job *j, enum event_type type, enum afi afi, uint32_t first)
{
	const uint32_t n = reorder_batch(&j->l->order)->route_n - first;
	struct event *e;

	if (n == 0 || j->l->order.failed)
		return;
	j->said = true;
	e = routes_event(j, type);
	set_routes(e, afi, first, n);
	if (type == EVENT_ANNOUNCE)
		set_origins(j, e);
	if (!j->l->order.failed && e->routes.message != EVENT_WHOLE)
		count_routes(j, type, afi == AFI_IPV6, n);
}

/*
 * The routes of an IPv4 block without path identifiers that is not empty.
 * There is room for as many as it has bytes.  0: it is not clear that it is
 * one.
 */
static inline uint32_t
plain_ipv4(struct cursor block, struct event_route *r)
{
	unsigned defaults = 0;
	uint32_t n = 0;

	if (cur_peek(&block) == 0)
		return 0;
	while (cur_left(&block) > 0) {
		unsigned len = cur_u8(&block);
		uint32_t addr = cur_peek_be32(&block);

		cur_skip(&block, (len + 7) / 8);
		if (len > 32)
			return 0;
		defaults += len == 0;
		addr = prefix_ipv4(addr, len);
		r[n++] =
		    (struct event_route){.hash = prefix_hash_ipv4(addr, len),
			.addr = addr,
			.afi = AFI_IPV4,
			.len = (uint8_t)len};
	}
	return cur_ok(&block) && defaults <= 1 ? n : 0;
}

/* Half of an address, in the order of the wire. */
static inline void
put_half(uint8_t *to, uint64_t half)
{
	for (unsigned i = 0; i < 8; i++)
		to[i] = (uint8_t)(half >> (56 - 8 * i));
}

/*
 * The same of an IPv6 block, whose addresses are added to the batch.  0 also
 * where there is no memory for them.
 */
static inline uint32_t
plain_ipv6(struct event_batch *b, struct cursor block, struct event_route *r)
{
	struct event_addr *a =
	    batch_reserve_addrs(b, (uint32_t)cur_left(&block));
	unsigned defaults = 0;
	uint32_t n = 0;

	if (a == NULL || cur_peek(&block) == 0)
		return 0;
	while (cur_left(&block) > 0) {
		const unsigned len = cur_u8(&block);
		uint64_t high = cur_peek_be64(&block), low = 0;

		if (len > 128)
			return 0;
		if (len <= 64) {
			cur_skip(&block, (len + 7) / 8);
			high = prefix_half(high, len);
		} else {
			cur_skip(&block, 8);
			low = prefix_half(cur_peek_be64(&block), len - 64);
			cur_skip(&block, (len - 64 + 7) / 8);
		}
		defaults += len == 0;
		put_half(a[n].bytes, high);
		put_half(a[n].bytes + 8, low);
		r[n] = (struct event_route){
		    .hash = prefix_hash_ipv6(high, low, len),
		    .addr = b->addr_n + n,
		    .afi = AFI_IPV6,
		    .len = (uint8_t)len};
		n++;
	}
	if (!cur_ok(&block) || defaults > 1)
		return 0;
	b->addr_n += n;
	return n;
}

/* Whether a peer never wrote path identifiers, nor says that it does. */
static inline bool
is_plain_peer(const struct lane *l, uint32_t peer, bool addpath)
{
	return !addpath && l->peers.peers[peer].habit.addpath_n == 0;
}

/* False: it may not be a plain block, and nothing was done. */
static bool
add_plain(struct job *j, struct cursor block, enum event_type type)
{
	struct event_batch *b = reorder_batch(&j->l->order);
	struct event_route *r =
	    batch_reserve_routes(b, (uint32_t)cur_left(&block));
	const uint32_t first = b->route_n;
	uint32_t n;

	/* without memory, the slow way says so */
	if (r == NULL || !is_plain_peer(j->l, j->peer, j->addpath))
		return false;
	n = plain_ipv4(block, r);
	b->route_n += n;
	add_routes(j, type, AFI_IPV4, first);
	return n > 0;
}

static inline void
read_block(
    struct job *j, struct cursor block, enum afi afi, enum event_type type)
{
	struct event_batch *b = reorder_batch(&j->l->order);
	const uint32_t first = b->route_n;
	struct bgp_nlri nlri;
	bool addpath;

	if (afi == AFI_IPV4 && add_plain(j, block, type))
		return;
	if (!bgp_nlri_choose(&j->l->peers.peers[j->peer].habit, block, afi,
		j->addpath, &addpath) &&
	    !j->cut) {
		j->nlri_lost = true;
		return;
	}
	while (bgp_nlri_next(&block, afi, addpath, &nlri) == BLK_OK)
		if (!batch_add_route(b, &nlri.prefix, nlri.path_id,
			prefix_hash(&nlri.prefix))) {
			j->l->order.failed = true;
			return;
		}
	add_routes(j, type, afi, first);
}

static inline void
add_block(
    struct job *j, struct cursor block, enum afi afi, enum event_type type)
{
	if (cur_left(&block) > 0)
		read_block(j, block, afi, type);
}

static bool
is_unicast(const struct bgp_mp *mp)
{
	return (mp->afi == AFI_IPV4 || mp->afi == AFI_IPV6) &&
	    (mp->safi == SAFI_UNICAST || mp->safi == SAFI_UNICAST_MULTICAST);
}

static void
add_end_of_rib(struct job *j, enum afi afi)
{
	add_event(j, EVENT_END_OF_RIB)->afi = (uint8_t)afi;
}

/* RFC 4724, 2: an UPDATE with nothing in it. */
static bool
is_end_of_rib(const struct bgp_update *u)
{
	return cur_left(&u->withdrawn) == 0 && cur_left(&u->nlri) == 0 &&
	    !u->truncated && u->attrs.present == 0 && !u->attrs.truncated &&
	    !u->attrs.malformed;
}

static void
add_unreach(struct job *j, const struct bgp_update *u)
{
	const uint64_t alone = UINT64_C(1) << BGP_ATTR_MP_UNREACH_NLRI;
	struct bgp_mp mp;
	enum blk_status status = bgp_mp_unreach(&u->attrs, &mp);

	if (status < 0)
		j->mp_lost = true;
	if (status != BLK_OK || !is_unicast(&mp))
		return;
	if (cur_left(&mp.nlri) > 0)
		add_block(j, mp.nlri, (enum afi)mp.afi, EVENT_WITHDRAW);
	else if (u->attrs.present == alone && cur_left(&u->withdrawn) == 0 &&
	    cur_left(&u->nlri) == 0 && !u->attrs.truncated)
		add_end_of_rib(j, (enum afi)mp.afi);
}

/* Whether the routes that an UPDATE announces are to be counted. */
static enum event_type
announce_type(const struct job *j, const struct bgp_update *u)
{
	bool any;

	if (!j->l->picky)
		return EVENT_ANNOUNCE;
	any = cur_left(&u->nlri) > 0 ||
	    bgp_attrs_has(&u->attrs, BGP_ATTR_MP_REACH_NLRI);
	return any && !filter_attrs(j->l->opt.filter, &u->attrs)
	    ? EVENT_REFUSE
	    : EVENT_ANNOUNCE;
}

static void
add_reach(
    struct job *j, const struct bgp_update *u, const struct bgp_options *opt)
{
	struct bgp_mp mp;
	enum blk_status status = bgp_mp_reach(&u->attrs, opt, &mp);

	if (status < 0)
		j->mp_lost = true;
	if (status == BLK_OK && is_unicast(&mp))
		add_block(j, mp.nlri, (enum afi)mp.afi, j->announce);
}

static void
add_update(
    struct job *j, const struct bgp_update *u, const struct bgp_options *opt)
{
	j->cut = u->truncated;
	if (is_end_of_rib(u)) {
		add_end_of_rib(j, AFI_IPV4);
		return;
	}
	add_block(j, u->withdrawn, AFI_IPV4, EVENT_WITHDRAW);
	add_unreach(j, u);
	lane_path_end_read(j->l, &u->attrs, j->end);
	j->announce = announce_type(j, u);
	add_block(j, u->nlri, AFI_IPV4, j->announce);
	add_reach(j, u, opt);
}

/* What was wrong with the message, and whether its peer is sure after it. */
static enum blk_status
tell_damage(struct job *j, const struct bgp_update *u,
    const struct mrt_record *rec, bool *unsure)
{
	enum blk_status status = BLK_OK;
	bool attrs = u->attrs.truncated | u->attrs.malformed;

	if (!(attrs | j->cut | j->nlri_lost | j->mp_lost))
		return BLK_OK;
	*unsure = j->nlri_lost || j->mp_lost || (j->cut && !j->said) ||
	    (u->attrs.truncated && !j->said);
	if (j->cut)
		return lane_count_damage(j->l, DAMAGE_MESSAGE_CUT, rec);
	if (j->nlri_lost)
		status = lane_count_damage(j->l, DAMAGE_NLRI, rec);
	if (status == BLK_OK && j->mp_lost)
		return lane_count_damage(j->l, DAMAGE_MP, rec);
	if (status == BLK_OK && attrs)
		return lane_count_damage(j->l, DAMAGE_ATTRIBUTES, rec);
	return status;
}

/* An UPDATE; its first event stands already. */
static enum blk_status
read_update(struct job *j, struct cursor body, const struct bgp_options *opt,
    const struct mrt_record *rec, bool *unsure)
{
	struct bgp_update u;

	if (bgp_update_read(body, opt, &u) != BLK_OK) {
		*unsure = true;
		return lane_count_damage(j->l, DAMAGE_MESSAGE_BAD, rec);
	}
	add_update(j, &u, opt);
	return tell_damage(j, &u, rec, unsure);
}

static enum blk_status
read_message(struct job *j, const struct mrt_message *m,
    const struct mrt_record *rec, bool *unsure)
{
	struct bgp_options opt = {.as4 = m->as4, .addpath = m->addpath};
	enum bgp_msg_type type = BGP_UPDATE;
	struct cursor body = m->msg;

	if (m->kind == MRT_MSG_BGP &&
	    bgp_header_read(m->msg, &type, &body, &opt.cut) != BLK_OK) {
		*unsure = true;
		return lane_count_damage(j->l, DAMAGE_MESSAGE_BAD, rec);
	}
	if (type != BGP_UPDATE)
		return BLK_OK;
	return read_update(j, body, &opt, rec, unsure);
}

/* Of all bytes of a record; never 0. */
static uint64_t
mark_bytes(const struct mrt_record *rec)
{
	uint64_t h = (uint64_t)rec->time ^ (uint64_t)rec->subtype << 56;
	struct cursor c = rec->body;

	while (cur_left(&c) > 0) {
		uint64_t word = cur_left(&c) >= 4 ? cur_be32(&c) : cur_u8(&c);

		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return h != 0 ? h : 1;
}

static inline uint64_t
mark_of(const struct lane *l, const struct mrt_record *rec)
{
	return l->opt.marks ? mark_bytes(rec) : 0;
}

/* A record that says nothing, for whoever counts it. */
static enum blk_status
skip_record(struct lane *l, const struct mrt_record *rec)
{
	l->facts.skipped++;
	if (!l->opt.marks || lane_rib_active(l) ||
	    !reorder_begin(&l->order, rec->time))
		return BLK_OK;
	reorder_add(&l->order, EVENT_NOTHING)->nothing.mark = mark_of(l, rec);
	return reorder_end(&l->order);
}

static inline enum blk_status
add_message(struct lane *l, uint32_t peer, const struct mrt_message *m,
    const struct mrt_record *rec)
{
	struct lane_path_end end;
	struct job j = {
	    .l = l, .peer = peer, .addpath = m->addpath, .end = &end};
	enum blk_status status;
	bool unsure = false;
	struct event *e;

	j.head = reorder_batch(&l->order)->event_n;
	e = add_event(&j, EVENT_MESSAGE);
	e->routes.message = EVENT_WHOLE;
	if (l->opt.marks && !l->order.failed)
		tell_message(
		    l, e, &(struct event_message){.mark = mark_of(l, rec)});
	status = read_message(&j, m, rec, &unsure);
	if (unsure)
		add_event(&j, EVENT_PEER_UNSURE);
	return l->order.failed ? BLK_ENOMEM : status;
}

/* The events of withdrawn_n, then announced_n routes behind those there are. */
static inline void
add_plain_events(struct lane *l, uint32_t peer, enum afi afi,
    uint32_t withdrawn_n, uint32_t announced_n, uint32_t origin)
{
	struct event_batch *b = reorder_batch(&l->order);
	struct event *e = reorder_add(
	    &l->order, withdrawn_n > 0 ? EVENT_WITHDRAW : EVENT_ANNOUNCE);
	struct event_message message = {.mark = 0};

	e->peer = peer;
	e->routes.message = EVENT_WHOLE;
	if (withdrawn_n > 0)
		set_routes(e, afi, b->route_n, withdrawn_n);
	b->route_n += withdrawn_n;
	if (announced_n == 0)
		return;
	if (withdrawn_n > 0) {
		message.announce_n[afi == AFI_IPV6] = announced_n;
		message.withdraw_n[afi == AFI_IPV6] = withdrawn_n;
		tell_message(l, e, &message);
		e = reorder_add(&l->order, EVENT_ANNOUNCE);
		e->peer = peer;
	}
	set_routes(e, afi, b->route_n, announced_n);
	e->origin_n = 1;
	e->routes.origin = origin;
	b->route_n += announced_n;
}

/*
 * Write the routes of a block, if any, behind n that were written but do not
 * count yet.  There is room for them.  False: it may not be a plain one.
 */
static inline bool
plain_block(struct event_batch *b, enum afi afi, struct cursor block,
    uint32_t n, uint32_t *out)
{
	struct event_route *r = b->routes + b->route_n + n;

	*out = 0;
	if (cur_left(&block) == 0)
		return true;
	*out = afi == AFI_IPV4 ? plain_ipv4(block, r) : plain_ipv6(b, block, r);
	return *out > 0;
}

/* A plain UPDATE of a family.  False: as in add_plain_message. */
static inline bool
add_plain_update(
    struct lane *l, uint32_t peer, enum afi afi, const struct bgp_plain *u)
{
	struct event_batch *b = reorder_batch(&l->order);
	const uint32_t addr_n = b->addr_n;
	uint32_t withdrawn_n, announced_n;

	if (batch_reserve_routes(
		b, (uint32_t)(cur_left(&u->withdrawn) + cur_left(&u->nlri))) ==
		NULL ||
	    !plain_block(b, afi, u->withdrawn, 0, &withdrawn_n) ||
	    !plain_block(b, afi, u->nlri, withdrawn_n, &announced_n)) {
		b->addr_n = addr_n;
		return false;
	}
	add_plain_events(l, peer, afi, withdrawn_n, announced_n, u->origin);
	return true;
}

/* As add_plain_message.  Apart, to keep the way of IPv4 short. */
static __attribute__((noinline)) bool
add_plain_ipv6(struct lane *l, const struct lane_head *known, struct cursor msg)
{
	struct bgp_plain u;

	return bgp_plain_ipv6(msg, known->as4, &u) &&
	    add_plain_update(l, known->peer, AFI_IPV6, &u);
}

/*
 * What most messages are, in one go: an UPDATE of routes of one family, of
 * which only the origin is asked for.  False: it may not be one, and nothing
 * was done.  It says the same by add_message, only slower.
 */
static inline bool
add_plain_message(
    struct lane *l, const struct lane_head *known, struct cursor msg)
{
	struct bgp_plain u;

	if (!l->plain || !is_plain_peer(l, known->peer, known->addpath))
		return false;
	if (bgp_plain_ipv4(msg, known->as4, &u))
		return add_plain_update(l, known->peer, AFI_IPV4, &u);
	return add_plain_ipv6(l, known, msg);
}

/* The collector's own addresses, for state_peer. */
static void
note_local(struct lane *l, const struct ipaddr *addr)
{
	if (addr->afi == AFI_NONE)
		return;
	for (size_t i = 0; i < l->local_n; i++)
		if (ipaddr_equal(&l->locals[i], addr))
			return;
	if (l->local_n < LANE_LOCALS_MAX)
		l->locals[l->local_n++] = *addr;
}

static bool
is_local(const struct lane *l, const struct ipaddr *addr)
{
	for (size_t i = 0; i < l->local_n; i++)
		if (ipaddr_equal(&l->locals[i], addr))
			return true;
	return false;
}

static bool
same_end(const struct event_peer *e, const struct ipaddr *addr, uint32_t asn)
{
	return e->asn == asn && ipaddr_cmp(&e->addr, addr) == 0;
}

/* The number of two ends that are not known yet; PEERSET_NONE: no memory. */
static uint32_t
doubt_peer(struct lane *l, const struct mrt_message *m)
{
	const struct event_peer peer = {m->peer_addr, m->peer_as};
	const struct event_peer local = {m->local_addr, m->local_as};
	uint32_t i;

	for (size_t k = 0; k < l->doubt_n; k++) {
		i = l->doubts[k].peer;
		if (same_end(
			&l->peers.peers[i].id, &m->peer_addr, m->peer_as) &&
		    same_end(&l->doubts[k].local, &m->local_addr, m->local_as))
			return i;
	}
	if (!vec_reserve(
		&l->doubts, l->doubt_n, &l->doubt_cap, sizeof(*l->doubts)))
		return PEERSET_NONE;
	i = peerset_add_apart(&l->peers, &peer);
	if (i != PEERSET_NONE)
		l->doubts[l->doubt_n++] = (struct lane_doubt){i, local, false};
	return i;
}

/*
 * The peer of a state change.  OpenBGPD writes local and peer the wrong way
 * round, and 2-byte AS numbers: then the address alone tells who it is.  Where
 * no message of this file told yet whose addresses these are, it is left open.
 */
static uint32_t
state_peer(struct lane *l, const struct mrt_message *m)
{
	bool open = m->local_addr.afi != AFI_NONE &&
	    !is_local(l, &m->local_addr) &&
	    peerset_by_addr(&l->peers, &m->peer_addr) == PEERSET_NONE;
	uint32_t peer;

	if (open && is_local(l, &m->peer_addr)) {
		peer = peerset_by_addr(&l->peers, &m->local_addr);
		if (peer != PEERSET_NONE)
			return peer;
	}
	if (open)
		return doubt_peer(l, m);
	return peerset_get(&l->peers, &m->peer_addr, m->peer_as);
}

void
lane_message_settle(const struct lane *l, struct lane_doubt *d)
{
	const struct ipaddr *addr = &l->peers.peers[d->peer].id.addr;
	uint32_t local = peerset_by_addr(&l->peers, &d->local.addr);

	if (is_local(l, &d->local.addr) ||
	    peerset_by_addr(&l->peers, addr) != PEERSET_NONE)
		return;
	d->swapped = is_local(l, addr) || local != PEERSET_NONE;
	if (local != PEERSET_NONE)
		d->local = l->peers.peers[local].id;
}

static enum blk_status
add_state(
    struct lane *l, const struct mrt_message *m, const struct mrt_record *rec)
{
	struct job j = {.l = l, .peer = state_peer(l, m)};
	struct event *e;

	if (j.peer == PEERSET_NONE)
		return BLK_ENOMEM;
	e = add_event(&j, EVENT_STATE);
	e->state.from = m->old_state;
	e->state.to = m->new_state;
	e->state.mark = mark_of(l, rec);
	return BLK_OK;
}

/* Records of no session: what the collector tells itself. */
static bool
is_nobody(const struct mrt_message *m)
{
	static const uint8_t zero[16];

	if (m->peer_addr.afi == AFI_NONE)
		return true;
	return m->peer_as == 0 &&
	    memcmp(m->peer_addr.bytes, zero, sizeof(zero)) == 0;
}

static enum blk_status
bad_record(struct lane *l, const struct mrt_record *rec)
{
	bool state = rec->type == MRT_BGP
	    ? rec->subtype == MRT_BGP_STATE_CHANGE
	    : rec->subtype == MRT_BGP4MP_STATE_CHANGE ||
		rec->subtype == MRT_BGP4MP_STATE_CHANGE_AS4;

	return lane_count_damage(
	    l, state ? DAMAGE_STATE_RECORD : DAMAGE_MESSAGE_RECORD, rec);
}

/*
 * Where the head of a record stands, if it is known, at this place or one of
 * the LANE_HEADS_NEAR - 1 behind it: told by what differs in heads, the peer's
 * number and address.
 */
static inline uint32_t
head_place(struct cursor body)
{
	uint32_t h = cur_be32(&body);

	cur_skip(&body, 4);
	h ^= cur_be32(&body);
	h = (h << 7 ^ h) + cur_be32(&body);
	return h * UINT32_C(0x9e3779b1) >> (32 - LANE_HEADS_BITS);
}

static inline struct lane_head *
head_at(struct lane *l, uint32_t place)
{
	return &l->heads[place % LANE_HEADS];
}

/* Whether rec begins with that head; its message is *msg then. */
static inline bool
has_head(const struct mrt_record *rec, const struct lane_head *head,
    struct cursor *msg)
{
	const size_t len = head->len;

	if (len == 0 || len > cur_left(&rec->body) ||
	    head->subtype != rec->subtype || rec->type == MRT_BGP)
		return false;
	*msg = rec->body;
	return memcmp(head->bytes, cur_bytes(msg, len), len) == 0;
}

/* The head of rec, whose message is *msg then, if it is known; or NULL. */
static inline const struct lane_head *
find_head(struct lane *l, const struct mrt_record *rec, struct cursor *msg)
{
	const uint32_t place = head_place(rec->body);

	for (unsigned i = 0; i < LANE_HEADS_NEAR; i++) {
		const struct lane_head *head = head_at(l, place + i);

		if (has_head(rec, head, msg))
			return head;
	}
	return NULL;
}

/* Where to keep a head that is not known. */
static struct lane_head *
free_head(struct lane *l, uint32_t place)
{
	for (unsigned i = 0; i < LANE_HEADS_NEAR; i++)
		if (head_at(l, place + i)->len == 0)
			return head_at(l, place + i);
	return head_at(l, place);
}

static void
remember_head(struct lane *l, const struct mrt_record *rec,
    const struct mrt_message *m, uint32_t peer)
{
	struct cursor msg, head = mrt_message_head(rec, &msg);
	size_t len = cur_left(&head);
	struct lane_head *place;

	if (len == 0)
		return;
	place = free_head(l, head_place(rec->body));
	*place = (struct lane_head){.len = (uint8_t)len,
	    .as4 = m->as4,
	    .addpath = m->addpath,
	    .subtype = rec->subtype,
	    .peer = peer};
	memcpy(place->bytes, cur_bytes(&head, len), len);
}

/* The number of a message's peer; PEERSET_NONE: no memory. */
static uint32_t
message_peer(
    struct lane *l, const struct mrt_message *m, const struct mrt_record *rec)
{
	uint32_t peer = peerset_get(&l->peers, &m->peer_addr, m->peer_as);

	note_local(l, &m->local_addr);
	if (peer != PEERSET_NONE)
		remember_head(l, rec, m, peer);
	return peer;
}

/* Events are to be added for rec; false: *status tells why they are not. */
static inline bool
begin_record(
    struct lane *l, const struct mrt_record *rec, enum blk_status *status)
{
	*status = lane_rib_active(l) ? lane_rib_close(l) : BLK_OK;
	if (*status != BLK_OK)
		return false;
	if (!reorder_begin(&l->order, rec->time)) {
		*status = lane_count_damage(l, DAMAGE_BACKWARD, rec);
		return false;
	}
	l->facts.updates++;
	return true;
}

static inline enum blk_status
end_record(struct lane *l, enum blk_status status)
{
	const enum blk_status ended = reorder_end(&l->order);

	return status != BLK_OK ? status : ended;
}

/* Its head is not known, unless it is of a state change. */
static enum blk_status
add_record(
    struct lane *l, const struct mrt_message *m, const struct mrt_record *rec)
{
	uint32_t peer;

	if (m->kind == MRT_MSG_STATE)
		return add_state(l, m, rec);
	peer = message_peer(l, m, rec);
	return peer != PEERSET_NONE ? add_message(l, peer, m, rec) : BLK_ENOMEM;
}

/* A message whose head is known.  Apart, to keep the way of most short. */
static __attribute__((noinline)) enum blk_status
add_known(struct lane *l, const struct lane_head *known, struct cursor msg,
    const struct mrt_record *rec)
{
	const struct mrt_message m = {.kind = MRT_MSG_BGP,
	    .as4 = known->as4,
	    .addpath = known->addpath,
	    .msg = msg};

	return add_message(l, known->peer, &m, rec);
}

/* A record whose head is not known. */
static enum blk_status
read_whole(struct lane *l, const struct mrt_record *rec)
{
	struct mrt_message m;
	enum blk_status status = mrt_message_read(rec, &m);

	if (status == BLK_EUNSUP)
		return skip_record(l, rec);
	if (status != BLK_OK)
		return status == BLK_ENOMEM ? status : bad_record(l, rec);
	if (m.kind == MRT_MSG_OTHER || m.sent || is_nobody(&m))
		return skip_record(l, rec);
	if (!begin_record(l, rec, &status))
		return status;
	status = add_record(l, &m, rec);
	return end_record(l, status);
}

enum blk_status
lane_message_read(struct lane *l, const struct mrt_record *rec)
{
	struct cursor msg;
	const struct lane_head *known = find_head(l, rec, &msg);
	enum blk_status status;

	if (known == NULL)
		return read_whole(l, rec);
	if (!begin_record(l, rec, &status))
		return status;
	if (!add_plain_message(l, known, msg))
		status = add_known(l, known, msg, rec);
	return end_record(l, status);
}
