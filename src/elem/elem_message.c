/*
 * BGP messages and state changes.  An UPDATE is cut into blocks of NLRI, which
 * are then walked prefix by prefix: withdrawals first, classic ones before
 * those of the multiprotocol attributes, as bgpdump tells them.
 */
#include "elem/elem_priv.h"

/* What of a message cannot be read. */
struct loss {
	bool cut, nlri, mp;
};

static bool
is_read(const struct bgp_mp *mp)
{
	return (mp->afi == AFI_IPV4 || mp->afi == AFI_IPV6) &&
	    mp->safi >= ELEM_UNICAST && mp->safi <= ELEM_UNICAST_MULTICAST;
}

/*
 * One more block, written as its record declares or as its peer has the habit.
 * Where neither way reads it whole, it is read as far as it goes.
 */
static void
add_block(struct elem_file *f, const struct elem_block *b, bool declared,
    struct bgp_nlri_habit *habit, struct loss *loss)
{
	struct elem_message *m = &f->msg;
	struct elem_block *to = &m->blocks[m->n];

	if (cur_left(&b->nlri) == 0)
		return;
	*to = *b;
	if (!bgp_nlri_choose(
		habit, b->nlri, (enum afi)b->afi, declared, &to->addpath))
		loss->nlri = true;
	m->n++;
}

static void
add_mp_block(struct elem_file *f, enum blk_status status,
    const struct bgp_mp *mp, enum elem_type type, bool declared,
    struct bgp_nlri_habit *habit, struct loss *loss)
{
	struct elem_block b;

	if (status < 0)
		loss->mp = true;
	if (status != BLK_OK || !is_read(mp))
		return;
	b = (struct elem_block){.nlri = mp->nlri,
	    .type = (uint8_t)type,
	    .afi = (uint8_t)mp->afi,
	    .safi = mp->safi,
	    .mp = type == ELEM_ANNOUNCE};
	add_block(f, &b, declared, habit, loss);
}

static void
add_blocks(struct elem_file *f, const struct bgp_options *opt,
    struct bgp_nlri_habit *habit, struct loss *loss)
{
	struct elem_message *m = &f->msg;
	const struct bgp_update *u = &m->update;
	struct elem_block b = {
	    .afi = AFI_IPV4, .safi = ELEM_UNICAST, .type = ELEM_WITHDRAW};
	struct bgp_mp unreach;

	b.nlri = u->withdrawn;
	add_block(f, &b, opt->addpath, habit, loss);
	add_mp_block(f, bgp_mp_unreach(&u->attrs, &unreach), &unreach,
	    ELEM_WITHDRAW, opt->addpath, habit, loss);
	b.nlri = u->nlri;
	b.type = ELEM_ANNOUNCE;
	add_block(f, &b, opt->addpath, habit, loss);
	add_mp_block(f, bgp_mp_reach(&u->attrs, opt, &m->reach), &m->reach,
	    ELEM_ANNOUNCE, opt->addpath, habit, loss);
}

static void
tell_loss(struct elem_file *f, const struct loss *loss)
{
	if (loss->cut) {
		elem_damage(f, DAMAGE_MESSAGE_CUT);
		return;
	}
	if (loss->nlri)
		elem_damage(f, DAMAGE_NLRI);
	if (loss->mp)
		elem_damage(f, DAMAGE_MP);
	else if (!bgp_attrs_sound(&f->msg.update.attrs))
		elem_damage(f, DAMAGE_ATTRIBUTES);
}

/* The block at hand is begun: its elements are a group. */
static void
begin_block(struct elem_file *f)
{
	const struct elem_block *b = &f->msg.blocks[f->msg.at];

	f->elem.type = b->type;
	f->elem.safi = b->safi;
	f->elem.has_path_id = b->addpath;
	f->elem.group++;
}

