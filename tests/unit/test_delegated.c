#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "blackout/delegated.h"

/* Expected prefixes are those of Python's ipaddress module. */

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static char error[DELEGATED_ERROR_LEN];

static enum blk_status
read_bytes(struct delegated *d, const void *bytes, size_t n)
{
	struct source *s = NULL;
	enum blk_status status;

	assert_int_equal(source_open_memory(&s, bytes, n), BLK_OK);
	status = delegated_read(d, s, error);
	source_free(s);
	return status;
}

/* Settled, of files that end with NULL. */
static struct delegated *
of_files(const char *const *texts)
{
	struct delegated *d = NULL;

	assert_int_equal(delegated_new(&d), BLK_OK);
	for (; *texts != NULL; texts++) {
		assert_int_equal(read_bytes(d, *texts, strlen(*texts)), BLK_OK);
		assert_string_equal(error, "");
	}
	assert_int_equal(delegated_settle(d), BLK_OK);
	return d;
}

static struct delegated *
of(const char *text)
{
	return of_files((const char *[]){text, NULL});
}

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(text, &p), BLK_OK);
	return p;
}

/* "64496-64511 131279" */
static const char *
runs_of(const struct delegated_country *c)
{
	static char text[1024];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < c->run_n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    c->asns[i].first == c->asns[i].last ? "%s%lu" : "%s%lu-%lu",
		    i > 0 ? " " : "", (unsigned long)c->asns[i].first,
		    (unsigned long)c->asns[i].last);
	return text;
}

static const char *
prefixes_of(const struct delegated_country *c)
{
	static char text[8192];
	char one[PREFIX_STRLEN];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < c->prefix_n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s",
		    i > 0 ? " " : "", prefix_format(&c->prefixes[i], one));
	return text;
}

static const char extended[] =
    "2|apnic|20141222|7|19850701|20141221|+1000\n"
    "apnic|*|asn|*|3|summary\n"
    "apnic|*|ipv4|*|2|summary\n"
    "apnic|*|ipv6|*|1|summary\n"
    "# a comment | with bars\n"
    "\n"
    "apnic|KP|asn|131279|1|20091221|allocated|A91A7381\n"
    "apnic|JP|asn|2497|1|20020801|allocated|A91B0000|e-stats\n"
    "apnic||asn|131280|16|20091221|available\n"
    "apnic|KP|ipv4|175.45.176.0|1024|20091221|allocated|A91A7381\n"
    "apnic|KP|ipv4|210.52.109.0|256||reserved|\n"
    "apnic|JP|ipv6|2001:200::|35|19990813|assigned|A91B0000\n"
    "apnic|ZZ|ipv4|10.0.0.0|256|20000101|allocated\n";

static void
an_extended_file(void **state)
{
	struct delegated *d = of(extended);
	const struct delegated_country *c;
	struct delegated_sums sums = delegated_sums(d);
	size_t n = 0;

	(void)state;
	c = delegated_countries(d, &n);
	assert_int_equal(n, 2);
	assert_string_equal(c[0].name, "JP");
	assert_string_equal(runs_of(&c[0]), "2497");
	assert_string_equal(prefixes_of(&c[0]), "2001:200::/35");
	assert_string_equal(c[1].name, "KP");
	assert_string_equal(runs_of(&c[1]), "131279");
	assert_int_equal(c[1].asn_n, 1);
	assert_string_equal(prefixes_of(&c[1]), "175.45.176.0/22");
	assert_int_equal(sums.records, 4);
	assert_int_equal(sums.unused, 2);
	assert_int_equal(sums.nowhere, 1);
	assert_int_equal(sums.missing, 0);
	assert_int_equal(sums.shared, 0);
	delegated_free(d);
	delegated_free(NULL);
}

