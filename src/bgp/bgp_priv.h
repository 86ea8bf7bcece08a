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

/* Whether path is a single sequence, as most are: its last AS is the origin. */
static inline bool
bgp_path_is_sequence(struct cursor path, unsigned width, uint32_t *asn)
{
	unsigned type = cur_u8(&path);
	size_t n = cur_u8(&path);

	if (type != BGP_AS_SEQUENCE || n == 0 || cur_left(&path) != n * width)
		return false;
	cur_skip(&path, (n - 1) * width);
	*asn = width == 4 ? cur_be32(&path) : cur_be16(&path);
	return true;
}

#endif
