#include "source_priv.h"

#include <stdlib.h>
#include <string.h>

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include "pack.h"

/*
 * gzip (RFC 1952) by ISA-L, several times as fast as zlib.  ISA-L inflates;
 * the header and the trailer of a member are read here, as zlib reads them, so
 * that the two codecs find the same faults and call them by the same names.
 *
 * When ISA-L finds a fault, it counts bytes as decoded that it never wrote,
 * and input as taken that it never had.  So its state is kept from before each
 * call, and after a fault that call is done over with as much of its input as
 * is free of faults.  Input with few bytes behind it is copied to where there
 * are more.  Output goes to the caller where he has room for plain.cap bytes,
 * else to a buffer of ours: ISA-L is given that much in either case, for what
 * comes of a fault must not depend on the room that the caller has.
 *
 * Some bytes next to a fault are left to differ from zlib's.  ISA-L decodes
 * up to three literals at once, and if bits for the last of them are missing,
 * none; so of a file that ends early it may give two bytes less.  What ends in
 * the byte of a fault is not given: a few bytes.  And ISA-L goes on with
 * incomplete Huffman codes until a code comes that is none, where zlib refuses
 * the whole block; what it makes of one before is wrong, as everything between
 * damage and its discovery may be.
 */

#define PLAIN_LEN ((size_t)256 * 1024)
#define INPUT_LEN ((size_t)64 * 1024)
#define INPUT_SLACK 64u
/* At first and after a rest; then twice as much each time. */
#define PLAIN_FIRST ((size_t)32 * 1024)

static const uint8_t magic[] = {0x1f, 0x8b};

#define METHOD_DEFLATE 8u

/* Flags of the header (RFC 1952, 2.3.1). */
enum {
	HAS_HCRC = 0x02,
	HAS_EXTRA = 0x04,
	HAS_NAME = 0x08,
	HAS_COMMENT = 0x10,
	RESERVED = 0xe0,
};

/* The parts of a member, in their order. */
enum part {
	FIXED,
	EXTRA_LEN,
	EXTRA,
	NAME,
	COMMENT,
	HCRC,
	BODY,
	CHECKSUM,
	LENGTH,
	BETWEEN, /* members */
};

struct gzip {
	enum part part;
	uint32_t taken; /* bytes of this part */
	uint32_t value; /* its latest bytes, the first of them lowest */
	uint8_t flags;
	uint32_t extra_len;
	uint32_t head_crc;
	struct source_out plain; /* decoded bytes, in buf or with the caller */
	size_t given;            /* how many of them are handed on */
	enum blk_status last;    /* what comes after them, if not BLK_OK */
	bool faulty;             /* no more of the input is to be decoded */
	struct gzip_work *work;  /* NULL: it rests, or was not read yet */
	uint8_t *buf;            /* for callers with little room; or NULL */
	struct inflate_state *z; /* of it while it rests, without its end */
	struct pack pack;        /* what was decoded then, to be read first */
};

/* What is needed only while it is read. */
struct gzip_work {
	struct inflate_state z;
	struct inflate_state before; /* the latest call */
	uint8_t input[INPUT_LEN + INPUT_SLACK];
};

static bool
gzip_matches(const uint8_t *head, size_t len)
{
	return len >= sizeof(magic) && memcmp(head, magic, sizeof(magic)) == 0;
}

static enum blk_status
gzip_open(void **state, unsigned threads)
{
	struct gzip *g = malloc(sizeof(*g));

	(void)threads;
	if (g == NULL)
		return BLK_ENOMEM;
	g->part = BETWEEN;
	g->plain = (struct source_out){.cap = PLAIN_FIRST};
	g->given = 0;
	g->last = BLK_OK;
	g->faulty = false;
	g->work = NULL;
	g->buf = NULL;
	g->z = NULL;
	g->pack = (struct pack){.pieces = NULL};
	*state = g;
	return BLK_OK;
}

static void
gzip_close(void *state)
{
	struct gzip *g = state;

	pack_fini(&g->pack);
	free(g->work);
	free(g->buf);
	free(g->z);
	free(g);
}

