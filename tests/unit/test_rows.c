#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
/* cmocka.h needs those above */
#include <cmocka.h>

#include <cjson/cJSON.h>

#include "blackout/rows.h"
#include "support/mrt_build.h"
#include "support/temp_dir.h"

/*
 * Elements as lines.  Lines of bgpdump's format are those that bgpdump 1.6.2
 * prints for the same bytes, unless it is said why not.
 */

#define T0 1000000000u

static struct temp_dir dir;
static struct mrt_build b;
static struct rows *rows;
static char text[1 << 21];

static int
setup(void **state)
{
	(void)state;
	temp_dir_make(&dir);
	b.len = 0;
	b.depth = 0;
	text[0] = '\0';
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rows_free(rows);
	rows = NULL;
	temp_dir_remove(&dir);
	return 0;
}

static void
add_file(const char *collector)
{
	const char *path = temp_file(&dir, "f", b.bytes, b.len);
	const struct elem *e;
	struct elem_file *f;

	assert_int_equal(rows_begin_file(rows, collector), BLK_OK);
	assert_int_equal(elem_file_open(&f, path, 1), BLK_OK);
	while (elem_file_next(f, &e) == BLK_OK)
		assert_int_equal(rows_add(rows, e), BLK_OK);
	elem_file_close(f);
}

static void
take_text(void)
{
	const char *lines;
	size_t n;

	lines = rows_text(rows, &n);
	assert_true(n < sizeof(text));
	memcpy(text, lines, n);
	text[n] = '\0';
	rows_clear(rows);
}

static void
print(const char *format)
{
	rows_free(rows);
	assert_int_equal(rows_new(&rows, rows_format_find(format)), BLK_OK);
	add_file("rrc\"00");
	take_text();
}

static void
assert_bgpdump(const char *lines)
{
	print("bgpdump");
	assert_string_equal(text, lines);
}

static void
assert_jsonl(const char *lines)
{
	print("jsonl");
	assert_string_equal(text, lines);
}

/* --- records --- */

static void
attribute(unsigned type, const void *bytes, size_t n)
{
	mb_attr(&b, type);
	mb_bytes(&b, bytes, n);
	mb_end(&b);
}

static void
every_attribute(void)
{
	attribute(1, "\1", 1);
	mb_attr(&b, 2);
	mb_segment(&b, 3, 4, MB_ASNS(65001, 65002));
	mb_segment(&b, 2, 4, MB_ASNS(64500, 4200000000));
	mb_segment(&b, 1, 4, MB_ASNS(3356, 15169));
	mb_end(&b);
	attribute(3, "\300\0\2\11", 4);
	attribute(4, "\377\377\377\377", 4);
	attribute(5, "\0\0\0\144", 4);
	attribute(6, "", 0);
	attribute(7, "\0\0\374\0\300\0\2\77", 8);
	attribute(8,
	    "\374\0\0\1\377\377\377\1\377\377\377\2\377\377\377\3"
	    "\377\377\377\4",
	    20);
	attribute(32, "\0\0\0\1\377\377\377\377\0\0\0\0", 12);
}

static void
begin_message(unsigned type, unsigned subtype)
{
	mb_record(&b, T0, type, subtype);
	if (type == 17)
		mb_u32(&b, 42);
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_update(&b);
	mb_u16(&b, 0);
	mb_len16(&b);
}

static void
end_message(void)
{
	mb_end(&b);
	mb_end(&b);
}

/* --- lines --- */

