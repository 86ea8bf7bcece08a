#ifndef BLACKOUT_MRT_H
#define BLACKOUT_MRT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/cursor.h"
#include "blackout/prefix.h"
#include "blackout/source.h"
#include "blackout/status.h"
#include "blackout/timefmt.h"

/*
 * MRT records (RFC 6396, RFC 8050) and the older type 5.  This layer frames
 * records and splits them; BGP messages and attributes are handed on as
 * cursors, undecoded.
 */

enum mrt_type {
	MRT_BGP = 5, /* deprecated (RFC 6396, appendix B.1) */
	MRT_TABLE_DUMP = 12,
	MRT_TABLE_DUMP_V2 = 13,
	MRT_BGP4MP = 16,
	MRT_BGP4MP_ET = 17,
};

/* Type 5. */
enum mrt_bgp_subtype {
	MRT_BGP_NULL = 0,
	MRT_BGP_UPDATE = 1,
	MRT_BGP_PREF_UPDATE = 2,
	MRT_BGP_STATE_CHANGE = 3,
	MRT_BGP_SYNC = 4,
	MRT_BGP_OPEN = 5,
	MRT_BGP_NOTIFY = 6,
	MRT_BGP_KEEPALIVE = 7,
};

enum mrt_td2_subtype {
	MRT_PEER_INDEX_TABLE = 1,
	MRT_RIB_IPV4_UNICAST = 2,
	MRT_RIB_IPV4_MULTICAST = 3,
	MRT_RIB_IPV6_UNICAST = 4,
	MRT_RIB_IPV6_MULTICAST = 5,
	MRT_RIB_GENERIC = 6,
	MRT_RIB_IPV4_UNICAST_ADDPATH = 8,
	MRT_RIB_IPV4_MULTICAST_ADDPATH = 9,
	MRT_RIB_IPV6_UNICAST_ADDPATH = 10,
	MRT_RIB_IPV6_MULTICAST_ADDPATH = 11,
	MRT_RIB_GENERIC_ADDPATH = 12,
};

enum mrt_bgp4mp_subtype {
	MRT_BGP4MP_STATE_CHANGE = 0,
	MRT_BGP4MP_MESSAGE = 1,
	MRT_BGP4MP_ENTRY = 2,
	MRT_BGP4MP_SNAPSHOT = 3,
	MRT_BGP4MP_MESSAGE_AS4 = 4,
	MRT_BGP4MP_STATE_CHANGE_AS4 = 5,
	MRT_BGP4MP_MESSAGE_LOCAL = 6,
	MRT_BGP4MP_MESSAGE_AS4_LOCAL = 7,
	MRT_BGP4MP_MESSAGE_ADDPATH = 8,
	MRT_BGP4MP_MESSAGE_AS4_ADDPATH = 9,
	MRT_BGP4MP_MESSAGE_LOCAL_ADDPATH = 10,
	MRT_BGP4MP_MESSAGE_AS4_LOCAL_ADDPATH = 11,
};

enum mrt_fsm_state {
	MRT_FSM_IDLE = 1,
	MRT_FSM_CONNECT = 2,
	MRT_FSM_ACTIVE = 3,
	MRT_FSM_OPEN_SENT = 4,
	MRT_FSM_OPEN_CONFIRM = 5,
	MRT_FSM_ESTABLISHED = 6,
	MRT_FSM_CLEARING = 7, /* Quagga, FRR */
	MRT_FSM_DELETED = 8,  /* Quagga, FRR */
};

#define MRT_HEADER_LEN 12u
#define MRT_RECORD_MAX (16u << 20) /* longest record believed, in bytes */
#define MRT_RESYNC_MAX (1u << 20)  /* longest search for the next record */

struct mrt_record {
	usec_t time;     /* with microseconds where the type carries them */
	uint64_t offset; /* of its header in the plain stream, bytes */
	uint16_t type;   /* MRT_BGP4MP_ET is reported as it stands */
	uint16_t subtype;
	struct cursor body; /* after the header and the microseconds */
};

