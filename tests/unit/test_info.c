#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs the first four above */
#include <cmocka.h>

#include "blackout/info.h"
#include "blackout/mrt.h"

/*
 * What is counted of events made by hand: files 0 and 1 are of collector 0,
 * file 2 is of collector 1.
 */

#define FILES 3u
#define AT(sec) ((INT64_C(1419000000) + (sec)) * USEC_PER_SEC)
#define HOUR INT64_C(3600)

static const unsigned collector_of[FILES] = {0, 0, 1};

static struct info_count *count;
static struct info *info;
static uint32_t peers_told[FILES];

static int
setup(void **state)
{
	const struct archive a = {.file_n = FILES, .collector_n = 2};

	(void)state;
	memset(peers_told, 0, sizeof(peers_told));
	info = NULL;
	return info_count_new(&count, &a) == BLK_OK ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	info_count_free(count);
	info_free(info);
	return 0;
}

static void
finish(void)
{
	assert_int_equal(info_count_finish(count, 0.75, &info), BLK_OK);
}

static void
apply(unsigned file, struct event_batch *b)
{
	const struct feed_run run = {.collector = collector_of[file],
	    .lane = file,
	    .batch = b,
	    .n = b->event_n};

	assert_int_equal(info_count_apply(count, &run), BLK_OK);
}

/* 192.0.2.n of AS64500 + n. */
static struct event_peer
peer_n(unsigned n)
{
	return (struct event_peer){
	    .addr = {AFI_IPV4, {192, 0, 2, (uint8_t)n}}, .asn = 64500 + n};
}

/* A new peer of a file; its number in it. */
static uint32_t
peer(unsigned file, unsigned n)
{
	struct event_peer p = peer_n(n);
	struct event_batch b = {
	    .peers = &p, .peer_base = peers_told[file], .peer_n = 1};

	apply(file, &b);
	return peers_told[file]++;
}

static void
event(unsigned file, struct event e)
{
	struct event_batch b = {.events = &e, .event_n = 1};

	apply(file, &b);
}

static void
message(unsigned file, uint32_t from, usec_t time, uint32_t announced,
    uint32_t withdrawn, unsigned family)
{
	struct event_message m = {.mark = 0};
	struct event e = {.time = time,
	    .type = EVENT_MESSAGE,
	    .peer = from,
	    .routes = {.message = EVENT_TOLD}};
	struct event_batch b = {
	    .events = &e, .event_n = 1, .messages = &m, .message_n = 1};

	m.announce_n[family] = announced;
	m.withdraw_n[family] = withdrawn;
	apply(file, &b);
}

static void
state_change(
    unsigned file, uint32_t of, usec_t time, uint16_t from, uint16_t to)
{
	event(file,
	    (struct event){.time = time,
		.type = EVENT_STATE,
		.peer = of,
		.state = {.from = from, .to = to}});
}

/* A RIB with that many prefixes of each family, and tables of these sizes. */
static void
rib(unsigned file, usec_t time, uint32_t ipv4_n, uint32_t ipv6_n, bool whole,
    struct event_size *sizes, uint32_t n)
{
	struct event_batch b = {.sizes = sizes, .size_n = n, .event_n = 1};
	struct event end = {.time = time + 5, .type = EVENT_RIB_END};

	event(file, (struct event){.time = time, .type = EVENT_RIB_BEGIN});
	for (uint32_t i = 0; i < ipv4_n + ipv6_n; i++)
		event(file,
		    (struct event){.time = time + 1,
			.type = EVENT_RIB_PREFIX,
			.afi = i < ipv4_n ? AFI_IPV4 : AFI_IPV6});
	end.rib_end.complete = whole;
	end.rib_end.n = n;
	b.events = &end;
	apply(file, &b);
}

