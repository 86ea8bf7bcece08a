#include "outage/space.h"

#include <stdlib.h>
#include <string.h>

#define ADDR_LEN 16u

enum blk_status
space_init(struct space *s, const struct prefix *prefixes, size_t n)
{
	size_t up = SPACE_NONE;

	s->prefixes = prefixes;
	s->n = n;
	s->parent = malloc((n + 1) * sizeof(*s->parent));
	s->end = malloc((n + 1) * sizeof(*s->end));
	if (s->parent == NULL || s->end == NULL) {
		space_fini(s);
		return BLK_ENOMEM;
	}
	/* Covering prefixes come first, so the open ones form a stack that is
	   linked by parent. */
	for (size_t i = 0; i < n; i++) {
		while (up != SPACE_NONE &&
		    !prefix_contains(&prefixes[up], &prefixes[i])) {
			s->end[up] = i;
			up = s->parent[up];
		}
		s->parent[i] = up;
		up = i;
	}
	for (; up != SPACE_NONE; up = s->parent[up])
		s->end[up] = n;
	return BLK_OK;
}

void
space_fini(struct space *s)
{
	free(s->parent);
	free(s->end);
	s->parent = s->end = NULL;
}

/* The last address of p, in bytes of the same width. */
static void
last_address(const struct prefix *p, uint8_t out[ADDR_LEN])
{
	unsigned bytes = afi_bits(p->afi) / 8;

	memcpy(out, p->bytes, ADDR_LEN);
	for (unsigned i = 0; i < bytes; i++) {
		unsigned first = i * 8;

		if (first >= p->len)
			out[i] = 0xff;
		else if (first + 8 > p->len)
			out[i] |= (uint8_t)(0xff >> (p->len - first));
	}
}

/* The address after the one in a; false if there is none. */
static bool
increment(uint8_t a[ADDR_LEN], unsigned bytes)
{
	for (unsigned i = bytes; i > 0; i--)
		if (++a[i - 1] != 0)
			return true;
	return false;
}

static bool
covered_from_inside(const struct space *s, size_t i, const bool *held)
{
	unsigned bytes = afi_bits(s->prefixes[i].afi) / 8;
	uint8_t need[ADDR_LEN], last[ADDR_LEN], all[ADDR_LEN];

	memcpy(need, s->prefixes[i].bytes, ADDR_LEN);
	last_address(&s->prefixes[i], all);
	for (size_t k = i + 1; k < s->end[i];) {
		if (!held[k]) {
			k++;
			continue;
		}
		if (memcmp(s->prefixes[k].bytes, need, ADDR_LEN) > 0)
			return false;
		last_address(&s->prefixes[k], last);
		if (memcmp(last, all, ADDR_LEN) >= 0)
			return true;
		memcpy(need, last, ADDR_LEN);
		if (!increment(need, bytes))
			return true;
		k = s->end[k];
	}
	return false;
}

bool
space_covered(const struct space *s, size_t i, const bool *held)
{
	for (size_t up = s->parent[i]; up != SPACE_NONE; up = s->parent[up])
		if (held[up])
			return true;
	return covered_from_inside(s, i, held);
}

/* 2 to the power of e, which is small. */
static double
power_of_two(int e)
{
	double x = 1;

	for (; e > 0; e--)
		x *= 2;
	for (; e < 0; e++)
		x /= 2;
	return x;
}

double
space_union(const struct space *s, enum afi afi, const bool *counts)
{
	int unit = afi == AFI_IPV4 ? 24 : 48;
	double sum = 0;

	for (size_t i = 0; i < s->n;) {
		if (s->prefixes[i].afi != afi || !counts[i]) {
			i++;
			continue;
		}
		sum += power_of_two(unit - (int)s->prefixes[i].len);
		i = s->end[i];
	}
	return sum;
}
