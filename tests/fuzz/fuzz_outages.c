#include <cjson/cJSON.h>

#include "blackout/archive.h"
#include "blackout/feed.h"
#include "blackout/outage.h"
#include "blackout/report.h"
#include "blackout/state.h"
#include "fuzz/fuzz.h"

/* A file to the end: archive, feed, state, outages, and each report on them. */

#define WATCHED_MAX 6u

/* Who is watched: the first origins that the file names. */
struct origins {
	uint32_t asns[WATCHED_MAX];
	size_t n;
};

static void
note_origin(struct origins *o, uint32_t asn)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->asns[i] == asn)
			return;
	if (o->n < WATCHED_MAX && asn != EVENT_NO_ORIGIN)
		o->asns[o->n++] = asn;
}

static void
note_origins(struct origins *o, const struct feed_run *run)
{
	const struct event_batch *b = run->batch;

	for (uint32_t i = run->first; i < run->first + run->n; i++) {
		const struct event *e = &b->events[i];

		if (e->type == EVENT_ANNOUNCE && e->origin_n == 1)
			note_origin(o, *event_origins(b, e));
		for (uint32_t k = 0;
		     e->type == EVENT_RIB_PREFIX && k < e->rib.n; k++)
			if (b->entries[e->rib.first + k].origin_n == 1)
				note_origin(o,
				    *event_entry_origins(
					b, &b->entries[e->rib.first + k]));
	}
}

/* One way to read the archive. */
struct reading {
	struct archive *archive;
	struct feed *feed;
	struct state *state; /* NULL: events are only looked at */
	struct origins origins;
	usec_t time;
	uint64_t digest;
};

static void
check_run(struct reading *r, const struct feed_run *run)
{
	const struct event_batch *b = run->batch;

	LAW(run->collector < r->archive->collector_n &&
		run->lane < r->archive->file_n,
	    "a run is of a file and of a collector");
	LAW(run->first <= b->event_n && run->n <= b->event_n - run->first,
	    "a run lies in its batch");
	for (uint32_t i = run->first; i < run->first + run->n; i++) {
		const struct event *e = &b->events[i];

		LAW(e->type == EVENT_GAP || r->time == USEC_NONE ||
			e->time >= r->time,
		    "times of runs never step back");
		LAW(e->type != EVENT_GAP ||
			(run->n == 1 && b->peer_n == 0 &&
			    e->gap.from < e->time),
		    "a gap is a run of its own, and has a length");
		if (e->type != EVENT_GAP)
			r->time = e->time;
		r->digest = fuzz_digest(r->digest, (uint64_t)e->time);
		r->digest = fuzz_digest(r->digest, e->type);
	}
}

static void
check_damage(const struct feed *f, size_t size)
{
	const struct damage *d;
	size_t n;

	d = feed_damage(f, &n);
	for (size_t i = 0; i < n; i++) {
		LAW(d[i].file != NULL && d[i].what[0] != '\0' &&
			d[i].count > 0 && d[i].offset <= size,
		    "damage has a place and words");
		LAW(i == 0 || d[i].offset >= d[i - 1].offset,
		    "damage is in the order of the file");
	}
}

/* Read all; false: the order of the files was wrong, which one cannot have. */
static void
read_all(struct reading *r, size_t size, unsigned threads)
{
	const struct feed_options opt = {
	    .until = USEC_NONE, .threads = threads};
	struct feed_run run;
	enum blk_status status;

	r->time = USEC_NONE;
	r->digest = FUZZ_DIGEST;
	LAW(feed_new(&r->feed, r->archive, &opt) == BLK_OK, "a feed is made");
	while ((status = feed_next(r->feed, &run)) == BLK_OK) {
		check_run(r, &run);
		if (r->state == NULL)
			note_origins(&r->origins, &run);
		else
			LAW(state_apply(r->state, &run) == BLK_OK,
			    "a state takes events");
	}
	LAW(status == BLK_END, "a feed ends");
	check_damage(r->feed, size);
}

