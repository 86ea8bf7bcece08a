/*
 * AS paths, walked segment by segment where they lie.  AS_PATH and AS4_PATH
 * are merged during the walk instead of being copied together: the first
 * `keep` hops come from AS_PATH, the rest from AS4_PATH (RFC 6793, 4.2.3).
 */
#include "blackout/bgp.h"

#include <string.h>

#include "bgp_priv.h"

#define KEEP_ALL UINT32_MAX

/*
 * Hops as RFC 4271, 9.1.2.2 (a) and RFC 5065, 5.3 count them: a set is one,
 * confederation segments are none.  path is known to fit.
 */
static uint32_t
count_hops(struct cursor path, unsigned width)
{
	uint32_t hops = 0;

	while (cur_left(&path) > 0) {
		unsigned type = cur_u8(&path);
		unsigned n = cur_u8(&path);

		cur_skip(&path, (size_t)n * width);
		if (type == BGP_AS_SEQUENCE)
			hops += n;
		else if (type == BGP_AS_SET)
			hops++;
	}
	return hops;
}

/*
 * RFC 6793, 4.2.3: if a router that knows only 2-byte numbers has aggregated
 * the route since, AGGREGATOR names it, and AS4_PATH is of an older path.
 */
static bool
aggregated_since(const struct bgp_attrs *a)
{
	struct cursor aggregator;

	if (!bgp_attrs_has(a, BGP_ATTR_AGGREGATOR) ||
	    !bgp_attrs_has(a, BGP_ATTR_AS4_AGGREGATOR))
		return false;
	aggregator = a->value[BGP_ATTR_AGGREGATOR];
	return cur_be16(&aggregator) != BGP_AS_TRANS;
}

/* RFC 6793, 6: an AS4_PATH with an empty segment is malformed: discard it. */
static bool
has_empty_segment(struct cursor path)
{
	while (cur_left(&path) > 0) {
		size_t n;

		cur_skip(&path, 1);
		n = cur_u8(&path);
		if (n == 0)
			return true;
		cur_skip(&path, n * 4);
	}
	return false;
}

/*
 * Whether AS4_PATH holds the end of the path; *keep then is how many hops of
 * AS_PATH come before it.
 */
static bool
as4_path_counts(const struct bgp_attrs *a, uint32_t *keep)
{
	uint32_t old_n, new_n;

	if (a->as4 || !bgp_attrs_has(a, BGP_ATTR_AS4_PATH) ||
	    !bgp_path_fits(a->value[BGP_ATTR_AS4_PATH], 4) ||
	    has_empty_segment(a->value[BGP_ATTR_AS4_PATH]) ||
	    aggregated_since(a))
		return false;
	old_n = count_hops(a->value[BGP_ATTR_AS_PATH], 2);
	new_n = count_hops(a->value[BGP_ATTR_AS4_PATH], 4);
	if (new_n == 0 || new_n > old_n)
		return false;
	*keep = old_n - new_n;
	return true;
}

enum blk_status
bgp_aspath_read(const struct bgp_attrs *a, struct bgp_aspath *out)
{
	if (!bgp_attrs_has(a, BGP_ATTR_AS_PATH))
		return BLK_END;
	if (a->malformed)
		return BLK_EBAD;

	out->old = a->value[BGP_ATTR_AS_PATH];
	out->as4 = a->as4;
	out->keep = KEEP_ALL;
	if (as4_path_counts(a, &out->keep))
		out->new4 = a->value[BGP_ATTR_AS4_PATH];
	else
		out->new4 = cur_empty();
	return BLK_OK;
}

/* Take a segment off c; at most max hops of it, if it is a sequence. */
static inline uint32_t
take_segment(
    struct cursor *c, unsigned width, uint32_t max, struct bgp_segment *out)
{
	unsigned type = cur_u8(c);
	uint32_t n = cur_u8(c);
	struct cursor asns = cur_sub(c, (size_t)n * width);

	out->type = (uint8_t)type;
	out->width = (uint8_t)width;
	if (type == BGP_AS_SET)
		n = 1;
	else if (bgp_is_confed(type))
		n = 0;
	if (n > max) {
		n = max;
		asns = cur_sub(&asns, (size_t)n * width);
	}
	out->asns = asns;
	return n;
}

/*
 * Once `keep` hops are taken, AS_PATH still gives the confederation segments
 * next to them, which hold no hops (RFC 6793, 4.2.3, last paragraph).
 */