static void
announcements(void **state)
{
	(void)state;
	begin_message(16, 4);
	every_attribute();
	mb_end(&b);
	mb_nlri(&b, "\10\10\10", 24);
	mb_nlri(&b, "", 0);
	end_message();
	assert_bgpdump(
	    "BGP4MP|1000000000|A|192.0.2.1|64500|8.8.8.0/24|"
	    "(65001 65002) 64500 4200000000 {3356,15169}|EGP|192.0.2.9|100|"
	    "4294967295|64512:1 no-export no-advertise local-AS 65535:65284|"
	    "AG|64512 192.0.2.63|\n"
	    "BGP4MP|1000000000|A|192.0.2.1|64500|0.0.0.0/0|"
	    "(65001 65002) 64500 4200000000 {3356,15169}|EGP|192.0.2.9|100|"
	    "4294967295|64512:1 no-export no-advertise local-AS 65535:65284|"
	    "AG|64512 192.0.2.63|\n");
	assert_jsonl(
	    "{\"timestamp\":1000000000,\"type\":\"ANNOUNCE\","
	    "\"peer_ip\":\"192.0.2.1\",\"peer_asn\":64500,"
	    "\"prefix\":\"8.8.8.0/24\",\"next_hop\":\"192.0.2.9\","
	    "\"as_path\":\"(65001 65002) 64500 4200000000 {3356,15169}\","
	    "\"origin_asns\":[3356,15169],\"origin\":\"EGP\","
	    "\"local_pref\":100,\"med\":4294967295,\"communities\":["
	    "\"64512:1\",\"no-export\",\"no-advertise\","
	    "\"no-export-sub-confed\",\"65535:65284\",\"1:4294967295:0\"],"
	    "\"atomic\":true,\"aggr_asn\":64512,\"aggr_ip\":\"192.0.2.63\","
	    "\"path_id\":null,\"collector\":\"rrc\\\"00\"}\n"
	    "{\"timestamp\":1000000000,\"type\":\"ANNOUNCE\","
	    "\"peer_ip\":\"192.0.2.1\",\"peer_asn\":64500,"
	    "\"prefix\":\"0.0.0.0/0\",\"next_hop\":\"192.0.2.9\","
	    "\"as_path\":\"(65001 65002) 64500 4200000000 {3356,15169}\","
	    "\"origin_asns\":[3356,15169],\"origin\":\"EGP\","
	    "\"local_pref\":100,\"med\":4294967295,\"communities\":["
	    "\"64512:1\",\"no-export\",\"no-advertise\","
	    "\"no-export-sub-confed\",\"65535:65284\",\"1:4294967295:0\"],"
	    "\"atomic\":true,\"aggr_asn\":64512,\"aggr_ip\":\"192.0.2.63\","
	    "\"path_id\":null,\"collector\":\"rrc\\\"00\"}\n");
}

static void
nothing_but_a_prefix(void **state)
{
	(void)state;
	begin_message(16, 4);
	mb_end(&b);
	mb_nlri(&b, "\10\10\10", 24);
	end_message();
	begin_message(16, 4);
	attribute(2, "", 0);
	attribute(8, "", 0);
	mb_end(&b);
	mb_nlri(&b, "\10\10\10", 24);
	end_message();
	/* bgpdump reads beyond the text of a COMMUNITIES that is empty */
	assert_bgpdump(
	    "BGP4MP|1000000000|A|192.0.2.1|64500|8.8.8.0/24||INCOMPLETE|"
	    "255.255.255.255|0|0||NAG||\n"
	    "BGP4MP|1000000000|A|192.0.2.1|64500|8.8.8.0/24||INCOMPLETE|"
	    "255.255.255.255|0|0||NAG||\n");
	assert_jsonl(
	    "{\"timestamp\":1000000000,\"type\":\"ANNOUNCE\","
	    "\"peer_ip\":\"192.0.2.1\",\"peer_asn\":64500,"
	    "\"prefix\":\"8.8.8.0/24\",\"next_hop\":null,\"as_path\":null,"
	    "\"origin_asns\":null,\"origin\":null,\"local_pref\":null,"
	    "\"med\":null,\"communities\":null,\"atomic\":false,"
	    "\"aggr_asn\":null,\"aggr_ip\":null,\"path_id\":null,"
	    "\"collector\":\"rrc\\\"00\"}\n"
	    "{\"timestamp\":1000000000,\"type\":\"ANNOUNCE\","
	    "\"peer_ip\":\"192.0.2.1\",\"peer_asn\":64500,"
	    "\"prefix\":\"8.8.8.0/24\",\"next_hop\":null,\"as_path\":\"\","
	    "\"origin_asns\":[],\"origin\":null,\"local_pref\":null,"
	    "\"med\":null,\"communities\":[],\"atomic\":false,"
	    "\"aggr_asn\":null,\"aggr_ip\":null,\"path_id\":null,"
	    "\"collector\":\"rrc\\\"00\"}\n");
}

