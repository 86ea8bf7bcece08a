/*
 * Tables as events: EVENT_RIB_BEGIN, one EVENT_RIB_PREFIX for each run of
 * records of one prefix (FRR splits long ones, others write ADD-PATH and plain
 * routes apart), EVENT_RIB_END with the size of each peer's table.
 *
 * A RIB begins with its first route, so that an empty one is none: daemons
 * leave such when they start.  It ends where something else begins.
 */
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "blackout/bgp.h"
#include "feed/lane_priv.h"

/* A table within that much of the first one continues its RIB. */
#define SAME_RIB (600 * USEC_PER_SEC)

/* Peers of the table that no route has named yet, and those that are none. */
#define PEER_UNASKED (UINT32_MAX - 1)
#define PEER_NOBODY UINT32_MAX

/* A route of a RIB, whatever record it came in. */
struct route {
	struct prefix prefix;
	uint32_t peer;
	uint32_t path_id;
	uint32_t originated;
	struct cursor attrs;
	struct bgp_options opt;
};

void
lane_rib_fini(struct lane *l)
{
	mrt_peer_table_fini(&l->rib.table);
	free(l->rib.peers);
	free(l->rib.counts);
}

void
lane_rib_spoil(struct lane *l)
{
	l->rib.complete = false;
}

static void
rib_reset(struct lane_rib *rib)
{
	rib->open = false;
	rib->pending = false;
	rib->dropped = false;
	rib->complete = true;
	rib->has_prefix = false;
	rib->serial = 0;
	for (size_t i = 0; i < rib->count_n; i++)
		rib->counts[i] = (struct lane_count){0};
}

/* The sizes of all tables in it, for EVENT_RIB_END. */
static bool
add_sizes(const struct lane_rib *rib, struct event *e, struct event_batch *b)
{
	struct event_size *s;

	e->rib_end.first = b->size_n;
	for (size_t i = 0; i < rib->count_n; i++) {
		if (rib->counts[i].n[0] == 0 && rib->counts[i].n[1] == 0)
			continue;
		s = batch_add_size(b);
		if (s == NULL)
			return false;
		s->peer = (uint32_t)i;
		memcpy(s->prefix_n, rib->counts[i].n, sizeof(s->prefix_n));
		e->rib_end.n++;
	}
	return true;
}

enum blk_status
lane_rib_close(struct lane *l)
{
	struct lane_rib *rib = &l->rib;
	enum blk_status status = BLK_OK;
	struct event *e;

	if (!lane_rib_active(l))
		return BLK_OK;
	if (rib->open) {
		e = reorder_add(&l->order, EVENT_RIB_END);
		e->rib_end.complete = rib->complete;
		if (!add_sizes(rib, e, reorder_batch(&l->order)))
			l->order.failed = true;
		status = reorder_rib_end(&l->order);
	}
	rib_reset(rib);
	return status;
}

static enum blk_status
rib_open(struct lane *l, const struct mrt_record *rec)
{
	struct lane_rib *rib = &l->rib;
	usec_t time = rib->pending ? rib->table_time : rec->time;

	if (!reorder_rib_begin(&l->order, time)) {
		rib->dropped = true;
		return l->order.failed ? BLK_ENOMEM : BLK_OK;
	}
	rib->table_time = time;
	rib->pending = false;
	rib->open = true;
	l->facts.ribs++;
	reorder_add(&l->order, EVENT_RIB_BEGIN);
	return l->order.failed ? BLK_ENOMEM : BLK_OK;
}

/* Count the peer once for the prefix at hand. */
static bool
count_route(struct lane_rib *rib, uint32_t peer, unsigned afi)
{
	struct lane_count *c;

	if (peer >= rib->count_n) {
		size_t more = peer + 1 - rib->count_n;

		if (!vec_reserve_many(&rib->counts, rib->count_n, more,
			&rib->count_cap, sizeof(*rib->counts)))
			return false;
		memset(
		    rib->counts + rib->count_n, 0, more * sizeof(*rib->counts));
		rib->count_n += more;
	}
	c = &rib->counts[peer];
	if (c->serial != rib->serial) {
		c->serial = rib->serial;
		c->n[afi == AFI_IPV6]++;
	}
	return true;
}

static bool
same_prefix(const struct lane_rib *rib, const struct prefix *p)
{
	return rib->has_prefix && memcmp(&rib->prefix, p, sizeof(*p)) == 0;
}

/* The event that takes routes of that prefix: the last one, or a new one. */
static void
begin_prefix(
    struct lane *l, const struct prefix *p, const struct mrt_record *rec)
{
	struct lane_rib *rib = &l->rib;
	struct event *e;

