#include "cli/question.h"

static bool
peer_wanted(const struct ipaddr *addr, uint32_t asn, void *filter)
{
	return filter_peer(filter, addr, asn);
}

struct state_params
question_params(struct opts *o, const struct places *places)
{
	return (struct state_params){.asns = o->asns,
	    .asn_n = o->asn_n,
	    .countries = places != NULL ? places->countries : NULL,
	    .country_n = places != NULL ? places->country_n : 0,
	    .all = o->all,
	    .each_as = !o->by_country && (o->all || o->countries.n > 0),
	    .prefixes = o->prefixes,
	    .prefix_n = o->prefix_n,
	    .more_specific = o->more_specific,
	    .less_specific = o->less_specific,
	    .peer_wanted = peer_wanted,
	    .arg = o->filter,
	    .skip_family = {!filter_family(o->filter, AFI_IPV4),
		!filter_family(o->filter, AFI_IPV6)},
	    .refusing = filter_has_attrs(o->filter)};
}

static struct report_words
words(const struct opts_words *w)
{
	return (struct report_words){w->v, w->n};
}

struct report_query
question_query(const struct opts *o)
{
	return (struct report_query){.asns = o->asns,
	    .asn_n = o->asn_n,
	    .prefixes = o->prefixes,
	    .prefix_n = o->prefix_n,
	    .more_specific = o->more_specific,
	    .less_specific = o->less_specific,
	    .all = o->all,
	    .by_country = o->by_country,
	    .countries = words(&o->countries),
	    .sort = o->sort,
	    .sorted = o->has_sort || o->all,
	    .limit = o->limit,
	    .family = {filter_family(o->filter, AFI_IPV4),
		filter_family(o->filter, AFI_IPV6)},
	    .peer_asns = words(&o->peer_asns),
	    .peer_ips = words(&o->peer_ips),
	    .collectors = words(&o->collectors),
	    .as_paths = words(&o->as_paths),
	    .communities = words(&o->communities),
	    .types = words(&o->types),
	    .params = &o->params};
}
