#include "part/part_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/compare.h"
#include "base/vec.h"

void
part_list_fini(struct part_list *l)
{
	free(l->v);
	*l = (struct part_list){0};
}

bool
part_list_add(struct part_list *l, const struct prefix *p)
{
	if (!vec_reserve(&l->v, l->n, &l->cap, sizeof(*l->v)))
		return false;
	l->v[l->n++] = *p;
	return true;
}

static int
order(const void *a, const void *b)
{
	return prefix_cmp(a, b);
}

void
part_list_sort(struct part_list *l)
{
	l->n = compare_sort_distinct(l->v, l->n, sizeof(*l->v), order);
}

bool
part_list_has(const struct part_list *l, const struct prefix *p)
{
	return l->n > 0 && bsearch(p, l->v, l->n, sizeof(*l->v), order) != NULL;
}

/*
 * A prefix: its length, those of IPv6 behind those of IPv4; how many of its
 * bytes are those of the one before; the other bytes.
 */
void
part_list_put(struct part_buf *b, const struct part_list *l)
{
	const uint8_t *before = NULL;

	part_put_uint(b, l->n);
	for (size_t i = 0; i < l->n; i++) {
		const struct prefix *p = &l->v[i];
		unsigned n = (p->len + 7u) / 8, same = 0;

		while (before != NULL && same < n &&
		    before[same] == p->bytes[same])
			same++;
		part_put_u8(
		    b, (uint8_t)(p->len + (p->afi == AFI_IPV6 ? 33 : 0)));
		part_put_u8(b, (uint8_t)same);
		part_put_bytes(b, p->bytes + same, n - same);
		before = p->bytes;
	}
}

static void
take_one(struct cursor *c, const struct prefix *before, struct prefix *out)
{
	unsigned len = cur_u8(c), same = cur_u8(c), n;
	enum afi afi = len > 32 ? AFI_IPV6 : AFI_IPV4;
	uint8_t bytes[16] = {0};
	const uint8_t *rest = NULL;

	len -= afi == AFI_IPV6 ? 33 : 0;
	n = (len + 7) / 8;
	if (len > afi_bits(afi) || same > n) {
		cur_fail(c);
		return;
	}
	memcpy(bytes, before->bytes, same);
	if (n > same)
		rest = cur_bytes(c, n - same);
	if (rest != NULL)
		memcpy(bytes + same, rest, n - same);
	*out = prefix_make(afi, bytes, len);
}

bool
part_list_take(struct cursor *c, struct part_list *l)
{
	size_t n = part_count(c, 2), begin = l->n;
	struct prefix before = {0};

	for (size_t i = 0; i < n && cur_ok(c); i++) {
		struct prefix p = {0};

		take_one(c, &before, &p);
		if (l->n > begin && prefix_cmp(&before, &p) >= 0)
			cur_fail(c);
		if (!cur_ok(c))
			break;
		if (!part_list_add(l, &p))
			return false;
		before = p;
	}
	return true;
}
