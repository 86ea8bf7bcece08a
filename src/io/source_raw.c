#include "source_priv.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * One buffer, filled by read(2) when it runs dry; memory is a buffer that
 * holds everything from the start.  The codecs look straight into it.
 */

/* Large enough that system calls do not count next to the decoding. */
#define RAW_BUF_LEN ((size_t)128 * 1024)
/* Enough to peek, which is all that a plain file asks for. */
#define RAW_BUF_MIN ((size_t)2 * SOURCE_PEEK_MAX)

enum blk_status
source_raw_init_fd(struct source_raw *raw, int fd)
{
	uint8_t *buf = malloc(RAW_BUF_MIN);

	if (buf == NULL)
		return BLK_ENOMEM;
	*raw = (struct source_raw){
	    .next = buf, .fd = fd, .buf = buf, .cap = RAW_BUF_MIN};
	return BLK_OK;
}

void
source_raw_init_memory(struct source_raw *raw, const void *buf, size_t len)
{
	*raw = (struct source_raw){
	    .next = buf, .avail = len, .at_end = true, .fd = -1};
}

void
source_raw_fini(struct source_raw *raw)
{
	free(raw->buf);
	if (raw->close_fd)
		close(raw->fd);
}

/* Have a buffer of cap bytes, if there is memory; it holds nothing. */
static void
resize(struct source_raw *raw, size_t cap)
{
	uint8_t *buf = malloc(cap);

	if (buf == NULL)
		return;
	free(raw->buf);
	raw->next = raw->buf = buf;
	raw->cap = cap;
}

bool
source_raw_rest(struct source_raw *raw, uint64_t again)
{
	const uint64_t back = raw->avail + again;
	struct stat st;

	if (raw->fd < 0 || fstat(raw->fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    lseek(raw->fd, -(off_t)back, SEEK_CUR) < 0)
		return false;
	if (back > 0)
		raw->at_end = false;
	raw->avail = 0;
	if (raw->cap > RAW_BUF_MIN)
		resize(raw, RAW_BUF_MIN);
	return true;
}

/* Read once, up to cap bytes; none at the end. */
static enum blk_status
read_once(struct source_raw *raw, void *buf, size_t cap, size_t *got)
{
	ssize_t n;

	do {
		n = read(raw->fd, buf, cap);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		raw->err = errno;
		return BLK_EIO;
	}
	*got = (size_t)n;
	raw->at_end = n == 0;
	return BLK_OK;
}

/* Read once, up to cap bytes, behind those at hand. */
static enum blk_status
read_more(struct source_raw *raw, size_t cap)
{
	enum blk_status status;
	size_t got = 0;

	if (raw->avail > 0 && raw->next != raw->buf)
		memmove(raw->buf, raw->next, raw->avail);
	raw->next = raw->buf;
	status = read_once(raw, raw->buf + raw->avail, cap, &got);
	raw->avail += got;
	return status;
}

enum blk_status
source_raw_peek(struct source_raw *raw, size_t want)
{
	assert(want <= SOURCE_PEEK_MAX);
	while (raw->avail < want && !raw->at_end) {
		enum blk_status status = read_more(raw, SOURCE_PEEK_MAX);

		if (status != BLK_OK)
			return status;
	}
	return raw->avail > 0 || want == 0 ? BLK_OK : BLK_END;
}

enum blk_status
source_raw_fill(struct source_raw *raw)
{
	if (raw->avail == 0 && !raw->at_end) {
		enum blk_status status;

		if (raw->cap < RAW_BUF_LEN)
			resize(raw, RAW_BUF_LEN);
		status = read_more(raw, raw->cap);

		if (status != BLK_OK)
			return status;
	}
	return raw->avail > 0 ? BLK_OK : BLK_END;
}

enum blk_status
source_raw_read(struct source_raw *raw, void *buf, size_t cap, size_t *got)
{
	enum blk_status status = BLK_OK;

	*got = 0;
	if (raw->avail > 0) {
		*got = raw->avail < cap ? raw->avail : cap;
		memcpy(buf, raw->next, *got);
		source_raw_take(raw, *got);
	} else if (!raw->at_end) {
		status = read_once(raw, buf, cap, got);
		raw->taken += *got;
	}
	return status == BLK_OK && *got == 0 ? BLK_END : status;
}

void
source_raw_take(struct source_raw *raw, size_t n)
{
	if (n == 0)
		return;
	assert(n <= raw->avail);
	raw->next += n;
	raw->avail -= n;
	raw->taken += n;
}

/* Take zero bytes up to the end of the file; BLK_EBAD if there are others. */
static enum blk_status
skip_padding(struct source_raw *raw)
{
	enum blk_status status;

	while ((status = source_raw_fill(raw)) == BLK_OK) {
		size_t n = 0;

		while (n < raw->avail && raw->next[n] == 0)
			n++;
		source_raw_take(raw, n);
		if (raw->avail > 0)
			return BLK_EBAD;
	}
	return status;
}

enum blk_status
source_raw_next_unit(
    struct source_raw *raw, const void *magic, size_t magic_len)
{
	enum blk_status status = source_raw_peek(raw, magic_len);
	size_t n;

	if (status != BLK_OK)
		return status;
	if (raw->next[0] == 0)
		return skip_padding(raw);
	n = raw->avail < magic_len ? raw->avail : magic_len;
	if (memcmp(raw->next, magic, n) != 0)
		return BLK_EBAD;
	if (n == magic_len)
		return BLK_OK;
	source_raw_take(raw, n);
	return BLK_ETRUNC;
}