static void
withdrawals(void **state)
{
	(void)state;
	mb_record(&b, T0, 17, 9); /* MESSAGE_AS4_ADDPATH */
	mb_u32(&b, 42);
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_update(&b);
	mb_len16(&b);
	mb_u32(&b, 4294967295);
	mb_nlri(&b, "\10\10\10", 24);
	mb_u32(&b, 1);
	mb_nlri(&b, "\11", 8);
	mb_end(&b);
	mb_u16(&b, 0);
	end_message();
	assert_bgpdump("BGP4MP_ET_AP|1000000000.000042|W|192.0.2.1|64500|"
		       "8.8.8.0/24|4294967295\n"
		       "BGP4MP_ET_AP|1000000000.000042|W|192.0.2.1|64500|"
		       "9.0.0.0/8|1\n");
	print("jsonl");
	assert_non_null(strstr(text,
	    "{\"timestamp\":1000000000.000042,\"type\":\"WITHDRAW\","
	    "\"peer_ip\":\"192.0.2.1\",\"peer_asn\":64500,"
	    "\"prefix\":\"8.8.8.0/24\",\"next_hop\":null,"));
	assert_non_null(strstr(text, ",\"path_id\":4294967295,\"coll"));
	assert_non_null(strstr(text, ",\"path_id\":1,\"coll"));
}

static void
state_changes(void **state)
{
	(void)state;
	mb_record(&b, T0, 17, 5);
	mb_u32(&b, 999999);
	mb_bgp4mp6(&b, 4, 64500, 64501);
	mb_u16(&b, 6);
	mb_u16(&b, 1);
	mb_end(&b);
	mb_record(&b, T0, 16, 0); /* Zebra, of a session without a socket */
	mb_u32(&b, 0);
	mb_u16(&b, 3);
	mb_u16(&b, 4);
	mb_end(&b);
	assert_bgpdump(
	    "BGP4MP_ET|1000000000.999999|STATE|2001:db8::1|64500|6|1\n"
	    "BGP4MP|1000000000|STATE|0.0.0.0|0|3|4\n");
	print("jsonl");
	assert_non_null(strstr(text,
	    "\"type\":\"STATE\",\"peer_ip\":\"2001:db8::1\","
	    "\"peer_asn\":64500,\"prefix\":null,\"next_hop\":null,"));
	assert_non_null(strstr(text,
	    ",\"path_id\":null,\"collector\":\"rrc\\\"00\",\"old_state\":6,"
	    "\"new_state\":1}\n"));
	assert_non_null(strstr(text, "\"peer_ip\":null,\"peer_asn\":0,"));
}

/* bgpdump says BGP4MP_LOCAL only of subtypes without ADD-PATH. */
static void
messages_of_the_collector(void **state)
{
	(void)state;
	begin_message(16, 7);
	mb_end(&b);
	mb_nlri(&b, "\10\10\10", 24);
	end_message();
	begin_message(16, 11);
	mb_end(&b);
	mb_u32(&b, 5);
	mb_nlri(&b, "\10\10\10", 24);
	end_message();
	assert_bgpdump(
	    "BGP4MP_LOCAL|1000000000|A|192.0.2.1|64500|8.8.8.0/24||INCOMPLETE|"
	    "255.255.255.255|0|0||NAG||\n"
	    "BGP4MP_LOCAL_AP|1000000000|A|192.0.2.1|64500|8.8.8.0/24|5||"
	    "INCOMPLETE|255.255.255.255|0|0||NAG||\n");
}

static void
tables(void **state)
{
	(void)state;
	mb_record(&b, T0, 13, 1);
	mb_u32(&b, 1);
	mb_u16(&b, 0);
	mb_u16(&b, 1);
	mb_u8(&b, 3);
	mb_u32(&b, 1);
	mb_bytes(&b, " \1\r\270\0\0\0\1\0\1\0\1\0\1\0\1", 16);
	mb_u32(&b, 64500);
	mb_end(&b);
	mb_record(&b, T0, 13, 4);
	mb_u32(&b, 0);
	mb_nlri(&b, " \1\r\270\0\0\0\1\0\1\0\1\0\1\0\1", 128);
	mb_u16(&b, 1);
	mb_u16(&b, 0);
	mb_u32(&b, T0 - 9);
	mb_len16(&b);
	attribute(1, "\0", 1);
	attribute(14, "\20 \1\r\270\0\0\0\0\0\0\0\0\0\0\0\6", 17);
	mb_end(&b);
	mb_end(&b);
	assert_bgpdump("TABLE_DUMP2|1000000000|B|2001:db8::1:1:1:1:1|64500|"
		       "2001:db8::1:1:1:1:1/128||IGP|2001:db8::6|0|0||NAG||\n");
	print("jsonl");
	assert_non_null(strstr(text,
	    "\"type\":\"RIB\",\"peer_ip\":\"2001:db8:0:1:1:1:1:1\","
	    "\"peer_asn\":64500,\"prefix\":\"2001:db8:0:1:1:1:1:1/128\","
	    "\"next_hop\":\"2001:db8::6\",\"as_path\":null,"));
}

