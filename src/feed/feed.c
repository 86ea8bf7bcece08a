/*
 * The merge.  Each collector's files stand in the archive in their probable
 * order; the next of each is opened when the merge comes near the time at which
 * it should begin.  Open files (lanes) stand in a heap by the time of what they
 * say next, and each call hands out as long a stretch of the first one as no
 * other has a say in.
 *
 * A lane first begins, which is when the time before it is looked at for gaps,
 * and then speaks.  What interrupts a stretch (a gap, a hole in the file, a
 * silence) is handed out as a run of its own.
 */
#include "blackout/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "feed/cover.h"
#include "feed/lanes.h"
#include "feed/peerset.h"
#include "feed/repeats.h"

#define OPEN_AHEAD (60 * USEC_PER_SEC)
/* Collectors of which a first file is opened at once, to compare clocks. */
#define FIRSTS_MAX 256u

struct feed_lane {
	void *lane; /* as f->lanes knows it */
	size_t file;
	struct lane_batch *batch; /* NULL: it has ended */
	uint32_t pos;             /* the next event of batch */
	struct lane_hole *holes;  /* [hole_at, hole_n) are still to come */
	size_t hole_at, hole_n, hole_cap;
	usec_t start; /* from when on it is known to speak */
	usec_t last;  /* of what it has said; or USEC_NONE */
	usec_t key;   /* when it is next to be looked at */
	bool started;
	bool named;
	bool covers;      /* it holds updates */
	bool turned;      /* the event at pos was looked at by turn */
	uint32_t judged;  /* events before it are no repeats */
	uint32_t drop_to; /* those from judged to here are to be left out */
	bool dropping;    /* the last record judged is one of these */
	/* Records left out, and of these, how many said nothing. */
	uint64_t repeat_n, repeat_skipped_n;
};

struct feed_source { /* a collector */
	struct cover cover;
	struct peerset peers; /* that messages or RIBs have named */
	struct repeats repeats;
	size_t next, end; /* files not opened yet */
	size_t last_file; /* that was opened */
	usec_t beyond;    /* a file that is not wanted begins then */
};

struct feed_told { /* damage, and the file it is in */
	struct damage damage;
	size_t file;
};

struct feed_gap {
	unsigned collector;
	size_t file;
	struct event event;
};

struct feed {
	const struct archive *a;
	struct feed_options opt;
	struct lanes lanes;
	size_t *expected; /* room for what is told to it */
	size_t *ahead;    /* by collector: files not told yet */
	struct feed_source *sources;
	struct feed_collector *stats;
	struct feed_file *files;
	struct feed_lane **heap;
	size_t heap_n, heap_cap;
	struct feed_lane *spent; /* its batch was lent and is used up */
	usec_t open_at;          /* when the next file is due */
	unsigned open_source;
	bool begun, finished;
	usec_t now;            /* the latest time handed out */
	struct feed_gap *gaps; /* [gap_at, gap_n) are to be handed out */
	size_t gap_at, gap_n, gap_cap;
	struct event_batch gap_batch;
	struct feed_told *told;
	size_t told_n, told_cap;
	struct damage *damage; /* made from told at the end */
	uint64_t raw_bytes;    /* of files that are closed */
	uint64_t files_done;
};

static bool
lane_has_precedence(const struct feed_lane *a, const struct feed_lane *b)
{
	/* files joined by hand come after those they were made of */
	return a->named != b->named ? a->named : a->file < b->file;
}

static bool
lane_before(const struct feed_lane *a, const struct feed_lane *b)
{
	return a->key < b->key ||
	    (a->key == b->key && lane_has_precedence(a, b));
}

static void
heap_up(struct feed *f, size_t i)
{
	struct feed_lane *l = f->heap[i];

	for (; i > 0 && lane_before(l, f->heap[(i - 1) / 2]); i = (i - 1) / 2)
		f->heap[i] = f->heap[(i - 1) / 2];
	f->heap[i] = l;
}

static void
heap_down(struct feed *f, size_t i)
{
	struct feed_lane *l = f->heap[i];
	size_t child;

	while ((child = 2 * i + 1) < f->heap_n) {
		if (child + 1 < f->heap_n &&
		    lane_before(f->heap[child + 1], f->heap[child]))
			child++;
		if (!lane_before(f->heap[child], l))
			break;
		f->heap[i] = f->heap[child];
		i = child;
	}
	f->heap[i] = l;
}

static unsigned
lane_collector(const struct feed *f, const struct feed_lane *l)
{
	return f->a->files[l->file].collector;
}

static struct cover *
lane_cover(const struct feed *f, const struct feed_lane *l)
{
	return &f->sources[lane_collector(f, l)].cover;
}

