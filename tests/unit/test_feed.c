#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include "blackout/feed.h"
#include "support/mrt_build.h"
#include "support/temp_dir.h"

/* Many files as one stream: its order, what it covers, what is missing. */

/* 2001-09-09 01:45:00, a quarter hour. */
#define T0 999999900u
#define QUARTER 900u

static struct temp_dir dir;
static struct mrt_build b;

static struct seen {
	struct event gaps[32];
	unsigned gap_collector[32];
	unsigned gap_n;
	uint64_t event_n, message_n, rib_n;
	usec_t first, last;
	struct feed_collector collectors[8];
	char what[8][128];
	struct damage damage[8];
	size_t damage_n;
	struct feed_file files[16];
	struct feed_kind kinds[16][2]; /* of them, the first two */
	char names[16][64];
	size_t file_n;
	uint32_t peer_n[16]; /* told of, by lane */
	uint64_t digest;     /* of all events but their lanes */
} seen;

static int
setup(void **state)
{
	(void)state;
	temp_dir_make(&dir);
	memset(&seen, 0, sizeof(seen));
	b.len = 0;
	b.depth = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	temp_dir_remove(&dir);
	return 0;
}

/* Every event is of a peer that was told of. */
static void
take_peers(const struct feed_run *run)
{
	const struct event_batch *eb = run->batch;
	uint32_t *told = &seen.peer_n[run->lane % 16];

	if (run->lane >= 16)
		return;
	if (eb->peer_base + eb->peer_n > *told) {
		assert_true(eb->peer_base <= *told);
		*told = eb->peer_base + eb->peer_n;
	}
	for (uint32_t i = run->first; i < run->first + run->n; i++)
		if (eb->events[i].type <= EVENT_REFUSE)
			assert_true(eb->events[i].peer < *told);
}

static void
take_run(const struct feed_run *run)
{
	take_peers(run);
	for (uint32_t i = run->first; i < run->first + run->n; i++) {
		const struct event *e = &run->batch->events[i];

		if (e->type == EVENT_GAP) {
			assert_true(e->time > e->gap.from);
			assert_true(seen.gap_n < 32);
			seen.gap_collector[seen.gap_n] = run->collector;
			seen.gaps[seen.gap_n++] = *e;
			continue;
		}
		if (seen.event_n++ == 0)
			seen.first = e->time;
		assert_true(seen.event_n == 1 || e->time >= seen.last);
		seen.last = e->time;
		seen.message_n += event_is_message(e);
		seen.rib_n += e->type == EVENT_RIB_BEGIN;
		seen.digest =
		    (seen.digest ^ (uint64_t)e->time ^ e->type) * 0x100000001b3;
	}
}

static void
take_files(const struct feed *f, const struct archive *a)
{
	seen.file_n = a->file_n;
	for (size_t i = 0; i < a->file_n && i < 16; i++) {
		const struct feed_file *file = &feed_files(f)[i];

		seen.files[i] = *file;
		for (size_t k = 0; k < file->kind_n && k < 2; k++)
			seen.kinds[i][k] = file->kinds[k];
		snprintf(seen.names[i], sizeof(seen.names[i]), "%s",
		    strrchr(a->files[i].path, '/') + 1);
	}
}

static void
take_books(const struct feed *f, const struct archive *a)
{
	const size_t collector_n = a->collector_n;
	const struct damage *d = feed_damage(f, &seen.damage_n);

	for (size_t i = 0; i < seen.damage_n && i < 8; i++) {
		seen.damage[i] = d[i];
		snprintf(seen.what[i], sizeof(seen.what[i]), "%s", d[i].what);
	}
	for (size_t i = 0; i < collector_n && i < 8; i++)
		seen.collectors[i] = feed_collectors(f)[i];
	take_files(f, a);
}

/* Read all of a once; BLK_EUSAGE is the caller's to judge. */
static enum blk_status
replay_with(const struct archive *a, usec_t until, unsigned threads)
{
	const struct feed_options opt = {.until = until, .threads = threads};
	enum blk_status status;
	struct feed_run run;
	struct feed *f;

	memset(&seen, 0, sizeof(seen));
	assert_int_equal(feed_new(&f, a, &opt), BLK_OK);
	while ((status = feed_next(f, &run)) == BLK_OK)
		take_run(&run);
	if (status == BLK_END)
		take_books(f, a);
	feed_free(f);
	return status;
}

