/*
 * IPv4 addresses and numbers come from tables, since millions of them are
 * written; IPv6 addresses are written by hand, because inet_ntop() mixes hex
 * and dotted quads in ways that differ from system to system.
 */
#include "base/put.h"

#include <stdbool.h>

#define GROUPS 8u /* 16-bit groups in an IPv6 address */

/* Ten numbers that begin with s, and their length behind them. */
#define TEN(s, length)                                                         \
	s "0" length, s "1" length, s "2" length, s "3" length, s "4" length,  \
	    s "5" length, s "6" length, s "7" length, s "8" length,            \
	    s "9" length
#define TENS(s) TEN(s, "\0\2")
#define HUNDREDS(s) TEN(s, "\3")
#define PAIRS(a)                                                               \
	{a, '0'}, {a, '1'}, {a, '2'}, {a, '3'}, {a, '4'}, {a, '5'}, {a, '6'},  \
	    {a, '7'}, {a, '8'},                                                \
	{                                                                      \
		a, '9'                                                         \
	}

const char put_pairs[100][2] = {PAIRS('0'), PAIRS('1'), PAIRS('2'), PAIRS('3'),
    PAIRS('4'), PAIRS('5'), PAIRS('6'), PAIRS('7'), PAIRS('8'), PAIRS('9')};

const char put_octets[256][4] = {TEN("", "\0\0\1"), TENS("1"), TENS("2"),
    TENS("3"), TENS("4"), TENS("5"), TENS("6"), TENS("7"), TENS("8"), TENS("9"),
    HUNDREDS("10"), HUNDREDS("11"), HUNDREDS("12"), HUNDREDS("13"),
    HUNDREDS("14"), HUNDREDS("15"), HUNDREDS("16"), HUNDREDS("17"),
    HUNDREDS("18"), HUNDREDS("19"), HUNDREDS("20"), HUNDREDS("21"),
    HUNDREDS("22"), HUNDREDS("23"), HUNDREDS("24"), "250\3", "251\3", "252\3",
    "253\3", "254\3", "255\3"};

/* A run of groups that are 0. */
struct run {
	unsigned start, len;
};

char *
put_digits(char *p, uint32_t v, unsigned n)
{
	for (unsigned i = n; i-- > 0; v /= 10)
		p[i] = (char)('0' + v % 10);
	return p + n;
}

static unsigned
group_at(const uint8_t *bytes, unsigned i)
{
	return (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
}

static char *
put_group(char *p, unsigned v)
{
	static const char hex[] = "0123456789abcdef";

	if (v >= 0x1000)
		*p++ = hex[v >> 12];
	if (v >= 0x100)
		*p++ = hex[v >> 8 & 15];
	if (v >= 0x10)
		*p++ = hex[v >> 4 & 15];
	*p++ = hex[v & 15];
	return p;
}

/*
 * The run that "::" stands for, if it is longer than min: the longest, and the
 * first of equals (RFC 5952, 4.2.3).
 */
static struct run
longest_zero_run(const uint8_t *bytes, unsigned min)
{
	struct run best = {GROUPS, min}, run = {0, 0};

	for (unsigned i = 0; i < GROUPS; i++) {
		if (group_at(bytes, i) != 0) {
			run.len = 0;
			continue;
		}
		if (run.len++ == 0)
			run.start = i;
		if (run.len > best.len)
			best = run;
	}
	return best;
}

/* ::ffff:192.0.2.1, ::192.0.2.1: what C libraries print with dots. */
static bool
has_dots(const uint8_t *bytes)
{
	static const uint8_t zero[12];

	if (memcmp(bytes, zero, 10) != 0)
		return false;
	if (group_at(bytes, 5) != 0)
		return group_at(bytes, 5) == 0xffff;
	return group_at(bytes, 6) != 0 || group_at(bytes, 7) > 1;
}

char *
put_ipv6(char *p, const uint8_t bytes[16], enum put_ipv6_style style)
{
	/* RFC 5952, 4.2.2 never shortens one group alone */
	const struct run zeros =
	    longest_zero_run(bytes, style == PUT_RFC5952 ? 1 : 0);
	unsigned i = 0;

	if (style == PUT_BGPDUMP && has_dots(bytes)) {
		p = put_literal(p, "::");
		if (group_at(bytes, 5) != 0)
			p = put_literal(p, "ffff:");
		return put_ipv4(p, bytes + 12);
	}
	while (i < GROUPS) {
		if (i == zeros.start) {
			p = put_literal(p, "::");
			i += zeros.len;
			continue;
		}
		if (i > 0 && i != zeros.start + zeros.len)
			*p++ = ':';
		p = put_group(p, group_at(bytes, i++));
	}
	return p;
}

char *
put_ipaddr(char *p, const struct ipaddr *addr, enum put_ipv6_style style)
{
	if (addr->afi == AFI_IPV4)
		return put_ipv4(p, addr->bytes);
	if (addr->afi == AFI_IPV6)
		return put_ipv6(p, addr->bytes, style);
	return p;
}
