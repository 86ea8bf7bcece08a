#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include "blackout/mrt.h"
#include "feed/lane.h"
#include "support/mrt_build.h"
#include "support/temp_dir.h"

/* One file as events: what it says, in what order, and what is damaged. */

#define T0 1000000000u
#define SEEN_MAX 20000u

static struct temp_dir dir;
static struct mrt_build b;

/* All that a lane said; prefixes and origins are looked up while it is lent. */
static struct seen {
	struct event events[SEEN_MAX];
	struct event_message messages[SEEN_MAX]; /* of those that begin one */
	struct event_entry entries[64];
	struct event_size sizes[64];
	struct event_peer peers[1024];
	struct lane_hole holes[16];
	struct lane_doubt doubts[16];
	uint32_t event_n, given_n, entry_n, size_n, peer_n, hole_n, doubt_n;
	struct {
		struct prefix prefix;
		uint32_t path_id;
	} routes[SEEN_MAX];
	uint32_t route_n;
	uint32_t origin; /* the first of the last set seen */
	struct lane_facts facts;
	struct damage damage[16];
	char what[16][128];
	size_t damage_n;
	struct feed_kind kinds[16];
	size_t kind_n;
} seen;

static int
setup(void **state)
{
	(void)state;
	temp_dir_make(&dir);
	memset(&seen, 0, sizeof(seen));
	b.len = 0;
	b.depth = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	temp_dir_remove(&dir);
	return 0;
}

static void
take_routes(const struct event_batch *e, const struct event *ev)
{
	assert_true(ev->routes.n > 0);
	assert_true(ev->routes.first + ev->routes.n <= e->route_n);
	for (uint32_t i = 0; i < ev->routes.n; i++) {
		const struct event_route *r = &e->routes[ev->routes.first + i];
		const struct prefix p = event_prefix(e, r);

		assert_int_equal(p.afi, ev->afi);
		assert_int_equal(r->hash, prefix_hash(&p));
		assert_true(p.afi == AFI_IPV4 || r->addr < e->addr_n);
		if (seen.route_n == SEEN_MAX)
			continue;
		seen.routes[seen.route_n].prefix = p;
		seen.routes[seen.route_n++].path_id = r->path_id;
	}
}

/* Whether an event begins a message and says its first routes. */
static bool
is_both(const struct event *ev)
{
	return event_is_message(ev) && ev->type != EVENT_MESSAGE;
}

/* One event; of one that is both, the two parts. */
static void
take_event(const struct event_batch *e, struct event ev)
{
	assert_true(seen.event_n + 2 < SEEN_MAX);
	seen.given_n++;
	if (event_is_message(&ev))
		seen.messages[seen.event_n] = event_message(e, &ev);
	if (is_both(&ev)) {
		seen.events[seen.event_n] = ev;
		seen.events[seen.event_n++].type = EVENT_MESSAGE;
		ev.routes.message = EVENT_GOES_ON;
	}
	seen.events[seen.event_n++] = ev;
}

static void
take_batch(const struct lane_batch *lb)
{
	const struct event_batch *e = &lb->ev;

	assert_int_equal(e->peer_base, seen.peer_n);
	for (uint32_t i = 0; i < e->peer_n; i++)
		seen.peers[seen.peer_n++] = e->peers[i];
	for (uint32_t i = 0; i < e->event_n; i++) {
		const struct event *ev = &e->events[i];

		assert_true(seen.event_n == 0 ||
		    seen.events[seen.event_n - 1].time <= ev->time);
		assert_true(
		    ev->type >= EVENT_RIB_BEGIN || ev->peer < seen.peer_n);
		if (ev->type == EVENT_ANNOUNCE && ev->origin_n > 1)
			seen.origin = e->origins[ev->routes.origin];
		if (ev->type == EVENT_ANNOUNCE || ev->type == EVENT_WITHDRAW)
			take_routes(e, ev);
		take_event(e, *ev);
	}
	for (uint32_t i = 0; i < e->entry_n && seen.entry_n < 64; i++)
		seen.entries[seen.entry_n++] = e->entries[i];
	for (uint32_t i = 0; i < e->size_n; i++)
		seen.sizes[seen.size_n++] = e->sizes[i];
	for (size_t i = 0; i < lb->hole_n; i++)
		seen.holes[seen.hole_n++] = lb->holes[i];
	for (size_t i = 0; i < lb->doubt_n; i++)
		seen.doubts[seen.doubt_n++] = lb->doubts[i];
}

static const struct filter *filter; /* that a lane is opened with */

