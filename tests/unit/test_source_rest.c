#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <cmocka.h>

#include <bzlib.h>
#include <zlib.h>

#include "blackout/source.h"

/*
 * A source that rests between reads gives the same bytes and says the same as
 * one that never does, whatever is wrong with the file; and it holds little.
 */

#define RAW_MAX (8u << 20)
#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static struct source_memory *memory; /* of some of the sources */
static uint8_t *plain, *raw;
static size_t raw_n;
static char path[] = "/tmp/test_source_rest.XXXXXX";
static int fd;

static uint32_t
next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*seed >> 33);
}

static int
setup(void **state)
{
	(void)state;
	plain = malloc(RAW_MAX);
	raw = malloc(RAW_MAX);
	fd = mkstemp(path);
	return plain == NULL || raw == NULL || fd < 0 ||
	    source_memory_new(&memory, 10 << 20) != BLK_OK;
}

static int
teardown(void **state)
{
	(void)state;
	source_memory_free(memory);
	free(plain);
	free(raw);
	close(fd);
	return unlink(path);
}

/* --- files --- */

/* n bytes that repeat themselves, as archives do. */
static void
make_plain(size_t n, uint64_t seed)
{
	for (size_t i = 0; i < n; i++) {
		const uint64_t r = next_random(&seed);

		plain[i] = i < 200 || r % 16 == 0 ? (uint8_t)r
						  : plain[i - 100 - r % 4];
	}
}

static void
add_gzip(const uint8_t *p, size_t n)
{
	z_stream z = {.next_in = (uint8_t *)(uintptr_t)p, .avail_in = (uInt)n};

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, 0), Z_OK);
	z.next_out = raw + raw_n;
	z.avail_out = (uInt)(RAW_MAX - raw_n);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	raw_n = RAW_MAX - z.avail_out;
	deflateEnd(&z);
}

static void
add_bzip2(const uint8_t *p, size_t n, int level)
{
	unsigned room = (unsigned)(RAW_MAX - raw_n);

	assert_int_equal(BZ2_bzBuffToBuffCompress((char *)raw + raw_n, &room,
			     (char *)(uintptr_t)p, (unsigned)n, level, 0, 0),
	    BZ_OK);
	raw_n += room;
}

/* n bytes in two members or streams. */
static void
make_file(enum source_format format, size_t n, uint64_t seed)
{
	const size_t first = n / 3;

	make_plain(n, seed);
	raw_n = 0;
	switch (format) {
	case SOURCE_PLAIN:
		memcpy(raw, plain, n);
		raw_n = n;
		break;
	case SOURCE_GZIP:
		add_gzip(plain, first);
		add_gzip(plain + first, n - first);
		break;
	case SOURCE_BZIP2:
		add_bzip2(plain, first, 1);
		add_bzip2(plain + first, n - first, 3);
		break;
	}
}

/* --- reading --- */

struct outcome {
	enum blk_status last;
	const char *problem;
	uint64_t raw_offset, digest, n;
};

/* rests: one after so many reads, by chance; 0: none. */
static struct outcome
drain(struct source *s, uint64_t seed, unsigned rests)
{
	static uint8_t buf[70000];
	struct outcome o = {.digest = 14695981039346656037u};
	size_t got;

	do {
		const size_t cap = 1 +
		    next_random(&seed) %
			(next_random(&seed) % 4 == 0 ? 999 : sizeof(buf));

		o.last = source_read(s, buf, cap, &got);
		for (size_t i = 0; i < got; i++)
			o.digest = (o.digest ^ buf[i]) * 1099511628211u;
		o.n += got;
		assert_int_equal(source_offset(s), o.n);
		if (rests > 0 && next_random(&seed) % rests == 0)
			source_rest(s);
		if (rests > 0 && next_random(&seed) % 8 == 0)
			source_set_threads(s, (unsigned)next_random(&seed) % 4);
	} while (o.last == BLK_OK);
	if (rests > 0)
		source_rest(s);
	assert_int_equal(source_read(s, buf, 1, &got), o.last);
	o.problem = source_problem(s);
	o.raw_offset = source_raw_offset(s);
	source_free(s);
	return o;
}

