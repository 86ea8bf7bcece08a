#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <bzlib.h>
#include <zlib.h>

#include "blackout/source.h"

/*
 * The truth is what was given to the compressors of zlib and libbz2; where a
 * member, a stream or a block ends is noted as they write it.
 */

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

struct bytes {
	uint8_t *p;
	size_t n;
};

static uint8_t *
grow(struct bytes *b, size_t n)
{
	uint8_t *p = realloc(b->p, b->n + n + 1);

	assert_non_null(p);
	b->p = p;
	b->n += n;
	return p + b->n - n;
}

static void
append(struct bytes *b, const void *p, size_t n)
{
	uint8_t *to = grow(b, n);

	if (n > 0)
		memcpy(to, p, n);
}

static struct bytes
copy(const struct bytes *b, size_t n)
{
	struct bytes c = {NULL, 0};

	append(&c, b->p, n);
	return c;
}

/* Bytes that compress by about half, without long runs. */
static struct bytes
make_data(size_t n, uint64_t seed)
{
	struct bytes b = {NULL, 0};

	grow(&b, n);
	for (size_t i = 0; i < n; i++) {
		seed = seed * UINT64_C(6364136223846793005) + 99991;
		b.p[i] = (uint8_t)((seed >> 60) * 17 + (i & 1));
	}
	return b;
}

/* From raw bytes on, at least so many plain ones can be decoded. */
struct mark {
	size_t raw, plain;
};

/* A compressed file, what is in it, and its structure. */
struct vector {
	enum source_format format;
	struct bytes raw, plain;
	struct mark bounds[8]; /* ends of members or streams */
	size_t bounds_n;
	struct mark marks[16]; /* ends of what can be decoded by itself */
	size_t marks_n;
};

static void
vector_fini(struct vector *v)
{
	free(v->raw.p);
	free(v->plain.p);
}

static void
mark(struct vector *v, size_t raw_end)
{
	assert_true(v->marks_n < N_OF(v->marks));
	v->marks[v->marks_n++] = (struct mark){raw_end, v->plain.n};
}

static void
bound(struct vector *v)
{
	assert_true(v->bounds_n < N_OF(v->bounds));
	v->bounds[v->bounds_n++] = (struct mark){v->raw.n, v->plain.n};
	mark(v, v->raw.n);
}

/* One member of parts flushed pieces of n bytes each. */
static void
add_gzip(struct vector *v, size_t n, int parts, gz_header *head)
{
	z_stream z = {.next_in = NULL};
	uint8_t out[65536];

	v->format = SOURCE_GZIP;
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, 0), Z_OK);
	if (head != NULL)
		assert_int_equal(deflateSetHeader(&z, head), Z_OK);
	for (int i = 0; i <= parts; i++) {
		struct bytes d = make_data(i < parts ? n : 0, v->plain.n + 1);

		z.next_in = d.p;
		z.avail_in = (uInt)d.n;
		do {
			z.next_out = out;
			z.avail_out = sizeof(out);
			deflate(&z, i < parts ? Z_SYNC_FLUSH : Z_FINISH);
			append(&v->raw, out, sizeof(out) - z.avail_out);
		} while (z.avail_out == 0);
		append(&v->plain, d.p, d.n);
		mark(v, v->raw.n);
		free(d.p);
	}
	deflateEnd(&z);
	bound(v);
}

/* One stream of parts blocks of n bytes each. */
static void
add_bzip2(struct vector *v, size_t n, int parts, int level)
{
	bz_stream z = {.next_in = NULL};
	char out[65536];

	v->format = SOURCE_BZIP2;
	assert_int_equal(BZ2_bzCompressInit(&z, level, 0, 0), BZ_OK);
	for (int i = 0; i <= parts; i++) {
		struct bytes d = make_data(i < parts ? n : 0, v->plain.n + 1);
		int rc;

		z.next_in = (char *)d.p;
		z.avail_in = (unsigned)d.n;
		do {
			z.next_out = out;
			z.avail_out = sizeof(out);
			rc = BZ2_bzCompress(
			    &z, i < parts ? BZ_FLUSH : BZ_FINISH);
			append(&v->raw, out, sizeof(out) - z.avail_out);
		} while (rc == BZ_FLUSH_OK || rc == BZ_FINISH_OK);
		append(&v->plain, d.p, d.n);
		/* The compressor may still hold up to 32 bits back. */
		if (i < parts)
			mark(v, v->raw.n + 4);
		free(d.p);
	}
	BZ2_bzCompressEnd(&z);
	bound(v);
}

