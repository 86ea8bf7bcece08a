/*
 * The columns of bgpdump -m, as Debian's bgpdump 1.6.2 writes them:
 *
 *	type|time|B|peer|AS|prefix|[path id|]path|origin|next hop|local
 *pref|MED| communities|AG|aggregator| type|time|W|peer|AS|prefix[|path id]
 *	type|time|STATE|peer|AS|old|new
 *
 * What is missing is 0, or 255.255.255.255 for a next hop.
 */
#include "report/rows_priv.h"

/* BGP4MP_ET_LOCAL_AP: the subtypes of local routes and of ADD-PATH. */
static char *
put_type(char *p, const struct elem *e)
{
	switch (e->mrt_type) {
	case MRT_BGP:
		return put_literal(p, "BGP");
	case MRT_TABLE_DUMP:
		return put_literal(p, "TABLE_DUMP");
	case MRT_TABLE_DUMP_V2:
		p = put_literal(p, "TABLE_DUMP2");
		break;
	case MRT_BGP4MP_ET:
		p = put_literal(p, "BGP4MP_ET");
		break;
	default:
		p = put_literal(p, "BGP4MP");
		break;
	}
	if (e->type == ELEM_STATE)
		return p;
	if (e->sent)
		p = put_literal(p, "_LOCAL");
	return e->has_path_id ? put_literal(p, "_AP") : p;
}

static char *
put_addr(char *p, const struct ipaddr *addr, const char *none)
{
	if (addr->afi == AFI_NONE)
		return put_bytes(p, none, strlen(none));
	return put_ipaddr(p, addr, PUT_BGPDUMP);
}

static char *
put_head(char *p, const struct elem *e)
{
	static const char *const words[] = {[ELEM_ANNOUNCE] = "|A|",
	    [ELEM_WITHDRAW] = "|W|",
	    [ELEM_RIB] = "|B|",
	    [ELEM_STATE] = "|STATE|"};
	const char *word = words[e->type];

	p = put_char(put_type(p, e), '|');
	p = put_bytes(rows_put_time(p, e), word, strlen(word));
	p = put_char(put_addr(p, &e->peer, "0.0.0.0"), '|');
	return put_char(put_u32(p, e->peer_as), '|');
}

static char *
put_origin(char *p, const struct bgp_attrs *a)
{
	enum bgp_origin_code code = BGP_ORIGIN_INCOMPLETE;

	(void)bgp_origin_read(a, &code);
	if (code == BGP_ORIGIN_IGP)
		return put_literal(p, "IGP|");
	if (code == BGP_ORIGIN_EGP)
		return put_literal(p, "EGP|");
	return put_literal(p, "INCOMPLETE|");
}

static char *
put_community(char *p, uint32_t v)
{
	switch (v) {
	case BGP_NO_EXPORT:
		return put_literal(p, "no-export");
	case BGP_NO_ADVERTISE:
		return put_literal(p, "no-advertise");
	case BGP_NO_EXPORT_SUBCONFED:
		return put_literal(p, "local-AS");
	default:
		return put_u32(put_char(put_u32(p, v >> 16), ':'), v & 0xffff);
	}
}

static char *
put_communities(char *p, const struct bgp_attrs *a)
{
	struct cursor c = bgp_communities(a);
	bool first = true;
	uint32_t v;

	while (bgp_community_next(&c, &v)) {
		if (!first)
			p = put_char(p, ' ');
		p = put_community(p, v);
		first = false;
	}
	return put_char(p, '|');
}

static char *
put_aggregator(char *p, const struct bgp_attrs *a)
{
	struct bgp_aggregator g;

	if (bgp_attrs_has(a, BGP_ATTR_ATOMIC_AGGREGATE))
		p = put_literal(p, "AG|");
	else
		p = put_literal(p, "NAG|");
	if (bgp_aggregator_read(a, &g) == BLK_OK) {
		p = put_char(put_u32(p, g.asn), ' ');
		p = put_ipv4(p, g.addr.bytes);
	}
	return put_char(p, '|');
}

static char *
put_attributes(char *p, const struct elem *e, const struct bgp_attrs *a)
{
	struct ipaddr hop = {.afi = AFI_NONE};
	uint32_t local_pref = 0, med = 0;

	p = put_char(p, '|');
	p = put_char(p + bgp_aspath_format(a, p), '|');
	p = put_origin(p, a);
	(void)elem_next_hop(e, &hop);
	p = put_char(put_addr(p, &hop, "255.255.255.255"), '|');
	(void)bgp_local_pref_read(a, &local_pref);
	(void)bgp_med_read(a, &med);
	p = put_char(put_u32(p, local_pref), '|');
	p = put_char(put_u32(p, med), '|');
	return put_aggregator(put_communities(p, a), a);
}

static char *
put_states(char *p, const struct elem *e)
{
	p = put_char(put_u32(p, e->old_state), '|');
	return put_char(put_u32(p, e->new_state), '\n');
}

static void
put_group(struct rows_group *g, const struct elem *e, const char *collector)
{
	const struct bgp_attrs *a = elem_attrs(e);
	char *p = put_head(g->text, e);

	(void)collector;
	if (g->whole)
		p = put_states(p, e);
	rows_end_head(g, p);
	if (g->whole)
		return;
	if (e->has_path_id)
		p = put_char(p, '|');
	rows_end_middle(g, p);
	if (a != NULL)
		p = put_attributes(p, e, a);
	rows_end(g, put_char(p, '\n'));
}

const struct rows_format rows_bgpdump = {"bgpdump", PUT_BGPDUMP, put_group};
