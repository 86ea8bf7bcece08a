#ifndef TESTS_FUZZ_WALK_H
#define TESTS_FUZZ_WALK_H

#include "blackout/bgp.h"
#include "fuzz/fuzz.h"

/* Laws on path attributes, for all targets that come to hold some. */

#define WALK_HOPS_MAX 70000u

/* The hops of a path in order, as bgp_aspath_next gives them. */
struct walk_path {
	bool known; /* there is a path that can be read */
	uint32_t hops[WALK_HOPS_MAX];
	size_t n;
	unsigned last_type; /* of the last segment that counts; 0: none */
	size_t last_from;   /* where its hops begin */
	size_t length;      /* as walk_count has it */
};

static inline void
walk_read(const struct bgp_attrs *a, struct walk_path *w)
{
	struct bgp_aspath path;
	struct bgp_segment seg;
	enum blk_status status = bgp_aspath_read(a, &path);

	LAW((status == BLK_END) == !bgp_attrs_has(a, BGP_ATTR_AS_PATH),
	    "a path is there or not");
	LAW((status == BLK_EBAD) == (status != BLK_END && a->malformed),
	    "a malformed path is not read");
	w->known = status == BLK_OK;
	w->n = w->length = w->last_from = 0;
	w->last_type = 0;
	while (w->known && bgp_aspath_next(&path, &seg) == BLK_OK) {
		LAW(seg.type >= BGP_AS_SET && seg.type <= BGP_AS_CONFED_SET &&
			(seg.width == 2 || seg.width == 4) &&
			cur_left(&seg.asns) % seg.width == 0 &&
			cur_left(&seg.asns) / seg.width <= 255,
		    "segments are of known types and whole");
		if (cur_left(&seg.asns) > 0 && seg.type <= BGP_AS_SEQUENCE) {
			w->last_type = seg.type;
			w->last_from = w->n;
		} else if (cur_left(&seg.asns) > 0) {
			w->last_type |= 0x100; /* confederations follow */
		}
		if (seg.type == BGP_AS_SEQUENCE)
			w->length += cur_left(&seg.asns) / seg.width;
		else
			w->length += seg.type == BGP_AS_SET;
		while (cur_left(&seg.asns) > 0 && w->n < WALK_HOPS_MAX)
			w->hops[w->n++] = bgp_segment_asn(&seg);
		LAW(bgp_segment_asn(&seg) == 0, "a segment ends");
	}
}

/* How many hops there are: a set is one, those of confederations are none. */
static inline size_t
walk_count(struct cursor path, unsigned width)
{
	size_t n = 0;

	while (cur_left(&path) > 0) {
		const unsigned type = cur_u8(&path);
		const size_t asns = cur_u8(&path);

		cur_skip(&path, asns * width);
		n += type == BGP_AS_SEQUENCE ? asns : type == BGP_AS_SET;
	}
	return n;
}

/* RFC 6793, 4.2.3: AS4_PATH makes a path neither longer nor shorter. */
static inline void
walk_check_length(const struct bgp_attrs *a, const struct walk_path *w)
{
	LAW(!w->known ||
		w->length ==
		    walk_count(a->value[BGP_ATTR_AS_PATH], a->as4 ? 4 : 2),
	    "a merged path is as long as AS_PATH");
}

/* The text says the hops of the walk, all or up to where it is cut. */
static inline void
walk_check_text(const struct bgp_attrs *a, const struct walk_path *w)
{
	static char text[BGP_ASPATH_STRLEN];
	size_t len, seen = 0;
	bool cut;

	memset(text, 'x', sizeof(text));
	len = bgp_aspath_format(a, text);
	LAW(len < sizeof(text) && text[len] == '\0' && strlen(text) == len,
	    "a path's text has its length and its end");
	LAW(w->known || len == 0, "no path, no text");
	LAW(strspn(text, "0123456789 {},()[].") == len,
	    "a path's text is digits and a few signs");
	cut = len >= 3 && strcmp(text + len - 3, "...") == 0;
	for (const char *p = text; *p != '\0';) {
		char *end;
		unsigned long long v;

		if (*p < '0' || *p > '9') {
			p++;
			continue;
		}
		v = strtoull(p, &end, 10);
		LAW(seen < w->n && w->hops[seen] == v,
		    "a path's text has the hops of the path");
		seen++;
		p = end;
	}
	LAW(seen == w->n || cut, "a path's text has all hops, or says so");
}

