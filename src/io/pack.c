#include "pack.h"

#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST /* next_in is read only */
#include <zlib.h>

#include "base/vec.h"

/*
 * The first piece stays as it is, for it is what is read next.  Each other one
 * is a deflate stream of its own, at the level that costs least; what archives
 * hold becomes a sixth.
 */

#define PIECE_LEN ((size_t)32 << 10)
#define WINDOW_BITS (-15) /* without a header */

static void
piece_fini(struct pack_piece *piece)
{
	free(piece->bytes);
	*piece = (struct pack_piece){.bytes = NULL};
}

void
pack_fini(struct pack *p)
{
	for (size_t i = p->at; i < p->n; i++)
		piece_fini(&p->pieces[i]);
	free(p->pieces);
	free(p->open);
	*p = (struct pack){.pieces = NULL};
}

/* --- in --- */

/* Keep n bytes that stand for plain_n ones.  False: no memory. */
static bool
set_piece(
    struct pack_piece *piece, const uint8_t *bytes, size_t n, size_t plain_n)
{
	*piece = (struct pack_piece){
	    .bytes = malloc(n), .n = (uint32_t)n, .plain_n = (uint32_t)plain_n};
	if (piece->bytes != NULL)
		memcpy(piece->bytes, bytes, n);
	return piece->bytes != NULL;
}

static bool
set_packed(
    struct pack_piece *piece, z_stream *z, const uint8_t *bytes, size_t n)
{
	uint8_t packed[PIECE_LEN];

	deflateReset(z);
	z->next_in = bytes;
	z->avail_in = (uInt)n;
	z->next_out = packed;
	z->avail_out = (uInt)(n - 1); /* as large as before is no use */
	if (deflate(z, Z_FINISH) == Z_STREAM_END)
		return set_piece(piece, packed, z->total_out, n);
	return set_piece(piece, bytes, n, n);
}

/* There is room in the list. */
static bool
put_packed(struct pack *p, const uint8_t *bytes, size_t n)
{
	z_stream z = {.zalloc = NULL};
	bool done = true;

	if (n == 0)
		return true;
	if (deflateInit2(
		&z, 1, Z_DEFLATED, WINDOW_BITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	while (n > 0 && done) {
		const size_t len = n < PIECE_LEN ? n : PIECE_LEN;

		done = set_packed(&p->pieces[p->n++], &z, bytes, len);
		bytes += len;
		n -= len;
	}
	deflateEnd(&z);
	return done;
}

bool
pack_put(struct pack *p, const uint8_t *bytes, size_t n)
{
	const size_t first = n < PIECE_LEN ? n : PIECE_LEN, before = p->n;

	if (n == 0)
		return true;
	if (!vec_reserve_many(&p->pieces, p->n, n / PIECE_LEN + 1, &p->cap,
		sizeof(*p->pieces)))
		return false;
	if (set_piece(&p->pieces[p->n++], bytes, first, first) &&
	    put_packed(p, bytes + first, n - first))
		return true;
	while (p->n > before)
		piece_fini(&p->pieces[--p->n]);
	return false;
}

/* --- out --- */

/* To buf, which has room for it.  False: no memory. */
static bool
unpack(const struct pack_piece *piece, uint8_t *buf)
{
	z_stream z = {.zalloc = NULL};
	int rc;

	if (inflateInit2(&z, WINDOW_BITS) != Z_OK)
		return false;
	z.next_in = piece->bytes;
	z.avail_in = piece->n;
	z.next_out = buf;
	z.avail_out = piece->plain_n;
	rc = inflate(&z, Z_FINISH);
	inflateEnd(&z);
	return rc == Z_STREAM_END;
}

/* The bytes of the first piece; NULL: no memory. */
static const uint8_t *
open_first(struct pack *p)
{
	const struct pack_piece *piece = &p->pieces[p->at];

	if (piece->n == piece->plain_n)
		return piece->bytes;
	if (p->open != NULL)
		return p->open;
	p->open = malloc(PIECE_LEN);
	if (p->open != NULL && !unpack(piece, p->open))
		pack_rest(p);
	return p->open;
}

void
pack_rest(struct pack *p)
{
	free(p->open);
	p->open = NULL;
}

static void
drop_first(struct pack *p)
{
	piece_fini(&p->pieces[p->at]);
	pack_rest(p);
	p->given = 0;
	if (++p->at == p->n)
		p->at = p->n = 0;
}

enum blk_status
pack_take(struct pack *p, void *buf, size_t cap, size_t *got)
{
	const size_t left = p->pieces[p->at].plain_n - p->given;
	const uint8_t *bytes = open_first(p);

	if (bytes == NULL)
		return BLK_ENOMEM;
	*got = left < cap ? left : cap;
	memcpy(buf, bytes + p->given, *got);
	p->given += *got;
	if (*got == left)
		drop_first(p);
	return BLK_OK;
}
