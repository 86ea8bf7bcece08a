/*
 * The file end of a lane: hand records on by their type, and keep the books on
 * what was damaged and what was lost.
 */
#include "feed/lane.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "feed/lane_priv.h"

enum blk_status
lane_open(struct lane **out, const char *path, const struct lane_options *opt)
{
	struct lane *l = calloc(1, sizeof(*l));
	enum blk_status status;

	if (l == NULL)
		return BLK_ENOMEM;
	reorder_init(&l->order);
	l->facts.first = l->facts.last = l->facts.cut_at = USEC_NONE;
	l->facts.first_record = l->facts.last_record = USEC_NONE;
	l->last_time = USEC_NONE;
	l->opt = *opt;
	l->picky = opt->filter != NULL && filter_has_attrs(opt->filter);
	l->plain = !l->picky && !opt->hops && !opt->marks;
	l->rib.complete = true;
	status = records_open(&l->in, path, opt->threads);
	if (status != BLK_OK) {
		lane_close(l);
		return status;
	}
	if (l->in.src != NULL)
		source_use_memory(l->in.src, opt->memory);
	l->facts.opened = l->in.opened;
	l->facts.ended = l->in.ended;
	l->facts.cut = l->in.cut;
	l->facts.compression = l->in.compression;
	*out = l;
	return BLK_OK;
}

void
lane_close(struct lane *l)
{
	if (l == NULL)
		return;
	records_fini(&l->in);
	reorder_fini(&l->order);
	peerset_fini(&l->peers);
	lane_rib_fini(l);
	free(l->holes);
	free(l->doubts);
	free(l->kinds);
	free(l);
}

enum blk_status
lane_add_hole(struct lane *l, usec_t from, usec_t until)
{
	if (!vec_reserve(&l->holes, l->hole_n, &l->hole_cap, sizeof(*l->holes)))
		return BLK_ENOMEM;
	if (from != USEC_NONE && until < from + USEC_PER_SEC)
		until = from + USEC_PER_SEC;
	l->holes[l->hole_n++] = (struct lane_hole){from, until};
	return BLK_OK;
}

/* Bytes were passed over. */
static void
open_hole(struct lane *l)
{
	if (!l->hole_open)
		l->hole_was_rib = lane_rib_active(l);
	l->hole_open = true;
	lane_rib_spoil(l);
}

/* Where the stamp cannot be right either, it lies behind the last sound one. */
enum blk_status
lane_count_damage(
    struct lane *l, enum damage_kind kind, const struct mrt_record *rec)
{
	const bool stray = kind != DAMAGE_BACKWARD &&
	    l->last_time != USEC_NONE && reorder_is_stray(&l->order, rec->time);
	const usec_t from = stray ? l->last_time : rec->time;
	const struct damage_place place = {.offset = rec->offset,
	    .records = l->facts.records > 0 ? l->facts.records - 1 : 0,
	    .from = from,
	    .until = from + USEC_PER_SEC};
	enum blk_status status = damage_count(&l->in.damage, kind, &place);

	if (status != BLK_OK)
		return status;
	if (damage_scope(kind) == DAMAGE_SCOPE_RIB)
		lane_rib_spoil(l);
	if (kind != DAMAGE_MESSAGE_RECORD)
		return BLK_OK;
	if (!stray)
		return lane_add_hole(l, from, from + USEC_PER_SEC);
	open_hole(l);
	return BLK_OK;
}

static bool
wants(const struct lane *l, enum filter_type type)
{
	return l->opt.filter == NULL || filter_type(l->opt.filter, type);
}

/* The first sound record after a hole says until when it reaches. */
static enum blk_status
close_hole(struct lane *l, const struct mrt_record *rec)
{
	bool rib =
	    rec->type == MRT_TABLE_DUMP || rec->type == MRT_TABLE_DUMP_V2;
	/* the last record before may itself be stamped wrongly */
	usec_t from = l->last_time < rec->time ? l->last_time : rec->time;

	l->hole_open = false;
	damage_stream_until(&l->in.damage, rec->time);
	/* a table with a hole is incomplete, but no update was lost */
	if (!wants(l, FILTER_ANNOUNCE) ||
	    (rib && (l->hole_was_rib || l->facts.updates == 0)))
		return BLK_OK;
	return lane_add_hole(l, from, rec->time);
}