/* The same with threads and without: they must tell the same. */
static enum blk_status
replay(const struct archive *a, usec_t until)
{
	enum blk_status alone = replay_with(a, until, 1);
	struct seen first = seen;

	assert_int_equal(replay_with(a, until, 3), alone);
	if (alone != BLK_END)
		return alone;
	assert_int_equal(seen.digest, first.digest);
	assert_int_equal(seen.event_n, first.event_n);
	assert_int_equal(seen.damage_n, first.damage_n);
	assert_memory_equal(
	    seen.collectors, first.collectors, sizeof(first.collectors));
	for (unsigned i = 0; i < seen.gap_n; i++)
		assert_int_equal(seen.gaps[i].time, first.gaps[i].time);
	return alone;
}

/* Read path as a caller would; true if names misled it at first. */
static bool
read_until(const char *path, usec_t until)
{
	bool misled = false;
	struct archive *a;
	enum blk_status status;

	assert_int_equal(archive_scan(&a, &path, 1), BLK_OK);
	assert_int_equal(archive_peek(a, false), BLK_OK);
	status = replay(a, until);
	if (status == BLK_EUSAGE) {
		misled = true;
		assert_int_equal(archive_peek(a, true), BLK_OK);
		status = replay(a, until);
	}
	assert_int_equal(status, BLK_END);
	archive_free(a);
	return misled;
}

static bool
read_all(void)
{
	return read_until(dir.path, USEC_NONE);
}

static int64_t
from(unsigned i)
{
	return seen.gaps[i].gap.from / USEC_PER_SEC - T0;
}

static int64_t
until(unsigned i)
{
	return seen.gaps[i].time / USEC_PER_SEC - T0;
}

/* --- building --- */

static void
keepalive(uint32_t sec)
{
	mb_record(&b, sec, 16, 4);
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_message(&b, 4);
	mb_end(&b);
	mb_end(&b);
}

static void
store(const char *folder, const char *kind, uint32_t name_sec)
{
	char text[TIMEFMT_STRLEN], name[128];

	timefmt_table(name_sec * USEC_PER_SEC, text);
	snprintf(name, sizeof(name), "%s/%s.%.4s%.2s%.2s.%.2s%.2s", folder,
	    kind, text, text + 5, text + 8, text + 11, text + 14);
	temp_file(&dir, name, b.bytes, b.len);
	b.len = 0;
}

/* A file of the i-th quarter hour, with a word every minute. */
static void
build_quarter(unsigned i)
{
	for (uint32_t s = 0; s < QUARTER; s += 60)
		keepalive(T0 + i * QUARTER + s + 7);
}

static void
quarter(const char *folder, unsigned i)
{
	build_quarter(i);
	store(folder, "updates", T0 + i * QUARTER);
}

/* A RIB of one route. */
static void
rib(const char *folder, uint32_t sec)
{
	mb_record(&b, sec, 13, 1);
	mb_u32(&b, 1);
	mb_u16(&b, 0);
	mb_u16(&b, 1);
	mb_u8(&b, 2);
	mb_u32(&b, 1);
	mb_bytes(&b, "\300\0\2\1", 4);
	mb_u32(&b, 64500);
	mb_end(&b);
	mb_record(&b, sec, 13, 2);
	mb_u32(&b, 0);
	mb_nlri(&b, "\10\10\10", 24);
	mb_u16(&b, 1);
	mb_u16(&b, 0);
	mb_u32(&b, sec);
	mb_u16(&b, 0);
	mb_end(&b);
	store(folder, "rib", sec);
}

/* --- what is covered --- */

static void
no_gap(void **state)
{
	(void)state;
	rib("rrc00", T0);
	for (unsigned i = 0; i < 6; i++)
		quarter("rrc00", i);
	rib("rrc00", T0 + 4 * QUARTER);
	assert_false(read_all());
	assert_int_equal(seen.gap_n, 0);
	assert_int_equal(seen.rib_n, 2);
	assert_int_equal(seen.message_n, 6 * 15);
	assert_int_equal(seen.collectors[0].files, 8);
	assert_int_equal(seen.collectors[0].updates, 6);
	assert_int_equal(seen.collectors[0].ribs, 2);
	assert_int_equal(seen.damage_n, 0);
}

static void
a_missing_file(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 6; i++)
		if (i != 3)
			quarter("rrc00", i);
	read_all();
	assert_int_equal(seen.gap_n, 1);
	assert_int_equal(seen.gaps[0].gap.reason, GAP_MISSING_FILE);
	assert_int_equal(from(0), 2 * QUARTER + 840 + 8);
	assert_int_equal(until(0), 4 * QUARTER);
}

