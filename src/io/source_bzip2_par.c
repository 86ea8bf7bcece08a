#include "bzip2_priv.h"

#include <stdlib.h>
#include <string.h>

#include "pack.h"

/*
 * bzip2 block by block, by one decoder or by many at once.  Bytes of the file
 * go into a window, a scan of it cuts them at whatever looks like a magic
 * number, and the pieces that begin like a block go to a pool of threads, as
 * far ahead as the window and the pool reach.
 *
 * All that is only guessed.  The truth is found in order, by the grammar of
 * the format from the first byte on: the block that must be next is taken from
 * the pool if it was decoded whole, with its checksum right, up to a magic
 * number.  If not (there is damage, or the file ends, or a magic number was
 * none, or a block decodes to more than the pool has room for), that one block
 * is decoded here, as the serial reader does it, and what was guessed of the
 * bytes behind it holds again or is dropped.  So nobody can tell the two
 * readers apart by what they deliver or say.
 *
 * Between two blocks all that must be known is the place of the next one, and
 * what was decoded but not read yet.  So a source that rests packs that, and
 * keeps nothing else: the megabytes of a decoder, of the window and of the
 * guesses are for those that are being read.
 */

/* A place that is none. */
#define NOWHERE UINT64_MAX

/* Bytes behind that are kept: the header before a block tells its level. */
#define KEPT 8u

/* The serial reader's buffer, for what libbz2 forgets in damaged blocks. */
#define STEP_LEN ((size_t)32 * 1024)

enum where {
	AT_STREAM, /* or at the end of the file */
	AT_MAGIC,
	IN_BLOCK, /* one that is decoded here */
};

struct par {
	unsigned threads;
	struct source_memory *memory; /* borrowed, or NULL */
	struct bzip2_window window;   /* no buf: it rests */
	uint64_t loaded;       /* place behind the last byte in the window */
	enum blk_status input; /* what comes behind it; BLK_OK: not known */

	/* The guesses. */
	struct bzip2_scan scan;
	uint64_t scanned;    /* bits; where the scan goes on */
	uint64_t block;      /* last thing found, if it is a block */
	unsigned scan_level; /* of the stream the scan is in */
	struct bzip2_pool *pool;

	/* The truth. */
	enum where where;
	uint64_t at; /* bits; all before are decoded */
	unsigned level;
	uint32_t crc, block_crc;

	/* In a block decoded here. */
	struct bzip2_decoder decoder;
	uint64_t fed;      /* place of the next byte for libbz2 */
	uint64_t data_end; /* place behind the block's last byte, or 0 */

	struct source_out plain; /* decoded bytes */
	size_t given;            /* how many of them are handed on */
	struct pack pack;        /* of those before a rest, to be read first */
	uint64_t made;           /* bytes decoded, all in all */
	enum blk_status last;    /* what comes after plain, if not BLK_OK */
};

/* --- a new one --- */

/* Room for what the pool holds, even if that did not compress at all. */
static size_t
window_size(unsigned threads)
{
	size_t size = (size_t)1 << 20;

	while (size >> 20 < (size_t)threads + 1)
		size *= 2;
	return size;
}

static void
drop_buffers(struct par *p)
{
	bzip2_pool_free(p->pool);
	bzip2_decoder_fini(&p->decoder);
	source_memory_give(p->memory, p->plain.buf, BZIP2_PLAIN_MAX);
	source_memory_give(p->memory, p->window.buf, p->window.size);
	p->pool = NULL;
	p->plain.buf = NULL;
	p->window.buf = NULL;
}

static void
par_close(void *state)
{
	struct par *p = state;

	drop_buffers(p);
	pack_fini(&p->pack);
	free(p);
}

static void
par_set_threads(void *state, unsigned threads)
{
	struct par *p = state;

	p->threads = threads > 1 ? threads : 0;
}

static void
par_use_memory(void *state, struct source_memory *m)
{
	struct par *p = state;

	p->memory = m;
	p->decoder.memory = m;
}

static enum blk_status
par_open(void **state, unsigned threads)
{
	struct par *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return BLK_ENOMEM;
	par_set_threads(p, threads);
	p->block = NOWHERE;
	bzip2_scan_init(&p->scan);
	*state = p;
	return BLK_OK;
}

