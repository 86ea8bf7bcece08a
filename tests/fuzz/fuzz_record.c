#include "fuzz/fuzz.h"
#include "mrt/mrt_priv.h"

/* One record: its type and subtype, 2 bytes each, and its body. */

static bool
canonical(const struct prefix *p)
{
	struct prefix made;

	if (p->len > afi_bits(p->afi))
		return false;
	made = prefix_make((enum afi)p->afi, p->bytes, p->len);
	return memcmp(&made, p, sizeof(made)) == 0;
}

static bool
damaged(enum blk_status status)
{
	return status == BLK_EBAD || status == BLK_ETRUNC;
}

static void
check_message(const struct mrt_record *rec, const uint8_t *body, size_t n)
{
	struct mrt_message m;
	enum blk_status status = mrt_message_read(rec, &m);

	LAW(status == BLK_OK || status == BLK_EUNSUP || damaged(status),
	    "a message is read, not read, or damaged");
	if (status != BLK_OK)
		return;
	LAW(rec->type == MRT_BGP || rec->type == MRT_BGP4MP ||
		rec->type == MRT_BGP4MP_ET,
	    "only these types hold messages");
	LAW(cur_ok(&m.msg), "a message's bytes are there");
	fuzz_inside(m.msg, body, n);
	LAW(m.kind == MRT_MSG_BGP || m.kind == MRT_MSG_UPDATE ||
		cur_left(&m.msg) == 0,
	    "states and others have no message");
	LAW(m.kind != MRT_MSG_BGP || !mrt_contents_exact(rec) ||
		cur_left(&m.msg) >= 19,
	    "a message that is exact has its header");
	LAW(m.kind == MRT_MSG_OTHER || m.peer_addr.afi == m.local_addr.afi ||
		rec->type == MRT_BGP,
	    "both ends are of one family");
}

/* Entries follow each other; what is declared is there, and nothing else. */
static bool
check_rib(const struct mrt_record *rec, const uint8_t *body, size_t n)
{
	struct mrt_rib_entry e;
	struct mrt_rib rib;
	enum blk_status status = mrt_rib_read(rec, &rib);
	unsigned entries = 0;

	LAW(status == BLK_OK || status == BLK_EUNSUP || damaged(status),
	    "a RIB record is read, not read, or damaged");
	if (status != BLK_OK)
		return false;
	LAW(canonical(&rib.prefix), "bits beyond a prefix are 0");
	LAW(rib.entry_left == rib.entry_n, "all entries are still to come");
	while ((status = mrt_rib_entry_next(&rib, &e)) == BLK_OK) {
		fuzz_inside(e.attrs, body, n);
		LAW(rib.addpath || e.path_id == 0,
		    "path identifiers need a record that has them");
		LAW(rib.entry_left == rib.entry_n - ++entries,
		    "entries are counted down");
	}
	LAW(status == BLK_END || damaged(status), "a walk ends");
	LAW(entries <= rib.entry_n, "there are no more than declared");
	LAW(status != BLK_END ||
		(entries == rib.entry_n && cur_done(&rib.entries)),
	    "a whole record has all its entries, and nothing else");
	return status == BLK_END;
}

static bool
check_peer_table(const struct mrt_record *rec)
{
	static struct mrt_peer_table table; /* reused, as in a file */
	enum blk_status status = mrt_peer_table_read(rec, &table);

	LAW(status == BLK_OK || damaged(status),
	    "a table of peers is read or damaged");
	LAW(status == BLK_OK || table.peer_n == 0,
	    "a damaged one holds no peers");
	LAW(table.peer_n <= table.peer_cap && table.peer_n <= MRT_PEERS_MAX,
	    "peers have room");
	LAW(memchr(table.view, 0, sizeof(table.view)) != NULL,
	    "the view is a text");
	for (unsigned i = 0; i < table.peer_n; i++)
		LAW(afi_bits(table.peers[i].addr.afi) > 0,
		    "peers have addresses");
	return status == BLK_OK;
}

static bool
check_td1(const struct mrt_record *rec, const uint8_t *body, size_t n)
{
	struct cursor c = rec->body;
	struct mrt_td1_entry e;
	enum blk_status status;
	size_t left = cur_left(&c);

	while ((status = mrt_td1_entry_next(rec, &c, &e)) == BLK_OK) {
		LAW(cur_left(&c) < left, "each entry takes some bytes");
		left = cur_left(&c);
		LAW(canonical(&e.prefix), "bits beyond a prefix are 0");
		fuzz_inside(e.attrs, body, n);
	}
	LAW(status == BLK_END || status == BLK_EUNSUP || damaged(status),
	    "a walk ends");
	LAW(!damaged(status) || !cur_ok(&c), "a damaged walk is over");
	return status == BLK_END;
}

/* Whether all of the record was there, to the last byte. */
static bool
check_record(const struct mrt_record *rec, const uint8_t *body, size_t n)
{
	bool exact = mrt_contents_exact(rec), whole = exact;

	check_message(rec, body, n);
	if (rec->type == MRT_TABLE_DUMP)
		whole = check_td1(rec, body, n);
	else if (rec->type != MRT_TABLE_DUMP_V2)
		return exact;
	else if (rec->subtype != MRT_PEER_INDEX_TABLE)
		whole = check_rib(rec, body, n);
	else
		LAW(check_peer_table(rec) || !exact,
		    "a table of peers with exact lengths can be read");
	LAW(whole == exact, "exact records are those that can be walked");
	return exact;
}

/* Of these a part is never whole: their lengths would have to be wrong. */
static bool
says_its_length(const struct mrt_record *rec)
{
	if (rec->type == MRT_TABLE_DUMP_V2)
		return true;
	return (rec->type == MRT_BGP4MP || rec->type == MRT_BGP4MP_ET) &&
	    rec->subtype != MRT_BGP4MP_STATE_CHANGE &&
	    rec->subtype != MRT_BGP4MP_STATE_CHANGE_AS4;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cur_from(data, size);
	struct mrt_record rec = {.time = 1000000000 * USEC_PER_SEC};
	size_t n, cut;
	bool exact;

	rec.type = cur_be16(&c);
	rec.subtype = cur_be16(&c);
	if (!cur_ok(&c))
		return 0;
	n = cur_left(&c);
	rec.body = c;
	exact = check_record(&rec, data + 4, n);
	if (n == 0)
		return 0;
	cut = fuzz_pick(data, size) % n;
	rec.body = cur_from(data + 4, cut);
	LAW(!check_record(&rec, data + 4, cut) || !exact ||
		!says_its_length(&rec),
	    "a part of a whole record is not whole");
	return 0;
}