static void
what_is_asked(void **state)
{
	struct delegated *d = of(extended);
	const struct delegated_country *kp = delegated_find(d, "KP");
	struct prefix p;

	(void)state;
	assert_non_null(kp);
	assert_ptr_equal(delegated_find(d, "kp"), kp);
	assert_null(delegated_find(d, "ZZ"));
	assert_null(delegated_find(d, ""));
	assert_null(delegated_find(d, "KPR"));
	assert_ptr_equal(delegated_country_of(d, 131279), kp);
	assert_ptr_equal(
	    delegated_country_of(d, 2497), delegated_find(d, "JP"));
	assert_null(delegated_country_of(d, 131280));
	assert_null(delegated_country_of(d, 0));
	assert_null(delegated_country_of(d, UINT32_MAX));
	assert_true(delegated_has_asn(kp, 131279));
	assert_false(delegated_has_asn(kp, 131278));
	p = prefix("175.45.176.0/22");
	assert_true(delegated_has_prefix(kp, &p));
	p = prefix("175.45.179.255/32");
	assert_true(delegated_has_prefix(kp, &p));
	p = prefix("175.45.176.0/21");
	assert_false(delegated_has_prefix(kp, &p));
	p = prefix("175.45.175.0/24");
	assert_false(delegated_has_prefix(kp, &p));
	p = prefix("175.45.180.0/24");
	assert_false(delegated_has_prefix(kp, &p));
	p = prefix("2001:200::/35");
	assert_false(delegated_has_prefix(kp, &p));
	delegated_free(d);
}

static void
nothing_is_a_file_too(void **state)
{
	struct delegated *d = of("");
	size_t n = 1;

	(void)state;
	delegated_countries(d, &n);
	assert_int_equal(n, 0);
	assert_null(delegated_find(d, "KP"));
	assert_null(delegated_country_of(d, 1));
	delegated_free(d);
}

/* summarize_address_range() of each, collapse_addresses() of all. */
static void
counts_that_are_no_power_of_two(void **state)
{
	static const struct {
		const char *start, *count, *prefixes;
	} rows[] = {
	    {"192.0.2.0", "1", "192.0.2.0/32"},
	    {"192.0.2.0", "768", "192.0.2.0/23 192.0.4.0/24"},
	    {"192.0.3.0", "768", "192.0.3.0/24 192.0.4.0/23"},
	    {"10.0.0.1", "6",
		"10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32"},
	    {"24.232.0.0", "229376",
		"24.232.0.0/15 24.234.0.0/16 "
		"24.235.0.0/17"},
	    {"0.0.0.0", "4294967296", "0.0.0.0/0"},
	    {"0.0.0.0", "4294967295",
		"0.0.0.0/1 128.0.0.0/2 192.0.0.0/3 224.0.0.0/4 240.0.0.0/5 "
		"248.0.0.0/6 252.0.0.0/7 254.0.0.0/8 255.0.0.0/9 "
		"255.128.0.0/10 255.192.0.0/11 255.224.0.0/12 255.240.0.0/13 "
		"255.248.0.0/14 255.252.0.0/15 255.254.0.0/16 255.255.0.0/17 "
		"255.255.128.0/18 255.255.192.0/19 255.255.224.0/20 "
		"255.255.240.0/21 255.255.248.0/22 255.255.252.0/23 "
		"255.255.254.0/24 255.255.255.0/25 255.255.255.128/26 "
		"255.255.255.192/27 255.255.255.224/28 255.255.255.240/29 "
		"255.255.255.248/30 255.255.255.252/31 255.255.255.254/32"},
	    {"255.255.255.255", "1", "255.255.255.255/32"},
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct delegated *d;

		snprintf(text, sizeof(text), "arin|US|ipv4|%s|%s||assigned\n",
		    rows[i].start, rows[i].count);
		d = of(text);
		assert_string_equal(
		    prefixes_of(delegated_find(d, "US")), rows[i].prefixes);
		delegated_free(d);
	}
}

