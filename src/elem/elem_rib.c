/*
 * Tables: TABLE_DUMP_V2, whose records hold one prefix as many peers have it,
 * and TABLE_DUMP.
 */
#include "elem/elem_priv.h"

void
elem_rib_fini(struct elem_rib *r)
{
	mrt_peer_table_fini(&r->table);
}

/* Only what is asked for can be seen to be damaged. */
const struct bgp_attrs *
elem_rib_attrs(struct elem_file *f)
{
	struct elem_rib *r = &f->rib;

	if (!r->decoded) {
		r->decoded = true;
		bgp_attrs_read(r->block, &r->opt, &r->attrs);
		if (!bgp_attrs_sound(&r->attrs))
			elem_damage(f, DAMAGE_ATTRIBUTES);
	}
	return &r->attrs;
}

static void
set_route(struct elem_file *f, const struct ipaddr *peer, uint32_t peer_as,
    uint32_t originated, struct cursor attrs)
{
	f->elem.peer = *peer;
	f->elem.peer_as = peer_as;
	f->elem.originated = originated;
	f->elem.group++;
	f->rib.block = attrs;
	f->rib.decoded = false;
}

static bool
next_v2(struct elem_file *f)
{
	const struct mrt_peer_table *t = &f->rib.table;
	struct mrt_rib_entry entry;
	enum blk_status status;

	while ((status = mrt_rib_entry_next(&f->rib.rib, &entry)) == BLK_OK) {
		if (entry.peer < t->peer_n) {
			set_route(f, &t->peers[entry.peer].addr,
			    t->peers[entry.peer].asn, entry.originated,
			    entry.attrs);
			f->elem.path_id = entry.path_id;
			return true;
		}
		elem_damage(f, DAMAGE_PEER_INDEX);
	}
	if (status != BLK_END)
		elem_damage(f, DAMAGE_RIB_RECORD);
	return false;
}

static bool
next_v1(struct elem_file *f)
{
	struct mrt_td1_entry entry;
	enum blk_status status;

	status = mrt_td1_entry_next(&f->rec, &f->rib.td1, &entry);
	if (status == BLK_OK) {
		set_route(f, &entry.peer, entry.peer_as, entry.originated,
		    entry.attrs);
		f->elem.prefix = entry.prefix;
		return true;
	}
	if (status != BLK_END && status != BLK_EUNSUP)
		elem_damage(f, DAMAGE_RIB_RECORD);
	return false;
}

static void
begin_peer_table(struct elem_file *f)
{
	struct elem_rib *r = &f->rib;
	enum blk_status status = mrt_peer_table_read(&f->rec, &r->table);

	r->has_table = status == BLK_OK;
	if (status == BLK_ENOMEM)
		f->failed = true;
	else if (status != BLK_OK)
		elem_damage(f, DAMAGE_PEER_TABLE);
}

static void
begin_v2(struct elem_file *f)
{
	struct elem_rib *r = &f->rib;
	enum blk_status status = mrt_rib_read(&f->rec, &r->rib);

	if (status == BLK_EUNSUP)
		return;
	if (status != BLK_OK) {
		elem_damage(f, DAMAGE_RIB_RECORD);
		return;
	}
	if (!r->has_table) {
		elem_damage(f, DAMAGE_NO_PEER_TABLE);
		return;
	}
	f->elem.prefix = r->rib.prefix;
	f->elem.has_path_id = r->rib.addpath;
	r->opt = (struct bgp_options){.as4 = true, .rib_form = true};
	f->next = next_v2;
}

static void
begin_v1(struct elem_file *f)
{
	f->elem.has_path_id = false;
	f->elem.path_id = 0;
	f->rib.opt = (struct bgp_options){.rib_form = true};
	f->rib.td1 = f->rec.body;
	f->next = next_v1;
}

void
elem_rib_begin(struct elem_file *f)
{
	f->elem.type = ELEM_RIB;
	f->elem.safi = ELEM_UNICAST;
	f->elem.sent = false;
	if (f->rec.type == MRT_TABLE_DUMP)
		begin_v1(f);
	else if (f->rec.subtype == MRT_PEER_INDEX_TABLE)
		begin_peer_table(f);
	else
		begin_v2(f);
}
