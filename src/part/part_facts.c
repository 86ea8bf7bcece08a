#include "part/part_facts.h"

#include <stdlib.h>

#include "base/vec.h"

void
part_facts_fini(struct part_facts *f)
{
	free(f->path);
	free(f->collector);
	free(f->compression);
	free(f->own_kinds);
	damage_log_fini(&f->damage);
	*f = (struct part_facts){0};
}

static void
put_kept(struct part_buf *b, const struct archive_kept *k)
{
	part_put_text(b, k->path);
	part_put_text(b, k->collector);
	part_put_u8(b, k->collector_known);
	part_put_u8(b, (uint8_t)k->name_kind);
	part_put_int(b, k->name_time);
	part_put_int(b, k->name_span);
	part_put_uint(b, k->size);
	part_put_be64(b, k->digest);
	part_put_u8(b, (uint8_t)k->kind);
	part_put_int(b, k->first_time);
}

static void
put_lane(struct part_buf *b, const struct lane_facts *l)
{
	part_put_uint(b, l->records);
	part_put_uint(b, l->skipped);
	part_put_u8(b, l->left_out);
	part_put_uint(b, l->updates);
	part_put_uint(b, l->ribs);
	part_put_uint(b, l->raw_bytes);
	part_put_uint(b, l->plain_bytes);
	part_put_text(b, l->compression);
	part_put_int(b, l->first);
	part_put_int(b, l->last);
	part_put_int(b, l->first_record);
	part_put_int(b, l->last_record);
	part_put_u8(b, l->cut);
	part_put_u8(b, l->opened);
	part_put_int(b, l->cut_at);
}

static void
put_damage(struct part_buf *b, const struct damage_log *log)
{
	part_put_uint(b, log->n);
	for (size_t i = 0; i < log->n; i++) {
		const struct damage *d = &log->list[i];

		part_put_uint(b, d->offset);
		part_put_text(b, d->what);
		part_put_uint(b, d->count);
		part_put_uint(b, d->records_kept);
		part_put_int(b, d->lost_from);
		part_put_int(b, d->lost_until);
	}
}

void
part_facts_put(struct part_buf *b, const struct part_facts *f)
{
	put_kept(b, &f->kept);
	put_lane(b, &f->lane);
	part_put_u8(b, f->marks);
	put_damage(b, &f->damage);
	part_put_uint(b, f->kind_n);
	for (size_t i = 0; i < f->kind_n; i++) {
		part_put_uint(b, f->kinds[i].type);
		part_put_uint(b, f->kinds[i].subtype);
		part_put_uint(b, f->kinds[i].n);
	}
}

/* A moment, or none, with which one can count without overflow. */
static usec_t
take_time(struct cursor *c)
{
	int64_t t = part_int(c);

	if (t != USEC_NONE && (t < INT64_MIN / 4 || t > INT64_MAX / 4))
		cur_fail(c);
	return t;
}

static enum archive_kind
take_kind(struct cursor *c)
{
	return (enum archive_kind)part_uint_max(c, ARCHIVE_RIB);
}

static void
take_kept(struct cursor *c, struct part_facts *out)
{
	struct archive_kept *k = &out->kept;

	k->path = out->path = part_text(c);
	k->collector = out->collector = part_text(c);
	k->collector_known = cur_u8(c) != 0;
	k->name_kind = take_kind(c);
	k->name_time = take_time(c);
	k->name_span = take_time(c);
	k->size = part_uint(c);
	k->digest = part_be64(c);
	k->kind = take_kind(c);
	k->first_time = take_time(c);
}

static void
take_lane(struct cursor *c, struct part_facts *out)
{
	struct lane_facts *l = &out->lane;

	l->records = part_uint(c);
	l->skipped = part_uint(c);
	l->left_out = cur_u8(c) != 0;
	l->updates = part_uint(c);
	l->ribs = part_uint(c);
	l->raw_bytes = part_uint(c);
	l->plain_bytes = part_uint(c);
	l->compression = out->compression = part_text(c);
	l->first = take_time(c);
	l->last = take_time(c);
	l->first_record = take_time(c);
	l->last_record = take_time(c);
	l->cut = cur_u8(c) != 0;
	l->opened = cur_u8(c) != 0;
	l->cut_at = take_time(c);
	l->ended = true;
}

static bool
take_damage(struct cursor *c, struct damage_log *log)
{
	size_t n = part_count(c, 6);

	for (size_t i = 0; i < n && cur_ok(c); i++) {
		struct damage d = {.offset = part_uint(c)};

		if (!vec_reserve(
			&log->list, log->n, &log->cap, sizeof(*log->list)))
			return false;
		d.what = part_text(c);
		d.count = part_uint(c);
		d.records_kept = part_uint(c);
		d.lost_from = take_time(c);
		d.lost_until = take_time(c);
		log->list[log->n++] = d;
		if (cur_ok(c) && d.what == NULL)
			return false;
	}
	return true;
}

static bool
take_kinds(struct cursor *c, struct part_facts *out)
{
	size_t n = part_count(c, 3);

	out->kinds = out->own_kinds = calloc(n + 1, sizeof(*out->own_kinds));
	if (out->own_kinds == NULL)
		return false;
	for (size_t i = 0; i < n && cur_ok(c); i++) {
		struct feed_kind *k = &out->own_kinds[out->kind_n++];

		k->type = (uint16_t)part_uint_max(c, UINT16_MAX);
		k->subtype = (uint16_t)part_uint_max(c, UINT16_MAX);
		k->n = part_uint(c);
	}
	return true;
}

enum blk_status
part_facts_take(struct cursor c, struct part_facts *out)
{
	*out = (struct part_facts){0};
	take_kept(&c, out);
	take_lane(&c, out);
	out->marks = cur_u8(&c) != 0;
	if (!take_damage(&c, &out->damage) || !take_kinds(&c, out))
		return BLK_ENOMEM;
	if (!cur_done(&c))
		return BLK_EBAD;
	return out->path != NULL && out->collector != NULL &&
		out->compression != NULL
	    ? BLK_OK
	    : BLK_ENOMEM;
}