static inline bool
next_old(struct bgp_aspath *path, struct bgp_segment *out)
{
	if (cur_left(&path->old) == 0)
		return false;
	if (path->keep == 0 && !bgp_is_confed(cur_peek(&path->old))) {
		path->old = cur_empty();
		return false;
	}
	path->keep -=
	    take_segment(&path->old, path->as4 ? 4 : 2, path->keep, out);
	return true;
}

enum blk_status
bgp_aspath_next(struct bgp_aspath *path, struct bgp_segment *out)
{
	if (next_old(path, out))
		return BLK_OK;
	while (cur_left(&path->new4) > 0) {
		take_segment(&path->new4, 4, KEEP_ALL, out);
		/* RFC 6793, 6: AS4_PATH must not carry these. */
		if (!bgp_is_confed(out->type))
			return BLK_OK;
	}
	return BLK_END;
}

uint32_t
bgp_segment_asn(struct bgp_segment *seg)
{
	return seg->width == 4 ? cur_be32(&seg->asns) : cur_be16(&seg->asns);
}

/* Copy the members of a set, or the last of a sequence. */
static unsigned
segment_origins(struct bgp_segment *seg, uint32_t *asns, unsigned cap)
{
	unsigned n = 0;

	if (seg->type == BGP_AS_SEQUENCE)
		cur_skip(&seg->asns, cur_left(&seg->asns) - seg->width);
	for (; cur_left(&seg->asns) > 0; n++) {
		uint32_t asn = bgp_segment_asn(seg);

		if (n < cap)
			asns[n] = asn;
	}
	return n;
}

/* The origins of the last segment of path that has any (see bgp_origins). */
static unsigned
last_origins(struct cursor path, unsigned width, uint32_t *asns, unsigned cap)
{
	struct bgp_segment last = {.width = 0};

	while (cur_left(&path) > 0) {
		unsigned type = cur_u8(&path);
		unsigned n = cur_u8(&path);
		struct cursor hops = cur_sub(&path, (size_t)n * width);

		if (n > 0 && !bgp_is_confed(type))
			last = (struct bgp_segment){
			    .type = (uint8_t)type,
			    .width = (uint8_t)width,
			    .asns = hops,
			};
	}
	return last.width == 0 ? 0 : segment_origins(&last, asns, cap);
}

/*
 * Where AS4_PATH counts, it holds at least one hop, so the last one is there
 * and AS_PATH need not be walked.
 */
unsigned
bgp_origins_walk(const struct bgp_attrs *a, uint32_t *asns, unsigned cap)
{
	struct cursor path;
	unsigned width;
	uint32_t keep;

	if (!bgp_attrs_has(a, BGP_ATTR_AS_PATH) || a->malformed)
		return 0;
	if (bgp_attrs_has(a, BGP_ATTR_AS4_PATH) && as4_path_counts(a, &keep)) {
		path = a->value[BGP_ATTR_AS4_PATH];
		width = 4;
	} else {
		path = a->value[BGP_ATTR_AS_PATH];
		width = a->as4 ? 4 : 2;
	}
	return last_origins(path, width, asns, cap);
}

/* Put the end of a sequence before what is known of the end of the path. */
static unsigned
extend_tail(
    struct bgp_segment *seg, uint32_t tail[BGP_HOPS_MAX + 1], unsigned n)
{
	uint32_t all[BGP_HOPS_MAX + 1];
	unsigned k = bgp_asns_tail(seg->asns, cur_left(&seg->asns) / seg->width,
	    seg->width, all, 0, BGP_HOPS_MAX + 1);

	for (unsigned i = 0; i < n && k < BGP_HOPS_MAX + 1; i++)
		if (tail[i] != all[k - 1])
			all[k++] = tail[i];
	memcpy(tail, all, k * sizeof(*tail));
	return k;
}

unsigned
bgp_hops(const struct bgp_attrs *a, uint32_t *asns, unsigned cap)
{
	uint32_t tail[BGP_HOPS_MAX + 1];
	struct bgp_aspath path;
	struct bgp_segment seg;
	unsigned n = 0, origins = 0;

	if (bgp_aspath_read(a, &path) != BLK_OK)
		return 0;
	while (bgp_aspath_next(&path, &seg) == BLK_OK) {
		if (cur_left(&seg.asns) == 0 || bgp_is_confed(seg.type))
			continue;
		origins = seg.type == BGP_AS_SEQUENCE;
		if (seg.type == BGP_AS_SEQUENCE)
			n = extend_tail(&seg, tail, n);
	}
	n -= origins;
	if (n > cap)
		n = cap;
	memcpy(asns, tail + origins, n * sizeof(*asns));
	return n;
}