/* How much of a state means something: its last part is a buffer. */
static size_t
state_len(const struct inflate_state *z)
{
	return offsetof(struct inflate_state, tmp_out_buffer) +
	    (size_t)z->tmp_out_valid;
}

static void
copy_state(struct inflate_state *to, const struct inflate_state *from)
{
	memcpy(to, from, state_len(from));
}

/* Have what reading takes. */
static enum blk_status
wake(struct gzip *g)
{
	if (g->work != NULL)
		return BLK_OK;
	g->work = malloc(sizeof(*g->work));
	if (g->work == NULL)
		return BLK_ENOMEM;
	memset(g->work->input + INPUT_LEN, 0, INPUT_SLACK);
	if (g->z != NULL)
		copy_state(&g->work->z, g->z);
	else
		isal_inflate_init(&g->work->z);
	free(g->z);
	g->z = NULL;
	return BLK_OK;
}

/* ISA-L's state stays, which holds the window: some 54 KiB. */
static void
gzip_rest(void *state, struct source_raw *raw)
{
	struct gzip *g = state;
	size_t len;

	pack_rest(&g->pack);
	if (g->work == NULL)
		return;
	len = state_len(&g->work->z);
	g->z = malloc(len);
	/* what lies with the caller is given */
	if (g->z == NULL ||
	    (g->given < g->plain.got &&
		!pack_put(
		    &g->pack, g->buf + g->given, g->plain.got - g->given))) {
		free(g->z);
		g->z = NULL;
		return;
	}
	copy_state(g->z, &g->work->z);
	g->given = g->plain.got;
	g->plain.cap = PLAIN_FIRST;
	free(g->work);
	g->work = NULL;
	free(g->buf);
	g->buf = NULL;
	source_raw_rest(raw, 0);
}

static enum blk_status
damaged(struct gzip *g, enum blk_status status, const char *problem)
{
	g->plain.problem = problem;
	return status;
}

static enum blk_status
ends_early(struct gzip *g, enum blk_status input)
{
	if (input == BLK_EIO)
		return BLK_EIO;
	return damaged(g, BLK_ETRUNC, "gzip data ends early");
}

static enum blk_status
malformed(struct gzip *g)
{
	return damaged(g, BLK_EBAD, "gzip data is malformed");
}

static void
enter_part(struct gzip *g, enum part part)
{
	g->part = part;
	g->taken = 0;
	g->value = 0;
}

/* --- the header --- */

/*
 * The next byte of a part of fixed length; with the fourth, `value` forgets
 * the first.  Those ISA-L read ahead come before those of the file.
 */
static enum blk_status
take_byte(struct gzip *g, struct source_raw *raw, uint8_t *byte)
{
	if (g->work->z.read_in_length >= 8) {
		*byte = (uint8_t)g->work->z.read_in;
		g->work->z.read_in >>= 8;
		g->work->z.read_in_length -= 8;
	} else {
		const enum blk_status status = source_raw_fill(raw);

		if (status != BLK_OK)
			return ends_early(g, status);
		*byte = raw->next[0];
		source_raw_take(raw, 1);
	}
	g->value = g->value >> 8 | (uint32_t)*byte << 24;
	g->taken++;
	return BLK_OK;
}

/* zlib looks at method and flags once it has both. */
static enum blk_status
fixed_byte(struct gzip *g)
{
	if (g->taken == 4) {
		g->flags = (uint8_t)(g->value >> 24);
		if ((g->value >> 16 & 0xff) != METHOD_DEFLATE ||
		    (g->flags & RESERVED) != 0)
			return malformed(g);
	}
	if (g->taken == 10)
		enter_part(g, EXTRA_LEN);
	return BLK_OK;
}

