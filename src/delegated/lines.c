/*
 * Lines are cut where they lie in the buffer.  What is left at its end of a
 * line that goes on is moved to the front: a line is at most half of it.
 */
#include "delegated/lines.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

void
lines_init(struct lines *l, struct source *source, size_t max, char *error)
{
	l->source = source;
	l->max = max;
	l->error = error;
	l->number = 0;
	l->cut = false;
	l->at = l->end = 0;
	error[0] = '\0';
}

enum blk_status
lines_fail(struct lines *l, enum blk_status status, const char *format, ...)
{
	va_list ap;
	int n = snprintf(l->error, LINES_ERROR_LEN,
	    "line %llu: ", (unsigned long long)l->number);

	va_start(ap, format);
	vsnprintf(l->error + n, LINES_ERROR_LEN - (size_t)n, format, ap);
	va_end(ap);
	return status;
}

static enum blk_status
fail_read(struct lines *l, enum blk_status status)
{
	const char *problem = source_problem(l->source);

	l->number++;
	if (status == BLK_EIO) {
		char text[128];

		if (strerror_r(source_errno(l->source), text, sizeof(text)))
			snprintf(text, sizeof(text), "cannot be read");
		return lines_fail(l, status, "%s", text);
	}
	return lines_fail(l, status, "%s",
	    problem[0] != '\0' ? problem : blk_strstatus(status));
}

/* The line of len bytes at l->at, whose end takes skip bytes more. */
static enum blk_status
take_line(struct lines *l, size_t len, size_t skip, char **line)
{
	char *text = l->buf + l->at;

	l->number++;
	l->cut = skip == 0;
	l->at += len + skip;
	if (skip > 0 && len > 0 && text[len - 1] == '\r')
		len--;
	text[len] = '\0';
	if (len > l->max)
		return lines_fail(l, BLK_ELIMIT,
		    "longer than %zu bytes, the most that is read", l->max);
	if (memchr(text, '\0', len) != NULL)
		return lines_fail(
		    l, BLK_EBAD, "has a NUL byte: this is no text");
	*line = text;
	if (l->number == 1 && strncmp(text, BYTE_ORDER_MARK, 3) == 0)
		*line += 3;
	return BLK_OK;
}

enum blk_status
lines_next(struct lines *l, char **line)
{
	enum blk_status status;
	size_t got;

	for (;;) {
		const size_t left = l->end - l->at;
		const char *lf = memchr(l->buf + l->at, '\n', left);

		if (lf != NULL)
			return take_line(
			    l, (size_t)(lf - l->buf) - l->at, 1, line);
		if (left > LINES_LEN_MAX)
			return take_line(l, left, 0, line);
		memmove(l->buf, l->buf + l->at, left);
		l->at = 0;
		l->end = left;
		status = source_read(
		    l->source, l->buf + left, LINES_BUFFER - left, &got);
		if (status == BLK_END)
			return left > 0 ? take_line(l, left, 0, line) : BLK_END;
		if (status != BLK_OK)
			return fail_read(l, status);
		l->end += got;
	}
}

char *
lines_shown(const char *text, char buf[LINES_SHOWN_LEN])
{
	size_t n = 0;

	for (; n < LINES_SHOWN_LEN - 1 && text[n] != '\0'; n++)
		buf[n] = text[n] < 0x20 || text[n] > 0x7e ? '?' : text[n];
	buf[n] = '\0';
	return buf;
}

enum blk_status
lines_open(struct source **out, const char *path, char *error)
{
	enum blk_status status;
	const char *name;

	errno = 0;
	error[0] = '\0';
	status = source_open(out, path);
	if (status == BLK_EUNSUP) {
		name = source_unsupported(path);
		snprintf(error, LINES_ERROR_LEN,
		    "%s compression is not read: decompress it first",
		    name[0] != '\0' ? name : "this");
	} else if (status == BLK_EIO &&
	    strerror_r(errno, error, LINES_ERROR_LEN) != 0) {
		snprintf(error, LINES_ERROR_LEN, "cannot be read");
	}
	return status;
}
