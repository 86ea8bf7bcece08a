#ifndef BLACKOUT_PREFIX_H
#define BLACKOUT_PREFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "blackout/cursor.h"
#include "blackout/status.h"

/*
 * IP addresses and prefixes of both families, as plain values.  Address bytes
 * are in network order; the bytes an address does not use are 0, so that whole
 * structs may be compared and hashed.
 */

/* Address families, with the numbers of the IANA registry. */
enum afi {
	AFI_NONE = 0,
	AFI_IPV4 = 1,
	AFI_IPV6 = 2,
};

struct ipaddr {
	uint8_t afi; /* enum afi; AFI_NONE: no address */
	uint8_t bytes[16];
};

/* Bits beyond len are 0. */
struct prefix {
	uint8_t afi; /* AFI_IPV4 or AFI_IPV6 */
	uint8_t len; /* bits: 0..32 or 0..128 */
	uint8_t bytes[16];
};

#define IPADDR_STRLEN 46 /* longest text of an address, with its NUL */
#define PREFIX_STRLEN 50 /* longest text of a prefix, with its NUL */

/* Bits in an address of afi; 0 for any other value. */
static inline unsigned
afi_bits(unsigned afi)
{
	return afi == AFI_IPV4 ? 32 : afi == AFI_IPV6 ? 128 : 0;
}

/* Read the address of afi (4 or 16 bytes) from c; c fails if it is short. */
static inline void
ipaddr_read(struct cursor *c, enum afi afi, struct ipaddr *out)
{
	const uint8_t *bytes = NULL;

	memset(out, 0, sizeof(*out));
	if (afi == AFI_IPV4) {
		bytes = cur_bytes(c, 4);
		if (bytes != NULL)
			memcpy(out->bytes, bytes, 4);
	} else if (afi == AFI_IPV6) {
		bytes = cur_bytes(c, 16);
		if (bytes != NULL)
			memcpy(out->bytes, bytes, 16);
	}
	if (bytes != NULL)
		out->afi = (uint8_t)afi;
}

/* In words as wide as IPv4 writes them: wider loads would wait for them. */
static inline bool
ipaddr_equal(const struct ipaddr *a, const struct ipaddr *b)
{
	uint32_t x, y, differ = a->afi ^ b->afi;

	for (unsigned i = 0; i < 16; i += 4) {
		memcpy(&x, a->bytes + i, 4);
		memcpy(&y, b->bytes + i, 4);
		differ |= x ^ y;
	}
	return differ == 0;
}

/*
 * Text of addr as RFC 5952 has it ("" for no address); returns buf.  IPv6 is
 * hex throughout, also where an IPv4 address is mapped into it.
 */
char *ipaddr_format(const struct ipaddr *addr, char buf[IPADDR_STRLEN]);

/* Read text as one address.  BLK_EUSAGE if it is none; out is unchanged. */
enum blk_status ipaddr_parse(const char *text, struct ipaddr *out);

/* <0, 0, >0: by family, then by address. */
int ipaddr_cmp(const struct ipaddr *a, const struct ipaddr *b);

/*
 * Make a prefix of len bits from the first bytes of addr (len rounded up to
 * whole bytes); bits beyond len are cleared.  len must fit afi.
 */
struct prefix prefix_make(enum afi afi, const uint8_t *addr, unsigned len);

/* An IPv4 address as a number, without the bits beyond len, 0..32. */
static inline uint32_t
prefix_ipv4(uint32_t addr, unsigned len)
{
	return (uint32_t)(addr & ~(UINT64_C(0xffffffff) >> len));
}

/* As prefix_make, in place, of an IPv4 address as a number; len is 0..32. */
static inline void
prefix_set_ipv4(struct prefix *p, uint32_t addr, unsigned len)
{
	uint32_t a = prefix_ipv4(addr, len);

	p->afi = AFI_IPV4;
	p->len = (uint8_t)len;
	p->bytes[0] = (uint8_t)(a >> 24);
	p->bytes[1] = (uint8_t)(a >> 16);
	p->bytes[2] = (uint8_t)(a >> 8);
	p->bytes[3] = (uint8_t)a;
	memset(p->bytes + 4, 0, sizeof(p->bytes) - 4);
}

/* Half of an IPv6 address, of which all but the first bits, 0..64, become 0. */
static inline uint64_t
prefix_half(uint64_t half, unsigned bits)
{
	return bits < 64 ? half & ~(UINT64_MAX >> bits) : half;
}

/* "192.0.2.0/24", RFC 5952 for IPv6; returns buf. */
char *prefix_format(const struct prefix *p, char buf[PREFIX_STRLEN]);

/*
 * Read "address/len" (a bare address means the whole length).  Bits beyond len
 * are cleared.  BLK_EUSAGE if the text is no prefix; out is unchanged.
 */
enum blk_status prefix_parse(const char *text, struct prefix *out);

/* <0, 0, >0: by family, address, then length, so covering ones come first. */
int prefix_cmp(const struct prefix *a, const struct prefix *b);

static inline bool
prefix_equal(const struct prefix *a, const struct prefix *b)
{
	return a->len == b->len && a->afi == b->afi &&
	    memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* True iff outer holds every address of inner (equal prefixes do). */
bool prefix_contains(const struct prefix *outer, const struct prefix *inner);

/* A hash of all bits of a prefix, whose address is given as numbers. */
static inline uint32_t
prefix_hash_words(unsigned afi, unsigned len, uint64_t high, uint64_t low)
{
	const uint64_t rest = (uint32_t)high * UINT64_C(0xd6e8feb86659fd93) +
	    low * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t h = (uint32_t)(high >> 32) ^ (uint32_t)(rest >> 32) ^
	    (afi * 256u + len) * UINT32_C(0x9e3779b1);

	/* every bit into all others, without loss */
	h = (h ^ h >> 16) * UINT32_C(0x85ebca6b);
	h = (h ^ h >> 13) * UINT32_C(0xc2b2ae35);
	return h ^ h >> 16;
}

/* A hash of all its bits; IPv4 prefixes of one length never collide. */
static inline uint32_t
prefix_hash(const struct prefix *p)
{
	struct cursor c = cur_from(p->bytes, sizeof(p->bytes));
	const uint64_t high = cur_peek_be64(&c);

	cur_skip(&c, 8);
	return prefix_hash_words(p->afi, p->len, high, cur_peek_be64(&c));
}

/* The same of an IPv4 prefix, whose address is what prefix_ipv4 returns. */
static inline uint32_t
prefix_hash_ipv4(uint32_t addr, unsigned len)
{
	return prefix_hash_words(AFI_IPV4, len, (uint64_t)addr << 32, 0);
}

/* The same of an IPv6 prefix, whose halves are what prefix_half returns. */
static inline uint32_t
prefix_hash_ipv6(uint64_t high, uint64_t low, unsigned len)
{
	return prefix_hash_words(AFI_IPV6, len, high, low);
}

#endif
