/*
 * The kinds of records there are, as const tables: their names, and how the
 * framing tells a record from bytes that only look like one.
 */
#include "mrt_priv.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A BGP message of any length with addresses around it, rounded up. */
#define MESSAGE_MAX (1u << 17)

static const char *const bgp_names[] = {
    [MRT_BGP_NULL] = "NULL",
    [MRT_BGP_UPDATE] = "UPDATE",
    [MRT_BGP_PREF_UPDATE] = "PREF_UPDATE",
    [MRT_BGP_STATE_CHANGE] = "STATE_CHANGE",
    [MRT_BGP_SYNC] = "SYNC",
    [MRT_BGP_OPEN] = "OPEN",
    [MRT_BGP_NOTIFY] = "NOTIFY",
    [MRT_BGP_KEEPALIVE] = "KEEPALIVE",
};

static const char *const td1_names[] = {
    [AFI_IPV4] = "AFI_IPv4",
    [AFI_IPV6] = "AFI_IPv6",
};

static const char *const td2_names[] = {
    [MRT_PEER_INDEX_TABLE] = "PEER_INDEX_TABLE",
    [MRT_RIB_IPV4_UNICAST] = "RIB_IPV4_UNICAST",
    [MRT_RIB_IPV4_MULTICAST] = "RIB_IPV4_MULTICAST",
    [MRT_RIB_IPV6_UNICAST] = "RIB_IPV6_UNICAST",
    [MRT_RIB_IPV6_MULTICAST] = "RIB_IPV6_MULTICAST",
    [MRT_RIB_GENERIC] = "RIB_GENERIC",
    [7] = "GEO_PEER_TABLE", /* RFC 6397 */
    [MRT_RIB_IPV4_UNICAST_ADDPATH] = "RIB_IPV4_UNICAST_ADDPATH",
    [MRT_RIB_IPV4_MULTICAST_ADDPATH] = "RIB_IPV4_MULTICAST_ADDPATH",
    [MRT_RIB_IPV6_UNICAST_ADDPATH] = "RIB_IPV6_UNICAST_ADDPATH",
    [MRT_RIB_IPV6_MULTICAST_ADDPATH] = "RIB_IPV6_MULTICAST_ADDPATH",
    [MRT_RIB_GENERIC_ADDPATH] = "RIB_GENERIC_ADDPATH",
};

static const char *const bgp4mp_names[] = {
    [MRT_BGP4MP_STATE_CHANGE] = "STATE_CHANGE",
    [MRT_BGP4MP_MESSAGE] = "MESSAGE",
    [MRT_BGP4MP_ENTRY] = "ENTRY",
    [MRT_BGP4MP_SNAPSHOT] = "SNAPSHOT",
    [MRT_BGP4MP_MESSAGE_AS4] = "MESSAGE_AS4",
    [MRT_BGP4MP_STATE_CHANGE_AS4] = "STATE_CHANGE_AS4",
    [MRT_BGP4MP_MESSAGE_LOCAL] = "MESSAGE_LOCAL",
    [MRT_BGP4MP_MESSAGE_AS4_LOCAL] = "MESSAGE_AS4_LOCAL",
    [MRT_BGP4MP_MESSAGE_ADDPATH] = "MESSAGE_ADDPATH",
    [MRT_BGP4MP_MESSAGE_AS4_ADDPATH] = "MESSAGE_AS4_ADDPATH",
    [MRT_BGP4MP_MESSAGE_LOCAL_ADDPATH] = "MESSAGE_LOCAL_ADDPATH",
    [MRT_BGP4MP_MESSAGE_AS4_LOCAL_ADDPATH] = "MESSAGE_AS4_LOCAL_ADDPATH",
};

/* Types that are not read here, but whose records are walked over. */
static const char *const other_names[] = {"0", "1", "2"};

struct kind {
	const char *name; /* NULL: no such type */
	const char *const *subtypes;
	unsigned subtype_n;
	uint32_t len_max;
};

#define ROW(name, names, len)                                                  \
	{                                                                      \
		name, names, COUNT(names), len                                 \
	}