/* What came of reading a source to its end. */
struct outcome {
	enum source_format format;
	enum blk_status last;
	struct bytes got;
	uint64_t raw_offset;
	const char *problem;
	int err;
};

static struct outcome
drain(struct source *s, size_t step)
{
	struct outcome o = {.format = source_format(s)};
	size_t got;

	do {
		assert_string_equal(source_problem(s), "");
		assert_int_equal(source_errno(s), 0);
		grow(&o.got, step);
		o.last = source_read(s, o.got.p + o.got.n - step, step, &got);
		assert_true(got <= step);
		assert_int_equal(got > 0, o.last == BLK_OK);
		o.got.n -= step - got;
		assert_int_equal(source_offset(s), o.got.n);
	} while (o.last == BLK_OK);
	for (int i = 0; i < 3; i++) {
		uint8_t dummy[4];

		got = 99;
		assert_int_equal(source_read(s, dummy, 4, &got), o.last);
		assert_int_equal(got, 0);
	}
	o.problem = source_problem(s);
	o.raw_offset = source_raw_offset(s);
	o.err = source_errno(s);
	assert_int_equal(o.problem[0] != '\0', o.last < 0);
	source_free(s);
	return o;
}

static struct outcome
drain_memory(const struct bytes *raw, size_t step)
{
	struct source *s = NULL;

	assert_int_equal(source_open_memory(&s, raw->p, raw->n), BLK_OK);
	return drain(s, step);
}

static void
assert_same(const struct outcome *a, const struct outcome *b)
{
	assert_int_equal(a->format, b->format);
	assert_int_equal(a->last, b->last);
	assert_int_equal(a->got.n, b->got.n);
	assert_memory_equal(a->got.p, b->got.p, a->got.n);
	assert_string_equal(a->problem, b->problem);
}

static void
assert_outcome(const struct bytes *raw, enum blk_status last,
    const struct bytes *plain, const char *problem)
{
	struct outcome o = drain_memory(raw, 65536);

	assert_int_equal(o.last, last);
	assert_int_equal(o.got.n, plain->n);
	assert_memory_equal(o.got.p, plain->p, plain->n);
	assert_string_equal(o.problem, problem);
	free(o.got.p);
}

/* A file that is gone as soon as it is closed. */
static int
temp_fd(const struct bytes *raw, char path[32])
{
	int fd;

	strcpy(path, "/tmp/test_source.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, raw->p, raw->n), raw->n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/*
 * The vectors of the tests that try every byte, small for that.
 */
static struct vector
gzip_plain(void)
{
	struct vector v = {.format = SOURCE_GZIP};

	add_gzip(&v, 500, 3, NULL);
	return v;
}

static struct vector
gzip_with_all_fields(void)
{
	struct vector v = {.format = SOURCE_GZIP};
	uint8_t extra[] = {'b', 'k', 3, 0, 0x1f, 0x8b, 8};
	uint8_t name[] = "updates.20141222.1615", comment[] = "\x1f\x8b";
	gz_header head = {.extra = extra,
	    .extra_len = sizeof(extra),
	    .name = name,
	    .comment = comment,
	    .hcrc = 1};

	add_gzip(&v, 700, 1, &head);
	return v;
}

static struct vector
gzip_members(void)
{
	struct vector v = {.format = SOURCE_GZIP};

	add_gzip(&v, 300, 2, NULL);
	add_gzip(&v, 0, 0, NULL);
	add_gzip(&v, 1, 1, NULL);
	add_gzip(&v, 600, 1, NULL);
	return v;
}

static struct vector
gzip_empty(void)
{
	struct vector v = {.format = SOURCE_GZIP};

	add_gzip(&v, 0, 0, NULL);
	return v;
}

static struct vector
bzip2_blocks(void)
{
	struct vector v = {.format = SOURCE_BZIP2};

	add_bzip2(&v, 600, 3, 1);
	return v;
}

static struct vector
bzip2_streams(void)
{
	struct vector v = {.format = SOURCE_BZIP2};

	add_bzip2(&v, 300, 2, 1);
	add_bzip2(&v, 0, 0, 1);
	add_bzip2(&v, 1, 1, 9);
	add_bzip2(&v, 400, 1, 1);
	return v;
}

static struct vector
bzip2_empty(void)
{
	struct vector v = {.format = SOURCE_BZIP2};

	add_bzip2(&v, 0, 0, 9);
	assert_int_equal(v.raw.n, 14);
	return v;
}

static struct vector (*const vectors[])(void) = {
    gzip_plain,
    gzip_with_all_fields,
    gzip_members,
    gzip_empty,
    bzip2_blocks,
    bzip2_streams,
    bzip2_empty,
};

static void
test_whole_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(vectors); i++) {
		struct vector v = vectors[i]();
		struct outcome o = drain_memory(&v.raw, 100);

		assert_int_equal(o.format, v.format);
		assert_int_equal(o.last, BLK_END);
		assert_int_equal(o.got.n, v.plain.n);
		assert_memory_equal(o.got.p, v.plain.p, v.plain.n);
		assert_int_equal(o.raw_offset, v.raw.n);
		free(o.got.p);
		vector_fini(&v);
	}
}