/* Nothing happened: the file is there, and covers its time. */
static void
an_empty_interval(void **state)
{
	static const unsigned char gz[] = {
	    0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0};

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		if (i != 3 && i != 2) {
			quarter("rrc00", i);
			continue;
		}
		mb_bytes(&b, gz, sizeof(gz));
		store("rrc00", "updates", T0 + i * QUARTER);
	}
	read_all();
	assert_int_equal(seen.gap_n, 0);
	assert_int_equal(seen.collectors[0].files, 6);
	assert_int_equal(seen.damage_n, 0);
}

static void
a_torn_file(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		build_quarter(i);
		if (i == 2)
			b.len = b.len / 2 - 5;
		store("rrc00", "updates", T0 + i * QUARTER);
	}
	read_all();
	assert_int_equal(seen.gap_n, 1);
	assert_int_equal(seen.gaps[0].gap.reason, GAP_DAMAGED_FILE);
	assert_int_equal(from(0), 2 * QUARTER + 6 * 60 + 7);
	assert_int_equal(until(0), 3 * QUARTER);
	assert_int_equal(seen.damage_n, 1);
	assert_int_equal(
	    seen.damage[0].lost_until, (T0 + 3 * QUARTER) * USEC_PER_SEC);
}

static void
a_hole(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		if (i == 1) {
			for (uint32_t s = 0; s < 10; s++)
				keepalive(T0 + QUARTER + s);
			mb_fill(&b, 0xee, 50);
			for (uint32_t s = 100; s < 800; s += 50)
				keepalive(T0 + QUARTER + s);
			store("rrc00", "updates", T0 + QUARTER);
		} else {
			quarter("rrc00", i);
		}
	}
	read_all();
	assert_int_equal(seen.gap_n, 1);
	assert_int_equal(seen.gaps[0].gap.reason, GAP_DAMAGED_FILE);
	assert_int_equal(from(0), QUARTER + 9);
	assert_int_equal(until(0), QUARTER + 100);
}

static void
ribs_alone(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++)
		rib("rrc00", T0 + i * 7200);
	read_all();
	assert_int_equal(seen.gap_n, 2);
	assert_int_equal(seen.gaps[0].gap.reason, GAP_NO_UPDATES);
	assert_int_equal(from(1), 7201);
	assert_int_equal(until(1), 14400);
}

static void
updates_far_from_a_rib(void **state)
{
	(void)state;
	rib("rrc00", T0);
	quarter("rrc00", 8);
	read_all();
	assert_int_equal(seen.gap_n, 1);
	assert_int_equal(seen.gaps[0].gap.reason, GAP_NO_UPDATES);
	assert_int_equal(until(0), 8 * QUARTER);
}

/* The same, joined by hand into one stream. */
static void
joined_files(void **state)
{
	(void)state;
	mb_record(&b, T0, 12, 1);
	mb_u32(&b, 0);
	mb_bytes(&b, "\10\10\10\0\30\1", 6);
	mb_u32(&b, T0);
	mb_bytes(&b, "\300\0\2\1", 4);
	mb_u16(&b, 64500);
	mb_u16(&b, 0);
	mb_end(&b);
	build_quarter(8);
	temp_file(&dir, "rrc00/all", b.bytes, b.len);
	read_all();
	assert_int_equal(seen.rib_n, 1);
	assert_int_equal(seen.gap_n, 1);
	assert_int_equal(seen.gaps[0].gap.reason, GAP_NO_UPDATES);
	assert_int_equal(from(0), 1);
}

/* Updates in the file of a RIB, and in one of their own, at one moment. */
static void
updates_behind_a_rib_and_beside_it(void **state)
{
	(void)state;
	mb_record(&b, T0 - QUARTER, 12, 1);
	mb_u32(&b, 0);
	mb_bytes(&b, "\10\10\10\0\30\1", 6);
	mb_u32(&b, T0);
	mb_bytes(&b, "\300\0\2\1", 4);
	mb_u16(&b, 64500);
	mb_u16(&b, 0);
	mb_end(&b);
	keepalive(T0 + 5);
	temp_file(&dir, "rrc00/rib.20010909.0130", b.bytes, b.len);
	b.len = 0;
	keepalive(T0 + 5);
	keepalive(T0 + 6);
	temp_file(&dir, "rrc00/updates.20010909.0145", b.bytes, b.len);
	read_all();
	assert_int_equal(seen.rib_n, 1);
	assert_int_equal(seen.message_n, 3);
}

