/*
 * Everything read is sorted by country and then by number, and what overlaps
 * or touches is joined: so neither repeats nor the order of files matter, and
 * a question is a binary search.
 */
#include <stdlib.h>
#include <string.h>

#include "delegated/delegated_priv.h"

enum blk_status
delegated_new(struct delegated **out)
{
	struct delegated *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return BLK_ENOMEM;
	*out = d;
	return BLK_OK;
}

void
delegated_free(struct delegated *d)
{
	if (d == NULL)
		return;
	free(d->numbers);
	free(d->spaces);
	free(d->countries);
	free(d->runs);
	free(d->prefixes);
	free(d->owned);
	free(d->owner);
	free(d);
}

/* --- settling --- */

static int
compare_numbers(const void *pa, const void *pb)
{
	const struct delegated_number *a = pa, *b = pb;

	if (a->code != b->code)
		return a->code < b->code ? -1 : 1;
	if (a->run.first != b->run.first)
		return a->run.first < b->run.first ? -1 : 1;
	return a->run.last < b->run.last ? -1 : a->run.last > b->run.last;
}

static int
compare_spaces(const void *pa, const void *pb)
{
	const struct delegated_space *a = pa, *b = pb;

	if (a->code != b->code)
		return a->code < b->code ? -1 : 1;
	return prefix_cmp(&a->prefix, &b->prefix);
}

/* Join the runs of numbers[0..n), sorted, into out; how many there are. */
static size_t
join_runs(
    const struct delegated_number *numbers, size_t n, struct delegated_run *out)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		const struct delegated_run run = numbers[i].run;

		if (kept == 0 || run.first > out[kept - 1].last + UINT64_C(1))
			out[kept++] = run;
		else if (run.last > out[kept - 1].last)
			out[kept - 1].last = run.last;
	}
	return kept;
}

/* Whether b is the other half of the prefix of which a is the first. */
static bool
are_halves(const struct prefix *a, const struct prefix *b)
{
	struct prefix whole;

	if (a->len == 0 || a->len != b->len || a->afi != b->afi)
		return false;
	whole = prefix_make((enum afi)a->afi, b->bytes, a->len - 1u);
	return memcmp(whole.bytes, a->bytes, sizeof(whole.bytes)) == 0;
}

/*
 * Join prefixes that are sorted: out is a stack, of which the last is dropped
 * into by what it holds, and joined by its other half.
 */
static size_t
join_prefixes(
    const struct delegated_space *spaces, size_t n, struct prefix *out)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (kept > 0 &&
		    prefix_contains(&out[kept - 1], &spaces[i].prefix))
			continue;
		out[kept++] = spaces[i].prefix;
		while (kept > 1 && are_halves(&out[kept - 2], &out[kept - 1]))
			out[--kept - 1].len--;
	}
	return kept;
}

/* A country's numbers from *number on, and its spaces from *space on. */
static void
settle_country(struct delegated *d, unsigned code, size_t *number,
    size_t *space, struct delegated_run *runs, struct prefix *prefixes)
{
	struct delegated_country *c = &d->countries[d->country_n++];
	const size_t first_number = *number, first_space = *space;

	*c = (struct delegated_country){
	    .name = {(char)('A' + code / 26), (char)('A' + code % 26)},
	    .asns = runs,
	    .prefixes = prefixes};
	while (*number < d->number_n && d->numbers[*number].code == code)
		d->numbers[(*number)++].code = (uint16_t)(d->country_n - 1);
	while (*space < d->space_n && d->spaces[*space].code == code)
		++*space;
	/* of what it has nothing, there may be no array at all */
	if (*number > first_number)
		c->run_n = join_runs(
		    d->numbers + first_number, *number - first_number, runs);
	for (size_t i = 0; i < c->run_n; i++)
		c->asn_n += runs[i].last - runs[i].first + UINT64_C(1);
	if (*space > first_space)
		c->prefix_n = join_prefixes(
		    d->spaces + first_space, *space - first_space, prefixes);
}

static void
settle_countries(struct delegated *d)
{
	struct delegated_run *runs = d->runs;
	struct prefix *prefixes = d->prefixes;
	size_t number = 0, space = 0;

	for (unsigned code = 0; code < DELEGATED_CODES; code++) {
		const struct delegated_country *c;

		if ((number == d->number_n ||
			d->numbers[number].code != code) &&
		    (space == d->space_n || d->spaces[space].code != code))
			continue;
		settle_country(d, code, &number, &space, runs, prefixes);
		c = &d->countries[d->country_n - 1];
		runs += c->run_n;
		prefixes += c->prefix_n;
	}
}

enum blk_status
delegated_settle(struct delegated *d)
{
	if (d->number_n > 0)
		qsort(d->numbers, d->number_n, sizeof(*d->numbers),
		    compare_numbers);
	if (d->space_n > 0)
		qsort(
		    d->spaces, d->space_n, sizeof(*d->spaces), compare_spaces);
	d->countries = calloc(DELEGATED_CODES, sizeof(*d->countries));
	d->runs = calloc(d->number_n + 1, sizeof(*d->runs));
	d->prefixes = calloc(d->space_n + 1, sizeof(*d->prefixes));
	if (d->countries == NULL || d->runs == NULL || d->prefixes == NULL)
		return BLK_ENOMEM;
	settle_countries(d);
	free(d->spaces);
	d->spaces = NULL;
	if (!delegated_settle_owners(d))
		return BLK_ENOMEM;
	free(d->numbers);
	d->numbers = NULL;
	return BLK_OK;
}

/* --- asking --- */

struct delegated_sums
delegated_sums(const struct delegated *d)
{
	return d->sums;
}

const struct delegated_country *
delegated_countries(const struct delegated *d, size_t *n)
{
	*n = d->country_n;
	return d->countries;
}

static int
compare_name(const void *key, const void *item)
{
	const struct delegated_country *c = item;

	return strcmp(key, c->name);
}

const struct delegated_country *
delegated_find(const struct delegated *d, const char *name)
{
	char capital[3] = "";

	if (strlen(name) != 2)
		return NULL;
	for (size_t i = 0; i < 2; i++)
		capital[i] = name[i] >= 'a' && name[i] <= 'z'
		    ? (char)(name[i] - 'a' + 'A')
		    : name[i];
	return bsearch(capital, d->countries, d->country_n,
	    sizeof(*d->countries), compare_name);
}

static int
compare_asn(const void *key, const void *item)
{
	const uint32_t asn = *(const uint32_t *)key;
	const struct delegated_run *run = item;

	return asn < run->first ? -1 : asn > run->last;
}

static const struct delegated_run *
find_run(const struct delegated_run *runs, size_t n, uint32_t asn)
{
	return n == 0 ? NULL
		      : bsearch(&asn, runs, n, sizeof(*runs), compare_asn);
}

const struct delegated_country *
delegated_country_of(const struct delegated *d, uint32_t asn)
{
	const struct delegated_run *run = find_run(d->owned, d->owned_n, asn);

	return run == NULL ? NULL : &d->countries[d->owner[run - d->owned]];
}

bool
delegated_has_asn(const struct delegated_country *c, uint32_t asn)
{
	return find_run(c->asns, c->run_n, asn) != NULL;
}

/* Prefixes lie apart: only the last that does not sort behind p may hold it. */
bool
delegated_has_prefix(const struct delegated_country *c, const struct prefix *p)
{
	size_t low = 0, high = c->prefix_n;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (prefix_cmp(&c->prefixes[mid], p) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low > 0 && prefix_contains(&c->prefixes[low - 1], p);
}
