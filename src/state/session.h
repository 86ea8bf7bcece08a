#ifndef STATE_SESSION_H
#define STATE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "blackout/timeline.h"

/*
 * Sessions of collectors with peers: whether each is alive, since when its
 * routes are known, and what its silences and bursts mean.
 *
 * An epoch is a stretch in which what a session said stays true.  A new one
 * begins when the session was reset or when something of it may have been
 * missed; routes stated in an older epoch are unknown, or absent once the
 * session is synced: its table is known to be whole.
 */

/* --- The rules of thumb, all in one place. --- */

/* An update from this long before a RIB's first record beats the RIB. */
#define RIB_BACKLOG (60 * USEC_PER_SEC)
/* No session is stale before this silence ... */
#define STALE_MIN (15 * 60 * USEC_PER_SEC)
/* ... nor before this many times its longest silence so far ... */
#define STALE_HABIT 6
/* ... nor before that habit rests on this much. */
#define STALE_WORDS 100u
#define STALE_SPAN (30 * 60 * USEC_PER_SEC)
/* A silence this long may hide a session that went away and came back. */
#define RESET_SILENCE (30 * USEC_PER_SEC)
/* How long the re-announcement of a table may take to be seen as one. */
#define BURST_SLOT (5 * 60 * USEC_PER_SEC)
#define BURST_WINDOW (2 * BURST_SLOT)
/* Share of its known table, in percent, that a peer announces in a burst. */
#define BURST_SHARE 80u
/* The same when End-of-RIB closes it. */
#define BURST_SHARE_EOR 50u
/* The smallest table a burst is judged by. */
#define BURST_TABLE_MIN 20u
/* A transfer lasts at least this long where no End-of-RIB ends it ... */
#define TRANSFER_MIN (5 * 60 * USEC_PER_SEC)
/* ... and until a minute brings less than this percentage of it. */
#define TRANSFER_QUIET_SHARE 5u

/* A table transfer that is going on. */
struct session_transfer {
	bool active;
	usec_t since;
	uint64_t announced; /* since then */
	int64_t minute;     /* of the last count */
	uint64_t minute_n, minute_before_n;
};

struct session_family {
	uint32_t epoch;
	usec_t epoch_start;
	/* The epoch began in the middle of a session's life, so that its first
	   word about a prefix also tells what it carried before. */
	bool continued;
	bool synced;
	uint32_t table;     /* prefixes in the last whole RIB; 0: not known */
	uint32_t table_rib; /* serial of the RIB that told */
	usec_t table_end;   /* its end: known until then at least */
	struct session_transfer transfer;
	int64_t slot; /* of the counts of announcements: BURST_SLOT each */
	uint64_t slot_n, slot_before_n;
	uint64_t since_silence; /* announcements since silence.end */
};

struct session {
	unsigned collector;
	unsigned ordinal; /* among the sessions of its collector */
	bool live;
	bool stale;        /* !live, but only by its silence */
	usec_t reset_time; /* when it last went up or down; or USEC_NONE */
	usec_t first_word, last_word; /* USEC_NONE: said nothing yet */
	uint64_t words;               /* seconds in which it spoke */
	usec_t longest_silence;
	/* A long silence that counts as habit if no transfer follows. */
	usec_t silence_pending, resumed;
	struct { /* the latest of at least RESET_SILENCE, else of 2 s */
		usec_t start, end;
	} silence;
	struct session_family family[2];
};

/* Sessions by index, the same as in the timeline. */
struct session_table {
	struct session *v;
	size_t n, cap;
	/* Open addressing.  A session stands in here by its number, and the
	   first of an address by BGP_AS_TRANS as well. */
	struct session_slot {
		uint32_t asn;
		uint32_t id; /* index + 1; 0: free */
	} * slots;
	size_t slot_n; /* a power of two, or 0 */
	bool full;     /* a session was not added, for there are too many */
	/*
	 * Called when the numbers of a family's epochs begin anew, at 1: what
	 * was stated in an old one must not pass for new.  NULL: not needed.
	 */
	void (*renumbered)(void *arg, uint32_t id, unsigned family);
	void *arg;
};

/* Epochs are numbered from 1 to this. */
#define SESSION_EPOCH_MAX UINT16_MAX

void session_table_fini(struct session_table *s);

/*
 * The session of collector with (addr, asn), which is added if it is new: live
 * since epoch_start, its routes unknown.  A number hidden behind AS_TRANS is
 * matched by the address.  False: out of memory, or the table is full.
 */
bool session_get(struct session_table *s, struct timeline *t,
    unsigned collector, const struct ipaddr *addr, uint32_t asn,
    usec_t epoch_start, uint32_t *out);

/*
 * When the session can have gone at the earliest, to be unheard since: right
 * after its last word, or after the last RIB that shows a family's table.
 */
usec_t session_last_known(const struct session *s, unsigned family);

/* What a route of a family stands at that was stated in epoch. */
static inline enum tl_route
session_route_default(const struct session_family *f)
{
	return f->synced ? TL_ABSENT : TL_UNKNOWN;
}

/*
 * Begin a new epoch of a family: every route becomes unknown from time on.
 * continued: see struct session_family.  False: out of memory.
 */
bool session_reset(struct session_table *s, struct timeline *t, uint32_t id,
    unsigned family, usec_t time, usec_t epoch_start, bool continued);

/* From time on the family's table is known whole. */
bool session_sync(struct session_table *s, struct timeline *t, uint32_t id,
    unsigned family, usec_t time);

bool session_set_live(struct session_table *s, struct timeline *t, uint32_t id,
    bool live, usec_t time);

/*
 * The session spoke: note its habit, and wake it if it was stale or thought
 * down.  Call before what it says is applied.
 */
bool session_word(
    struct session_table *s, struct timeline *t, uint32_t id, usec_t time);

/* It announced n routes of a family, in what it spoke at time. */
void session_announced(
    struct session *s, unsigned family, usec_t time, uint32_t n);

/* Whether it is silent for longer than its habit explains, at now. */
bool session_is_stale(const struct session *s, usec_t now);

/* Announcements of a family in the last five to ten minutes. */
uint64_t session_burst(const struct session *s, unsigned family, usec_t now);

/* A transfer begins at time (it ends with End-of-RIB or the burst). */
void session_transfer_begin(
    struct session *s, unsigned family, usec_t time, uint64_t announced);

/* Whether the transfer of a family has run out by now. */
bool session_transfer_over(
    const struct session *s, unsigned family, usec_t now);

#endif