/* The data's last moment, or that of a gap that reaches beyond its last word */
static usec_t
last_moment(const struct timeline *t)
{
	usec_t last = t->end;

	for (size_t i = 0; i < t->collector_n; i++)
		for (size_t k = 0; k < t->collectors[i].gap_n; k++) {
			const struct tl_gap *g = &t->collectors[i].gaps[k];

			LAW(g->start < g->end, "a gap has a length");
			last = g->end > last ? g->end : last;
		}
	return last + 1; /* "right after" */
}

static void
check_timeline(const struct timeline *t)
{
	const usec_t last = last_moment(t);

	for (size_t i = 0; i < t->session_n; i++) {
		const struct tl_session *s = &t->sessions[i];

		LAW(s->collector < t->collector_n, "a session's collector");
		for (size_t k = 0; k < s->log_n; k++)
			LAW(s->log[k].change <= TL_SIZE &&
				s->log[k].family < 2 && s->log[k].time <= last,
			    "a session's log");
	}
	for (size_t i = 0; i < t->prefix_n; i++) {
		const struct tl_prefix *p = &t->prefixes[i];

		for (size_t k = 0; k < p->log_n; k++) {
			const struct tl_entry *e = &p->log[k];

			LAW(e->session <
				(e->is_group ? t->groups.n : t->session_n),
			    "a route's session is one");
			LAW(e->state <= TL_ABSENT && e->time <= last,
			    "a route's log");
			LAW(!e->is_set || e->origin < t->sets.n,
			    "a route's origins are a set");
			LAW(e->state != TL_ABSENT || e->origin <= t->paths.n,
			    "a lost route had a path");
		}
	}
}

static void
check_blackouts(const struct outage_window *w, const struct timeline *t)
{
	const usec_t end = w->end != USEC_NONE ? w->end : t->end;
	usec_t before = w->start;

	for (size_t i = 0; i < w->blackout_n; i++) {
		const struct outage_span *b = &w->blackouts[i];
		const usec_t until = b->end != USEC_NONE ? b->end : end;

		LAW(b->start >= before && until >= b->start && until <= end,
		    "blackouts lie inside of their window, in order");
		LAW(b->duration >= 0, "a blackout has a length");
		before = until;
	}
}

static void
check_window(const struct outage_window *w, const struct timeline *t)
{
	const bool ongoing = w->end == USEC_NONE;
	bool withdrawn = false;

	LAW(w->start >= t->start && w->start <= t->end,
	    "it starts in the data");
	LAW(ongoing || (w->start < w->end && w->end <= t->end),
	    "it ends in the data, after its start");
	LAW(w->start_known == (w->start_earliest != USEC_NONE),
	    "a start is known or not");
	LAW(!w->start_known || w->start_earliest < w->start,
	    "it was up before it was down");
	LAW(ongoing || w->end_earliest < w->end,
	    "it was down before it was up");
	LAW(usec_floor_sec(w->end_earliest) >= usec_floor_sec(w->start),
	    "it was down at its start");
	LAW(w->unknown >= 0 && w->unknown <= w->duration,
	    "no more is unknown than all of it");
	LAW(ongoing || w->duration == w->end - w->start, "its length");
	LAW(w->loss > 0 && w->loss <= 1, "a share is one");
	LAW(w->prefixes_lost > 0 && w->prefixes_lost <= w->prefixes_total,
	    "no more is lost than there is");
	LAW(w->still_carrying <= w->voting, "those who carry it vote");
	check_blackouts(w, t);
	for (size_t i = 0; i < w->prefix_n; i++) {
		const struct outage_prefix *p = &w->prefixes[i];

		withdrawn |= p->kind == OUTAGE_WITHDRAWN;
		LAW(p->kind <= OUTAGE_COVERED &&
			(p->end == USEC_NONE || p->start <= p->end),
		    "a prefix's stretch is one");
		LAW(p->visibility_min >= 0 && p->visibility_min <= 1,
		    "a share is one");
	}
	LAW(withdrawn, "something is withdrawn in an outage");
	for (size_t i = 0; i < w->collector_n; i++)
		LAW(w->collectors[i] < t->collector_n &&
			(i == 0 || w->collectors[i] > w->collectors[i - 1]),
		    "collectors are some, sorted");
}

