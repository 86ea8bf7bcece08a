#include "source_priv.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <bzlib.h>

/*
 * bzip2 by libbz2, which reads one stream and stops.  Archives hold files of
 * many streams: pbzip2 writes them, and people join files with cat.
 */

/* What stands in every stream's header, before the block size '1'..'9'. */
static const uint8_t magic[] = {'B', 'Z', 'h'};

struct bzip2 {
	bz_stream z; /* initialised while in_stream */
	bool in_stream;
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
bzip2_open(void **state)
{
	struct bzip2 *b = calloc(1, sizeof(*b));

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

static unsigned
as_uint(size_t n)
{
	return n < UINT_MAX ? (unsigned)n : UINT_MAX;
}

/* Decode what is at hand, as far as there is room. */
static int
decompress_some(struct bzip2 *b, struct source_raw *raw, struct source_out *out)
{
	const unsigned in = as_uint(raw->avail);
	const unsigned room = as_uint(out->cap - out->got);
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

/* Decode within a stream until there are bytes or it ends. */
static enum blk_status
read_stream(struct bzip2 *b, struct source_raw *raw, struct source_out *out)
{
	while (out->got == 0 && b->in_stream) {
		enum blk_status status = source_raw_fill(raw);
		int rc;

		if (status == BLK_EIO)
			return status;
		/* At the end of the file a block may still be going out. */
		rc = decompress_some(b, raw, out);
		if (rc == BZ_STREAM_END) {
			leave_stream(b);
		} else if (rc == BZ_MEM_ERROR) {
			return BLK_ENOMEM;
		} else if (rc != BZ_OK) {
			out->problem = "bzip2 data is malformed";
			return BLK_EBAD;
		} else if (status == BLK_END && out->got == 0) {
			out->problem = "bzip2 stream ends early";
			return BLK_ETRUNC;
		}
	}
	return BLK_OK;
}

static enum blk_status
bzip2_read(void *state, struct source_raw *raw, struct source_out *out)
{
	struct bzip2 *b = state;

	while (out->got == 0) {
		enum blk_status status = BLK_OK;

		if (!b->in_stream)
			status = enter_stream(b, raw, out);
		if (status == BLK_OK)
			status = read_stream(b, raw, out);
		if (status != BLK_OK)
			return status;
	}
	return BLK_OK;
}

const struct source_codec source_bzip2_codec = {
    .format = SOURCE_BZIP2,
    .matches = bzip2_matches,
    .open = bzip2_open,
    .read = bzip2_read,
    .close = bzip2_close,
};
