#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>

#include <cmocka.h>

#include "blackout/prefix.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* A small generator, so that a failure can be repeated. */
static uint32_t
next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static struct prefix
pfx(const char *text)
{
	struct prefix p;

	if (prefix_parse(text, &p) != BLK_OK)
		fail_msg("no prefix: %s", text);
	return p;
}

static struct ipaddr
addr(const char *text)
{
	struct ipaddr a;

	if (ipaddr_parse(text, &a) != BLK_OK)
		fail_msg("no address: %s", text);
	return a;
}

/* The left side is written as RFC 4291 allows, the right as RFC 5952 asks. */
static void
test_address_text(void **state)
{
	static const char *const cases[][2] = {
	    {"192.0.2.1", "192.0.2.1"},
	    {"0.0.0.0", "0.0.0.0"},
	    {"255.255.255.255", "255.255.255.255"},
	    {"1.20.99.100", "1.20.99.100"},
	    /* RFC 5952 section 1, 2 and 4 */
	    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
	    {"2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
	    {"2001:db8::1:0:0:1", "2001:db8::1:0:0:1"},
	    {"2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1"},
	    {"2001:0db8::1:0:0:1", "2001:db8::1:0:0:1"},
	    {"2001:db8:0:0:1::1", "2001:db8::1:0:0:1"},
	    {"2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"},
	    {"2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001",
		"2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"},
	    {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},
	    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
	    {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
	    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
	    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
	    {"2001:db8::1", "2001:db8::1"},
	    {"0:0:0:0:0:0:0:0", "::"},
	    {"0:0:0:0:0:0:0:1", "::1"},
	    {"1:0:0:0:0:0:0:0", "1::"},
	    {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
	    {"0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"},
	    {"0:2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
	    {"1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"},
	    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	    {"10:0:100:0:1000:0:0:a0", "10:0:100:0:1000::a0"},
	    /* never mixed with dotted quads */
	    {"::ffff:192.0.2.1", "::ffff:c000:201"},
	    {"::192.0.2.1", "::c000:201"},
	};
	char buf[IPADDR_STRLEN];

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct ipaddr a = addr(cases[i][0]);

		assert_ptr_equal(ipaddr_format(&a, buf), buf);
		assert_string_equal(buf, cases[i][1]);
	}
}

static void
test_no_address_has_no_text(void **state)
{
	struct ipaddr none = {.afi = AFI_NONE};
	char buf[IPADDR_STRLEN] = "x";

	(void)state;
	assert_string_equal(ipaddr_format(&none, buf), "");
}

/* What is written is read back by the system as the same bytes. */
static void
test_random_addresses_survive_their_text(void **state)
{
	uint64_t seed = 20141222;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct ipaddr a = {.afi = AFI_IPV6}, back;
		const uint32_t zero = next_random(&seed);
		uint8_t sys[16];
		char buf[IPADDR_STRLEN];

		for (unsigned k = 0; k < 16; k++) {
			if ((zero >> (k / 2) & 1) == 0)
				a.bytes[k] = (uint8_t)next_random(&seed);
		}
		ipaddr_format(&a, buf);
		assert_int_equal(inet_pton(AF_INET6, buf, sys), 1);
		assert_memory_equal(sys, a.bytes, 16);
		assert_int_equal(ipaddr_parse(buf, &back), BLK_OK);
		assert_memory_equal(&back, &a, sizeof(a));
	}
}

static void
test_address_parse_refuses(void **state)
{
	static const char *const bad[] = {"", " ", "1.2.3", "1.2.3.4.5",
	    "256.1.1.1", "1.2.3.4 ", " 1.2.3.4", "1.2.3.", "1.2..4", "a.b.c.d",
	    "0x1.2.3.4", "01.2.3.4", "1.2.3.-4", ":", ":::", "1::2::3",
	    "12345::", "g::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1%eth0",
	    "fe80::1/64", "1.2.3.4/8", "[::1]", "::1 "};
	struct ipaddr a, before;

	(void)state;
	memset(&a, 0x5a, sizeof(a));
	before = a;
	for (size_t i = 0; i < N_OF(bad); i++) {
		assert_int_equal(ipaddr_parse(bad[i], &a), BLK_EUSAGE);
		assert_memory_equal(&a, &before, sizeof(a));
	}
}

static void
test_address_read(void **state)
{
	static const uint8_t wire[] = {192, 0, 2, 1, 0x20, 1, 0xd, 0xb8, 0, 0,
	    0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 1, 2, 3};
	struct cursor c = cur_from(wire, sizeof(wire));
	struct ipaddr a, zero = {.afi = AFI_NONE};
	char buf[IPADDR_STRLEN];

	(void)state;
	ipaddr_read(&c, AFI_IPV4, &a);
	assert_string_equal(ipaddr_format(&a, buf), "192.0.2.1");
	assert_int_equal(a.bytes[4], 0);
	ipaddr_read(&c, AFI_IPV6, &a);
	assert_string_equal(ipaddr_format(&a, buf), "2001:db8::7");
	assert_int_equal(cur_left(&c), 3);
	ipaddr_read(&c, AFI_NONE, &a);
	assert_memory_equal(&a, &zero, sizeof(a));
	assert_int_equal(cur_left(&c), 3);
	ipaddr_read(&c, AFI_IPV4, &a);
	assert_memory_equal(&a, &zero, sizeof(a));
	assert_false(cur_ok(&c));
}

static void
test_address_order(void **state)
{
	static const char *const sorted[] = {"0.0.0.0", "0.0.0.1", "1.0.0.0",
	    "128.0.0.0", "::", "::1", "8000::"};

	(void)state;
	for (size_t i = 0; i < N_OF(sorted); i++) {
		for (size_t k = 0; k < N_OF(sorted); k++) {
			struct ipaddr a = addr(sorted[i]), b = addr(sorted[k]);
			int order = ipaddr_cmp(&a, &b);

			assert_int_equal(
			    (order > 0) - (order < 0), (i > k) - (i < k));
		}
	}
}

static void
test_prefix_text(void **state)
{
	static const char *const cases[][2] = {
	    {"192.0.2.0/24", "192.0.2.0/24"},
	    {"192.0.2.1", "192.0.2.1/32"},
	    {"0.0.0.0/0", "0.0.0.0/0"},
	    {"255.255.255.255/0", "0.0.0.0/0"},
	    {"255.255.255.255/1", "128.0.0.0/1"},
	    {"255.255.255.255/7", "254.0.0.0/7"},
	    {"255.255.255.255/8", "255.0.0.0/8"},
	    {"255.255.255.255/9", "255.128.0.0/9"},
	    {"255.255.255.255/31", "255.255.255.254/31"},
	    {"255.255.255.255/32", "255.255.255.255/32"},
	    {"::/0", "::/0"},
	    {"2001:DB8::/32", "2001:db8::/32"},
	    {"2001:db8::1", "2001:db8::1/128"},
	    {"ffff::/3", "e000::/3"},
	    {"2001:db8:ffff:ffff::/49", "2001:db8:ffff:8000::/49"},
	    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/127",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127"},
	    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"},
	};
	char buf[PREFIX_STRLEN];

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct prefix p = pfx(cases[i][0]);

		assert_ptr_equal(prefix_format(&p, buf), buf);
		assert_string_equal(buf, cases[i][1]);
	}
}

