/*
 * Counting.  Peers are numbered per collector by the set the feed uses; each
 * lane keeps which of its peers is which of them.  Sizes of tables carry the
 * serial number of the RIB they are from, so that at the end those of earlier
 * RIBs, which later ones no longer list, can be told from the last.
 */
#include "blackout/info.h"

#include <stdlib.h>

#include "base/compare.h"
#include "base/vec.h"
#include "blackout/mrt.h"
#include "feed/peerset.h"

/* Of RIBs' distances, how far one may lie from the usual: a twentieth. */
#define RHYTHM_SLACK 20

struct count_peer {
	struct info_peer info;
	uint32_t serial[2]; /* of the RIB that tells table */
};

struct count_collector {
	struct peerset ids;
	struct count_peer *peers; /* as in ids */
	size_t peer_n, peer_cap;
	uint32_t serial[2]; /* of the RIB that tells the tables */
};

struct count_lane {
	uint32_t *peers; /* numbers in the collector */
	size_t peer_n, peer_cap;
	usec_t rib_time;
	uint32_t rib_prefix_n[2];
};

struct info_count {
	struct info *info;
	struct count_collector *collectors;
	size_t collector_n;
	struct count_lane *lanes; /* one per file */
	size_t lane_n;
	uint32_t serial; /* of the last RIB */
};

void
info_free(struct info *info)
{
	if (info == NULL)
		return;
	for (size_t i = 0; info->collectors != NULL && i < info->collector_n;
	     i++)
		free(info->collectors[i].gaps);
	free(info->collectors);
	free(info->files);
	free(info->peers);
	free(info->ribs);
	free(info);
}

void
info_count_free(struct info_count *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->collector_n; i++) {
		peerset_fini(&c->collectors[i].ids);
		free(c->collectors[i].peers);
	}
	for (size_t i = 0; i < c->lane_n; i++)
		free(c->lanes[i].peers);
	free(c->collectors);
	free(c->lanes);
	info_free(c->info);
	free(c);
}

static struct info *
info_new(const struct archive *a)
{
	struct info *info = calloc(1, sizeof(*info));

	if (info == NULL)
		return NULL;
	info->collectors =
	    calloc(a->collector_n + 1, sizeof(*info->collectors));
	info->files = calloc(a->file_n + 1, sizeof(*info->files));
	if (info->collectors == NULL || info->files == NULL) {
		info_free(info);
		return NULL;
	}
	info->collector_n = a->collector_n;
	info->file_n = a->file_n;
	return info;
}

enum blk_status
info_count_new(struct info_count **out, const struct archive *a)
{
	struct info_count *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return BLK_ENOMEM;
	c->info = info_new(a);
	if (c->info == NULL) {
		free(c);
		return BLK_ENOMEM;
	}
	c->collectors = calloc(a->collector_n + 1, sizeof(*c->collectors));
	c->lanes = calloc(a->file_n + 1, sizeof(*c->lanes));
	if (c->collectors == NULL || c->lanes == NULL) {
		info_count_free(c);
		return BLK_ENOMEM;
	}
	c->collector_n = a->collector_n;
	c->lane_n = a->file_n;
	*out = c;
	return BLK_OK;
}

/* --- peers --- */

/* A number for a peer of the collector; PEERSET_NONE: no memory. */
static uint32_t
get_peer(
    struct count_collector *c, unsigned collector, const struct event_peer *p)
{
	uint32_t i = peerset_get(&c->ids, &p->addr, p->asn);

	if (i == PEERSET_NONE || i < c->peer_n)
		return i;
	if (!vec_reserve(&c->peers, c->peer_n, &c->peer_cap, sizeof(*c->peers)))
		return PEERSET_NONE;
	c->peers[c->peer_n++] =
	    (struct count_peer){.info = {.collector = collector,
				    .addr = p->addr,
				    .asn = p->asn,
				    .first = USEC_NONE,
				    .last = USEC_NONE}};
	return i;
}