static const struct info_peer *
found(unsigned collector, unsigned n)
{
	for (size_t i = 0; i < info->peer_n; i++)
		if (info->peers[i].collector == collector &&
		    info->peers[i].asn == 64500 + n)
			return &info->peers[i];
	fail_msg("no peer %u of collector %u", n, collector);
	return NULL;
}

static void
words_of_peers_and_files(void **state)
{
	uint32_t a = peer(0, 1), b = peer(0, 2), a1 = peer(1, 1);

	(void)state;
	(void)peer(2, 1);
	message(0, a, AT(10), 3, 1, 0);
	message(0, b, AT(11), 0, 0, 0);
	message(0, a, AT(12), 5, 2, 1);
	message(1, a1, AT(900), 7, 0, 0);
	finish();
	assert_int_equal(info->peer_n, 3);
	assert_int_equal(found(0, 1)->words.messages, 3);
	assert_int_equal(found(0, 1)->words.announced[0], 10);
	assert_int_equal(found(0, 1)->words.announced[1], 5);
	assert_int_equal(found(0, 1)->words.withdrawn[0], 1);
	assert_int_equal(found(0, 1)->words.withdrawn[1], 2);
	assert_int_equal(found(0, 1)->first, AT(10));
	assert_int_equal(found(0, 1)->last, AT(900));
	assert_int_equal(found(0, 2)->words.messages, 1);
	assert_int_equal(found(1, 1)->words.messages, 0);
	assert_int_equal(found(1, 1)->first, USEC_NONE);
	assert_int_equal(info->files[0].words.messages, 3);
	assert_int_equal(info->files[0].words.announced[0], 3);
	assert_int_equal(info->files[0].peer_n, 2);
	assert_int_equal(info->files[1].words.announced[0], 7);
	assert_int_equal(info->files[1].peer_n, 1);
	assert_int_equal(info->collectors[0].words.messages, 4);
	assert_int_equal(info->collectors[0].peer_n, 2);
	assert_int_equal(info->collectors[1].peer_n, 1);
}

/* A file may give one peer two numbers, and a run only part of a batch. */
static void
one_peer_with_two_numbers(void **state)
{
	struct event_peer twice[] = {peer_n(1), peer_n(1)};
	struct event e[] = {{.time = AT(1),
				.type = EVENT_MESSAGE,
				.peer = 0,
				.routes = {.message = EVENT_WHOLE}},
	    {.time = AT(2),
		.type = EVENT_MESSAGE,
		.peer = 1,
		.routes = {.message = EVENT_WHOLE}}};
	struct event_batch b = {
	    .events = e, .event_n = 2, .peers = twice, .peer_n = 2};
	struct feed_run run = {.batch = &b, .first = 0, .n = 1};

	(void)state;
	assert_int_equal(info_count_apply(count, &run), BLK_OK);
	run.first = 1;
	assert_int_equal(info_count_apply(count, &run), BLK_OK);
	peers_told[0] = 2;
	message(0, peer(0, 2), AT(3), 0, 0, 0);
	finish();
	assert_int_equal(info->peer_n, 2);
	assert_int_equal(info->files[0].peer_n, 2);
	assert_int_equal(found(0, 1)->words.messages, 2);
	assert_int_equal(found(0, 2)->words.messages, 1);
}

static void
states(void **state)
{
	uint32_t a = peer(0, 1);

	(void)state;
	state_change(0, a, AT(1), MRT_FSM_IDLE, MRT_FSM_CONNECT);
	state_change(0, a, AT(2), MRT_FSM_OPEN_CONFIRM, MRT_FSM_ESTABLISHED);
	state_change(0, a, AT(3), MRT_FSM_ESTABLISHED, MRT_FSM_CLEARING);
	state_change(0, a, AT(4), MRT_FSM_CLEARING, MRT_FSM_IDLE);
	state_change(0, a, AT(5), MRT_FSM_ESTABLISHED, MRT_FSM_ESTABLISHED);
	finish();
	assert_int_equal(found(0, 1)->words.states, 5);
	assert_int_equal(found(0, 1)->words.ups, 1);
	assert_int_equal(found(0, 1)->words.downs, 1);
	assert_int_equal(found(0, 1)->words.messages, 0);
	assert_int_equal(found(0, 1)->last, AT(5));
	assert_int_equal(info->files[0].words.downs, 1);
}