/* With a rest after each batch: the same events. */
static void
check_resting(const char *path)
{
	const struct lane_options opt = {
	    .until = USEC_NONE, .threads = 1, .filter = filter};
	struct lane_batch *batch;
	enum blk_status status;
	uint32_t n = 0;
	struct lane *l;

	assert_int_equal(lane_open(&l, path, &opt), BLK_OK);
	while ((status = lane_next(l, &batch)) == BLK_OK) {
		for (uint32_t i = 0; i < batch->ev.event_n; i++, n++) {
			const struct event *e = &batch->ev.events[i];

			n += is_both(e);
			assert_true(n < seen.event_n);
			assert_int_equal(e->type, seen.events[n].type);
			assert_int_equal(e->time, seen.events[n].time);
			assert_int_equal(e->peer, seen.events[n].peer);
		}
		lane_give_back(l, batch);
		lane_rest(l);
	}
	assert_int_equal(status, BLK_END);
	assert_int_equal(n, seen.event_n);
	assert_int_equal(lane_facts(l)->records, seen.facts.records);
	assert_int_equal(lane_damage(l)->n, seen.damage_n);
	lane_close(l);
}

static void
read_path(const char *path)
{
	const struct lane_options opt = {.until = USEC_NONE, .filter = filter};
	const struct feed_kind *kinds;
	struct lane_batch *batch;
	enum blk_status status;
	struct lane *l;

	assert_int_equal(lane_open(&l, path, &opt), BLK_OK);
	while ((status = lane_next(l, &batch)) == BLK_OK) {
		take_batch(batch);
		lane_give_back(l, batch);
	}
	assert_int_equal(status, BLK_END);
	assert_int_equal(lane_next(l, &batch), BLK_END);
	seen.facts = *lane_facts(l);
	seen.damage_n = lane_damage(l)->n;
	for (size_t i = 0; i < seen.damage_n && i < 16; i++) {
		seen.damage[i] = lane_damage(l)->list[i];
		snprintf(seen.what[i], sizeof(seen.what[i]), "%s",
		    seen.damage[i].what);
	}
	kinds = lane_kinds(l, &seen.kind_n);
	for (size_t i = 0; i < seen.kind_n && i < 16; i++)
		seen.kinds[i] = kinds[i];
	lane_close(l);
	check_resting(path);
}

static void
read_built(void)
{
	read_path(temp_file(&dir, "file", b.bytes, b.len));
}

/* The types of all events, one letter each. */
static const char *
types(void)
{
	static const char letters[] = "MAWXESU([])";
	static char text[512];
	uint32_t n = seen.event_n < 511 ? seen.event_n : 511;

	for (uint32_t i = 0; i < n; i++)
		text[i] = letters[seen.events[i].type];
	text[n] = '\0';
	return text;
}

static int64_t
second(uint32_t i)
{
	return seen.events[i].time / USEC_PER_SEC - T0;
}

/* --- building --- */

static void
begin_update(uint32_t sec)
{
	mb_record(&b, sec, 16, 4);
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_update(&b);
}

static void
end_update(void)
{
	mb_end(&b);
	mb_end(&b);
}

static void
path(unsigned type, const uint32_t *asns, unsigned n)
{
	mb_attr_short(&b, 2);
	mb_segment(&b, 2, 4, MB_ASNS(64500));
	mb_segment(&b, type, 4, asns, n);
	mb_end(&b);
}

/* An UPDATE of nothing but MP_UNREACH_NLRI, whose NLRI come between. */
static void
begin_unreach(uint32_t sec, unsigned afi, unsigned safi)
{
	begin_update(sec);
	mb_u16(&b, 0);
	mb_len16(&b);
	mb_attr_short(&b, 15);
	mb_u16(&b, afi);
	mb_u8(&b, safi);
}

static void
end_unreach(void)
{
	mb_end(&b);
	mb_end(&b);
	end_update();
}

static void
withdrawal(uint32_t sec)
{
	begin_update(sec);
	mb_len16(&b);
	mb_nlri(&b, "\10\10\10", 24);
	mb_end(&b);
	mb_u16(&b, 0);
	end_update();
}

static void
keepalive(uint32_t sec)
{
	mb_record(&b, sec, 16, 4);
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_message(&b, 4);
	mb_end(&b);
	mb_end(&b);
}

/* More peers than heads of records that are kept, in turn, of two types. */
static void
each_message_is_of_its_peer(void **state)
{
	const uint32_t n = 600;

	(void)state;
	for (uint32_t i = 0; i < 3 * n; i++) {
		mb_record(&b, T0 + i, 16, i < 2 * n ? 4 : 1);
		mb_bgp4mp(&b, i < 2 * n ? 4 : 2, 1000 + i % n, 64501);
		mb_message(&b, 4);
		mb_end(&b);
		mb_end(&b);
	}
	read_built();
	assert_int_equal(seen.event_n, 3 * n);
	assert_int_equal(seen.peer_n, n);
	for (uint32_t i = 0; i < 3 * n; i++)
		assert_int_equal(
		    seen.peers[seen.events[i].peer].asn, 1000 + i % n);
}

static void
state_change(uint32_t sec, unsigned from, unsigned to)
{
	mb_record(&b, sec, 16, 5);
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_u16(&b, from);
	mb_u16(&b, to);
	mb_end(&b);
}

