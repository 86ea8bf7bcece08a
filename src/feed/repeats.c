#include "feed/repeats.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 256u

void
repeats_fini(struct repeats *r)
{
	free(r->entries);
	*r = (struct repeats){0};
}

/* The next entry of that mark from *i on, or the free one that ends them. */
static struct repeats_entry *
next_entry(const struct repeats *r, uint64_t mark, size_t *i)
{
	struct repeats_entry *e;

	do {
		e = &r->entries[*i];
		*i = (*i + 1) & (r->cap - 1);
	} while (e->mark != 0 && e->mark != mark);
	return e;
}

static bool
grow(struct repeats *r)
{
	struct repeats old = *r;

	r->cap = old.cap > 0 ? old.cap * 2 : FIRST_CAP;
	r->entries = calloc(r->cap, sizeof(*r->entries));
	if (r->entries == NULL) {
		*r = old;
		return false;
	}
	for (size_t k = 0; k < old.cap; k++) {
		const struct repeats_entry *e = &old.entries[k];
		size_t i = (size_t)e->mark & (r->cap - 1);

		if (e->mark == 0)
			continue;
		while (r->entries[i].mark != 0)
			i = (i + 1) & (r->cap - 1);
		r->entries[i] = *e;
	}
	free(old.entries);
	return true;
}

static void
forget(struct repeats *r)
{
	if (r->n > 0)
		memset(r->entries, 0, r->cap * sizeof(*r->entries));
	r->n = 0;
}

bool
repeats_note(
    struct repeats *r, usec_t time, uint64_t mark, size_t file, bool *is)
{
	struct repeats_entry *e, *own = NULL;
	unsigned others = 0;
	size_t i;

	if (time != r->time)
		forget(r);
	r->time = time;
	if (r->n * 2 >= r->cap && !grow(r))
		return false;
	i = (size_t)mark & (r->cap - 1);
	while ((e = next_entry(r, mark, &i))->mark != 0) {
		if (e->file == file)
			own = e;
		else if (e->n > others)
			others = e->n;
	}
	if (own == NULL) {
		own = e;
		*own = (struct repeats_entry){.mark = mark, .file = file};
		r->n++;
	}
	*is = ++own->n <= others;
	return true;
}
