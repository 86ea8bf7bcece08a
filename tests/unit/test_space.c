#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/replay_build.h"

#include "outage/space.h"

#define MAX 64u

static int
by_prefix(const void *a, const void *b)
{
	return prefix_cmp(a, b);
}

/* A space of prefixes, and those of them that count. */
struct plan {
	struct prefix v[MAX];
	bool held[MAX];
	size_t n;
	struct space s;
};

static size_t
at(const struct plan *p, const char *text)
{
	struct prefix x = pfx(text);

	for (size_t i = 0; i < p->n; i++)
		if (prefix_cmp(&p->v[i], &x) == 0)
			return i;
	fail_msg("no such prefix: %s", text);
	return 0;
}

static void
draw(struct plan *p, const char *const *all)
{
	*p = (struct plan){0};
	for (; all[p->n] != NULL; p->n++)
		p->v[p->n] = pfx(all[p->n]);
	qsort(p->v, p->n, sizeof(*p->v), by_prefix);
	assert_int_equal(space_init(&p->s, p->v, p->n), BLK_OK);
}

static void
hold(struct plan *p, const char *text, bool held)
{
	p->held[at(p, text)] = held;
}

static bool
covered(const struct plan *p, const char *text)
{
	return space_covered(&p->s, at(p, text), p->held);
}

static void
test_who_is_inside_whom(void **state)
{
	static const char *const all[] = {"10.0.0.0/8", "10.1.0.0/16",
	    "10.1.2.0/24", "10.1.2.128/25", "10.2.0.0/16", "11.0.0.0/8",
	    "2001:db8::/32", "2001:db8:1::/48", "a00::/8", NULL};
	static const char *const parent[] = {NULL, "10.0.0.0/8", "10.1.0.0/16",
	    "10.1.2.0/24", "10.0.0.0/8", NULL, NULL, "2001:db8::/32", NULL};
	static const size_t inside[] = {4, 2, 1, 0, 0, 0, 1, 0, 0};
	struct plan p;

	(void)state;
	draw(&p, all);
	for (size_t i = 0; all[i] != NULL; i++) {
		size_t k = at(&p, all[i]);

		if (parent[i] == NULL)
			assert_true(p.s.parent[k] == SPACE_NONE);
		else
			assert_int_equal(p.s.parent[k], at(&p, parent[i]));
		assert_int_equal(p.s.end[k] - k - 1, inside[i]);
	}
	space_fini(&p.s);
}

static void
test_nothing(void **state)
{
	struct space s;

	(void)state;
	assert_int_equal(space_init(&s, NULL, 0), BLK_OK);
	assert_true(space_union(&s, AFI_IPV4, NULL) == 0);
	space_fini(&s);
}

static void
test_covered_by_one_around_it(void **state)
{
	static const char *const all[] = {
	    "0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", NULL};
	struct plan p;

	(void)state;
	draw(&p, all);
	hold(&p, "10.1.2.0/24", true);
	assert_false(covered(&p, "10.1.2.0/24")); /* not by itself */
	assert_false(covered(&p, "10.1.0.0/16"));
	hold(&p, "10.0.0.0/8", true);
	assert_true(covered(&p, "10.1.2.0/24"));
	assert_true(covered(&p, "10.1.0.0/16"));
	assert_false(covered(&p, "0.0.0.0/0"));
	hold(&p, "10.0.0.0/8", false);
	hold(&p, "0.0.0.0/0", true);
	assert_true(covered(&p, "10.1.2.0/24"));
	space_fini(&p.s);
}

static void
test_covered_by_several_inside(void **state)
{
	static const char *const all[] = {"10.0.0.0/22", "10.0.0.0/23",
	    "10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/25",
	    "10.0.3.128/25", NULL};
	struct plan p;

	(void)state;
	draw(&p, all);
	hold(&p, "10.0.0.0/24", true);
	hold(&p, "10.0.1.0/24", true);
	hold(&p, "10.0.2.0/24", true);
	hold(&p, "10.0.3.0/25", true);
	assert_false(covered(&p, "10.0.0.0/22")); /* a hole at the end */
	assert_true(covered(&p, "10.0.0.0/23"));
	hold(&p, "10.0.3.128/25", true);
	assert_true(covered(&p, "10.0.0.0/22"));
	hold(&p, "10.0.1.0/24", false);
	assert_false(covered(&p, "10.0.0.0/22")); /* one in the middle */
	hold(&p, "10.0.0.0/23", true);
	assert_true(covered(&p, "10.0.0.0/22"));
	hold(&p, "10.0.0.0/24", false);
	assert_true(covered(&p, "10.0.0.0/22"));
	hold(&p, "10.0.0.0/23", false);
	hold(&p, "10.0.1.0/24", true);
	assert_false(covered(&p, "10.0.0.0/22")); /* one at the start */
	space_fini(&p.s);
}