static void
peer_index_table(uint32_t sec)
{
	mb_record(&b, sec, 13, 1);
	mb_u32(&b, 1);
	mb_u16(&b, 0);
	mb_u16(&b, 3);
	mb_u8(&b, 2); /* FRR's own */
	mb_fill(&b, 0, 4 + 4 + 4);
	for (unsigned i = 1; i <= 2; i++) {
		mb_u8(&b, 2);
		mb_u32(&b, i);
		mb_bytes(&b, "\300\0\2", 3);
		mb_u8(&b, i);
		mb_u32(&b, 64500 + i);
	}
	mb_end(&b);
}

static void
rib_entry(unsigned peer)
{
	mb_u16(&b, peer);
	mb_u32(&b, T0 - 100);
	mb_len16(&b);
	path(2, MB_ASNS(3356, 15169));
	mb_end(&b);
}

/* Two routes of the prefix, by the peers of these numbers. */
static void
rib_record(uint32_t sec, const char *prefix, unsigned one, unsigned two)
{
	mb_record(&b, sec, 13, 2);
	mb_u32(&b, 0);
	mb_nlri(&b, prefix, 24);
	mb_u16(&b, 2);
	rib_entry(one);
	rib_entry(two);
	mb_end(&b);
}

static void
td1_record(uint32_t sec, const char *prefix, unsigned peer)
{
	mb_record(&b, sec, 12, 1);
	mb_u16(&b, 0);
	mb_u16(&b, 1);
	mb_bytes(&b, prefix, 3);
	mb_u8(&b, 0);
	mb_u8(&b, 24);
	mb_u8(&b, 1);
	mb_u32(&b, T0 - 100);
	mb_bytes(&b, "\300\0\2", 3);
	mb_u8(&b, peer);
	mb_u16(&b, 64500 + peer);
	mb_len16(&b);
	mb_attr_short(&b, 2);
	mb_segment(&b, 2, 2, MB_ASNS(64500, 15169));
	mb_end(&b);
	mb_end(&b);
	mb_end(&b);
}

/* --- messages --- */

/* A prefix withdrawn, and so many announced. */
static void
both_ways(uint32_t sec, unsigned announced_n)
{
	begin_update(sec);
	mb_len16(&b);
	mb_nlri(&b, "\12\0", 16);
	mb_end(&b);
	mb_len16(&b);
	path(2, MB_ASNS(3356, 15169));
	mb_end(&b);
	for (unsigned i = 0; i < announced_n; i++)
		mb_nlri(&b, i == 0 ? "\10\10\10" : "\10\10\4", 24);
	end_update();
}

static void
an_update(void **state)
{
	(void)state;
	both_ways(T0, 2);
	read_built();
	assert_string_equal(types(), "MWA");
	assert_int_equal(seen.given_n, 2); /* the first says two things */
	assert_false(event_is_message(&seen.events[2]));
	assert_int_equal(seen.messages[0].announce_n[0], 2);
	assert_int_equal(seen.messages[0].withdraw_n[0], 1);
	assert_int_equal(seen.events[2].origin_n, 1);
	assert_int_equal(seen.events[2].routes.origin, 15169);
	assert_int_equal(seen.peers[0].asn, 64500);
	assert_int_equal(seen.facts.updates, 1);
	assert_int_equal(seen.facts.first, T0 * USEC_PER_SEC);
	assert_int_equal(seen.damage_n, 0);
}

static void
origins_of_a_set(void **state)
{
	(void)state;
	begin_update(T0);
	mb_u16(&b, 0);
	mb_len16(&b);
	path(1, MB_ASNS(64510, 64511, 64510));
	mb_end(&b);
	mb_nlri(&b, "\10\10\10", 24);
	mb_nlri(&b, "\10\10\4", 24);
	end_update();
	read_built();
	assert_string_equal(types(), "MA");
	assert_int_equal(seen.events[1].origin_n, 2);
	assert_int_equal(seen.events[1].routes.n, 2);
	assert_int_equal(seen.origin, 64510);
}

static void
ends_of_rib(void **state)
{
	(void)state;
	begin_update(T0);
	mb_u32(&b, 0);
	end_update();
	begin_unreach(T0, 2, 1);
	end_unreach();
	/* multicast: none of ours */
	begin_unreach(T0, 1, 2);
	end_unreach();
	keepalive(T0);
	read_built();
	assert_string_equal(types(), "MEMEMM");
	assert_int_equal(seen.events[1].afi, AFI_IPV4);
	assert_int_equal(seen.events[3].afi, AFI_IPV6);
}