/* Note the peers of which the run's batch tells. */
static bool
take_peers(struct info_count *c, const struct feed_run *run)
{
	struct count_collector *col = &c->collectors[run->collector];
	struct count_lane *lane = &c->lanes[run->lane];
	const struct event_batch *b = run->batch;

	for (uint32_t i = 0; i < b->peer_n; i++) {
		uint32_t peer;

		/* told with an earlier stretch of the batch */
		if (b->peer_base + i < lane->peer_n)
			continue;
		peer = get_peer(col, run->collector, &b->peers[i]);
		if (peer == PEERSET_NONE ||
		    !vec_reserve(&lane->peers, lane->peer_n, &lane->peer_cap,
			sizeof(*lane->peers)))
			return false;
		lane->peers[lane->peer_n++] = peer;
	}
	return true;
}

/* The run's peer of that number in its lane. */
static struct count_peer *
peer_of(struct info_count *c, const struct feed_run *run, uint32_t peer)
{
	return &c->collectors[run->collector]
		    .peers[c->lanes[run->lane].peers[peer]];
}

static void
hear(struct info_peer *p, usec_t time)
{
	if (p->first == USEC_NONE || time < p->first)
		p->first = time;
	if (p->last == USEC_NONE || time > p->last)
		p->last = time;
}

/* --- events --- */

static void
count_message(struct info_words *w, const struct event *e,
    const struct event_batch *batch)
{
	const struct event_message m = event_message(batch, e);

	w->messages++;
	for (unsigned f = 0; f < 2; f++) {
		w->announced[f] += m.announce_n[f];
		w->withdrawn[f] += m.withdraw_n[f];
	}
}

static void
count_state(struct info_words *w, const struct event *e)
{
	bool was_up = e->state.from == MRT_FSM_ESTABLISHED;
	bool is_up = e->state.to == MRT_FSM_ESTABLISHED;

	w->states++;
	w->ups += is_up && !was_up;
	w->downs += was_up && !is_up;
}

/* An event that begins a message or is a change of state. */
static void
count_words(struct info_words *w, const struct event *e,
    const struct event_batch *batch)
{
	if (event_is_message(e))
		count_message(w, e, batch);
	else
		count_state(w, e);
}

static void
take_words(
    struct info_count *c, const struct feed_run *run, const struct event *e)
{
	struct info_peer *p = &peer_of(c, run, e->peer)->info;

	hear(p, e->time);
	count_words(&p->words, e, run->batch);
	count_words(&c->info->files[run->lane].words, e, run->batch);
	count_words(&c->info->collectors[run->collector].words, e, run->batch);
}

static void
begin_rib(struct count_lane *lane, const struct event *e)
{
	lane->rib_time = e->time;
	lane->rib_prefix_n[0] = lane->rib_prefix_n[1] = 0;
}

static bool
add_rib(struct info_count *c, const struct feed_run *run, const struct event *e)
{
	const struct count_lane *lane = &c->lanes[run->lane];
	struct info *info = c->info;

	if (!vec_reserve(
		&info->ribs, info->rib_n, &info->rib_cap, sizeof(*info->ribs)))
		return false;
	info->ribs[info->rib_n++] =
	    (struct info_rib){.collector = run->collector,
		.file = run->lane,
		.time = lane->rib_time,
		.whole = e->rib_end.complete,
		.peer_n = e->rib_end.n,
		.prefix_n = {lane->rib_prefix_n[0], lane->rib_prefix_n[1]}};
	return true;
}

/*
 * A whole RIB beats an earlier one, a damaged one only others of its kind.  It
 * says nothing of a family of which it has no route.
 */
