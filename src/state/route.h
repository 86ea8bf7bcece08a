#ifndef STATE_ROUTE_H
#define STATE_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/timeline.h"

/*
 * What one session says of one prefix: its paths by path identifier, of which
 * there is one unless the session speaks ADD-PATH (RFC 7911).
 *
 * There is one of these for every route of every table that is watched, so it
 * is packed: with --all they are nearly all of the memory that is in use.
 */

/* Sessions are numbered below this. */
#define ROUTE_SESSION_MAX UINT16_MAX
/* Paths of one prefix at one session that are kept apart; further ones are
   counted as the last. */
#define ROUTE_PATHS_MAX 64u
/* RIBs of one collector that may be open at a time are marked 1 to this. */
#define ROUTE_MARK_MAX 15u
/* Paths are numbered below this. */
#define ROUTE_PATH_MAX ((UINT32_C(1) << 25) - 1)

struct route {
	/* 1 + the index of its only path, which has no identifier; with many,
	   of a node of the pool; 0: no path. */
	unsigned int path : 25;
	unsigned int many : 1;
	/* What it says is written in the timeline, in this epoch. */
	unsigned int told : 1;
	/* The RIB now being read contradicted what was known. */
	unsigned int differs : 1;
	unsigned int rib : 4; /* mark of the open RIB that states it, or 0 */
	uint32_t updated;     /* second of the last update; 0: only RIBs */
	uint16_t session;
	uint16_t epoch; /* of the session's family when it was stated; or 0 */
};

/* Paths that do not fit in a route. */
struct route_pool {
	struct route_node {
		uint32_t id;
		uint32_t path; /* index */
		uint32_t next; /* index + 1; 0: the last */
	} * v;
	size_t n, cap;
	uint32_t spare; /* index + 1 of the first one that is not in use */
};

void route_pool_fini(struct route_pool *pool);

/* The routes of a prefix, sorted by session. */
struct route_list {
	struct route *v;
	uint32_t n, cap;
};

void route_list_fini(struct route_list *l);

/* Make room for so many more routes.  False: out of memory. */
bool route_list_reserve(struct route_list *l, uint32_t more);

/* The route of session; NULL if it has none. */
struct route *route_find(const struct route_list *l, uint32_t session);

/* The same, added if it is new, in epoch 0.  NULL: out of memory. */
struct route *route_get(struct route_list *l, uint32_t session);

/* Write the indices of its paths to out, in order of arrival; how many? */
unsigned route_paths(const struct route *r, const struct route_pool *pool,
    uint32_t out[ROUTE_PATHS_MAX]);

void route_clear(struct route *r, struct route_pool *pool);

/*
 * An update announces path (an index) by identifier id, or by none if that is
 * 0.  False: out of memory.
 */
bool route_announce(
    struct route *r, struct route_pool *pool, uint32_t id, uint32_t path);

/*
 * A RIB holds path: beside those it holds already.  Where the form of the RIB
 * leaves out the identifier, the next update with an unknown one is taken to
 * mean this path.  False: out of memory.
 */
bool route_add(
    struct route *r, struct route_pool *pool, uint32_t id, uint32_t path);

/* An update withdraws the path of id. */
void route_withdraw(struct route *r, struct route_pool *pool, uint32_t id);

#endif