struct mrt_reader;

/* A reader over src, which it borrows.  BLK_ENOMEM. */
enum blk_status mrt_reader_new(struct mrt_reader **out, struct source *src);
void mrt_reader_free(struct mrt_reader *r);

/*
 * Hold no more memory than for the bytes that were read and not handed out,
 * until the next call.  The body lent last is gone.
 */
void mrt_reader_rest(struct mrt_reader *r);

/*
 * Damage that the last call of mrt_reader_next met: bytes [offset, end) of the
 * plain stream hold no record that could be read.
 */
struct mrt_damage {
	uint64_t offset;
	uint64_t end;
	const char *what;       /* static text */
	enum blk_status status; /* what was returned; or BLK_EBAD with
				   BLK_ETRUNC: the compressed data is broken */
	usec_t last_time; /* of the last sound record before; or USEC_NONE */
};

/*
 * The next record; its body is lent until the next call.
 *
 * A record is believed if a plausible header, or the end, follows it, or if
 * its contents end exactly where its length says.  A header is plausible if
 * its type, subtype and length go together and its time lies within a day of
 * the record before; a jump in time (archives joined by hand) needs three
 * headers in a row.  Where a record is not believed, the search for the next
 * such row starts one byte after its beginning, because torn writes leave
 * headers that are shorter than 12 bytes.  Behind damage a jump of more than
 * ten minutes needs sixteen headers, or fewer that lead to the end: broken
 * compression repeats records with other times.
 *
 * BLK_OK.  BLK_END: the stream ended cleanly between records.
 * BLK_EBAD: bytes hold no record, described in *damage; call again to go on.
 * A long stretch of rubbish is reported in pieces of MRT_RESYNC_MAX bytes.
 * Rubbish that reaches the end is followed by BLK_END.
 * BLK_ETRUNC: the stream ends early, inside a record or inside its
 * compression, or its compressed data is broken; BLK_EIO: reading failed; both
 * described in *damage and final.
 * BLK_EUNSUP: no record was found at the beginning: the stream is no MRT at
 * all (text, say); final.
 * BLK_ENOMEM: final.
 *
 * *rec is set with BLK_OK only; *damage with BLK_EBAD, BLK_ETRUNC, BLK_EIO.
 */
enum blk_status mrt_reader_next(
    struct mrt_reader *r, struct mrt_record *rec, struct mrt_damage *damage);

/* A name such as "BGP4MP", as RFC 6396 has it, or NULL. */
const char *mrt_type_name(unsigned type);
/* A name such as "MESSAGE_AS4", without the type before it, or NULL. */
const char *mrt_subtype_name(unsigned type, unsigned subtype);

/* --- BGP4MP, BGP4MP_ET and type 5 --- */

enum mrt_msg_kind {
	MRT_MSG_BGP,    /* a whole BGP message with its header, in msg */
	MRT_MSG_UPDATE, /* the body of an UPDATE without a header (type 5) */
	MRT_MSG_STATE,  /* old_state and new_state */
	MRT_MSG_OTHER,  /* sound, but nothing for us: local, OPEN, table ... */
};

struct mrt_message {
	enum mrt_msg_kind kind;
	bool as4;     /* the BGP session carries 4-byte AS numbers */
	bool addpath; /* subtypes of RFC 8050 */
	bool sent;    /* by the collector itself (the LOCAL subtypes) */
	uint32_t peer_as;
	uint32_t local_as;
	struct ipaddr peer_addr; /* AFI_NONE where the record has none */
	struct ipaddr local_addr;
	uint16_t old_state, new_state; /* enum mrt_fsm_state */
	struct cursor msg;
};