static void
overlapping_files(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++)
		quarter("rrc00", i);
	for (unsigned i = 0; i < 4; i++)
		build_quarter(i);
	temp_file(&dir, "rrc00/joined", b.bytes, b.len);
	read_all();
	assert_int_equal(seen.gap_n, 0);
}

/* A whole batch is a repeat: the next one is of its peers all the same. */
static void
overlap_longer_than_a_batch(void **state)
{
	const uint32_t n = 2 * EVENT_BATCH_MAX + 100;

	(void)state;
	for (unsigned longer = 0; longer < 2; longer++) {
		b.len = 0;
		for (uint32_t i = 0; i < n + 50 * longer; i++)
			keepalive(T0 + i);
		temp_file(&dir,
		    longer ? "rrc00/updates.20010909.0145.again"
			   : "rrc00/updates.20010909.0145",
		    b.bytes, b.len);
	}
	read_all();
	assert_int_equal(seen.message_n, n + 50);
}

static void
nameless_files(void **state)
{
	char name[32];

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		if (i == 5)
			continue;
		build_quarter(i);
		snprintf(name, sizeof(name), "rrc00/f%u", 9 - i);
		temp_file(&dir, name, b.bytes, b.len);
		b.len = 0;
	}
	read_all();
	assert_int_equal(seen.gap_n, 1);
	assert_int_equal(seen.gaps[0].gap.reason, GAP_MISSING_FILE);
	assert_int_equal(until(0), 6 * QUARTER + 7);
}

static void
a_silence(void **state)
{
	(void)state;
	for (uint32_t s = 0; s < 7200; s += 5)
		if (s < 3600 || s >= 5400)
			keepalive(T0 + s);
	temp_file(&dir, "rrc00/f", b.bytes, b.len);
	read_all();
	assert_int_equal(seen.gap_n, 1);
	assert_int_equal(seen.gaps[0].gap.reason, GAP_SILENT);
	assert_int_equal(from(0), 3596);
	assert_int_equal(until(0), 5400);
}

/* One collector ends two hours before the others. */
static void
a_gap_at_the_end(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 12; i++) {
		quarter("rrc01", i);
		if (i < 4)
			quarter("rrc00", i);
	}
	read_all();
	assert_int_equal(seen.gap_n, 1);
	assert_int_equal(seen.gap_collector[0], 0);
	assert_int_equal(from(0), 3 * QUARTER + 848);
	assert_int_equal(until(0), 11 * QUARTER + 847);
}

/* --- order --- */

/* Names in local time: 8 hours behind at one collector, 9 ahead at another. */
static void
local_time(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		quarter("rrc01", i);
		build_quarter(i); /* other bytes: equal ones would be copies */
		keepalive(T0 + i * QUARTER + 880);
		store("rrc00", "updates", T0 + i * QUARTER - 8 * 3600);
		build_quarter(i);
		keepalive(T0 + i * QUARTER + 890);
		store("rrc02", "updates", T0 + i * QUARTER + 9 * 3600);
	}
	assert_false(read_all());
	assert_int_equal(seen.gap_n, 0);
	assert_int_equal(seen.message_n, 40 * (15 + 16 + 16));
}

/* Names that lie: the order is found all the same, with no end of trying. */
static void
lying_names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		build_quarter(i);
		store("rrc00", "updates", T0 + (7 - i) * QUARTER);
	}
	assert_true(read_all());
	assert_int_equal(seen.message_n, 8 * 15);
	assert_int_equal(seen.gap_n, 0);
}

static void
until_then(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 8; i++)
		quarter("rrc00", i);
	read_until(dir.path, (T0 + 3 * QUARTER + 100) * USEC_PER_SEC);
	assert_int_equal(seen.message_n, 3 * 15 + 2);
	assert_int_equal(seen.collectors[0].updates, 4);
	assert_int_equal(seen.gap_n, 0);
	/* the gap that is cut by it is known nevertheless */
	assert_int_equal(
	    unlink(temp_path(&dir, "rrc00/updates.20010909.0230")), 0);
	assert_int_equal(
	    unlink(temp_path(&dir, "rrc00/updates.20010909.0245")), 0);
	read_until(dir.path, (T0 + 4 * QUARTER + 800) * USEC_PER_SEC);
	assert_int_equal(seen.gap_n, 1);
	assert_int_equal(until(0), 4 * QUARTER + 800);
}

