#ifndef STATE_FIRST_WORDS_H
#define STATE_FIRST_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "blackout/prefix.h"
#include "blackout/timefmt.h"
#include "state/prefix_map.h"

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

struct first_words {
	struct first_words_total *total; /* borrowed; set before first use */
	struct prefix_map prefixes;
	struct first_words_prefix {
		uint64_t spoke[FIRST_WORDS_SESSIONS / 64]; /* by ordinal */
		uint32_t head; /* index + 1 of a withdrawal; 0: none */
	} * of;
	size_t of_cap;
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

/* See first_words_note; i: the number of prefix, or PREFIX_MAP_NONE. */
bool first_words_add(struct first_words *w, const struct prefix *prefix,
    uint32_t hash, uint32_t i, const struct first_word *word);

/*
 * A session spoke of prefix.  Only its first word is kept, so that most of the
 * time there is nothing to do.  False: out of memory.
 */
static inline bool
first_words_note(struct first_words *w, const struct prefix *prefix,
    uint32_t hash, const struct first_word *word)
{
	uint32_t i = prefix_map_find(&w->prefixes, prefix, hash);
	unsigned n = word->ordinal % FIRST_WORDS_SESSIONS;

	if (i != PREFIX_MAP_NONE && n == word->ordinal &&
	    (w->of[i].spoke[n / 64] >> n % 64 & 1) != 0)
		return true;
	return first_words_add(w, prefix, hash, i, word);
}

/*
 * A prefix of that hash will be asked for after a few others: have its slot at
 * hand (_soon), and then what the slot leads to (_next).  Most prefixes lie far
 * from each other, and waiting for memory was half of the cost of a route.
 */
static inline void
first_words_soon(const struct first_words *w, uint32_t hash)
{
	if (w->prefixes.slot_n > 0)
		prefix_map_expect(&w->prefixes, hash);
}

static inline void
first_words_next_up(const struct first_words *w, uint32_t hash)
{
	const struct prefix_map *m = &w->prefixes;
	uint32_t id;

	if (m->slot_n == 0)
		return;
	id = m->slots[hash & (m->slot_n - 1)].id;
	if (id == 0)
		return;
	__builtin_prefetch(&m->keys[id - 1]);
	__builtin_prefetch(&w->of[id - 1]);
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
