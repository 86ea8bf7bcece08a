/*
 * The conditions that are comparisons, and the order in which all are asked.
 * Of every kind there are two lists: [0] what is wanted, [1] what is refused.
 */
#include "blackout/filter.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/compare.h"
#include "base/prefix_set.h"
#include "base/vec.h"
#include "filter/filter_priv.h"

/* An AS_SET holds no more. */
#define ORIGINS_MAX 255u

struct asn_list {
	uint32_t *v;
	size_t n, cap;
};

struct ip_list {
	struct ipaddr *v;
	size_t n, cap;
};

struct name_list {
	char **v;
	size_t n, cap;
};

struct filter {
	struct name_list collectors[2];
	struct asn_list peer_asns[2];
	struct ip_list peer_ips[2];
	bool family[2]; /* IPv4, IPv6; none: both */
	struct prefix_set prefixes[2];
	bool more_specific, less_specific;
	usec_t start, end;
	unsigned types[2]; /* bits by enum filter_type */
	struct asn_list origins[2];
	struct filter_paths paths[2];
	struct filter_communities communities[2];
};

enum blk_status
filter_new(struct filter **out)
{
	struct filter *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return BLK_ENOMEM;
	f->start = f->end = USEC_NONE;
	*out = f;
	return BLK_OK;
}

void
filter_free(struct filter *f)
{
	if (f == NULL)
		return;
	for (unsigned i = 0; i < 2; i++) {
		for (size_t k = 0; k < f->collectors[i].n; k++)
			free(f->collectors[i].v[k]);
		free(f->collectors[i].v);
		free(f->peer_asns[i].v);
		free(f->peer_ips[i].v);
		free(f->origins[i].v);
		prefix_set_fini(&f->prefixes[i]);
		filter_path_fini(&f->paths[i]);
		filter_community_fini(&f->communities[i]);
	}
	free(f);
}

/* --- conditions --- */

enum blk_status
filter_add_collector(struct filter *f, const char *name, bool negated)
{
	struct name_list *l = &f->collectors[negated];
	char *copy;

	if (!vec_reserve(&l->v, l->n, &l->cap, sizeof(char *)))
		return BLK_ENOMEM;
	copy = strdup(name);
	if (copy == NULL)
		return BLK_ENOMEM;
	l->v[l->n++] = copy;
	return BLK_OK;
}

static enum blk_status
add_asn(struct asn_list *l, uint32_t asn)
{
	if (!vec_reserve(&l->v, l->n, &l->cap, sizeof(*l->v)))
		return BLK_ENOMEM;
	l->v[l->n++] = asn;
	return BLK_OK;
}

enum blk_status
filter_add_peer_asn(struct filter *f, uint32_t asn, bool negated)
{
	return add_asn(&f->peer_asns[negated], asn);
}

enum blk_status
filter_add_origin(struct filter *f, uint32_t asn, bool negated)
{
	return add_asn(&f->origins[negated], asn);
}

enum blk_status
filter_add_peer_ip(struct filter *f, const struct ipaddr *addr, bool negated)
{
	struct ip_list *l = &f->peer_ips[negated];

	if (!vec_reserve(&l->v, l->n, &l->cap, sizeof(*l->v)))
		return BLK_ENOMEM;
	l->v[l->n++] = *addr;
	return BLK_OK;
}

void
filter_add_family(struct filter *f, enum afi afi)
{
	f->family[afi == AFI_IPV6] = true;
}

enum blk_status
filter_add_prefix(struct filter *f, const struct prefix *p, bool negated)
{
	return prefix_set_add(&f->prefixes[negated], p) ? BLK_OK : BLK_ENOMEM;
}

void
filter_widen_prefixes(struct filter *f, bool more_specific, bool less_specific)
{
	f->more_specific = more_specific;
	f->less_specific = less_specific;
}

void
filter_set_span(struct filter *f, usec_t start, usec_t end)
{
	f->start = start;
	f->end = end;
}

void
filter_add_type(struct filter *f, enum filter_type type, bool negated)
{
	f->types[negated] |= 1u << type;
}

enum blk_status
filter_type_parse(const char *text, enum filter_type *out)
{
	static const struct {
		const char *word, *letter;
		enum filter_type type;
	} names[] = {
	    {"announce", "A", FILTER_ANNOUNCE},
	    {"withdraw", "W", FILTER_WITHDRAW},
	    {"rib", "R", FILTER_RIB},
	    {"rib", "B", FILTER_RIB}, /* as bgpdump has it */
	    {"state", "S", FILTER_STATE},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcasecmp(text, names[i].word) == 0 ||
		    strcasecmp(text, names[i].letter) == 0) {
			*out = names[i].type;
			return BLK_OK;
		}
	}
	return BLK_EUSAGE;
}

enum blk_status
filter_add_aspath(struct filter *f, const char *regex, bool negated,
    char error[FILTER_ERROR_LEN])
{
	return filter_path_add(&f->paths[negated], regex, error);
}

enum blk_status
filter_add_community(struct filter *f, const char *text, bool negated)
{
	return filter_community_add(&f->communities[negated], text);
}