/* Have what reading takes. */
static enum blk_status
wake(struct par *p)
{
	if (p->window.buf != NULL)
		return BLK_OK;
	p->window.size = window_size(p->threads);
	p->window.buf = source_memory_take(p->memory, p->window.size);
	p->plain.buf = source_memory_take(p->memory, BZIP2_PLAIN_MAX);
	if (p->window.buf != NULL && p->plain.buf != NULL &&
	    bzip2_pool_new(&p->pool, &p->window, p->memory, p->threads) ==
		BLK_OK)
		return BLK_OK;
	drop_buffers(p);
	return BLK_ENOMEM;
}

/*
 * The bytes after the latest block are read and cut anew.  Not in a block that
 * is decoded here, step by step: that is damage, or hundreds of megabytes.
 */
static void
par_rest(void *state, struct source_raw *raw)
{
	struct par *p = state;
	const uint64_t at = p->at / 8, from = at > KEPT ? at - KEPT : 0;

	pack_rest(&p->pack);
	if (p->window.buf == NULL || p->where == IN_BLOCK ||
	    !pack_put(
		&p->pack, p->plain.buf + p->given, p->plain.got - p->given))
		return;
	p->given = p->plain.got;
	if (p->last == BLK_OK && !source_raw_rest(raw, p->loaded - from))
		return;
	drop_buffers(p);
	p->loaded = from;
	p->input = BLK_OK;
	p->scanned = p->at;
	p->scan_level = p->level;
	p->block = NOWHERE;
}

/* --- the window --- */

static void
copy_in(struct par *p, struct source_raw *raw, size_t n)
{
	while (n > 0) {
		const size_t pos = (size_t)p->loaded & (p->window.size - 1);
		const size_t left = p->window.size - pos;
		const size_t k = n < left ? n : left;

		memcpy(p->window.buf + pos, raw->next, k);
		source_raw_take(raw, k);
		p->loaded += k;
		n -= k;
	}
}

/* Some bytes more; false if there are none, or no room for them. */
static bool
load(struct par *p, struct source_raw *raw)
{
	const uint64_t at = p->at / 8;
	const uint64_t kept = at > KEPT ? at - KEPT : 0;
	const size_t room = p->window.size - (size_t)(p->loaded - kept);

	if (p->input != BLK_OK || room == 0)
		return false;
	p->input = source_raw_fill(raw);
	if (p->input != BLK_OK)
		return false;
	copy_in(p, raw, raw->avail < room ? raw->avail : room);
	return true;
}

/* Have the bytes up to a place; false if the input ends before it. */
static bool
have(struct par *p, struct source_raw *raw, uint64_t place)
{
	const uint64_t end = (place + 7) / 8;

	while (p->loaded < end && load(p, raw))
		continue;
	return p->loaded >= end;
}

/* What is before a place is decoded; nothing guessed of it matters now. */
static void
advance(struct par *p, uint64_t place)
{
	p->at = place;
	bzip2_pool_drop(p->pool, place);
	if (p->scanned < place) {
		p->scanned = place;
		p->scan_level = p->level;
		p->block = NOWHERE;
	}
}

/* --- the guesses --- */

/* A stream's header before a block tells the level from there on. */
static void
note_level(struct par *p, uint64_t block)
{
	const uint64_t head = block / 8 - 4;

	if (block % 8 != 0 || block < 32 ||
	    bzip2_bits(&p->window, head * 8, 24) != 0x425a68)
		return;
	p->scan_level = bzip2_byte(&p->window, head + 3) - '0';
}

/* Find one piece more for the pool; false if there is none within reach. */
static bool
cut(struct par *p, struct source_raw *raw)
{
	struct bzip2_span span;
	uint64_t found;

	do {
		while (!bzip2_scan_next(
		    &p->scan, &p->window, &p->scanned, p->loaded)) {
			if (!load(p, raw))
				return false;
		}
		found = p->scanned++;
		span = (struct bzip2_span){p->block, found, p->scan_level};
		p->block = NOWHERE;
		if (bzip2_bits(&p->window, found, BZIP2_MAGIC_BITS) ==
		    BZIP2_BLOCK_MAGIC) {
			p->block = found;
			note_level(p, found);
		}
	} while (span.start == NOWHERE);
	bzip2_pool_add(p->pool, &span);
	return true;
}

/* --- the truth --- */

static enum blk_status
ends_early(struct par *p)
{
	p->at = p->loaded * 8;
	if (p->input == BLK_EIO)
		return BLK_EIO;
	p->plain.problem = "bzip2 stream ends early";
	return BLK_ETRUNC;
}

