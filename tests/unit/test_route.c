#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "state/route.h"

static struct route_path
path(uint32_t id, uint32_t origin)
{
	return (struct route_path){.id = id, .origin = origin};
}

static struct route_path
unnamed(uint32_t origin)
{
	return (struct route_path){.origin = origin, .anonymous = true};
}

static void
announce(struct route *r, uint32_t id, uint32_t origin)
{
	struct route_path p = path(id, origin);

	assert_true(route_announce(r, &p));
}

static void
add(struct route *r, struct route_path p)
{
	assert_true(route_add(r, &p));
}

/* How many paths have that origin. */
static unsigned
from(const struct route *r, uint32_t origin)
{
	unsigned n = 0;

	for (unsigned i = 0; i < r->path_n; i++)
		n += route_paths(r)[i].origin == origin;
	return n;
}

static void
test_list_is_sorted_by_session(void **state)
{
	struct route_list l = {0};

	(void)state;
	assert_null(route_find(&l, 0));
	/* 0..499 in an order that comes from everywhere */
	for (uint32_t i = 0; i < 500; i++) {
		struct route *r = route_get(&l, i * 317 % 500);

		assert_non_null(r);
		assert_int_equal(r->session, i * 317 % 500);
		assert_int_equal(r->epoch, 0);
		assert_int_equal(r->path_n, 0);
		assert_true(r->updated == USEC_NONE);
		r->epoch = r->session + 7;
	}
	assert_int_equal(l.n, 500);
	for (uint32_t i = 0; i < 500; i++) {
		assert_int_equal(l.v[i].session, i);
		assert_int_equal(route_find(&l, i)->epoch, i + 7);
		assert_ptr_equal(route_get(&l, i), &l.v[i]);
	}
	assert_null(route_find(&l, 500));
	assert_int_equal(l.n, 500);
	route_list_fini(&l);
}

static void
test_one_path_replaces_itself(void **state)
{
	struct route_list l = {0};
	struct route *r = route_get(&l, 1);

	(void)state;
	announce(r, 0, 64500);
	announce(r, 0, 64501);
	assert_int_equal(r->path_n, 1);
	assert_int_equal(from(r, 64501), 1);
	route_withdraw(r, 0);
	assert_int_equal(r->path_n, 0);
	route_withdraw(r, 0);
	assert_int_equal(r->path_n, 0);
	route_list_fini(&l);
}

static void
test_paths_are_told_apart(void **state)
{
	struct route_list l = {0};
	struct route *r = route_get(&l, 1);

	(void)state;
	announce(r, 1, 64501);
	announce(r, 2, 64502);
	announce(r, 3, 64503);
	announce(r, 2, 64512);
	assert_int_equal(r->path_n, 3);
	assert_int_equal(from(r, 64502), 0);
	assert_int_equal(from(r, 64512), 1);
	route_withdraw(r, 9);
	assert_int_equal(r->path_n, 3);
	route_withdraw(r, 1);
	route_withdraw(r, 3);
	assert_int_equal(r->path_n, 1);
	assert_int_equal(from(r, 64512), 1);
	route_withdraw(r, 2);
	assert_int_equal(r->path_n, 0);
	route_list_fini(&l);
}

/* A message without an identifier means the route as a whole. */
static void
test_no_identifier_means_all(void **state)
{
	struct route_list l = {0};
	struct route *r = route_get(&l, 1);

	(void)state;
	announce(r, 1, 64501);
	announce(r, 2, 64502);
	announce(r, 0, 64500);
	assert_int_equal(r->path_n, 1);
	assert_int_equal(from(r, 64500), 1);
	announce(r, 4, 64504);
	announce(r, 5, 64505);
	route_withdraw(r, 0);
	assert_int_equal(r->path_n, 0);
	route_list_fini(&l);
}

/* Three paths from a RIB that leaves out identifiers: the third withdrawal is
   the last, whatever the identifiers are. */
static void
test_anonymous_paths_are_counted(void **state)
{
	struct route_list l = {0};
	struct route *r = route_get(&l, 1);

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		add(r, unnamed(64500));
	/* An update of one of them does not add a fourth. */
	announce(r, 11, 64500);
	assert_int_equal(r->path_n, 3);
	announce(r, 11, 64500);
	assert_int_equal(r->path_n, 3);
	route_withdraw(r, 12);
	route_withdraw(r, 11);
	assert_int_equal(r->path_n, 1);
	route_withdraw(r, 11);
	assert_int_equal(r->path_n, 0);
	route_list_fini(&l);
}

static void
test_a_known_identifier_goes_before_an_anonymous_path(void **state)
{
	struct route_list l = {0};
	struct route *r = route_get(&l, 1);

	(void)state;
	add(r, unnamed(64500));
	add(r, path(7, 64507));
	announce(r, 7, 64517);
	assert_int_equal(from(r, 64500), 1);
	assert_int_equal(from(r, 64517), 1);
	route_withdraw(r, 7);
	assert_int_equal(r->path_n, 1);
	assert_int_equal(from(r, 64500), 1);
	route_list_fini(&l);
}

static void
test_paths_beyond_the_limit_count_as_the_last(void **state)
{
	struct route_list l = {0};
	struct route *r = route_get(&l, 1);

	(void)state;
	for (uint32_t i = 1; i <= ROUTE_PATHS_MAX + 10; i++)
		announce(r, i, 64000 + i);
	assert_int_equal(r->path_n, ROUTE_PATHS_MAX);
	assert_int_equal(from(r, 64001), 1);
	assert_int_equal(from(r, 64000 + ROUTE_PATHS_MAX + 10), 1);
	route_clear(r);
	assert_int_equal(r->path_n, 0);
	announce(r, 1, 64999);
	assert_int_equal(r->path_n, 1);
	assert_int_equal(route_paths(r)[0].origin, 64999);
	route_list_fini(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_list_is_sorted_by_session),
	    cmocka_unit_test(test_one_path_replaces_itself),
	    cmocka_unit_test(test_paths_are_told_apart),
	    cmocka_unit_test(test_no_identifier_means_all),
	    cmocka_unit_test(test_anonymous_paths_are_counted),
	    cmocka_unit_test(
		test_a_known_identifier_goes_before_an_anonymous_path),
	    cmocka_unit_test(test_paths_beyond_the_limit_count_as_the_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
