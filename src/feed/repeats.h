#ifndef REPEATS_H
#define REPEATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/timefmt.h"

/*
 * Records of one collector at one moment, to know those that a second file
 * repeats.  A file may well hold equal records of its own: its n-th one is a
 * repeat only if another file has already given n.
 */

struct repeats_entry {
	uint64_t mark; /* 0: free */
	size_t file;
	unsigned n;
};

struct repeats {
	usec_t time;                   /* of all entries */
	struct repeats_entry *entries; /* open addressing */
	size_t n, cap;                 /* cap: a power of two, or 0 */
};

void repeats_fini(struct repeats *r);

/*
 * A record of a file at time, which never steps back; *is tells whether it is
 * a repeat.  mark is not 0.  False: out of memory.
 */
bool repeats_note(
    struct repeats *r, usec_t time, uint64_t mark, size_t file, bool *is);

#endif
