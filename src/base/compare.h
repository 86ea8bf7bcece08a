#ifndef BASE_COMPARE_H
#define BASE_COMPARE_H

#include <stdint.h>

/* Orders for qsort and bsearch. */
static inline int
compare_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

#endif