/* Records that are of another kind than the one before, or the first. */
static enum blk_status
change_kind(struct lane *l, const struct mrt_record *rec)
{
	size_t i = 0;

	if (l->kind_n == 0)
		l->facts.first_record = rec->time;
	while (i < l->kind_n &&
	    (l->kinds[i].type != rec->type ||
		l->kinds[i].subtype != rec->subtype))
		i++;
	if (i == l->kind_n) {
		if (!vec_reserve(&l->kinds, i, &l->kind_cap, sizeof(*l->kinds)))
			return BLK_ENOMEM;
		l->kinds[l->kind_n++] =
		    (struct feed_kind){rec->type, rec->subtype, 0};
	}
	l->kind = &l->kinds[i];
	l->kind->n++;
	return BLK_OK;
}

/* Files hold few kinds, in long stretches. */
static inline enum blk_status
count_kind(struct lane *l, const struct mrt_record *rec)
{
	struct feed_kind *k = l->kind;

	/* apart, for both at once would be read before both are written */
	if (k == NULL || k->type != rec->type)
		return change_kind(l, rec);
	if (k->subtype != rec->subtype)
		return change_kind(l, rec);
	k->n++;
	return BLK_OK;
}

/* A record of a type that is not wanted. */
static enum blk_status
leave_out(struct lane *l)
{
	l->facts.skipped++;
	l->facts.left_out = true;
	return BLK_OK;
}

static enum blk_status
read_record(struct lane *l, const struct mrt_record *rec)
{
	const bool stray = reorder_is_stray(&l->order, rec->time);
	enum blk_status status = count_kind(l, rec);

	l->facts.records = l->in.n;
	l->facts.last_record = rec->time;
	if (status == BLK_OK && l->hole_open && !stray)
		status = close_hole(l, rec);
	if (status != BLK_OK)
		return status;
	switch (rec->type) {
	case MRT_BGP:
	case MRT_BGP4MP:
	case MRT_BGP4MP_ET:
		status = wants(l, FILTER_ANNOUNCE) ? lane_message_read(l, rec)
						   : leave_out(l);
		break;
	case MRT_TABLE_DUMP:
	case MRT_TABLE_DUMP_V2:
		status =
		    wants(l, FILTER_RIB) ? lane_rib_read(l, rec) : leave_out(l);
		break;
	default:
		l->facts.skipped++;
		break;
	}
	if (stray)
		l->in.last_time = l->last_time;
	else
		l->last_time = rec->time;
	return status;
}

static enum blk_status
tell_strays(struct lane *l)
{
	const struct reorder_stray *s = &l->order.stray;
	const struct damage_place place = {
	    .offset = records_plain_bytes(&l->in),
	    .records = l->facts.records,
	    .from = s->from,
	    .until = s->until};
	enum blk_status status = BLK_OK;

	for (uint64_t i = 0; i < s->n && status == BLK_OK; i++)
		status = damage_count(&l->in.damage, DAMAGE_FUTURE, &place);
	return status;
}

static enum blk_status
end_file(struct lane *l)
{
	enum blk_status status;

	l->facts.ended = true;
	l->facts.opened = l->in.opened;
	/* what is passed over to the end is as if it were not there */
	l->facts.cut = l->in.cut || l->hole_open;
	l->facts.cut_at = l->facts.cut ? l->last_time : USEC_NONE;
	l->facts.raw_bytes = records_raw_bytes(&l->in);
	l->facts.plain_bytes = records_plain_bytes(&l->in);
	if (l->facts.cut)
		lane_rib_spoil(l);
	status = lane_rib_close(l);
	if (status == BLK_OK)
		status = reorder_finish(&l->order);
	return status == BLK_OK ? tell_strays(l) : status;
}

