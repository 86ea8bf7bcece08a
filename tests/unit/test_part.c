#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/replay_build.h"

#include "blackout/archive.h"
#include "feed/batch.h"
#include "part/part_batch.h"
#include "part/part_list.h"
#include "part/part_sift.h"
#include "part/part_wire.h"

static void
test_numbers_of_any_size(void **state)
{
	static const int64_t values[] = {0, 1, -1, 63, 64, -64, -65, INT64_MAX,
	    INT64_MIN, USEC_NONE + 1, 1419000000000000};
	struct part_buf b = {0};
	struct cursor c;

	(void)state;
	for (size_t i = 0; i < N_OF(values); i++) {
		part_put_int(&b, values[i]);
		part_put_uint(&b, (uint64_t)values[i]);
	}
	assert_false(b.failed);
	c = cur_from(b.v, b.n);
	for (size_t i = 0; i < N_OF(values); i++) {
		assert_true(part_int(&c) == values[i]);
		assert_true(part_uint(&c) == (uint64_t)values[i]);
	}
	assert_true(cur_done(&c));
	part_buf_fini(&b);
}

static void
test_numbers_that_are_none(void **state)
{
	static const uint8_t long_one[] = {
	    255, 255, 255, 255, 255, 255, 255, 255, 255, 2};
	static const uint8_t cut[] = {128};
	static const uint8_t count[] = {3, 0, 0};
	struct cursor c = cur_from(long_one, sizeof(long_one));

	(void)state;
	part_uint(&c);
	assert_false(cur_ok(&c));
	c = cur_from(cut, sizeof(cut));
	part_uint(&c);
	assert_false(cur_ok(&c));
	c = cur_from(count, sizeof(count));
	assert_int_equal(part_count(&c, 1), 0); /* three, and two are left */
	assert_false(cur_ok(&c));
}

static struct part_list
list_of(const char *const *texts, size_t n)
{
	struct part_list l = {0};

	for (size_t i = 0; i < n; i++) {
		struct prefix p = pfx(texts[i]);

		assert_true(part_list_add(&l, &p));
	}
	return l;
}

static void
test_lists(void **state)
{
	static const char *const texts[] = {"2001:db8::/32", "10.1.0.0/16",
	    "10.0.0.0/8", "10.1.0.0/17", "0.0.0.0/0", "10.1.0.0/16", "::/0",
	    "2001:db8::1/128", "192.0.2.1/32"};
	struct part_list l = list_of(texts, N_OF(texts)), read = {0};
	struct prefix missing = pfx("10.1.128.0/17");
	struct part_buf b = {0};
	struct cursor c;

	(void)state;
	part_list_sort(&l);
	assert_int_equal(l.n, N_OF(texts) - 1);
	part_list_put(&b, &l);
	c = cur_from(b.v, b.n);
	assert_true(part_list_take(&c, &read));
	assert_true(cur_done(&c));
	assert_int_equal(read.n, l.n);
	for (size_t i = 0; i < l.n; i++)
		assert_true(prefix_equal(&read.v[i], &l.v[i]) &&
		    part_list_has(&read, &l.v[i]));
	assert_false(part_list_has(&read, &missing));
	part_list_fini(&l);
	part_list_fini(&read);
	part_buf_fini(&b);
}

static void
test_a_list_out_of_order_is_none(void **state)
{
	static const char *const texts[] = {"10.1.0.0/16", "10.0.0.0/8"};
	struct part_list l = list_of(texts, N_OF(texts)), read = {0};
	struct part_buf b = {0};
	struct cursor c;

	(void)state;
	part_list_put(&b, &l);
	c = cur_from(b.v, b.n);
	assert_true(part_list_take(&c, &read));
	assert_false(cur_ok(&c));
	assert_int_equal(read.n, 1);
	part_list_fini(&l);
	part_list_fini(&read);
	part_buf_fini(&b);
}

/* --- sifting --- */

struct sieve {
	struct part_sift sift;
	struct lane_batch to;
};

static struct lane_batch
batch_of(const char *prefix, enum event_type type, uint32_t origin)
{
	static struct played_route played;
	static struct event events[2];

	played = play_route(prefix, 0);
	memset(events, 0, sizeof(events));
	events[0] = (struct event){.time = AT(1),
	    .type = EVENT_MESSAGE,
	    .routes = {.message = EVENT_WHOLE}};
	events[1] = (struct event){.time = AT(1),
	    .type = (uint8_t)type,
	    .afi = played.route.afi,
	    .origin_n = type == EVENT_ANNOUNCE,
	    .routes = {.n = 1, .origin = origin}};
	return (struct lane_batch){.ev = {.events = events,
				       .event_n = 2,
				       .routes = &played.route,
				       .route_n = 1,
				       .addrs = &played.addr,
				       .addr_n = 1}};
}

