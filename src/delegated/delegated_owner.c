/*
 * Which country an AS number is of.  Files of several registries, or of several
 * days, may tell of one number more than once.  The bounds of all runs cut the
 * numbers into pieces; runs take pieces in the order of who is believed first,
 * and each piece points to the next that nobody has, so that runs that lie on
 * each other cost no more than those that do not.
 */
#include <stdlib.h>

#include "base/compare.h"
#include "delegated/delegated_priv.h"

#define NOBODY UINT16_MAX

struct pieces {
	uint64_t *start; /* of piece i, which ends where the next one starts */
	size_t *next;    /* the first piece from i on that may be free */
	uint16_t *owner;
	size_t n; /* starts; the last one ends the last piece */
};

static int
compare_u64(const void *pa, const void *pb)
{
	const uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

	return a < b ? -1 : a > b;
}

/* The latest date first, then the first country. */
static int
compare_belief(const void *pa, const void *pb)
{
	const struct delegated_number *a = pa, *b = pb;

	if (a->date != b->date)
		return a->date > b->date ? -1 : 1;
	return a->code < b->code ? -1 : a->code > b->code;
}

static bool
make_pieces(const struct delegated *d, struct pieces *p)
{
	const size_t max = 2 * d->number_n;

	p->start = calloc(max + 1, sizeof(*p->start));
	p->next = calloc(max + 1, sizeof(*p->next));
	p->owner = calloc(max + 1, sizeof(*p->owner));
	if (p->start == NULL || p->next == NULL || p->owner == NULL)
		return false;
	for (size_t i = 0; i < d->number_n; i++) {
		p->start[2 * i] = d->numbers[i].run.first;
		p->start[2 * i + 1] = d->numbers[i].run.last + UINT64_C(1);
	}
	p->n = compare_sort_distinct(
	    p->start, max, sizeof(*p->start), compare_u64);
	for (size_t i = 0; i < p->n; i++) {
		p->next[i] = i;
		p->owner[i] = NOBODY;
	}
	return true;
}

/* The first free piece from i on; the last start is never taken. */
static size_t
free_piece(struct pieces *p, size_t i)
{
	size_t end = i;

	while (p->next[end] != end)
		end = p->next[end];
	while (p->next[i] != end) {
		const size_t next = p->next[i];

		p->next[i] = end;
		i = next;
	}
	return end;
}

static void
take_pieces(struct pieces *p, const struct delegated_number *number)
{
	const uint64_t first = number->run.first;
	const uint64_t *start =
	    bsearch(&first, p->start, p->n, sizeof(*p->start), compare_u64);
	size_t i = free_piece(p, (size_t)(start - p->start));

	while (p->start[i] <= number->run.last) {
		p->owner[i] = number->code;
		p->next[i] = i + 1;
		i = free_piece(p, i + 1);
	}
}

/* What is one country's and touches becomes one run; how many AS numbers. */
static uint64_t
join_pieces(struct delegated *d, const struct pieces *p)
{
	uint64_t asn_n = 0;

	for (size_t i = 0; i + 1 < p->n; i++) {
		const struct delegated_run run = {
		    (uint32_t)p->start[i], (uint32_t)(p->start[i + 1] - 1)};
		const size_t last = d->owned_n - 1;

		if (p->owner[i] == NOBODY)
			continue;
		asn_n += p->start[i + 1] - p->start[i];
		if (d->owned_n > 0 && d->owner[last] == p->owner[i] &&
		    d->owned[last].last + UINT64_C(1) == run.first) {
			d->owned[last].last = run.last;
			continue;
		}
		d->owner[d->owned_n] = p->owner[i];
		d->owned[d->owned_n++] = run;
	}
	return asn_n;
}

bool
delegated_settle_owners(struct delegated *d)
{
	struct pieces p = {0};
	bool made = make_pieces(d, &p);

	d->owned = calloc(2 * d->number_n + 1, sizeof(*d->owned));
	d->owner = calloc(2 * d->number_n + 1, sizeof(*d->owner));
	made = made && d->owned != NULL && d->owner != NULL;
	if (made && d->number_n > 0) {
		qsort(d->numbers, d->number_n, sizeof(*d->numbers),
		    compare_belief);
		for (size_t i = 0; i < d->number_n; i++)
			take_pieces(&p, &d->numbers[i]);
		for (size_t i = 0; i < d->country_n; i++)
			d->sums.shared += d->countries[i].asn_n;
		d->sums.shared -= join_pieces(d, &p);
	}
	free(p.start);
	free(p.next);
	free(p.owner);
	return made;
}