/* The last RIB counts; who is not in it has no table any more. */
static void
tables(void **state)
{
	uint32_t a = peer(0, 1), b = peer(0, 2), c = peer(1, 3),
		 a1 = peer(1, 1);
	struct event_size first[] = {{a, {9, 2}}, {b, {8, 0}}};
	struct event_size second[] = {{a1, {7, 0}}, {c, {6, 0}}};

	(void)state;
	rib(0, AT(0), 10, 2, true, first, 2);
	rib(1, AT(HOUR), 8, 0, true, second, 2);
	finish();
	assert_int_equal(found(0, 1)->table[0], 7);
	assert_int_equal(found(0, 2)->table[0], 0);
	assert_int_equal(found(0, 3)->table[0], 6);
	/* the second one says nothing of IPv6 */
	assert_int_equal(found(0, 1)->table[1], 2);
	assert_int_equal(found(0, 2)->last, AT(0));
	assert_int_equal(found(0, 1)->last, AT(HOUR));
	assert_int_equal(info->collectors[0].tables[0], INFO_TABLES_WHOLE);
	assert_int_equal(info->collectors[0].largest[0], 7);
	assert_int_equal(info->collectors[1].tables[0], INFO_TABLES_NONE);
	assert_int_equal(info->rib_n, 2);
	assert_int_equal(info->ribs[0].time, AT(0));
	assert_int_equal(info->ribs[0].peer_n, 2);
	assert_int_equal(info->ribs[0].prefix_n[0], 10);
	assert_int_equal(info->ribs[0].prefix_n[1], 2);
	assert_int_equal(info->ribs[1].file, 1);
	assert_int_equal(info->ribs[1].prefix_n[1], 0);
}

static void
damaged_tables(void **state)
{
	uint32_t a = peer(0, 1), b = peer(2, 1);
	struct event_size whole[] = {{a, {9, 0}}}, part[] = {{a, {3, 0}}};
	struct event_size other[] = {{b, {50, 0}}};

	(void)state;
	rib(2, AT(0), 50, 0, false, other, 1);
	rib(0, AT(0), 9, 0, true, whole, 1);
	rib(0, AT(HOUR), 3, 0, false, part, 1);
	finish();
	assert_int_equal(found(0, 1)->table[0], 9);
	assert_true(found(0, 1)->full_feed[0]);
	assert_false(info->ribs[1].whole);
	assert_int_equal(info->ribs[1].prefix_n[0], 3);
	/* all that there is */
	assert_int_equal(info->collectors[1].tables[0], INFO_TABLES_PART);
	assert_int_equal(found(1, 1)->table[0], 50);
	assert_false(found(1, 1)->full_feed[0]);
	assert_int_equal(info->collectors[1].full_feed_n[0], 0);
}

static void
a_whole_table_after_a_damaged_one(void **state)
{
	uint32_t a = peer(0, 1);
	struct event_size whole[] = {{a, {2, 0}}}, part[] = {{a, {3, 0}}};

	(void)state;
	rib(0, AT(0), 3, 0, false, part, 1);
	rib(0, AT(HOUR), 2, 0, true, whole, 1);
	finish();
	assert_int_equal(found(0, 1)->table[0], 2);
	assert_int_equal(info->collectors[0].tables[0], INFO_TABLES_WHOLE);
}

