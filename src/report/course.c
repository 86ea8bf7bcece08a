#include "report/course.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

enum shade
shade_of(unsigned carrying, unsigned voting)
{
	const double share = voting > 0 ? (double)carrying / (double)voting : 0;

	if (share >= SHADE_ALL_MIN)
		return SHADE_ALL;
	if (share >= SHADE_MOST_MIN)
		return SHADE_MOST;
	return share >= SHADE_HALF_MIN ? SHADE_HALF : SHADE_FEW;
}

double
columns_at(const struct columns *c, usec_t t)
{
	return (double)(t - c->from) / (double)(c->to - c->from) * c->n;
}

void
course_fini(struct course *x)
{
	free(x->runs);
	*x = (struct course){0};
}

static bool
push(struct course *x, uint32_t from, uint32_t to, enum shade shade)
{
	struct run *last = x->n > 0 ? &x->runs[x->n - 1] : NULL;

	if (last != NULL && last->shade == shade && last->to >= from) {
		last->to = to > last->to ? to : last->to;
		return true;
	}
	if (!vec_reserve(&x->runs, x->n, &x->cap, sizeof(*x->runs)))
		return false;
	x->runs[x->n++] = (struct run){from, to, shade};
	return true;
}

/* Append [from, to); where it meets the last run, the worse of them stays. */
static bool
add(struct course *x, uint32_t from, uint32_t to, enum shade shade)
{
	while (x->n > 0 && from < x->runs[x->n - 1].to) {
		struct run *last = &x->runs[x->n - 1];

		if (last->shade >= shade) {
			from = last->to;
			break;
		}
		if (last->to > to)
			to = last->to;
		last->to = from;
		if (last->from < last->to)
			break;
		x->n--;
	}
	return from >= to || push(x, from, to, shade);
}

bool
course_add(struct course *x, const struct columns *c, usec_t start, usec_t end,
    enum shade shade)
{
	double from, to;

	start = start > c->from ? start : c->from;
	end = end < c->to ? end : c->to;
	if (start >= end)
		return true;
	from = floor(columns_at(c, start));
	to = ceil(columns_at(c, end));
	from = from < c->n ? from : c->n - 1;
	to = to > c->n ? c->n : to;
	return add(x, (uint32_t)from,
	    to > from ? (uint32_t)to : (uint32_t)from + 1, shade);
}

bool
course_coarser(
    struct course *out, const struct course *x, uint32_t factor, bool coarse)
{
	out->n = 0;
	for (size_t i = 0; i < x->n; i++) {
		const struct run *r = &x->runs[i];
		enum shade shade = r->shade;

		if (coarse && shade > SHADE_ALL && shade <= SHADE_FEW)
			shade = SHADE_ALL;
		if (!add(out, r->from / factor, (r->to + factor - 1) / factor,
			shade))
			return false;
	}
	return true;
}

int
course_cmp(const struct course *a, const struct course *b)
{
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (size_t i = 0; i < a->n; i++) {
		const struct run *x = &a->runs[i], *y = &b->runs[i];

		if (x->from != y->from)
			return x->from < y->from ? -1 : 1;
		if (x->to != y->to)
			return x->to < y->to ? -1 : 1;
		if (x->shade != y->shade)
			return x->shade < y->shade ? -1 : 1;
	}
	return 0;
}