/*
 * Split a record of type 5, 16 or 17.  BLK_EUNSUP: another type, or a subtype
 * or an address family that is not read; BLK_EBAD / BLK_ETRUNC: its bytes do
 * not fit its type.
 *
 * Records that hold no interface, no AFI and no addresses at all are sound and
 * have both addresses AFI_NONE: Zebra (2000) wrote them while a session had no
 * socket yet, a stopping FRR writes one.  A state change whose AS numbers are
 * not as wide as its subtype says is read in the width that fits.
 *
 * OpenBGPD swaps peer and local in its state changes; that is for the caller
 * to find out, who knows the peers.  On failure *out is undefined.
 */
enum blk_status mrt_message_read(
    const struct mrt_record *rec, struct mrt_message *out);

/*
 * The bytes before the message in a record of type 16 or 17 that holds one and
 * has addresses, or an empty cursor.  Records of the same subtype with the same
 * head differ in nothing but msg, which is *msg: whoever has read one need not
 * read the others.  At most MRT_HEAD_MAX bytes, a multiple of 4.
 */
#define MRT_HEAD_MAX 44u
struct cursor mrt_message_head(
    const struct mrt_record *rec, struct cursor *msg);

/* --- TABLE_DUMP_V2 --- */

struct mrt_peer {
	struct ipaddr addr;
	uint32_t asn;
	uint8_t bgp_id[4];
};

#define MRT_PEERS_MAX 65535u

struct mrt_peer_table {
	uint8_t collector_id[4];
	char view[256]; /* NUL-terminated, printable characters only */
	struct mrt_peer *peers;
	unsigned peer_n;
	unsigned peer_cap; /* room in peers; grown by mrt_peer_table_read */
};

/*
 * Read a PEER_INDEX_TABLE (RFC 6396, 4.3.1) into out, reusing its memory.
 * BLK_EBAD, BLK_ETRUNC, BLK_ENOMEM: out then holds no peers.
 */
enum blk_status mrt_peer_table_read(
    const struct mrt_record *rec, struct mrt_peer_table *out);
void mrt_peer_table_fini(struct mrt_peer_table *t);

/* One RIB record (RFC 6396, 4.3.2, 4.3.3; RFC 8050, 4). */
struct mrt_rib {
	uint32_t sequence;
	uint8_t safi;
	bool addpath;
	struct prefix prefix;
	uint16_t entry_n;      /* as declared */
	uint16_t entry_left;   /* of them, still to come */
	struct cursor entries; /* for mrt_rib_entry_next */
};

struct mrt_rib_entry {
	uint16_t peer;
	uint32_t originated; /* Unix seconds */
	uint32_t path_id;    /* 0 where there is none */
	struct cursor attrs;
};

/*
 * Split a RIB record.  BLK_EUNSUP: multicast, or a family that is not read
 * (RIB_GENERIC); BLK_EBAD / BLK_ETRUNC.
 */
enum blk_status mrt_rib_read(const struct mrt_record *rec, struct mrt_rib *out);

/*
 * The next entry.  BLK_END after the last; BLK_ETRUNC if the record ends
 * before all declared entries; BLK_EBAD if bytes are left over after them.
 */
enum blk_status mrt_rib_entry_next(
    struct mrt_rib *rib, struct mrt_rib_entry *out);

/* --- TABLE_DUMP --- */

/* One route of TABLE_DUMP (RFC 6396, 4.2); AS numbers are 2 bytes. */
struct mrt_td1_entry {
	uint16_t sequence;
	struct prefix prefix;
	uint32_t originated; /* Unix seconds */
	struct ipaddr peer;
	uint32_t peer_as;
	struct cursor attrs;
};

/*
 * The next entry of rec->body; a record may hold several (rrc00, January
 * 2000), which then share view and sequence number.  Start with
 * *c = rec->body.  BLK_END after the last; BLK_EBAD, BLK_ETRUNC: *c has then
 * failed; BLK_EUNSUP for a subtype that is no AFI read here.  The peer of an
 * IPv6 route may have an IPv4 address.
 */
enum blk_status mrt_td1_entry_next(
    const struct mrt_record *rec, struct cursor *c, struct mrt_td1_entry *out);

#endif
