#include "cli/question.h"

/* Only the other family was asked for. */
static bool
skips_family(const struct opts *o, unsigned family)
{
	return o->only[!family] && !o->only[family];
}

struct state_params
question_params(struct opts *o)
{
	return (struct state_params){.asns = o->asns,
	    .asn_n = o->asn_n,
	    .prefixes = o->prefixes,
	    .prefix_n = o->prefix_n,
	    .more_specific = o->more_specific,
	    .less_specific = o->less_specific,
	    .peer_wanted = opts_peer_wanted,
	    .arg = o,
	    .skip_family = {skips_family(o, 0), skips_family(o, 1)}};
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
	    .family = {!skips_family(o, 0), !skips_family(o, 1)},
	    .peer_asns = {o->peer_asn_words.v, o->peer_asn_words.n},
	    .peer_ips = {o->peer_ip_words.v, o->peer_ip_words.n},
	    .collectors = {o->collector_words.v, o->collector_words.n},
	    .params = &o->params};
}
