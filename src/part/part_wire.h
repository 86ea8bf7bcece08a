#ifndef PART_WIRE_H
#define PART_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/cursor.h"
#include "blackout/prefix.h"
#include "blackout/timefmt.h"

/*
 * How values stand in a part: bytes, and numbers of seven bits a byte, the
 * lowest first, the last one below 128.  The same on every machine.
 *
 * Writing never fails on its own: a buffer that ran out of memory says so in
 * failed, and takes no more.  Reading fails the cursor, as everywhere.
 */

struct part_buf {
	uint8_t *v;
	size_t n, cap;
	bool failed;
};

void part_buf_fini(struct part_buf *b);

/* Room for n > 0 bytes behind what there is; NULL: out of memory. */
uint8_t *part_buf_room(struct part_buf *b, size_t n);

void part_put_bytes(struct part_buf *b, const void *bytes, size_t n);
void part_put_u8(struct part_buf *b, uint8_t v);
void part_put_be32(struct part_buf *b, uint32_t v);
void part_put_be64(struct part_buf *b, uint64_t v);
void part_put_uint(struct part_buf *b, uint64_t v);
void part_put_int(struct part_buf *b, int64_t v); /* small ones of any sign */
void part_put_text(struct part_buf *b, const char *s);
void part_put_prefix(struct part_buf *b, const struct prefix *p);
void part_put_addr(struct part_buf *b, const struct ipaddr *a);

/* A number of more than 64 bits fails the cursor. */
uint64_t part_uint(struct cursor *c);
/* The same; one above max does as well. */
uint64_t part_uint_max(struct cursor *c, uint64_t max);
int64_t part_int(struct cursor *c);
uint64_t part_be64(struct cursor *c);

/* A number of things of at least size bytes each that are still to be read. */
size_t part_count(struct cursor *c, size_t size);

#define PART_TEXT_MAX 65536u
/* Text in memory of its own; NULL: the cursor failed, or memory is out. */
char *part_text(struct cursor *c);
void part_prefix(struct cursor *c, struct prefix *out);
void part_addr(struct cursor *c, struct ipaddr *out);

#endif
