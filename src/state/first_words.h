#ifndef STATE_FIRST_WORDS_H
#define STATE_FIRST_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/event.h"

/*
 * What sessions said first about prefixes that nobody watches yet.
 *
 * Without a RIB, an outage may begin before anything tells whose prefix it is:
 * the withdrawals come first, the origin only with the return.  So the time
 * of each session's first word about each prefix is kept if it was a
 * withdrawal; that it spoke at all, if it was an announcement.  Only sessions
 * whose table is not known need this, so nothing is kept where RIBs are.
 */

/* Prefixes and withdrawals remembered, of all collectors together; then the
   newest are forgotten, and counted. */
#define FIRST_WORDS_PREFIXES 400000u
#define FIRST_WORDS_MAX 500000u

#define FIRST_WORDS_SESSIONS 128u /* of a collector that are told apart */

struct first_withdrawal {
	uint32_t next;    /* index + 1 of the next one of the prefix; 0: none */
	uint32_t session; /* index in the session table */
	uint32_t epoch;   /* of the session's family then */
	usec_t time;
};

/* What is remembered in all first_words that share it. */
struct first_words_total {
	uint32_t prefix_n, withdrawal_n;
};

/*
 * A prefix is found in a table of small slots, for its cost is waiting for
 * memory: all that most words ask for is there, and a line of the cache holds
 * the slots that a search goes on to.
 */
struct first_words_slot {
	uint32_t hash;
	uint32_t of;    /* number of the prefix, and its length; 0: free */
	uint64_t spoke; /* sessions, by ordinal: the first 64 */
};

struct first_words {
	struct first_words_total *total; /* borrowed; set before first use */
	struct first_words_slot *slots;  /* open addressing */
	uint32_t slot_n;                 /* a power of two, or 0 */
	uint32_t prefix_n;
	/* By number of the prefix, what is asked for less often. */
	uint32_t *heads;          /* index + 1 of a withdrawal; 0: none */
	struct event_addr *addrs; /* set for IPv6 prefixes alone */
	uint64_t *more;           /* sessions, the next 64: [0, more_n) */
	uint32_t more_n;
	size_t head_cap, addr_cap, more_cap;
	struct first_withdrawal *withdrawals;
	size_t withdrawal_n, withdrawal_cap;
	uint64_t forgotten;
};

/* In all of these, hash is prefix_hash(prefix). */

void first_words_fini(struct first_words *w);

/* Forget all: what was said before a gap is no first word after it. */
void first_words_clear(struct first_words *w);

/* Who spoke, and how. */
struct first_word {
	uint32_t session;
	unsigned ordinal; /* of the session in its collector */
	uint32_t epoch;
	bool withdrawal; /* else an announcement */
	usec_t time;
};

/* Lengths of both families, in the low bits of struct first_words_slot.of. */
#define FIRST_WORDS_LEN_BITS 8u

static inline unsigned
first_words_len(unsigned afi, unsigned len)
{
	return (afi == AFI_IPV6) * 33u + len + 1;
}

static inline struct first_words_slot *
first_words_slot(const struct first_words *w, uint32_t i)
{
	return &w->slots[i & (w->slot_n - 1)];
}

/*
 * Where to begin to search for hash.  Nothing foretells whether a prefix lies
 * in its first slot or, another being there, in the one behind it, so that a
 * branch would go wrong for as many as lie there.
 */
static inline uint32_t
first_words_start(const struct first_words *w, uint32_t hash)
{
	const struct first_words_slot *s = first_words_slot(w, hash);

	return hash + (uint32_t)((s->of != 0) & (s->hash != hash));
}

/*
 * The slot of a prefix, or NULL; w has slots.  bytes: its address if it is
 * IPv6, or NULL.
 */
static inline struct first_words_slot *
first_words_search(const struct first_words *w, unsigned afi, unsigned len,
    const uint8_t *bytes, uint32_t hash)
{
	const unsigned code = first_words_len(afi, len);

	for (uint32_t i = first_words_start(w, hash);; i++) {
		struct first_words_slot *s = first_words_slot(w, i);
		uint32_t number = s->of >> FIRST_WORDS_LEN_BITS;

		if (s->of == 0)
			return NULL;
		/* see prefix_hash: IPv4 prefixes of a length never collide */
		if (s->hash == hash &&
		    s->of % (1u << FIRST_WORDS_LEN_BITS) == code &&
		    (bytes == NULL ||
			memcmp(w->addrs[number].bytes, bytes, 16) == 0))
			return s;
	}
}

static inline struct first_words_slot *
first_words_find(
    const struct first_words *w, const struct prefix *prefix, uint32_t hash)
{
	const uint8_t *ipv6 = prefix->afi == AFI_IPV6 ? prefix->bytes : NULL;

	return w->slot_n == 0
	    ? NULL
	    : first_words_search(w, prefix->afi, prefix->len, ipv6, hash);
}

/* A session spoke of prefix.  False: out of memory. */
bool first_words_add(struct first_words *w, const struct prefix *prefix,
    uint32_t hash, const struct first_word *word);

/* Whether first_words_pass and _soon may be asked, for a session's word. */
static inline bool
first_words_may_pass(const struct first_words *w, unsigned ordinal)
{
	return w->slot_n > 0 && ordinal < 64;
}

/*
 * A session spoke of r, a route of a batch, by an announcement or a withdrawal;
 * bit: 1 << its ordinal.  Only its first word is kept, so that most of the time
 * there is nothing to do.  False: there is, by first_words_add.
 */
static inline bool
first_words_pass(const struct first_words *w, const struct event_batch *batch,
    const struct event_route *r, uint64_t bit, bool withdrawal)
{
	const uint64_t must = withdrawal ? bit : 0;
	const struct event_addr *ipv6 = event_ipv6(batch, r);
	struct first_words_slot *s = first_words_search(
	    w, r->afi, r->len, ipv6 != NULL ? ipv6->bytes : NULL, r->hash);

	/* whether it was there already is a guess that fails often */
	if (s == NULL || (s->spoke & must) != must)
		return false;
	s->spoke |= bit;
	return true;
}

/*
 * A prefix of that hash will be asked for after a few others: have its slot at
 * hand.  Most prefixes lie far from each other, and waiting for memory was half
 * of the cost of a route.
 */
static inline void
first_words_soon(const struct first_words *w, uint32_t hash)
{
	__builtin_prefetch(first_words_slot(w, hash));
}

/* The first withdrawal kept of prefix; follow it with first_words_next. */
const struct first_withdrawal *first_words_of(
    const struct first_words *w, const struct prefix *prefix, uint32_t hash);
const struct first_withdrawal *first_words_next(
    const struct first_words *w, const struct first_withdrawal *f);

/* Whether the session of ordinal said anything of prefix. */
bool first_words_spoke(const struct first_words *w, const struct prefix *prefix,
    uint32_t hash, unsigned ordinal);

#endif
