#ifndef DELEGATED_DELEGATED_PRIV_H
#define DELEGATED_DELEGATED_PRIV_H

#include "blackout/delegated.h"

/* What the reader of lines hands to what is made of them. */

#define DELEGATED_CODES (26u * 26u) /* of two letters: "AA" is 0, "ZZ" last */

struct delegated_number {
	struct delegated_run run;
	uint32_t date; /* 20141222; 0: not known */
	uint16_t code;
};

struct delegated_space {
	struct prefix prefix;
	uint16_t code;
};

struct delegated {
	struct delegated_sums sums;
	uint64_t lines; /* records of any kind */
	/* As read; freed when settled. */
	struct delegated_number *numbers;
	size_t number_n, number_cap;
	struct delegated_space *spaces;
	size_t space_n, space_cap;
	/* Settled. */
	struct delegated_country *countries;
	size_t country_n;
	struct delegated_run *runs;  /* of all countries, one after the other */
	struct prefix *prefixes;     /* the same */
	struct delegated_run *owned; /* sorted, apart: each AS once */
	uint16_t *owner;             /* of each of them: a country */
	size_t owned_n;
};

/* One of the parts that delegated_settle is made of.  False: no memory. */
bool delegated_settle_owners(struct delegated *d);

#endif
