#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/prefix_set.h"

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(text, &p), BLK_OK);
	return p;
}

static void
add(struct prefix_set *s, const char *text)
{
	struct prefix p = prefix(text);

	assert_true(prefix_set_add(s, &p));
}

static void
nothing_is_in_an_empty_set(void **state)
{
	const struct prefix any = prefix("0.0.0.0/0");
	struct prefix_set s = {0};

	(void)state;
	assert_true(prefix_set_settle(&s));
	assert_false(prefix_set_has(&s, &any));
	assert_false(prefix_set_has_around(&s, &any));
	assert_false(prefix_set_has_inside(&s, &any));
	prefix_set_fini(&s);
}

static void
exact_around_and_inside(void **state)
{
	static const struct {
		const char *text;
		bool exact, around, inside;
	} cases[] = {
	    {"10.0.0.0/8", true, true, true},
	    {"10.1.0.0/16", true, true, true},
	    {"10.1.0.0/17", false, true, false},
	    {"10.2.0.0/16", false, true, false},
	    {"10.0.0.0/7", false, false, true},
	    {"11.0.0.0/8", false, false, false},
	    {"9.0.0.0/8", false, false, false},
	    {"0.0.0.0/0", false, false, true},
	    {"192.0.2.1/32", true, true, true},
	    {"192.0.2.0/32", false, false, false},
	    {"192.0.2.0/24", false, false, true},
	    {"::/0", false, false, true},
	    {"a00::/8", false, false, false}, /* the bytes of 10.0.0.0/8 */
	    {"2001:db8::/32", true, true, true},
	    {"2001:db8:0:1::/64", false, true, false},
	};
	struct prefix_set s = {0};

	(void)state;
	add(&s, "192.0.2.1/32");
	add(&s, "10.1.0.0/16");
	add(&s, "2001:db8::/32");
	add(&s, "10.0.0.0/8");
	add(&s, "10.1.0.0/16");
	assert_true(prefix_set_settle(&s));
	assert_int_equal(s.n, 4);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct prefix p = prefix(cases[i].text);

		assert_int_equal(prefix_set_has(&s, &p), cases[i].exact);
		assert_int_equal(
		    prefix_set_has_around(&s, &p), cases[i].around);
		assert_int_equal(
		    prefix_set_has_inside(&s, &p), cases[i].inside);
	}
	prefix_set_fini(&s);
}

/* Few bits, so that prefixes meet often. */
static struct prefix
random_prefix(void)
{
	const bool v6 = rand() % 4 == 0;
	uint8_t bytes[16] = {0};

	for (unsigned i = 0; i < 3; i++)
		bytes[i] = (uint8_t)(rand() % 4 * (rand() % 2 ? 64 : 1));
	return prefix_make(
	    v6 ? AFI_IPV6 : AFI_IPV4, bytes, (unsigned)rand() % 26);
}

static void
random_sets_agree_with_a_loop(void **state)
{
	const char *given = getenv("TEST_SEED");
	const unsigned seed = given != NULL ? (unsigned)atoi(given) : 20141222;

	(void)state;
	srand(seed);
	printf("TEST_SEED=%u\n", seed);
	for (unsigned round = 0; round < 200; round++) {
		const size_t n = (size_t)(rand() % 40);
		struct prefix_set s = {0};
		struct prefix in[40];

		for (size_t i = 0; i < n; i++) {
			in[i] = random_prefix();
			assert_true(prefix_set_add(&s, &in[i]));
		}
		assert_true(prefix_set_settle(&s));
		for (unsigned k = 0; k < 200; k++) {
			const struct prefix p = random_prefix();
			bool exact = false, around = false, inside = false;

			for (size_t i = 0; i < n; i++) {
				exact |= prefix_cmp(&in[i], &p) == 0;
				around |= prefix_contains(&in[i], &p);
				inside |= prefix_contains(&p, &in[i]);
			}
			assert_int_equal(prefix_set_has(&s, &p), exact);
			assert_int_equal(prefix_set_has_around(&s, &p), around);
			assert_int_equal(prefix_set_has_inside(&s, &p), inside);
		}
		prefix_set_fini(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_in_an_empty_set),
	    cmocka_unit_test(exact_around_and_inside),
	    cmocka_unit_test(random_sets_agree_with_a_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
