/*
 * A JSON object a line, with the keys of bgpkit-parser and monocle.  All keys
 * stand in every line; what is not known, or does not apply, is null.  State
 * changes, which those programs leave out, have two keys more.
 */
#include "report/rows_priv.h"

/* "key":value, with a comma before it. */
#define KEY(key) ",\"" key "\":"

static char *
put_null(char *p)
{
	return put_literal(p, "null");
}

static char *
put_addr(char *p, const struct ipaddr *addr)
{
	if (addr->afi == AFI_NONE)
		return put_null(p);
	p = put_char(p, '"');
	return put_char(put_ipaddr(p, addr, PUT_RFC5952), '"');
}

static char *
put_number(char *p, enum blk_status status, uint32_t v)
{
	return status == BLK_OK ? put_u32(p, v) : put_null(p);
}

static char *
put_head(char *p, const struct elem *e)
{
	static const char *const words[] = {
	    [ELEM_ANNOUNCE] = "ANNOUNCE",
	    [ELEM_WITHDRAW] = "WITHDRAW",
	    [ELEM_RIB] = "RIB",
	    [ELEM_STATE] = "STATE",
	};
	const char *word = words[e->type];

	p = rows_put_time(put_literal(p, "{\"timestamp\":"), e);
	p = put_literal(p, KEY("type") "\"");
	p = put_bytes(p, word, strlen(word));
	p = put_addr(put_literal(p, "\"" KEY("peer_ip")), &e->peer);
	p = put_u32(put_literal(p, KEY("peer_asn")), e->peer_as);
	return put_literal(p, KEY("prefix"));
}

static char *
put_path(char *p, const struct bgp_attrs *a)
{
	struct bgp_aspath path;

	if (bgp_aspath_read(a, &path) != BLK_OK)
		return put_null(p);
	p = put_char(p, '"');
	return put_char(p + bgp_aspath_format(a, p), '"');
}

static char *
put_origin_asns(char *p, const struct bgp_attrs *a)
{
	uint32_t asns[256]; /* a segment holds no more than 255 */
	struct bgp_aspath path;
	unsigned n;

	if (bgp_aspath_read(a, &path) != BLK_OK)
		return put_null(p);
	n = bgp_origins(a, asns, 256);
	p = put_char(p, '[');
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			p = put_char(p, ',');
		p = put_u32(p, asns[i]);
	}
	return put_char(p, ']');
}

static char *
put_origin(char *p, const struct bgp_attrs *a)
{
	enum bgp_origin_code code;

	if (bgp_origin_read(a, &code) != BLK_OK)
		return put_null(p);
	if (code == BGP_ORIGIN_IGP)
		return put_literal(p, "\"IGP\"");
	if (code == BGP_ORIGIN_EGP)
		return put_literal(p, "\"EGP\"");
	return put_literal(p, "\"INCOMPLETE\"");
}

static char *
put_community(char *p, uint32_t v)
{
	switch (v) {
	case BGP_NO_EXPORT:
		return put_literal(p, "\"no-export\"");
	case BGP_NO_ADVERTISE:
		return put_literal(p, "\"no-advertise\"");
	case BGP_NO_EXPORT_SUBCONFED:
		return put_literal(p, "\"no-export-sub-confed\"");
	default:
		p = put_u32(put_char(p, '"'), v >> 16);
		p = put_u32(put_char(p, ':'), v & 0xffff);
		return put_char(p, '"');
	}
}

static char *
put_large(char *p, const struct bgp_large_community *v)
{
	p = put_u32(put_char(p, '"'), v->global);
	p = put_u32(put_char(p, ':'), v->local1);
	p = put_u32(put_char(p, ':'), v->local2);
	return put_char(p, '"');
}

static char *
put_communities(char *p, const struct bgp_attrs *a)
{
	struct cursor c = bgp_communities(a);
	struct cursor large = bgp_large_communities(a);
	struct bgp_large_community l;
	uint32_t v;
	char *begin;

	if (!bgp_attrs_has(a, BGP_ATTR_COMMUNITIES) &&
	    !bgp_attrs_has(a, BGP_ATTR_LARGE_COMMUNITIES))
		return put_null(p);
	begin = p = put_char(p, '[');
	while (bgp_community_next(&c, &v))
		p = put_char(put_community(p, v), ',');
	while (bgp_large_community_next(&large, &l))
		p = put_char(put_large(p, &l), ',');
	return put_char(p == begin ? p : p - 1, ']');
}

static char *
put_attributes(char *p, const struct elem *e, const struct bgp_attrs *a)
{
	struct ipaddr hop = {.afi = AFI_NONE}, none = {.afi = AFI_NONE};
	struct bgp_aggregator g = {.addr = none};
	enum blk_status status;
	uint32_t v = 0;

	(void)elem_next_hop(e, &hop);
	p = put_addr(put_literal(p, KEY("next_hop")), &hop);
	p = put_path(put_literal(p, KEY("as_path")), a);
	p = put_origin_asns(put_literal(p, KEY("origin_asns")), a);
	p = put_origin(put_literal(p, KEY("origin")), a);
	status = bgp_local_pref_read(a, &v);
	p = put_number(put_literal(p, KEY("local_pref")), status, v);
	status = bgp_med_read(a, &v);
	p = put_number(put_literal(p, KEY("med")), status, v);
	p = put_communities(put_literal(p, KEY("communities")), a);
	p = put_literal(p, KEY("atomic"));
	if (bgp_attrs_has(a, BGP_ATTR_ATOMIC_AGGREGATE))
		p = put_literal(p, "true");
	else
		p = put_literal(p, "false");
	status = bgp_aggregator_read(a, &g);
	p = put_number(put_literal(p, KEY("aggr_asn")), status, g.asn);
	return put_addr(put_literal(p, KEY("aggr_ip")), &g.addr);
}

static char *
put_no_attributes(char *p)
{
	return put_literal(p,
	    ",\"next_hop\":null,\"as_path\":null,\"origin_asns\":null"
	    ",\"origin\":null,\"local_pref\":null,\"med\":null"
	    ",\"communities\":null,\"atomic\":false"
	    ",\"aggr_asn\":null,\"aggr_ip\":null");
}

static char *
put_collector(char *p, const char *collector)
{
	p = put_literal(p, KEY("collector"));
	return put_bytes(p, collector, strlen(collector));
}

static char *
put_state(char *p, const struct elem *e, const char *collector)
{
	p = put_no_attributes(put_null(p));
	p = put_collector(put_literal(p, KEY("path_id") "null"), collector);
	p = put_u32(put_literal(p, KEY("old_state")), e->old_state);
	p = put_u32(put_literal(p, KEY("new_state")), e->new_state);
	return put_literal(p, "}\n");
}

static void
put_group(struct rows_group *g, const struct elem *e, const char *collector)
{
	const struct bgp_attrs *a = elem_attrs(e);
	char *p = put_head(g->text, e);

	if (g->whole) {
		rows_end_head(g, put_state(p, e, collector));
		return;
	}
	p = put_char(p, '"');
	rows_end_head(g, p);
	p = put_char(p, '"');
	p = a != NULL ? put_attributes(p, e, a) : put_no_attributes(p);
	p = put_literal(p, KEY("path_id"));
	if (!e->has_path_id)
		p = put_null(p);
	rows_end_middle(g, p);
	p = put_collector(p, collector);
	rows_end(g, put_literal(p, "}\n"));
}

const struct rows_format rows_jsonl = {"jsonl", PUT_RFC5952, put_group};
