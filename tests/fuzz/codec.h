#ifndef TESTS_FUZZ_CODEC_H
#define TESTS_FUZZ_CODEC_H

#include "fuzz/fuzz.h"
#include "io/source_priv.h"

/*
 * What the targets of the compressions share: the same bytes decoded in several
 * ways, and the laws on files that are cut off.
 */

/* What expands to more is read so far only. */
#define CODEC_PLAIN_MAX ((size_t)1 << 20)

struct codec_outcome {
	enum blk_status last; /* BLK_OK: there is more */
	const char *problem;
	size_t n;
	uint8_t bytes[CODEC_PLAIN_MAX];
};

/* All that s gives in reads of step bytes; s is freed. */
static inline void
codec_drain(struct source *s, size_t size, size_t step, struct codec_outcome *o)
{
	uint64_t raw = 0;
	size_t got = 0;

	o->n = 0;
	o->last = BLK_OK;
	while (o->last == BLK_OK && o->n < CODEC_PLAIN_MAX) {
		o->last = source_read(s, o->bytes + o->n,
		    fuzz_min(step, CODEC_PLAIN_MAX - o->n), &got);
		LAW((got > 0) == (o->last == BLK_OK),
		    "bytes come with BLK_OK, and with nothing else");
		o->n += got;
		LAW(source_offset(s) == o->n, "source_offset counts the bytes");
		/* what was taken, but not decoded before a fault, is put back
		 */
		LAW(source_raw_offset(s) + 8 >= raw &&
			source_raw_offset(s) <= size,
		    "source_raw_offset rises, up to the size of the file");
		raw = source_raw_offset(s);
	}
	o->problem = source_problem(s);
	LAW((o->problem[0] != '\0') == (o->last < BLK_OK),
	    "damage has words, and nothing else has");
	LAW(o->last != BLK_END || raw == size, "a clean end is the end");
	if (o->last != BLK_OK) {
		uint8_t more;

		LAW(source_read(s, &more, 1, &got) == o->last && got == 0,
		    "the last word stands");
	}
	source_free(s);
}

/* As source_open_memory; false: it is a format that is not read. */
static inline bool
codec_by_memory(const uint8_t *data, size_t size, size_t step,
    struct codec_outcome *o, enum source_format *format)
{
	struct source *s;
	enum blk_status status = source_open_memory(&s, data, size);

	LAW(status == BLK_OK || status == BLK_EUNSUP, "memory can be opened");
	if (status != BLK_OK)
		return false;
	*format = source_format(s);
	codec_drain(s, size, step, o);
	return true;
}

/* As source_open_threads. */
static inline void
codec_by_file(const uint8_t *data, size_t size, unsigned threads, size_t step,
    struct codec_outcome *o)
{
	struct source *s;

	LAW(source_open_threads(&s, fuzz_file(data, size), threads) == BLK_OK,
	    "a file is opened as its bytes are");
	codec_drain(s, size, step, o);
}

static inline void
codec_same(const struct codec_outcome *a, const struct codec_outcome *b,
    const char *words)
{
	LAW(a->n == b->n && memcmp(a->bytes, b->bytes, a->n) == 0, words);
	LAW(a->last == b->last && strcmp(a->problem, b->problem) == 0, words);
}

/*
 * The first n bytes of data, a compressed file that gave `whole`.  They give a
 * part of that; and they end cleanly only where a new member or stream begins,
 * or where nothing but padding follows.
 */
static inline void
codec_check_cut(const uint8_t *data, size_t size, size_t n, const char *magic,
    const struct codec_outcome *whole)
{
	static struct codec_outcome cut;
	enum source_format format;
	size_t rest = n;

	if (!codec_by_memory(data, n, CODEC_PLAIN_MAX, &cut, &format) ||
	    format == SOURCE_PLAIN)
		return;
	LAW(memcmp(cut.bytes, whole->bytes, fuzz_min(cut.n, whole->n)) == 0,
	    "a part of a file gives a part of its bytes");
	LAW(cut.n <= whole->n, "a part of a file gives no more than all of it");
	if (cut.last != BLK_END || whole->last != BLK_END)
		return;
	while (rest < size && data[rest] == 0)
		rest++;
	LAW(rest == size ||
		(size - n >= strlen(magic) &&
		    memcmp(data + n, magic, strlen(magic)) == 0),
	    "a sound file that is cut ends cleanly between its parts only");
}

#endif
