/*
 * NLRI: a length in bits and as many bytes as that takes, with a path
 * identifier before it in ADD-PATH sessions (RFC 4271, 4.3; RFC 4760, 5;
 * RFC 7911, 3).  Nothing in the bytes says which of the two forms they have,
 * so bgp_nlri_sane reads a whole block to judge one.
 */
#include "blackout/bgp.h"

/* What is unreadable stays unread: a failed block ends the caller's loop. */
static enum blk_status
reject(struct cursor *block)
{
	block->failed = true;
	return BLK_EBAD;
}

enum blk_status
bgp_nlri_next(
    struct cursor *block, enum afi afi, bool addpath, struct bgp_nlri *out)
{
	static const uint8_t nothing[1];
	const uint8_t *addr = nothing;
	uint32_t path_id;
	unsigned len;

	if (cur_left(block) == 0)
		return cur_ok(block) ? BLK_END : BLK_ETRUNC;
	path_id = addpath ? cur_be32(block) : 0;
	len = cur_u8(block);
	if (len > afi_bits(afi))
		return reject(block);
	if (len > 0)
		addr = cur_bytes(block, (len + 7) / 8);
	if (!cur_ok(block))
		return BLK_ETRUNC;

	out->path_id = path_id;
	out->prefix = prefix_make(afi, addr, len);
	return BLK_OK;
}

bool
bgp_nlri_sane(struct cursor block, enum afi afi, bool addpath)
{
	unsigned defaults = 0;

	while (cur_left(&block) > 0) {
		unsigned len;

		if (addpath)
			cur_skip(&block, 4);
		len = cur_u8(&block);
		if (len > afi_bits(afi))
			return false;
		cur_skip(&block, (len + 7) / 8);
		defaults += len == 0;
	}
	/*
	 * Path identifiers are small numbers, so their leading zeros read as
	 * default routes; a real message says 0.0.0.0/0 once at most.
	 */
	return cur_ok(&block) && (addpath || defaults <= 1);
}