/* Is the part one that the flags promise, and not yet over? */
static bool
wanted(const struct gzip *g)
{
	switch (g->part) {
	case EXTRA_LEN:
		return (g->flags & HAS_EXTRA) != 0 && g->taken < 2;
	case EXTRA:
		return (g->flags & HAS_EXTRA) != 0 && g->taken < g->extra_len;
	case NAME:
		return (g->flags & HAS_NAME) != 0 &&
		    (g->taken == 0 || g->value >> 24 != 0);
	case COMMENT:
		return (g->flags & HAS_COMMENT) != 0 &&
		    (g->taken == 0 || g->value >> 24 != 0);
	case HCRC:
		return (g->flags & HAS_HCRC) != 0 && g->taken < 2;
	default:
		return true;
	}
}

/* Leave the parts of the header that are over or not there. */
static enum blk_status
next_parts(struct gzip *g)
{
	while (g->part < BODY && !wanted(g)) {
		if (g->part == EXTRA_LEN)
			g->extra_len = g->value >> 16;
		if (g->part == HCRC && (g->flags & HAS_HCRC) != 0 &&
		    g->value >> 16 != (g->head_crc & 0xffff))
			return malformed(g);
		enter_part(g, (enum part)(g->part + 1));
	}
	return BLK_OK;
}

static enum blk_status
read_header(struct gzip *g, struct source_raw *raw)
{
	enum blk_status status = BLK_OK;

	while (status == BLK_OK && g->part < BODY) {
		uint8_t byte;

		status = take_byte(g, raw, &byte);
		if (status != BLK_OK)
			return status;
		if (g->part != HCRC)
			g->head_crc = crc32_gzip_refl(g->head_crc, &byte, 1);
		if (g->part == FIXED)
			status = fixed_byte(g);
		if (status == BLK_OK)
			status = next_parts(g);
	}
	return status;
}

static enum blk_status
enter_member(struct gzip *g, struct source_raw *raw)
{
	enum blk_status status =
	    source_raw_next_unit(raw, magic, sizeof(magic));

	if (status == BLK_ETRUNC)
		return ends_early(g, status);
	if (status == BLK_EBAD)
		return damaged(g, status, "bytes after the gzip data");
	if (status != BLK_OK)
		return status;
	isal_inflate_init(&g->work->z);
	g->work->z.crc_flag = ISAL_GZIP_NO_HDR;
	g->head_crc = 0;
	enter_part(g, FIXED);
	return BLK_OK;
}

/* --- the body --- */

/* Decode n bytes of the input, as far as there is room. */
static int
inflate_some(struct gzip *g, const uint8_t *input, size_t n)
{
	/* ISA-L does not write there */
	g->work->z.next_in = (uint8_t *)(uintptr_t)input;
	g->work->z.avail_in = (uint32_t)n;
	g->work->z.next_out = g->plain.buf + g->plain.got;
	g->work->z.avail_out = (uint32_t)(g->plain.cap - g->plain.got);
	return isal_inflate(&g->work->z);
}

/* Do the latest call over, with all of the n bytes that are no fault; how many?
 */
static size_t
inflate_to_fault(struct gzip *g, const uint8_t *input, size_t n)
{
	size_t good = 0;

	/* A fault shows in [good, n). */
	while (n - good > 1) {
		const size_t middle = good + (n - good) / 2;

		copy_state(&g->work->z, &g->work->before);
		if (inflate_some(g, input, middle) < 0)
			n = middle;
		else
			good = middle;
	}
	copy_state(&g->work->z, &g->work->before);
	(void)inflate_some(g, input, good);
	g->faulty = true;
	return good;
}

static void
inflate_at_hand(struct gzip *g, struct source_raw *raw)
{
	const size_t want = INPUT_LEN / (PLAIN_LEN / g->plain.cap);
	size_t n = raw->avail < want ? raw->avail : want;
	const uint8_t *input = raw->next;

	/* After a fault ISA-L may still hold back bytes from before it. */
	if (g->faulty)
		n = 0;
	if (raw->avail - n < INPUT_SLACK) {
		input = g->work->input;
		if (n > 0)
			memcpy(g->work->input, raw->next, n);
	}
	copy_state(&g->work->before, &g->work->z);
	if (inflate_some(g, input, n) < 0)
		n = inflate_to_fault(g, input, n);
	source_raw_take(raw, n - g->work->z.avail_in);
	g->plain.got = g->plain.cap - g->work->z.avail_out;
}

