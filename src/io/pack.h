#ifndef PACK_H
#define PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/status.h"

/*
 * Plain bytes put aside in little room, by a source that rests: in pieces, so
 * that no more than one of them is unpacked at a time.  All zero is empty.
 */
struct pack_piece {
	uint8_t *bytes;
	uint32_t n, plain_n; /* equal: it would not become smaller */
};

struct pack {
	struct pack_piece *pieces; /* [at, n) are still to be read */
	size_t at, n, cap;
	uint8_t *open; /* the first of them, unpacked; or NULL */
	size_t given;  /* of its bytes */
};

void pack_fini(struct pack *p);

static inline bool
pack_is_empty(const struct pack *p)
{
	return p->at == p->n;
}

/*
 * Put n bytes behind the others; few are not packed, as they will be read soon.
 * False, and nothing done: no memory.
 */
bool pack_put(struct pack *p, const uint8_t *bytes, size_t n);

/* Take up to cap of the first bytes; there are some.  BLK_OK, BLK_ENOMEM. */
enum blk_status pack_take(struct pack *p, void *buf, size_t cap, size_t *got);

/* Unpack no piece before it is wanted again. */
void pack_rest(struct pack *p);

#endif
