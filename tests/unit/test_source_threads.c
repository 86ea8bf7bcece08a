#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <bzlib.h>

#include "blackout/source.h"

/*
 * The truth is the serial reader, tested by itself in test_source.c: whatever
 * the file, the reader of blocks gives the same bytes and says the same, be it
 * alone or with many threads.
 */

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

struct bytes {
	uint8_t *p;
	size_t n, cap;
};

static uint32_t
next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*seed >> 33);
}

static uint8_t *
grow(struct bytes *b, size_t n)
{
	if (b->p == NULL || b->cap - b->n < n) {
		b->cap = (b->n + n + 1) * 2;
		b->p = realloc(b->p, b->cap);
		assert_non_null(b->p);
	}
	b->n += n;
	return b->p + b->n - n;
}

static void
append(struct bytes *b, const void *p, size_t n)
{
	uint8_t *to = grow(b, n);

	if (n > 0)
		memcpy(to, p, n);
}

/* Bytes that compress by about half. */
static void
append_data(struct bytes *b, size_t n, uint64_t seed)
{
	uint8_t *p = grow(b, n);

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)((next_random(&seed) & 15) * 17 + (i & 1));
}

static void
append_stream(struct bytes *raw, const struct bytes *plain, int level)
{
	unsigned n = (unsigned)(plain->n + plain->n / 50 + 1000);
	uint8_t *to = grow(raw, n);

	raw->n -= n;
	assert_int_equal(BZ2_bzBuffToBuffCompress((char *)to, &n,
			     (char *)plain->p, (unsigned)plain->n, level, 0, 0),
	    BZ_OK);
	raw->n += n;
}

/* A stream of n such bytes. */
static void
append_bzip2(struct bytes *raw, size_t n, int level)
{
	struct bytes plain = {NULL, 0, 0};

	append_data(&plain, n, n + (unsigned)level);
	append_stream(raw, &plain, level);
	free(plain.p);
}

/* --- bits --- */

static unsigned
get_bit(const struct bytes *b, size_t at)
{
	return b->p[at / 8] >> (7 - at % 8) & 1u;
}

static uint64_t
get_bits(const struct bytes *b, size_t at, unsigned n)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < n; i++)
		v = v << 1 | get_bit(b, at + i);
	return v;
}

static void
set_bits(struct bytes *b, size_t at, uint64_t v, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		const unsigned bit = 7 - (at + i) % 8;
		uint8_t *p = &b->p[(at + i) / 8];

		*p = (uint8_t)((*p & ~(1u << bit)) |
		    (v >> (n - 1 - i) & 1) << bit);
	}
}

/* --- reading --- */

struct outcome {
	enum blk_status last;
	struct bytes got;
	uint64_t raw_offset;
	const char *problem;
	int err;
};

static struct outcome
drain(struct source *s, size_t step)
{
	struct outcome o = {.last = BLK_OK};
	size_t got;

	assert_int_equal(source_format(s), SOURCE_BZIP2);
	do {
		assert_string_equal(source_problem(s), "");
		grow(&o.got, step);
		o.last = source_read(s, o.got.p + o.got.n - step, step, &got);
		assert_int_equal(got > 0, o.last == BLK_OK);
		o.got.n -= step - got;
		assert_int_equal(source_offset(s), o.got.n);
	} while (o.last == BLK_OK);
	assert_int_equal(source_read(s, &(char){0}, 1, &got), o.last);
	o.problem = source_problem(s);
	o.raw_offset = source_raw_offset(s);
	o.err = source_errno(s);
	source_free(s);
	return o;
}

static struct outcome
drain_path(const char *path, unsigned threads, size_t step)
{
	struct source *s = NULL;

	assert_int_equal(source_open_threads(&s, path, threads), BLK_OK);
	return drain(s, step);
}

static void
assert_same(const struct outcome *a, const struct outcome *b)
{
	assert_int_equal(a->last, b->last);
	assert_string_equal(a->problem, b->problem);
	assert_int_equal(a->got.n, b->got.n);
	assert_memory_equal(a->got.p, b->got.p, a->got.n);
	assert_int_equal(a->raw_offset, b->raw_offset);
	assert_int_equal(a->err, b->err);
}

static char path[] = "/tmp/test_source_threads.XXXXXX";
static int fd;

static int
make_file(void **state)
{
	(void)state;
	fd = mkstemp(path);
	return fd < 0;
}

static int
remove_file(void **state)
{
	(void)state;
	close(fd);
	return unlink(path);
}