static void
runs_of_as_numbers(void **state)
{
	struct delegated *d = of("ripencc|GB|asn|1849|33|19930901|allocated\n"
				 "ripencc|GB|asn|1882|3|19930901|allocated\n"
				 "ripencc|GB|asn|1900|2|19930901|allocated\n"
				 "ripencc|GB|asn|1890|20|19930901|allocated\n"
				 "ripencc|GB|asn|1901|1|19930901|allocated\n"
				 "ripencc|GB|asn|3.7|2||assigned\n"
				 "ripencc|EU|asn|4294967295|1||assigned\n"
				 "ripencc|DE|asn|0|4294967296||assigned\n");
	const struct delegated_country *gb = delegated_find(d, "GB");

	(void)state;
	assert_string_equal(runs_of(gb), "1849-1884 1890-1909 196615-196616");
	assert_int_equal(gb->asn_n, 36 + 20 + 2);
	assert_true(delegated_has_asn(gb, 1884));
	assert_false(delegated_has_asn(gb, 1885));
	assert_true(delegated_has_asn(gb, 196616));
	assert_string_equal(runs_of(delegated_find(d, "EU")), "4294967295");
	assert_string_equal(runs_of(delegated_find(d, "DE")), "0-4294967295");
	assert_true(delegated_find(d, "DE")->asn_n == UINT64_C(1) << 32);
	delegated_free(d);
}

/* Fields are missing, lines end in CR LF, letters are of either case. */
static void
what_real_files_look_like(void **state)
{
	struct delegated *d =
	    of("\xef\xbb\xbf"
	       "2.3|afrinic|20141222|9|00000000|20141222|00000\r\n"
	       "afrinic|*|ipv4|*|5|summary\r\n"
	       "afrinic|za|ipv4|196.4.160.0|256|00000000|Assigned\r\n"
	       "afrinic|ZA|ipv4|196.6.1.0|256|19930401|assigned|F36B9F4B\r\n"
	       "afrinic|ZA|asn|2018|1|19910301|allocated|F36B9F4B|a|b|c|d|e\r\n"
	       "  afrinic | ZA | asn | 2019 | 1 | 19910301 | allocated  \r\n"
	       "afrinic|ZA|asn|2021|1|19910301\r\n"
	       "afrinic|ZA|asn|2023|1\r\n"
	       "afrinic||asn|2024|1|\r\n"
	       "afrinic|ZZ|asn|2025|1||reserved\r\n"
	       "afrinic|zz|asn|2026|1||ianapool|iana|iana\r\n"
	       "\r\n  \t \r\n");
	const struct delegated_country *za = delegated_find(d, "ZA");

	(void)state;
	assert_string_equal(runs_of(za), "2018-2019 2021 2023");
	assert_string_equal(prefixes_of(za), "196.4.160.0/24 196.6.1.0/24");
	assert_int_equal(delegated_sums(d).records, 6);
	assert_int_equal(delegated_sums(d).nowhere, 1);
	assert_int_equal(delegated_sums(d).unused, 2);
	assert_int_equal(delegated_sums(d).missing, 0);
	delegated_free(d);
}

static void
repeats_and_neighbours_are_joined(void **state)
{
	static const char a[] = "apnic|CN|ipv4|1.0.2.0|512||allocated\n"
				"apnic|CN|ipv4|1.0.1.0|256||allocated\n"
				"apnic|CN|ipv4|1.0.2.0|512||allocated\n"
				"apnic|CN|ipv6|2400:8000::|33||allocated\n"
				"apnic|CN|ipv4|1.0.3.0|256||allocated\n"
				"apnic|CN|asn|9|1||allocated\n";
	static const char b[] = "apnic|CN|ipv4|1.0.0.0|256||allocated\n"
				"apnic|CN|ipv6|2400:8000:8000::|33||allocated\n"
				"apnic|CN|ipv6|2400:8002::|32||allocated\n"
				"apnic|CN|asn|9|1||allocated\n";
	struct delegated *d = of_files((const char *[]){a, b, a, NULL});
	const struct delegated_country *cn = delegated_find(d, "CN");

	(void)state;
	assert_string_equal(
	    prefixes_of(cn), "1.0.0.0/22 2400:8000::/32 2400:8002::/32");
	assert_string_equal(runs_of(cn), "9");
	assert_int_equal(delegated_sums(d).records, 16);
	assert_int_equal(delegated_sums(d).shared, 0);
	delegated_free(d);
}

