#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Growing arrays: a pointer, a count and a capacity that live wherever the
 * owner keeps them.  The one place where array sizes are multiplied.
 */

/*
 * Make room for one more element in the array whose pointer is at vp (a
 * pointer to an object pointer), which holds n elements of size bytes and has
 * room for *cap.  False: out of memory, and nothing has changed.
 */
bool vec_reserve(void *vp, size_t n, size_t *cap, size_t size);

/* The same for more elements at once. */
bool vec_reserve_many(
    void *vp, size_t n, size_t more, size_t *cap, size_t size);

#endif
