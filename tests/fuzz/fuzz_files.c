#include <cjson/cJSON.h>

#include "blackout/archive.h"
#include "blackout/feed.h"
#include "blackout/info.h"
#include "blackout/report.h"
#include "fuzz/fuzz.h"

/*
 * Several files of one collector, which may overlap, repeat and contradict each
 * other: the archive, the feed, and what info counts and reports.  The input is
 * the files, with a mark between them.
 */

static const uint8_t mark[4] = {0xf1, 0x1e, 0xf1, 0x1e};

/* One way to read the files. */
struct reading {
	struct feed *feed;
	struct info_count *count;
	usec_t time;
	uint64_t digest;
	uint32_t peer_n[FUZZ_FILES_MAX]; /* told of, by lane */
};

/* How many bytes come before the next mark; all, if there is none. */
static size_t
next_mark(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i + sizeof(mark) <= size; i++)
		if (memcmp(data + i, mark, sizeof(mark)) == 0)
			return i;
	return size;
}

static size_t
make_files(const uint8_t *data, size_t size, const char *paths[FUZZ_FILES_MAX])
{
	unsigned n = 0;
	size_t len;

	do {
		len = next_mark(data, size);
		paths[n] = fuzz_file_at(n, data, len);
		n++;
		if (len < size) {
			data += len + sizeof(mark);
			size -= len + sizeof(mark);
		} else {
			len = size = 0;
		}
	} while (n < FUZZ_FILES_MAX && size > 0);
	return n;
}

/* Each event is of a peer that was told with it or before. */
static void
check_peers(struct reading *r, const struct feed_run *run)
{
	const struct event_batch *b = run->batch;
	uint32_t *told = &r->peer_n[run->lane];

	LAW(b->peer_n == 0 || b->peer_base <= *told, "no peer is left out");
	if (b->peer_n > 0 && b->peer_base + b->peer_n > *told)
		*told = b->peer_base + b->peer_n;
	for (uint32_t i = run->first; i < run->first + run->n; i++)
		LAW(b->events[i].type > EVENT_REFUSE ||
			b->events[i].peer < *told,
		    "events are of peers that were told");
}

static void
check_run(
    struct reading *r, const struct archive *a, const struct feed_run *run)
{
	const struct event_batch *b = run->batch;

	LAW(run->collector < a->collector_n && run->lane < a->file_n &&
		a->files[run->lane].collector == run->collector,
	    "a run is of a file and of its collector");
	LAW(run->first <= b->event_n && run->n <= b->event_n - run->first,
	    "a run lies in its batch");
	check_peers(r, run);
	for (uint32_t i = run->first; i < run->first + run->n; i++) {
		const struct event *e = &b->events[i];

		r->digest = fuzz_digest(r->digest, (uint64_t)e->time);
		r->digest = fuzz_digest(r->digest, e->type);
		if (e->type == EVENT_GAP) {
			LAW(e->gap.from < e->time, "a gap has a length");
			continue;
		}
		LAW(r->time == USEC_NONE || e->time >= r->time,
		    "times of runs never step back");
		r->time = e->time;
	}
}

static enum blk_status
read_once(struct reading *r, const struct archive *a, unsigned threads)
{
	const struct feed_options opt = {
	    .until = USEC_NONE, .threads = threads};
	struct feed_run run;
	enum blk_status status;

	*r = (struct reading){.time = USEC_NONE, .digest = FUZZ_DIGEST};
	LAW(feed_new(&r->feed, a, &opt) == BLK_OK, "a feed is made");
	LAW(info_count_new(&r->count, a) == BLK_OK, "a count is made");
	while ((status = feed_next(r->feed, &run)) == BLK_OK) {
		check_run(r, a, &run);
		LAW(info_count_apply(r->count, &run) == BLK_OK,
		    "a count takes events");
	}
	return status;
}

static void
reading_fini(struct reading *r)
{
	info_count_free(r->count);
	feed_free(r->feed);
}

/* The archive of the files, read to its end. */
static struct archive *
read_all(
    struct reading *r, const char *const *paths, size_t n, unsigned threads)
{
	struct archive *a;
	enum blk_status status;

	LAW(archive_scan(&a, paths, n) == BLK_OK &&
		archive_peek(a, false) == BLK_OK,
	    "an archive is found");
	status = read_once(r, a, threads);
	if (status == BLK_EUSAGE) {
		reading_fini(r);
		LAW(archive_peek(a, true) == BLK_OK, "all can be looked into");
		status = read_once(r, a, threads);
	}
	LAW(status == BLK_END, "a feed ends");
	return a;
}

