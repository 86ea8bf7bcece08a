/*
 * The lanes of a set of parts, as the feed asks for them.  Each open one has
 * its part open for itself; few are at a time.
 */
#include <stdlib.h>

#include "base/vec.h"
#include "feed/lanes.h"
#include "part/part_batch.h"
#include "part/part_set.h"

struct open_lane {
	const struct part_lane *lane;
	size_t part;
	bool marks; /* are wanted */
	FILE *in;
	struct part_unpacker *unpacker;
	struct part_thread thread;
};

struct part_lanes {
	struct part_set *s;
	const struct archive *a;
	struct lane_batch **idle;
	size_t idle_n, idle_cap;
};

static void
lanes_of_set_free(void *self)
{
	struct part_lanes *p = self;

	for (size_t i = 0; i < p->idle_n; i++)
		lane_batch_free(p->idle[i]);
	free(p->idle);
	free(p);
}

static size_t
expect_max(const void *self)
{
	(void)self;
	return 0;
}

static void
expect(void *self, const size_t *files, size_t n)
{
	(void)self;
	(void)files;
	(void)n;
}

static void
close_lane(void *self, void *lane)
{
	struct open_lane *l = lane;

	(void)self;
	if (l == NULL)
		return;
	part_unpacker_free(l->unpacker);
	if (l->in != NULL)
		fclose(l->in);
	free(l);
}

static enum blk_status
open_lane(void *self, void **lane, size_t file)
{
	struct part_lanes *p = self;
	const struct archive_file *f = &p->a->files[file];
	struct open_lane *l = calloc(1, sizeof(*l));

	*lane = l;
	if (l == NULL)
		return BLK_ENOMEM;
	l->lane = part_set_lane(p->s, f);
	l->part = p->s->segments[l->lane->segment].part;
	l->marks = p->a->collectors[f->collector].overlap;
	l->thread.marks = l->lane->facts.marks;
	l->in = part_set_open(p->s, l->part);
	if (l->in == NULL) {
		p->s->damaged = l->part + 1;
		return BLK_EIO;
	}
	return part_unpacker_new(&l->unpacker, l->in, &l->lane->events);
}

/* The length of the next batch, which stands before it. */
static enum blk_status
take_len(struct open_lane *l, size_t *out)
{
	uint64_t len = 0;

	for (unsigned shift = 0; shift < 35; shift += 7) {
		const uint8_t *byte;
		enum blk_status status =
		    part_unpacker_take(l->unpacker, 1, &byte);

		if (status != BLK_OK)
			return status == BLK_END && shift > 0 ? BLK_EBAD
							      : status;
		len |= (uint64_t)(*byte & 127) << shift;
		if (*byte >= 128)
			continue;
		*out = (size_t)len;
		return len > 0 && len <= PART_BATCH_MAX ? BLK_OK : BLK_EBAD;
	}
	return BLK_EBAD;
}

static enum blk_status
read_batch(struct open_lane *l, struct lane_batch *b)
{
	const uint8_t *bytes;
	size_t len;
	enum blk_status status = take_len(l, &len);

	if (status != BLK_OK)
		return status;
	status = part_unpacker_take(l->unpacker, len, &bytes);
	if (status != BLK_OK)
		return status == BLK_END ? BLK_EBAD : status;
	return part_decode(&l->thread, cur_from(bytes, len), l->marks, b);
}

static struct lane_batch *
empty_batch(struct part_lanes *p)
{
	if (p->idle_n > 0)
		return p->idle[--p->idle_n];
	return calloc(1, sizeof(struct lane_batch));
}

static void
give_back(void *self, struct lane_batch *b)
{
	struct part_lanes *p = self;

	lane_batch_clear(b);
	if (vec_reserve(
		&p->idle, p->idle_n, &p->idle_cap, sizeof(struct lane_batch *)))
		p->idle[p->idle_n++] = b;
	else
		lane_batch_free(b);
}

/* A lane gives no batch without events. */
static enum blk_status
next_batch(void *self, void *lane, struct lane_batch **out)
{
	struct part_lanes *p = self;
	struct open_lane *l = lane;
	struct lane_batch *b = empty_batch(p);
	enum blk_status status = BLK_OK;

	if (b == NULL)
		return BLK_ENOMEM;
	while (status == BLK_OK && b->ev.event_n == 0)
		status = read_batch(l, b);
	if (status != BLK_OK) {
		give_back(p, b);
		if (status != BLK_END && status != BLK_ENOMEM)
			p->s->damaged = l->part + 1;
		return status;
	}
	*out = b;
	return BLK_OK;
}

static const struct lane_facts *
facts(const void *lane)
{
	const struct open_lane *l = lane;

	return &l->lane->facts.lane;
}

static const struct damage_log *
damage(const void *lane)
{
	const struct open_lane *l = lane;

	return &l->lane->facts.damage;
}

static const struct feed_kind *
kinds(const void *lane, size_t *n)
{
	const struct open_lane *l = lane;

	*n = l->lane->facts.kind_n;
	return l->lane->facts.kinds;
}

static const struct lanes_calls calls = {
    .free = lanes_of_set_free,
    .expect_max = expect_max,
    .expect = expect,
    .open = open_lane,
    .close = close_lane,
    .next = next_batch,
    .give_back = give_back,
    .facts = facts,
    .damage = damage,
    .kinds = kinds,
};

/* A file whose records may be another one's, if they cannot be compared. */
static const struct part_lane *
unmarked(const struct part_set *s, const struct archive *a)
{
	for (size_t i = 0; i < a->file_n; i++) {
		const struct part_lane *l = part_set_lane(s, &a->files[i]);

		if (a->collectors[a->files[i].collector].overlap &&
		    !l->facts.marks && l->facts.lane.updates > 0)
			return l;
	}
	return NULL;
}

enum blk_status
part_set_feed(struct part_set *s, const struct archive *a, struct feed **out,
    char error[PART_ERROR_LEN])
{
	const struct feed_options opt = {.until = USEC_NONE};
	const struct part_lane *l = unmarked(s, a);
	struct part_lanes *p;

	error[0] = '\0';
	if (l != NULL) {
		snprintf(error, PART_ERROR_LEN,
		    "%.300s, which is in %.300s, and a file of another part "
		    "may hold the same records: make the parts of %.100s "
		    "again with --overlap",
		    l->facts.path, s->paths[s->segments[l->segment].part],
		    l->facts.collector);
		return BLK_EUNSUP;
	}
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return BLK_ENOMEM;
	p->s = s;
	p->a = a;
	return feed_of_lanes(
	    out, a, &opt, (struct lanes){.calls = &calls, .self = p});
}

const char *
part_set_damaged(const struct part_set *s)
{
	return s->damaged > 0 ? s->paths[s->damaged - 1] : NULL;
}
