#include "base/compare.h"

#include <stdlib.h>
#include <string.h>

size_t
compare_sort_distinct(
    void *items, size_t n, size_t size, int (*cmp)(const void *, const void *))
{
	char *base = items;
	size_t kept = 0;

	if (n == 0)
		return 0;
	qsort(items, n, size, cmp);
	for (size_t i = 1; i < n; i++) {
		if (cmp(base + kept * size, base + i * size) != 0)
			memmove(base + ++kept * size, base + i * size, size);
	}
	return kept + 1;
}

size_t
compare_sort_distinct_u32(uint32_t *v, size_t n)
{
	size_t kept = 0;

	if (n > 0)
		qsort(v, n, sizeof(*v), compare_u32);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || v[i] != v[kept - 1])
			v[kept++] = v[i];
	return kept;
}