/* The next event, or NULL. */
static const struct event *
lane_head(const struct feed_lane *l)
{
	return l->batch != NULL ? &l->batch->ev.events[l->pos] : NULL;
}

static bool
is_rib_event(const struct event *e)
{
	return e->type == EVENT_RIB_BEGIN || e->type == EVENT_RIB_PREFIX ||
	    e->type == EVENT_RIB_END;
}

static void
set_key(struct feed_lane *l)
{
	const struct event *e = lane_head(l);

	if (!l->started) {
		l->key = l->start;
		return;
	}
	l->key = e != NULL ? e->time : INT64_MIN;
	if (l->hole_at < l->hole_n &&
	    (e == NULL || l->holes[l->hole_at].until <= e->time))
		l->key = l->holes[l->hole_at].until;
}

static bool
take_holes(struct feed_lane *l)
{
	const struct lane_batch *b = l->batch;

	if (b->hole_n == 0)
		return true;
	if (!vec_reserve_many(&l->holes, l->hole_n, b->hole_n, &l->hole_cap,
		sizeof(*l->holes)))
		return false;
	memcpy(l->holes + l->hole_n, b->holes, b->hole_n * sizeof(*l->holes));
	l->hole_n += b->hole_n;
	return true;
}

/*
 * Settle what the lane could not, now that the collector's other files have
 * told who its peers are; and note those of this one.
 */
static bool
take_peers(struct feed *f, struct feed_lane *l)
{
	struct peerset *known = &f->sources[lane_collector(f, l)].peers;
	struct event_batch *ev = &l->batch->ev;
	size_t k = 0;

	for (uint32_t i = 0; i < ev->peer_n; i++) {
		struct event_peer *p = &ev->peers[i];
		const struct lane_doubt *d = NULL;
		uint32_t local;

		if (k < l->batch->doubt_n)
			d = &l->batch->doubts[k];
		if (d == NULL || d->peer != ev->peer_base + i) {
			if (peerset_get(known, &p->addr, p->asn) ==
			    PEERSET_NONE)
				return false;
			continue;
		}
		k++;
		local = peerset_by_addr(known, &d->local.addr);
		if (d->swapped ||
		    (local != PEERSET_NONE &&
			peerset_by_addr(known, &p->addr) == PEERSET_NONE))
			*p = local != PEERSET_NONE ? known->peers[local].id
						   : d->local;
	}
	return true;
}

/* Have the lane's next batch, or learn that there is none. */
static enum blk_status
fetch(struct feed *f, struct feed_lane *l)
{
	enum blk_status status =
	    f->lanes.calls->next(f->lanes.self, l->lane, &l->batch);

	l->pos = l->judged = l->drop_to = 0;
	l->turned = false;
	if (status != BLK_OK) {
		l->batch = NULL;
		return status == BLK_END ? BLK_OK : status;
	}
	/* a file that was opened late has its first events handed out late */
	for (uint32_t i = 0; i < l->batch->ev.event_n; i++) {
		if (l->batch->ev.events[i].time >= f->now)
			break;
		l->batch->ev.events[i].time = f->now;
	}
	return take_peers(f, l) && take_holes(l) ? BLK_OK : BLK_ENOMEM;
}

static void
lane_free(struct feed *f, struct feed_lane *l)
{
	if (l == NULL)
		return;
	if (l->batch != NULL)
		f->lanes.calls->give_back(f->lanes.self, l->batch);
	f->lanes.calls->close(f->lanes.self, l->lane);
	free(l->holes);
	free(l);
}

/* --- gaps --- */

static enum blk_status
add_gap(struct feed *f, unsigned collector, size_t file,
    const struct cover_gap *gap)
{
	struct event e = {.time = gap->until, .type = EVENT_GAP};

	if (!vec_reserve(&f->gaps, f->gap_n, &f->gap_cap, sizeof(*f->gaps)))
		return BLK_ENOMEM;
	e.gap.from = gap->from;
	e.gap.reason = (uint8_t)gap->reason;
	f->gaps[f->gap_n++] = (struct feed_gap){collector, file, e};
	return BLK_OK;
}

static void
give_gap(struct feed *f, struct feed_run *run)
{
	struct feed_gap *g = &f->gaps[f->gap_at++];

	batch_clear(&f->gap_batch);
	*batch_add_event(&f->gap_batch) = g->event; /* room was made */
	*run = (struct feed_run){.collector = g->collector,
	    .lane = (unsigned)g->file,
	    .batch = &f->gap_batch,
	    .n = 1};
	if (f->gap_at == f->gap_n)
		f->gap_at = f->gap_n = 0;
}