/* Indexed by type. */
static const struct kind kinds[] = {
    [MRT_BGP] = ROW("BGP", bgp_names, MESSAGE_MAX),
    [11] = ROW("OSPFv2", other_names, MESSAGE_MAX),
    [MRT_TABLE_DUMP] = ROW("TABLE_DUMP", td1_names, MESSAGE_MAX),
    [MRT_TABLE_DUMP_V2] = ROW("TABLE_DUMP_V2", td2_names, MRT_RECORD_MAX),
    [MRT_BGP4MP] = ROW("BGP4MP", bgp4mp_names, MESSAGE_MAX),
    [MRT_BGP4MP_ET] = ROW("BGP4MP_ET", bgp4mp_names, MESSAGE_MAX),
    [32] = ROW("ISIS", other_names, MESSAGE_MAX),
    [33] = ROW("ISIS_ET", other_names, MESSAGE_MAX),
    [48] = ROW("OSPFv3", other_names, MESSAGE_MAX),
    [49] = ROW("OSPFv3_ET", other_names, MESSAGE_MAX),
};

const char *
mrt_type_name(unsigned type)
{
	return type < COUNT(kinds) ? kinds[type].name : NULL;
}

const char *
mrt_subtype_name(unsigned type, unsigned subtype)
{
	if (type >= COUNT(kinds) || subtype >= kinds[type].subtype_n)
		return NULL;
	return kinds[type].subtypes[subtype];
}

bool
mrt_kind_plausible(unsigned type, unsigned subtype, uint32_t len)
{
	return mrt_subtype_name(type, subtype) != NULL &&
	    len <= kinds[type].len_max;
}

/* A message must end where its own length field says (RFC 4271, 4.1). */
static bool
message_exact(const struct mrt_record *rec)
{
	struct mrt_message m;
	struct cursor head;
	size_t len;

	if (mrt_message_read(rec, &m) != BLK_OK)
		return false;
	if (m.kind == MRT_MSG_STATE)
		return true;
	if (m.kind != MRT_MSG_BGP)
		return false;
	head = m.msg;
	cur_skip(&head, 16);
	len = cur_be16(&head);
	cur_skip(&head, 1); /* its type */
	return cur_ok(&head) && len == cur_left(&m.msg);
}

/* An UPDATE without a header ends with whole NLRI (RFC 4271, 4.3). */
static bool
legacy_exact(const struct mrt_record *rec)
{
	struct mrt_message m;
	struct cursor c;

	if (mrt_message_read(rec, &m) != BLK_OK)
		return false;
	if (m.kind == MRT_MSG_STATE)
		return true;
	if (m.kind != MRT_MSG_UPDATE)
		return false;
	c = m.msg;
	cur_skip(&c, cur_be16(&c));
	cur_skip(&c, cur_be16(&c));
	while (cur_left(&c) > 0) {
		unsigned bits = cur_u8(&c);

		if (bits > 32)
			return false;
		cur_skip(&c, (bits + 7) / 8);
	}
	return cur_ok(&c);
}

static bool
td1_exact(const struct mrt_record *rec)
{
	struct mrt_td1_entry entry;
	struct cursor c = rec->body;
	enum blk_status status;

	do
		status = mrt_td1_entry_next(rec, &c, &entry);
	while (status == BLK_OK);
	return status == BLK_END;
}

static bool
td2_exact(const struct mrt_record *rec)
{
	struct mrt_rib_entry entry;
	struct mrt_rib rib;
	enum blk_status status;

	if (rec->subtype == MRT_PEER_INDEX_TABLE)
		return mrt_peer_table_exact(rec);
	status = mrt_rib_read(rec, &rib);
	while (status == BLK_OK)
		status = mrt_rib_entry_next(&rib, &entry);
	return status == BLK_END;
}

bool
mrt_contents_exact(const struct mrt_record *rec)
{
	static const struct {
		uint16_t type;
		bool (*exact)(const struct mrt_record *rec);
	} rows[] = {
	    {MRT_BGP, legacy_exact},
	    {MRT_TABLE_DUMP, td1_exact},
	    {MRT_TABLE_DUMP_V2, td2_exact},
	    {MRT_BGP4MP, message_exact},
	    {MRT_BGP4MP_ET, message_exact},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].type == rec->type)
			return rows[i].exact(rec);
	}
	return false;
}