static struct outcome
drain_file(unsigned threads, uint64_t seed, unsigned rests)
{
	struct source *s;

	assert_int_equal(source_open_threads(&s, path, threads), BLK_OK);
	if (rests > 0)
		source_use_memory(s, memory);
	return drain(s, seed, rests);
}

static void
assert_same(const struct outcome *a, const struct outcome *b)
{
	assert_int_equal(a->last, b->last);
	assert_string_equal(a->problem, b->problem);
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->digest, b->digest);
	assert_int_equal(a->raw_offset, b->raw_offset);
}

/* The file in raw, with many rests, with few, and with none. */
static enum blk_status
check(uint64_t seed)
{
	struct outcome never, often, seldom;

	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, raw, raw_n, 0), raw_n);
	never = drain_file(1, seed, 0);
	often = drain_file(1, seed + 1, 1);
	seldom = drain_file(3, seed + 2, 5);
	assert_same(&often, &never);
	assert_same(&seldom, &never);
	return never.last;
}

static const enum source_format formats[] = {
    SOURCE_PLAIN, SOURCE_GZIP, SOURCE_BZIP2};

static void
whole_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(formats); i++)
		for (size_t n = 1; n < 3000000; n = n * 9 + 5) {
			make_file(formats[i], n, i);
			assert_int_equal(check(n), BLK_END);
		}
}

static void
torn_files(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 1; i < N_OF(formats); i++) {
		make_file(formats[i], 600000, i);
		for (unsigned k = 0; k < 15; k++) {
			raw_n -= 1 + next_random(&seed) % (raw_n / 20);
			check(seed);
		}
	}
}

static void
damaged_files(void **state)
{
	uint64_t seed = 2;

	(void)state;
	for (size_t i = 1; i < N_OF(formats); i++)
		for (unsigned k = 0; k < 30; k++) {
			size_t at;

			make_file(formats[i], 300000, k);
			at = 20 + next_random(&seed) % (raw_n - 20);
			raw[at] ^= (uint8_t)(1u << k % 8);
			if (k % 3 == 0)
				memset(raw + at, 0, raw_n - at);
			assert_true(check(seed) < BLK_OK);
		}
}

/* A block that decodes to more than others is not left halfway. */
static void
long_runs(void **state)
{
	(void)state;
	raw_n = 0;
	make_plain(200000, 7);
	add_bzip2(plain, 200000, 1);
	memset(plain, 'x', 7000000);
	add_bzip2(plain, 7000000, 1);
	make_plain(200000, 8);
	add_bzip2(plain, 200000, 9);
	assert_int_equal(check(3), BLK_END);
}

/* What cannot be read twice goes on as if nothing had been asked. */
static void
a_pipe(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(formats); i++) {
		struct outcome piped, whole;
		struct source *s;
		int ends[2];

		make_file(formats[i], 40000, i);
		assert_int_equal(pipe(ends), 0);
		assert_int_equal(write(ends[1], raw, raw_n), raw_n);
		close(ends[1]);
		assert_int_equal(source_open_fd(&s, ends[0]), BLK_OK);
		piped = drain(s, i, 1);
		assert_int_equal(source_open_memory(&s, raw, raw_n), BLK_OK);
		whole = drain(s, i, 1);
		assert_int_equal(piped.last, BLK_END);
		assert_same(&piped, &whole);
	}
}

/* A file opened by whoever calls is read on from where it stands. */
static void
the_rest_of_a_file(void **state)
{
	struct outcome o;
	struct source *s;

	(void)state;
	make_file(SOURCE_GZIP, 100000, 1);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, "0123456789", 10, 0), 10);
	assert_int_equal(pwrite(fd, raw, raw_n, 10), raw_n);
	assert_int_equal(lseek(fd, 10, SEEK_SET), 10);
	assert_int_equal(source_open_fd(&s, dup(fd)), BLK_OK);
	o = drain(s, 1, 1);
	assert_int_equal(o.last, BLK_END);
	assert_int_equal(o.n, 100000);
}