static void
set_file(const struct bytes *raw)
{
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, raw->p, raw->n, 0), raw->n);
}

/* Returns what came, with one thread as with many. */
static enum blk_status
check(const struct bytes *raw, unsigned threads)
{
	struct outcome one, many;

	set_file(raw);
	one = drain_path(path, 0, 65536);
	many = drain_path(path, threads, 100000);
	assert_same(&one, &many);
	free(one.got.p);
	free(many.got.p);
	return one.last;
}

/* --- files --- */

static struct bytes
small_blocks(void)
{
	struct bytes raw = {NULL, 0, 0};
	bz_stream z = {.next_in = NULL};
	int rc = BZ_RUN_OK;

	grow(&raw, 20000);
	z.next_out = (char *)raw.p;
	z.avail_out = (unsigned)raw.n;
	assert_int_equal(BZ2_bzCompressInit(&z, 1, 0, 0), BZ_OK);
	for (unsigned i = 0; i < 8; i++) {
		struct bytes plain = {NULL, 0, 0};

		append_data(&plain, 200 + i, i);
		z.next_in = (char *)plain.p;
		z.avail_in = (unsigned)plain.n;
		do {
			rc = BZ2_bzCompress(&z, i < 7 ? BZ_FLUSH : BZ_FINISH);
		} while (rc == BZ_FLUSH_OK || rc == BZ_FINISH_OK);
		free(plain.p);
	}
	assert_int_equal(rc, BZ_STREAM_END);
	raw.n -= z.avail_out;
	BZ2_bzCompressEnd(&z);
	return raw;
}

static struct bytes
small_streams(void)
{
	struct bytes raw = {NULL, 0, 0};

	append_bzip2(&raw, 300, 1);
	append_bzip2(&raw, 0, 5);
	append_bzip2(&raw, 0, 9);
	append_bzip2(&raw, 1, 3);
	append_bzip2(&raw, 250, 9);
	return raw;
}

static struct bytes
runs(void)
{
	struct bytes raw = {NULL, 0, 0}, plain = {NULL, 0, 0};

	append_data(&plain, 2000, 1);
	for (size_t i = 0; i < plain.n; i++)
		plain.p[i] = "aaaaaaab"[plain.p[i] % 8];
	append_stream(&raw, &plain, 1);
	free(plain.p);
	return raw;
}

static struct bytes (*const small_files[])(void) = {
    small_blocks,
    small_streams,
    runs,
};

/* Some blocks of 100000 bytes each. */
static struct bytes
middling(void)
{
	struct bytes raw = {NULL, 0, 0};

	append_bzip2(&raw, 350000, 1);
	append_bzip2(&raw, 1000, 9);
	append_bzip2(&raw, 150000, 1);
	return raw;
}

/* --- tests --- */

static void
test_whole_files_of_every_level(void **state)
{
	struct bytes all = {NULL, 0, 0};

	(void)state;
	for (int level = 1; level <= 9; level++) {
		struct bytes raw = {NULL, 0, 0};
		const size_t n = (size_t)level * 210000 + 17;

		append_bzip2(&raw, n, level);
		append(&all, raw.p, raw.n);
		for (unsigned threads = 1; threads <= 7; threads += 3)
			assert_int_equal(check(&raw, threads), BLK_END);
		free(raw.p);
	}
	assert_int_equal(check(&all, 2), BLK_END);
	assert_int_equal(check(&all, 16), BLK_END);
	free(all.p);
}

static void
test_cut_at_every_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(small_files); i++) {
		struct bytes raw = small_files[i]();
		const size_t n = raw.n;

		for (raw.n = 4; raw.n <= n; raw.n++)
			check(&raw, 1 + (unsigned)(raw.n % 3));
		free(raw.p);
	}
}

static void
test_every_bit_flipped(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(small_files); i++) {
		struct bytes raw = small_files[i]();

		/* What the format is told by stays. */
		for (size_t at = 80; at < raw.n * 8; at += 5) {
			set_bits(&raw, at, !get_bit(&raw, at), 1);
			check(&raw, 1 + (unsigned)(at % 2));
			set_bits(&raw, at, !get_bit(&raw, at), 1);
		}
		free(raw.p);
	}
}

