#ifndef STATE_ROUTE_H
#define STATE_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/timeline.h"

/*
 * What one session says of one prefix: its paths by path identifier, of which
 * there is one unless the session speaks ADD-PATH (RFC 7911).
 */

/* Paths of one prefix at one session that are kept apart; further ones are
   counted as the last. */
#define ROUTE_PATHS_MAX 64u

struct route_path {
	uint32_t id;
	uint32_t origin; /* as in struct tl_entry */
	bool is_set;
	/* From a RIB whose form leaves out the identifier: the next update
	   with an unknown one is taken to mean this. */
	bool anonymous;
};

struct route {
	uint32_t session;
	uint32_t epoch; /* of the session's family when it was stated */
	usec_t updated; /* time of the last update; USEC_NONE: only RIBs */
	uint32_t rib;   /* serial of the last RIB that states it; 0: none */
	bool rib_late;  /* that RIB is older than the last update */
	bool rib_open;  /* that RIB's record is being read */
	/* What was last written to the timeline in this epoch. */
	uint8_t logged; /* enum tl_route */
	bool logged_is_set;
	uint32_t logged_origin;
	/* What it said when the RIB now being read began. */
	uint8_t before; /* enum tl_route */
	bool before_is_set;
	uint32_t before_origin;
	uint16_t path_n, path_cap;
	struct route_path one; /* path_cap 0: the path, if path_n is 1 */
	struct route_path *many;
};

/* The routes of a prefix, sorted by session. */
struct route_list {
	struct route *v;
	size_t n, cap;
};

void route_list_fini(struct route_list *l);

/* The route of session; NULL if it has none. */
struct route *route_find(const struct route_list *l, uint32_t session);

/* The same, added if it is new, in epoch 0.  NULL: out of memory. */
struct route *route_get(struct route_list *l, uint32_t session);

const struct route_path *route_paths(const struct route *r);

void route_clear(struct route *r);

/* An update announces path.  False: out of memory. */
bool route_announce(struct route *r, const struct route_path *path);

/* A RIB holds path: beside those it holds already.  False: out of memory. */
bool route_add(struct route *r, const struct route_path *path);

/* An update withdraws the path of id. */
void route_withdraw(struct route *r, uint32_t id);

#endif
