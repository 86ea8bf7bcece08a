#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "state/route.h"

static struct route_pool pool;

static int
empty_pool(void **state)
{
	(void)state;
	route_pool_fini(&pool);
	return 0;
}

/* A path is a number here: that of its origin. */
static void
announce(struct route *r, uint32_t id, uint32_t path)
{
	assert_true(route_announce(r, &pool, id, path));
}

static void
add(struct route *r, uint32_t id, uint32_t path)
{
	assert_true(route_add(r, &pool, id, path));
}

static unsigned
path_n(const struct route *r)
{
	uint32_t paths[ROUTE_PATHS_MAX];

	return route_paths(r, &pool, paths);
}

/* How many of its paths are that one. */
static unsigned
from(const struct route *r, uint32_t path)
{
	uint32_t paths[ROUTE_PATHS_MAX];
	unsigned all = route_paths(r, &pool, paths), n = 0;

	for (unsigned i = 0; i < all; i++)
		n += paths[i] == path;
	return n;
}

/* Nodes of the pool that are in use. */
static size_t
nodes(void)
{
	size_t n = pool.n;

	for (uint32_t at = pool.spare; at != 0; at = pool.v[at - 1].next)
		n--;
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
		assert_int_equal(path_n(r), 0);
		assert_int_equal(r->updated, 0);
		r->epoch = (uint16_t)(r->session + 7);
	}
	assert_int_equal(l.n, 500);
	for (uint32_t i = 0; i < 500; i++) {
		assert_int_equal(l.v[i].session, i);
		assert_int_equal(route_find(&l, i)->epoch, i + 7);
		assert_ptr_equal(route_get(&l, i), &l.v[i]);
	}
	assert_null(route_find(&l, 500));
	assert_int_equal(l.n, 500);
	assert_true(nodes() <= ROUTE_PATHS_MAX);
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
	assert_int_equal(path_n(r), 1);
	assert_int_equal(from(r, 64501), 1);
	route_withdraw(r, &pool, 0);
	assert_int_equal(path_n(r), 0);
	route_withdraw(r, &pool, 0);
	assert_int_equal(path_n(r), 0);
	assert_true(nodes() <= ROUTE_PATHS_MAX);
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
	assert_int_equal(path_n(r), 3);
	assert_int_equal(from(r, 64502), 0);
	assert_int_equal(from(r, 64512), 1);
	route_withdraw(r, &pool, 9);
	assert_int_equal(path_n(r), 3);
	route_withdraw(r, &pool, 1);
	route_withdraw(r, &pool, 3);
	assert_int_equal(path_n(r), 1);
	assert_int_equal(from(r, 64512), 1);
	route_withdraw(r, &pool, 2);
	assert_int_equal(path_n(r), 0);
	assert_true(nodes() <= ROUTE_PATHS_MAX);
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
	assert_int_equal(path_n(r), 1);
	assert_int_equal(from(r, 64500), 1);
	announce(r, 4, 64504);
	announce(r, 5, 64505);
	route_withdraw(r, &pool, 0);
	assert_int_equal(path_n(r), 0);
	assert_true(nodes() <= ROUTE_PATHS_MAX);
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
		add(r, 0, 64500);
	/* An update of one of them does not add a fourth. */
	announce(r, 11, 64500);
	assert_int_equal(path_n(r), 3);
	announce(r, 11, 64500);
	assert_int_equal(path_n(r), 3);
	route_withdraw(r, &pool, 12);
	route_withdraw(r, &pool, 11);
	assert_int_equal(path_n(r), 1);
	route_withdraw(r, &pool, 11);
	assert_int_equal(path_n(r), 0);
	assert_true(nodes() <= ROUTE_PATHS_MAX);
	route_list_fini(&l);
}

static void
test_a_known_identifier_goes_before_an_anonymous_path(void **state)
{
	struct route_list l = {0};
	struct route *r = route_get(&l, 1);

	(void)state;
	add(r, 0, 64500);
	add(r, 7, 64507);
	announce(r, 7, 64517);
	assert_int_equal(from(r, 64500), 1);
	assert_int_equal(from(r, 64517), 1);
	route_withdraw(r, &pool, 7);
	assert_int_equal(path_n(r), 1);
	assert_int_equal(from(r, 64500), 1);
	assert_true(nodes() <= ROUTE_PATHS_MAX);
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
	assert_int_equal(path_n(r), ROUTE_PATHS_MAX);
	assert_int_equal(from(r, 64001), 1);
	assert_int_equal(from(r, 64000 + ROUTE_PATHS_MAX + 10), 1);
	route_clear(r, &pool);
	assert_int_equal(path_n(r), 0);
	announce(r, 1, 64999);
	assert_int_equal(path_n(r), 1);
	assert_int_equal(from(r, 64999), 1);
	assert_true(nodes() <= ROUTE_PATHS_MAX);
	route_list_fini(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(
		test_list_is_sorted_by_session, empty_pool),
	    cmocka_unit_test_teardown(
		test_one_path_replaces_itself, empty_pool),
	    cmocka_unit_test_teardown(test_paths_are_told_apart, empty_pool),
	    cmocka_unit_test_teardown(test_no_identifier_means_all, empty_pool),
	    cmocka_unit_test_teardown(
		test_anonymous_paths_are_counted, empty_pool),
	    cmocka_unit_test(
		test_a_known_identifier_goes_before_an_anonymous_path),
	    cmocka_unit_test_teardown(
		test_paths_beyond_the_limit_count_as_the_last, empty_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
