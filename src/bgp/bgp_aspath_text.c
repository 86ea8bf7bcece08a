/*
 * The AS path as text, in the form that bgpdump made the usual one.
 */
#include "blackout/bgp.h"

#include "base/put.h"

/* Past it the text is cut; the rest is room for one more hop, and dots. */
#define TEXT_MAX (BGP_ASPATH_STRLEN - 100u)

/* Put all hops of a segment, or as many as go up to limit and one more. */
static inline char *
put_hops(char *p, const char *limit, struct bgp_segment *seg, char between)
{
	struct cursor asns = seg->asns;

	if (cur_left(&asns) == 0)
		return p;
	for (;;) {
		p = put_u32(
		    p, seg->width == 4 ? cur_be32(&asns) : cur_be16(&asns));
		if (cur_left(&asns) == 0 || p > limit)
			return p;
		*p++ = between;
	}
}

/*
 * Put a segment.  False: the text is long enough, and is to be cut here; that
 * may be behind the last hop of all, as it is in bgpdump.
 */
static bool
put_segment(char **text, const char *limit, struct bgp_segment *seg)
{
	/* by enum bgp_segment_type */
	static const char begin[] = {0, '{', 0, '(', '['};
	static const char end[] = {0, '}', 0, ')', ']'};
	static const char between[] = {0, ',', ' ', ' ', ','};
	char *p = *text;

	if (begin[seg->type] != 0)
		*p++ = begin[seg->type];
	p = put_hops(p, limit, seg, between[seg->type]);
	if (p <= limit && end[seg->type] != 0)
		*p++ = end[seg->type];
	*text = p;
	return p <= limit;
}

size_t
bgp_aspath_format(const struct bgp_attrs *a, char buf[BGP_ASPATH_STRLEN])
{
	struct bgp_segment seg;
	struct bgp_aspath path;
	bool whole = true, hops = false; /* hops: in the segment before */
	char *p = buf;

	*p = '\0';
	if (bgp_aspath_read(a, &path) != BLK_OK)
		return 0;
	while (whole && bgp_aspath_next(&path, &seg) == BLK_OK) {
		if (hops)
			*p++ = ' ';
		hops = cur_left(&seg.asns) > 0;
		whole = put_segment(&p, buf + TEXT_MAX, &seg);
	}
	for (unsigned i = 0; i < 3 && !whole; i++)
		*p++ = '.';
	*p = '\0';
	return (size_t)(p - buf);
}
