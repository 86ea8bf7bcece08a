#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include <string.h>

#include "blackout/mrt.h"
#include "support/mrt_build.h"

/* What is inside one record: messages, state changes, tables. */

static struct mrt_build b;

static int
clear(void **state)
{
	(void)state;
	b.len = 0;
	b.depth = 0;
	return 0;
}

static struct mrt_record
record(unsigned type, unsigned subtype)
{
	return (struct mrt_record){
	    .type = (uint16_t)type,
	    .subtype = (uint16_t)subtype,
	    .body = cur_from(b.bytes, b.len),
	};
}

static enum blk_status
message(unsigned type, unsigned subtype, struct mrt_message *m)
{
	const struct mrt_record rec = record(type, subtype);

	return mrt_message_read(&rec, m);
}

static void
keepalive(void)
{
	mb_message(&b, 4);
	mb_end(&b);
}

/* --- BGP4MP --- */

static void
every_message_subtype(void **state)
{
	static const struct {
		unsigned subtype, width;
		bool addpath, sent;
	} rows[] = {
	    {1, 2, false, false},
	    {4, 4, false, false},
	    {6, 2, false, true},
	    {7, 4, false, true},
	    {8, 2, true, false},
	    {9, 4, true, false},
	    {10, 2, true, true},
	    {11, 4, true, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct mrt_message m;

		clear(NULL);
		mb_bgp4mp(&b, rows[i].width, 64500, 64501);
		keepalive();
		assert_int_equal(message(16, rows[i].subtype, &m), BLK_OK);
		assert_int_equal(m.kind, MRT_MSG_BGP);
		assert_int_equal(m.peer_as, 64500);
		assert_int_equal(m.local_as, 64501);
		assert_int_equal(m.as4, rows[i].width == 4);
		assert_int_equal(m.addpath, rows[i].addpath);
		assert_int_equal(m.sent, rows[i].sent);
		assert_int_equal(m.peer_addr.afi, AFI_IPV4);
		assert_memory_equal(m.peer_addr.bytes, "\300\0\2\1", 4);
		assert_int_equal(cur_left(&m.msg), 19);
	}
}

static void
ipv6_sessions(void **state)
{
	struct mrt_message m;

	(void)state;
	mb_bgp4mp6(&b, 4, 400000, 64501);
	keepalive();
	assert_int_equal(message(17, 4, &m), BLK_OK);
	assert_int_equal(m.peer_as, 400000);
	assert_int_equal(m.peer_addr.afi, AFI_IPV6);
	assert_int_equal(m.peer_addr.bytes[15], 1);
	assert_int_equal(m.local_addr.bytes[15], 2);
}

static void
state_changes_and_states_of_quagga(void **state)
{
	struct mrt_message m;

	(void)state;
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_u16(&b, MRT_FSM_ESTABLISHED);
	mb_u16(&b, MRT_FSM_CLEARING);
	assert_int_equal(message(16, 5, &m), BLK_OK);
	assert_int_equal(m.kind, MRT_MSG_STATE);
	assert_int_equal(m.old_state, 6);
	assert_int_equal(m.new_state, 7);
	assert_int_equal(m.peer_as, 64500);
	mb_u8(&b, 0);
	assert_true(message(16, 5, &m) < 0);
}

static void
state_change_with_as_numbers_of_the_other_width(void **state)
{
	struct mrt_message m;

	(void)state;
	for (unsigned width = 2; width <= 4; width += 2) {
		clear(NULL);
		mb_bgp4mp(&b, width, 64500, 64501);
		mb_u16(&b, 6);
		mb_u16(&b, 1);
		assert_int_equal(message(16, width == 2 ? 5 : 0, &m), BLK_OK);
		assert_int_equal(m.peer_as, 64500);
		assert_int_equal(m.old_state, 6);
		assert_int_equal(m.peer_addr.afi, AFI_IPV4);
	}
}

/* rrc01, November 2000. */
static void
zebra_without_addresses(void **state)
{
	struct mrt_message m;

	(void)state;
	mb_u32(&b, 0);
	mb_u16(&b, 3);
	mb_u16(&b, 4);
	assert_int_equal(message(16, 0, &m), BLK_OK);
	assert_int_equal(m.kind, MRT_MSG_STATE);
	assert_int_equal(m.peer_addr.afi, AFI_NONE);
	assert_int_equal(m.old_state, 3);
	assert_int_equal(m.new_state, 4);

	clear(NULL);
	mb_u32(&b, 0);
	keepalive();
	assert_int_equal(message(16, 1, &m), BLK_OK);
	assert_int_equal(m.kind, MRT_MSG_BGP);
	assert_int_equal(m.peer_addr.afi, AFI_NONE);
	assert_int_equal(cur_left(&m.msg), 19);
}

static void
stopping_frr_without_addresses(void **state)
{
	struct mrt_message m;

	(void)state;
	mb_u32(&b, 0);
	mb_u32(&b, 0);
	mb_u16(&b, 6);
	mb_u16(&b, 1);
	assert_int_equal(message(16, 5, &m), BLK_OK);
	assert_int_equal(m.kind, MRT_MSG_STATE);
	assert_int_equal(m.peer_addr.afi, AFI_NONE);
	assert_int_equal(m.peer_as, 0);
}

static void
what_is_not_read(void **state)
{
	struct mrt_message m;

	(void)state;
	mb_bgp4mp(&b, 2, 1, 2);
	keepalive();
	assert_int_equal(message(16, MRT_BGP4MP_ENTRY, &m), BLK_EUNSUP);
	assert_int_equal(message(16, MRT_BGP4MP_SNAPSHOT, &m), BLK_EUNSUP);
	assert_int_equal(message(16, 12, &m), BLK_EUNSUP);
	assert_int_equal(message(13, 1, &m), BLK_EUNSUP);
	b.bytes[6] = 0x10; /* AFI 4097 */
	assert_int_equal(message(16, 1, &m), BLK_EUNSUP);
	b.bytes[6] = 0;
	b.len = 13;
	assert_int_equal(message(16, 1, &m), BLK_ETRUNC);
}

/* --- type 5 --- */

static void
legacy_messages(void **state)
{
	struct mrt_message m;

	(void)state;
	mb_u16(&b, 3333);
	mb_bytes(&b, "\301\0\0\70", 4);
	mb_u16(&b, 12654);
	mb_bytes(&b, "\301\0\0\1", 4);
	mb_u32(&b, 0);
	assert_int_equal(message(5, MRT_BGP_UPDATE, &m), BLK_OK);
	assert_int_equal(m.kind, MRT_MSG_UPDATE);
	assert_int_equal(m.peer_as, 3333);
	assert_int_equal(m.local_as, 12654);
	assert_false(m.as4);
	assert_int_equal(cur_left(&m.msg), 4);
	assert_int_equal(message(5, MRT_BGP_KEEPALIVE, &m), BLK_OK);
	assert_int_equal(m.kind, MRT_MSG_OTHER);
	assert_int_equal(message(5, 8, &m), BLK_EUNSUP);

	b.len = 6;
	mb_u16(&b, 3);
	mb_u16(&b, 2);
	assert_int_equal(message(5, MRT_BGP_STATE_CHANGE, &m), BLK_OK);
	assert_int_equal(m.kind, MRT_MSG_STATE);
	assert_int_equal(m.peer_addr.bytes[3], 070);
	assert_int_equal(m.old_state, 3);
	assert_int_equal(m.new_state, 2);
}

/* --- TABLE_DUMP --- */

static void
td1_entry(unsigned afi, unsigned peer_len, unsigned prefix_len)
{
	mb_fill(&b, 0x20, afi == AFI_IPV4 ? 4 : 16);
	mb_u8(&b, prefix_len);
	mb_u8(&b, 1);
	mb_u32(&b, 1000);
	mb_fill(&b, 9, peer_len);
	mb_u16(&b, 64500);
	mb_len16(&b);
	mb_attr_short(&b, 1);
	mb_u8(&b, 0);
	mb_end(&b);
	mb_end(&b);
}

static void
td1_record_of_one_or_many(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 3; n++) {
		struct mrt_td1_entry e;
		struct mrt_record rec;
		struct cursor c;

		clear(NULL);
		mb_u16(&b, 0);
		mb_u16(&b, 77);
		for (unsigned i = 0; i < n; i++)
			td1_entry(AFI_IPV4, 4, 8 + i);
		rec = record(12, AFI_IPV4);
		c = rec.body;
		for (unsigned i = 0; i < n; i++) {
			assert_int_equal(
			    mrt_td1_entry_next(&rec, &c, &e), BLK_OK);
			assert_int_equal(e.sequence, 77);
			assert_int_equal(e.prefix.len, 8 + i);
			assert_int_equal(e.peer_as, 64500);
			assert_int_equal(e.peer.afi, AFI_IPV4);
			assert_int_equal(e.originated, 1000);
			assert_int_equal(cur_left(&e.attrs), 4);
		}
		assert_int_equal(mrt_td1_entry_next(&rec, &c, &e), BLK_END);
		assert_int_equal(mrt_td1_entry_next(&rec, &c, &e), BLK_END);
	}
}

