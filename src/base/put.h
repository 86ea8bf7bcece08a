#ifndef BASE_PUT_H
#define BASE_PUT_H

#include <stdint.h>
#include <string.h>

#include "blackout/prefix.h"

/*
 * Values as text, written where the caller wants them: at p, from which the
 * end of what was written is returned.  There is no NUL.  Up to PUT_SLACK
 * bytes behind the end may be written to as well, so that the hot ones copy
 * without looking.
 */

#define PUT_SLACK 4u
#define PUT_U32_LEN 10u                   /* longest number */
#define PUT_ADDR_LEN (IPADDR_STRLEN - 1u) /* longest address */
#define PUT_PREFIX_LEN (PREFIX_STRLEN - 1u)

/* How IPv6 addresses look. */
enum put_ipv6_style {
	PUT_RFC5952,
	/* As bgpdump has them: "::" also for a single zero group, and IPv4
	   addresses mapped or made compatible in dots. */
	PUT_BGPDUMP,
};

/* "00" to "99"; and "0" to "255", each with its length in the last byte. */
extern const char put_pairs[100][2];
extern const char put_octets[256][4];

char *put_ipv6(char *p, const uint8_t bytes[16], enum put_ipv6_style style);

/* An address of either family; nothing for none. */
char *put_ipaddr(char *p, const struct ipaddr *addr, enum put_ipv6_style style);

/* v in exactly n digits; v is less than 10 to the n. */
char *put_digits(char *p, uint32_t v, unsigned n);

static inline char *
put_bytes(char *p, const void *bytes, size_t n)
{
	memcpy(p, bytes, n);
	return p + n;
}

static inline char *
put_char(char *p, char c)
{
	*p = c;
	return p + 1;
}

/* A string whose length is known to the compiler. */
#define put_literal(p, text) put_bytes(p, text, sizeof(text) - 1)

static inline unsigned
put_u32_len(uint32_t v)
{
	if (v < 100000) {
		if (v < 100)
			return v < 10 ? 1 : 2;
		return v < 1000 ? 3 : v < 10000 ? 4 : 5;
	}
	if (v < 10000000)
		return v < 1000000 ? 6 : 7;
	return v < 100000000 ? 8 : v < 1000000000 ? 9 : 10;
}

static inline char *
put_u32(char *p, uint32_t v)
{
	char *end = p + put_u32_len(v), *q = end;

	for (; v >= 100; v /= 100) {
		q -= 2;
		memcpy(q, put_pairs[v % 100], 2);
	}
	if (v >= 10)
		memcpy(q - 2, put_pairs[v], 2);
	else
		q[-1] = (char)('0' + v);
	return end;
}

static inline char *
put_octet(char *p, uint8_t v)
{
	memcpy(p, put_octets[v], 4);
	return p + put_octets[v][3];
}

static inline char *
put_ipv4(char *p, const uint8_t bytes[4])
{
	p = put_char(put_octet(p, bytes[0]), '.');
	p = put_char(put_octet(p, bytes[1]), '.');
	p = put_char(put_octet(p, bytes[2]), '.');
	return put_octet(p, bytes[3]);
}

static inline char *
put_prefix(char *p, const struct prefix *x, enum put_ipv6_style style)
{
	if (x->afi == AFI_IPV4)
		p = put_ipv4(p, x->bytes);
	else if (x->afi == AFI_IPV6)
		p = put_ipv6(p, x->bytes, style);
	return put_octet(put_char(p, '/'), x->len);
}

#endif