/* A country of 128-bit halves, and one whose space is all there is. */
static void
the_ends_of_ipv6(void **state)
{
	struct delegated *d = of("a|AA|ipv6|::|1||assigned\n"
				 "a|AA|ipv6|8000::|1||assigned\n"
				 "a|BB|ipv6|2001:db8::|128||assigned\n"
				 "a|BB|ipv6|2001:db8::1|128||assigned\n"
				 "a|BB|ipv6|2001:db8::2|128||assigned\n");

	(void)state;
	assert_string_equal(prefixes_of(delegated_find(d, "AA")), "::/0");
	assert_string_equal(prefixes_of(delegated_find(d, "BB")),
	    "2001:db8::/127 2001:db8::2/128");
	delegated_free(d);
}

static const char *
name_of(const struct delegated *d, uint32_t asn)
{
	const struct delegated_country *c = delegated_country_of(d, asn);

	return c != NULL ? c->name : "none";
}

static void
as_numbers_of_several_countries(void **state)
{
	static const char arin[] = "arin|US|asn|100|100|20000101|assigned\n"
				   "arin|US|asn|300|1|20100101|assigned\n"
				   "arin|US|asn|400|1|20100101|assigned\n";
	static const char apnic[] = "apnic|JP|asn|150|10|20100101|allocated\n"
				    "apnic|JP|asn|300|1|20000101|allocated\n"
				    "apnic|JP|asn|400|1|20100101|allocated\n"
				    "apnic|AU|asn|155|100||allocated\n";
	struct delegated *d[] = {of_files((const char *[]){arin, apnic, NULL}),
	    of_files((const char *[]){apnic, arin, NULL})};

	(void)state;
	for (size_t i = 0; i < N_OF(d); i++) {
		assert_string_equal(name_of(d[i], 99), "none");
		assert_string_equal(name_of(d[i], 100), "US");
		assert_string_equal(name_of(d[i], 149), "US");
		assert_string_equal(name_of(d[i], 150), "JP");
		assert_string_equal(name_of(d[i], 159), "JP");
		assert_string_equal(name_of(d[i], 160), "US");
		assert_string_equal(name_of(d[i], 199), "US");
		assert_string_equal(name_of(d[i], 200), "AU");
		assert_string_equal(name_of(d[i], 254), "AU");
		assert_string_equal(name_of(d[i], 255), "none");
		assert_string_equal(name_of(d[i], 300), "US");
		assert_string_equal(name_of(d[i], 400), "JP");
		/* 150-159, 155-199 of AU (5 of them twice), 300, 400 */
		assert_int_equal(delegated_sums(d[i]).shared, 10 + 45 + 2);
		assert_true(delegated_has_asn(delegated_find(d[i], "AU"), 157));
		assert_true(delegated_has_asn(delegated_find(d[i], "US"), 157));
		delegated_free(d[i]);
	}
}

static void
records_that_are_promised(void **state)
{
	struct delegated *d = of("2|apnic|20141222|3|19850701|20141221|+1000\n"
				 "apnic|KP|asn|131279|1||allocated\n"
				 "2|lacnic|20141222|1|19850701|20141221|-0300\n"
				 "lacnic|BR|asn|1916|1||allocated\n"
				 "lacnic|BR|asn|1917|1||allocated\n"
				 "2|arin|20141222|7|19850701|20141221|-0500\n");

	(void)state;
	assert_int_equal(delegated_sums(d).missing, 2 + 7);
	delegated_free(d);
}