/* How many plain bytes must come of the first n raw ones? */
static size_t
decodable(const struct vector *v, size_t n)
{
	size_t plain = 0;

	for (size_t i = 0; i < v->marks_n; i++) {
		if (v->marks[i].raw <= n)
			plain = v->marks[i].plain;
	}
	return plain;
}

static bool
on_bound(const struct vector *v, size_t n)
{
	for (size_t i = 0; i < v->bounds_n; i++) {
		if (v->bounds[i].raw == n)
			return true;
	}
	return false;
}

/* Returns how many plain bytes came. */
static size_t
check_cut(const struct vector *v, size_t n)
{
	const size_t magic_len = v->format == SOURCE_GZIP ? 2 : 4;
	struct bytes raw = copy(&v->raw, n);
	struct outcome o = drain_memory(&raw, 65536);

	if (n < magic_len) {
		/* Too short to tell: its own bytes. */
		assert_int_equal(o.format, SOURCE_PLAIN);
		assert_int_equal(o.last, BLK_END);
		assert_int_equal(o.got.n, n);
		assert_memory_equal(o.got.p, raw.p, n);
		o.got.n = 0;
	} else {
		assert_int_equal(o.format, v->format);
		assert_int_equal(o.last, on_bound(v, n) ? BLK_END : BLK_ETRUNC);
		assert_true(o.got.n >= decodable(v, n));
		assert_true(o.got.n <= v->plain.n);
		assert_memory_equal(o.got.p, v->plain.p, o.got.n);
		assert_int_equal(o.raw_offset, n);
		if (o.last == BLK_ETRUNC)
			assert_non_null(strstr(o.problem, "ends early"));
	}
	free(raw.p);
	free(o.got.p);
	return o.got.n;
}

static void
test_cut_at_every_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(vectors); i++) {
		struct vector v = vectors[i]();
		size_t last = 0;

		assert_true(on_bound(&v, v.raw.n));
		for (size_t n = 0; n <= v.raw.n; n++) {
			const size_t got = check_cut(&v, n);

			assert_true(got >= last);
			last = got;
		}
		assert_int_equal(last, v.plain.n);
		vector_fini(&v);
	}
}

/* Whole, cut and flipped files read in steps of several sizes. */
static void
check_steps(const struct bytes *raw)
{
	static const size_t steps[] = {1, 2, 7, 333, 4096};
	struct outcome want = drain_memory(raw, 65536);

	for (size_t i = 0; i < N_OF(steps); i++) {
		struct outcome o = drain_memory(raw, steps[i]);

		assert_same(&o, &want);
		free(o.got.p);
	}
	free(want.got.p);
}

static void
test_read_size_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(vectors); i++) {
		struct vector v = vectors[i]();

		check_steps(&v.raw);
		for (size_t n = 4; n < v.raw.n; n += 5) {
			struct bytes cut = copy(&v.raw, n);
			struct bytes bad = copy(&v.raw, v.raw.n);

			bad.p[n] ^= (uint8_t)(1u << n % 8);
			check_steps(&cut);
			check_steps(&bad);
			free(cut.p);
			free(bad.p);
		}
		vector_fini(&v);
	}
}

/*
 * libbz2 forgets what it wrote in the call that finds a run without its count;
 * how much that is must not depend on the reader.
 */