/* Whether another file of the collector speaks all the time of a gap. */
static bool
is_covered(const struct feed *f, const struct feed_lane *l,
    const struct cover_gap *gap)
{
	for (size_t i = 0; i < f->heap_n; i++) {
		const struct feed_lane *o = f->heap[i];

		if (o != l && o->started && o->covers && o->batch != NULL &&
		    lane_collector(f, o) == lane_collector(f, l) &&
		    o->start <= gap->from)
			return true;
	}
	return false;
}

static enum blk_status
pass_hole(struct feed *f, struct feed_lane *l)
{
	const struct lane_hole *h = &l->holes[l->hole_at++];
	struct cover_gap gap = {h->from, h->until, GAP_DAMAGED_FILE};

	if (gap.from == USEC_NONE)
		gap.from = l->start < gap.until ? l->start : gap.until - 1;
	set_key(l);
	heap_down(f, 0);
	if (is_covered(f, l, &gap))
		return BLK_OK;
	lane_cover(f, l)->seen = USEC_NONE;
	return add_gap(f, lane_collector(f, l), l->file, &gap);
}

/* --- lanes: opening, beginning, ending --- */

/* When the next file of a collector is due; INT64_MAX: never. */
static usec_t
due(struct feed *f, unsigned collector)
{
	struct feed_source *s = &f->sources[collector];
	usec_t guess;

	if (s->next >= s->end)
		return INT64_MAX;
	guess = cover_guess(&s->cover, &f->a->files[s->next]);
	if (guess == USEC_NONE)
		return INT64_MIN;
	if (f->opt.until != USEC_NONE && guess - OPEN_AHEAD >= f->opt.until) {
		s->beyond = guess;
		s->next = s->end;
		return INT64_MAX;
	}
	return guess - OPEN_AHEAD;
}

/* When a file of a collector is probably due; as due. */
static usec_t
probably_due(const struct feed *f, unsigned collector, size_t file)
{
	const struct feed_source *s = &f->sources[collector];
	usec_t guess;

	if (file >= s->end || f->a->files[file].read_once)
		return INT64_MAX;
	guess = cover_guess(&s->cover, &f->a->files[file]);
	if (f->opt.until != USEC_NONE && guess - OPEN_AHEAD >= f->opt.until)
		return INT64_MAX;
	return guess;
}

/* Tell which files come next. */
static void
expect_next(struct feed *f)
{
	size_t max = f->lanes.calls->expect_max(f->lanes.self), n = 0;

	for (unsigned c = 0; c < f->a->collector_n; c++)
		f->ahead[c] = f->sources[c].next;
	while (n < max) {
		usec_t first = INT64_MAX;
		unsigned of = 0;

		for (unsigned c = 0; c < f->a->collector_n; c++) {
			usec_t t = probably_due(f, c, f->ahead[c]);

			if (t < first) {
				first = t;
				of = c;
			}
		}
		if (first == INT64_MAX)
			break;
		f->expected[n++] = f->ahead[of]++;
	}
	f->lanes.calls->expect(f->lanes.self, f->expected, n);
}

static void
find_due(struct feed *f)
{
	f->open_at = INT64_MAX;
	for (unsigned c = 0; c < f->a->collector_n; c++) {
		usec_t t = due(f, c);

		if (t < f->open_at) {
			f->open_at = t;
			f->open_source = c;
		}
	}
}

/* The order of names is wrong if this file begins so long before now. */
static bool
came_too_late(
    const struct feed *f, const struct archive_file *file, usec_t first)
{
	return file->first_time == USEC_NONE && !file->read_once &&
	    first != USEC_NONE && f->now != INT64_MIN &&
	    first < f->now - OPEN_AHEAD;
}

static enum blk_status
prepare_lane(struct feed *f, struct feed_lane *l)
{
	const struct archive_file *file = &f->a->files[l->file];
	const struct event *e;
	enum blk_status status;
	usec_t first;

	status = f->lanes.calls->open(f->lanes.self, &l->lane, l->file);
	if (status == BLK_OK)
		status = fetch(f, l);
	if (status != BLK_OK)
		return status;
	first = f->lanes.calls->facts(l->lane)->first;
	if (came_too_late(f, file, first))
		return BLK_EUSAGE;
	e = lane_head(l);
	l->named = file->name_time != USEC_NONE;
	l->start = cover_start(lane_cover(f, l), file, first);
	if (l->start == USEC_NONE)
		l->start = f->now;
	l->covers = e != NULL ? !is_rib_event(e)
			      : l->named && file->kind != ARCHIVE_RIB &&
		!f->lanes.calls->facts(l->lane)->left_out;
	set_key(l);
	return BLK_OK;
}