static enum blk_status
malformed(struct par *p, uint64_t at)
{
	p->at = at;
	p->plain.problem = "bzip2 data is malformed";
	return BLK_EBAD;
}

static enum blk_status
bytes_after(struct par *p)
{
	p->plain.problem = "bytes after the bzip2 data";
	return BLK_EBAD;
}

/* Zero bytes up to the end of the file. */
static enum blk_status
skip_padding(struct par *p, struct source_raw *raw)
{
	while (have(p, raw, p->at + 8)) {
		if (bzip2_byte(&p->window, p->at / 8) != 0)
			return bytes_after(p);
		advance(p, p->at + 8);
	}
	return p->input;
}

/* As source_raw_next_unit, and the level. */
static enum blk_status
start_stream(struct par *p, struct source_raw *raw)
{
	static const uint8_t magic[] = {'B', 'Z', 'h'};
	unsigned digit;

	if (!have(p, raw, p->at + 24) && p->input == BLK_EIO)
		return BLK_EIO;
	for (unsigned i = 0; i < 3 && have(p, raw, p->at + 8 * (i + 1)); i++) {
		const uint8_t byte = bzip2_byte(&p->window, p->at / 8 + i);

		if (i == 0 && byte == 0)
			return skip_padding(p, raw);
		if (byte != magic[i])
			return bytes_after(p);
	}
	if (!have(p, raw, p->at + 8))
		return p->input;
	if (!have(p, raw, p->at + 32))
		return ends_early(p);
	digit = bzip2_byte(&p->window, p->at / 8 + 3);
	if (digit < '1' || digit > '9')
		return malformed(p, p->at + 32);
	p->level = digit - '0';
	p->crc = 0;
	p->where = AT_MAGIC;
	advance(p, p->at + 32);
	return BLK_OK;
}

static enum blk_status
end_stream(struct par *p, struct source_raw *raw)
{
	const uint64_t crc_at = p->at + BZIP2_MAGIC_BITS;
	const uint64_t end = crc_at + BZIP2_CRC_BITS;

	if (!have(p, raw, end))
		return ends_early(p);
	if (bzip2_bits(&p->window, crc_at, BZIP2_CRC_BITS) != p->crc)
		return malformed(p, end);
	p->where = AT_STREAM;
	advance(p, (end + 7) / 8 * 8);
	return BLK_OK;
}

static enum blk_status
start_block(struct par *p, struct source_raw *raw)
{
	struct bzip2_span span = {.start = p->at, .level = p->level};
	int rc;

	while (!bzip2_pool_full(p->pool) && cut(p, raw))
		continue;
	/* If the file ends before it, the block does so as well. */
	p->block_crc = (uint32_t)bzip2_bits(
	    &p->window, p->at + BZIP2_MAGIC_BITS, BZIP2_CRC_BITS);
	if (bzip2_pool_take(p->pool, &p->decoder, &span, &p->plain)) {
		p->crc = bzip2_combine(p->crc, p->block_crc);
		advance(p, span.end);
		return BLK_OK;
	}
	rc = bzip2_block_begin(&p->decoder, &p->window, p->at, p->level);
	if (rc != BZ_OK)
		return rc == BZ_MEM_ERROR ? BLK_ENOMEM : malformed(p, p->at);
	p->where = IN_BLOCK;
	p->fed = (p->at + 7) / 8;
	p->data_end = 0;
	return BLK_OK;
}

/* libbz2 compares byte by byte, and so it matters where the file ends. */
static enum blk_status
read_magic(struct par *p, struct source_raw *raw)
{
	uint64_t magic = BZIP2_BLOCK_MAGIC;

	for (unsigned n = 0; n < BZIP2_MAGIC_BITS; n += 8) {
		const uint64_t at = p->at + n;
		unsigned byte;

		if (!have(p, raw, at + 8))
			return ends_early(p);
		byte = (unsigned)bzip2_bits(&p->window, at, 8);
		if (n == 0 && byte == BZIP2_END_MAGIC >> 40)
			magic = BZIP2_END_MAGIC;
		if (byte != (magic >> (40 - n) & 0xff))
			return malformed(p, at + 8);
	}
	return magic == BZIP2_END_MAGIC ? end_stream(p, raw)
					: start_block(p, raw);
}

/* --- a block decoded here --- */

