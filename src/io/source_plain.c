#include "source_priv.h"

/*
 * The codec of files that are not compressed: the bytes as they are, read to
 * where the caller wants them.
 */

static bool
plain_matches(const uint8_t *head, size_t len)
{
	(void)head;
	(void)len;
	return true;
}

static enum blk_status
plain_open(void **state, unsigned threads)
{
	(void)threads;
	*state = NULL;
	return BLK_OK;
}

static enum blk_status
plain_read(void *state, struct source_raw *raw, struct source_out *out)
{
	(void)state;
	return source_raw_read(raw, out->buf, out->cap, &out->got);
}

static void
plain_rest(void *state, struct source_raw *raw)
{
	(void)state;
	source_raw_rest(raw, 0);
}

static void
plain_close(void *state)
{
	(void)state;
}

const struct source_codec source_plain_codec = {
    .format = SOURCE_PLAIN,
    .matches = plain_matches,
    .open = plain_open,
    .read = plain_read,
    .rest = plain_rest,
    .close = plain_close,
};
