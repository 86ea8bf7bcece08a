/*
 * Conditions on communities.  Those asked for are sorted by which of their
 * parts may be anything; a community of a route is looked up once for each such
 * form that occurs, so that long lists cost no more than short ones.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/compare.h"
#include "base/vec.h"
#include "filter/filter_priv.h"

/* The registry of RFC 1997 and its successors; the names are in wide use. */
static const struct {
	const char *name;
	uint16_t low; /* the high half is 65535 */
} well_known[] = {
    {"graceful-shutdown", 0},
    {"accept-own", 1},
    {"llgr-stale", 6},
    {"no-llgr", 7},
    {"blackhole", 666},
    {"no-export", 65281},
    {"no-advertise", 65282},
    {"local-AS", 65283},
    {"no-export-subconfed", 65283},
    {"no-peer", 65284},
    {"nopeer", 65284},
};

static bool
read_name(const char *text, struct filter_community *out)
{
	for (size_t i = 0; i < sizeof(well_known) / sizeof(*well_known); i++) {
		if (strcasecmp(text, well_known[i].name) == 0) {
			*out = (struct filter_community){
			    .part = {65535, well_known[i].low}, .part_n = 2};
			return true;
		}
	}
	return false;
}

/* A part as a number up to max, or "*"; *text then is behind it. */
static bool
read_part(
    const char **text, uint32_t max, unsigned i, struct filter_community *out)
{
	const char *p = *text;
	uint64_t n = 0;

	if (*p == '*') {
		out->any |= (uint8_t)(1u << i);
		*text = p + 1;
		return true;
	}
	for (; *p >= '0' && *p <= '9' && n <= max; p++)
		n = n * 10 + (uint64_t)(*p - '0');
	if (p == *text || n > max)
		return false;
	out->part[i] = (uint32_t)n;
	*text = p;
	return true;
}

static bool
read_parts(const char *text, struct filter_community *out)
{
	const char *colon = strchr(text, ':');
	uint32_t max;

	*out = (struct filter_community){.part_n = 2};
	if (colon == NULL)
		return false;
	if (strchr(colon + 1, ':') != NULL)
		out->part_n = 3;
	max = out->part_n == 3 ? UINT32_MAX : UINT16_MAX;
	for (unsigned i = 0; i < out->part_n; i++) {
		if (i > 0 && *text++ != ':')
			return false;
		if (!read_part(&text, max, i, out))
			return false;
	}
	return *text == '\0';
}

enum blk_status
filter_community_add(struct filter_communities *l, const char *text)
{
	struct filter_community c;

	if (!read_name(text, &c) && !read_parts(text, &c))
		return BLK_EUSAGE;
	if (!vec_reserve(&l->v, l->n, &l->cap, sizeof(*l->v)))
		return BLK_ENOMEM;
	l->v[l->n++] = c;
	l->forms[c.part_n - 2] |= 1u << c.any;
	return BLK_OK;
}

static int
compare(const void *pa, const void *pb)
{
	const struct filter_community *a = pa, *b = pb;

	if (a->part_n != b->part_n)
		return a->part_n < b->part_n ? -1 : 1;
	if (a->any != b->any)
		return a->any < b->any ? -1 : 1;
	for (unsigned i = 0; i < 3; i++)
		if (a->part[i] != b->part[i])
			return a->part[i] < b->part[i] ? -1 : 1;
	return 0;
}

void
filter_community_settle(struct filter_communities *l)
{
	l->n = compare_sort_distinct(l->v, l->n, sizeof(*l->v), compare);
}

/* Whether a community of a route is asked for in any form. */
static bool
has(const struct filter_communities *l, const struct filter_community *c)
{
	const unsigned forms = l->forms[c->part_n - 2];

	for (unsigned any = 0; forms >> any != 0; any++) {
		struct filter_community key = *c;

		if ((forms >> any & 1) == 0)
			continue;
		key.any = (uint8_t)any;
		for (unsigned i = 0; i < 3; i++)
			if ((any >> i & 1) != 0)
				key.part[i] = 0;
		if (bsearch(&key, l->v, l->n, sizeof(*l->v), compare) != NULL)
			return true;
	}
	return false;
}

/* Whether one of the route's communities is in the list. */
static bool
match(const struct filter_communities *l, const struct bgp_attrs *a)
{
	struct filter_community c = {.part_n = 2};
	struct cursor value;

	if (l->forms[0] != 0 && bgp_attrs_has(a, BGP_ATTR_COMMUNITIES)) {
		value = a->value[BGP_ATTR_COMMUNITIES];
		while (cur_left(&value) >= 4) {
			c.part[0] = cur_be16(&value);
			c.part[1] = cur_be16(&value);
			if (has(l, &c))
				return true;
		}
	}
	if (l->forms[1] == 0 || !bgp_attrs_has(a, BGP_ATTR_LARGE_COMMUNITIES))
		return false;
	c.part_n = 3;
	value = a->value[BGP_ATTR_LARGE_COMMUNITIES];
	while (cur_left(&value) >= 12) {
		for (unsigned i = 0; i < 3; i++)
			c.part[i] = cur_be32(&value);
		if (has(l, &c))
			return true;
	}
	return false;
}

bool
filter_community_passes(
    const struct filter_communities list[2], const struct bgp_attrs *a)
{
	return !match(&list[1], a) && (list[0].n == 0 || match(&list[0], a));
}

void
filter_community_fini(struct filter_communities *l)
{
	free(l->v);
	*l = (struct filter_communities){0};
}