/* Bits turned, bytes lost, magic numbers in wrong places, an early end. */
static void
damage(struct bytes *raw, uint64_t *seed)
{
	static const uint64_t magics[] = {
	    UINT64_C(0x314159265359), UINT64_C(0x177245385090)};
	const size_t at = 10 + next_random(seed) % (raw->n - 20);
	const size_t bit = at * 8 + next_random(seed) % 8;
	const size_t n = 1 + next_random(seed) % 5;

	switch (next_random(seed) % 4) {
	case 0:
		set_bits(raw, bit, !get_bit(raw, bit), 1);
		break;
	case 1:
		set_bits(raw, bit, magics[n % 2], 48);
		break;
	case 2:
		memmove(raw->p + at, raw->p + at + n, raw->n - at - n);
		raw->n -= n;
		break;
	default:
		raw->n = at + 10;
		break;
	}
}

static void
test_seeded_damage(void **state)
{
	const struct bytes whole = middling();
	uint64_t seed = 20140501;

	(void)state;
	for (int i = 0; i < 100; i++) {
		struct bytes raw = {NULL, 0, 0};
		const uint64_t n = 1 + next_random(&seed) % 2;

		append(&raw, whole.p, whole.n);
		for (uint64_t k = 0; k < n && raw.n > 100; k++)
			damage(&raw, &seed);
		check(&raw, 1 + i % 4);
		free(raw.p);
	}
	free(whole.p);
}

static void
test_what_follows_the_streams(void **state)
{
	static const uint8_t zeros[70000];
	static const struct {
		const void *bytes;
		size_t n;
	} tails[] = {
	    {zeros, 1},
	    {zeros, sizeof(zeros)},
	    {"\0\0BZh9", 6},
	    {"B", 1},
	    {"BZ", 2},
	    {"BZh", 3},
	    {"BZh9", 4},
	    {"BZ0", 3},
	    {"BZh0", 4},
	    {"BZh:", 4},
	    {"BZh91AY&S", 9},
	    {"BZh91AY&SY", 10},
	    {"BZh91AZ&S", 9},
	    {"BZh9rubbish", 11},
	    {"BZh9\x17rE8P\x90\0\0\0", 13},
	    {"BZh9\x17rE8P\x90\0\0\0\1", 14},
	    {"BZh9\x17rE8P\x90\0\0\0\0", 14},
	    {"BZh9\x17rE8P\x90\0\0\0\0\0", 15},
	    {"BZh9\x17rE8P\x90\0\0\0\0x", 15},
	    {"x", 1},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(tails); i++) {
		for (size_t k = 0; k < N_OF(small_files); k++) {
			struct bytes raw = small_files[k]();

			append(&raw, tails[i].bytes, tails[i].n);
			check(&raw, 2);
			free(raw.p);
		}
	}
}

/* --- magic numbers that are none --- */

/* Where the selectors of a file's first block end; *count_at: their number. */
static size_t
selectors_end(const struct bytes *raw, size_t *count_at)
{
	size_t at = 32 + 48 + 32 + 1 + 24;
	const uint64_t map = get_bits(raw, at, 16);
	uint64_t n;

	at += 16;
	for (unsigned i = 0; i < 16; i++)
		at += (map >> i & 1) != 0 ? 16 : 0;
	assert_true(get_bits(raw, at, 3) >= 4);
	*count_at = at + 3;
	n = get_bits(raw, *count_at, 15);
	at = *count_at + 15;
	for (; n > 0; at++)
		n -= get_bit(raw, at) == 0;
	return at;
}

/*
 * A block may have more selectors than it uses, each some bits 1 and a 0.  So
 * a magic number and one bit 0 more are a few selectors: put them there.
 */
static struct bytes
with_false_magic(const struct bytes *raw, uint64_t magic)
{
	struct bytes b = {NULL, 0, 0};
	size_t count_at;
	const size_t end = selectors_end(raw, &count_at);
	uint64_t n = get_bits(raw, count_at, 15) + 1;
	size_t last = raw->n * 8 - 80;

	while (get_bits(raw, last, 48) != UINT64_C(0x177245385090))
		last--;
	append(&b, raw->p, raw->n);
	memset(grow(&b, 7), 0, 7);
	for (unsigned i = 0; i < 48; i++)
		n += (magic >> i & 1) == 0;
	set_bits(&b, count_at, n, 15);
	set_bits(&b, end, magic, 48);
	set_bits(&b, end + 48, 0, 1);
	for (size_t i = end; i < last + 80; i++)
		set_bits(&b, i + 49, get_bit(raw, i), 1);
	b.n = (last + 80 + 49 + 7) / 8;
	set_bits(&b, last + 80 + 49, 0, (unsigned)(b.n * 8 - last - 129));
	return b;
}