static void
unusable_files(void **state)
{
	(void)state;
	quarter("rrc00", 0);
	quarter("rrc00", 1);
	quarter("rrc00", 2);
	temp_file(&dir, "rrc00/notes.mrt", "to whom it may concern\n", 23);
	temp_file(&dir, "rrc00/updates.20010909.0230", "", 0);
	read_all();
	assert_int_equal(seen.damage_n, 2);
	assert_string_equal(seen.what[0], "not an MRT file");
	assert_string_equal(seen.what[1], "empty file: no record");
	assert_int_equal(seen.collectors[0].files, 3);
}

/* Two files joined beside them, and a part of one: as if they were not there.
 */
static void
joined_copies(void **state)
{
	struct seen first;

	(void)state;
	for (unsigned i = 0; i < 6; i++)
		quarter("rrc00", i);
	read_all();
	first = seen;
	for (unsigned name = 0; name < 2; name++) {
		build_quarter(2);
		build_quarter(3);
		temp_file(&dir, name == 0 ? "rrc00/a.mrt" : "rrc00/z.mrt",
		    b.bytes, b.len - name * 100);
		b.len = 0;
	}
	read_all();
	assert_int_equal(seen.digest, first.digest);
	assert_int_equal(seen.gap_n, 0);
	assert_memory_equal(
	    seen.collectors, first.collectors, sizeof(first.collectors));
}

static const struct feed_file *
file_named(const char *name)
{
	for (size_t i = 0; i < seen.file_n; i++)
		if (strcmp(seen.names[i], name) == 0)
			return &seen.files[i];
	fail_msg("no file %s", name);
	return NULL;
}

static void
assert_kind(const struct feed_file *f, size_t i, unsigned type,
    unsigned subtype, uint64_t n)
{
	const struct feed_kind *k = &seen.kinds[f - seen.files][i];

	assert_true(i < f->kind_n);
	assert_int_equal(k->type, type);
	assert_int_equal(k->subtype, subtype);
	assert_int_equal(k->n, n);
}

static void
what_files_hold(void **state)
{
	const struct feed_file *f;
	size_t len;

	(void)state;
	rib("rrc00", T0);
	for (unsigned i = 0; i < 3; i++)
		quarter("rrc00", i);
	build_quarter(3);
	len = b.len -= 5;
	store("rrc00", "updates", T0 + 3 * QUARTER);
	temp_file(&dir, "rrc00/notes.mrt", "to whom it may concern\n", 23);
	temp_file(&dir, "rrc00/updates.20010909.0400", "", 0);
	temp_file(&dir, "rrc00/updates.20010909.0415", "\3757zXZ\0....", 10);
	build_quarter(1);
	keepalive(T0 + QUARTER + 890); /* which no other file has */
	temp_file(&dir, "rrc00/joined", b.bytes, b.len);
	read_all();

	f = file_named("rib.20010909.0145");
	assert_int_equal(f->state, FEED_FILE_WHOLE);
	assert_int_equal(f->ribs, 1);
	assert_int_equal(f->kind_n, 2);
	assert_kind(f, 0, 13, 1, 1);
	assert_kind(f, 1, 13, 2, 1);
	f = file_named("updates.20010909.0230");
	assert_int_equal(f->state, FEED_FILE_CUT);
	assert_int_equal(f->records, 14);
	assert_int_equal(f->plain_bytes, len);
	assert_int_equal(f->raw_bytes, len);
	assert_int_equal(f->first, (T0 + 3 * QUARTER + 7) * USEC_PER_SEC);
	assert_int_equal(f->last, (T0 + 3 * QUARTER + 787) * USEC_PER_SEC);
	assert_int_equal(f->kind_n, 1);
	assert_kind(f, 0, 16, 4, 14);
	f = file_named("notes.mrt");
	assert_int_equal(f->state, FEED_FILE_UNREADABLE);
	assert_int_equal(f->first, USEC_NONE);
	assert_int_equal(f->kind_n, 0);
	f = file_named("updates.20010909.0400");
	assert_int_equal(f->state, FEED_FILE_CUT);
	assert_string_equal(f->compression, "plain");
	f = file_named("updates.20010909.0415");
	assert_int_equal(f->state, FEED_FILE_UNREADABLE);
	assert_string_equal(f->compression, "xz");
	f = file_named("joined");
	assert_int_equal(f->records, 16);
	assert_int_equal(f->repeats, 15);
	assert_int_equal(f->state, FEED_FILE_WHOLE);
}