static enum blk_status
open_file(struct feed *f, unsigned collector)
{
	struct feed_source *s = &f->sources[collector];
	struct feed_lane *l;
	enum blk_status status;

	if (!vec_reserve(
		&f->heap, f->heap_n, &f->heap_cap, sizeof(struct feed_lane *)))
		return BLK_ENOMEM;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return BLK_ENOMEM;
	l->file = s->next;
	l->last = USEC_NONE;
	status = prepare_lane(f, l);
	if (status != BLK_OK) {
		lane_free(f, l);
		return status;
	}
	s->last_file = s->next++;
	f->heap[f->heap_n++] = l;
	heap_up(f, f->heap_n - 1);
	return BLK_OK;
}

/*
 * Names of different collectors are in different zones perhaps: only their
 * first files tell.
 */
static enum blk_status
open_firsts(struct feed *f)
{
	enum blk_status status = BLK_OK;

	for (unsigned c = 0; c < f->a->collector_n && c < FIRSTS_MAX; c++) {
		const struct feed_source *s = &f->sources[c];

		if (s->next < s->end && status == BLK_OK &&
		    f->a->files[s->next].first_time == USEC_NONE &&
		    f->a->files[s->next].name_time != USEC_NONE)
			status = open_file(f, c);
	}
	find_due(f);
	return status;
}

static enum blk_status
open_due(struct feed *f)
{
	enum blk_status status = BLK_OK;

	if (!f->begun) {
		f->begun = true;
		expect_next(f);
		status = open_firsts(f);
		expect_next(f);
	}
	while (status == BLK_OK && f->open_at != INT64_MAX &&
	    (f->heap_n == 0 || f->heap[0]->key >= f->open_at)) {
		status = open_file(f, f->open_source);
		find_due(f);
		expect_next(f);
	}
	return status;
}

/* The lane at the top says something for the first time. */
static enum blk_status
begin_lane(struct feed *f, struct feed_lane *l)
{
	const struct lane_facts *facts = f->lanes.calls->facts(l->lane);
	struct cover *c = lane_cover(f, l);
	enum blk_status status = BLK_OK;
	bool heard = l->batch != NULL;
	struct cover_gap gap;

	l->started = true;
	if ((heard || (l->covers && !facts->cut)) &&
	    cover_begin(c, !l->covers, l->named, l->start, &gap))
		status = add_gap(f, lane_collector(f, l), l->file, &gap);
	if (l->covers)
		c->active++;
	set_key(l);
	heap_down(f, 0);
	return status;
}

/* Where nothing else tells, a torn file hides the rest of its interval. */
static void
tell_hidden(const struct feed *f, const struct feed_lane *l, struct damage *d)
{
	const struct archive_file *file = &f->a->files[l->file];
	usec_t cadence = f->a->collectors[file->collector].cadence;

	if (!f->lanes.calls->facts(l->lane)->cut || !l->covers || !l->named ||
	    cadence == USEC_NONE || d->lost_until != USEC_NONE)
		return;
	if (d->lost_from == USEC_NONE)
		d->lost_from = l->start;
	if (l->start + cadence > d->lost_from)
		d->lost_until = l->start + cadence;
}

static enum blk_status
take_damage(struct feed *f, const struct feed_lane *l)
{
	const struct damage_log *log = f->lanes.calls->damage(l->lane);

	if (!vec_reserve_many(
		&f->told, f->told_n, log->n, &f->told_cap, sizeof(*f->told)))
		return BLK_ENOMEM;
	for (size_t i = 0; i < log->n; i++) {
		struct damage d = log->list[i];

		d.file = strdup(f->a->files[l->file].path);
		d.what = strdup(d.what);
		tell_hidden(f, l, &d);
		f->told[f->told_n++] = (struct feed_told){d, l->file};
		if (d.file == NULL || d.what == NULL)
			return BLK_ENOMEM;
	}
	return BLK_OK;
}

static int
cmp_kind(const void *pa, const void *pb)
{
	const struct feed_kind *a = pa, *b = pb;

	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	return a->subtype < b->subtype ? -1 : a->subtype > b->subtype;
}

