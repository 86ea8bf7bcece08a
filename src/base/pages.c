#define _DEFAULT_SOURCE /* MAP_ANONYMOUS and madvise */
#include "base/pages.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CACHE_LINE ((size_t)64)
/* From that size on there may be large pages in it. */
#define LARGE ((size_t)2 << 20)

static bool
is_large(size_t size)
{
	return size >= LARGE;
}

static void *
new_small(size_t size)
{
	const size_t lines = (size + CACHE_LINE - 1) / CACHE_LINE;
	void *p = aligned_alloc(CACHE_LINE, lines * CACHE_LINE);

	if (p != NULL)
		memset(p, 0, size);
	return p;
}

void *
pages_new(size_t size)
{
	void *p;

	if (!is_large(size))
		return new_small(size);
	p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
#ifdef MADV_HUGEPAGE
	(void)madvise(p, size, MADV_HUGEPAGE); /* small ones do as well */
#endif
	return p;
}

void
pages_free(void *p, size_t size)
{
	if (!is_large(size))
		free(p);
	else if (p != NULL)
		(void)munmap(p, size);
}