static void
test_false_magic_numbers(void **state)
{
	(void)state;
	for (size_t size = 90000; size < 350000; size += 119999) {
		struct bytes raw = {NULL, 0, 0}, all = {NULL, 0, 0};
		struct bytes block, end, both;

		append_bzip2(&raw, size, 1);
		block = with_false_magic(&raw, UINT64_C(0x314159265359));
		end = with_false_magic(&raw, UINT64_C(0x177245385090));
		both = with_false_magic(&end, UINT64_C(0x314159265359));
		assert_int_equal(check(&block, 2), BLK_END);
		assert_int_equal(check(&end, 2), BLK_END);
		assert_int_equal(check(&both, 2), BLK_END);
		append(&all, both.p, both.n);
		append(&all, raw.p, raw.n);
		append(&all, block.p, block.n);
		append(&all, end.p, end.n);
		assert_int_equal(check(&all, 3), BLK_END);
		for (size_t n = 0; n < 12; n++) {
			all.n -= 1 + all.n / 31;
			check(&all, 2);
		}
		free(all.p);
		free(both.p);
		free(end.p);
		free(block.p);
		free(raw.p);
	}
}

/* Nothing but magic numbers: every one is a block, and none is. */
static void
test_a_file_of_magic_numbers(void **state)
{
	struct bytes raw = {NULL, 0, 0};

	(void)state;
	append_bzip2(&raw, 250000, 1);
	append(&raw, "BZh9", 4);
	for (int i = 0; i < 3000; i++)
		append(&raw, i % 7 ? "1AY&SY" : "\x17rE8P\x90\x31\x31", 6);
	assert_int_equal(check(&raw, 2), BLK_EBAD);
	free(raw.p);
}

/* --- sizes --- */

/* A block of this decodes to 40 million bytes. */
static void
test_long_runs(void **state)
{
	struct bytes raw = {NULL, 0, 0}, plain = {NULL, 0, 0};

	(void)state;
	append_data(&plain, 1500000, 1);
	memset(grow(&plain, 60000000), 0, 60000000);
	append_data(&plain, 1500000, 2);
	append_stream(&raw, &plain, 9);
	assert_int_equal(check(&raw, 2), BLK_END);
	raw.p[raw.n - 3] ^= 1;
	assert_int_equal(check(&raw, 2), BLK_EBAD);
	free(raw.p);
	free(plain.p);
}

/* Data that does not compress, more than the window holds. */
static void
test_incompressible(void **state)
{
	struct bytes raw = {NULL, 0, 0}, plain = {NULL, 0, 0};
	uint64_t seed = 7;

	(void)state;
	grow(&plain, 7000000);
	for (size_t i = 0; i < plain.n; i++)
		plain.p[i] = (uint8_t)next_random(&seed);
	append_stream(&raw, &plain, 9);
	assert_int_equal(check(&raw, 2), BLK_END);
	raw.n -= 500000;
	assert_int_equal(check(&raw, 2), BLK_ETRUNC);
	free(raw.p);
	free(plain.p);
}

static void
test_memory(void **state)
{
	static uint8_t buf[65536];
	const unsigned threads = 4;
	struct bytes raw = {NULL, 0, 0}, plain = {NULL, 0, 0};
	struct rusage before, after;
	struct source *s = NULL;
	size_t got;

	(void)state;
	append_data(&plain, 20000000, 3);
	append_stream(&raw, &plain, 9);
	free(plain.p);
	set_file(&raw);
	free(raw.p);
	getrusage(RUSAGE_SELF, &before);
	assert_int_equal(source_open_threads(&s, path, threads), BLK_OK);
	while (source_read(s, buf, sizeof(buf), &got) == BLK_OK)
		continue;
	assert_int_equal(source_offset(s), 20000000);
	source_free(s);
	getrusage(RUSAGE_SELF, &after);
	assert_true(
	    after.ru_maxrss - before.ru_maxrss < (long)(threads + 1) * 8192);
}

/* --- the life of threads --- */

static unsigned
threads_now(void)
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

/* Freed before the first read, amid a block, and while blocks are read. */
static void
test_free_at_any_time(void **state)
{
	static uint8_t buf[100000];
	struct bytes raw = {NULL, 0, 0};

	(void)state;
	append_bzip2(&raw, 1500000, 1);
	set_file(&raw);
	for (size_t reads = 0; reads < 18; reads++) {
		for (unsigned threads = 2; threads < 9; threads += 3) {
			const unsigned before = threads_now();
			struct source *s = NULL;
			size_t got;

			assert_int_equal(
			    source_open_threads(&s, path, threads), BLK_OK);
			for (size_t i = 0; i < reads; i++)
				source_read(
				    s, buf, i % 3 ? sizeof(buf) : 9, &got);
			source_free(s);
			assert_int_equal(threads_now(), before);
		}
	}
	free(raw.p);
}

