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
	*w = (struct first_words){0};
}

void
first_words_clear(struct first_words *w)
{
	prefix_map_clear(&w->prefixes);
	w->withdrawal_n = 0;
}

/* The record of prefix, made if it is new.  *out is NULL if there is no room
   for it; false: out of memory. */
static bool
record_of(struct first_words *w, const struct prefix *prefix,
    struct first_words_prefix **out)
{
	uint32_t n = w->prefixes.n, i;

	*out = NULL;
	i = prefix_map_find(&w->prefixes, prefix);
	if (i == PREFIX_MAP_NONE) {
		if (n >= FIRST_WORDS_PREFIXES)
			return true;
		if (!vec_reserve(&w->of, n, &w->of_cap, sizeof(*w->of)) ||
		    prefix_map_add(&w->prefixes, prefix, &i) != BLK_OK)
			return false;
		w->of[i] = (struct first_words_prefix){0};
	}
	*out = &w->of[i];
	return true;
}

bool
first_words_note(struct first_words *w, const struct prefix *prefix,
    uint32_t session, unsigned ordinal, uint32_t epoch, bool withdrawal,
    usec_t time)
{
	struct first_words_prefix *p;
	uint64_t bit = UINT64_C(1) << ordinal % 64;

	if (ordinal >= FIRST_WORDS_SESSIONS) {
		w->forgotten++;
		return true;
	}
	if (!record_of(w, prefix, &p))
		return false;
	if (p == NULL) {
		w->forgotten++;
		return true;
	}
	if ((p->spoke[ordinal / 64] & bit) != 0)
		return true;
	p->spoke[ordinal / 64] |= bit;
	if (!withdrawal)
		return true;
	if (w->withdrawal_n >= FIRST_WORDS_MAX) {
		w->forgotten++;
		return true;
	}
	if (!vec_reserve(&w->withdrawals, w->withdrawal_n, &w->withdrawal_cap,
		sizeof(*w->withdrawals)))
		return false;
	w->withdrawals[w->withdrawal_n++] = (struct first_withdrawal){
	    .next = p->head, .session = session, .epoch = epoch, .time = time};
	p->head = (uint32_t)w->withdrawal_n;
	return true;
}

static const struct first_withdrawal *
at(const struct first_words *w, uint32_t link)
{
	return link == 0 ? NULL : &w->withdrawals[link - 1];
}

const struct first_withdrawal *
first_words_of(const struct first_words *w, const struct prefix *prefix)
{
	uint32_t i = prefix_map_find(&w->prefixes, prefix);

	return i == PREFIX_MAP_NONE ? NULL : at(w, w->of[i].head);
}

const struct first_withdrawal *
first_words_next(const struct first_words *w, const struct first_withdrawal *f)
{
	return at(w, f->next);
}

bool
first_words_spoke(
    const struct first_words *w, const struct prefix *prefix, unsigned ordinal)
{
	uint32_t i = prefix_map_find(&w->prefixes, prefix);

	return i != PREFIX_MAP_NONE && ordinal < FIRST_WORDS_SESSIONS &&
	    (w->of[i].spoke[ordinal / 64] >> ordinal % 64 & 1) != 0;
}
