#ifndef BGP_PRIV_H
#define BGP_PRIV_H

#include "blackout/bgp.h"

/* What the files of bgp/ share with each other and with nobody else. */

/* Take the rest of c as a cursor of its own. */
static inline struct cursor
bgp_rest(struct cursor *c)
{
	return cur_sub(c, cur_left(c));
}

/* Flags, type and length, which may be one byte longer (RFC 4271, 4.3). */
#define BGP_ATTR_HEAD_LEN 3u
#define BGP_ATTR_EXTENDED_LENGTH 0x10u

/* Take an attribute off block; false: it ends inside of it. */
static inline bool
bgp_attr_take(struct cursor *block, unsigned *type, struct cursor *value)
{
	const uint8_t *head = cur_bytes(block, BGP_ATTR_HEAD_LEN);
	size_t len;

	if (head == NULL)
		return false;
	*type = head[1];
	len = head[2];
	if ((head[0] & BGP_ATTR_EXTENDED_LENGTH) != 0)
		len = len << 8 | cur_u8(block);
	*value = cur_sub(block, len);
	return cur_ok(value);
}

static inline bool
bgp_is_confed(unsigned segment_type)
{
	return segment_type >= BGP_AS_CONFED_SEQUENCE;
}

/*
 * Whether path is a run of whole segments of known types (RFC 4271, 4.3 b;
 * RFC 5065, 3) when its AS numbers are width bytes wide.
 */
static inline bool
bgp_path_fits(struct cursor path, unsigned width)
{
	while (cur_left(&path) > 0) {
		unsigned type = cur_u8(&path);
		size_t n = cur_u8(&path);

		if (type < BGP_AS_SET || type > BGP_AS_CONFED_SET)
			return false;
		cur_skip(&path, n * width);
	}
	return cur_ok(&path);
}

/*
 * Take the last ASes of a run of n, each once where it stands several times in
 * a row: nearest to the end first, at most cap behind the had ones that asns
 * holds already.  How many are there now?
 */
static inline unsigned
bgp_asns_tail(struct cursor run, size_t n, unsigned width, uint32_t *asns,
    unsigned had, unsigned cap)
{
	while (n-- > 0 && had < cap) {
		struct cursor at = run;
		uint32_t asn;

		cur_skip(&at, n * width);
		asn = width == 4 ? cur_be32(&at) : cur_be16(&at);
		if (had == 0 || asn != asns[had - 1])
			asns[had++] = asn;
	}
	return had;
}

/*
 * The end of a path that is a single sequence, as most are: the origin, then
 * up to cap - 1 hops before it.  0: it is none.
 */
static inline unsigned
bgp_sequence_end(
    struct cursor path, unsigned width, uint32_t *asns, unsigned cap)
{
	unsigned type = cur_u8(&path);
	size_t n = cur_u8(&path);

	if (type != BGP_AS_SEQUENCE || n == 0 || cur_left(&path) != n * width)
		return 0;
	return bgp_asns_tail(path, n, width, asns, 0, cap);
}

#endif