/* What the file held, for feed_files. */
static enum blk_status
take_file(struct feed *f, const struct feed_lane *l)
{
	const struct lane_facts *facts = f->lanes.calls->facts(l->lane);
	struct feed_file *file = &f->files[l->file];
	const struct feed_kind *kinds;

	*file = (struct feed_file){.state = FEED_FILE_WHOLE,
	    .compression = facts->compression,
	    .raw_bytes = facts->raw_bytes,
	    .plain_bytes = facts->plain_bytes,
	    .records = facts->records,
	    .skipped = facts->skipped,
	    .repeats = l->repeat_n,
	    .ribs = facts->ribs,
	    .first = facts->first_record,
	    .last = facts->last_record};
	if (!facts->opened)
		file->state = FEED_FILE_UNREADABLE;
	else if (facts->cut)
		file->state = FEED_FILE_CUT;
	kinds = f->lanes.calls->kinds(l->lane, &file->kind_n);
	if (file->kind_n == 0)
		return BLK_OK;
	file->kinds = calloc(file->kind_n, sizeof(*file->kinds));
	if (file->kinds == NULL)
		return BLK_ENOMEM;
	memcpy(file->kinds, kinds, file->kind_n * sizeof(*file->kinds));
	qsort(file->kinds, file->kind_n, sizeof(*file->kinds), cmp_kind);
	return BLK_OK;
}

static void
take_facts(struct feed *f, const struct feed_lane *l)
{
	const struct lane_facts *facts = f->lanes.calls->facts(l->lane);
	struct feed_collector *s = &f->stats[lane_collector(f, l)];
	bool empty = facts->opened && !facts->cut && facts->records == 0;
	uint64_t records = facts->records - l->repeat_n;

	f->raw_bytes += facts->raw_bytes;
	f->files_done++;
	if (records == 0 && l->repeat_n > 0)
		return; /* a copy, in effect */
	s->files += records > 0 || empty;
	s->ribs += facts->ribs;
	s->updates += facts->updates > 0 ||
	    (empty && f->a->files[l->file].kind == ARCHIVE_UPDATES);
	s->records += records;
	s->skipped += facts->skipped - l->repeat_skipped_n;
	if (facts->first != USEC_NONE &&
	    (s->first == USEC_NONE || facts->first < s->first))
		s->first = facts->first;
	if (facts->last > s->last)
		s->last = facts->last;
}

/* Past what is wanted: the lane's books are closed at its end only. */
static enum blk_status
read_out(struct feed *f, struct feed_lane *l)
{
	enum blk_status status = BLK_OK;

	while (l->batch != NULL && status == BLK_OK) {
		f->lanes.calls->give_back(f->lanes.self, l->batch);
		l->batch = NULL;
		status =
		    f->lanes.calls->next(f->lanes.self, l->lane, &l->batch);
	}
	return status == BLK_END ? BLK_OK : status;
}

/* The lane at the top has nothing more to say. */
static enum blk_status
end_lane(struct feed *f, struct feed_lane *l)
{
	const struct lane_facts *facts = f->lanes.calls->facts(l->lane);
	struct cover *c = lane_cover(f, l);
	enum blk_status status = read_out(f, l);

	if (status == BLK_OK)
		status = take_damage(f, l);
	if (status == BLK_OK)
		status = take_file(f, l);
	take_facts(f, l);
	if (l->covers) {
		c->active--;
		if (!facts->cut)
			cover_end(c, l->named, l->start, facts->last);
		else if (c->active == 0)
			cover_break(c, facts->last);
	} else if (facts->last != USEC_NONE) {
		cover_rib(c, facts->last);
	}
	f->heap[0] = f->heap[--f->heap_n];
	if (f->heap_n > 0)
		heap_down(f, 0);
	lane_free(f, l);
	return status;
}

/* --- runs --- */

/*
 * In a lane that began with a RIB: before a further RIB, or before updates
 * that follow it (files joined by hand), the time between is looked at as if
 * a file ended here and another began.
 */
static enum blk_status
turn(struct feed *f, struct feed_lane *l)
{
	const struct event *e = lane_head(l);
	struct cover *c = lane_cover(f, l);
	struct cover_gap gap;
	bool rib = is_rib_event(e);

	l->turned = true;
	cover_rib(c, l->last);
	if (!rib) {
		l->covers = true;
		l->named = false; /* which gives others precedence */
		heap_down(f, 0);
	}
	if (cover_begin(c, rib, false, e->time, &gap)) {
		c->active += !rib;
		return add_gap(f, lane_collector(f, l), l->file, &gap);
	}
	c->active += !rib;
	return BLK_OK;
}

static bool
is_turn(const struct feed_lane *l, const struct event *e)
{
	return !l->covers && (e->type == EVENT_RIB_BEGIN || !is_rib_event(e));
}

