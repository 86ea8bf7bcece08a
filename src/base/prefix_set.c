#include "base/prefix_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/compare.h"
#include "base/vec.h"

/*
 * In the order of prefix_cmp what lies inside a prefix follows it at once, so
 * that the first member not before p tells of those inside it.  Members that
 * lie in no other one are disjoint, so that the last one not behind p is the
 * only one that can hold it.
 */

static int
compare_prefixes(const void *a, const void *b)
{
	return prefix_cmp(a, b);
}

void
prefix_set_fini(struct prefix_set *s)
{
	free(s->all);
	free(s->outer);
	*s = (struct prefix_set){0};
}

bool
prefix_set_add(struct prefix_set *s, const struct prefix *p)
{
	if (!vec_reserve(&s->all, s->n, &s->cap, sizeof(*s->all)))
		return false;
	s->all[s->n++] = *p;
	return true;
}

bool
prefix_set_settle(struct prefix_set *s)
{
	size_t cap = 0;

	s->n = compare_sort_distinct(
	    s->all, s->n, sizeof(*s->all), compare_prefixes);
	free(s->outer);
	s->outer = NULL;
	s->outer_n = 0;
	if (!vec_reserve_many(&s->outer, 0, s->n, &cap, sizeof(*s->outer)))
		return false;
	for (size_t i = 0; i < s->n; i++) {
		if (s->outer_n == 0 ||
		    !prefix_contains(&s->outer[s->outer_n - 1], &s->all[i]))
			s->outer[s->outer_n++] = s->all[i];
	}
	return true;
}

/* How many of v[0, n) come before p; or, if !before, not behind it. */
static size_t
count(const struct prefix *v, size_t n, const struct prefix *p, bool before)
{
	size_t lo = 0;

	while (lo < n) {
		size_t mid = lo + (n - lo) / 2;

		if (prefix_cmp(&v[mid], p) < (before ? 0 : 1))
			lo = mid + 1;
		else
			n = mid;
	}
	return lo;
}

bool
prefix_set_has(const struct prefix_set *s, const struct prefix *p)
{
	size_t i = count(s->all, s->n, p, true);

	return i < s->n && prefix_cmp(&s->all[i], p) == 0;
}

bool
prefix_set_has_around(const struct prefix_set *s, const struct prefix *p)
{
	size_t n = count(s->outer, s->outer_n, p, false);

	return n > 0 && prefix_contains(&s->outer[n - 1], p);
}

bool
prefix_set_has_inside(const struct prefix_set *s, const struct prefix *p)
{
	size_t i = count(s->all, s->n, p, true);

	return i < s->n && prefix_contains(p, &s->all[i]);
}