/* The halves of everything: the last address has none after it. */
static void
test_the_whole_of_a_family(void **state)
{
	static const char *const all[] = {"0.0.0.0/0", "0.0.0.0/1",
	    "128.0.0.0/1", "255.255.255.255/32", "::/0", "::/1", "8000::/1",
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", NULL};
	struct plan p;

	(void)state;
	draw(&p, all);
	hold(&p, "128.0.0.0/1", true);
	hold(&p, "::/1", true);
	assert_false(covered(&p, "0.0.0.0/0"));
	assert_false(covered(&p, "::/0"));
	assert_true(covered(&p, "255.255.255.255/32"));
	hold(&p, "0.0.0.0/1", true);
	assert_true(covered(&p, "0.0.0.0/0"));
	assert_false(covered(&p, "::/0"));
	hold(&p, "8000::/1", true);
	assert_true(covered(&p, "::/0"));
	space_fini(&p.s);
}

static void
test_unions_count_once(void **state)
{
	static const char *const all[] = {"10.0.0.0/22", "10.0.0.0/24",
	    "10.0.3.0/24", "10.0.9.0/24", "10.0.10.128/25", "2001:db8::/32",
	    "2001:db8:1::/48", "2001:db9::/48", "2001:dba::/64", NULL};
	struct plan p;

	(void)state;
	draw(&p, all);
	assert_true(space_union(&p.s, AFI_IPV4, p.held) == 0);
	hold(&p, "10.0.0.0/24", true);
	hold(&p, "10.0.3.0/24", true);
	hold(&p, "10.0.10.128/25", true);
	assert_true(space_union(&p.s, AFI_IPV4, p.held) == 2.5);
	hold(&p, "10.0.0.0/22", true);
	assert_true(space_union(&p.s, AFI_IPV4, p.held) == 4.5);
	hold(&p, "10.0.9.0/24", true);
	assert_true(space_union(&p.s, AFI_IPV4, p.held) == 5.5);
	assert_true(space_union(&p.s, AFI_IPV6, p.held) == 0);
	hold(&p, "2001:db8:1::/48", true);
	hold(&p, "2001:db9::/48", true);
	assert_true(space_union(&p.s, AFI_IPV6, p.held) == 2);
	hold(&p, "2001:db8::/32", true);
	assert_true(space_union(&p.s, AFI_IPV6, p.held) == 65537);
	hold(&p, "2001:dba::/64", true);
	assert_true(space_union(&p.s, AFI_IPV6, p.held) == 65537 + 1 / 65536.0);
	assert_true(space_union(&p.s, AFI_IPV4, p.held) == 5.5);
	space_fini(&p.s);
}

/*
 * Every set of the prefixes inside a /29 against a plain count of addresses,
 * so that nothing rests on the cases one thinks of.
 */
static void
test_all_sets_of_a_small_space(void **state)
{
	struct plan p = {0};
	size_t n = 0;

	(void)state;
	for (unsigned len = 29; len <= 31; len++)
		for (unsigned i = 0; i < 1u << (len - 29); i++) {
			uint8_t a[4] = {10, 0, 0, (uint8_t)(i << (32 - len))};

			p.v[n++] = prefix_make(AFI_IPV4, a, len);
		}
	for (unsigned i = 0; i < 8; i++) {
		uint8_t a[4] = {10, 0, 0, (uint8_t)i};

		p.v[n++] = prefix_make(AFI_IPV4, a, 32);
	}
	qsort(p.v, n, sizeof(*p.v), by_prefix);
	p.n = n;
	assert_int_equal(n, 15);
	assert_int_equal(space_init(&p.s, p.v, n), BLK_OK);
	for (unsigned set = 0; set < 1u << 15; set++) {
		unsigned all = 0, count = 0;

		for (size_t i = 0; i < n; i++)
			p.held[i] = (set >> i & 1) != 0;
		for (size_t i = 0; i < n; i++) {
			unsigned size = 1u << (32 - p.v[i].len), own, others;

			own = ((1u << size) - 1) << p.v[i].bytes[3];
			all |= p.held[i] ? own : 0;
			others = 0;
			for (size_t k = 0; k < n; k++)
				if (k != i && p.held[k])
					others |=
					    ((1u << (1u << (32 - p.v[k].len))) -
						1)
					    << p.v[k].bytes[3];
			if (space_covered(&p.s, i, p.held) !=
			    ((others & own) == own))
				fail_msg("set %x, prefix %zu", set, i);
		}
		for (; all != 0; all &= all - 1)
			count++;
		assert_true(
		    space_union(&p.s, AFI_IPV4, p.held) == count / 256.0);
	}
	space_fini(&p.s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_nothing),
	    cmocka_unit_test(test_who_is_inside_whom),
	    cmocka_unit_test(test_covered_by_one_around_it),
	    cmocka_unit_test(test_covered_by_several_inside),
	    cmocka_unit_test(test_the_whole_of_a_family),
	    cmocka_unit_test(test_unions_count_once),
	    cmocka_unit_test(test_all_sets_of_a_small_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