static void
test_read_size_changes_nothing_in_damaged_runs(void **state)
{
	struct bytes data = make_data(3000, 1);
	struct bytes raw = {NULL, 0};
	unsigned n = 10000;

	(void)state;
	for (size_t i = 0; i < data.n; i++)
		data.p[i] = "aaaaaaab"[data.p[i] % 8];
	grow(&raw, n);
	assert_int_equal(BZ2_bzBuffToBuffCompress((char *)raw.p, &n,
			     (char *)data.p, (unsigned)data.n, 1, 0, 0),
	    BZ_OK);
	raw.n = n;
	for (size_t i = 14 * 8; i < raw.n * 8; i += 3) {
		raw.p[i / 8] ^= (uint8_t)(1u << i % 8);
		check_steps(&raw);
		raw.p[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	free(raw.p);
	free(data.p);
}

static void
check_flip(const struct vector *v, size_t at, unsigned mask)
{
	const size_t magic_len = v->format == SOURCE_GZIP ? 2 : 10;
	struct bytes bad = copy(&v->raw, v->raw.n);
	struct outcome o;

	bad.p[at] ^= (uint8_t)mask;
	o = drain_memory(&bad, 65536);
	if (o.format == SOURCE_PLAIN) {
		assert_true(at < magic_len);
		assert_int_equal(o.got.n, bad.n);
		assert_memory_equal(o.got.p, bad.p, bad.n);
	} else if (o.last == BLK_END) {
		assert_int_equal(o.got.n, v->plain.n);
		assert_memory_equal(o.got.p, v->plain.p, v->plain.n);
	} else {
		assert_true(o.last == BLK_EBAD || o.last == BLK_ETRUNC);
	}
	free(bad.p);
	free(o.got.p);
}

static void
test_flipped_bits_never_end_clean_with_other_bytes(void **state)
{
	static const unsigned masks[] = {
	    1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80, 0xff};

	(void)state;
	for (size_t i = 0; i < N_OF(vectors); i++) {
		struct vector v = vectors[i]();

		for (size_t n = 0; n < v.raw.n; n++) {
			for (size_t m = 0; m < N_OF(masks); m++)
				check_flip(&v, n, masks[m]);
		}
		vector_fini(&v);
	}
}

static void
test_gzip_trailer(void **state)
{
	struct vector v = gzip_plain();
	const size_t n = v.raw.n;

	(void)state;
	v.raw.p[n - 8] ^= 1;
	assert_outcome(
	    &v.raw, BLK_EBAD, &v.plain, "gzip checksum does not match");
	v.raw.p[n - 8] ^= 1;
	v.raw.p[n - 1] ^= 1;
	assert_outcome(
	    &v.raw, BLK_EBAD, &v.plain, "gzip length does not match");
	v.raw.p[n - 1] ^= 1;
	assert_outcome(&v.raw, BLK_END, &v.plain, "");
	vector_fini(&v);
}

static void
test_bzip2_checksums(void **state)
{
	struct vector v = {.format = SOURCE_BZIP2};

	(void)state;
	add_bzip2(&v, 5000, 2, 1);
	/* The first block's own checksum stands behind its magic. */
	v.raw.p[10] ^= 1;
	v.plain.n /= 2;
	assert_outcome(&v.raw, BLK_EBAD, &v.plain, "bzip2 data is malformed");
	v.plain.n *= 2;
	v.raw.p[10] ^= 1;
	/* The stream's stands at its end; the last byte may hold padding. */
	v.raw.p[v.raw.n - 2] ^= 0xff;
	assert_outcome(&v.raw, BLK_EBAD, &v.plain, "bzip2 data is malformed");
	vector_fini(&v);
}

/* Damage in the third block costs nothing of the first two. */
static void
test_bzip2_blocks_before_damage_are_delivered(void **state)
{
	struct vector v = bzip2_blocks();
	const size_t two = v.marks[1].raw, all = v.raw.n;

	(void)state;
	for (size_t n = two; n < all; n++) {
		struct bytes bad = copy(&v.raw, all);
		struct outcome o;

		bad.p[n] ^= 0x55;
		o = drain_memory(&bad, 65536);
		assert_true(o.last < 0 || n == all - 1);
		assert_true(o.got.n >= v.marks[1].plain);
		assert_memory_equal(o.got.p, v.plain.p, v.marks[1].plain);
		free(o.got.p);
		free(bad.p);
	}
	vector_fini(&v);
}

static void
check_tail(struct vector (*make)(void), const void *tail, size_t n,
    enum blk_status last, const char *problem)
{
	struct vector v = make();

	append(&v.raw, tail, n);
	assert_outcome(&v.raw, last, &v.plain, problem);
	vector_fini(&v);
}

static void
test_what_follows_the_gzip_data(void **state)
{
	static const uint8_t zeros[300000];
	static const char after[] = "bytes after the gzip data";
	static const char early[] = "gzip data ends early";
	uint8_t late[200001] = {0};

	(void)state;
	late[200000] = 7;
	check_tail(gzip_plain, zeros, 1, BLK_END, "");
	check_tail(gzip_plain, zeros, 512, BLK_END, "");
	check_tail(gzip_members, zeros, sizeof(zeros), BLK_END, "");
	check_tail(gzip_empty, zeros, 3, BLK_END, "");
	check_tail(gzip_plain, late, sizeof(late), BLK_EBAD, after);
	check_tail(gzip_plain, "\0\x1f\x8b\x08", 4, BLK_EBAD, after);
	check_tail(gzip_plain, "x", 1, BLK_EBAD, after);
	check_tail(gzip_plain, "\x1f", 1, BLK_ETRUNC, early);
	check_tail(gzip_plain, "\x1f\x8b", 2, BLK_ETRUNC, early);
	check_tail(gzip_plain, "\x1f\x8c", 2, BLK_EBAD, after);
	check_tail(gzip_plain, "\x1f\0\0", 3, BLK_EBAD, after);
	check_tail(gzip_plain, "BZh9", 4, BLK_EBAD, after);
	check_tail(gzip_plain, "\x1f\x8b\x09rubbish", 10, BLK_EBAD,
	    "gzip data is malformed");
}

static void
test_what_follows_the_bzip2_data(void **state)
{
	static const uint8_t zeros[300000];
	static const char after[] = "bytes after the bzip2 data";
	static const char early[] = "bzip2 stream ends early";
	static const char bad[] = "bzip2 data is malformed";

	(void)state;
	check_tail(bzip2_blocks, zeros, 1, BLK_END, "");
	check_tail(bzip2_streams, zeros, sizeof(zeros), BLK_END, "");
	check_tail(bzip2_empty, zeros, 2, BLK_END, "");
	check_tail(bzip2_blocks, "\0\0BZh9", 6, BLK_EBAD, after);
	check_tail(bzip2_blocks, "x", 1, BLK_EBAD, after);
	check_tail(bzip2_blocks, "B", 1, BLK_ETRUNC, early);
	check_tail(bzip2_blocks, "BZ", 2, BLK_ETRUNC, early);
	check_tail(bzip2_blocks, "BZh", 3, BLK_ETRUNC, early);
	check_tail(bzip2_blocks, "BZh9", 4, BLK_ETRUNC, early);
	check_tail(bzip2_blocks, "BZ0", 3, BLK_EBAD, after);
	check_tail(bzip2_blocks, "BZh0", 4, BLK_EBAD, bad);
	check_tail(bzip2_blocks, "BZh9rubbish", 11, BLK_EBAD, bad);
	check_tail(bzip2_blocks, "\x1f\x8b\x08", 3, BLK_EBAD, after);
}

static void
test_what_is_plain(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} cases[] = {
	    {"", 0},
	    {"\x1f", 1},
	    {"B", 1},
	    {"BZ", 2},
	    {"BZh", 3},
	    {"PK\x03", 3},
	    {"\xfd\x37\x7a", 3},
	    {"BZh0", 4},
	    {"BZh:", 4},
	    {"BZi9", 4},
	    {"BZh9 is not bzip2", 17},
	    {"BZh91AY&SX", 10},
	    {"BZh9\x17rE8P\x91", 10},
	    {"\x1f\x8a\x08\0", 4},
	    /* MRT records: of 2005-04-11 12:06:17, BGP4MP */
	    {"BZh9\0\x10\0\x04\0\0\0\0", 12},
	    /* and of 2012-09-08 08:34:12 */
	    {"PK\x03\x04\0\x10\0\x04\0\0\0\0", 12},
	    {"PK\x03\x04\0\x0d\0\x02\0\0\0\0", 12},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct bytes raw = {NULL, 0};
		struct outcome o;

		append(&raw, cases[i].bytes, cases[i].n);
		o = drain_memory(&raw, 5);
		assert_int_equal(o.format, SOURCE_PLAIN);
		assert_int_equal(o.last, BLK_END);
		assert_int_equal(o.got.n, raw.n);
		assert_memory_equal(o.got.p, raw.p, raw.n);
		assert_int_equal(o.raw_offset, raw.n);
		free(o.got.p);
		free(raw.p);
	}
}

static void
test_what_is_not_read_here(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *name;
	} cases[] = {
	    {"\xfd\x37\x7a\x58\x5a\0\0\4", 8, "xz"},
	    {"\x28\xb5\x2f\xfd\x24\0", 6, "zstd"},
	    {"\x28\xb5\x2f\xfd", 4, "zstd"},
	    {"\x04\x22\x4d\x18\x64\x40", 6, "lz4"},
	    {"PK\x03\x04\x14\0\0\0\x08\0", 10, "zip"},
	    {"PK\x03\x04\x0a\0\0\0\0\0", 10, "zip"},
	    {"PK\x03\x04", 4, "zip"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct bytes raw = {NULL, 0};
		struct source *s = (struct source *)&raw;
		char path[32];
		int fd;

		append(&raw, cases[i].bytes, cases[i].n);
		assert_int_equal(
		    source_open_memory(&s, raw.p, raw.n), BLK_EUNSUP);
		fd = temp_fd(&raw, path);
		assert_int_equal(source_open(&s, path), BLK_EUNSUP);
		assert_string_equal(source_unsupported(path), cases[i].name);
		assert_true(is_open(fd));
		assert_int_equal(source_open_fd(&s, fd), BLK_EUNSUP);
		assert_false(is_open(fd));
		assert_ptr_equal(s, &raw);
		unlink(path);
		free(raw.p);
	}
}

static void
test_open_failures(void **state)
{
	static const char missing[] = "/tmp/test_source.none/of/these";
	struct source *s = NULL;
	int fd;

	(void)state;
	errno = 0;
	assert_int_equal(source_open(&s, missing), BLK_EIO);
	assert_int_equal(errno, ENOENT);
	errno = 0;
	assert_int_equal(source_open(&s, ""), BLK_EIO);
	assert_int_equal(errno, ENOENT);
	errno = 0;
	assert_int_equal(source_open(&s, "/tmp"), BLK_EIO);
	assert_int_equal(errno, EISDIR);
	fd = open("/tmp", O_RDONLY);
	assert_true(fd >= 0);
	errno = 0;
	assert_int_equal(source_open_fd(&s, fd), BLK_EIO);
	assert_int_equal(errno, EISDIR);
	assert_false(is_open(fd));
	assert_null(s);
	assert_string_equal(source_unsupported(missing), "");
	assert_string_equal(source_unsupported("/tmp"), "");
	source_free(NULL);
}

/* Larger than any buffer on the way, in both directions. */
static struct vector
large(enum source_format format)
{
	struct vector v = {.format = format};

	if (format == SOURCE_GZIP) {
		add_gzip(&v, 700000, 2, NULL);
		add_gzip(&v, 300000, 1, NULL);
	} else if (format == SOURCE_BZIP2) {
		add_bzip2(&v, 2000000, 1, 9);
		add_bzip2(&v, 300000, 1, 1);
	} else {
		v.plain = make_data(1000003, 5);
		v.raw = copy(&v.plain, v.plain.n);
	}
	return v;
}

static const enum source_format formats[] = {
    SOURCE_PLAIN, SOURCE_GZIP, SOURCE_BZIP2};

static void
test_path_fd_and_memory_are_equal(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(formats); i++) {
		struct vector v = large(formats[i]);
		struct outcome a = drain_memory(&v.raw, 65536), b, c;
		struct source *s = NULL;
		char path[32];
		int fd = temp_fd(&v.raw, path);

		assert_int_equal(a.format, formats[i]);
		assert_int_equal(a.last, BLK_END);
		assert_int_equal(a.got.n, v.plain.n);
		assert_memory_equal(a.got.p, v.plain.p, v.plain.n);
		assert_int_equal(source_open(&s, path), BLK_OK);
		b = drain(s, 10007);
		assert_same(&a, &b);
		assert_int_equal(b.raw_offset, v.raw.n);
		assert_int_equal(source_open_fd(&s, fd), BLK_OK);
		c = drain(s, 1 << 20);
		assert_same(&a, &c);
		assert_int_equal(c.raw_offset, v.raw.n);
		assert_false(is_open(fd));
		unlink(path);
		free(a.got.p);
		free(b.got.p);
		free(c.got.p);
		vector_fini(&v);
	}
}