static void
the_oldest_types(void **state)
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
	attribute(1, "\0", 1);
	mb_end(&b);
	mb_nlri(&b, "\2\2\2", 24);
	mb_end(&b);
	mb_record(&b, T0, 12, 1);
	mb_u32(&b, 0);
	mb_bytes(&b, "\10\10\10\0\30\1", 6);
	mb_u32(&b, T0 - 9);
	mb_bytes(&b, "\300\0\2\1", 4);
	mb_u16(&b, 64500);
	mb_u16(&b, 0);
	mb_end(&b);
	/*
	 * bgpdump prints the peer's address as the withdrawn prefix, and
	 * forgets the bar before the communities.
	 */
	assert_bgpdump("BGP|1000000000|W|192.0.2.1|64500|1.1.1.0/24\n"
		       "BGP|1000000000|A|192.0.2.1|64500|2.2.2.0/24||IGP|"
		       "255.255.255.255|0|0||NAG||\n"
		       "TABLE_DUMP|1000000000|B|192.0.2.1|64500|8.8.8.0/24||"
		       "INCOMPLETE|255.255.255.255|0|0||NAG||\n");
}

/* As long as attributes can be: bgpdump cuts them at 8191 characters. */
static void
many_communities(void **state)
{
	cJSON *line;

	(void)state;
	mb_record(&b, T0, 16, 4);
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_update(&b);
	mb_u16(&b, 0);
	mb_len16(&b);
	mb_attr(&b, 8);
	for (unsigned i = 0; i < 8000; i++)
		mb_u32(&b, i % 2 == 0 ? 0xffffff03 : 0xffff0000 + i);
	mb_end(&b);
	mb_attr(&b, 32);
	mb_fill(&b, 0xff, 12 * 2700);
	mb_end(&b);
	mb_end(&b);
	mb_nlri(&b, "\2\2\2", 24);
	mb_nlri(&b, "\3\3\3", 24);
	end_message();
	print("bgpdump");
	assert_int_equal(strlen(text),
	    2 *
		(sizeof("BGP4MP|1000000000|A|192.0.2.1|64500|"
			"2.2.2.0/24||INCOMPLETE|255.255.255.255"
			"|0|0||NAG||\n") -
		    1 + 4000 * 9 + 5 * 8 + 45 * 9 + 450 * 10 + 3500 * 11 - 1));
	print("jsonl");
	line = cJSON_Parse(text);
	assert_int_equal(
	    cJSON_GetArraySize(cJSON_GetObjectItem(line, "communities")),
	    8000 + 2700);
	cJSON_Delete(line);
}

static void
one_writer_for_several_files(void **state)
{
	(void)state;
	mb_announcement(&b, T0);
	assert_int_equal(rows_new(&rows, rows_format_find("jsonl")), BLK_OK);
	add_file("a");
	add_file("b\\\n\xff");
	take_text();
	assert_non_null(strstr(text, "\"collector\":\"a\"}\n{"));
	assert_non_null(
	    strstr(text, "\"collector\":\"b\\\\\\n\xef\xbf\xbd\"}\n"));
	add_file("c");
	take_text();
	assert_null(strstr(text, "\"collector\":\"a\""));
	assert_non_null(strstr(text, "\"collector\":\"c\""));
}

static void
names_of_formats(void **state)
{
	(void)state;
	assert_null(rows_format_find("table"));
	assert_null(rows_format_find(""));
	assert_non_null(rows_format_find("bgpdump"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(announcements),
	    TEST(nothing_but_a_prefix),
	    TEST(withdrawals),
	    TEST(state_changes),
	    TEST(messages_of_the_collector),
	    TEST(tables),
	    TEST(the_oldest_types),
	    TEST(many_communities),
	    TEST(one_writer_for_several_files),
	    TEST(names_of_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
