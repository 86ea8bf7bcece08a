#include "state/first_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

void
first_words_fini(struct first_words *w)
{
	prefix_map_fini(&w->prefixes);
	free(w->of);
	free(w->withdrawals);
	*w = (struct first_words){.total = w->total};
}

void
first_words_clear(struct first_words *w)
{
	w->total->prefix_n -= w->prefixes.n;
	w->total->withdrawal_n -= (uint32_t)w->withdrawal_n;
	prefix_map_clear(&w->prefixes);
	w->withdrawal_n = 0;
}

/* A record of prefix, which is new.  False: out of memory. */
static bool
add_prefix(struct first_words *w, const struct prefix *prefix, uint32_t hash,
    uint32_t *out)
{
	uint32_t n = w->prefixes.n;

	if (!vec_reserve(&w->of, n, &w->of_cap, sizeof(*w->of)) ||
	    prefix_map_add(&w->prefixes, prefix, hash, out) != BLK_OK)
		return false;
	w->of[n] = (struct first_words_prefix){0};
	w->total->prefix_n++;
	return true;
}

static bool
add_withdrawal(struct first_words *w, struct first_words_prefix *p,
    const struct first_word *word)
{
	if (w->total->withdrawal_n >= FIRST_WORDS_MAX) {
		w->forgotten++;
		return true;
	}
	if (!vec_reserve(&w->withdrawals, w->withdrawal_n, &w->withdrawal_cap,
		sizeof(*w->withdrawals)))
		return false;
	w->withdrawals[w->withdrawal_n++] =
	    (struct first_withdrawal){.next = p->head,
		.session = word->session,
		.epoch = word->epoch,
		.time = word->time};
	p->head = (uint32_t)w->withdrawal_n;
	w->total->withdrawal_n++;
	return true;
}

bool
first_words_add(struct first_words *w, const struct prefix *prefix,
    uint32_t hash, uint32_t i, const struct first_word *word)
{
	unsigned n = word->ordinal;

	if (n >= FIRST_WORDS_SESSIONS ||
	    (i == PREFIX_MAP_NONE &&
		w->total->prefix_n >= FIRST_WORDS_PREFIXES)) {
		w->forgotten++;
		return true;
	}
	if (i == PREFIX_MAP_NONE && !add_prefix(w, prefix, hash, &i))
		return false;
	w->of[i].spoke[n / 64] |= UINT64_C(1) << n % 64;
	return !word->withdrawal || add_withdrawal(w, &w->of[i], word);
}

static const struct first_withdrawal *
at(const struct first_words *w, uint32_t link)
{
	return link == 0 ? NULL : &w->withdrawals[link - 1];
}

const struct first_withdrawal *
first_words_of(
    const struct first_words *w, const struct prefix *prefix, uint32_t hash)
{
	uint32_t i = prefix_map_find(&w->prefixes, prefix, hash);

	return i == PREFIX_MAP_NONE ? NULL : at(w, w->of[i].head);
}

const struct first_withdrawal *
first_words_next(const struct first_words *w, const struct first_withdrawal *f)
{
	return at(w, f->next);
}

bool
first_words_spoke(const struct first_words *w, const struct prefix *prefix,
    uint32_t hash, unsigned ordinal)
{
	uint32_t i = prefix_map_find(&w->prefixes, prefix, hash);

	return i != PREFIX_MAP_NONE && ordinal < FIRST_WORDS_SESSIONS &&
	    (w->of[i].spoke[ordinal / 64] >> ordinal % 64 & 1) != 0;
}