static void
take_sizes(struct info_count *c, const struct feed_run *run,
    const struct event *e, unsigned family)
{
	struct info_collector *info = &c->info->collectors[run->collector];
	const struct event_size *sizes = run->batch->sizes + e->rib_end.first;

	if (c->lanes[run->lane].rib_prefix_n[family] == 0 ||
	    (info->tables[family] == INFO_TABLES_WHOLE && !e->rib_end.complete))
		return;
	info->tables[family] =
	    e->rib_end.complete ? INFO_TABLES_WHOLE : INFO_TABLES_PART;
	c->collectors[run->collector].serial[family] = c->serial;
	for (uint32_t i = 0; i < e->rib_end.n; i++) {
		struct count_peer *p = peer_of(c, run, sizes[i].peer);

		p->info.table[family] = sizes[i].prefix_n[family];
		p->serial[family] = c->serial;
	}
}

static bool
end_rib(struct info_count *c, const struct feed_run *run, const struct event *e)
{
	const struct event_size *sizes = run->batch->sizes + e->rib_end.first;

	c->serial++;
	take_sizes(c, run, e, 0);
	take_sizes(c, run, e, 1);
	for (uint32_t i = 0; i < e->rib_end.n; i++)
		hear(&peer_of(c, run, sizes[i].peer)->info,
		    c->lanes[run->lane].rib_time);
	return add_rib(c, run, e);
}

static bool
add_gap(struct info_collector *c, const struct event *e)
{
	if (!vec_reserve(&c->gaps, c->gap_n, &c->gap_cap, sizeof(*c->gaps)))
		return false;
	c->gaps[c->gap_n++] = (struct info_gap){.start = e->gap.from,
	    .end = e->time,
	    .reason = (enum gap_reason)e->gap.reason};
	return true;
}

static bool
apply(struct info_count *c, const struct feed_run *run, const struct event *e)
{
	struct count_lane *lane = &c->lanes[run->lane];

	if (event_begins(e))
		take_words(c, run, e);
	switch ((enum event_type)e->type) {
	case EVENT_RIB_BEGIN:
		begin_rib(lane, e);
		return true;
	case EVENT_RIB_PREFIX:
		lane->rib_prefix_n[e->afi == AFI_IPV6]++;
		return true;
	case EVENT_RIB_END:
		return end_rib(c, run, e);
	case EVENT_GAP:
		return add_gap(&c->info->collectors[run->collector], e);
	default:
		return true;
	}
}

enum blk_status
info_count_apply(struct info_count *c, const struct feed_run *run)
{
	if (!take_peers(c, run))
		return BLK_ENOMEM;
	for (uint32_t i = 0; i < run->n; i++)
		if (!apply(c, run, &run->batch->events[run->first + i]))
			return BLK_ENOMEM;
	return BLK_OK;
}

/* --- the end --- */

static int
cmp_peer(const void *pa, const void *pb)
{
	const struct info_peer *a = pa, *b = pb;
	int by_addr = ipaddr_cmp(&a->addr, &b->addr);

	if (a->collector != b->collector)
		return a->collector < b->collector ? -1 : 1;
	return by_addr != 0 ? by_addr : compare_u32(&a->asn, &b->asn);
}

static int
cmp_rib(const void *pa, const void *pb)
{
	const struct info_rib *a = pa, *b = pb;

	if (a->collector != b->collector)
		return a->collector < b->collector ? -1 : 1;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->file < b->file ? -1 : a->file > b->file;
}

static int
cmp_gap(const void *pa, const void *pb)
{
	const struct info_gap *a = pa, *b = pb;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->end < b->end ? -1 : a->end > b->end;
}

/* They may be told a little late. */
static void
sort_gaps(struct info *info)
{
	for (size_t i = 0; i < info->collector_n; i++) {
		struct info_collector *c = &info->collectors[i];

		if (c->gap_n > 1)
			qsort(c->gaps, c->gap_n, sizeof(*c->gaps), cmp_gap);
	}
}