static void
td1_ipv6_with_either_peer(void **state)
{
	(void)state;
	for (unsigned peer_len = 4; peer_len <= 16; peer_len += 12) {
		struct mrt_td1_entry e;
		struct mrt_record rec;
		struct cursor c;

		clear(NULL);
		mb_u32(&b, 0);
		td1_entry(AFI_IPV6, peer_len, 32);
		rec = record(12, AFI_IPV6);
		c = rec.body;
		assert_int_equal(mrt_td1_entry_next(&rec, &c, &e), BLK_OK);
		assert_int_equal(
		    e.peer.afi, peer_len == 4 ? AFI_IPV4 : AFI_IPV6);
		assert_int_equal(e.peer_as, 64500);
		assert_int_equal(cur_left(&e.attrs), 4);
		assert_int_equal(mrt_td1_entry_next(&rec, &c, &e), BLK_END);
	}
}

static void
td1_damage(void **state)
{
	struct mrt_td1_entry e;
	struct mrt_record rec;
	struct cursor c;

	(void)state;
	mb_u32(&b, 0);
	td1_entry(AFI_IPV4, 4, 33);
	rec = record(12, AFI_IPV4);
	c = rec.body;
	assert_int_equal(mrt_td1_entry_next(&rec, &c, &e), BLK_EBAD);
	assert_int_equal(cur_left(&c), 0);
	b.len--;
	rec = record(12, AFI_IPV4);
	c = rec.body;
	assert_int_equal(mrt_td1_entry_next(&rec, &c, &e), BLK_ETRUNC);
	rec = record(12, 3);
	assert_int_equal(mrt_td1_entry_next(&rec, &c, &e), BLK_EUNSUP);
}

