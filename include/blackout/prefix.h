#ifndef BLACKOUT_PREFIX_H
#define BLACKOUT_PREFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
struct ipaddr ipaddr_read(struct cursor *c, enum afi afi);

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

/* "192.0.2.0/24", RFC 5952 for IPv6; returns buf. */
char *prefix_format(const struct prefix *p, char buf[PREFIX_STRLEN]);

/*
 * Read "address/len" (a bare address means the whole length).  Bits beyond len
 * are cleared.  BLK_EUSAGE if the text is no prefix; out is unchanged.
 */
enum blk_status prefix_parse(const char *text, struct prefix *out);

/* <0, 0, >0: by family, address, then length, so covering ones come first. */
int prefix_cmp(const struct prefix *a, const struct prefix *b);

/* True iff outer holds every address of inner (equal prefixes do). */
bool prefix_contains(const struct prefix *outer, const struct prefix *inner);

/* A hash of all its bits, the same on every machine. */
uint64_t prefix_hash(const struct prefix *p);

#endif
