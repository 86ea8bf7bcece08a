#ifndef DAMAGE_H
#define DAMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/feed.h"
#include "blackout/status.h"

/*
 * The damage policy, all of it: what can be wrong, how far it reaches, how it
 * is counted and in what words it is told.  Whoever meets damage says what it
 * was; what follows from it stands in one table here.
 */

enum damage_kind {
	DAMAGE_MESSAGE_CUT,
	DAMAGE_MESSAGE_BAD,
	DAMAGE_NLRI,
	DAMAGE_MP,
	DAMAGE_ATTRIBUTES,
	DAMAGE_MESSAGE_RECORD,
	DAMAGE_STATE_RECORD,
	DAMAGE_NO_PEER_TABLE,
	DAMAGE_PEER_TABLE,
	DAMAGE_PEER_INDEX,
	DAMAGE_RIB_RECORD,
	DAMAGE_BACKWARD,
	DAMAGE_FUTURE,
	DAMAGE_STREAM, /* framing, compression, reading: told in words */
	DAMAGE_KIND_N
};

/* How far it reaches: what is no longer known after it. */
enum damage_scope {
	DAMAGE_SCOPE_NONE,      /* nothing that matters here */
	DAMAGE_SCOPE_PEER,      /* the routes of the peer */
	DAMAGE_SCOPE_RIB,       /* what is absent from the RIB */
	DAMAGE_SCOPE_COLLECTOR, /* all routes, for the time of the damage */
};

enum damage_scope damage_scope(enum damage_kind kind);

/* Where it was met. */
struct damage_place {
	uint64_t offset;    /* in the plain stream */
	uint64_t records;   /* sound ones before it */
	usec_t from, until; /* what it may hide; or USEC_NONE */
};

/* What is wrong in one file. */
struct damage_log {
	struct damage *list; /* file is NULL in all of them */
	size_t n, cap;
	size_t at[DAMAGE_KIND_N]; /* 1 + index of a kind's one entry; 0: none */
	size_t stream_n;
	size_t last_stream; /* 1 + index; 0: none */
};

void damage_log_fini(struct damage_log *log);

/*
 * Count damage of a kind that has one entry per file (any but DAMAGE_STREAM):
 * its offset is that of the first, its span covers all.  BLK_ENOMEM.
 */
enum blk_status damage_count(struct damage_log *log, enum damage_kind kind,
    const struct damage_place *place);

/*
 * Tell of one damage to the stream, what in words (copied).  Beyond
 * DAMAGE_PER_FILE_MAX of them they are only counted.  BLK_ENOMEM.
 */
enum blk_status damage_stream(
    struct damage_log *log, const char *what, const struct damage_place *place);

/* The last stream damage told hides everything until then. */
void damage_stream_until(struct damage_log *log, usec_t until);

#endif