static void
states_and_nobody(void **state)
{
	(void)state;
	state_change(T0, 6, 1);
	mb_record(&b, T0, 16, 5); /* a stopping FRR */
	mb_u32(&b, 0);
	mb_u32(&b, 0);
	mb_u16(&b, 6);
	mb_u16(&b, 1);
	mb_end(&b);
	mb_record(&b, T0, 16, 7); /* sent by the collector */
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_message(&b, 4);
	mb_end(&b);
	mb_end(&b);
	read_built();
	assert_string_equal(types(), "S");
	assert_int_equal(seen.events[0].state.from, MRT_FSM_ESTABLISHED);
	assert_int_equal(seen.events[0].state.to, MRT_FSM_IDLE);
	assert_int_equal(seen.facts.records, 3);
	assert_int_equal(seen.facts.skipped, 2);
	assert_int_equal(seen.damage_n, 0);
}

/* OpenBGPD: local and peer swapped, AS numbers of 2 bytes. */
static void
swapped_state(void **state)
{
	(void)state;
	keepalive(T0);
	mb_record(&b, T0 + 1, 16, 0);
	mb_u16(&b, 64501);
	mb_u16(&b, 23456);
	mb_u16(&b, 0);
	mb_u16(&b, 1);
	mb_bytes(&b, "\300\0\2\2\300\0\2\1", 8);
	mb_u16(&b, 6);
	mb_u16(&b, 1);
	mb_end(&b);
	read_built();
	assert_string_equal(types(), "MS");
	assert_int_equal(seen.events[1].peer, seen.events[0].peer);
	assert_int_equal(seen.peer_n, 1);
}

/* The same before any message of the file: told with the batch. */
static void
swapped_state_first(void **state)
{
	(void)state;
	mb_record(&b, T0, 16, 0);
	mb_u16(&b, 64501);
	mb_u16(&b, 23456);
	mb_u16(&b, 0);
	mb_u16(&b, 1);
	mb_bytes(&b, "\300\0\2\2\300\0\2\1", 8);
	mb_u16(&b, 6);
	mb_u16(&b, 1);
	mb_end(&b);
	state_change(T0, 6, 1);
	keepalive(T0 + 1);
	read_built();
	assert_string_equal(types(), "SSM");
	assert_int_equal(seen.peer_n, 3);
	assert_int_equal(seen.doubt_n, 2);
	assert_int_equal(seen.doubts[0].peer, 0);
	assert_true(seen.doubts[0].swapped);
	assert_int_equal(seen.doubts[0].local.asn, 64500);
	assert_int_equal(seen.doubts[1].peer, 1);
	assert_false(seen.doubts[1].swapped);
}

static void
cut_message(void **state)
{
	(void)state;
	mb_record(&b, T0, 16, 4);
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_update(&b);
	mb_len16(&b);
	mb_nlri(&b, "\10\10\10", 24);
	mb_nlri(&b, "\10\10\4", 24);
	mb_end_lie(&b, 9);
	mb_end_lie(&b, 11);
	mb_end(&b);
	read_built();
	assert_string_equal(types(), "MW");
	assert_int_equal(seen.events[1].routes.n, 2);
	assert_int_equal(seen.damage_n, 1);
	assert_string_equal(
	    seen.what[0], "BGP message cut off inside its record");
	assert_int_equal(seen.damage[0].count, 1);
}

static void
unreadable_messages(void **state)
{
	(void)state;
	begin_update(T0);
	mb_u16(&b, 500); /* withdrawn routes beyond the message */
	end_update();
	begin_update(T0 + 1);
	mb_len16(&b);
	mb_u8(&b, 77); /* no prefix of IPv4 is that long */
	mb_fill(&b, 1, 3);
	mb_end(&b);
	mb_u16(&b, 0);
	end_update();
	read_built();
	assert_string_equal(types(), "MUMU");
	assert_int_equal(seen.damage_n, 2);
	assert_int_equal(seen.events[3].peer, 0);
}

/* FRR up to 8.0: path identifiers in a subtype that denies them. */
static void
addpath_in_disguise(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		begin_update(T0);
		mb_u16(&b, 0);
		mb_len16(&b);
		path(2, MB_ASNS(15169));
		mb_end(&b);
		mb_u32(&b, 1);
		mb_nlri(&b, "\10\10\10", 24);
		mb_u32(&b, 2);
		mb_nlri(&b, "\10\10\4", 24);
		end_update();
	}
	read_built();
	assert_string_equal(types(), "MAMAMAMA");
	assert_int_equal(seen.routes[0].path_id, 1);
	assert_int_equal(seen.routes[1].prefix.len, 24);
	assert_int_equal(seen.routes[1].prefix.bytes[2], 4);
}

/* --- order --- */

static void
small_disorder(void **state)
{
	static const uint32_t at[] = {10, 12, 11, 12, 10, 40, 39};
	static const int64_t want[] = {10, 10, 11, 12, 12, 39, 40};

	(void)state;
	for (size_t i = 0; i < 7; i++)
		keepalive(T0 + at[i]);
	read_built();
	for (uint32_t i = 0; i < 7; i++)
		assert_int_equal(second(i), want[i]);
	assert_int_equal(seen.damage_n, 0);
}