static bool
next_route(struct elem_file *f)
{
	struct elem_message *m = &f->msg;
	struct bgp_nlri nlri;

	while (m->at < m->n) {
		struct elem_block *b = &m->blocks[m->at];

		if (bgp_nlri_next(&b->nlri, (enum afi)b->afi, b->addpath,
			&nlri) == BLK_OK) {
			f->elem.prefix = nlri.prefix;
			f->elem.path_id = nlri.path_id;
			return true;
		}
		if (++m->at < m->n)
			begin_block(f);
	}
	return false;
}

static void
begin_update(struct elem_file *f, struct cursor body,
    const struct bgp_options *opt, struct bgp_nlri_habit *habit)
{
	struct loss loss = {0};

	f->msg.n = 0;
	f->msg.at = 0;
	if (bgp_update_read(body, opt, &f->msg.update) != BLK_OK) {
		elem_damage(f, DAMAGE_MESSAGE_BAD);
		return;
	}
	loss.cut = f->msg.update.truncated;
	add_blocks(f, opt, habit, &loss);
	tell_loss(f, &loss);
	if (f->msg.n > 0) {
		begin_block(f);
		f->next = next_route;
	}
}

static void
begin_message(struct elem_file *f, const struct mrt_message *m)
{
	struct bgp_options opt = {.as4 = m->as4, .addpath = m->addpath};
	enum bgp_msg_type type = BGP_UPDATE;
	struct cursor body = m->msg;
	uint32_t peer;

	if (m->kind == MRT_MSG_BGP &&
	    bgp_header_read(m->msg, &type, &body, &opt.cut) != BLK_OK) {
		elem_damage(f, DAMAGE_MESSAGE_BAD);
		return;
	}
	if (type != BGP_UPDATE)
		return;
	peer = peerset_get(&f->peers, &m->peer_addr, m->peer_as);
	if (peer == PEERSET_NONE) {
		f->failed = true;
		return;
	}
	begin_update(f, body, &opt, &f->peers.peers[peer].habit);
}

static bool
next_state(struct elem_file *f)
{
	bool told = f->msg.state;

	f->msg.state = false;
	return told;
}

/*
 * FRR writes a record of no session, AS 0 and no address, as it stops; Zebra
 * wrote such ones, with 2-byte numbers, of sessions that had no socket yet.
 */
static void
begin_state(struct elem_file *f, const struct mrt_message *m)
{
	struct elem *e = &f->elem;

	if (m->as4 && m->peer_as == 0 && m->peer_addr.afi == AFI_NONE)
		return;
	e->type = ELEM_STATE;
	e->safi = 0;
	e->has_path_id = false;
	e->path_id = 0;
	e->prefix = (struct prefix){0};
	e->old_state = m->old_state;
	e->new_state = m->new_state;
	e->group++;
	f->msg.state = true;
	f->next = next_state;
}

static void
tell_bad_record(struct elem_file *f)
{
	bool state = f->rec.type == MRT_BGP
	    ? f->rec.subtype == MRT_BGP_STATE_CHANGE
	    : f->rec.subtype == MRT_BGP4MP_STATE_CHANGE ||
		f->rec.subtype == MRT_BGP4MP_STATE_CHANGE_AS4;

	elem_damage(f, state ? DAMAGE_STATE_RECORD : DAMAGE_MESSAGE_RECORD);
}

void
elem_message_begin(struct elem_file *f)
{
	struct mrt_message m;
	enum blk_status status = mrt_message_read(&f->rec, &m);

	if (status == BLK_EUNSUP)
		return;
	if (status != BLK_OK) {
		tell_bad_record(f);
		return;
	}
	f->elem.peer = m.peer_addr;
	f->elem.peer_as = m.peer_as;
	f->elem.sent = m.sent;
	if (m.kind == MRT_MSG_STATE)
		begin_state(f, &m);
	else if (m.kind != MRT_MSG_OTHER)
		begin_message(f, &m);
}
