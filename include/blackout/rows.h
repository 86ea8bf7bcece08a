#ifndef BLACKOUT_ROWS_H
#define BLACKOUT_ROWS_H

#include <stddef.h>

#include "blackout/elem.h"
#include "blackout/status.h"

/*
 * Elements as lines of text, each of them whole and ended by a newline.
 *
 * "bgpdump": the columns of bgpdump -m.
 * "jsonl": an object a line, with the keys of bgpkit-parser and monocle.
 */
struct rows_format;

/* NULL: there is no such format. */
const struct rows_format *rows_format_find(const char *name);

struct rows;

/* BLK_ENOMEM. */
enum blk_status rows_new(struct rows **out, const struct rows_format *format);
void rows_free(struct rows *r);

/* From here on elements are those of another file, of collector.  BLK_ENOMEM */
enum blk_status rows_begin_file(struct rows *r, const char *collector);

/* Append the line of an element.  BLK_ENOMEM: nothing was appended. */
enum blk_status rows_add(struct rows *r, const struct elem *e);

/* The lines since rows_clear, lent until the next call. */
const char *rows_text(const struct rows *r, size_t *len);
void rows_clear(struct rows *r);

#endif