/* Equal stamps keep the order of the file, also when they come late. */
static void
disorder_is_stable(void **state)
{
	(void)state;
	withdrawal(T0 + 5);
	keepalive(T0 + 9);
	mb_announcement(&b, T0 + 5);
	read_built();
	assert_string_equal(types(), "MWMAM");
}

static void
unreach_ipv6(uint32_t sec, const char *addr, unsigned len)
{
	begin_unreach(sec, 2, 1);
	mb_nlri(&b, addr, len);
	end_unreach();
}

/* Addresses go where their routes go. */
static void
disorder_keeps_addresses(void **state)
{
	static const char *const want[] = {"2001:db8:1::/48", "8.8.8.0/24",
	    "2001:db8:200::/40", "2001:db8::/32", "::/0"};
	char text[PREFIX_STRLEN];

	(void)state;
	unreach_ipv6(T0 + 1, " \1\r\270\0\1", 48);
	unreach_ipv6(T0 + 9, " \1\r\270", 32);
	unreach_ipv6(T0 + 9, "", 0);
	withdrawal(T0 + 5);
	unreach_ipv6(T0 + 5, " \1\r\270\2", 40);
	read_built();
	assert_string_equal(types(), "MWMWMWMWMW");
	for (unsigned i = 0; i < 5; i++)
		assert_string_equal(
		    prefix_format(&seen.routes[i].prefix, text), want[i]);
}

/* So does what a message says in all. */
static void
disorder_keeps_messages(void **state)
{
	(void)state;
	both_ways(T0 + 9, 1);
	withdrawal(T0 + 5);
	both_ways(T0 + 5, 2);
	read_built();
	assert_string_equal(types(), "MWMWAMWA");
	assert_int_equal(seen.messages[0].withdraw_n[0], 1);
	assert_int_equal(seen.messages[0].announce_n[0], 0);
	assert_int_equal(seen.messages[2].withdraw_n[0], 1);
	assert_int_equal(seen.messages[2].announce_n[0], 2);
	assert_int_equal(seen.messages[5].withdraw_n[0], 1);
	assert_int_equal(seen.messages[5].announce_n[0], 1);
}

static void
future_stray(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 20; i++)
		keepalive(T0 + (i == 7 ? 40000 : i));
	read_built();
	assert_int_equal(seen.event_n, 19);
	assert_int_equal(seen.facts.last, (T0 + 19) * USEC_PER_SEC);
	assert_int_equal(seen.damage_n, 1);
	assert_string_equal(seen.what[0], "records stamped far in the future");
}

static void
future_stray_at_the_start(void **state)
{
	(void)state;
	keepalive(T0 + 40000);
	for (uint32_t i = 0; i < 20; i++)
		keepalive(T0 + i);
	read_built();
	assert_int_equal(seen.event_n, 20);
	assert_int_equal(seen.damage_n, 1);
}

/* What looks like a stray is a quiet hour, if the clock follows. */
static void
quiet_hours(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 12; i++)
		keepalive(T0 + i * 4000);
	read_built();
	assert_int_equal(seen.event_n, 12);
	for (uint32_t i = 0; i < 12; i++)
		assert_int_equal(second(i), i * 4000);
	assert_int_equal(seen.damage_n, 0);
}

static void
steps_back(void **state)
{
	(void)state;
	/* so much that the beginning is out of reach */
	for (uint32_t i = 0; i < 9000; i++)
		keepalive(T0 + i);
	keepalive(T0 + 100); /* far back: dropped */
	keepalive(T0 + 200);
	keepalive(T0 + 7900); /* a little: taken as late */
	read_built();
	assert_int_equal(seen.event_n, 9001);
	assert_int_equal(seen.damage_n, 1);
	assert_string_equal(seen.what[0], "records go back in time");
	assert_int_equal(seen.damage[0].count, 2);
	assert_int_equal(seen.damage[0].lost_from, (T0 + 100) * USEC_PER_SEC);
	assert_int_equal(seen.damage[0].lost_until, (T0 + 201) * USEC_PER_SEC);
}

/* --- RIBs --- */

static void
a_rib(void **state)
{
	(void)state;
	peer_index_table(T0);
	rib_record(T0 + 1, "\10\10\4", 1, 2);
	rib_record(T0 + 1, "\10\10\10", 2, 2); /* split over two records */
	rib_record(T0 + 2, "\10\10\10", 2, 0);
	peer_index_table(T0 + 3); /* repeated: the RIB goes on */
	rib_record(T0 + 2, "\10\10\14", 1, 1);
	read_built();
	assert_string_equal(types(), "([[[]");
	assert_int_equal(second(0), 0);
	assert_int_equal(seen.events[1].rib.n, 2);
	assert_int_equal(seen.events[2].rib.n, 3);
	assert_int_equal(seen.events[3].time, (T0 + 2) * USEC_PER_SEC);
	assert_true(seen.events[4].rib_end.complete);
	assert_int_equal(seen.events[4].rib_end.n, 2);
	assert_int_equal(seen.peer_n, 2);
	assert_int_equal(seen.peers[0].asn, 64501);
	assert_int_equal(seen.sizes[0].prefix_n[0], 2);
	assert_int_equal(seen.sizes[1].prefix_n[0], 2);
	assert_int_equal(seen.entries[0].origin, 15169);
	assert_int_equal(seen.entries[0].originated, T0 - 100);
	assert_int_equal(seen.facts.ribs, 1);
}