static void
test_prefix_parse_refuses(void **state)
{
	static const char *const bad[] = {"", "/", "/24", "192.0.2.0/",
	    "192.0.2.0/33", "192.0.2.0/024", "192.0.2.0/00", "192.0.2.0/+8",
	    "192.0.2.0/-1", "192.0.2.0/ 8", "192.0.2.0/8 ", "192.0.2.0/8/8",
	    "192.0.2.0//8", "192.0.2.0/0x8", "192.0.2.0/8a", "192.0.2/24",
	    "192.0.2.0/4294967304", "::/129", "::/1000", "::/", "x/8",
	    "2001:db8::/32 2001:db8::/32",
	    "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/1"};
	struct prefix p, before;

	(void)state;
	memset(&p, 0x5a, sizeof(p));
	before = p;
	for (size_t i = 0; i < N_OF(bad); i++) {
		if (prefix_parse(bad[i], &p) != BLK_EUSAGE)
			fail_msg("taken for a prefix: %s", bad[i]);
		assert_memory_equal(&p, &before, sizeof(p));
	}
}

/* Against a mask computed bit by bit; no byte beyond the length is read. */
static void
test_make_clears_the_rest(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (unsigned len = 0; len <= 128; len++) {
		const size_t n = (len + 7) / 8;
		uint8_t *wire = malloc(n > 0 ? n : 1);
		struct prefix p;

		assert_non_null(wire);
		for (size_t i = 0; i < n; i++)
			wire[i] = (uint8_t)(next_random(&seed) | 1);
		p = prefix_make(AFI_IPV6, wire, len);
		assert_int_equal(p.afi, AFI_IPV6);
		assert_int_equal(p.len, len);
		for (unsigned bit = 0; bit < 128; bit++) {
			const unsigned have = p.bytes[bit / 8] >> (7 - bit % 8);
			const unsigned want =
			    bit < len ? wire[bit / 8] >> (7 - bit % 8) : 0;

			assert_int_equal(have & 1, want & 1);
		}
		free(wire);
	}
}

static void
test_prefix_order(void **state)
{
	static const char *const sorted[] = {"0.0.0.0/0", "0.0.0.0/32",
	    "10.0.0.0/8", "10.0.0.0/9", "10.0.0.1/32", "10.128.0.0/9",
	    "192.0.2.0/24", "::/0", "::/128", "2001:db8::/32", "2001:db8::/48"};

	(void)state;
	for (size_t i = 0; i < N_OF(sorted); i++) {
		for (size_t k = 0; k < N_OF(sorted); k++) {
			struct prefix a = pfx(sorted[i]), b = pfx(sorted[k]);
			int order = prefix_cmp(&a, &b);

			assert_int_equal(
			    (order > 0) - (order < 0), (i > k) - (i < k));
		}
	}
}

