#include "base/vec.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define VEC_FIRST 8u

bool
vec_reserve_many(void *vp, size_t n, size_t more, size_t *cap, size_t size)
{
	size_t want = *cap < VEC_FIRST ? VEC_FIRST : *cap;
	void *p;

	if (more > SIZE_MAX - n)
		return false;
	if (n + more <= *cap)
		return true;
	while (want < n + more) {
		if (want > SIZE_MAX / 2)
			return false;
		want *= 2;
	}
	if (want > SIZE_MAX / size)
		return false;
	/* The pointer is copied as bytes: its type is the owner's. */
	memcpy(&p, vp, sizeof(p));
	p = realloc(p, want * size);
	if (p == NULL)
		return false;
	memcpy(vp, &p, sizeof(p));
	*cap = want;
	return true;
}

bool
vec_reserve(void *vp, size_t n, size_t *cap, size_t size)
{
	return n < *cap || vec_reserve_many(vp, n, 1, cap, size);
}