static void
two_ribs_and_updates(void **state)
{
	(void)state;
	keepalive(T0);
	peer_index_table(T0 + 1);
	rib_record(T0 + 1, "\10\10\4", 1, 2);
	peer_index_table(T0 + 7201);
	rib_record(T0 + 7201, "\10\10\4", 1, 2);
	keepalive(T0 + 7200);
	keepalive(T0 + 7300);
	read_built();
	assert_string_equal(types(), "M([]([]MM");
	assert_int_equal(second(7), 7201);
	assert_int_equal(seen.facts.ribs, 2);
}

static void
damaged_ribs(void **state)
{
	(void)state;
	rib_record(T0, "\10\10\4", 1, 2);
	read_built();
	assert_int_equal(seen.event_n, 0);
	assert_string_equal(
	    seen.what[0], "RIB record without a PEER_INDEX_TABLE");
	memset(&seen, 0, sizeof(seen));

	b.len = 0;
	peer_index_table(T0);
	read_built();
	assert_int_equal(seen.event_n, 0);
	assert_int_equal(seen.damage_n, 0);
	memset(&seen, 0, sizeof(seen));

	rib_record(T0, "\10\10\4", 1, 9);
	read_built();
	assert_string_equal(types(), "([]");
	assert_int_equal(seen.events[1].rib.n, 1);
	assert_false(seen.events[2].rib_end.complete);
	assert_int_equal(seen.damage_n, 1);
}

static void
table_dump_one(void **state)
{
	(void)state;
	td1_record(T0, "\10\10\4", 1);
	td1_record(T0, "\10\10\4", 2);
	td1_record(T0, "\10\10\10", 2);
	td1_record(T0 + 9000, "\10\10\10", 2);
	read_built();
	assert_string_equal(types(), "([[]([]");
	assert_int_equal(seen.events[1].rib.n, 2);
	assert_true(seen.events[3].rib_end.complete);
}

/* --- files --- */

static void
torn_file(void **state)
{
	(void)state;
	keepalive(T0);
	keepalive(T0 + 1);
	b.len -= 5;
	read_built();
	assert_string_equal(types(), "M");
	assert_true(seen.facts.cut);
	assert_int_equal(seen.facts.cut_at, T0 * USEC_PER_SEC);
	assert_int_equal(seen.damage_n, 1);
	assert_int_equal(seen.damage[0].lost_from, T0 * USEC_PER_SEC);
}

/* A message record of no sense. */
static void
no_message(uint32_t sec)
{
	mb_record(&b, sec, 16, 4);
	mb_u32(&b, 0);
	mb_end(&b);
}

/* What follows a hole may be stamped as wrongly as what lies in it. */
static void
hole_before_a_stray(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 10; i++)
		keepalive(T0 + i);
	mb_fill(&b, 0xee, 40);
	for (uint32_t i = 0; i < 3; i++)
		keepalive(T0 + 500);
	mb_fill(&b, 0xee, 40);
	for (uint32_t i = 0; i < 16; i++)
		no_message(T0 + 9000);
	mb_fill(&b, 0xee, 40);
	for (uint32_t i = 0; i < 16; i++)
		no_message(T0 - 9000);
	mb_fill(&b, 0xee, 40);
	for (uint32_t i = 0; i < 10; i++)
		keepalive(T0 + 560 + i);
	read_built();
	assert_int_equal(seen.event_n, 23);
	assert_int_equal(seen.hole_n, 2);
	assert_int_equal(seen.holes[0].from, (T0 + 9) * USEC_PER_SEC);
	assert_int_equal(seen.holes[0].until, (T0 + 500) * USEC_PER_SEC);
	assert_int_equal(seen.holes[1].from, (T0 + 500) * USEC_PER_SEC);
	assert_int_equal(seen.holes[1].until, (T0 + 560) * USEC_PER_SEC);
	for (uint32_t i = 0; i < seen.damage_n; i++) {
		assert_in_range(seen.damage[i].lost_from,
		    (T0 + 9) * USEC_PER_SEC, (T0 + 500) * USEC_PER_SEC);
		assert_true(seen.damage[i].lost_until == USEC_NONE ||
		    seen.damage[i].lost_until <= (T0 + 560) * USEC_PER_SEC);
	}
	assert_int_equal(seen.facts.last_record, (T0 + 569) * USEC_PER_SEC);
	assert_false(seen.facts.cut);
}