/* Three quarters of the largest table at any collector; by family. */
static void
full_feeds(void **state)
{
	uint32_t a = peer(0, 1), b = peer(0, 2), c = peer(2, 3), d = peer(2, 4);
	struct event_size one[] = {{a, {75, 0}}, {b, {74, 4}}};
	struct event_size two[] = {{c, {100, 0}}, {d, {1, 3}}};

	(void)state;
	rib(0, AT(0), 75, 4, true, one, 2);
	rib(2, AT(0), 100, 3, true, two, 2);
	finish();
	assert_true(found(0, 1)->full_feed[0]);
	assert_false(found(0, 1)->full_feed[1]);
	assert_false(found(0, 2)->full_feed[0]);
	assert_true(found(0, 2)->full_feed[1]);
	assert_true(found(1, 4)->full_feed[1]);
	assert_int_equal(info->collectors[0].full_feed_n[0], 1);
	assert_int_equal(info->collectors[1].full_feed_n[0], 1);
	assert_int_equal(info->collectors[1].full_feed_n[1], 1);
	assert_int_equal(info->collectors[1].largest[1], 3);
}

static void
cadence_of_ribs(void **state)
{
	static const int64_t hours[] = {0, 2, 4, 7, 9};
	uint32_t a = peer(0, 1), b = peer(2, 1);
	struct event_size one[] = {{a, {1, 0}}}, two[] = {{b, {1, 0}}};

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		rib(0, AT(hours[i] * HOUR + i), 1, 0, true, one, 1);
	rib(2, AT(0), 1, 0, true, two, 1);
	rib(2, AT(HOUR), 1, 0, true, two, 1);
	finish();
	assert_int_equal(
	    info->collectors[0].rib_cadence, (2 * HOUR + 1) * USEC_PER_SEC);
	assert_int_equal(info->collectors[1].rib_cadence, USEC_NONE);
}

static void
no_rhythm(void **state)
{
	static const int64_t hours[] = {0, 2, 3, 7, 12};
	uint32_t a = peer(0, 1);
	struct event_size one[] = {{a, {1, 0}}};

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		rib(0, AT(hours[i] * HOUR), 1, 0, true, one, 1);
	finish();
	assert_int_equal(info->collectors[0].rib_cadence, USEC_NONE);
}

static void
gap(unsigned file, usec_t from, usec_t until, uint8_t reason)
{
	event(file,
	    (struct event){
		.time = until, .type = EVENT_GAP, .gap = {from, reason}});
}

/* They may be told late. */
static void
gaps(void **state)
{
	(void)state;
	gap(2, AT(1000), AT(1900), GAP_MISSING_FILE);
	gap(2, AT(1), AT(900), GAP_SILENT);
	finish();
	assert_int_equal(info->collectors[0].gap_n, 0);
	assert_int_equal(info->collectors[1].gap_n, 2);
	assert_int_equal(info->collectors[1].gaps[1].start, AT(1000));
	assert_int_equal(info->collectors[1].gaps[0].start, AT(1));
	assert_int_equal(info->collectors[1].gaps[0].end, AT(900));
	assert_int_equal(info->collectors[1].gaps[0].reason, GAP_SILENT);
}

/* By collector, address and ASN, in whatever order they spoke. */
static void
order_of_peers(void **state)
{
	(void)state;
	(void)peer(2, 1);
	(void)peer(1, 7);
	(void)peer(0, 9);
	(void)peer(0, 7);
	(void)peer(0, 3);
	finish();
	assert_int_equal(info->peer_n, 4);
	assert_int_equal(info->peers[0].asn, 64503);
	assert_int_equal(info->peers[1].asn, 64507);
	assert_int_equal(info->peers[2].asn, 64509);
	assert_int_equal(info->peers[3].collector, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(words_of_peers_and_files),
	    TEST(one_peer_with_two_numbers),
	    TEST(states),
	    TEST(tables),
	    TEST(damaged_tables),
	    TEST(a_whole_table_after_a_damaged_one),
	    TEST(full_feeds),
	    TEST(cadence_of_ribs),
	    TEST(no_rhythm),
	    TEST(gaps),
	    TEST(order_of_peers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