/* --- TABLE_DUMP_V2 --- */

static void
peer_index_table(unsigned declared)
{
	mb_bytes(&b, "\12\0\0\1", 4);
	mb_len16(&b);
	mb_bytes(&b, "vi\1ew", 5);
	mb_end(&b);
	mb_u16(&b, declared);
	mb_u8(&b, 0);
	mb_bytes(&b, "\12\0\0\2\300\0\2\1", 8);
	mb_u16(&b, 64500);
	mb_u8(&b, 3);
	mb_bytes(&b, "\12\0\0\3", 4);
	mb_fill(&b, 0x20, 16);
	mb_u32(&b, 400000);
}

static void
peer_tables_of_mixed_peers(void **state)
{
	struct mrt_peer_table t = {0};
	struct mrt_record rec;

	(void)state;
	peer_index_table(2);
	rec = record(13, MRT_PEER_INDEX_TABLE);
	for (unsigned again = 0; again < 2; again++) {
		assert_int_equal(mrt_peer_table_read(&rec, &t), BLK_OK);
		assert_int_equal(t.peer_n, 2);
		assert_string_equal(t.view, "vi?ew");
		assert_int_equal(t.peers[0].asn, 64500);
		assert_int_equal(t.peers[0].addr.afi, AFI_IPV4);
		assert_int_equal(t.peers[1].asn, 400000);
		assert_int_equal(t.peers[1].addr.afi, AFI_IPV6);
		assert_memory_equal(t.peers[1].bgp_id, "\12\0\0\3", 4);
	}
	mrt_peer_table_fini(&t);
}

static void
bad_peer_tables_hold_nobody(void **state)
{
	static const unsigned declared[] = {1, 3, 65535};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct mrt_peer_table t = {0};
		struct mrt_record rec;

		clear(NULL);
		peer_index_table(declared[i]);
		rec = record(13, MRT_PEER_INDEX_TABLE);
		assert_int_equal(mrt_peer_table_read(&rec, &t),
		    i == 0 ? BLK_EBAD : BLK_ETRUNC);
		assert_int_equal(t.peer_n, 0);
		mrt_peer_table_fini(&t);
	}
}