static void
check_books(const struct feed *f, const struct archive *a)
{
	const struct feed_collector *c = feed_collectors(f);
	uint64_t sum = 0, records = 0;
	const struct damage *d;
	size_t n;

	for (size_t i = 0; i < a->file_n; i++) {
		const struct feed_file *file = &feed_files(f)[i];
		uint64_t kinds = 0;

		LAW(file->repeats <= file->records &&
			file->skipped <= file->records,
		    "no more is left out than there is");
		LAW((file->first == USEC_NONE) == (file->records == 0) &&
			(file->last == USEC_NONE) == (file->records == 0),
		    "records have times");
		for (size_t k = 0; k < file->kind_n; k++)
			kinds += file->kinds[k].n;
		LAW(kinds == file->records, "each record is of a kind");
		sum += file->records - file->repeats;
	}
	for (size_t i = 0; i < a->collector_n; i++)
		records += c[i].records;
	LAW(records == sum, "a collector's records are those of its files");
	d = feed_damage(f, &n);
	for (size_t i = 0; i < n; i++)
		LAW(d[i].what[0] != '\0' && d[i].count > 0 &&
			(d[i].lost_from == USEC_NONE ||
			    d[i].lost_until == USEC_NONE ||
			    d[i].lost_from < d[i].lost_until),
		    "damage has words, and a span with a length");
}

static void
check_info(const struct info *info, const struct archive *a)
{
	LAW(info->collector_n == a->collector_n && info->file_n == a->file_n,
	    "all is counted");
	for (size_t i = 0; i < info->peer_n; i++) {
		const struct info_peer *p = &info->peers[i];

		LAW(p->collector < a->collector_n, "a peer has a collector");
		LAW((p->first == USEC_NONE) == (p->last == USEC_NONE) &&
			p->first <= p->last,
		    "a first word is before a last one");
		for (unsigned f = 0; f < 2; f++)
			LAW(!p->full_feed[f] || p->table[f] > 0,
			    "a full feed has routes");
	}
	for (size_t i = 0; i < info->collector_n; i++) {
		const struct info_collector *c = &info->collectors[i];

		for (size_t k = 0; k < c->gap_n; k++)
			LAW(c->gaps[k].start < c->gaps[k].end &&
				(k == 0 ||
				    c->gaps[k - 1].start <= c->gaps[k].start),
			    "gaps have a length, and are in order");
	}
	for (size_t i = 0; i < info->rib_n; i++)
		LAW(info->ribs[i].collector < a->collector_n &&
			info->ribs[i].file < a->file_n,
		    "a RIB is of a file");
}

/* Every format that tells what is in an archive. */
static void
check_reports(const struct report_info *in)
{
	const struct report_style style = {.colour = false};
	const char *name;

	for (size_t i = 0; (name = report_format_name(i)) != NULL; i++) {
		const struct report_format *format = report_format_find(name);
		char *text = NULL;
		size_t len = 0;
		FILE *f;

		if (format->info == NULL)
			continue;
		f = open_memstream(&text, &len);
		LAW(f != NULL && format->info(f, in, &style) == BLK_OK,
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

static void
check_count(struct reading *r, const struct archive *a, bool all)
{
	struct report_info in = {.archive = a,
	    .collectors = feed_collectors(r->feed),
	    .files = feed_files(r->feed),
	    .full_feed = 0.75,
	    .all_files = all,
	    .all_peers = all};
	struct info *info;

	LAW(info_count_finish(r->count, 0.75, &info) == BLK_OK, "a count ends");
	check_info(info, a);
	in.info = info;
	in.damage = feed_damage(r->feed, &in.damage_n);
	check_reports(&in);
	info_free(info);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint64_t pick = fuzz_pick(data, size);
	const char *paths[FUZZ_FILES_MAX], *back[FUZZ_FILES_MAX];
	struct reading r, other;
	struct archive *a;
	size_t n;

	if (size > (1u << 16))
		return 0;
	n = make_files(data, size, paths);
	a = read_all(&r, paths, n, 1);
	check_books(r.feed, a);
	check_count(&r, a, pick % 2 == 0);
	reading_fini(&r);
	archive_free(a);

	for (size_t i = 0; i < n; i++)
		back[i] = paths[n - 1 - i];
	a = read_all(&other, back, n, pick % 8 == 0 ? 3 : 1);
	LAW(other.digest == r.digest,
	    "neither the order of files nor threads change anything");
	reading_fini(&other);
	archive_free(a);
	return 0;
}