/* A file cut where one of its reads ends, and elsewhere. */
static void
test_cut_large_files(void **state)
{
	static const size_t cuts[] = {4096, 131072, 131073, 4096 + 131072};

	(void)state;
	for (size_t i = 1; i < N_OF(formats); i++) {
		struct vector v = large(formats[i]);

		for (size_t k = 0; k < N_OF(cuts); k++) {
			struct bytes cut = {v.raw.p, cuts[k]};
			struct source *s = NULL;
			struct outcome o;
			char path[32];
			int fd = temp_fd(&cut, path);

			unlink(path);
			assert_true(cuts[k] < v.bounds[0].raw);
			assert_int_equal(source_open_fd(&s, fd), BLK_OK);
			o = drain(s, 65536);
			assert_int_equal(o.last, BLK_ETRUNC);
			assert_true(o.got.n < v.plain.n);
			assert_memory_equal(o.got.p, v.plain.p, o.got.n);
			assert_int_equal(o.raw_offset, cuts[k]);
			free(o.got.p);
		}
		vector_fini(&v);
	}
}

/*
 * Cut where all is read but far from all is handed on; a block comes whole or
 * not at all.
 */
static void
test_cut_behind_a_large_block(void **state)
{
	struct vector v = {.format = SOURCE_BZIP2};

	(void)state;
	add_bzip2(&v, 90000, 2, 1);
	for (int i = 0; i < 2; i++) {
		for (size_t n = 0; n < 12; n++) {
			const size_t cut = v.marks[i].raw - 8 + n;

			assert_int_equal(check_cut(&v, cut) % 90000, 0);
		}
	}
	vector_fini(&v);
}

