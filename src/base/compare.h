#ifndef BASE_COMPARE_H
#define BASE_COMPARE_H

#include <stddef.h>
#include <stdint.h>

/* For qsort and bsearch. */
static inline int
compare_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Sort n items of size bytes and drop repeats; how many are left. */
size_t compare_sort_distinct(
    void *items, size_t n, size_t size, int (*cmp)(const void *, const void *));

/* The same of numbers. */
size_t compare_sort_distinct_u32(uint32_t *v, size_t n);

#endif