static void
wrong_lines_are_named(void **state)
{
	static const struct {
		const char *line, *problem;
	} rows[] = {
	    {"no such thing",
		"registry|country|type|start|value|date|status "
		"is needed"},
	    {"apnic|KP|asn|131279",
		"registry|country|type|start|value|date|status is needed"},
	    {"3|apnic|20141222|7|19850701|20141221|+1000",
		"'3': version 2 of the format is needed"},
	    {"20|apnic|20141222|7|19850701|20141221|+1000",
		"'20': version 2 of the format is needed"},
	    {"2|apnic|20141222|x|19850701|20141221|+1000",
		"'x': the number of records is needed"},
	    {"apnic|*|asn|*|many|summary", "'many': a count is needed"},
	    {"apnic|*|asn|*|1|sum", "'sum': 'summary' is needed"},
	    {"apnic|KP|as|131279|1||allocated",
		"'as': asn, ipv4 or ipv6 is needed"},
	    {"apnic|PRK|asn|131279|1||allocated",
		"'PRK': a country of two letters is needed"},
	    {"apnic|K|asn|131279|1||allocated",
		"'K': a country of two letters is needed"},
	    {"apnic|K1|asn|131279|1||allocated",
		"'K1': a country of two letters is needed"},
	    {"apnic|KP|asn|131279|1||alloc",
		"'alloc': allocated, assigned, available or reserved is "
		"needed"},
	    {"apnic|KP|asn|AS131279|1||allocated",
		"'AS131279': an AS number is needed"},
	    {"apnic|KP|asn|4294967296|1||allocated",
		"'4294967296': an AS number is needed"},
	    {"apnic|KP|asn|-1|1||allocated", "'-1': an AS number is needed"},
	    {"apnic|KP|asn|1.65536|1||allocated",
		"'1.65536': an AS number is needed"},
	    {"apnic|KP|asn|131279|0||allocated",
		"'0': how many AS numbers is needed"},
	    {"apnic|KP|asn|131279|||allocated",
		"'': how many AS numbers is needed"},
	    {"apnic|KP|asn|4294967295|2||allocated",
		"'2': how many AS numbers is needed"},
	    {"apnic|KP|ipv4|175.45.176|1024||allocated",
		"'175.45.176': an IPv4 address is needed"},
	    {"apnic|KP|ipv4|2001:db8::|1024||allocated",
		"'2001:db8::': an IPv4 address is needed"},
	    {"apnic|KP|ipv4|175.45.176.0|1e3||allocated",
		"'1e3': how many addresses is needed"},
	    {"apnic|KP|ipv4|255.255.255.0|257||allocated",
		"'257': how many addresses is needed"},
	    {"apnic|KP|ipv4|0.0.0.0|0||available",
		"'0': how many addresses is needed"},
	    {"apnic|KP|ipv6|175.45.176.0|32||allocated",
		"'175.45.176.0': an IPv6 address is needed"},
	    {"apnic|KP|ipv6|2001:db8::|0||allocated",
		"'0': a length of 1 to 128 is needed"},
	    {"apnic|KP|ipv6|2001:db8::|129||allocated",
		"'129': a length of 1 to 128 is needed"},
	    {"apnic|KP|ipv6|2001:db9::|31||reserved",
		"'2001:db9::': an address without bits beyond its length is "
		"needed"},
	    {"apnic|\x1b[2J\xff|asn|131279|1||allocated",
		"'?[2J?': a country of two letters is needed"},
	};
	char text[256], expected[256];

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct delegated *d = NULL;

		assert_int_equal(delegated_new(&d), BLK_OK);
		snprintf(text, sizeof(text),
		    "# first\napnic|KP|asn|1|1||allocated\n%s\n", rows[i].line);
		snprintf(
		    expected, sizeof(expected), "line 3: %s", rows[i].problem);
		assert_int_equal(read_bytes(d, text, strlen(text)), BLK_EBAD);
		assert_string_equal(error, expected);
		delegated_free(d);
	}
}

static enum blk_status
status_of(const void *bytes, size_t n)
{
	struct delegated *d = NULL;
	enum blk_status status;

	assert_int_equal(delegated_new(&d), BLK_OK);
	status = read_bytes(d, bytes, n);
	delegated_free(d);
	return status;
}

static void
a_file_that_is_cut(void **state)
{
	static const char line[] = "apnic|KP|ipv4|175.45.176.0|1024|20091221|"
				   "allocated";
	const size_t n = strlen(line);

	(void)state;
	assert_int_equal(status_of(line, n), BLK_OK);
	/* 102 for 1024 must not pass */
	for (size_t i = 1; i < n; i++)
		assert_int_equal(status_of(line, i), BLK_EBAD);
	assert_int_equal(
	    status_of(line, strlen("apnic|KP|ipv4|175.45.176.0|10")), BLK_EBAD);
	assert_string_equal(error, "line 1: the file ends within it");
}