static int
compare_ips(const void *a, const void *b)
{
	return ipaddr_cmp(a, b);
}

static void
sort_asns(struct asn_list *l)
{
	l->n = compare_sort_distinct_u32(l->v, l->n);
}

enum blk_status
filter_settle(struct filter *f)
{
	for (unsigned i = 0; i < 2; i++) {
		struct ip_list *ips = &f->peer_ips[i];

		sort_asns(&f->peer_asns[i]);
		sort_asns(&f->origins[i]);
		ips->n = compare_sort_distinct(
		    ips->v, ips->n, sizeof(*ips->v), compare_ips);
		filter_community_settle(&f->communities[i]);
		if (!prefix_set_settle(&f->prefixes[i]))
			return BLK_ENOMEM;
	}
	return BLK_OK;
}

/* --- questions --- */

static bool
has_name(const struct name_list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i], name) == 0)
			return true;
	return false;
}

bool
filter_collector(const struct filter *f, const char *name)
{
	return !has_name(&f->collectors[1], name) &&
	    (f->collectors[0].n == 0 || has_name(&f->collectors[0], name));
}

static bool
has_asn(const struct asn_list *l, uint32_t asn)
{
	return l->n > 0 &&
	    bsearch(&asn, l->v, l->n, sizeof(*l->v), compare_u32) != NULL;
}

static bool
has_ip(const struct ip_list *l, const struct ipaddr *addr)
{
	return l->n > 0 &&
	    bsearch(addr, l->v, l->n, sizeof(*l->v), compare_ips) != NULL;
}

bool
filter_peer(const struct filter *f, const struct ipaddr *addr, uint32_t asn)
{
	return !has_asn(&f->peer_asns[1], asn) &&
	    !has_ip(&f->peer_ips[1], addr) &&
	    (f->peer_asns[0].n == 0 || has_asn(&f->peer_asns[0], asn)) &&
	    (f->peer_ips[0].n == 0 || has_ip(&f->peer_ips[0], addr));
}

bool
filter_type(const struct filter *f, enum filter_type type)
{
	return (f->types[1] >> type & 1) == 0 &&
	    (f->types[0] == 0 || (f->types[0] >> type & 1) != 0);
}

bool
filter_time(const struct filter *f, usec_t time)
{
	return (f->start == USEC_NONE || time >= f->start) &&
	    (f->end == USEC_NONE || time < f->end);
}

bool
filter_family(const struct filter *f, unsigned afi)
{
	const unsigned family = afi == AFI_IPV6;

	return f->family[family] || !f->family[!family];
}

static bool
has_prefix(const struct filter *f, bool negated, const struct prefix *p)
{
	const struct prefix_set *s = &f->prefixes[negated];

	if (s->n == 0)
		return false;
	return (f->more_specific ? prefix_set_has_around(s, p)
				 : prefix_set_has(s, p)) ||
	    (f->less_specific && prefix_set_has_inside(s, p));
}

bool
filter_prefix(const struct filter *f, const struct prefix *p)
{
	return filter_family(f, p->afi) && !has_prefix(f, true, p) &&
	    (f->prefixes[0].n == 0 || has_prefix(f, false, p));
}

static bool
has_origin(const struct asn_list *l, const uint32_t *asns, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (has_asn(l, asns[i]))
			return true;
	return false;
}

static bool
origins_pass(const struct filter *f, const struct bgp_attrs *a)
{
	uint32_t asns[ORIGINS_MAX];
	unsigned n = bgp_origins(a, asns, ORIGINS_MAX);

	return !has_origin(&f->origins[1], asns, n) &&
	    (f->origins[0].n == 0 || has_origin(&f->origins[0], asns, n));
}

static bool
has_origins(const struct filter *f)
{
	return f->origins[0].n > 0 || f->origins[1].n > 0;
}

static bool
has_communities(const struct filter *f)
{
	return f->communities[0].n > 0 || f->communities[1].n > 0;
}

static bool
has_paths(const struct filter *f)
{
	return f->paths[0].n > 0 || f->paths[1].n > 0;
}

bool
filter_attrs(const struct filter *f, const struct bgp_attrs *a)
{
	return (!has_origins(f) || origins_pass(f, a)) &&
	    (!has_communities(f) ||
		filter_community_passes(f->communities, a)) &&
	    (!has_paths(f) || filter_path_passes(f->paths, a));
}

bool
filter_has_prefix(const struct filter *f)
{
	return f->family[0] != f->family[1] || f->prefixes[0].n > 0 ||
	    f->prefixes[1].n > 0;
}

bool
filter_has_attrs(const struct filter *f)
{
	return has_origins(f) || has_communities(f) || has_paths(f);
}

bool
filter_is_empty(const struct filter *f)
{
	for (unsigned i = 0; i < 2; i++)
		if (f->peer_asns[i].n > 0 || f->peer_ips[i].n > 0 ||
		    f->types[i] != 0)
			return false;
	return !filter_has_prefix(f) && !filter_has_attrs(f) &&
	    f->start == USEC_NONE && f->end == USEC_NONE;
}
