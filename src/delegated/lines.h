#ifndef DELEGATED_LINES_H
#define DELEGATED_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/source.h"
#include "blackout/status.h"

/*
 * A stream as lines of text, each of them limited, that end in LF or CR LF;
 * and words for what is wrong with one.
 */

#define LINES_BUFFER (16u * 1024)
#define LINES_LEN_MAX (LINES_BUFFER / 2) /* the highest limit */
#define LINES_ERROR_LEN 256
#define LINES_SHOWN_LEN 33

struct lines {
	struct source *source; /* borrowed */
	size_t max;            /* bytes of a line without its end */
	char *error;           /* LINES_ERROR_LEN, the caller's */
	uint64_t number;       /* of the line at hand, from 1 */
	bool cut;              /* it has no line end: the last of the stream */
	size_t at, end;
	char buf[LINES_BUFFER + 1];
};

void lines_init(
    struct lines *l, struct source *source, size_t max, char *error);

/*
 * The next line, without its end and with a NUL; it may be changed, and is
 * valid until the next call.  BLK_END: there is none.  Else, with words in
 * l->error: BLK_ELIMIT, too long; BLK_EBAD, it has a NUL byte; or what
 * source_read said.
 */
enum blk_status lines_next(struct lines *l, char **line);

/* "line 3: ..." into l->error.  Returns status. */
enum blk_status lines_fail(struct lines *l, enum blk_status status,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What of text is harmless in a message, and short; returns buf. */
char *lines_shown(const char *text, char buf[LINES_SHOWN_LEN]);

/*
 * source_open, with words for what was wrong: BLK_EIO, BLK_EUNSUP; error is
 * of LINES_ERROR_LEN.  BLK_ENOMEM.
 */
enum blk_status lines_open(struct source **out, const char *path, char *error);

#endif