static void
test_contains(void **state)
{
	static const struct {
		const char *outer, *inner;
		bool yes;
	} cases[] = {
	    {"10.0.0.0/8", "10.0.0.0/8", true},
	    {"10.0.0.0/8", "10.255.0.0/16", true},
	    {"10.0.0.0/8", "11.0.0.0/16", false},
	    {"10.0.0.0/8", "10.0.0.0/7", false},
	    {"10.0.0.0/9", "10.127.0.0/16", true},
	    {"10.0.0.0/9", "10.128.0.0/16", false},
	    {"0.0.0.0/0", "192.0.2.1/32", true},
	    {"0.0.0.0/0", "::/0", false},
	    {"::/0", "192.0.2.0/24", false},
	    {"192.0.2.1/32", "192.0.2.1/32", true},
	    {"192.0.2.1/32", "192.0.2.0/32", false},
	    {"2001:db8::/33", "2001:db8:7fff::/48", true},
	    {"2001:db8::/33", "2001:db8:8000::/48", false},
	    {"::/0", "2001:db8::1/128", true},
	    {"::1/128", "::1/128", true},
	    {"::1/128", "::/128", false},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct prefix outer = pfx(cases[i].outer);
		struct prefix inner = pfx(cases[i].inner);

		assert_int_equal(prefix_contains(&outer, &inner), cases[i].yes);
	}
}

static int
cmp_u64(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/*
 * Every /24 of 10/8 (65536 neighbours) and every length: no two equal hashes,
 * and the low bits alone, as a table uses them, fill about as many slots as
 * chance would (1 - 1/e = 63%).
 */
static void
test_hash_spreads(void **state)
{
	enum { N = 65536 };
	uint64_t *h = calloc(N, sizeof(*h));
	uint8_t *slot = calloc(N, 1);
	size_t used = 0;

	(void)state;
	assert_non_null(h);
	assert_non_null(slot);
	for (unsigned i = 0; i < N; i++) {
		const uint8_t b[] = {10, (uint8_t)(i >> 8), (uint8_t)i};
		struct prefix p = prefix_make(AFI_IPV4, b, 24);

		h[i] = prefix_hash(&p);
		used += slot[h[i] % N] == 0;
		slot[h[i] % N] = 1;
	}
	assert_true(used > N * 60 / 100 && used < N * 67 / 100);
	qsort(h, N, sizeof(*h), cmp_u64);
	for (unsigned i = 1; i < N; i++)
		assert_true(h[i] != h[i - 1]);
	free(slot);
	free(h);
}

static void
test_hash_sees_every_part(void **state)
{
	static const char *const all[] = {"0.0.0.0/0", "::/0", "0.0.0.0/32",
	    "::/32", "::/128", "::1/128", "8000::/128", "0:0:0:1::/128",
	    "0.0.0.1/32", "128.0.0.0/32"};

	(void)state;
	for (size_t i = 0; i < N_OF(all); i++) {
		struct prefix p = pfx(all[i]), again = pfx(all[i]);

		assert_true(prefix_hash(&p) == prefix_hash(&again));
		for (size_t k = 0; k < i; k++) {
			struct prefix other = pfx(all[k]);

			assert_true(prefix_hash(&p) != prefix_hash(&other));
		}
	}
}

/* An address as numbers is the same prefix as its bytes. */
static void
test_hash_by_numbers(void **state)
{
	uint64_t seed = 11;

	(void)state;
	for (unsigned len = 0; len <= 128; len++) {
		uint8_t wire[16];
		struct prefix p;
		struct cursor c;
		uint64_t high, low;
		uint32_t addr;

		for (size_t i = 0; i < sizeof(wire); i++)
			wire[i] = (uint8_t)next_random(&seed);
		c = cur_from(wire, sizeof(wire));
		addr = cur_peek_be32(&c);
		high = prefix_half(cur_peek_be64(&c), len < 64 ? len : 64);
		cur_skip(&c, 8);
		low = prefix_half(cur_peek_be64(&c), len < 64 ? 0 : len - 64);
		p = prefix_make(AFI_IPV6, wire, len);
		assert_int_equal(
		    prefix_hash(&p), prefix_hash_ipv6(high, low, len));
		if (len > 32)
			continue;
		p = prefix_make(AFI_IPV4, wire, len);
		assert_int_equal(prefix_hash(&p),
		    prefix_hash_ipv4(prefix_ipv4(addr, len), len));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_address_text),
	    cmocka_unit_test(test_no_address_has_no_text),
	    cmocka_unit_test(test_random_addresses_survive_their_text),
	    cmocka_unit_test(test_address_parse_refuses),
	    cmocka_unit_test(test_address_read),
	    cmocka_unit_test(test_address_order),
	    cmocka_unit_test(test_prefix_text),
	    cmocka_unit_test(test_prefix_parse_refuses),
	    cmocka_unit_test(test_make_clears_the_rest),
	    cmocka_unit_test(test_prefix_order),
	    cmocka_unit_test(test_contains),
	    cmocka_unit_test(test_hash_spreads),
	    cmocka_unit_test(test_hash_sees_every_part),
	    cmocka_unit_test(test_hash_by_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