static enum blk_status
step(struct lane *l)
{
	struct mrt_record rec;
	enum blk_status status = records_next(&l->in, &rec);

	switch (status) {
	case BLK_OK:
		status = read_record(l, &rec);
		/* the rest, but for strays, lies past what is wanted */
		if (status == BLK_OK && l->opt.until != USEC_NONE &&
		    l->order.watermark != USEC_NONE &&
		    l->order.watermark - REORDER_WINDOW >= l->opt.until)
			return end_file(l);
		return status;
	case BLK_EBAD:
		open_hole(l);
		return BLK_OK;
	case BLK_END:
		return end_file(l);
	default:
		return status;
	}
}

static bool
attach_doubts(struct lane *l, struct lane_batch *b)
{
	size_t n = l->doubt_n - l->doubt_told;

	if (n == 0)
		return true;
	if (!vec_reserve_many(
		&b->doubts, b->doubt_n, n, &b->doubt_cap, sizeof(*b->doubts)))
		return false;
	for (; l->doubt_told < l->doubt_n; l->doubt_told++) {
		struct lane_doubt *d = &b->doubts[b->doubt_n++];

		*d = l->doubts[l->doubt_told];
		lane_message_settle(l, d);
	}
	return true;
}

/* What the consumer must know before the events of b. */
static bool
attach(struct lane *l, struct lane_batch *b)
{
	b->ev.peer_base = (uint32_t)l->peers_told;
	for (; l->peers_told < l->peers.n; l->peers_told++)
		if (!batch_add_peer(&b->ev, &l->peers.peers[l->peers_told].id))
			return false;
	if (!attach_doubts(l, b))
		return false;
	if (l->hole_n == 0)
		return true;
	if (!vec_reserve_many(&b->holes, b->hole_n, l->hole_n, &b->hole_cap,
		sizeof(*b->holes)))
		return false;
	memcpy(b->holes + b->hole_n, l->holes, l->hole_n * sizeof(*b->holes));
	b->hole_n += l->hole_n;
	l->hole_n = 0;
	return true;
}

/* Events of one lane never step back, so its batches bound its times. */
enum blk_status
lane_next(struct lane *l, struct lane_batch **out)
{
	enum blk_status status = BLK_OK;
	struct lane_batch *b;

	while ((b = reorder_take(&l->order)) == NULL) {
		if (l->facts.ended) {
			records_close(&l->in);
			return l->order.failed ? BLK_ENOMEM : BLK_END;
		}
		status = step(l);
		if (status != BLK_OK)
			return status;
	}
	if (l->facts.ended)
		records_close(&l->in); /* what is left are batches and books */
	else
		l->facts.raw_bytes = records_raw_bytes(&l->in);
	if (l->facts.first == USEC_NONE)
		l->facts.first = b->ev.events[0].time;
	l->facts.last = b->ev.events[b->ev.event_n - 1].time;
	if (!attach(l, b)) {
		reorder_give_back(&l->order, b);
		return BLK_ENOMEM;
	}
	*out = b;
	return BLK_OK;
}

void
lane_give_back(struct lane *l, struct lane_batch *b)
{
	reorder_give_back(&l->order, b);
}

struct lane_batch *
lane_spare(struct lane *l)
{
	return l != NULL ? reorder_spare(&l->order) : NULL;
}

bool
lane_takes_threads(const struct lane *l)
{
	return l->in.src != NULL && source_format(l->in.src) != SOURCE_PLAIN;
}

void
lane_set_threads(struct lane *l, unsigned threads)
{
	if (l->in.src != NULL)
		source_set_threads(l->in.src, threads);
}

void
lane_rest(struct lane *l)
{
	records_rest(&l->in);
}

const struct lane_facts *
lane_facts(const struct lane *l)
{
	return &l->facts;
}

const struct feed_kind *
lane_kinds(const struct lane *l, size_t *n)
{
	*n = l->kind_n;
	return l->kinds;
}

const struct damage_log *
lane_damage(const struct lane *l)
{
	return &l->in.damage;
}
