#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
/* cmocka.h needs those above */
#include <cmocka.h>

#include "blackout/elem.h"
#include "support/mrt_build.h"
#include "support/temp_dir.h"

/* Records as elements, sound and damaged. */

#define T0 1000000000u
#define SEEN_MAX 32u

static struct temp_dir dir;
static struct mrt_build b;

/* All that a file told; attributes are looked up while they are lent. */
static struct seen {
	struct elem elems[SEEN_MAX];
	char prefix[SEEN_MAX][PREFIX_STRLEN];
	char hop[SEEN_MAX][IPADDR_STRLEN];
	bool has_attrs[SEEN_MAX];
	uint32_t origin[SEEN_MAX];
	unsigned n;
	char what[8][128];
	uint64_t offset[8];
	size_t damage_n;
	uint64_t records;
} seen;

static int
setup(void **state)
{
	(void)state;
	temp_dir_make(&dir);
	memset(&seen, 0, sizeof(seen));
	b.len = 0;
	b.depth = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	temp_dir_remove(&dir);
	return 0;
}

static void
take(const struct elem *e)
{
	const struct bgp_attrs *a = elem_attrs(e);
	struct ipaddr hop;
	unsigned i = seen.n++;

	assert_true(i < SEEN_MAX);
	seen.elems[i] = *e;
	seen.has_attrs[i] = a != NULL;
	if (e->type != ELEM_STATE)
		prefix_format(&e->prefix, seen.prefix[i]);
	if (elem_next_hop(e, &hop))
		ipaddr_format(&hop, seen.hop[i]);
	if (a != NULL)
		(void)bgp_origins(a, &seen.origin[i], 1);
}

static void
read_path(const char *path)
{
	const struct damage *damage;
	const struct elem *e;
	struct elem_file *f;
	enum blk_status status;

	assert_int_equal(elem_file_open(&f, path, 1), BLK_OK);
	while ((status = elem_file_next(f, &e)) == BLK_OK)
		take(e);
	assert_int_equal(status, BLK_END);
	assert_int_equal(elem_file_next(f, &e), BLK_END);
	damage = elem_file_damage(f, &seen.damage_n);
	for (size_t i = 0; i < seen.damage_n && i < 8; i++) {
		snprintf(
		    seen.what[i], sizeof(seen.what[i]), "%s", damage[i].what);
		seen.offset[i] = damage[i].offset;
	}
	seen.records = elem_file_records(f);
	elem_file_close(f);
}

static void
read_built(void)
{
	read_path(temp_file(&dir, "f", b.bytes, b.len));
}

static void
assert_elem(unsigned i, enum elem_type type, const char *prefix)
{
	assert_true(i < seen.n);
	assert_int_equal(seen.elems[i].type, type);
	assert_string_equal(seen.prefix[i], prefix);
}

static void
assert_damage(const char *what)
{
	assert_int_equal(seen.damage_n, 1);
	assert_string_equal(seen.what[0], what);
}

/* --- parts of messages --- */

static void
begin_update(unsigned subtype)
{
	mb_record(&b, T0, 16, subtype);
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_update(&b);
}

static void
end_update(void)
{
	mb_end(&b);
	mb_end(&b);
}

/* AS_PATH and NEXT_HOP, inside of the attributes. */
static void
path_and_hop(uint32_t origin)
{
	mb_attr_short(&b, 2);
	mb_segment(&b, 2, 4, MB_ASNS(64500, origin));
	mb_end(&b);
	mb_attr_short(&b, 3);
	mb_bytes(&b, "\300\0\2\11", 4);
	mb_end(&b);
}

static void
reach6(const char *addr, unsigned len)
{
	mb_attr(&b, 14);
	mb_u16(&b, 2);
	mb_u8(&b, 1);
	mb_u8(&b, 16);
	mb_bytes(&b, " \1\r\270\0\0\0\0\0\0\0\0\0\0\0\7", 16);
	mb_u8(&b, 0);
	mb_nlri(&b, addr, len);
	mb_end(&b);
}

/* --- messages --- */