	if (same_prefix(rib, p))
		return;
	reorder_rib_time(&l->order, rec->time);
	e = reorder_add(&l->order, EVENT_RIB_PREFIX);
	rib->batch = reorder_batch(&l->order);
	e->afi = p->afi;
	e->rib.route = rib->batch->route_n;
	e->rib.first = rib->batch->entry_n;
	if (!batch_add_route(rib->batch, p, 0, prefix_hash(p)))
		l->order.failed = true;
	rib->prefix = *p;
	rib->has_prefix = true;
	rib->serial++;
}

static bool
read_attrs(struct event_entry *e, struct event_batch *b, const struct route *r,
    const struct lane *l)
{
	struct lane_path_end end;
	struct bgp_attrs attrs;

	bgp_attrs_read(r->attrs, &r->opt, &attrs);
	e->refused =
	    l->opt.filter != NULL && !filter_attrs(l->opt.filter, &attrs);
	lane_path_end_read(l, &attrs, &end);
	e->origin_n = end.origin_n;
	e->hop_n = end.hop_n;
	return batch_add_origins(
	    b, end.asns, (uint32_t)end.origin_n + end.hop_n, &e->origin);
}

/* All that most entries are asked for is at the end of AS_PATH. */
static inline bool
set_origins(struct event_entry *e, struct event_batch *b, const struct route *r,
    const struct lane *l)
{
	uint32_t asns[1 + EVENT_HOPS_MAX];
	unsigned n = 0;

	if (!l->picky && r->opt.as4)
		n = bgp_end_of_as4(
		    r->attrs, asns, l->opt.hops ? 1 + EVENT_HOPS_MAX : 1);
	if (n == 0)
		return read_attrs(e, b, r, l);
	e->refused = false;
	e->origin_n = 1;
	e->hop_n = (uint8_t)(n - 1);
	if (n == 1) {
		e->origin = asns[0];
		return true;
	}
	return batch_add_origins(b, asns, n, &e->origin);
}

static enum blk_status
add_route(struct lane *l, const struct mrt_record *rec, const struct route *r)
{
	struct lane_rib *rib = &l->rib;
	enum blk_status status = BLK_OK;
	struct event_entry *e;

	if (!rib->open && !rib->dropped)
		status = rib_open(l, rec);
	if (status != BLK_OK)
		return status;
	if (rib->dropped)
		return BLK_OK;
	begin_prefix(l, &r->prefix, rec);
	if (l->order.failed)
		return BLK_ENOMEM;
	e = batch_add_entry(rib->batch);
	if (e == NULL || !count_route(rib, r->peer, r->prefix.afi))
		return BLK_ENOMEM;
	e->peer = r->peer;
	e->path_id = r->path_id;
	e->originated = r->originated;
	rib->batch->events[rib->batch->event_n - 1].rib.n++;
	return set_origins(e, rib->batch, r, l) ? BLK_OK : BLK_ENOMEM;
}

/* FRR's entry for routes of its own, which is no vantage point. */
static bool
is_nobody(const struct ipaddr *addr, uint32_t asn)
{
	static const uint8_t zero[16];

	return asn == 0 && memcmp(addr->bytes, zero, sizeof(zero)) == 0;
}

static enum blk_status
read_peer_table(struct lane *l, const struct mrt_record *rec)
{
	struct lane_rib *rib = &l->rib;
	enum blk_status status = BLK_OK;
	usec_t since = rec->time - rib->table_time;

	if (lane_rib_active(l) && (since > SAME_RIB || since < -SAME_RIB))
		status = lane_rib_close(l);
	if (status != BLK_OK)
		return status;
	if (!lane_rib_active(l)) {
		rib_reset(rib);
		rib->pending = true;
		rib->table_time = rec->time;
	}
	rib->has_table = false;
	status = mrt_peer_table_read(rec, &rib->table);
	if (status == BLK_ENOMEM)
		return status;
	if (status != BLK_OK)
		return lane_count_damage(l, DAMAGE_PEER_TABLE, rec);
	if (!vec_reserve_many(&rib->peers, 0, rib->table.peer_n + 1u,
		&rib->peer_cap, sizeof(*rib->peers)))
		return BLK_ENOMEM;
	for (size_t i = 0; i < rib->table.peer_n; i++)
		rib->peers[i] = PEER_UNASKED;
	rib->has_table = true;
	return BLK_OK;
}

