#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include <bzlib.h>
#include <zlib.h>

#include "feed/pipeline.h"
#include "support/mrt_build.h"
#include "support/temp_dir.h"

/*
 * Files decoded ahead by threads: whatever their number, and however the owner
 * goes about it, each file says what it says when it is read alone.
 */

#define T0 1000000000u
#define FILES 40u
#define RECORDS 700u

static struct temp_dir dir;
static struct mrt_build b;
static struct archive *archive;

/* --- files --- */

/* File i: its records are i seconds apart and announce 8.8.8.0/24. */
static void
build(unsigned i)
{
	b.len = 0;
	for (uint32_t k = 0; k < RECORDS; k++)
		mb_announcement(&b, T0 + k * (i + 1));
	if (i % 10 == 9)
		b.len -= 20; /* torn */
}

/* Of four files one is bzip2, one gzip. */
static size_t
pack_file(unsigned i, uint8_t *to, unsigned room)
{
	z_stream z = {.next_in = b.bytes, .avail_in = (uInt)b.len};

	if (i % 4 == 1) {
		assert_int_equal(BZ2_bzBuffToBuffCompress((char *)to, &room,
				     (char *)b.bytes, (unsigned)b.len, 1, 0, 0),
		    BZ_OK);
		return room;
	}
	if (i % 4 == 2) {
		z.next_out = to;
		z.avail_out = room;
		assert_int_equal(
		    deflateInit2(&z, 1, Z_DEFLATED, 31, 8, 0), Z_OK);
		assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
		deflateEnd(&z);
		return z.total_out;
	}
	memcpy(to, b.bytes, b.len);
	return b.len;
}

static int
make_files(void **state)
{
	static uint8_t packed[MB_CAP];
	const char *path = dir.path;

	(void)state;
	temp_dir_make(&dir);
	for (unsigned i = 0; i < FILES; i++) {
		char name[64];
		size_t n;

		build(i);
		n = pack_file(i, packed, sizeof(packed));
		snprintf(name, sizeof(name), "rrc00/f%02u.mrt", i);
		temp_file(&dir, name, packed, n);
	}
	if (archive_scan(&archive, &path, 1) != BLK_OK)
		return 1;
	/* by name: the times of all files begin at T0 */
	return archive_peek(archive, true) != BLK_OK ||
	    archive->file_n != FILES;
}

static int
remove_files(void **state)
{
	(void)state;
	archive_free(archive);
	temp_dir_remove(&dir);
	return 0;
}

/* --- reading --- */

/* What the owner has had of a file. */
struct reader {
	struct pipeline_lane *lane;
	unsigned number; /* of the file's name */
	uint32_t events, messages;
	usec_t last;
	bool ended;
};

static unsigned
number_of(size_t file)
{
	return (unsigned)strtoul(
	    strrchr(archive->files[file].path, 'f') + 1, NULL, 10);
}

static void
open_reader(struct pipeline *p, struct reader *r, size_t file)
{
	*r = (struct reader){.number = number_of(file), .last = USEC_NONE};
	assert_int_equal(pipeline_open(p, &r->lane, file), BLK_OK);
}

static void
take_batch(struct reader *r, const struct lane_batch *batch)
{
	const usec_t step = (r->number + 1) * USEC_PER_SEC;

	assert_true(batch->ev.event_n > 0);
	for (uint32_t i = 0; i < batch->ev.event_n; i++) {
		const struct event *e = &batch->ev.events[i];

		if (event_begins(e))
			assert_int_equal(
			    e->time, T0 * USEC_PER_SEC + r->messages++ * step);
		assert_true(e->time >= r->last);
		r->last = e->time;
		r->events++;
	}
	assert_int_equal(pipeline_facts(r->lane)->last, r->last);
}

static void
check_end(const struct reader *r)
{
	const bool torn = r->number % 10 == 9;
	const struct lane_facts *facts = pipeline_facts(r->lane);

	assert_int_equal(r->messages, RECORDS - torn);
	assert_int_equal(r->events, RECORDS - torn);
	assert_int_equal(facts->records, RECORDS - torn);
	assert_int_equal(facts->cut, torn);
	assert_int_equal(pipeline_damage(r->lane)->n, torn);
	assert_true(facts->raw_bytes > 0);
}

/* One batch more, or its end. */
static void
read_on(struct pipeline *p, struct reader *r)
{
	struct lane_batch *batch;
	enum blk_status status = pipeline_next(p, r->lane, &batch);

	if (status == BLK_OK) {
		take_batch(r, batch);
		pipeline_give_back(p, batch);
		return;
	}
	assert_int_equal(status, BLK_END);
	assert_int_equal(pipeline_next(p, r->lane, &batch), BLK_END);
	check_end(r);
	r->ended = true;
}