static void
test_standard_input(void **state)
{
	struct vector v = gzip_members();
	struct source *s = NULL;
	const int saved = dup(STDIN_FILENO);
	char path[32];
	int fd = temp_fd(&v.raw, path);
	struct outcome o;

	(void)state;
	unlink(path);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(source_open(&s, "-"), BLK_OK);
	o = drain(s, 64);
	assert_int_equal(o.last, BLK_END);
	assert_int_equal(o.got.n, v.plain.n);
	assert_memory_equal(o.got.p, v.plain.p, v.plain.n);
	assert_true(is_open(STDIN_FILENO));
	/* Not closed when opening fails, either. */
	assert_int_equal(pwrite(fd, "\xfd\x37\x7a\x58\x5a", 5, 0), 5);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(source_open(&s, "-"), BLK_EUNSUP);
	assert_true(is_open(STDIN_FILENO));
	if (saved >= 0) {
		dup2(saved, STDIN_FILENO);
		close(saved);
	}
	close(fd);
	free(o.got.p);
	vector_fini(&v);
}

static volatile sig_atomic_t interrupts;

static void
on_signal(int sig)
{
	(void)sig;
	interrupts = interrupts + 1;
}

static void
pause_a_little(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 300000}, NULL);
}

/* Write a few bytes at a time, and interrupt the reader in between. */
static void
dribble(int fd, const struct bytes *raw, pid_t reader)
{
	for (size_t i = 0; i < raw->n; i += 3) {
		const size_t n = raw->n - i < 3 ? raw->n - i : 3;

		pause_a_little();
		kill(reader, SIGUSR1);
		pause_a_little();
		if (write(fd, raw->p + i, n) != (ssize_t)n)
			_exit(1);
	}
	_exit(0);
}