/* All peers in one list, without sizes that are no longer true. */
static bool
list_peers(struct info_count *c)
{
	struct info *info = c->info;
	size_t n = 0;

	for (size_t i = 0; i < info->collector_n; i++)
		n += c->collectors[i].peer_n;
	info->peers = calloc(n + 1, sizeof(*info->peers));
	if (info->peers == NULL)
		return false;
	for (size_t i = 0; i < info->collector_n; i++) {
		const struct count_collector *col = &c->collectors[i];

		info->collectors[i].peer_n = (uint32_t)col->peer_n;
		for (size_t k = 0; k < col->peer_n; k++) {
			struct info_peer *p = &info->peers[info->peer_n++];

			*p = col->peers[k].info;
			for (unsigned f = 0; f < 2; f++)
				if (col->peers[k].serial[f] != col->serial[f])
					p->table[f] = 0;
		}
	}
	if (n > 1)
		qsort(info->peers, n, sizeof(*info->peers), cmp_peer);
	return true;
}

/* Who has a full feed of a family, by the whole tables of all collectors. */
static void
judge_feeds(struct info *info, unsigned family, double full_feed)
{
	uint32_t largest = 0;

	for (size_t i = 0; i < info->peer_n; i++) {
		const struct info_peer *p = &info->peers[i];
		struct info_collector *c = &info->collectors[p->collector];

		if (p->table[family] > c->largest[family])
			c->largest[family] = p->table[family];
		if (c->tables[family] == INFO_TABLES_WHOLE &&
		    p->table[family] > largest)
			largest = p->table[family];
	}
	for (size_t i = 0; i < info->peer_n; i++) {
		struct info_peer *p = &info->peers[i];
		struct info_collector *c = &info->collectors[p->collector];

		p->full_feed[family] = p->table[family] > 0 &&
		    c->tables[family] == INFO_TABLES_WHOLE &&
		    p->table[family] >= full_feed * largest;
		c->full_feed_n[family] += p->full_feed[family];
	}
}

/*
 * The usual one of n distances, in seconds, which are sorted: the median, if
 * more than half of them are about that long.
 */
static usec_t
rhythm(uint32_t *steps, size_t n)
{
	size_t near = 0;
	uint32_t median;

	if (n < 2)
		return USEC_NONE;
	qsort(steps, n, sizeof(*steps), compare_u32);
	median = steps[n / 2];
	for (size_t i = 0; i < n; i++) {
		uint32_t off =
		    steps[i] > median ? steps[i] - median : median - steps[i];

		near += off <= median / RHYTHM_SLACK;
	}
	return near * 2 > n ? (usec_t)median * USEC_PER_SEC : USEC_NONE;
}

/* The ribs are in order. */
static bool
learn_rib_cadences(struct info *info)
{
	uint32_t *steps = calloc(info->rib_n + 1, sizeof(*steps));
	size_t at = 0;

	if (steps == NULL)
		return false;
	for (unsigned c = 0; c < info->collector_n; c++) {
		size_t n = 0, first = at;

		for (; at < info->rib_n && info->ribs[at].collector == c;
		     at++) {
			const struct info_rib *r = &info->ribs[at];
			usec_t step = at > first ? r->time - r[-1].time : 0;

			if (step > 0 && step / USEC_PER_SEC <= UINT32_MAX)
				steps[n++] = (uint32_t)(step / USEC_PER_SEC);
		}
		info->collectors[c].rib_cadence = rhythm(steps, n);
	}
	free(steps);
	return true;
}

enum blk_status
info_count_finish(struct info_count *c, double full_feed, struct info **out)
{
	struct info *info = c->info;

	for (size_t i = 0; i < info->file_n; i++)
		info->files[i].peer_n = (uint32_t)compare_sort_distinct_u32(
		    c->lanes[i].peers, c->lanes[i].peer_n);
	sort_gaps(info);
	if (info->rib_n > 1)
		qsort(info->ribs, info->rib_n, sizeof(*info->ribs), cmp_rib);
	if (!list_peers(c) || !learn_rib_cadences(info))
		return BLK_ENOMEM;
	judge_feeds(info, 0, full_feed);
	judge_feeds(info, 1, full_feed);
	*out = info;
	c->info = NULL;
	return BLK_OK;
}