/* The origins are the last segment that is no confederation's. */
static inline void
walk_check_origins(const struct bgp_attrs *a, const struct walk_path *w)
{
	uint32_t asns[300], few[2];
	const unsigned n = bgp_origins(a, asns, 300);
	unsigned type = w->last_type & 0xff;
	size_t hops = w->last_type > 0xff ? n : w->n - w->last_from;

	LAW(n <= 255, "origins fit a segment");
	LAW((n == 0) == (!w->known || type == 0),
	    "origins are those of the last segment that has any");
	if (n == 0)
		return;
	LAW(bgp_origins(a, NULL, 0) == n && bgp_origins(a, few, 2) == n &&
		few[0] == asns[0],
	    "room changes no origins");
	if (type == BGP_AS_SEQUENCE)
		LAW(n == 1 &&
			(w->last_type > 0xff || asns[0] == w->hops[w->n - 1]),
		    "the origin of a sequence is its last");
	else
		LAW(n == hops &&
			memcmp(asns, w->hops + w->last_from,
			    n * sizeof(*asns)) == 0,
		    "the origins of a set are its members");
}

static inline void
walk_check_values(const struct bgp_attrs *a)
{
	struct bgp_large_community large;
	struct bgp_aggregator g;
	enum bgp_origin_code code;
	struct ipaddr hop;
	struct cursor c;
	uint32_t v, n;
	bool sound = bgp_attrs_sound(a);

	LAW(!sound || (!a->truncated && !a->malformed),
	    "sound attributes are whole");
	LAW((bgp_origin_read(a, &code) == BLK_END) ==
		!bgp_attrs_has(a, BGP_ATTR_ORIGIN),
	    "ORIGIN is there or not");
	LAW(!sound || bgp_next_hop_read(a, &hop) != BLK_EBAD,
	    "sound attributes have a next hop that is one");
	LAW(!sound || bgp_med_read(a, &v) != BLK_EBAD,
	    "sound attributes have a MED that is one");
	LAW(!sound || bgp_local_pref_read(a, &v) != BLK_EBAD,
	    "sound attributes have a LOCAL_PREF that is one");
	LAW(!sound || bgp_aggregator_read(a, &g) != BLK_EBAD,
	    "sound attributes have an aggregator that is one");
	c = bgp_communities(a);
	n = (uint32_t)(cur_left(&c) / 4);
	LAW(!sound || cur_left(&c) % 4 == 0, "sound communities are whole");
	while (bgp_community_next(&c, &v))
		n--;
	LAW(n == 0, "there are as many communities as fit");
	c = bgp_large_communities(a);
	n = (uint32_t)(cur_left(&c) / 12);
	LAW(!sound || cur_left(&c) % 12 == 0, "sound ones are whole");
	while (bgp_large_community_next(&c, &large))
		n--;
	LAW(n == 0, "there are as many large communities as fit");
}

static inline void
walk_check_attrs(const struct bgp_attrs *a, const uint8_t *data, size_t size)
{
	static struct walk_path w;

	LAW(a->present >> (BGP_ATTR_MAX + 1) == 0, "only known bits are set");
	for (unsigned type = 0; type <= BGP_ATTR_MAX; type++)
		if (bgp_attrs_has(a, (enum bgp_attr_type)type))
			fuzz_inside(a->value[type], data, size);
	walk_read(a, &w);
	walk_check_length(a, &w);
	walk_check_text(a, &w);
	walk_check_origins(a, &w);
	walk_check_values(a);
}

#endif