static void
test_slow_pipe_and_signals(void **state)
{
	const struct sigaction on = {.sa_handler = on_signal};
	struct sigaction before;

	(void)state;
	sigaction(SIGUSR1, &on, &before);
	for (size_t i = 0; i < N_OF(vectors); i++) {
		struct vector v = vectors[i]();
		struct source *s = NULL;
		struct outcome o;
		int fds[2], rc;
		pid_t child;

		interrupts = 0;
		assert_int_equal(pipe(fds), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			close(fds[0]);
			dribble(fds[1], &v.raw, getppid());
		}
		close(fds[1]);
		assert_int_equal(source_open_fd(&s, fds[0]), BLK_OK);
		o = drain(s, 1000);
		assert_int_equal(o.last, BLK_END);
		assert_int_equal(o.got.n, v.plain.n);
		assert_memory_equal(o.got.p, v.plain.p, v.plain.n);
		while (waitpid(child, &rc, 0) < 0 && errno == EINTR)
			continue;
		assert_true(interrupts > 0);
		free(o.got.p);
		vector_fini(&v);
	}
	sigaction(SIGUSR1, &before, NULL);
}

/*
 * A socket whose other end goes away with something unread gives what was
 * sent, then ECONNRESET.
 */
static void
test_read_error(void **state)
{
	struct vector v = gzip_plain();
	struct source *s = NULL;
	struct outcome o;
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(write(fds[0], "x", 1), 1);
	assert_int_equal(
	    write(fds[1], v.raw.p, v.marks[1].raw), v.marks[1].raw);
	close(fds[1]);
	assert_int_equal(source_open_fd(&s, fds[0]), BLK_OK);
	o = drain(s, 100);
	assert_int_equal(o.last, BLK_EIO);
	assert_int_equal(o.err, ECONNRESET);
	assert_int_equal(o.got.n, v.marks[1].plain);
	assert_memory_equal(o.got.p, v.plain.p, o.got.n);
	free(o.got.p);
	vector_fini(&v);
}

