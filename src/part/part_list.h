#ifndef PART_LIST_H
#define PART_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "blackout/prefix.h"
#include "part/part_wire.h"

/* Sorted lists of distinct prefixes; neighbours share their first bytes. */

struct part_list {
	struct prefix *v;
	size_t n, cap;
};

void part_list_fini(struct part_list *l);

/* False: out of memory. */
bool part_list_add(struct part_list *l, const struct prefix *p);
void part_list_sort(struct part_list *l);
bool part_list_has(const struct part_list *l, const struct prefix *p);

void part_list_put(struct part_buf *b, const struct part_list *l);
/* Append a list to l.  A list that is not sorted fails c.  False: no memory. */
bool part_list_take(struct cursor *c, struct part_list *l);

#endif