/* --- threads --- */

/* Of this process; 0: cannot be told. */
static unsigned
count_threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	unsigned n = 0;

	if (dir == NULL)
		return 0;
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 2;
}

/* Threads beside ours after a read, and after a rest. */
static void
check_threads(unsigned threads, const char *name, unsigned want)
{
	const unsigned before = count_threads();
	struct source *s;
	uint8_t buf[10];
	size_t got;

	assert_int_equal(source_open_threads(&s, name, threads), BLK_OK);
	assert_int_equal(count_threads(), before);
	assert_int_equal(source_read(s, buf, sizeof(buf), &got), BLK_OK);
	assert_int_equal(count_threads(), before + want);
	source_rest(s);
	assert_int_equal(count_threads(), before);
	assert_int_equal(source_read(s, buf, sizeof(buf), &got), BLK_OK);
	source_free(s);
	assert_int_equal(count_threads(), before);
}

/* gzip is decoded ahead by one thread, but not what may keep it waiting. */
static void
one_thread_for_gzip(void **state)
{
	int ends[2], keep = dup(0);

	(void)state;
	if (count_threads() == 0)
		skip();
	make_file(SOURCE_GZIP, 4000000, 1);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, raw, raw_n, 0), raw_n);
	check_threads(1, path, 0);
	check_threads(2, path, 1);
	check_threads(4, path, 1);
	make_file(SOURCE_GZIP, 40000, 1);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], raw, raw_n), raw_n);
	assert_int_equal(dup2(ends[0], 0), 0);
	/* its end does not come */
	check_threads(4, "-", 0);
	dup2(keep, 0);
	close(keep);
	close(ends[0]);
	close(ends[1]);
}

/* --- memory --- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OTHER_MALLOC
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
    __has_feature(memory_sanitizer)
#define OTHER_MALLOC
#endif
#endif

#if defined(__GLIBC__) && !defined(OTHER_MALLOC)

static size_t
in_use(void)
{
	const struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

/* Read so much, rest; how much is held then? */
static size_t
held(unsigned threads, size_t n)
{
	const size_t before = in_use();
	static uint8_t buf[10000];
	struct source *s;
	size_t after, got;

	assert_int_equal(source_open_threads(&s, path, threads), BLK_OK);
	for (size_t i = 0; i < n; i += got)
		assert_int_equal(
		    source_read(s, buf, sizeof(buf), &got), BLK_OK);
	source_rest(s);
	after = in_use();
	source_free(s);
	return after - before;
}

static void
resting_holds_little(void **state)
{
	/* what is unread becomes half as large here */
	static const size_t most[] = {
	    [SOURCE_PLAIN] = 10 << 10,
	    [SOURCE_GZIP] = 210 << 10,
	    [SOURCE_BZIP2] = 350 << 10,
	};

	/* and there is more of it */
	static const size_t ahead[] = {
	    [SOURCE_GZIP] = 512 << 10, [SOURCE_BZIP2] = 0};

	(void)state;
	for (size_t i = 0; i < N_OF(formats); i++) {
		enum source_format f = formats[i];

		make_file(f, 3000000, i);
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, raw, raw_n, 0), raw_n);
		for (size_t n = 1; n < 2800000; n += 350000) {
			assert_in_range(held(1, n), 1, most[f]);
			assert_in_range(held(2, n), 1, most[f] + ahead[f]);
		}
	}
}

#else

static void
resting_holds_little(void **state)
{
	(void)state;
	skip();
}

#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_files),
	    cmocka_unit_test(torn_files),
	    cmocka_unit_test(damaged_files),
	    cmocka_unit_test(long_runs),
	    cmocka_unit_test(a_pipe),
	    cmocka_unit_test(the_rest_of_a_file),
	    cmocka_unit_test(one_thread_for_gzip),
	    cmocka_unit_test(resting_holds_little),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