/* Who knows what it was: the file is as good as cut. */
static void
hole_to_the_end(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 10; i++)
		keepalive(T0 + i);
	mb_fill(&b, 0xee, 40);
	read_built();
	assert_int_equal(seen.event_n, 10);
	assert_int_equal(seen.hole_n, 0);
	assert_int_equal(seen.damage_n, 1);
	assert_true(seen.facts.cut);
	assert_int_equal(seen.facts.cut_at, (T0 + 9) * USEC_PER_SEC);
}

static void
hole_in_a_file(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 10; i++)
		keepalive(T0 + i);
	mb_fill(&b, 0xee, 40);
	for (uint32_t i = 0; i < 10; i++)
		keepalive(T0 + 60 + i);
	read_built();
	assert_int_equal(seen.event_n, 20);
	assert_int_equal(seen.damage_n, 1);
	assert_int_equal(seen.hole_n, 1);
	assert_int_equal(seen.holes[0].from, (T0 + 9) * USEC_PER_SEC);
	assert_int_equal(seen.holes[0].until, (T0 + 60) * USEC_PER_SEC);
	assert_int_equal(seen.damage[0].lost_until, (T0 + 60) * USEC_PER_SEC);
	assert_false(seen.facts.cut);
}

static void
no_archive(void **state)
{
	(void)state;
	read_path(temp_file(&dir, "text", "This is but text.\n", 18));
	assert_string_equal(seen.what[0], "not an MRT file");
	memset(&seen, 0, sizeof(seen));
	read_path(temp_file(&dir, "empty", "", 0));
	assert_string_equal(seen.what[0], "empty file: no record");
	memset(&seen, 0, sizeof(seen));
	read_path(temp_path(&dir, "gone"));
	assert_string_equal(seen.what[0], "no such file or directory");
	memset(&seen, 0, sizeof(seen));
	read_path(temp_file(&dir, "xz",
	    "\375"
	    "7zXZ\0\0\0\0\0\0",
	    11));
	assert_string_equal(
	    seen.what[0], "xz compression is not read: decompress it first");
}

static uint64_t
kind_n(unsigned type, unsigned subtype)
{
	for (size_t i = 0; i < seen.kind_n; i++)
		if (seen.kinds[i].type == type &&
		    seen.kinds[i].subtype == subtype)
			return seen.kinds[i].n;
	return 0;
}

static void
kinds_of_records(void **state)
{
	(void)state;
	keepalive(T0 + 1);
	keepalive(T0);
	state_change(T0 + 2, 6, 1);
	mb_announcement(&b, T0 + 3);
	mb_record(&b, T0 + 4, 48, 1); /* OSPFv3: of no use here */
	mb_u32(&b, 0);
	mb_end(&b);
	withdrawal(T0 + 6);
	keepalive(T0 + 5);
	read_built();
	assert_int_equal(seen.kind_n, 3);
	assert_int_equal(kind_n(16, 4), 5);
	assert_int_equal(kind_n(16, 5), 1);
	assert_int_equal(kind_n(48, 1), 1);
	assert_int_equal(seen.facts.records, 7);
	assert_int_equal(seen.facts.skipped, 1);
	/* as they stand, not as they are sorted */
	assert_int_equal(seen.facts.first_record, (T0 + 1) * USEC_PER_SEC);
	assert_int_equal(seen.facts.last_record, (T0 + 5) * USEC_PER_SEC);
	assert_int_equal(seen.facts.plain_bytes, b.len);
	assert_string_equal(seen.facts.compression, "plain");
}

/* --- filters --- */

/* All that is read from here on passes f, which is freed in the end. */
static void
read_filtered(struct filter *f)
{
	assert_int_equal(filter_settle(f), BLK_OK);
	filter = f;
	read_built();
	filter = NULL;
	filter_free(f);
}

static struct filter *
new_filter(void)
{
	struct filter *f;

	assert_int_equal(filter_new(&f), BLK_OK);
	return f;
}

/* An update that withdraws 10.0/16 and announces 8.8.8/24 by way of asn. */
static void
update_by(uint32_t sec, uint32_t asn)
{
	begin_update(sec);
	mb_len16(&b);
	mb_nlri(&b, "\12\0", 16);
	mb_end(&b);
	mb_len16(&b);
	path(2, MB_ASNS(asn, 15169));
	mb_end(&b);
	mb_nlri(&b, "\10\10\10", 24);
	end_update();
}

