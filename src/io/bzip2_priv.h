#ifndef BZIP2_PRIV_H
#define BZIP2_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <bzlib.h>

#include "source_priv.h"

/*
 * bzip2 in pieces: finding the blocks of a file without decoding it, and
 * decoding one of them by itself.
 *
 *     stream  "BZh" level '1'..'9'   32 bits, on a byte
 *             blocks                 each at any bit
 *             end magic, CRC         48 + 32 bits, then up to the next byte
 *     block   block magic, CRC       48 + 32 bits
 *             its data               of unstated length
 *
 * Places are counted in bits from the start of the file, most significant bit
 * of a byte first.
 */
#define BZIP2_BLOCK_MAGIC UINT64_C(0x314159265359)
#define BZIP2_END_MAGIC UINT64_C(0x177245385090)
#define BZIP2_MAGIC_BITS 48u
#define BZIP2_CRC_BITS 32u
#define BZIP2_BLOCK_LEN 100000u /* symbols in a block, times the level */

/* The latest bytes of a file, each at its place modulo size. */
struct bzip2_window {
	uint8_t *buf;
	size_t size; /* a power of two */
};

static inline uint8_t
bzip2_byte(const struct bzip2_window *w, uint64_t at)
{
	return w->buf[at & (w->size - 1)];
}

/* n <= 48 bits from place `at` on; all of them in the window. */
static inline uint64_t
bzip2_bits(const struct bzip2_window *w, uint64_t at, unsigned n)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < 7; i++)
		v = v << 8 | bzip2_byte(w, at / 8 + i);
	return v >> (56 - at % 8 - n) & ((UINT64_C(1) << n) - 1);
}

/* The checksum of a stream, from those of its blocks in order. */
static inline uint32_t
bzip2_combine(uint32_t stream_crc, uint32_t block_crc)
{
	return (stream_crc << 1 | stream_crc >> 31) ^ block_crc;
}

/* --- bzip2_scan.c --- */

/* Which pairs of bytes stand in a magic number, at any bit: 64 of 65536. */
struct bzip2_scan {
	uint64_t pairs[65536 / 64];
};

void bzip2_scan_init(struct bzip2_scan *s);

/*
 * Find the first magic number at *place or later.  The byte in which it starts
 * and the six behind that one lie before `end`.
 * True: *place is where it is.  False: *place is where to go on once there are
 * more bytes.  What is found may be compressed data that looks like a magic
 * number by accident.
 */
bool bzip2_scan_next(const struct bzip2_scan *s, const struct bzip2_window *w,
    uint64_t *place, uint64_t end);

/* --- bzip2_block.c --- */

/* libbz2 and the memory it works in, which lasts for many blocks. */
struct bzip2_decoder {
	bz_stream z;
	struct source_memory *memory; /* borrowed, or NULL */
	uint8_t *arena;               /* NULL before the first block */
	size_t used;
};

/* All zero but for memory is a decoder ready for use, with whatever block. */
void bzip2_decoder_fini(struct bzip2_decoder *d);

/* What may be a block. */
struct bzip2_span {
	uint64_t start, end; /* the latter is where the next magic number is */
	unsigned level;      /* of its stream */
};

/*
 * Decode the span into out, if it is one whole block that ends where the span
 * does, has a right checksum and fits into out: then true.  Needs its bytes in
 * the window, and the one in which it ends.
 */
bool bzip2_block_decode(struct bzip2_decoder *d, const struct bzip2_window *w,
    const struct bzip2_span *span, struct source_out *out);

/*
 * The same in steps, for a block of unknown end: _begin takes the bits of the
 * byte in which the block starts, unless it starts at the first of them, and
 * _feed all bytes from there on.  Both return what BZ2_bzDecompress does,
 * BZ_OK and errors; d->z.avail_in tells how many bytes _feed left.  At the end
 * of the block libbz2 goes on with what follows in the file.
 */
int bzip2_block_begin(struct bzip2_decoder *d, const struct bzip2_window *w,
    uint64_t start, unsigned level);
int bzip2_block_feed(struct bzip2_decoder *d, const uint8_t *in, size_t n,
    struct source_out *out);

/* --- bzip2_pool.c --- */

/* Spans in the order they were added, and threads that decode them. */
struct bzip2_pool;

/* What a block may decode to here; one that holds long runs may hold more. */
#define BZIP2_PLAIN_MAX ((size_t)2 << 20)

/*
 * A window that holds the spans, and memory (or NULL), until the pool is freed.
 * BLK_ENOMEM.
 */
enum blk_status bzip2_pool_new(struct bzip2_pool **out,
    const struct bzip2_window *w, struct source_memory *m, unsigned threads);

/* Stops the threads, which may take as long as a block. */
void bzip2_pool_free(struct bzip2_pool *pool);

bool bzip2_pool_full(const struct bzip2_pool *pool);

/* Add a span behind the others; not if the pool is full. */
void bzip2_pool_add(struct bzip2_pool *pool, const struct bzip2_span *span);

/* Forget the spans that start before a place; nothing reads them afterwards. */
void bzip2_pool_drop(struct bzip2_pool *pool, uint64_t before);

/*
 * Is the first of the spans the one that starts at want->start, with the same
 * level, and was it decoded whole?  Then want->end is its end and out its
 * bytes.  out->buf is of that memory, BZIP2_PLAIN_MAX bytes, and is exchanged
 * for such another.  Waits for the span, or decodes it with d if no thread has
 * begun to.
 */
bool bzip2_pool_take(struct bzip2_pool *pool, struct bzip2_decoder *d,
    struct bzip2_span *want, struct source_out *out);

#endif
