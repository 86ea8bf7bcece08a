#include "bzip2_priv.h"

#include <string.h>

/*
 * Wherever in a byte a magic number starts, the next five bytes are wholly of
 * it.  Two of them, looked up in tables that say which of the two numbers at
 * which of the eight bits they would suit, rule out all but one place in
 * thousands; there the bits are compared.
 */

static const uint64_t magics[] = {BZIP2_BLOCK_MAGIC, BZIP2_END_MAGIC};

#define MAGICS_N (sizeof(magics) / sizeof(magics[0]))

/* A magic number that starts inside a byte reaches into this many. */
#define SPREAD 7u

void
bzip2_scan_init(struct bzip2_scan *s)
{
	memset(s, 0, sizeof(*s));
	for (unsigned i = 0; i < MAGICS_N * 8; i++) {
		const uint64_t bytes = magics[i / 8] << (8 - i % 8);

		s->second[bytes >> 40 & 0xff] |= (uint16_t)(1u << i);
		s->third[bytes >> 32 & 0xff] |= (uint16_t)(1u << i);
	}
}

/* Look at the places of one byte that the tables let pass, from *place on. */
static bool
look_closer(
    const struct bzip2_window *w, uint64_t byte, unsigned hits, uint64_t *place)
{
	for (unsigned bit = 0; bit < 8; bit++) {
		const uint64_t at = byte * 8 + bit;

		for (unsigned i = bit; i < MAGICS_N * 8; i += 8) {
			if ((hits >> i & 1) == 0 || at < *place ||
			    bzip2_bits(w, at, BZIP2_MAGIC_BITS) !=
				magics[i / 8])
				continue;
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
	uint64_t byte = *place / 8;

	for (; byte + SPREAD <= end; byte++) {
		const unsigned hits = s->second[bzip2_byte(w, byte + 1)] &
		    s->third[bzip2_byte(w, byte + 2)];

		if (hits != 0 && look_closer(w, byte, hits, place))
			return true;
	}
	if (byte * 8 > *place)
		*place = byte * 8;
	return false;
}