/* How many events are kept of an announcement by origin, and its message. */
static uint32_t
kept(struct sieve *s, const char *prefix, enum event_type type, uint32_t origin)
{
	struct lane_batch from = batch_of(prefix, type, origin);

	lane_batch_clear(&s->to);
	assert_true(part_sift_batch(&s->sift, &from, &s->to));
	return s->to.ev.event_n;
}

static void
sieve_fini(struct sieve *s)
{
	struct lane_batch *b = malloc(sizeof(*b));

	assert_non_null(b);
	*b = s->to;
	lane_batch_free(b);
	part_sift_fini(&s->sift);
}

static void
test_what_a_network_originates_is_kept(void **state)
{
	const uint32_t asn = 64500;
	const struct state_params watch = {.asns = &asn, .asn_n = 1};
	struct sieve s = {0};
	struct prefix p = pfx("10.3.0.0/16");
	struct part_list l = {0};

	(void)state;
	assert_true(part_sift_init(&s.sift, &watch));
	assert_true(part_sift_also(&s.sift, &p));
	part_sift_begin(&s.sift);
	assert_int_equal(kept(&s, "10.1.0.0/16", EVENT_ANNOUNCE, 64500), 2);
	assert_int_equal(kept(&s, "10.1.0.0/16", EVENT_ANNOUNCE, 64999), 2);
	assert_int_equal(kept(&s, "10.1.0.0/16", EVENT_WITHDRAW, 0), 2);
	assert_int_equal(kept(&s, "10.2.0.0/16", EVENT_ANNOUNCE, 64999), 1);
	assert_int_equal(kept(&s, "10.3.0.0/16", EVENT_ANNOUNCE, 64999), 2);
	assert_false(s.sift.incomplete);
	assert_true(part_sift_list(&s.sift, PART_KEEP, 0, &l));
	assert_int_equal(l.n, 1);
	p = pfx("10.2.0.0/16");
	assert_true(prefix_equal(&l.v[0], &p));
	/* It was left out, and is watched now: once more. */
	assert_int_equal(kept(&s, "10.2.0.0/16", EVENT_ANNOUNCE, 64500), 2);
	assert_true(s.sift.incomplete);
	part_list_fini(&l);
	sieve_fini(&s);
}

static void
test_what_the_question_names_is_kept(void **state)
{
	const struct prefix named = pfx("10.0.0.0/8");
	const struct state_params watch = {.prefixes = &named,
	    .prefix_n = 1,
	    .more_specific = true,
	    .skip_family = {false, true}};
	struct sieve s = {0};

	(void)state;
	assert_true(part_sift_init(&s.sift, &watch));
	part_sift_begin(&s.sift);
	assert_int_equal(kept(&s, "10.1.0.0/16", EVENT_WITHDRAW, 0), 2);
	assert_int_equal(kept(&s, "11.1.0.0/16", EVENT_ANNOUNCE, 1), 1);
	assert_int_equal(kept(&s, "2001:db8::/32", EVENT_ANNOUNCE, 1), 1);
	assert_int_equal(s.sift.mentioned.n, 0);
	sieve_fini(&s);
}

/* A message of which no route is kept is told all the same. */
static void
test_messages_are_kept(void **state)
{
	const uint32_t asn = 64500;
	const struct state_params watch = {.asns = &asn, .asn_n = 1};
	struct lane_batch from = batch_of("10.2.0.0/16", EVENT_ANNOUNCE, 64999);
	struct event_message m = {.announce_n = {1}, .mark = 7};
	struct sieve s = {0};
	const struct event *e;

	(void)state;
	from.ev.events++;
	from.ev.event_n = 1;
	from.ev.events[0].routes.message = EVENT_TOLD;
	from.ev.messages = &m;
	from.ev.message_n = 1;
	assert_true(part_sift_init(&s.sift, &watch));
	part_sift_begin(&s.sift);
	assert_true(part_sift_batch(&s.sift, &from, &s.to));
	assert_int_equal(s.to.ev.event_n, 1);
	assert_int_equal(s.to.ev.route_n, 0);
	e = &s.to.ev.events[0];
	assert_int_equal(e->type, EVENT_MESSAGE);
	assert_true(event_is_message(e));
	assert_int_equal(event_message(&s.to.ev, e).announce_n[0], 1);
	assert_int_equal(event_message(&s.to.ev, e).mark, 7);
	assert_int_equal(e->origin_n, 0);
	assert_int_equal(e->routes.n, 0);

	/* once its network announces it, with its routes */
	from.ev.events[0].routes.origin = asn;
	lane_batch_clear(&s.to);
	assert_true(part_sift_batch(&s.sift, &from, &s.to));
	assert_int_equal(s.to.ev.event_n, 1);
	e = &s.to.ev.events[0];
	assert_int_equal(e->type, EVENT_ANNOUNCE);
	assert_true(event_is_message(e));
	assert_int_equal(e->routes.n, 1);
	assert_int_equal(e->routes.origin, asn);
	sieve_fini(&s);
}

