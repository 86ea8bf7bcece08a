#include "source_priv.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST /* next_in is read only */
#include <zlib.h>

/*
 * gzip (RFC 1952) by zlib, which reads one member with its header, checksum
 * and length, and stops.  Whether there is another one is asked here: zlib's
 * own file functions take a file that ends early, or rubbish after a member,
 * for a sound end.
 */

/* zlib's window bits for the greatest window, in gzip's wrapping only. */
#define WINDOW_BITS (15 + 16)

static const uint8_t magic[] = {0x1f, 0x8b};

struct gzip {
	z_stream z;
	bool in_member;
};

static bool
gzip_matches(const uint8_t *head, size_t len)
{
	return len >= sizeof(magic) && memcmp(head, magic, sizeof(magic)) == 0;
}

static enum blk_status
gzip_open(void **state, unsigned threads)
{
	struct gzip *g = calloc(1, sizeof(*g));

	(void)threads;
	if (g == NULL)
		return BLK_ENOMEM;
	if (inflateInit2(&g->z, WINDOW_BITS) != Z_OK) {
		free(g);
		return BLK_ENOMEM;
	}
	*state = g;
	return BLK_OK;
}

static void
gzip_close(void *state)
{
	struct gzip *g = state;

	inflateEnd(&g->z);
	free(g);
}

static enum blk_status
enter_member(struct gzip *g, struct source_raw *raw, struct source_out *out)
{
	enum blk_status status =
	    source_raw_next_unit(raw, magic, sizeof(magic));

	if (status == BLK_ETRUNC)
		out->problem = "gzip data ends early";
	else if (status == BLK_EBAD)
		out->problem = "bytes after the gzip data";
	if (status != BLK_OK)
		return status;
	inflateReset(&g->z);
	g->in_member = true;
	return BLK_OK;
}

/* What zlib says for a failure; its words tell more than its numbers. */
static enum blk_status
explain(const struct gzip *g, int rc, struct source_out *out)
{
	const char *msg = g->z.msg != NULL ? g->z.msg : "";

	if (rc == Z_MEM_ERROR)
		return BLK_ENOMEM;
	if (strcmp(msg, "incorrect data check") == 0)
		out->problem = "gzip checksum does not match";
	else if (strcmp(msg, "incorrect length check") == 0)
		out->problem = "gzip length does not match";
	else
		out->problem = "gzip data is malformed";
	return BLK_EBAD;
}

static uInt
as_uint(size_t n)
{
	return n < UINT_MAX ? (uInt)n : UINT_MAX;
}

/* Decode what is at hand, as far as there is room. */
static int
inflate_some(struct gzip *g, struct source_raw *raw, struct source_out *out)
{
	const uInt in = as_uint(raw->avail),
		   room = as_uint(out->cap - out->got);
	int rc;

	g->z.next_in = raw->next;
	g->z.avail_in = in;
	g->z.next_out = out->buf + out->got;
	g->z.avail_out = room;
	rc = inflate(&g->z, Z_NO_FLUSH);
	source_raw_take(raw, in - g->z.avail_in);
	out->got += room - g->z.avail_out;
	return rc;
}

/* Decode within a member until there are bytes or it ends. */
static enum blk_status
read_member(struct gzip *g, struct source_raw *raw, struct source_out *out)
{
	while (out->got == 0 && g->in_member) {
		enum blk_status status = source_raw_fill(raw);
		int rc;

		/* When there is no more, zlib may still hold back bytes. */
		rc = inflate_some(g, raw, out);
		if (rc == Z_STREAM_END) {
			g->in_member = false;
		} else if (rc != Z_OK && rc != Z_BUF_ERROR) {
			return explain(g, rc, out);
		} else if (status != BLK_OK && out->got == 0) {
			out->problem = "gzip data ends early";
			return status == BLK_EIO ? BLK_EIO : BLK_ETRUNC;
		}
	}
	return BLK_OK;
}

static enum blk_status
gzip_read(void *state, struct source_raw *raw, struct source_out *out)
{
	struct gzip *g = state;

	while (out->got == 0) {
		enum blk_status status = BLK_OK;

		if (!g->in_member)
			status = enter_member(g, raw, out);
		if (status == BLK_OK)
			status = read_member(g, raw, out);
		if (status != BLK_OK)
			return status;
	}
	return BLK_OK;
}

/* zlib's state stays, which holds the window: some 40 KiB. */
static void
gzip_rest(void *state, struct source_raw *raw)
{
	(void)state;
	source_raw_rest(raw, 0);
}

const struct source_codec source_gzip_codec = {
    .format = SOURCE_GZIP,
    .matches = gzip_matches,
    .open = gzip_open,
    .read = gzip_read,
    .rest = gzip_rest,
    .close = gzip_close,
};