/* The lane's number of a peer of the table; BLK_END: it is none. */
static enum blk_status
table_peer(struct lane *l, unsigned index, uint32_t *out)
{
	const struct mrt_peer *p = &l->rib.table.peers[index];
	uint32_t *peer = &l->rib.peers[index];

	if (*peer == PEER_UNASKED) {
		*peer = PEER_NOBODY;
		if (p->addr.afi != AFI_NONE && !is_nobody(&p->addr, p->asn)) {
			*peer = peerset_get(&l->peers, &p->addr, p->asn);
			if (*peer == PEERSET_NONE)
				return BLK_ENOMEM;
		}
	}
	*out = *peer;
	return *peer == PEER_NOBODY ? BLK_END : BLK_OK;
}

static enum blk_status
read_entry(struct lane *l, const struct mrt_record *rec,
    const struct mrt_rib *rib, const struct mrt_rib_entry *entry)
{
	struct route r = {.prefix = rib->prefix,
	    .path_id = entry->path_id,
	    .originated = entry->originated,
	    .attrs = entry->attrs,
	    .opt = {.as4 = true, .rib_form = true}};
	enum blk_status status;

	if (entry->peer >= l->rib.table.peer_n)
		return lane_count_damage(l, DAMAGE_PEER_INDEX, rec);
	status = table_peer(l, entry->peer, &r.peer);
	if (status == BLK_END)
		return BLK_OK;
	return status == BLK_OK ? add_route(l, rec, &r) : status;
}

static enum blk_status
read_rib_record(struct lane *l, const struct mrt_record *rec)
{
	struct mrt_rib_entry entry;
	struct mrt_rib rib;
	enum blk_status status, next;

	status = mrt_rib_read(rec, &rib);
	if (status == BLK_EUNSUP) {
		l->facts.skipped++;
		return BLK_OK;
	}
	if (status != BLK_OK)
		return lane_count_damage(l, DAMAGE_RIB_RECORD, rec);
	if (!l->rib.has_table)
		return lane_count_damage(l, DAMAGE_NO_PEER_TABLE, rec);
	do {
		next = mrt_rib_entry_next(&rib, &entry);
		if (next == BLK_OK)
			status = read_entry(l, rec, &rib, &entry);
	} while (next == BLK_OK && status == BLK_OK);
	if (status == BLK_OK && next != BLK_END)
		return lane_count_damage(l, DAMAGE_RIB_RECORD, rec);
	return status;
}

static enum blk_status
read_td1_entry(struct lane *l, const struct mrt_record *rec,
    const struct mrt_td1_entry *entry)
{
	struct route r = {.prefix = entry->prefix,
	    .originated = entry->originated,
	    .attrs = entry->attrs,
	    .opt = {.rib_form = true}};

	if (entry->peer.afi == AFI_NONE ||
	    is_nobody(&entry->peer, entry->peer_as))
		return BLK_OK;
	r.peer = peerset_get(&l->peers, &entry->peer, entry->peer_as);
	return r.peer != PEERSET_NONE ? add_route(l, rec, &r) : BLK_ENOMEM;
}

/* TABLE_DUMP has no table of peers: a jump in time parts two RIBs. */
static enum blk_status
read_td1_record(struct lane *l, const struct mrt_record *rec)
{
	usec_t since = rec->time - l->rib.last_time;
	struct mrt_td1_entry entry;
	struct cursor c = rec->body;
	enum blk_status status = BLK_OK, next;

	if (lane_rib_active(l) && (since > SAME_RIB || since < -SAME_RIB))
		status = lane_rib_close(l);
	if (status != BLK_OK)
		return status;
	do {
		next = mrt_td1_entry_next(rec, &c, &entry);
		if (next == BLK_OK)
			status = read_td1_entry(l, rec, &entry);
	} while (next == BLK_OK && status == BLK_OK);
	if (status != BLK_OK || next == BLK_END)
		return status;
	if (next != BLK_EUNSUP)
		return lane_count_damage(l, DAMAGE_RIB_RECORD, rec);
	l->facts.skipped++;
	return BLK_OK;
}

enum blk_status
lane_rib_read(struct lane *l, const struct mrt_record *rec)
{
	enum blk_status status;

	if (rec->type == MRT_TABLE_DUMP)
		status = read_td1_record(l, rec);
	else if (rec->subtype == MRT_PEER_INDEX_TABLE)
		status = read_peer_table(l, rec);
	else
		status = read_rib_record(l, rec);
	l->rib.last_time = rec->time;
	if (status == BLK_OK && l->rib.dropped)
		return lane_count_damage(l, DAMAGE_BACKWARD, rec);
	return status;
}