static void
check_result(const struct outage_result *r, const struct timeline *t)
{
	for (size_t i = 0; i < r->as_n; i++) {
		const struct outage_as *a = &r->ases[i];

		LAW(a->availability >= 0 && a->availability <= 1,
		    "availability is a share");
		LAW(a->window_n == 0 || (a->seen && a->verdict),
		    "only what was seen is gone");
		for (size_t k = 0; k < a->window_n; k++) {
			check_window(&a->windows[k], t);
			LAW(k == 0 ||
				(a->windows[k - 1].end != USEC_NONE &&
				    a->windows[k - 1].end <=
					a->windows[k].start),
			    "windows do not overlap");
		}
		for (size_t k = 0; k < a->known_n; k++)
			LAW(k == 0 || a->known[k - 1].end <= a->known[k].start,
			    "what is known is in order");
	}
}

/* Every format; what is JSON can be read back. */
static void
check_reports(const struct report_input *in)
{
	const struct report_style style = {.columns = 100, .utf8 = true};
	const char *name;

	for (size_t i = 0; (name = report_format_name(i)) != NULL; i++) {
		char *text = NULL;
		size_t len = 0;
		FILE *f = open_memstream(&text, &len);

		LAW(f != NULL &&
			report_format_find(name)->outages(f, in, &style) ==
			    BLK_OK,
		    "a report is written");
		fclose(f);
		if (strcmp(name, "json") == 0) {
			cJSON *o = cJSON_ParseWithLength(text, len);

			LAW(cJSON_IsObject(o), "a report is JSON");
			cJSON_Delete(o);
		}
		free(text);
	}
}

/* Watch something, judge it, report on it. */
static void
judge(struct archive *a, size_t size, const struct state_params *watch,
    const struct outage_params *params)
{
	struct reading r = {.archive = a};
	const struct report_query query = {.asns = watch->asns,
	    .asn_n = watch->asn_n,
	    .prefixes = watch->prefixes,
	    .prefix_n = watch->prefix_n,
	    .more_specific = watch->more_specific,
	    .params = params};
	struct report_input in = {.query = &query, .archive = a};
	struct outage_result *result;
	struct timeline *t;

	LAW(state_new(&r.state, watch, a->collector_n) == BLK_OK,
	    "a state is made");
	read_all(&r, size, 1);
	LAW(state_finish(r.state, &t) == BLK_OK, "a state ends");
	check_timeline(t);
	LAW(outage_find(&result, t, params) == BLK_OK, "outages are found");
	check_result(result, t);
	in.result = result;
	in.timeline = t;
	in.collectors = feed_collectors(r.feed);
	in.damage = feed_damage(r.feed, &in.damage_n);
	check_reports(&in);
	outage_free(result);
	timeline_free(t);
	state_free(r.state);
	feed_free(r.feed);
}

/* The number of threads changes nothing; seldom, for it takes its time. */
static void
check_threads(struct archive *a, size_t size, uint64_t digest)
{
	struct reading r = {.archive = a};

	read_all(&r, size, 3);
	LAW(r.digest == digest, "any number of threads reads the same");
	feed_free(r.feed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t pick = fuzz_pick(data, size);
	const struct prefix all[] = {{.afi = AFI_IPV4}, {.afi = AFI_IPV6}};
	struct outage_params params = outage_params_default();
	struct state_params watch = {
	    .prefixes = all, .prefix_n = 2, .more_specific = true};
	struct reading r = {0};
	const char *path;

	if (fuzz_is_compressed(data, size) || size > (1u << 16))
		return 0;
	path = fuzz_file(data, size);
	LAW(archive_scan(&r.archive, &path, 1) == BLK_OK &&
		archive_peek(r.archive, false) == BLK_OK,
	    "an archive is found");
	if (r.archive->file_n > 0) {
		read_all(&r, size, 1);
		feed_free(r.feed);
		if (pick % 16 == 0)
			check_threads(r.archive, size, r.digest);
		if (pick % 4 != 0) /* small inputs have few peers */
			params.min_peers = 1;
		if (pick % 8 == 1)
			params.weight = OUTAGE_BY_ADDRESSES;
		judge(r.archive, size, &watch, &params);
		watch = (struct state_params){
		    .asns = r.origins.asns, .asn_n = r.origins.n};
		judge(r.archive, size, &watch, &params);
	}
	archive_free(r.archive);
	return 0;
}
