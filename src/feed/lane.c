/*
 * The file end of a lane: open, read record by record, hand records on by
 * their type, and keep the books on what was damaged and what was lost.
 */
#include "feed/lane.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "feed/lane_priv.h"

static enum blk_status
end_in_words(struct lane *l, const char *what, usec_t from)
{
	/* what holds no record at all is wrong from its first byte on */
	const struct damage_place place = {
	    .offset = l->facts.opened ? source_offset(l->src) : 0,
	    .records = l->facts.records,
	    .from = from,
	    .until = USEC_NONE};

	l->facts.cut = true;
	l->facts.cut_at = l->last_time;
	return damage_stream(&l->damage, what, &place);
}

/* The system's words, begun in lower case as all of ours are. */
static enum blk_status
end_with_errno(struct lane *l, int error)
{
	char text[128];

	if (strerror_r(error, text, sizeof(text)) != 0)
		return end_in_words(l, "cannot be read", USEC_NONE);
	if (isupper((unsigned char)text[0]) && islower((unsigned char)text[1]))
		text[0] = (char)tolower((unsigned char)text[0]);
	return end_in_words(l, text, l->last_time);
}

/* Which compression it is, and what to do about it. */
static enum blk_status
end_unsupported(struct lane *l, const char *path)
{
	const char *name = source_unsupported(path);
	char text[96];

	l->facts.compression = name;
	snprintf(text, sizeof(text),
	    "%s compression is not read: decompress it first",
	    name[0] != '\0' ? name : "this");
	return end_in_words(l, text, USEC_NONE);
}

static enum blk_status
open_source(struct lane *l, const char *path)
{
	enum blk_status status;

	errno = 0;
	status = source_open_threads(&l->src, path, l->opt.threads);
	if (status == BLK_OK) {
		l->facts.opened = true;
		l->facts.compression =
		    source_format_name(source_format(l->src));
		return mrt_reader_new(&l->reader, l->src);
	}
	l->facts.ended = true;
	if (status == BLK_EIO)
		return end_with_errno(l, errno);
	if (status == BLK_EUNSUP)
		return end_unsupported(l, path);
	if (status == BLK_ENOMEM)
		return status;
	return end_in_words(l, "cannot be read", USEC_NONE);
}

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
	l->facts.compression = "";
	l->last_time = USEC_NONE;
	l->opt = *opt;
	l->rib.complete = true;
	status = open_source(l, path);
	if (status != BLK_OK) {
		lane_close(l);
		return status;
	}
	*out = l;
	return BLK_OK;
}

