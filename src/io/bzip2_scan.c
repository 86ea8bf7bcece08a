#include "bzip2_priv.h"

#include <string.h>

/*
 * Wherever in a byte a magic number starts, the next five bytes are wholly of
 * it: so two of them stand at a place that is a multiple of four and the one
 * behind it.  Of all pairs of bytes there, one in a thousand may be those of a
 * magic number, and only then the bits are compared.
 */
#define STEP 4u

static const uint64_t magics[] = {BZIP2_BLOCK_MAGIC, BZIP2_END_MAGIC};

#define MAGICS_N (sizeof(magics) / sizeof(magics[0]))

/* A magic number that starts inside a byte reaches into this many. */
#define SPREAD 7u

void
bzip2_scan_init(struct bzip2_scan *s)
{
	memset(s, 0, sizeof(*s));
	for (unsigned i = 0; i < MAGICS_N * 8; i++) {
		const uint64_t bits = magics[i / 8] << (8 - i % 8);

		for (unsigned k = 1; k <= STEP; k++) {
			const unsigned pair = bits >> (40 - 8 * k) & 0xffff;

			s->pairs[pair / 64] |= UINT64_C(1) << pair % 64;
		}
	}
}

static bool
is_magic(const struct bzip2_window *w, uint64_t place)
{
	const uint64_t bits = bzip2_bits(w, place, BZIP2_MAGIC_BITS);

	for (unsigned i = 0; i < MAGICS_N; i++)
		if (bits == magics[i])
			return true;
	return false;
}

static bool
look_closer(const struct bzip2_window *w, uint64_t *place, uint64_t end)
{
	for (uint64_t at = *place; at < end; at++) {
		if (is_magic(w, at)) {
			*place = at;
			return true;
		}
	}
	return false;
}

bool
bzip2_scan_next(const struct bzip2_scan *s, const struct bzip2_window *w,
    uint64_t *place, uint64_t end)
{
	/* where the first of seven bytes would lie that are not all there */
	const uint64_t last = end < SPREAD ? 0 : end - SPREAD + 1;
	uint64_t byte = *place / 8;

	while (byte < last) {
		const uint64_t at = byte - byte % STEP + STEP;
		const unsigned pair =
		    (unsigned)bzip2_byte(w, at) << 8 | bzip2_byte(w, at + 1);

		byte = at < last ? at : last;
		if ((s->pairs[pair / 64] >> pair % 64 & 1) != 0 &&
		    look_closer(w, place, byte * 8))
			return true;
		*place = byte * 8;
	}
	return false;
}