static void
test_small_files_start_no_thread(void **state)
{
	struct bytes raw = {NULL, 0, 0};
	const unsigned before = threads_now();
	struct source *s = NULL;
	uint8_t byte;
	size_t got;

	(void)state;
	append_bzip2(&raw, 90000, 1);
	set_file(&raw);
	assert_int_equal(source_open_threads(&s, path, 4), BLK_OK);
	assert_int_equal(source_read(s, &byte, 1, &got), BLK_OK);
	assert_int_equal(threads_now(), before);
	source_free(s);
	free(raw.p);
}

/* --- streams that are no files --- */

static struct outcome
drain_stdin(int in, unsigned threads)
{
	const int saved = dup(STDIN_FILENO);
	struct outcome o;

	assert_int_equal(dup2(in, STDIN_FILENO), STDIN_FILENO);
	o = drain_path("-", threads, 65536);
	if (saved >= 0) {
		dup2(saved, STDIN_FILENO);
		close(saved);
	}
	close(in);
	return o;
}

static void
write_pieces(int to, const struct bytes *raw)
{
	size_t at = 0;

	for (size_t n = 1; at < raw->n; n = n * 5 % 9973 + 1) {
		const size_t k = n < raw->n - at ? n : raw->n - at;

		if (write(to, raw->p + at, k) != (ssize_t)k)
			_exit(1);
		at += k;
	}
	_exit(0);
}

static void
test_pipe(void **state)
{
	struct bytes raw = middling();

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct outcome want, o;
		int fds[2];
		pid_t child;

		set_file(&raw);
		want = drain_path(path, 0, 65536);
		assert_int_equal(pipe(fds), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0)
			write_pieces(fds[1], &raw);
		close(fds[1]);
		o = drain_stdin(fds[0], 3);
		assert_same(&want, &o);
		waitpid(child, NULL, 0);
		free(want.got.p);
		free(o.got.p);
		raw.n -= 5000;
	}
	free(raw.p);
}

/* The other end of a socket goes away: first what was sent, then the error. */
static void
test_read_error(void **state)
{
	const struct bytes raw = middling();

	(void)state;
	for (size_t n = 40; n < 100000; n += 9001) {
		struct outcome o[2];

		for (unsigned i = 0; i < 2; i++) {
			int fds[2];

			assert_int_equal(
			    socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
			assert_int_equal(write(fds[0], "x", 1), 1);
			assert_int_equal(write(fds[1], raw.p, n), n);
			close(fds[1]);
			o[i] = drain_stdin(fds[0], 1 + i);
		}
		assert_int_equal(o[0].last, BLK_EIO);
		assert_same(&o[0], &o[1]);
		free(o[0].got.p);
		free(o[1].got.p);
	}
	free(raw.p);
}

static void
test_other_formats(void **state)
{
	uint8_t text[] = "plain text";
	const struct bytes raw = {text, 10, sizeof(text)};
	struct source *s = NULL;
	uint8_t buf[16];
	size_t got;

	(void)state;
	set_file(&raw);
	assert_int_equal(source_open_threads(&s, path, 4), BLK_OK);
	assert_int_equal(source_format(s), SOURCE_PLAIN);
	assert_int_equal(source_read(s, buf, sizeof(buf), &got), BLK_OK);
	assert_int_equal(got, 10);
	source_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_memory),
	    cmocka_unit_test(test_whole_files_of_every_level),
	    cmocka_unit_test(test_cut_at_every_byte),
	    cmocka_unit_test(test_every_bit_flipped),
	    cmocka_unit_test(test_seeded_damage),
	    cmocka_unit_test(test_what_follows_the_streams),
	    cmocka_unit_test(test_false_magic_numbers),
	    cmocka_unit_test(test_a_file_of_magic_numbers),
	    cmocka_unit_test(test_long_runs),
	    cmocka_unit_test(test_incompressible),
	    cmocka_unit_test(test_free_at_any_time),
	    cmocka_unit_test(test_small_files_start_no_thread),
	    cmocka_unit_test(test_pipe),
	    cmocka_unit_test(test_read_error),
	    cmocka_unit_test(test_other_formats),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
