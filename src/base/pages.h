#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include <stddef.h>

/*
 * Memory for large tables that are read here and there.  Much of what a look
 * into such a table costs is to find its page, so that large pages are asked
 * for; whether there are any is the system's affair.
 */

/* size > 0 bytes of 0, from the start of a cache line on.  NULL: no memory. */
void *pages_new(size_t size);

/* size: as it was asked for.  p may be NULL. */
void pages_free(void *p, size_t size);

#endif
