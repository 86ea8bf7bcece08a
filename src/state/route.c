/*
 * Nearly every route is a single path without identifier, which is kept in
 * place; only ADD-PATH sessions pay for a list.
 *
 * RIBs of FRR leave out path identifiers unless the first path's peer speaks
 * ADD-PATH.  An update that names an unknown identifier is about one of the
 * paths without: we cannot tell which, but counting them right is enough to
 * tell when the last is gone.
 */
#include "state/route.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

void
route_pool_fini(struct route_pool *pool)
{
	free(pool->v);
	*pool = (struct route_pool){0};
}

void
route_list_fini(struct route_list *l)
{
	free(l->v);
	*l = (struct route_list){0};
}

/* Index of the first route whose session is not below session. */
static uint32_t
lower_bound(const struct route_list *l, uint32_t session)
{
	uint32_t lo = 0, hi = l->n;

	/* most are asked for in the order of their sessions */
	if (hi > 0 && l->v[hi - 1].session < session)
		return hi;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

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
	uint32_t i = lower_bound(l, session);

	return i < l->n && l->v[i].session == session ? &l->v[i] : NULL;
}

bool
route_list_reserve(struct route_list *l, uint32_t more)
{
	uint32_t cap = l->n + more;
	struct route *v;

	if (cap <= l->cap)
		return true;
	v = realloc(l->v, cap * sizeof(*v));
	if (v == NULL)
		return false;
	l->v = v;
	l->cap = cap;
	return true;
}

struct route *
route_get(struct route_list *l, uint32_t session)
{
	uint32_t i = lower_bound(l, session);

	if (i < l->n && l->v[i].session == session)
		return &l->v[i];
	/* by an eighth, for most of what there will be is there */
	if (l->n == l->cap && !route_list_reserve(l, 1 + l->n / 8))
		return NULL;
	memmove(&l->v[i + 1], &l->v[i], (l->n - i) * sizeof(*l->v));
	l->n++;
	l->v[i] = (struct route){.session = (uint16_t)session};
	return &l->v[i];
}

/* --- nodes --- */

static uint32_t
node_new(struct route_pool *pool, uint32_t id, uint32_t path, uint32_t next)
{
	uint32_t at = pool->spare;

	if (at != 0) {
		pool->spare = pool->v[at - 1].next;
	} else {
		if (pool->n >= ROUTE_PATH_MAX ||
		    !vec_reserve(
			&pool->v, pool->n, &pool->cap, sizeof(*pool->v)))
			return 0;
		at = (uint32_t)++pool->n;
	}
	pool->v[at - 1] =
	    (struct route_node){.id = id, .path = path, .next = next};
	return at;
}

/* What links to the next node: a route's path, or a node's next. */
static uint32_t
node_free(struct route_pool *pool, uint32_t at)
{
	uint32_t next = pool->v[at - 1].next;

	pool->v[at - 1].next = pool->spare;
	pool->spare = at;
	return next;
}

static void
set_path(struct route *r, uint32_t path, bool many)
{
	r->path = path & ROUTE_PATH_MAX;
	r->many = many;
}

unsigned
route_paths(const struct route *r, const struct route_pool *pool,
    uint32_t out[ROUTE_PATHS_MAX])
{
	unsigned n = 0;

	if (r->path == 0)
		return 0;
	if (!r->many) {
		out[0] = r->path - 1;
		return 1;
	}
	for (uint32_t at = r->path; at != 0; at = pool->v[at - 1].next)
		out[n++] = pool->v[at - 1].path;
	return n;
}

void
route_clear(struct route *r, struct route_pool *pool)
{
	for (uint32_t at = r->many ? r->path : 0; at != 0;)
		at = node_free(pool, at);
	set_path(r, 0, false);
}

/* Add a path behind the others. */
static bool
append(struct route *r, struct route_pool *pool, uint32_t id, uint32_t path)
{
	struct route_node *last;
	unsigned n = 1;
	uint32_t at;

	if (r->path == 0 && id == 0) {
		set_path(r, path + 1, false);
		return true;
	}
	if (r->path != 0 && !r->many) {
		at = node_new(pool, 0, r->path - 1, 0);
		if (at == 0)
			return false;
		set_path(r, at, true);
	}
	if (r->path == 0) {
		at = node_new(pool, id, path, 0);
		if (at != 0)
			set_path(r, at, true);
		return at != 0;
	}
	for (at = r->path; pool->v[at - 1].next != 0; at = pool->v[at - 1].next)
		n++;
	last = &pool->v[at - 1];
	if (n >= ROUTE_PATHS_MAX) {
		last->id = id;
		last->path = path;
		return true;
	}
	n = node_new(pool, id, path, 0);
	if (n == 0)
		return false;
	pool->v[at - 1].next = n;
	return true;
}

/* Of a route with nodes: the one that id is about, index + 1; 0: none. */
static uint32_t
meant_by(const struct route *r, const struct route_pool *pool, uint32_t id)
{
	uint32_t unnamed = 0;

	for (uint32_t at = r->path; at != 0; at = pool->v[at - 1].next) {
		if (pool->v[at - 1].id == id)
			return at;
		if (pool->v[at - 1].id == 0 && unnamed == 0)
			unnamed = at;
	}
	return unnamed;
}

bool
route_announce(
    struct route *r, struct route_pool *pool, uint32_t id, uint32_t path)
{
	uint32_t at;

	/* Without an identifier there is one path, whatever was before; and
	   one without is the one that is meant. */
	if (id == 0 || (r->path != 0 && !r->many)) {
		route_clear(r, pool);
		return append(r, pool, id, path);
	}
	at = meant_by(r, pool, id);
	if (at == 0)
		return append(r, pool, id, path);
	pool->v[at - 1].id = id;
	pool->v[at - 1].path = path;
	return true;
}

bool
route_add(struct route *r, struct route_pool *pool, uint32_t id, uint32_t path)
{
	return append(r, pool, id, path);
}

void
route_withdraw(struct route *r, struct route_pool *pool, uint32_t id)
{
	uint32_t at, before = 0;

	if (id == 0 || !r->many) {
		route_clear(r, pool);
		return;
	}
	at = meant_by(r, pool, id);
	if (at == 0)
		return;
	for (uint32_t k = r->path; k != at; k = pool->v[k - 1].next)
		before = k;
	if (before == 0)
		set_path(r, node_free(pool, at), true);
	else
		pool->v[before - 1].next = node_free(pool, at);
	if (r->path == 0)
		r->many = false;
}