static void
the_parts_of_an_update_in_bgpdumps_order(void **state)
{
	(void)state;
	begin_update(4);
	mb_len16(&b);
	mb_nlri(&b, "\1\1\1", 24);
	mb_end(&b);
	mb_len16(&b);
	path_and_hop(65000);
	reach6(" \1\r\270", 32);
	mb_attr(&b, 15);
	mb_u16(&b, 2);
	mb_u8(&b, 1);
	mb_nlri(&b, " \2", 16);
	mb_end(&b);
	mb_end(&b);
	mb_nlri(&b, "\2\2\2", 24);
	mb_nlri(&b, "\3\3", 16);
	end_update();
	read_built();
	assert_int_equal(seen.n, 5);
	assert_elem(0, ELEM_WITHDRAW, "1.1.1.0/24");
	assert_elem(1, ELEM_WITHDRAW, "2002::/16");
	assert_elem(2, ELEM_ANNOUNCE, "2.2.2.0/24");
	assert_elem(3, ELEM_ANNOUNCE, "3.3.0.0/16");
	assert_elem(4, ELEM_ANNOUNCE, "2001:db8::/32");
	assert_false(seen.has_attrs[0] || seen.has_attrs[1]);
	assert_string_equal(seen.hop[1], "");
	assert_string_equal(seen.hop[2], "192.0.2.9");
	assert_string_equal(seen.hop[4], "2001:db8::7");
	assert_int_equal(seen.origin[4], 65000);
	assert_int_equal(seen.elems[0].peer_as, 64500);
	assert_memory_equal(seen.elems[0].peer.bytes, "\300\0\2\1", 4);
	assert_int_equal(seen.elems[4].time, T0 * USEC_PER_SEC);
	assert_int_equal(seen.damage_n, 0);
	/* alike but for the prefix: 2 and 3 only */
	assert_true(seen.elems[0].group != seen.elems[1].group);
	assert_true(seen.elems[1].group != seen.elems[2].group);
	assert_true(seen.elems[2].group == seen.elems[3].group);
	assert_true(seen.elems[3].group != seen.elems[4].group);
}

static void
groups_end_with_their_message(void **state)
{
	(void)state;
	mb_announcement(&b, T0);
	mb_announcement(&b, T0);
	read_built();
	assert_int_equal(seen.n, 2);
	assert_true(seen.elems[0].group != seen.elems[1].group);
	assert_true(seen.elems[0].group != 0);
}

static void
types_and_directions(void **state)
{
	(void)state;
	mb_record(&b, T0, 17, 7); /* BGP4MP_ET, MESSAGE_AS4_LOCAL */
	mb_u32(&b, 250000);
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_update(&b);
	mb_len16(&b);
	mb_nlri(&b, "\1\1\1", 24);
	mb_end(&b);
	mb_u16(&b, 0);
	end_update();
	read_built();
	assert_int_equal(seen.n, 1);
	assert_true(seen.elems[0].sent);
	assert_int_equal(seen.elems[0].mrt_type, MRT_BGP4MP_ET);
	assert_int_equal(seen.elems[0].time, T0 * USEC_PER_SEC + 250000);
}

static void
multicast_is_told_as_such(void **state)
{
	(void)state;
	begin_update(4);
	mb_u16(&b, 0);
	mb_len16(&b);
	mb_attr(&b, 15);
	mb_u16(&b, 1);
	mb_u8(&b, 2);
	mb_nlri(&b, "\1\1\1", 24);
	mb_end(&b);
	mb_end(&b);
	end_update();
	begin_update(4);
	mb_u16(&b, 0);
	mb_len16(&b);
	mb_attr(&b, 15);
	mb_u16(&b, 1);
	mb_u8(&b, 128); /* VPN routes are none of these */
	mb_nlri(&b, "\1\1\1", 24);
	mb_end(&b);
	mb_end(&b);
	end_update();
	read_built();
	assert_int_equal(seen.n, 1);
	assert_elem(0, ELEM_WITHDRAW, "1.1.1.0/24");
	assert_int_equal(seen.elems[0].safi, ELEM_MULTICAST);
	assert_int_equal(seen.damage_n, 0);
}

/* Path identifiers in a subtype that denies them (FRR up to 8.0). */
static void
path_identifiers_that_are_not_declared(void **state)
{
	(void)state;
	begin_update(4);
	mb_u16(&b, 0);
	mb_len16(&b);
	path_and_hop(65000);
	mb_end(&b);
	mb_u32(&b, 7);
	mb_nlri(&b, "\2\2\2", 24);
	end_update();
	mb_announcement(&b, T0);
	read_built();
	assert_int_equal(seen.n, 2);
	assert_elem(0, ELEM_ANNOUNCE, "2.2.2.0/24");
	assert_true(seen.elems[0].has_path_id);
	assert_int_equal(seen.elems[0].path_id, 7);
	assert_elem(1, ELEM_ANNOUNCE, "8.8.8.0/24");
	assert_false(seen.elems[1].has_path_id);
	assert_int_equal(seen.elems[1].path_id, 0);
}