/* The first event of [pos, end) that is not earlier than limit. */
static uint32_t
find_end(const struct feed_lane *l, usec_t limit)
{
	const struct event_batch *b = &l->batch->ev;
	uint32_t low = l->pos, high = b->event_n;

	if (b->events[high - 1].time < limit)
		return high;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (b->events[mid].time < limit)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Until when the lane at the top may speak before somebody else. */
static usec_t
speaking_limit(const struct feed *f, const struct feed_lane *l)
{
	usec_t limit = f->open_at;

	for (size_t i = 1; i < 3 && i < f->heap_n; i++) {
		const struct feed_lane *o = f->heap[i];
		usec_t t = o->key + lane_has_precedence(l, o);

		if (t < limit)
			limit = t;
	}
	if (l->hole_at < l->hole_n && l->holes[l->hole_at].until < limit)
		limit = l->holes[l->hole_at].until;
	if (f->opt.until != USEC_NONE && f->opt.until < limit)
		limit = f->opt.until;
	return limit;
}

/* Cut the stretch of a RIB lane where turn has to look. */
static uint32_t
cut_turns(const struct feed_lane *l, uint32_t end)
{
	if (l->covers)
		return end;
	for (uint32_t i = l->pos + 1; i < end; i++)
		if (is_turn(l, &l->batch->ev.events[i]))
			return i;
	return end;
}

/*
 * Note what is heard in [pos, end).  Where it follows a silence, the stretch
 * is cut before it, or (at its very start) the silence is told first.
 */
static uint32_t
cut_silence(struct feed *f, struct feed_lane *l, uint32_t end,
    struct cover_gap *gap, bool *silent)
{
	const struct event *events = l->batch->ev.events;
	struct cover *c = lane_cover(f, l);

	*silent = false;
	if (c->seen != USEC_NONE && !is_rib_event(&events[end - 1]) &&
	    events[end - 1].time - c->seen <= c->longest) {
		c->seen = events[end - 1].time;
		for (uint32_t i = l->pos; i < end && !cover_knows(c); i++)
			c->seen_n += event_begins(&events[i]);
		return end;
	}
	for (uint32_t i = l->pos; i < end; i++) {
		struct cover before;

		if (is_rib_event(&events[i]))
			continue;
		if (events[i].time == c->seen) {
			c->seen_n += event_begins(&events[i]);
			continue;
		}
		before = *c;
		if (!cover_hear(c, events[i].time, gap)) {
			c->seen_n += event_begins(&events[i]);
			continue;
		}
		if (i == l->pos) {
			*silent = true;
			return end;
		}
		*c = before; /* to be met again as the first of a stretch */
		return i;
	}
	return end;
}

static void
give_run(
    struct feed *f, struct feed_lane *l, uint32_t end, struct feed_run *run)
{
	*run = (struct feed_run){.collector = lane_collector(f, l),
	    .lane = (unsigned)l->file,
	    .batch = &l->batch->ev,
	    .first = l->pos,
	    .n = end - l->pos};
	f->now = l->last = l->batch->ev.events[end - 1].time;
	l->pos = end;
	l->turned = false;
	if (end == l->batch->ev.event_n) {
		f->spent = l;
		return;
	}
	set_key(l);
	heap_down(f, 0);
}

/* The mark of the record that begins with e; 0: it has none. */
static uint64_t
event_mark(const struct event_batch *b, const struct event *e)
{
	if (event_is_message(e))
		return event_message(b, e).mark;
	switch ((enum event_type)e->type) {
	case EVENT_STATE:
		return e->state.mark;
	case EVENT_NOTHING:
		return e->nothing.mark;
	default:
		return 0;
	}
}

/*
 * Go on from judged to end, a record at a time, up to the first one that must
 * be left out: it then lies from judged to drop_to.
 */
static enum blk_status
judge_repeats(struct feed *f, struct feed_lane *l, uint32_t end)
{
	const struct event_batch *b = &l->batch->ev;
	const struct event *events = b->events;
	struct repeats *r = &f->sources[lane_collector(f, l)].repeats;

	while (l->judged < end) {
		const struct event *e = &events[l->judged];
		uint64_t mark = event_mark(b, e);
		bool repeat = false, nothing = e->type == EVENT_NOTHING;
		uint32_t next = l->judged + 1;

		/* without a mark it goes on with a record of the last batch */
		if (mark != 0 || is_rib_event(e))
			l->dropping = false;

		if (mark != 0 &&
		    !repeats_note(r, e->time, mark, l->file, &repeat))
			return BLK_ENOMEM;
		while (next < end && event_mark(b, &events[next]) == 0 &&
		    !is_rib_event(&events[next]))
			next++;
		l->dropping = l->dropping || repeat || nothing;
		if (l->dropping) {
			l->drop_to = next;
			l->repeat_n += repeat;
			l->repeat_skipped_n += repeat && nothing;
			return BLK_OK;
		}
		l->judged = next;
	}
	return BLK_OK;
}

/*
 * Leave out what was found to be a repeat.  At the end of a batch its peers are
 * told all the same: later batches may speak of them.
 */
static enum blk_status
drop(struct feed *f, struct feed_lane *l, struct feed_run *run)
{
	f->now = l->last = l->batch->ev.events[l->drop_to - 1].time;
	l->pos = l->judged = l->drop_to;
	l->turned = false;
	if (l->pos == l->batch->ev.event_n) {
		*run = (struct feed_run){.collector = lane_collector(f, l),
		    .lane = (unsigned)l->file,
		    .batch = &l->batch->ev,
		    .first = l->pos};
		f->spent = l;
		return BLK_OK;
	}
	set_key(l);
	heap_down(f, 0);
	return BLK_END;
}

/*
 * Let the lane at the top speak.  BLK_END: something else comes first; look
 * again.
 */
static enum blk_status
speak(struct feed *f, struct feed_lane *l, struct feed_run *run)
{
	const struct event *e = lane_head(l);
	struct cover_gap gap;
	enum blk_status status = BLK_OK;
	uint32_t end = find_end(l, speaking_limit(f, l));
	bool silent;

	if (f->a->collectors[lane_collector(f, l)].overlap) {
		if (l->judged >= l->drop_to)
			status = judge_repeats(f, l, end);
		if (status != BLK_OK)
			return status;
		if (l->pos == l->judged)
			return drop(f, l, run);
		if (end > l->judged)
			end = l->judged;
	}
	if (is_turn(l, e) && !l->turned && l->last != USEC_NONE) {
		status = turn(f, l);
		return status == BLK_OK ? BLK_END : status;
	}
	end = cut_turns(l, end);
	end = cut_silence(f, l, end, &gap, &silent);
	if (silent) {
		lane_cover(f, l)->seen = USEC_NONE;
		status = add_gap(f, lane_collector(f, l), l->file, &gap);
		return status == BLK_OK ? BLK_END : status;
	}
	give_run(f, l, end, run);
	return BLK_OK;
}

/* The lane at the top, whatever it is up to.  As speak. */
static enum blk_status
look(struct feed *f, struct feed_lane *l, struct feed_run *run)
{
	const struct event *e = lane_head(l);
	enum blk_status status = BLK_OK;

	if (!l->started)
		status = begin_lane(f, l);
	else if (l->hole_at < l->hole_n && l->key == l->holes[l->hole_at].until)
		status = pass_hole(f, l);
	else if (e == NULL ||
	    (f->opt.until != USEC_NONE && e->time >= f->opt.until))
		status = end_lane(f, l);
	else
		return speak(f, l, run);
	return status == BLK_OK ? BLK_END : status;
}

/* --- the end --- */

static int
cmp_told(const void *pa, const void *pb)
{
	const struct feed_told *a = pa, *b = pb;

	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->damage.offset != b->damage.offset)
		return a->damage.offset < b->damage.offset ? -1 : 1;
	return strcmp(a->damage.what, b->damage.what);
}