/* A RIB record of 8.8.8.0/24 that declares more or fewer entries than n. */
static void
rib_record(unsigned n, int lie, bool addpath)
{
	mb_u32(&b, 42);
	mb_nlri(&b, "\10\10\10", 24);
	mb_u16(&b, (unsigned)((int)n + lie));
	for (unsigned i = 0; i < n; i++) {
		mb_u16(&b, i);
		mb_u32(&b, 1000);
		if (addpath)
			mb_u32(&b, 100 + i);
		mb_len16(&b);
		mb_attr_short(&b, 1);
		mb_u8(&b, 0);
		mb_end(&b);
		mb_end(&b);
	}
}

static enum blk_status
walk_rib(unsigned subtype, unsigned *n)
{
	const struct mrt_record rec = record(13, subtype);
	struct mrt_rib_entry e;
	struct mrt_rib rib;
	enum blk_status status = mrt_rib_read(&rec, &rib);

	*n = 0;
	if (status != BLK_OK)
		return status;
	assert_int_equal(rib.sequence, 42);
	assert_int_equal(rib.prefix.len, 24);
	while ((status = mrt_rib_entry_next(&rib, &e)) == BLK_OK) {
		assert_int_equal(e.peer, *n);
		assert_int_equal(e.path_id, rib.addpath ? 100 + *n : 0);
		assert_int_equal(cur_left(&e.attrs), 4);
		(*n)++;
	}
	return status;
}

static void
rib_records(void **state)
{
	/* 5000 entries: more than 64 KiB */
	static const unsigned counts[] = {0, 1, 5000};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		unsigned n;

		clear(NULL);
		rib_record(counts[i], 0, false);
		assert_int_equal(walk_rib(2, &n), BLK_END);
		assert_int_equal(n, counts[i]);
		clear(NULL);
		rib_record(counts[i], 0, true);
		assert_int_equal(walk_rib(8, &n), BLK_END);
		assert_int_equal(n, counts[i]);
	}
}

static void
rib_records_that_lie(void **state)
{
	unsigned n;

	(void)state;
	rib_record(3, 1, false);
	assert_int_equal(walk_rib(2, &n), BLK_ETRUNC);
	assert_int_equal(n, 3);
	clear(NULL);
	rib_record(3, -1, false);
	assert_int_equal(walk_rib(2, &n), BLK_EBAD);
	assert_int_equal(n, 2);
	clear(NULL);
	mb_u32(&b, 42);
	mb_nlri(&b, "\10\10\10\10\10", 33);
	mb_u16(&b, 0);
	assert_int_equal(walk_rib(2, &n), BLK_EBAD);
}

static void
rib_families_that_are_not_read(void **state)
{
	static const unsigned subtypes[] = {3, 5, 6, 7, 9, 11, 12, 99};
	unsigned n;

	(void)state;
	rib_record(1, 0, false);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(walk_rib(subtypes[i], &n), BLK_EUNSUP);
}

static void
names(void **state)
{
	(void)state;
	assert_string_equal(mrt_type_name(17), "BGP4MP_ET");
	assert_null(mrt_type_name(14));
	assert_null(mrt_type_name(65535));
	assert_string_equal(mrt_subtype_name(16, 4), "MESSAGE_AS4");
	assert_string_equal(mrt_subtype_name(13, 2), "RIB_IPV4_UNICAST");
	assert_null(mrt_subtype_name(13, 0));
	assert_null(mrt_subtype_name(16, 12));
	assert_null(mrt_subtype_name(14, 0));
}

#define TEST(f) cmocka_unit_test_setup(f, clear)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(every_message_subtype),
	    TEST(ipv6_sessions),
	    TEST(state_changes_and_states_of_quagga),
	    TEST(state_change_with_as_numbers_of_the_other_width),
	    TEST(zebra_without_addresses),
	    TEST(stopping_frr_without_addresses),
	    TEST(what_is_not_read),
	    TEST(legacy_messages),
	    TEST(td1_record_of_one_or_many),
	    TEST(td1_ipv6_with_either_peer),
	    TEST(td1_damage),
	    TEST(peer_tables_of_mixed_peers),
	    TEST(bad_peer_tables_hold_nobody),
	    TEST(rib_records),
	    TEST(rib_records_that_lie),
	    TEST(rib_families_that_are_not_read),
	    TEST(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
