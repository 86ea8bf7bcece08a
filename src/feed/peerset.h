#ifndef PEERSET_H
#define PEERSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/bgp.h"
#include "blackout/event.h"

/* The peers of a lane, numbered in the order in which they are first seen. */

#define PEERSET_NONE UINT32_MAX

struct peerset_peer {
	struct event_peer id;
	struct bgp_nlri_habit habit;
	bool apart; /* not to be found: see peerset_add_apart */
};

struct peerset {
	struct peerset_peer *peers;
	size_t n, cap;
	uint32_t *slots; /* open addressing; PEERSET_NONE: free */
	size_t slot_n;   /* a power of two, or 0 */
	uint32_t last;   /* the peer found last: records come in runs */
};

void peerset_fini(struct peerset *s);

/* The number of a peer, adding it if need be; PEERSET_NONE: no memory. */
uint32_t peerset_get(
    struct peerset *s, const struct ipaddr *addr, uint32_t asn);

/* The peer of that address added last, whatever its ASN; or PEERSET_NONE. */
uint32_t peerset_by_addr(const struct peerset *s, const struct ipaddr *addr);

/*
 * A number for what may prove to be another peer under a wrong name: neither
 * function above finds it.  PEERSET_NONE: no memory.
 */
uint32_t peerset_add_apart(struct peerset *s, const struct event_peer *id);

#endif