static void
refused_announcements(void **state)
{
	char error[FILTER_ERROR_LEN];
	struct filter *f = new_filter();

	(void)state;
	filter_add_aspath(f, "_174_", true, error);
	update_by(T0, 3356);
	update_by(T0 + 1, 174);
	/* the same by MP_REACH_NLRI */
	begin_update(T0 + 2);
	mb_u16(&b, 0);
	mb_len16(&b);
	path(2, MB_ASNS(174, 15169));
	mb_attr_short(&b, 14);
	mb_u16(&b, 2);
	mb_u8(&b, 1);
	mb_u8(&b, 0);
	mb_u8(&b, 0);
	mb_nlri(&b, " \1\r\270", 32);
	mb_end(&b);
	mb_end(&b);
	end_update();
	withdrawal(T0 + 3);
	read_filtered(f);
	assert_string_equal(types(), "MWAMWXMXMW");
	/* a transfer of a table is one, whatever it is made of */
	assert_int_equal(seen.messages[3].announce_n[0], 1);
	assert_int_equal(seen.messages[3].withdraw_n[0], 1);
	assert_int_equal(seen.messages[6].announce_n[1], 1);
	assert_int_equal(seen.events[5].afi, AFI_IPV4);
	assert_int_equal(seen.events[7].afi, AFI_IPV6);
	assert_int_equal(seen.facts.updates, 4);
	assert_int_equal(seen.damage_n, 0);
}

static void
refused_rib_entries(void **state)
{
	char error[FILTER_ERROR_LEN];
	struct filter *f = new_filter();

	(void)state;
	filter_add_aspath(f, "_3356_", true, error);
	peer_index_table(T0);
	mb_record(&b, T0, 13, 2);
	mb_u32(&b, 0);
	mb_nlri(&b, "\10\10\10", 24);
	mb_u16(&b, 2);
	rib_entry(1);
	mb_u16(&b, 2);
	mb_u32(&b, T0 - 100);
	mb_len16(&b);
	path(2, MB_ASNS(174, 15169));
	mb_end(&b);
	mb_end(&b);
	read_filtered(f);
	assert_string_equal(types(), "([]");
	assert_int_equal(seen.events[1].rib.n, 2);
	assert_true(seen.entries[0].refused);
	assert_false(seen.entries[1].refused);
	/* the table is as large as it is */
	assert_int_equal(seen.events[2].rib_end.n, 2);
	assert_int_equal(seen.sizes[0].prefix_n[0], 1);
	assert_int_equal(seen.sizes[1].prefix_n[0], 1);
}

/* Updates, a RIB, lost bytes, updates. */
static void
build_mixture(void)
{
	update_by(T0, 3356);
	state_change(T0 + 1, 6, 1);
	peer_index_table(T0 + 2);
	rib_record(T0 + 2, "\10\10\4", 1, 2);
	mb_fill(&b, 0xee, 40);
	update_by(T0 + 3, 3356);
	update_by(T0 + 4, 3356);
	update_by(T0 + 5, 3356);
}

static void
only_ribs(void **state)
{
	struct filter *f = new_filter();

	(void)state;
	filter_add_type(f, FILTER_RIB, false);
	build_mixture();
	read_filtered(f);
	assert_string_equal(types(), "([]");
	assert_false(seen.events[2].rib_end.complete);
	assert_int_equal(seen.facts.records, 7);
	assert_int_equal(seen.facts.skipped, 5);
	assert_int_equal(seen.facts.updates, 0);
	assert_true(seen.facts.left_out);
	/* no update was lost that is wanted */
	assert_int_equal(seen.hole_n, 0);
	assert_int_equal(seen.damage_n, 1);
}

static void
only_updates(void **state)
{
	struct filter *f = new_filter();

	(void)state;
	filter_add_type(f, FILTER_RIB, true);
	build_mixture();
	read_filtered(f);
	assert_string_equal(types(), "MWASMWAMWAMWA");
	assert_int_equal(seen.facts.records, 7);
	assert_int_equal(seen.facts.skipped, 2);
	assert_int_equal(seen.facts.ribs, 0);
	assert_true(seen.facts.left_out);
	assert_int_equal(seen.hole_n, 1);
	assert_int_equal(seen.damage_n, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(an_update),
	    TEST(origins_of_a_set),
	    TEST(ends_of_rib),
	    TEST(states_and_nobody),
	    TEST(swapped_state),
	    TEST(swapped_state_first),
	    TEST(cut_message),
	    TEST(unreadable_messages),
	    TEST(addpath_in_disguise),
	    TEST(small_disorder),
	    TEST(disorder_is_stable),
	    TEST(disorder_keeps_addresses),
	    TEST(disorder_keeps_messages),
	    TEST(future_stray),
	    TEST(future_stray_at_the_start),
	    TEST(quiet_hours),
	    TEST(steps_back),
	    TEST(a_rib),
	    TEST(two_ribs_and_updates),
	    TEST(damaged_ribs),
	    TEST(table_dump_one),
	    TEST(torn_file),
	    TEST(hole_in_a_file),
	    TEST(hole_before_a_stray),
	    TEST(hole_to_the_end),
	    TEST(no_archive),
	    TEST(each_message_is_of_its_peer),
	    TEST(kinds_of_records),
	    TEST(refused_announcements),
	    TEST(refused_rib_entries),
	    TEST(only_ribs),
	    TEST(only_updates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