static void
legacy_updates(void **state)
{
	(void)state;
	mb_record(&b, T0, 5, 1);
	mb_u16(&b, 64500);
	mb_bytes(&b, "\300\0\2\1", 4);
	mb_u16(&b, 64501);
	mb_bytes(&b, "\300\0\2\2", 4);
	mb_len16(&b);
	mb_nlri(&b, "\1\1\1", 24);
	mb_end(&b);
	mb_len16(&b);
	mb_attr_short(&b, 2);
	mb_segment(&b, 2, 2, MB_ASNS(64500, 3333));
	mb_end(&b);
	mb_end(&b);
	mb_nlri(&b, "\2\2\2", 24);
	mb_end(&b);
	read_built();
	assert_int_equal(seen.n, 2);
	assert_elem(0, ELEM_WITHDRAW, "1.1.1.0/24");
	assert_elem(1, ELEM_ANNOUNCE, "2.2.2.0/24");
	assert_int_equal(seen.elems[1].mrt_type, MRT_BGP);
	assert_int_equal(seen.origin[1], 3333);
	assert_string_equal(seen.hop[1], "");
}

static void
other_messages_tell_nothing(void **state)
{
	(void)state;
	mb_record(&b, T0, 16, 4);
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_message(&b, 4);
	mb_end(&b);
	mb_end(&b);
	begin_update(4); /* End-of-RIB */
	mb_u32(&b, 0);
	end_update();
	mb_record(&b, T0, 11, 1); /* OSPF */
	mb_fill(&b, 1, 20);
	mb_end(&b);
	read_built();
	assert_int_equal(seen.n, 0);
	assert_int_equal(seen.records, 3);
	assert_int_equal(seen.damage_n, 0);
}

/* --- states --- */

static void
state_without_addresses(unsigned subtype, unsigned width, uint32_t asn)
{
	mb_record(&b, T0, 16, subtype);
	mb_int(&b, asn, width);
	mb_int(&b, 0, width);
	mb_u16(&b, 3);
	mb_u16(&b, 4);
	mb_end(&b);
}

static void
state_changes(void **state)
{
	(void)state;
	mb_record(&b, T0, 16, 5);
	mb_bgp4mp6(&b, 4, 64500, 64501);
	mb_u16(&b, 6);
	mb_u16(&b, 1);
	mb_end(&b);
	state_without_addresses(0, 2, 0); /* Zebra: told */
	state_without_addresses(5, 4, 0); /* a stopping FRR: nobody's */
	state_without_addresses(5, 4, 64500);
	read_built();
	assert_int_equal(seen.n, 3);
	assert_int_equal(seen.elems[0].type, ELEM_STATE);
	assert_int_equal(seen.elems[0].old_state, 6);
	assert_int_equal(seen.elems[0].new_state, 1);
	assert_int_equal(seen.elems[0].peer.afi, AFI_IPV6);
	assert_int_equal(seen.elems[0].prefix.afi, AFI_NONE);
	assert_false(seen.has_attrs[0]);
	assert_int_equal(seen.elems[1].peer.afi, AFI_NONE);
	assert_int_equal(seen.elems[1].peer_as, 0);
	assert_int_equal(seen.elems[1].old_state, 3);
	assert_int_equal(seen.elems[2].peer_as, 64500);
	assert_int_equal(seen.damage_n, 0);
}

/* --- tables --- */