static void
lines_are_limited(void **state)
{
	char *text = malloc(3 * DELEGATED_LINE_MAX);
	static const char head[] = "apnic|KP|asn|1|1||allocated|";

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 3 * DELEGATED_LINE_MAX);
	memcpy(text, head, strlen(head));
	memcpy(text + DELEGATED_LINE_MAX, "\r\n", 2);
	assert_int_equal(status_of(text, DELEGATED_LINE_MAX + 2), BLK_OK);
	text[DELEGATED_LINE_MAX] = 'x';
	text[DELEGATED_LINE_MAX + 1] = '\n';
	assert_int_equal(status_of(text, DELEGATED_LINE_MAX + 2), BLK_ELIMIT);
	assert_string_equal(
	    error, "line 1: longer than 1024 bytes, the most that is read");
	free(text);
}

/* A line without an end does not fill the memory. */
static void
a_line_without_end(void **state)
{
	const size_t n = 1 << 20;
	char *text = malloc(n);

	(void)state;
	assert_non_null(text);
	memset(text, '#', n);
	assert_int_equal(status_of(text, n), BLK_ELIMIT);
	free(text);
}

static void
bytes_that_are_no_text(void **state)
{
	static const char nul[] = "# a\napnic|KP|asn|1\0|1||allocated\n";

	(void)state;
	assert_int_equal(status_of(nul, sizeof(nul) - 1), BLK_EBAD);
	assert_string_equal(error, "line 2: has a NUL byte: this is no text");
}

/* Lines across the edges of the buffer, and a file that is compressed. */
static void
a_long_compressed_file(void **state)
{
	enum { LINES = 50000 };
	const size_t cap = LINES * 64u;
	char *text = malloc(cap);
	uint8_t *packed = malloc(cap);
	z_stream z = {.next_out = packed, .avail_out = (uInt)cap};
	struct delegated *d = NULL;
	size_t n = 0, packed_n;

	(void)state;
	assert_true(text != NULL && packed != NULL);
	for (uint32_t i = 0; i < LINES; i++)
		n += (size_t)snprintf(text + n, cap - n,
		    "arin|US|asn|%lu|1|20000101|assigned|%.*s\n",
		    (unsigned long)i * 2, (int)(i % 17), "0123456789abcdef");
	assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
	z.next_in = (Bytef *)text;
	z.avail_in = (uInt)n;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	packed_n = z.total_out;
	deflateEnd(&z);
	assert_int_equal(delegated_new(&d), BLK_OK);
	assert_int_equal(read_bytes(d, packed, packed_n), BLK_OK);
	assert_int_equal(delegated_settle(d), BLK_OK);
	assert_int_equal(delegated_find(d, "US")->asn_n, LINES);
	assert_int_equal(delegated_find(d, "US")->run_n, LINES);
	assert_true(
	    delegated_has_asn(delegated_find(d, "US"), 2 * (LINES - 1)));
	delegated_free(d);
	/* torn: never a shorter list */
	assert_int_equal(status_of(packed, packed_n - 100), BLK_ETRUNC);
	assert_non_null(strstr(error, "gzip"));
	free(text);
	free(packed);
}

static void
paths(void **state)
{
	struct delegated *d = NULL;

	(void)state;
	assert_int_equal(delegated_new(&d), BLK_OK);
	assert_int_equal(
	    delegated_read_file(d, "/no/such/file", error), BLK_EIO);
	assert_string_equal(error, "No such file or directory");
	delegated_free(d);
	assert_int_equal(delegated_new(&d), BLK_OK);
	assert_int_equal(
	    delegated_read_file(
		d, TEST_SOURCE_DIR "/../testdata/delegated.txt", error),
	    BLK_OK);
	assert_int_equal(delegated_settle(d), BLK_OK);
	assert_string_equal(runs_of(delegated_find(d, "KP")), "131279");
	assert_string_equal(
	    prefixes_of(delegated_find(d, "KP")), "175.45.176.0/22");
	assert_int_equal(delegated_sums(d).missing, 0);
	delegated_free(d);
}

/* --- against a map of bits --- */

