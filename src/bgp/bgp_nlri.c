/*
 * NLRI: a length in bits and as many bytes as that takes, with a path
 * identifier before it in ADD-PATH sessions (RFC 4271, 4.3; RFC 4760, 5;
 * RFC 7911, 3).  Nothing in the bytes says which of the two forms they have,
 * so bgp_nlri_sane reads a whole block to judge one.
 */
#include "blackout/bgp.h"

/* Blocks that only one way can read, before that way is a peer's habit. */
#define HABIT_SETTLED 3u
#define HABIT_MAX 100u

/* What is unreadable stays unread: a failed block ends the caller's loop. */
static enum blk_status
reject(struct cursor *block)
{
	cur_fail(block);
	return BLK_EBAD;
}

/* Most NLRI by far. */
static inline enum blk_status
next_ipv4(
    struct cursor *block, unsigned len, uint32_t path_id, struct bgp_nlri *out)
{
	uint32_t addr = cur_peek_be32(block);

	if (len > 32)
		return reject(block);
	cur_skip(block, (len + 7) / 8);
	if (!cur_ok(block))
		return BLK_ETRUNC;
	out->path_id = path_id;
	prefix_set_ipv4(&out->prefix, addr, len);
	return BLK_OK;
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
	if (afi == AFI_IPV4)
		return next_ipv4(block, len, path_id, out);
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

static void
vote(uint8_t *votes)
{
	if (*votes < HABIT_MAX)
		++*votes;
}

static bool
usual_way(const struct bgp_nlri_habit *h, bool declared)
{
	if (h->addpath_n == h->plain_n)
		return declared;
	return h->addpath_n > h->plain_n;
}

/* Path identifiers are counted from 0 or 1 by most who write them. */
static bool
small_identifiers(struct cursor block)
{
	bool small = true;

	while (cur_left(&block) > 0 && small) {
		small = cur_be32(&block) >> 24 == 0;
		cur_skip(&block, (cur_u8(&block) + 7) / 8);
	}
	return small;
}

/*
 * Whether a block has path identifiers that its record denies, given that it
 * can be read in no other way.  A damaged block may read so by accident.
 */
static bool
denied_identifiers(const struct bgp_nlri_habit *h, struct cursor block)
{
	return small_identifiers(block) ||
	    (h->addpath_n >= HABIT_SETTLED && h->addpath_n > h->plain_n);
}

bool
bgp_nlri_choose(struct bgp_nlri_habit *h, struct cursor block, enum afi afi,
    bool declared, bool *addpath)
{
	uint8_t *mine = declared ? &h->addpath_n : &h->plain_n;
	uint8_t *other = declared ? &h->plain_n : &h->addpath_n;
	bool reads = bgp_nlri_sane(block, afi, declared), reads_other;

	*addpath = declared;
	/* a path identifier below 2^24 begins with 0; a prefix seldom does */
	if (reads && *other == 0 && (declared || cur_peek(&block) != 0))
		return true;
	reads_other = bgp_nlri_sane(block, afi, !declared);
	if (!reads && !reads_other) {
		*addpath = usual_way(h, declared);
		return false;
	}
	if (!reads_other)
		vote(mine);
	if (!reads)
		vote(other);
	if (!reads && !declared && !denied_identifiers(h, block))
		return false;
	if (!reads ||
	    (reads_other && *other >= HABIT_SETTLED && *other > *mine))
		*addpath = !declared;
	return true;
}
