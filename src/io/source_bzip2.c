#include "source_priv.h"

#include <stdlib.h>
#include <string.h>

#include <bzlib.h>

/*
 * bzip2 by libbz2, which reads one stream and stops.  Archives hold files of
 * many streams: pbzip2 writes them, and people join files with cat.
 *
 * It decodes into a buffer of ours, always filled to the brim, and not into
 * the caller's: on some damage libbz2 forgets what the failing call wrote, and
 * how much that is must not depend on how the caller reads.
 */

#define PLAIN_LEN ((size_t)32 * 1024)

/*
 * Nor must it depend on how the file is read.  A call takes less input than
 * the smallest block has, so that it never puts out bytes of two of them, and
 * those of sound blocks are not forgotten with those of a damaged one.
 */
#define INPUT_LEN ((size_t)16)

/* What stands in every stream's header, before the block size '1'..'9'. */
static const uint8_t magic[] = {'B', 'Z', 'h'};

struct bzip2 {
	bz_stream z; /* initialised while in_stream */
	bool in_stream;
	size_t given;            /* bytes of plain handed on */
	struct source_out plain; /* decoded bytes, in buf */
	enum blk_status last;    /* what comes after them, if not BLK_OK */
	uint8_t buf[PLAIN_LEN];
};

/* Are the len bytes at head the start of tag (or of as much as there is)? */
static bool
begins(const uint8_t *head, size_t len, const uint8_t tag[6])
{
	return memcmp(head, tag, len < 6 ? len : 6) == 0;
}

/*
 * "BZh9" alone is no proof: as an MRT time it is a day in April 2005.  Behind
 * it stands a block, or at once the end of the stream.
 */
static bool
bzip2_matches(const uint8_t *head, size_t len)
{
	static const uint8_t block[] = {0x31, 0x41, 0x59, 0x26, 0x53, 0x59};
	static const uint8_t end[] = {0x17, 0x72, 0x45, 0x38, 0x50, 0x90};

	if (len < 4 || memcmp(head, magic, sizeof(magic)) != 0 ||
	    head[3] < '1' || head[3] > '9')
		return false;
	return begins(head + 4, len - 4, block) ||
	    begins(head + 4, len - 4, end);
}

static enum blk_status
bzip2_open(void **state, unsigned threads)
{
	struct bzip2 *b = calloc(1, sizeof(*b));

	(void)threads;
	if (b == NULL)
		return BLK_ENOMEM;
	*state = b;
	return BLK_OK;
}

static void
leave_stream(struct bzip2 *b)
{
	if (b->in_stream)
		BZ2_bzDecompressEnd(&b->z);
	b->in_stream = false;
}

static void
bzip2_close(void *state)
{
	struct bzip2 *b = state;

	leave_stream(b);
	free(b);
}

static enum blk_status
enter_stream(struct bzip2 *b, struct source_raw *raw, struct source_out *out)
{
	enum blk_status status =
	    source_raw_next_unit(raw, magic, sizeof(magic));

	if (status == BLK_ETRUNC)
		out->problem = "bzip2 stream ends early";
	else if (status == BLK_EBAD)
		out->problem = "bytes after the bzip2 data";
	if (status != BLK_OK)
		return status;
	b->z = (bz_stream){.next_in = NULL};
	if (BZ2_bzDecompressInit(&b->z, 0, 0) != BZ_OK)
		return BLK_ENOMEM;
	b->in_stream = true;
	return BLK_OK;
}

/* Decode what is at hand, as far as there is room. */
static int
decompress_some(struct bzip2 *b, struct source_raw *raw, struct source_out *out)
{
	const unsigned in =
	    (unsigned)(raw->avail < INPUT_LEN ? raw->avail : INPUT_LEN);
	const unsigned room = (unsigned)(out->cap - out->got);
	int rc;

	/* libbz2 never writes there; its pointer is only older than const. */
	b->z.next_in = (char *)(uintptr_t)raw->next;
	b->z.avail_in = in;
	b->z.next_out = (char *)out->buf + out->got;
	b->z.avail_out = room;
	rc = BZ2_bzDecompress(&b->z);
	source_raw_take(raw, in - b->z.avail_in);
	out->got += room - b->z.avail_out;
	return rc;
}

/* Decode within a stream until out is full or the stream ends. */
static enum blk_status
read_stream(struct bzip2 *b, struct source_raw *raw, struct source_out *out)
{
	while (out->got < out->cap && b->in_stream) {
		enum blk_status status = source_raw_fill(raw);
		const size_t before = out->got;
		int rc;

		/* When there is no more, a block may still be going out. */
		rc = decompress_some(b, raw, out);
		if (rc == BZ_STREAM_END) {
			leave_stream(b);
		} else if (rc == BZ_MEM_ERROR) {
			return BLK_ENOMEM;
		} else if (rc != BZ_OK) {
			out->problem = "bzip2 data is malformed";
			return BLK_EBAD;
		} else if (status != BLK_OK && out->got == before) {
			out->problem = "bzip2 stream ends early";
			return status == BLK_EIO ? BLK_EIO : BLK_ETRUNC;
		}
	}
	return BLK_OK;
}

/* Fill the empty buffer, from as many streams as that takes. */
static enum blk_status
refill(struct bzip2 *b, struct source_raw *raw)
{
	enum blk_status status = BLK_OK;

	b->given = 0;
	b->plain = (struct source_out){.buf = b->buf, .cap = sizeof(b->buf)};
	while (status == BLK_OK && b->plain.got < b->plain.cap) {
		if (!b->in_stream)
			status = enter_stream(b, raw, &b->plain);
		if (status == BLK_OK)
			status = read_stream(b, raw, &b->plain);
	}
	return status;
}

static enum blk_status
bzip2_read(void *state, struct source_raw *raw, struct source_out *out)
{
	struct bzip2 *b = state;
	size_t left;

	if (b->given == b->plain.got)
		b->last = refill(b, raw);
	left = b->plain.got - b->given;
	out->got = left < out->cap ? left : out->cap;
	memcpy(out->buf, b->buf + b->given, out->got);
	b->given += out->got;
	if (b->given < b->plain.got)
		return BLK_OK;
	out->problem = b->plain.problem;
	return b->last;
}

const struct source_codec source_bzip2_codec = {
    .format = SOURCE_BZIP2,
    .matches = bzip2_matches,
    .open = bzip2_open,
    .read = bzip2_read,
    .close = bzip2_close,
};
