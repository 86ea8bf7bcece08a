/*
 * TABLE_DUMP_V2 (RFC 6396, 4.3; RFC 8050, 4): a table of peers, then a record
 * a prefix whose entries name their peer by its place in that table.
 */
#include <stdlib.h>
#include <string.h>

#include "mrt_priv.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Bits of the peer type byte. */
#define PEER_IPV6 0x01u
#define PEER_AS4 0x02u

/* The smallest peer: type 1, BGP ID 4, IPv4 address 4, AS number 2. */
#define PEER_LEN_MIN 11u

static void
read_bytes4(struct cursor *c, uint8_t out[4])
{
	const uint8_t *p = cur_bytes(c, 4);

	if (p != NULL)
		memcpy(out, p, 4);
}

static void
read_view(struct cursor *c, char view[256])
{
	size_t len = cur_be16(c);
	struct cursor name = cur_sub(c, len);
	size_t n = 0;

	while (cur_left(&name) > 0 && n < 255) {
		unsigned ch = cur_u8(&name);

		view[n++] = ch >= 0x20 && ch < 0x7f ? (char)ch : '?';
	}
	view[n] = '\0';
}

static struct mrt_peer
read_peer(struct cursor *c)
{
	struct mrt_peer peer = {0};
	unsigned type = cur_u8(c);

	read_bytes4(c, peer.bgp_id);
	ipaddr_read(
	    c, (type & PEER_IPV6) != 0 ? AFI_IPV6 : AFI_IPV4, &peer.addr);
	peer.asn = (type & PEER_AS4) != 0 ? cur_be32(c) : cur_be16(c);
	return peer;
}

static enum blk_status
reserve(struct mrt_peer_table *t, unsigned n)
{
	struct mrt_peer *peers;

	if (n <= t->peer_cap)
		return BLK_OK;
	peers = realloc(t->peers, n * sizeof(*peers));
	if (peers == NULL)
		return BLK_ENOMEM;
	t->peers = peers;
	t->peer_cap = n;
	return BLK_OK;
}

enum blk_status
mrt_peer_table_read(const struct mrt_record *rec, struct mrt_peer_table *out)
{
	struct cursor c = rec->body;
	enum blk_status status;
	unsigned n;

	out->peer_n = 0;
	if (rec->type != MRT_TABLE_DUMP_V2 ||
	    rec->subtype != MRT_PEER_INDEX_TABLE)
		return BLK_EUNSUP;
	read_bytes4(&c, out->collector_id);
	read_view(&c, out->view);
	n = cur_be16(&c);
	if (!cur_ok(&c) || n > cur_left(&c) / PEER_LEN_MIN)
		return BLK_ETRUNC;
	status = reserve(out, n);
	if (status != BLK_OK)
		return status;

	for (unsigned i = 0; i < n; i++)
		out->peers[i] = read_peer(&c);
	if (!cur_ok(&c))
		return BLK_ETRUNC;
	if (!cur_done(&c))
		return BLK_EBAD;
	out->peer_n = n;
	return BLK_OK;
}

bool
mrt_peer_table_exact(const struct mrt_record *rec)
{
	struct cursor c = rec->body;
	unsigned n;

	cur_skip(&c, 4);
	cur_skip(&c, cur_be16(&c));
	for (n = cur_be16(&c); n > 0 && cur_ok(&c); n--)
		(void)read_peer(&c);
	return cur_done(&c);
}

void
mrt_peer_table_fini(struct mrt_peer_table *t)
{
	free(t->peers);
	t->peers = NULL;
	t->peer_n = 0;
	t->peer_cap = 0;
}

/* The subtypes whose routes are read; all others are no unicast of IP. */
static const struct {
	enum afi afi;
	bool addpath;
} rib_kinds[] = {
    [MRT_RIB_IPV4_UNICAST] = {AFI_IPV4, false},
    [MRT_RIB_IPV6_UNICAST] = {AFI_IPV6, false},
    [MRT_RIB_IPV4_UNICAST_ADDPATH] = {AFI_IPV4, true},
    [MRT_RIB_IPV6_UNICAST_ADDPATH] = {AFI_IPV6, true},
};

enum blk_status
mrt_rib_read(const struct mrt_record *rec, struct mrt_rib *out)
{
	static const uint8_t nothing[1];
	const uint8_t *addr = nothing;
	struct cursor c = rec->body;
	uint32_t sequence;
	unsigned len, n;
	enum afi afi;

	if (rec->type != MRT_TABLE_DUMP_V2 ||
	    rec->subtype >= COUNT(rib_kinds) ||
	    rib_kinds[rec->subtype].afi == AFI_NONE)
		return BLK_EUNSUP;
	afi = rib_kinds[rec->subtype].afi;
	sequence = cur_be32(&c);
	len = cur_u8(&c);
	if (len > afi_bits(afi))
		return BLK_EBAD;
	if (len > 0)
		addr = cur_bytes(&c, (len + 7) / 8);
	n = cur_be16(&c);
	if (!cur_ok(&c))
		return BLK_ETRUNC;

	out->sequence = sequence;
	out->safi = 1;
	out->addpath = rib_kinds[rec->subtype].addpath;
	out->prefix = prefix_make(afi, addr, len);
	out->entry_n = (uint16_t)n;
	out->entry_left = (uint16_t)n;
	out->entries = mrt_rest(&c);
	return BLK_OK;
}

enum blk_status
mrt_rib_entry_next(struct mrt_rib *rib, struct mrt_rib_entry *out)
{
	struct cursor *c = &rib->entries;
	struct mrt_rib_entry entry;
	size_t attr_len;

	if (!cur_ok(c))
		return BLK_ETRUNC;
	if (rib->entry_left == 0)
		return cur_left(c) == 0 ? BLK_END : BLK_EBAD;
	entry.peer = cur_be16(c);
	entry.originated = cur_be32(c);
	entry.path_id = rib->addpath ? cur_be32(c) : 0;
	attr_len = cur_be16(c);
	entry.attrs = cur_sub(c, attr_len);
	if (!cur_ok(c))
		return BLK_ETRUNC;
	rib->entry_left--;
	*out = entry;
	return BLK_OK;
}
