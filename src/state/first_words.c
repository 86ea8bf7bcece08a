#include "state/first_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/pages.h"
#include "base/vec.h"

_Static_assert(FIRST_WORDS_PREFIXES < UINT32_MAX >> FIRST_WORDS_LEN_BITS,
    "numbers of prefixes have room beside their lengths");

static size_t
slot_bytes(const struct first_words *w)
{
	return w->slot_n * sizeof(*w->slots);
}

void
first_words_fini(struct first_words *w)
{
	pages_free(w->slots, slot_bytes(w));
	free(w->heads);
	free(w->addrs);
	free(w->more);
	free(w->withdrawals);
	*w = (struct first_words){.total = w->total};
}

void
first_words_clear(struct first_words *w)
{
	w->total->prefix_n -= w->prefix_n;
	w->total->withdrawal_n -= (uint32_t)w->withdrawal_n;
	if (w->slot_n > 0)
		memset(w->slots, 0, slot_bytes(w));
	w->prefix_n = w->more_n = 0;
	w->withdrawal_n = 0;
}

static struct first_words_slot *
free_slot(const struct first_words *w, uint32_t hash)
{
	while (first_words_slot(w, hash)->of != 0)
		hash++;
	return first_words_slot(w, hash);
}

static bool
grow(struct first_words *w)
{
	const struct first_words old = *w;

	w->slot_n = old.slot_n > 0 ? old.slot_n * 2 : 64;
	w->slots = pages_new(slot_bytes(w));
	if (w->slots == NULL) {
		*w = old;
		return false;
	}
	for (uint32_t i = 0; i < old.slot_n; i++)
		if (old.slots[i].of != 0)
			*free_slot(w, old.slots[i].hash) = old.slots[i];
	pages_free(old.slots, slot_bytes(&old));
	return true;
}

/* A slot for prefix, which is new; NULL: out of memory. */
static struct first_words_slot *
add_prefix(struct first_words *w, const struct prefix *prefix, uint32_t hash)
{
	const bool ipv6 = prefix->afi == AFI_IPV6;
	uint32_t n = w->prefix_n;
	struct first_words_slot *s;

	if (!vec_reserve(&w->heads, n, &w->head_cap, sizeof(*w->heads)) ||
	    (ipv6 &&
		!vec_reserve(&w->addrs, n, &w->addr_cap, sizeof(*w->addrs))) ||
	    (n * 2 >= w->slot_n && !grow(w)))
		return NULL;
	w->heads[n] = 0;
	if (ipv6)
		memcpy(w->addrs[n].bytes, prefix->bytes, 16);
	s = free_slot(w, hash);
	*s = (struct first_words_slot){.hash = hash,
	    .of = n << FIRST_WORDS_LEN_BITS |
		first_words_len(prefix->afi, prefix->len)};
	w->prefix_n++;
	w->total->prefix_n++;
	return s;
}

static uint32_t
number_of(const struct first_words_slot *s)
{
	return s->of >> FIRST_WORDS_LEN_BITS;
}

static bool
add_withdrawal(
    struct first_words *w, uint32_t *head, const struct first_word *word)
{
	if (w->total->withdrawal_n >= FIRST_WORDS_MAX) {
		w->forgotten++;
		return true;
	}
	if (!vec_reserve(&w->withdrawals, w->withdrawal_n, &w->withdrawal_cap,
		sizeof(*w->withdrawals)))
		return false;
	w->withdrawals[w->withdrawal_n++] =
	    (struct first_withdrawal){.next = *head,
		.session = word->session,
		.epoch = word->epoch,
		.time = word->time};
	*head = (uint32_t)w->withdrawal_n;
	w->total->withdrawal_n++;
	return true;
}

/* Where the word of a session is kept; NULL: out of memory. */
static uint64_t *
spoke_of(struct first_words *w, struct first_words_slot *s, unsigned ordinal)
{
	if (ordinal < 64)
		return &s->spoke;
	if (!vec_reserve_many(
		&w->more, 0, w->prefix_n, &w->more_cap, sizeof(*w->more)))
		return NULL;
	while (w->more_n < w->prefix_n)
		w->more[w->more_n++] = 0;
	return &w->more[number_of(s)];
}

bool
first_words_add(struct first_words *w, const struct prefix *prefix,
    uint32_t hash, const struct first_word *word)
{
	struct first_words_slot *s = first_words_find(w, prefix, hash);
	unsigned n = word->ordinal;
	uint64_t bit = UINT64_C(1) << n % 64, *spoke;

	if (n >= FIRST_WORDS_SESSIONS ||
	    (s == NULL && w->total->prefix_n >= FIRST_WORDS_PREFIXES)) {
		w->forgotten++;
		return true;
	}
	if (s == NULL)
		s = add_prefix(w, prefix, hash);
	if (s == NULL)
		return false;
	spoke = spoke_of(w, s, n);
	if (spoke == NULL)
		return false;
	if ((*spoke & bit) != 0)
		return true;
	*spoke |= bit;
	return !word->withdrawal ||
	    add_withdrawal(w, &w->heads[number_of(s)], word);
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
	const struct first_words_slot *s = first_words_find(w, prefix, hash);

	return s == NULL ? NULL : at(w, w->heads[number_of(s)]);
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
	const struct first_words_slot *s = first_words_find(w, prefix, hash);
	uint64_t spoke;

	if (s == NULL || ordinal >= FIRST_WORDS_SESSIONS ||
	    (ordinal >= 64 && number_of(s) >= w->more_n))
		return false;
	spoke = ordinal < 64 ? s->spoke : w->more[number_of(s)];
	return (spoke >> ordinal % 64 & 1) != 0;
}