static void
peer_table(void)
{
	mb_record(&b, T0, 13, 1);
	mb_u32(&b, 1);
	mb_u16(&b, 0);
	mb_u16(&b, 2);
	mb_u8(&b, 2);
	mb_u32(&b, 1);
	mb_bytes(&b, "\300\0\2\1", 4);
	mb_u32(&b, 64500);
	mb_u8(&b, 3);
	mb_u32(&b, 1);
	mb_bytes(&b, " \1\r\270\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	mb_u32(&b, 64502);
	mb_end(&b);
}

static void
entry(unsigned peer, uint32_t origin)
{
	mb_u16(&b, peer);
	mb_u32(&b, T0 - 5);
	mb_len16(&b);
	path_and_hop(origin);
	mb_end(&b);
}

static void
entries_of_a_table(void **state)
{
	(void)state;
	peer_table();
	mb_record(&b, T0 + 1, 13, 2);
	mb_u32(&b, 0);
	mb_nlri(&b, "\10\10\10", 24);
	mb_u16(&b, 2);
	entry(0, 65000);
	entry(1, 65001);
	mb_end(&b);
	read_built();
	assert_int_equal(seen.n, 2);
	assert_elem(0, ELEM_RIB, "8.8.8.0/24");
	assert_elem(1, ELEM_RIB, "8.8.8.0/24");
	assert_int_equal(seen.elems[0].peer_as, 64500);
	assert_int_equal(seen.elems[1].peer_as, 64502);
	assert_int_equal(seen.elems[1].peer.afi, AFI_IPV6);
	assert_int_equal(seen.elems[1].originated, T0 - 5);
	assert_int_equal(seen.elems[1].time, (T0 + 1) * USEC_PER_SEC);
	assert_int_equal(seen.origin[0], 65000);
	assert_int_equal(seen.origin[1], 65001);
	assert_string_equal(seen.hop[1], "192.0.2.9");
	assert_true(seen.elems[0].group != seen.elems[1].group);
}

/* RFC 6396, 4.3.4: only the next hop is left of MP_REACH_NLRI. */
static void
next_hops_of_a_table(void **state)
{
	(void)state;
	peer_table();
	mb_record(&b, T0, 13, 10); /* RIB_IPV6_UNICAST_ADDPATH */
	mb_u32(&b, 0);
	mb_nlri(&b, " \1\r\270", 32);
	mb_u16(&b, 2);
	mb_u16(&b, 0);
	mb_u32(&b, T0);
	mb_u32(&b, 77);
	mb_len16(&b);
	mb_attr(&b, 14);
	mb_u8(&b, 16);
	mb_bytes(&b, " \1\r\270\0\0\0\0\0\0\0\0\0\0\0\6", 16);
	mb_end(&b);
	mb_end(&b);
	mb_u16(&b, 1);
	mb_u32(&b, T0);
	mb_u32(&b, 78);
	mb_u16(&b, 0);
	mb_end(&b);
	read_built();
	assert_int_equal(seen.n, 2);
	assert_string_equal(seen.hop[0], "2001:db8::6");
	assert_string_equal(seen.hop[1], "");
	assert_true(seen.elems[0].has_path_id);
	assert_int_equal(seen.elems[0].path_id, 77);
	assert_int_equal(seen.elems[1].path_id, 78);
}

static void
v1_entry(const char *addr)
{
	mb_bytes(&b, addr, 4);
	mb_u8(&b, 24);
	mb_u8(&b, 1);
	mb_u32(&b, T0 - 9);
	mb_bytes(&b, "\300\0\2\1", 4);
	mb_u16(&b, 64500);
	mb_len16(&b);
	mb_attr_short(&b, 2);
	mb_segment(&b, 2, 2, MB_ASNS(64500, 3333));
	mb_end(&b);
	mb_end(&b);
}

static void
entries_of_table_dump(void **state)
{
	(void)state;
	mb_record(&b, T0, 12, 1);
	mb_u32(&b, 0);
	v1_entry("\10\10\10\0");
	v1_entry("\10\10\11\0");
	mb_end(&b);
	read_built();
	assert_int_equal(seen.n, 2);
	assert_elem(0, ELEM_RIB, "8.8.8.0/24");
	assert_elem(1, ELEM_RIB, "8.8.9.0/24");
	assert_int_equal(seen.elems[1].mrt_type, MRT_TABLE_DUMP);
	assert_int_equal(seen.elems[1].originated, T0 - 9);
	assert_int_equal(seen.origin[1], 3333);
	assert_int_equal(seen.damage_n, 0);
}

/* --- damage --- */

static void
what_stands_before_a_torn_prefix_is_told(void **state)
{
	(void)state;
	begin_update(4);
	mb_u16(&b, 0);
	mb_len16(&b);
	path_and_hop(65000);
	mb_end(&b);
	mb_nlri(&b, "\1\1\1", 24);
	mb_nlri(&b, "\2\2\2", 24);
	mb_bytes(&b, "\30\3", 2);
	end_update();
	mb_announcement(&b, T0);
	read_built();
	assert_int_equal(seen.n, 3);
	assert_elem(0, ELEM_ANNOUNCE, "1.1.1.0/24");
	assert_elem(1, ELEM_ANNOUNCE, "2.2.2.0/24");
	assert_elem(2, ELEM_ANNOUNCE, "8.8.8.0/24");
	assert_damage("prefixes of a message cannot be read");
	assert_int_equal(seen.offset[0], 0);
}

static void
a_message_cut_off_in_its_record(void **state)
{
	(void)state;
	mb_record(&b, T0, 16, 4);
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_update(&b);
	mb_len16(&b);
	mb_nlri(&b, "\1\1\1", 24);
	mb_nlri(&b, "\2\2", 24); /* one byte is missing */
	b.len--;
	mb_end_lie(&b, 3);
	mb_end_lie(&b, 7);
	mb_end(&b);
	mb_announcement(&b, T0);
	read_built();
	assert_int_equal(seen.n, 2);
	assert_elem(0, ELEM_WITHDRAW, "1.1.1.0/24");
	assert_damage("BGP message cut off inside its record");
}

static void
attributes_of_a_wrong_length(void **state)
{
	(void)state;
	begin_update(4);
	mb_u16(&b, 0);
	mb_len16(&b);
	path_and_hop(65000);
	mb_attr_short(&b, 4);
	mb_u16(&b, 1); /* MED has 4 bytes */
	mb_end(&b);
	mb_end(&b);
	mb_nlri(&b, "\1\1\1", 24);
	end_update();
	read_built();
	assert_int_equal(seen.n, 1);
	assert_damage("path attributes cannot be read whole");
}

static void
lengths_that_lie(void **state)
{
	(void)state;
	begin_update(4);
	mb_u16(&b, 500);
	end_update();
	mb_announcement(&b, T0);
	read_built();
	assert_int_equal(seen.n, 1);
	assert_damage("BGP message cannot be read");
}

static void
entries_of_no_peer(void **state)
{
	(void)state;
	mb_record(&b, T0, 13, 2);
	mb_u32(&b, 0);
	mb_nlri(&b, "\10\10\10", 24);
	mb_u16(&b, 1);
	entry(0, 65000);
	mb_end(&b);
	peer_table();
	mb_record(&b, T0, 13, 2);
	mb_u32(&b, 0);
	mb_nlri(&b, "\10\10\10", 24);
	mb_u16(&b, 2);
	entry(2, 65000);
	entry(1, 65001);
	mb_end(&b);
	read_built();
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.elems[0].peer_as, 64502);
	assert_int_equal(seen.damage_n, 2);
	assert_string_equal(
	    seen.what[0], "RIB record without a PEER_INDEX_TABLE");
	assert_string_equal(seen.what[1],
	    "RIB entry of a peer that is not in the PEER_INDEX_TABLE");
}