/* Time goes on within a RIB, whosever prefixes stand in it. */
static void
test_moments_of_a_rib_are_kept(void **state)
{
	static const int seconds[] = {5, 5, 7, 7, 7, 9};
	const uint32_t asn = 64500;
	const struct state_params watch = {.asns = &asn, .asn_n = 1};
	struct event_entry entries[N_OF(seconds)];
	struct event_route routes[N_OF(seconds)];
	struct event events[N_OF(seconds)] = {0};
	const struct lane_batch from = {.ev = {.events = events,
					    .event_n = N_OF(seconds),
					    .routes = routes,
					    .route_n = N_OF(seconds),
					    .entries = entries,
					    .entry_n = N_OF(seconds)}};
	struct sieve s = {0};

	(void)state;
	for (unsigned i = 0; i < N_OF(seconds); i++) {
		char text[PREFIX_STRLEN];

		snprintf(text, sizeof(text), "10.%u.0.0/16", i);
		entries[i] = entry(0, 64999);
		events[i] = (struct event){.time = AT(seconds[i]),
		    .type = EVENT_RIB_PREFIX,
		    .rib = {.route = i, .first = i, .n = 1}};
		routes[i] = play_route(text, 0).route;
	}
	assert_true(part_sift_init(&s.sift, &watch));
	part_sift_begin(&s.sift);
	assert_true(part_sift_batch(&s.sift, &from, &s.to));
	assert_int_equal(s.to.ev.event_n, 3);
	assert_true(s.to.ev.events[0].time == AT(5));
	assert_true(s.to.ev.events[1].time == AT(7));
	assert_true(s.to.ev.events[2].time == AT(9));
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(
		    s.to.ev.routes[s.to.ev.events[i].rib.route].hash,
		    routes[i == 0    ? 0
			    : i == 1 ? 2
				     : 5]
			.hash);
	sieve_fini(&s);
}

/* Written with marks, read with or without them. */
static void
test_marks_are_read_if_wanted(void **state)
{
	struct lane_batch from = batch_of("10.2.0.0/16", EVENT_ANNOUNCE, 64999);
	struct event_message m = {.announce_n = {1}, .mark = 7};
	struct event_peer peer = {.addr = ip_n(4), .asn = 65004};

	(void)state;
	from.ev.events[0].routes.message = EVENT_TOLD;
	from.ev.messages = &m;
	from.ev.message_n = 1;
	from.ev.peers = &peer;
	from.ev.peer_n = 1;
	for (unsigned wanted = 0; wanted < 2; wanted++) {
		struct part_thread thread = {.marks = true};
		struct part_encoder e = {0};
		struct part_buf b = {0};
		struct sieve s = {0};
		struct event_message got;

		part_encoder_begin(&e, true);
		assert_int_equal(part_encode(&e, &from, &b), BLK_OK);
		assert_int_equal(part_decode(&thread, cur_from(b.v, b.n),
				     wanted == 1, &s.to),
		    BLK_OK);
		got = event_message(&s.to.ev, &s.to.ev.events[0]);
		assert_int_equal(got.announce_n[0], 1);
		assert_int_equal(got.mark, wanted == 1 ? 7 : 0);
		part_encoder_fini(&e);
		part_buf_fini(&b);
		sieve_fini(&s);
	}
}