/*
 * The byte libbz2 wants next, if there is one.  What it had may make room for
 * it, but for the byte in which the block ends.
 */
static bool
have_next(struct par *p, struct source_raw *raw)
{
	const uint64_t end = p->data_end != 0 ? p->data_end : p->fed;

	if (p->fed < p->loaded)
		return true;
	if ((end - 1) * 8 > p->at)
		advance(p, (end - 1) * 8);
	return have(p, raw, p->fed * 8 + 8);
}

/*
 * libbz2 saw the whole block and a magic number behind it, which so starts in
 * the byte where the data ends.
 */
static enum blk_status
end_block(struct par *p)
{
	uint64_t at = (p->data_end - 1) * 8 + 1;

	for (; at <= p->data_end * 8; at++) {
		const uint64_t bits =
		    bzip2_bits(&p->window, at, BZIP2_MAGIC_BITS);

		if (bits != BZIP2_BLOCK_MAGIC && bits != BZIP2_END_MAGIC)
			continue;
		p->crc = bzip2_combine(p->crc, p->block_crc);
		p->where = AT_MAGIC;
		advance(p, at);
		return BLK_OK;
	}
	return malformed(p, p->fed * 8);
}

/* Hand libbz2 the byte at hand, if there is one. */
static enum blk_status
feed_next(struct par *p, bool some)
{
	const uint8_t byte = some ? bzip2_byte(&p->window, p->fed) : 0;
	const size_t before = p->plain.got;
	const int rc =
	    bzip2_block_feed(&p->decoder, &byte, some ? 1 : 0, &p->plain);

	p->fed += (some ? 1 : 0) - p->decoder.z.avail_in;
	if (rc != BZ_OK)
		return rc == BZ_MEM_ERROR ? BLK_ENOMEM
					  : malformed(p, p->fed * 8);
	/* libbz2 puts out a block as soon as it has the end of its data. */
	if (p->plain.got > before && p->data_end == 0)
		p->data_end = p->fed;
	if (!some && p->plain.got == before)
		return ends_early(p);
	return BLK_OK;
}

/*
 * One byte after the other, as only that tells where the block ends.  Output
 * is broken off where the serial reader's buffer is full.
 */
static enum blk_status
decode_here(struct par *p, struct source_raw *raw)
{
	enum blk_status status = BLK_OK;

	p->plain.cap = STEP_LEN - p->made % STEP_LEN;
	while (status == BLK_OK && p->plain.got < p->plain.cap) {
		if (p->data_end != 0 &&
		    p->fed == p->data_end + BZIP2_MAGIC_BITS / 8)
			return end_block(p);
		status = feed_next(p, have_next(p, raw));
	}
	return status;
}

/* --- as a codec --- */

static enum blk_status
step(struct par *p, struct source_raw *raw)
{
	switch (p->where) {
	case AT_STREAM:
		return start_stream(p, raw);
	case AT_MAGIC:
		return read_magic(p, raw);
	case IN_BLOCK:
		return decode_here(p, raw);
	}
	return BLK_EBAD;
}

/* What was put aside, and nothing behind it. */
static enum blk_status
read_packed(struct par *p, struct source_out *out)
{
	enum blk_status status =
	    pack_take(&p->pack, out->buf, out->cap, &out->got);

	if (status != BLK_OK)
		p->last = status;
	return status;
}

static enum blk_status
par_read(void *state, struct source_raw *raw, struct source_out *out)
{
	struct par *p = state;
	size_t left;

	if (!pack_is_empty(&p->pack))
		return read_packed(p, out);
	while (p->given == p->plain.got && p->last == BLK_OK) {
		p->given = p->plain.got = 0;
		p->last = wake(p);
		if (p->last == BLK_OK)
			p->last = step(p, raw);
		p->made += p->plain.got;
	}
	left = p->plain.got - p->given;
	out->got = left < out->cap ? left : out->cap;
	if (out->got > 0)
		memcpy(out->buf, p->plain.buf + p->given, out->got);
	p->given += out->got;
	raw->taken = (p->at + 7) / 8;
	if (p->given < p->plain.got)
		return BLK_OK;
	out->problem = p->plain.problem;
	return p->last;
}

const struct source_codec source_bzip2_par_codec = {
    .format = SOURCE_BZIP2,
    .open = par_open,
    .read = par_read,
    .rest = par_rest,
    .set_threads = par_set_threads,
    .use_memory = par_use_memory,
    .close = par_close,
};
