#include "blackout/prefix.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#include "base/put.h"

/* Addresses are parsed by inet_pton, which is strict. */

char *
ipaddr_format(const struct ipaddr *addr, char buf[IPADDR_STRLEN])
{
	*put_ipaddr(buf, addr, PUT_RFC5952) = '\0';
	return buf;
}

enum blk_status
ipaddr_parse(const char *text, struct ipaddr *out)
{
	struct ipaddr addr = {.afi = AFI_NONE};

	if (inet_pton(AF_INET, text, addr.bytes) == 1)
		addr.afi = AFI_IPV4;
	else if (inet_pton(AF_INET6, text, addr.bytes) == 1)
		addr.afi = AFI_IPV6;
	else
		return BLK_EUSAGE;
	*out = addr;
	return BLK_OK;
}

static int
cmp_uint(unsigned a, unsigned b)
{
	return (a > b) - (a < b);
}

int
ipaddr_cmp(const struct ipaddr *a, const struct ipaddr *b)
{
	if (a->afi != b->afi)
		return cmp_uint(a->afi, b->afi);
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

/* The bits of a prefix's last byte, of which the prefix has n (0..7). */
static uint8_t
high_bits(unsigned n)
{
	return (uint8_t)(0xff00u >> n);
}

struct prefix
prefix_make(enum afi afi, const uint8_t *addr, unsigned len)
{
	struct prefix p = {.afi = (uint8_t)afi, .len = (uint8_t)len};
	const unsigned whole = len / 8, rest = len % 8;

	assert(afi_bits(afi) > 0 && len <= afi_bits(afi));
	if (whole > 0)
		memcpy(p.bytes, addr, whole);
	if (rest > 0)
		p.bytes[whole] = addr[whole] & high_bits(rest);
	return p;
}

char *
prefix_format(const struct prefix *p, char buf[PREFIX_STRLEN])
{
	*put_prefix(buf, p, PUT_RFC5952) = '\0';
	return buf;
}

/* One to three digits without a sign or a leading zero, and nothing else. */
static bool
parse_len(const char *text, unsigned max, unsigned *out)
{
	const size_t n = strspn(text, "0123456789");
	unsigned len = 0;

	if (n < 1 || n > 3 || text[n] != '\0' || (n > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < n; i++)
		len = len * 10 + (unsigned)(text[i] - '0');
	if (len > max)
		return false;
	*out = len;
	return true;
}

enum blk_status
prefix_parse(const char *text, struct prefix *out)
{
	const size_t n = strcspn(text, "/");
	char host[IPADDR_STRLEN];
	struct ipaddr addr;
	unsigned len;

	if (n >= sizeof(host))
		return BLK_EUSAGE;
	memcpy(host, text, n);
	host[n] = '\0';
	if (ipaddr_parse(host, &addr) != BLK_OK)
		return BLK_EUSAGE;
	len = afi_bits(addr.afi);
	if (text[n] == '/' && !parse_len(text + n + 1, len, &len))
		return BLK_EUSAGE;
	*out = prefix_make(addr.afi, addr.bytes, len);
	return BLK_OK;
}

int
prefix_cmp(const struct prefix *a, const struct prefix *b)
{
	int order;

	if (a->afi != b->afi)
		return cmp_uint(a->afi, b->afi);
	order = memcmp(a->bytes, b->bytes, sizeof(a->bytes));
	return order != 0 ? order : cmp_uint(a->len, b->len);
}

bool
prefix_contains(const struct prefix *outer, const struct prefix *inner)
{
	const unsigned whole = outer->len / 8, rest = outer->len % 8;

	if (outer->afi != inner->afi || outer->len > inner->len)
		return false;
	if (memcmp(outer->bytes, inner->bytes, whole) != 0)
		return false;
	return rest == 0 ||
	    outer->bytes[whole] == (inner->bytes[whole] & high_bits(rest));
}