static enum blk_status
list_damage(struct feed *f)
{
	if (f->told_n > 1)
		qsort(f->told, f->told_n, sizeof(*f->told), cmp_told);
	f->damage = calloc(f->told_n + 1, sizeof(*f->damage));
	if (f->damage == NULL)
		return BLK_ENOMEM;
	for (size_t i = 0; i < f->told_n; i++)
		f->damage[i] = f->told[i].damage;
	return BLK_OK;
}

/* Gaps that reach the end of the data. */
static enum blk_status
finish(struct feed *f)
{
	enum blk_status status = BLK_OK;

	f->finished = true;
	for (unsigned c = 0; c < f->a->collector_n; c++) {
		struct feed_source *s = &f->sources[c];
		struct cover_gap gap;
		usec_t end = f->now;

		if (s->beyond != USEC_NONE && f->opt.until > end)
			end = f->opt.until;
		if (end != INT64_MIN && cover_finish(&s->cover, end, &gap) &&
		    status == BLK_OK)
			status = add_gap(f, c, s->last_file, &gap);
	}
	return status == BLK_OK ? list_damage(f) : status;
}

/* --- the header's functions --- */

static void
share_files(struct feed *f)
{
	for (unsigned c = 0; c < f->a->collector_n; c++) {
		cover_init(&f->sources[c].cover, f->a->collectors[c].cadence);
		f->sources[c].beyond = USEC_NONE;
		f->stats[c].first = f->stats[c].last = USEC_NONE;
	}
	for (size_t i = 0; i < f->a->file_n; i++) {
		f->files[i].compression = "";
		f->files[i].first = f->files[i].last = USEC_NONE;
	}
	/* files stand collector by collector */
	for (size_t i = f->a->file_n; i-- > 0;) {
		struct feed_source *s = &f->sources[f->a->files[i].collector];

		if (s->end == 0)
			s->end = i + 1;
		s->next = i;
	}
}