static enum blk_status
read_body(struct gzip *g, struct source_raw *raw)
{
	while (g->plain.got == 0 && g->part == BODY) {
		const enum blk_status status = source_raw_fill(raw);

		/* When there is no more, ISA-L may still hold back bytes. */
		inflate_at_hand(g, raw);
		if (g->work->z.block_state == ISAL_BLOCK_FINISH) {
			/* What is left of the last byte is padding. */
			g->work->z.read_in >>= g->work->z.read_in_length % 8;
			g->work->z.read_in_length -=
			    g->work->z.read_in_length % 8;
			enter_part(g, CHECKSUM);
		} else if (g->plain.got > 0) {
			break;
		} else if (g->faulty) {
			return malformed(g);
		} else if (status != BLK_OK) {
			return ends_early(g, status);
		}
	}
	return BLK_OK;
}

/* --- the trailer --- */

static enum blk_status
read_trailer(struct gzip *g, struct source_raw *raw)
{
	while (g->taken < 4) {
		uint8_t byte;
		const enum blk_status status = take_byte(g, raw, &byte);

		if (status != BLK_OK)
			return status;
	}
	if (g->part == CHECKSUM) {
		if (g->value != g->work->z.crc)
			return damaged(
			    g, BLK_EBAD, "gzip checksum does not match");
		enter_part(g, LENGTH);
		return BLK_OK;
	}
	if (g->value != g->work->z.total_out)
		return damaged(g, BLK_EBAD, "gzip length does not match");
	g->part = BETWEEN;
	return BLK_OK;
}

/* --- as a codec --- */

static enum blk_status
step(struct gzip *g, struct source_raw *raw)
{
	if (g->part == BETWEEN)
		return enter_member(g, raw);
	if (g->part < BODY)
		return read_header(g, raw);
	if (g->part == BODY)
		return read_body(g, raw);
	return read_trailer(g, raw);
}

/* What was put aside, and nothing behind it. */
static enum blk_status
read_packed(struct gzip *g, struct source_out *out)
{
	enum blk_status status =
	    pack_take(&g->pack, out->buf, out->cap, &out->got);

	if (status != BLK_OK)
		g->last = status;
	return status;
}

/* Where the next bytes are to go.  False: no memory. */
static bool
have_room(struct gzip *g, const struct source_out *out)
{
	if (g->work != NULL && g->plain.got > 0 && g->plain.cap < PLAIN_LEN)
		g->plain.cap *= 2;
	g->given = g->plain.got = 0;
	g->plain.buf = out->buf;
	if (out->cap >= g->plain.cap)
		return true;
	if (g->buf == NULL)
		g->buf = malloc(PLAIN_LEN);
	g->plain.buf = g->buf;
	return g->buf != NULL;
}

static void
hand_on(struct gzip *g, struct source_out *out)
{
	const size_t left = g->plain.got - g->given;

	out->got = left < out->cap ? left : out->cap;
	if (out->got > 0 && g->plain.buf != out->buf)
		memcpy(out->buf, g->plain.buf + g->given, out->got);
	g->given += out->got;
}

static enum blk_status
gzip_read(void *state, struct source_raw *raw, struct source_out *out)
{
	struct gzip *g = state;

	if (!pack_is_empty(&g->pack))
		return read_packed(g, out);
	while (g->given == g->plain.got && g->last == BLK_OK) {
		g->last = have_room(g, out) ? wake(g) : BLK_ENOMEM;
		if (g->last == BLK_OK)
			g->last = step(g, raw);
		if (g->last == BLK_EBAD && g->work->z.read_in_length > 0)
			raw->taken -= (unsigned)g->work->z.read_in_length / 8;
	}
	hand_on(g, out);
	if (g->given < g->plain.got)
		return BLK_OK;
	out->problem = g->plain.problem;
	return g->last;
}

const struct source_codec source_gzip_isal_codec = {
    .format = SOURCE_GZIP,
    .matches = gzip_matches,
    .open = gzip_open,
    .read = gzip_read,
    .rest = gzip_rest,
    .close = gzip_close,
};