enum { COUNTRIES = 3, ADDRESSES = 1 << 12, ROUNDS = 60 };

static uint64_t seed = 20141222;

static unsigned
draw(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 20) % below;
}

/* A file of random runs, each of addresses and of as many AS numbers. */
static char *
random_file(bool map[COUNTRIES][ADDRESSES])
{
	enum { RECORDS = 40 };
	char *text = malloc(RECORDS * 200);
	size_t n = 0;

	assert_non_null(text);
	for (unsigned i = 0; i < RECORDS; i++) {
		const unsigned c = draw(COUNTRIES), first = draw(ADDRESSES);
		const unsigned most = ADDRESSES - first;
		const unsigned count = 1 + draw(most < 99 ? most : 99);

		memset(&map[c][first], true, count);
		n += (size_t)sprintf(text + n,
		    "t|X%c|ipv4|10.1.%u.%u|%u||assigned\n"
		    "t|X%c|asn|%u|%u||assigned\n",
		    (char)('A' + c), first >> 8, first & 255, count,
		    (char)('A' + c), first, count);
	}
	return text;
}

/* As few prefixes as there can be: those of a walk down the tree. */
static size_t
tree_count(const bool *map, size_t n)
{
	size_t set = 0;

	for (size_t i = 0; i < n; i++)
		set += map[i];
	if (set == 0 || set == n)
		return set > 0;
	return tree_count(map, n / 2) + tree_count(map + n / 2, n / 2);
}

static void
check_map(const struct delegated *d, const char *name, const bool *map)
{
	const struct delegated_country *c = delegated_find(d, name);
	size_t edges = map[0], set = 0;

	assert_non_null(c);
	for (unsigned i = 0; i < ADDRESSES; i++) {
		struct prefix p;

		prefix_set_ipv4(&p, 0x0a010000u + i, 32);
		assert_int_equal(delegated_has_prefix(c, &p), map[i]);
		assert_int_equal(delegated_has_asn(c, i), map[i]);
		edges += i > 0 && map[i] && !map[i - 1];
		set += map[i];
	}
	assert_int_equal(c->run_n, edges);
	assert_int_equal(c->asn_n, set);
	assert_int_equal(c->prefix_n, tree_count(map, ADDRESSES));
}

static void
random_files(void **state)
{
	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		static bool map[COUNTRIES][ADDRESSES];
		size_t shared = 0;
		struct delegated *d;
		char *text;

		memset(map, 0, sizeof(map));
		text = random_file(map);
		d = of(text);
		check_map(d, "XA", map[0]);
		check_map(d, "XB", map[1]);
		check_map(d, "XC", map[2]);
		for (unsigned i = 0; i < ADDRESSES; i++) {
			const unsigned n = map[0][i] + map[1][i] + map[2][i];

			shared += n > 1 ? n - 1 : 0;
			assert_string_equal(name_of(d, i),
			    map[0][i]       ? "XA"
				: map[1][i] ? "XB"
				: map[2][i] ? "XC"
					    : "none");
		}
		assert_int_equal(delegated_sums(d).shared, shared);
		delegated_free(d);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_extended_file),
	    cmocka_unit_test(what_is_asked),
	    cmocka_unit_test(nothing_is_a_file_too),
	    cmocka_unit_test(counts_that_are_no_power_of_two),
	    cmocka_unit_test(runs_of_as_numbers),
	    cmocka_unit_test(what_real_files_look_like),
	    cmocka_unit_test(repeats_and_neighbours_are_joined),
	    cmocka_unit_test(the_ends_of_ipv6),
	    cmocka_unit_test(as_numbers_of_several_countries),
	    cmocka_unit_test(records_that_are_promised),
	    cmocka_unit_test(wrong_lines_are_named),
	    cmocka_unit_test(a_file_that_is_cut),
	    cmocka_unit_test(lines_are_limited),
	    cmocka_unit_test(a_line_without_end),
	    cmocka_unit_test(bytes_that_are_no_text),
	    cmocka_unit_test(a_long_compressed_file),
	    cmocka_unit_test(paths),
	    cmocka_unit_test(random_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