/* 128 MiB of zeros in one member, or in one stream. */
#define BOMB_LEN ((size_t)128 << 20)

static struct bytes
make_bomb(enum source_format format)
{
	static char zeros[1 << 20];
	const unsigned cap = 1 << 20;
	struct bytes b = {NULL, 0};
	z_stream z = {.next_in = NULL};
	bz_stream bz = {.next_in = NULL};

	grow(&b, cap);
	z.next_out = b.p;
	bz.next_out = (char *)b.p;
	z.avail_out = bz.avail_out = cap;
	if (format == SOURCE_GZIP)
		deflateInit2(&z, 1, Z_DEFLATED, 31, 8, 0);
	else
		BZ2_bzCompressInit(&bz, 1, 0, 0);
	for (size_t n = 0; n <= BOMB_LEN; n += sizeof(zeros)) {
		const bool last = n == BOMB_LEN;

		z.next_in = (uint8_t *)zeros;
		bz.next_in = zeros;
		z.avail_in = bz.avail_in = last ? 0 : sizeof(zeros);
		if (format == SOURCE_GZIP)
			deflate(&z, last ? Z_FINISH : Z_NO_FLUSH);
		else
			BZ2_bzCompress(&bz, last ? BZ_FINISH : BZ_RUN);
	}
	b.n = cap - (format == SOURCE_GZIP ? z.avail_out : bz.avail_out);
	if (format == SOURCE_GZIP)
		deflateEnd(&z);
	else
		BZ2_bzCompressEnd(&bz);
	return b;
}

static long
peak_kib(void)
{
	struct rusage ru;

	assert_int_equal(getrusage(RUSAGE_SELF, &ru), 0);
	return ru.ru_maxrss;
}

static void
test_memory_is_constant(void **state)
{
	static uint8_t buf[65536];

	(void)state;
	for (size_t i = 1; i < N_OF(formats); i++) {
		struct bytes raw = make_bomb(formats[i]);
		const long before = peak_kib();
		struct source *s = NULL;
		enum blk_status status;
		size_t got;

		assert_int_equal(source_open_memory(&s, raw.p, raw.n), BLK_OK);
		do {
			status = source_read(s, buf, sizeof(buf), &got);
		} while (status == BLK_OK);
		assert_int_equal(status, BLK_END);
		assert_int_equal(source_offset(s), BOMB_LEN);
		assert_true(peak_kib() - before < 16 * 1024);
		source_free(s);
		free(raw.p);
	}
}

static void
test_format_names(void **state)
{
	(void)state;
	assert_string_equal(source_format_name(SOURCE_PLAIN), "plain");
	assert_string_equal(source_format_name(SOURCE_GZIP), "gzip");
	assert_string_equal(source_format_name(SOURCE_BZIP2), "bzip2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_memory_is_constant),
	    cmocka_unit_test(test_whole_files),
	    cmocka_unit_test(test_cut_at_every_byte),
	    cmocka_unit_test(test_read_size_changes_nothing),
	    cmocka_unit_test(test_read_size_changes_nothing_in_damaged_runs),
	    cmocka_unit_test(
		test_flipped_bits_never_end_clean_with_other_bytes),
	    cmocka_unit_test(test_gzip_trailer),
	    cmocka_unit_test(test_bzip2_checksums),
	    cmocka_unit_test(test_bzip2_blocks_before_damage_are_delivered),
	    cmocka_unit_test(test_what_follows_the_gzip_data),
	    cmocka_unit_test(test_what_follows_the_bzip2_data),
	    cmocka_unit_test(test_what_is_plain),
	    cmocka_unit_test(test_what_is_not_read_here),
	    cmocka_unit_test(test_open_failures),
	    cmocka_unit_test(test_path_fd_and_memory_are_equal),
	    cmocka_unit_test(test_cut_large_files),
	    cmocka_unit_test(test_cut_behind_a_large_block),
	    cmocka_unit_test(test_standard_input),
	    cmocka_unit_test(test_slow_pipe_and_signals),
	    cmocka_unit_test(test_read_error),
	    cmocka_unit_test(test_format_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