/* What is told with a batch is kept, and brings an event with it. */
static void
test_holes_and_doubts_are_kept(void **state)
{
	const uint32_t asn = 64500;
	const struct state_params watch = {.asns = &asn, .asn_n = 1};
	struct lane_hole hole = {AT(0), AT(1)};
	struct lane_doubt doubt = {.peer = 3, .swapped = true};
	struct event_peer peer = {.addr = ip_n(4), .asn = 65004};
	struct lane_batch from = batch_of("10.2.0.0/16", EVENT_ANNOUNCE, 64999);
	struct part_encoder e = {0};
	struct part_thread thread = {.peer_n = 3};
	struct part_buf b = {0};
	struct sieve s = {0};

	(void)state;
	from.ev.events++;
	from.ev.event_n = 1;
	from.ev.events[0].routes.message = EVENT_WHOLE;
	from.ev.events[0].peer = 3;
	from.ev.peers = &peer;
	from.ev.peer_base = 3;
	from.ev.peer_n = 1;
	from.holes = &hole;
	from.doubts = &doubt;
	from.hole_n = from.doubt_n = 1;
	assert_true(part_sift_init(&s.sift, &watch));
	part_sift_begin(&s.sift);
	assert_true(part_sift_batch(&s.sift, &from, &s.to));
	assert_int_equal(s.to.ev.event_n, 1);
	part_encoder_begin(&e, false);
	e.thread.peer_n = 3;
	assert_int_equal(part_encode(&e, &s.to, &b), BLK_OK);
	lane_batch_clear(&s.to);
	assert_int_equal(
	    part_decode(&thread, cur_from(b.v, b.n), false, &s.to), BLK_OK);
	assert_int_equal(s.to.hole_n, 1);
	assert_true(
	    s.to.holes[0].from == AT(0) && s.to.holes[0].until == AT(1));
	assert_int_equal(s.to.doubt_n, 1);
	assert_true(s.to.doubts[0].peer == 3 && s.to.doubts[0].swapped);
	assert_int_equal(s.to.ev.peer_base, 3);
	assert_int_equal(s.to.ev.peer_n, 1);
	assert_int_equal(s.to.ev.peers[0].asn, 65004);
	assert_int_equal(s.to.ev.events[0].peer, 3);
	part_encoder_fini(&e);
	part_buf_fini(&b);
	sieve_fini(&s);
}

/* --- files that are known by what was kept of them --- */

static struct archive_kept
kept_file(const char *path, uint64_t size, uint64_t digest, usec_t time)
{
	return (struct archive_kept){.path = path,
	    .collector = "rrc00",
	    .collector_known = true,
	    .name_kind = ARCHIVE_UPDATES,
	    .name_time = time,
	    .name_span = USEC_NONE,
	    .size = size,
	    .digest = digest,
	    .kind = ARCHIVE_UPDATES,
	    .first_time = time};
}

static void
test_files_without_their_bytes(void **state)
{
	struct archive_kept files[] = {
	    kept_file("b", 1000, 7, AT(300)),
	    kept_file("a", 1000, 7, AT(300)), /* a copy of b */
	    kept_file("c", 1000, 8, AT(0)),
	    kept_file("d", 1000, 0, AT(600)), /* could not be read */
	    kept_file("e", 1000, 0, AT(900)),
	    kept_file("f", 14, 9, AT(1200)), /* nothing happened, twice */
	    kept_file("g", 14, 9, AT(1500)),
	};
	static const char *const order[] = {"c", "a", "d", "e", "f", "g"};
	struct archive *a;

	(void)state;
	assert_int_equal(archive_of_kept(&a, files, N_OF(files)), BLK_OK);
	assert_int_equal(a->file_n, N_OF(order));
	assert_int_equal(a->collector_n, 1);
	assert_int_equal(archive_peek(a, true), BLK_OK);
	for (size_t i = 0; i < N_OF(order); i++)
		assert_string_equal(a->files[i].path, order[i]);
	assert_true(a->files[0].first_time == AT(0));
	assert_true(a->collectors[0].cadence == 300 * USEC_PER_SEC);
	archive_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers_of_any_size),
	    cmocka_unit_test(test_numbers_that_are_none),
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_a_list_out_of_order_is_none),
	    cmocka_unit_test(test_what_a_network_originates_is_kept),
	    cmocka_unit_test(test_what_the_question_names_is_kept),
	    cmocka_unit_test(test_messages_are_kept),
	    cmocka_unit_test(test_moments_of_a_rib_are_kept),
	    cmocka_unit_test(test_marks_are_read_if_wanted),
	    cmocka_unit_test(test_holes_and_doubts_are_kept),
	    cmocka_unit_test(test_files_without_their_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