static void
damaged_attributes_of_a_table(void **state)
{
	(void)state;
	peer_table();
	mb_record(&b, T0, 13, 2);
	mb_u32(&b, 0);
	mb_nlri(&b, "\10\10\10", 24);
	mb_u16(&b, 1);
	mb_u16(&b, 0);
	mb_u32(&b, T0);
	mb_len16(&b);
	mb_bytes(&b, "\100\1\5\0", 4);
	mb_end(&b);
	mb_end(&b);
	read_built();
	assert_int_equal(seen.n, 1);
	assert_damage("path attributes cannot be read whole");
}

static void
a_file_that_is_none(void **state)
{
	(void)state;
	read_path(temp_file(&dir, "text", "Die Luft ist klar.\n", 19));
	assert_int_equal(seen.n, 0);
	assert_int_equal(seen.records, 0);
	assert_damage("not an MRT file");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_parts_of_an_update_in_bgpdumps_order),
	    TEST(groups_end_with_their_message),
	    TEST(types_and_directions),
	    TEST(multicast_is_told_as_such),
	    TEST(path_identifiers_that_are_not_declared),
	    TEST(legacy_updates),
	    TEST(other_messages_tell_nothing),
	    TEST(state_changes),
	    TEST(entries_of_a_table),
	    TEST(next_hops_of_a_table),
	    TEST(entries_of_table_dump),
	    TEST(what_stands_before_a_torn_prefix_is_told),
	    TEST(a_message_cut_off_in_its_record),
	    TEST(attributes_of_a_wrong_length),
	    TEST(lengths_that_lie),
	    TEST(entries_of_no_peer),
	    TEST(damaged_attributes_of_a_table),
	    TEST(a_file_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