static void
close_reader(struct pipeline *p, struct reader *r)
{
	pipeline_close(p, r->lane);
	r->lane = NULL;
}

static struct pipeline *
begin(unsigned threads)
{
	const struct feed_options opt = {
	    .until = USEC_NONE, .threads = threads};
	struct pipeline *p;

	assert_int_equal(pipeline_new(&p, archive, &opt), BLK_OK);
	return p;
}

static const unsigned thread_numbers[] = {0, 1, 2, 3, 8};

#define FOR_THREADS(t)                                                         \
	for (size_t t##_at = 0, t = thread_numbers[0]; t##_at < 5;             \
	     t = thread_numbers[++t##_at % 5])

/* --- the tests --- */

static void
file_after_file(void **state)
{
	(void)state;
	FOR_THREADS(threads)
	{
		struct pipeline *p = begin((unsigned)threads);
		size_t max = pipeline_expect_max(p), next[32];

		assert_int_equal(max > 0, threads > 1);
		for (size_t i = 0; i < FILES; i++) {
			struct reader r;
			size_t n = 0;

			for (; n < max && n < 32 && i + n < FILES; n++)
				next[n] = i + n;
			pipeline_expect(p, next, n);
			open_reader(p, &r, i);
			while (!r.ended)
				read_on(p, &r);
			close_reader(p, &r);
		}
		pipeline_free(p);
	}
}

/* All files are open, and are read little by little. */
static void
all_at_once(void **state)
{
	static struct reader readers[FILES];

	(void)state;
	FOR_THREADS(threads)
	{
		struct pipeline *p = begin((unsigned)threads);
		unsigned left = FILES;

		for (size_t i = 0; i < FILES; i++)
			open_reader(p, &readers[i], i);
		while (left > 0) {
			struct reader *r = &readers[left * 7 % FILES];

			for (unsigned i = 0; i < FILES; i++)
				if (!readers[i].ended &&
				    (r->ended || readers[i].last < r->last))
					r = &readers[i];
			read_on(p, r);
			if (r->ended) {
				close_reader(p, r);
				left--;
			}
		}
		pipeline_free(p);
	}
}

/* What was foretold is wrong: other files are opened, in another order. */
static void
wrong_expectations(void **state)
{
	(void)state;
	FOR_THREADS(threads)
	{
		struct pipeline *p = begin((unsigned)threads);
		const size_t next[] = {0, 1, 2, 3, 4, 5, 6, 7};

		for (size_t i = FILES; i-- > 0;) {
			struct reader r;

			pipeline_expect(p, next, i % 3 == 0 ? 8 : i % 8);
			open_reader(p, &r, i);
			while (!r.ended)
				read_on(p, &r);
			close_reader(p, &r);
		}
		pipeline_free(p);
	}
}

/* The owner may close any lane, and leave, at any time. */
static void
leaving_early(void **state)
{
	static struct reader readers[FILES];

	(void)state;
	for (unsigned round = 0; round < 30; round++) {
		struct pipeline *p = begin(round % 4);

		for (size_t i = 0; i < FILES; i++)
			open_reader(p, &readers[i], i);
		for (unsigned i = 0; i < round * 5; i++)
			if (!readers[i * 7 % FILES].ended)
				read_on(p, &readers[i * 7 % FILES]);
		for (size_t i = 0; i < round; i++)
			close_reader(p, &readers[i]);
		for (size_t i = round; i < FILES; i += 3)
			if (!readers[i].ended)
				read_on(p, &readers[i]);
		pipeline_free(p);
	}
}

/* A file that cannot be read is a lane that has damage and ends. */
static void
a_file_that_is_gone(void **state)
{
	struct pipeline *p = begin(2);
	struct lane_batch *batch;
	struct reader r;

	(void)state;
	assert_int_equal(
	    rename(archive->files[3].path, temp_path(&dir, "elsewhere")), 0);
	open_reader(p, &r, 3);
	assert_int_equal(pipeline_next(p, r.lane, &batch), BLK_END);
	assert_int_equal(pipeline_damage(r.lane)->n, 1);
	assert_false(pipeline_facts(r.lane)->opened);
	close_reader(p, &r);
	pipeline_free(p);
	assert_int_equal(
	    rename(temp_path(&dir, "elsewhere"), archive->files[3].path), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(file_after_file),
	    cmocka_unit_test(all_at_once),
	    cmocka_unit_test(wrong_expectations),
	    cmocka_unit_test(leaving_early),
	    cmocka_unit_test(a_file_that_is_gone),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}
