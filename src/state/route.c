/*
 * Nearly every route is a single path, which is kept in place; only ADD-PATH
 * sessions pay for an array.
 *
 * RIBs of FRR leave out path identifiers unless the first path's peer speaks
 * ADD-PATH.  Such paths are anonymous: an update that names an unknown
 * identifier is about one of them, we cannot tell which, but counting them
 * right is enough to tell when the last is gone.
 */
#include "state/route.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

void
route_list_fini(struct route_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i].many);
	free(l->v);
	*l = (struct route_list){0};
}

/* Index of the first route whose session is not below session. */
static size_t
lower_bound(const struct route_list *l, uint32_t session)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->v[mid].session < session)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct route *
route_find(const struct route_list *l, uint32_t session)
{
	size_t i = lower_bound(l, session);

	return i < l->n && l->v[i].session == session ? &l->v[i] : NULL;
}

struct route *
route_get(struct route_list *l, uint32_t session)
{
	size_t i = lower_bound(l, session);

	if (i < l->n && l->v[i].session == session)
		return &l->v[i];
	if (!vec_reserve(&l->v, l->n, &l->cap, sizeof(*l->v)))
		return NULL;
	memmove(&l->v[i + 1], &l->v[i], (l->n - i) * sizeof(*l->v));
	l->n++;
	l->v[i] = (struct route){.session = session, .updated = USEC_NONE};
	return &l->v[i];
}

static struct route_path *
paths(struct route *r)
{
	return r->path_cap == 0 ? &r->one : r->many;
}

const struct route_path *
route_paths(const struct route *r)
{
	return r->path_cap == 0 ? &r->one : r->many;
}

void
route_clear(struct route *r)
{
	r->path_n = 0;
}

static bool
append(struct route *r, const struct route_path *path)
{
	if (r->path_n == ROUTE_PATHS_MAX) {
		r->many[r->path_n - 1] = *path;
		return true;
	}
	if (r->path_n > 0 && r->path_n >= r->path_cap) {
		size_t cap = r->path_cap;
		struct route_path *many = cap == 0 ? NULL : r->many;

		if (!vec_reserve(&many, r->path_n, &cap, sizeof(*many)))
			return false;
		if (r->path_cap == 0)
			many[0] = r->one;
		r->many = many;
		r->path_cap = (uint16_t)cap;
	}
	paths(r)[r->path_n++] = *path;
	return true;
}

static void
remove_at(struct route *r, unsigned i)
{
	struct route_path *p = paths(r);

	r->path_n--;
	memmove(&p[i], &p[i + 1], (r->path_n - i) * sizeof(*p));
}

/* The path an update with this identifier is about; path_n: none. */
static unsigned
meant_by(struct route *r, uint32_t id)
{
	struct route_path *p = paths(r);
	unsigned unnamed = r->path_n;

	for (unsigned i = 0; i < r->path_n; i++) {
		if (p[i].id == id && !p[i].anonymous)
			return i;
		if (p[i].anonymous && unnamed == r->path_n)
			unnamed = i;
	}
	return unnamed;
}

bool
route_announce(struct route *r, const struct route_path *path)
{
	unsigned i;

	/* Without an identifier there is one path, whatever was before. */
	if (path->id == 0)
		r->path_n = 0;
	i = meant_by(r, path->id);
	if (i == r->path_n)
		return append(r, path);
	paths(r)[i] = *path;
	return true;
}

bool
route_add(struct route *r, const struct route_path *path)
{
	return append(r, path);
}

void
route_withdraw(struct route *r, uint32_t id)
{
	unsigned i;

	if (id == 0) {
		r->path_n = 0;
		return;
	}
	i = meant_by(r, id);
	if (i < r->path_n)
		remove_at(r, i);
}
