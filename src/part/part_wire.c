#include "part/part_wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

void
part_buf_fini(struct part_buf *b)
{
	free(b->v);
	*b = (struct part_buf){0};
}

uint8_t *
part_buf_room(struct part_buf *b, size_t n)
{
	if (b->failed || !vec_reserve_many(&b->v, b->n, n, &b->cap, 1)) {
		b->failed = true;
		return NULL;
	}
	return b->v + b->n;
}

void
part_put_bytes(struct part_buf *b, const void *bytes, size_t n)
{
	uint8_t *to = n > 0 ? part_buf_room(b, n) : NULL;

	if (to == NULL)
		return;
	memcpy(to, bytes, n);
	b->n += n;
}

void
part_put_u8(struct part_buf *b, uint8_t v)
{
	part_put_bytes(b, &v, 1);
}

void
part_put_be32(struct part_buf *b, uint32_t v)
{
	const uint8_t bytes[] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16),
	    (uint8_t)(v >> 8), (uint8_t)v};

	part_put_bytes(b, bytes, sizeof(bytes));
}

void
part_put_be64(struct part_buf *b, uint64_t v)
{
	part_put_be32(b, (uint32_t)(v >> 32));
	part_put_be32(b, (uint32_t)v);
}

void
part_put_uint(struct part_buf *b, uint64_t v)
{
	uint8_t bytes[10];
	size_t n = 0;

	for (; v > 127; v >>= 7)
		bytes[n++] = (uint8_t)(v | 128);
	bytes[n++] = (uint8_t)v;
	part_put_bytes(b, bytes, n);
}

void
part_put_int(struct part_buf *b, int64_t v)
{
	uint64_t u = (uint64_t)v;

	part_put_uint(b, v < 0 ? ~u << 1 | 1 : u << 1);
}

void
part_put_text(struct part_buf *b, const char *s)
{
	size_t n = strlen(s);

	part_put_uint(b, n);
	part_put_bytes(b, s, n);
}

void
part_put_prefix(struct part_buf *b, const struct prefix *p)
{
	/* lengths of IPv6 lie behind those of IPv4: 33 to 161 */
	part_put_u8(b, (uint8_t)(p->len + (p->afi == AFI_IPV6 ? 33 : 0)));
	part_put_bytes(b, p->bytes, (p->len + 7u) / 8);
}

void
part_put_addr(struct part_buf *b, const struct ipaddr *a)
{
	part_put_u8(b, a->afi);
	part_put_bytes(b, a->bytes, afi_bits(a->afi) / 8);
}

uint64_t
part_uint(struct cursor *c)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = cur_u8(c);

		if (shift == 63 && byte > 1)
			break;
		v |= (uint64_t)(byte & 127) << shift;
		if (byte < 128)
			return v;
	}
	cur_fail(c);
	return 0;
}

uint64_t
part_uint_max(struct cursor *c, uint64_t max)
{
	uint64_t v = part_uint(c);

	if (v <= max)
		return v;
	cur_fail(c);
	return 0;
}

int64_t
part_int(struct cursor *c)
{
	uint64_t u = part_uint(c);
	int64_t half = (int64_t)(u >> 1);

	return (u & 1) != 0 ? -half - 1 : half;
}

uint64_t
part_be64(struct cursor *c)
{
	uint64_t high = cur_be32(c);

	return high << 32 | cur_be32(c);
}

size_t
part_count(struct cursor *c, size_t size)
{
	uint64_t n = part_uint(c);

	if (n <= cur_left(c) / size)
		return (size_t)n;
	cur_fail(c);
	return 0;
}

char *
part_text(struct cursor *c)
{
	size_t n = (size_t)part_uint_max(c, PART_TEXT_MAX);
	const uint8_t *bytes = n > 0 ? cur_bytes(c, n) : NULL;
	char *s;

	if (!cur_ok(c) || (n > 0 && memchr(bytes, 0, n) != NULL)) {
		cur_fail(c);
		return NULL;
	}
	s = malloc(n + 1);
	if (s == NULL)
		return NULL;
	if (n > 0)
		memcpy(s, bytes, n);
	s[n] = '\0';
	return s;
}

void
part_prefix(struct cursor *c, struct prefix *out)
{
	static const uint8_t none[16];
	unsigned len = cur_u8(c);
	enum afi afi = len > 32 ? AFI_IPV6 : AFI_IPV4;
	const uint8_t *bytes;

	len -= afi == AFI_IPV6 ? 33 : 0;
	if (len > afi_bits(afi)) {
		cur_fail(c);
		len = 0;
	}
	bytes = len > 0 ? cur_bytes(c, (len + 7) / 8) : none;
	*out = bytes != NULL ? prefix_make(afi, bytes, len)
			     : prefix_make(AFI_IPV4, none, 0);
}

void
part_addr(struct cursor *c, struct ipaddr *out)
{
	uint8_t afi = cur_u8(c);

	if (afi > AFI_IPV6)
		cur_fail(c);
	ipaddr_read(c, afi, out);
}
