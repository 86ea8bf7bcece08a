#include "bzip2_priv.h"

#include <stdlib.h>

/*
 * A block is given to libbz2 as a stream of its own: a header before it, and
 * behind it an end with the checksum that it must have.
 *
 * The block starts at any bit of a byte, libbz2 at the first.  Rather than
 * shift the bits, a few tiny blocks are put before the real one, as many as
 * bring it to the same bit.  So libbz2 reads the bytes of the file as they
 * lie, and meets the end of a torn file as it would in the whole of it.
 */

/* The block that holds one 'a': 179 bits, so each moves what follows by 3. */
static const uint8_t filler[] = {0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0x19, 0x93,
    0x9b, 0x6b, 0x00, 0x00, 0x00, 0x01, 0x00, 0x20, 0x00, 0x20, 0x00, 0x21,
    0x18, 0x46, 0x80};

#define FILLER_BITS 179u
#define FILLER_CRC UINT32_C(0x19939b6b)

/* 3 * 3 is 1 modulo 8. */
static unsigned
fillers_before(uint64_t start)
{
	return (unsigned)(start % 8 * 3 % 8);
}

#define FILLERS_MAX 7u

/* Bits in the order of bzip2. */
struct bits {
	uint8_t buf[4 + (FILLERS_MAX * FILLER_BITS + 15) / 8];
	size_t n;
};

static void
put(struct bits *b, uint64_t v, unsigned n)
{
	while (n > 0) {
		const unsigned room = 8 - b->n % 8;
		const unsigned k = n < room ? n : room;
		const uint64_t top = v >> (n - k) & ((1u << k) - 1);

		b->buf[b->n / 8] |= (uint8_t)(top << (room - k));
		b->n += k;
		n -= k;
	}
}

static void
put_filler(struct bits *b)
{
	for (unsigned i = 0; i < FILLER_BITS / 8; i++)
		put(b, filler[i], 8);
	put(b, filler[FILLER_BITS / 8] >> (8 - FILLER_BITS % 8),
	    FILLER_BITS % 8);
}

/* --- libbz2's memory --- */

/*
 * Its state, of some 64 KiB, and four bytes for each symbol of a block.  All
 * that libbz2 holds is in there, so a block is left by beginning another.
 */
#define ARENA_LEN ((size_t)(9 * BZIP2_BLOCK_LEN * 4) + (128 << 10))

static void *
arena_alloc(void *opaque, int n, int size)
{
	struct bzip2_decoder *d = opaque;
	const size_t want = ((size_t)n * (size_t)size + 63) & ~(size_t)63;
	uint8_t *p = d->arena + d->used;

	if (want > ARENA_LEN - d->used)
		return NULL;
	d->used += want;
	return p;
}

static void
arena_free(void *opaque, void *p)
{
	(void)opaque;
	(void)p;
}

void
bzip2_decoder_fini(struct bzip2_decoder *d)
{
	source_memory_give(d->memory, d->arena, ARENA_LEN);
	d->arena = NULL;
}

static int
decoder_reset(struct bzip2_decoder *d)
{
	if (d->arena == NULL)
		d->arena = source_memory_take(d->memory, ARENA_LEN);
	if (d->arena == NULL)
		return BZ_MEM_ERROR;
	d->used = 0;
	d->z = (bz_stream){
	    .bzalloc = arena_alloc, .bzfree = arena_free, .opaque = d};
	return BZ2_bzDecompressInit(&d->z, 0, 0);
}

/* --- blocks --- */

int
bzip2_block_feed(struct bzip2_decoder *d, const uint8_t *in, size_t n,
    struct source_out *out)
{
	const unsigned room = (unsigned)(out->cap - out->got);
	int rc;

	/* libbz2 never writes there; its pointer is only older than const. */
	d->z.next_in = (char *)(uintptr_t)in;
	d->z.avail_in = (unsigned)n;
	d->z.next_out = (char *)out->buf + out->got;
	d->z.avail_out = room;
	rc = BZ2_bzDecompress(&d->z);
	out->got += room - d->z.avail_out;
	return rc;
}

int
bzip2_block_begin(struct bzip2_decoder *d, const struct bzip2_window *w,
    uint64_t start, unsigned level)
{
	uint8_t dropped[FILLERS_MAX + 1];
	struct source_out out = {.buf = dropped, .cap = sizeof(dropped)};
	struct bits head = {.n = 0};
	const unsigned phase = start % 8;
	int rc = decoder_reset(d);

	if (rc != BZ_OK)
		return rc;
	put(&head, 0x425a6830 + level, 32); /* "BZh0" */
	for (unsigned i = 0; i < fillers_before(start); i++)
		put_filler(&head);
	if (phase != 0)
		put(&head, bzip2_bits(w, start, 8 - phase), 8 - phase);
	return bzip2_block_feed(d, head.buf, head.n / 8, &out);
}

/* The end of the stream that holds fillers and the block. */
static void
put_end(
    struct bits *b, const struct bzip2_window *w, const struct bzip2_span *span)
{
	const unsigned phase = span->end % 8;
	const uint64_t crc =
	    bzip2_bits(w, span->start + BZIP2_MAGIC_BITS, BZIP2_CRC_BITS);
	uint32_t all = 0;

	for (unsigned i = 0; i < fillers_before(span->start); i++)
		all = bzip2_combine(all, FILLER_CRC);
	all = bzip2_combine(all, (uint32_t)crc);
	if (phase != 0)
		put(b, bzip2_bits(w, span->end - phase, phase), phase);
	put(b, BZIP2_END_MAGIC, BZIP2_MAGIC_BITS);
	put(b, all, BZIP2_CRC_BITS);
}

/* The whole bytes of the span, which may wrap around in the window. */
static int
feed_bytes(struct bzip2_decoder *d, const struct bzip2_window *w,
    const struct bzip2_span *span, struct source_out *out)
{
	const uint64_t end = span->end / 8;
	uint64_t at = (span->start + 7) / 8;
	int rc = BZ_OK;

	while (at < end && rc == BZ_OK) {
		const size_t pos = (size_t)at & (w->size - 1);
		size_t n = w->size - pos;

		if (n > end - at)
			n = (size_t)(end - at);
		rc = bzip2_block_feed(d, w->buf + pos, n, out);
		if (rc == BZ_OK && d->z.avail_in > 0)
			return BZ_OUTBUFF_FULL;
		at += n;
	}
	return rc;
}

bool
bzip2_block_decode(struct bzip2_decoder *d, const struct bzip2_window *w,
    const struct bzip2_span *span, struct source_out *out)
{
	struct bits end = {.n = 0};
	int rc = bzip2_block_begin(d, w, span->start, span->level);

	if (rc == BZ_OK)
		rc = feed_bytes(d, w, span, out);
	if (rc == BZ_OK) {
		put_end(&end, w, span);
		rc = bzip2_block_feed(d, end.buf, (end.n + 7) / 8, out);
		if (rc == BZ_STREAM_END && d->z.avail_in == 0)
			return true;
	}
	return false;
}