void
lane_close(struct lane *l)
{
	if (l == NULL)
		return;
	mrt_reader_free(l->reader);
	source_free(l->src);
	reorder_fini(&l->order);
	peerset_fini(&l->peers);
	damage_log_fini(&l->damage);
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

enum blk_status
lane_count_damage(
    struct lane *l, enum damage_kind kind, const struct mrt_record *rec)
{
	const struct damage_place place = {.offset = rec->offset,
	    .records = l->facts.records > 0 ? l->facts.records - 1 : 0,
	    .from = rec->time,
	    .until = rec->time + USEC_PER_SEC};
	enum blk_status status = damage_count(&l->damage, kind, &place);

	if (status != BLK_OK)
		return status;
	if (damage_scope(kind) == DAMAGE_SCOPE_RIB)
		lane_rib_spoil(l);
	if (kind == DAMAGE_MESSAGE_RECORD)
		return lane_add_hole(l, rec->time, rec->time + USEC_PER_SEC);
	return BLK_OK;
}

/* Bytes were passed over; go on behind them. */
static enum blk_status
read_damage(struct lane *l, const struct mrt_damage *d)
{
	const struct damage_place place = {.offset = d->offset,
	    .records = l->facts.records,
	    .from = l->last_time,
	    .until = USEC_NONE};

	if (!l->hole_open)
		l->hole_was_rib = lane_rib_active(l);
	l->hole_open = true;
	lane_rib_spoil(l);
	return damage_stream(&l->damage, d->what, &place);
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
	damage_stream_until(&l->damage, rec->time);
	/* a table with a hole is incomplete, but no update was lost */
	if (rib && (l->hole_was_rib || l->facts.updates == 0))
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

	if (k == NULL || k->type != rec->type || k->subtype != rec->subtype)
		return change_kind(l, rec);
	k->n++;
	return BLK_OK;
}

static enum blk_status
read_record(struct lane *l, const struct mrt_record *rec)
{
	enum blk_status status = count_kind(l, rec);

	l->facts.records++;
	if (status == BLK_OK && l->hole_open)
		status = close_hole(l, rec);
	if (status != BLK_OK)
		return status;
	switch (rec->type) {
	case MRT_BGP:
	case MRT_BGP4MP:
	case MRT_BGP4MP_ET:
		status = lane_message_read(l, rec);
		break;
	case MRT_TABLE_DUMP:
	case MRT_TABLE_DUMP_V2:
		status = lane_rib_read(l, rec);
		break;
	default:
		l->facts.skipped++;
		break;
	}
	l->last_time = rec->time;
	return status;
}

static enum blk_status
tell_strays(struct lane *l)
{
	const struct reorder_stray *s = &l->order.stray;
	const struct damage_place place = {.offset = source_offset(l->src),
	    .records = l->facts.records,
	    .from = s->from,
	    .until = s->until};
	enum blk_status status = BLK_OK;

	for (uint64_t i = 0; i < s->n && status == BLK_OK; i++)
		status = damage_count(&l->damage, DAMAGE_FUTURE, &place);
	return status;
}

static enum blk_status
end_file(struct lane *l, enum blk_status how, const struct mrt_damage *d)
{
	enum blk_status status;

	l->facts.ended = true;
	l->facts.raw_bytes = source_raw_offset(l->src);
	l->facts.plain_bytes = source_offset(l->src);
	l->facts.last_record = l->last_time;
	if (how != BLK_END)
		lane_rib_spoil(l);
	status = lane_rib_close(l);
	if (status == BLK_OK)
		status = reorder_finish(&l->order);
	if (status == BLK_OK)
		status = tell_strays(l);
	if (status != BLK_OK)
		return status;
	switch (how) {
	case BLK_END:
		if (l->facts.records > 0 || source_raw_offset(l->src) > 0)
			return BLK_OK;
		return end_in_words(l, "empty file: no record", USEC_NONE);
	case BLK_EUNSUP:
		l->facts.opened = false;
		return end_in_words(l, "not an MRT file", USEC_NONE);
	case BLK_EIO:
		return end_with_errno(l, source_errno(l->src));
	default:
		return end_in_words(l, d->what, l->last_time);
	}
}

static enum blk_status
step(struct lane *l)
{
	struct mrt_damage damage = {.what = ""};
	struct mrt_record rec;
	enum blk_status status = mrt_reader_next(l->reader, &rec, &damage);

	switch (status) {
	case BLK_OK:
		status = read_record(l, &rec);
		/* the rest, but for strays, lies past what is wanted */
		if (status == BLK_OK && l->opt.until != USEC_NONE &&
		    l->order.watermark != USEC_NONE &&
		    l->order.watermark - REORDER_WINDOW >= l->opt.until)
			return end_file(l, BLK_END, &damage);
		return status;
	case BLK_EBAD:
		return read_damage(l, &damage);
	case BLK_ENOMEM:
		return status;
	default:
		return end_file(l, status, &damage);
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

/* A lane that was read to its end is kept for its books only. */
static void
drop_input(struct lane *l)
{
	mrt_reader_free(l->reader);
	source_free(l->src);
	l->reader = NULL;
	l->src = NULL;
}

/* Events of one lane never step back, so its batches bound its times. */
enum blk_status
lane_next(struct lane *l, struct lane_batch **out)
{
	enum blk_status status = BLK_OK;
	struct lane_batch *b;

	while ((b = reorder_take(&l->order)) == NULL) {
		if (l->facts.ended) {
			drop_input(l);
			return l->order.failed ? BLK_ENOMEM : BLK_END;
		}
		status = step(l);
		if (status != BLK_OK)
			return status;
	}
	if (l->src != NULL)
		l->facts.raw_bytes = source_raw_offset(l->src);
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
	return &l->damage;
}
