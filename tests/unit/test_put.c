#include <arpa/inet.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
/* cmocka.h needs those above */
#include <cmocka.h>

#include "base/put.h"

/* Values as text, held against the C library where it knows them. */

static char buf[64];

static int
clear(void **state)
{
	(void)state;
	memset(buf, '~', sizeof(buf));
	return 0;
}

/* What was written ends at end and is text; little behind it was touched. */
static void
assert_put(const char *end, const char *text)
{
	size_t n = strlen(text);

	assert_int_equal(end - buf, n);
	assert_memory_equal(buf, text, n);
	for (size_t i = n + PUT_SLACK; i < sizeof(buf); i++)
		assert_int_equal(buf[i], '~');
	clear(NULL);
}

static void
assert_u32(uint32_t v)
{
	char text[16];

	snprintf(text, sizeof(text), "%" PRIu32, v);
	assert_put(put_u32(buf, v), text);
}

static void
numbers(void **state)
{
	uint32_t power = 1;

	(void)state;
	for (uint32_t v = 0; v < 20000; v++)
		assert_u32(v);
	for (unsigned i = 0; i < 10; i++, power *= 10) {
		assert_u32(power - 1);
		assert_u32(power);
		assert_u32(power + 1);
		assert_u32(power * 4 + power / 3);
	}
	assert_u32(UINT32_MAX);
	assert_put(put_digits(buf, 42, 6), "000042");
	assert_put(put_digits(buf, 999999, 6), "999999");
	assert_put(put_digits(buf, 0, 1), "0");
}

static void
octets_and_ipv4(void **state)
{
	char text[32];

	(void)state;
	for (unsigned v = 0; v < 256; v++) {
		uint8_t bytes[4] = {(uint8_t)v, (uint8_t)(v * 7),
		    (uint8_t)(v * 13), (uint8_t)(255 - v)};

		snprintf(text, sizeof(text), "%u", v);
		assert_put(put_octet(buf, (uint8_t)v), text);
		inet_ntop(AF_INET, bytes, text, sizeof(text));
		assert_put(put_ipv4(buf, bytes), text);
	}
}

/* bgpdump's column as bgpdump 1.6.2 prints these addresses. */
static const struct {
	const char *address, *rfc5952, *bgpdump;
} ipv6[] = {
    {"::", "::", "::"},
    {"::1", "::1", "::1"},
    {"::2", "::2", "::0.0.0.2"},
    {"::1:0", "::1:0", "::0.1.0.0"},
    {"::ffff:192.0.2.1", "::ffff:c000:201", "::ffff:192.0.2.1"},
    {"::192.0.2.1", "::c000:201", "::192.0.2.1"},
    {"::fffe:192.0.2.1", "::fffe:c000:201", "::fffe:c000:201"},
    {"2001:db8::1", "2001:db8::1", "2001:db8::1"},
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "2001:db8::1:1:1:1:1"},
    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "2001:db8::1:0:0:1"},
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1", "2001:0:0:1::1"},
    {"2001:db8:1:1:1:1:1:0", "2001:db8:1:1:1:1:1:0", "2001:db8:1:1:1:1:1::"},
    {"0:db8:1:1:1:1:1:1", "0:db8:1:1:1:1:1:1", "::db8:1:1:1:1:1:1"},
    {"fe80::", "fe80::", "fe80::"},
    {"1:20:300:4000:5:6:7:8", "1:20:300:4000:5:6:7:8", "1:20:300:4000:5:6:7:8"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
};

static void
ipv6_in_both_styles(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ipv6) / sizeof(ipv6[0]); i++) {
		struct ipaddr addr = {.afi = AFI_IPV6};

		inet_pton(AF_INET6, ipv6[i].address, addr.bytes);
		assert_put(
		    put_ipaddr(buf, &addr, PUT_RFC5952), ipv6[i].rfc5952);
		assert_put(
		    put_ipaddr(buf, &addr, PUT_BGPDUMP), ipv6[i].bgpdump);
	}
}

static void
prefixes(void **state)
{
	struct prefix p;
	struct ipaddr none = {.afi = AFI_NONE};

	(void)state;
	assert_int_equal(prefix_parse("192.0.2.0/24", &p), BLK_OK);
	assert_put(put_prefix(buf, &p, PUT_BGPDUMP), "192.0.2.0/24");
	assert_int_equal(prefix_parse("2001:db8:0:1::/128", &p), BLK_OK);
	assert_put(put_prefix(buf, &p, PUT_BGPDUMP), "2001:db8:0:1::/128");
	assert_int_equal(prefix_parse("0.0.0.0/0", &p), BLK_OK);
	assert_put(put_prefix(buf, &p, PUT_RFC5952), "0.0.0.0/0");
	assert_put(put_ipaddr(buf, &none, PUT_RFC5952), "");
}

static void
small_things(void **state)
{
	(void)state;
	assert_put(put_literal(buf, "IGP"), "IGP");
	assert_put(put_char(buf, '|'), "|");
	assert_put(put_bytes(buf, "", 0), "");
}

#define TEST(f) cmocka_unit_test_setup(f, clear)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(numbers),
	    TEST(octets_and_ipv4),
	    TEST(ipv6_in_both_styles),
	    TEST(prefixes),
	    TEST(small_things),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