enum blk_status
feed_of_lanes(struct feed **out, const struct archive *a,
    const struct feed_options *opt, struct lanes lanes)
{
	struct feed *f = calloc(1, sizeof(*f));

	if (f == NULL) {
		lanes_free(&lanes);
		return BLK_ENOMEM;
	}
	f->a = a;
	f->opt = *opt;
	f->lanes = lanes;
	f->now = INT64_MIN;
	f->sources = calloc(a->collector_n + 1, sizeof(*f->sources));
	f->stats = calloc(a->collector_n + 1, sizeof(*f->stats));
	f->files = calloc(a->file_n + 1, sizeof(*f->files));
	f->ahead = calloc(a->collector_n + 1, sizeof(*f->ahead));
	f->expected = calloc(
	    lanes.calls->expect_max(lanes.self) + 1, sizeof(*f->expected));
	if (f->sources == NULL || f->stats == NULL || f->files == NULL ||
	    f->ahead == NULL || f->expected == NULL ||
	    batch_add_event(&f->gap_batch) == NULL) {
		feed_free(f);
		return BLK_ENOMEM;
	}
	share_files(f);
	*out = f;
	return BLK_OK;
}

enum blk_status
feed_new(
    struct feed **out, const struct archive *a, const struct feed_options *opt)
{
	struct lanes lanes;
	enum blk_status status = lanes_of_files(&lanes, a, opt);

	return status == BLK_OK ? feed_of_lanes(out, a, opt, lanes) : status;
}

static void
source_fini(struct feed_source *s)
{
	peerset_fini(&s->peers);
	repeats_fini(&s->repeats);
}

void
feed_free(struct feed *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->heap_n; i++)
		lane_free(f, f->heap[i]);
	for (size_t i = 0; i < f->told_n; i++) {
		free(f->told[i].damage.file);
		free(f->told[i].damage.what);
	}
	lanes_free(&f->lanes);
	free(f->expected);
	free(f->ahead);
	free(f->heap);
	free(f->told);
	free(f->damage);
	free(f->gaps);
	batch_fini(&f->gap_batch);
	for (size_t i = 0; f->sources != NULL && i < f->a->collector_n; i++)
		source_fini(&f->sources[i]);
	for (size_t i = 0; f->files != NULL && i < f->a->file_n; i++)
		free(f->files[i].kinds);
	free(f->sources);
	free(f->stats);
	free(f->files);
	free(f);
}

/* Take back the batch that was lent and used up. */
static enum blk_status
renew_spent(struct feed *f)
{
	struct feed_lane *l = f->spent;
	enum blk_status status;

	if (l == NULL)
		return BLK_OK;
	f->spent = NULL;
	f->lanes.calls->give_back(f->lanes.self, l->batch);
	l->batch = NULL;
	status = fetch(f, l);
	set_key(l);
	heap_down(f, 0); /* it still stands at the top */
	return status;
}

enum blk_status
feed_next(struct feed *f, struct feed_run *run)
{
	enum blk_status status = renew_spent(f);

	while (status == BLK_OK || status == BLK_END) {
		if (f->gap_at < f->gap_n) {
			give_gap(f, run);
			return BLK_OK;
		}
		if (f->finished)
			return BLK_END;
		status = open_due(f);
		if (status != BLK_OK)
			break;
		if (f->heap_n == 0) {
			status = finish(f);
			continue;
		}
		status = look(f, f->heap[0], run);
		if (status == BLK_OK)
			return status;
	}
	return status;
}

const struct damage *
feed_damage(const struct feed *f, size_t *n)
{
	*n = f->damage != NULL ? f->told_n : 0;
	return f->damage;
}

const struct feed_collector *
feed_collectors(const struct feed *f)
{
	return f->stats;
}

const struct feed_file *
feed_files(const struct feed *f)
{
	return f->files;
}

uint64_t
feed_raw_bytes(const struct feed *f)
{
	uint64_t n = f->raw_bytes;

	for (size_t i = 0; i < f->heap_n; i++)
		n += f->lanes.calls->facts(f->heap[i]->lane)->raw_bytes;
	return n;
}

uint64_t
feed_files_done(const struct feed *f)
{
	return f->files_done;
}