static void
files_beyond_are_not_read(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++)
		quarter("rrc00", i);
	read_until(dir.path, (T0 + QUARTER + 100) * USEC_PER_SEC);
	assert_int_equal(seen.file_n, 4);
	assert_int_equal(seen.files[1].state, FEED_FILE_WHOLE);
	assert_int_equal(seen.files[3].state, FEED_FILE_UNREAD);
	assert_string_equal(seen.files[3].compression, "");
	assert_int_equal(seen.files[3].first, USEC_NONE);
}

/* Owners may leave at any time. */
static void
leaving_early(void **state)
{
	const struct feed_options opt = {.until = USEC_NONE, .threads = 4};
	const char *path = dir.path;
	struct feed_run run;
	struct archive *a;
	struct feed *f;

	(void)state;
	for (unsigned i = 0; i < 12; i++)
		quarter("rrc00", i);
	assert_int_equal(archive_scan(&a, &path, 1), BLK_OK);
	assert_int_equal(archive_peek(a, false), BLK_OK);
	for (unsigned runs = 0; runs < 12; runs++) {
		assert_int_equal(feed_new(&f, a, &opt), BLK_OK);
		for (unsigned i = 0; i < runs; i++)
			assert_int_equal(feed_next(f, &run), BLK_OK);
		feed_free(f);
	}
	archive_free(a);
}

/* --- real data, where it is --- */

static bool
read_data(const char *name)
{
	const char *path = TEST_DATA_DIR;
	char full[512];

	snprintf(full, sizeof(full), "%s/%s", path, name);
	if (access(full, R_OK) != 0)
		return false;
	read_until(full, USEC_NONE);
	return true;
}

static void
assert_gap(const char *start, const char *end, enum gap_reason reason)
{
	char text[TIMEFMT_STRLEN];

	assert_int_equal(seen.gap_n, 1);
	assert_string_equal(timefmt_table(seen.gaps[0].gap.from, text), start);
	assert_string_equal(timefmt_table(seen.gaps[0].time, text), end);
	assert_int_equal(seen.gaps[0].gap.reason, reason);
}

static void
real_lab(void **state)
{
	(void)state;
	if (!read_data("lab/route-views.lab"))
		skip();
	assert_gap(
	    "2014-12-25 06:16:28", "2014-12-25 09:40:00", GAP_MISSING_FILE);
	assert_int_equal(seen.collectors[0].updates, 557);
	assert_int_equal(seen.collectors[0].ribs, 70); /* two are empty */
	assert_int_equal(seen.damage_n, 0);
}

static void
real_route_views2_2008(void **state)
{
	(void)state;
	if (!read_data("real/route-views2-2008-02-24"))
		skip();
	assert_int_equal(seen.gap_n, 0);
	assert_int_equal(seen.collectors[0].records, 647095);
}

static void
real_rrc06_2021(void **state)
{
	(void)state;
	if (!read_data("real/rrc06-2021-01-02"))
		skip();
	assert_int_equal(seen.gap_n, 0);
	assert_int_equal(seen.collectors[0].records, 262051);
}

static void
real_jinx_2014(void **state)
{
	(void)state;
	if (!read_data("real/jinx-2014-05-30"))
		skip();
	assert_gap(
	    "2014-05-30 22:00:02", "2014-05-30 23:45:00", GAP_NO_UPDATES);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(no_gap),
	    TEST(a_missing_file),
	    TEST(an_empty_interval),
	    TEST(a_torn_file),
	    TEST(a_hole),
	    TEST(ribs_alone),
	    TEST(updates_far_from_a_rib),
	    TEST(joined_files),
	    TEST(updates_behind_a_rib_and_beside_it),
	    TEST(overlapping_files),
	    TEST(overlap_longer_than_a_batch),
	    TEST(nameless_files),
	    TEST(a_silence),
	    TEST(a_gap_at_the_end),
	    TEST(local_time),
	    TEST(lying_names),
	    TEST(until_then),
	    TEST(unusable_files),
	    TEST(joined_copies),
	    TEST(what_files_hold),
	    TEST(files_beyond_are_not_read),
	    TEST(leaving_early),
	    TEST(real_lab),
	    TEST(real_route_views2_2008),
	    TEST(real_rrc06_2021),
	    TEST(real_jinx_2014),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
