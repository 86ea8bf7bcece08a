#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "feed/lane.h"
#include "support/mrt_build.h"
#include "support/temp_dir.h"

/*
 * Most messages are read in one go, unless more is asked for than routes and
 * their origins.  Whoever asks for hops is told the same of all else.
 */

#define T0 1000000000u
#define RECORDS 20000u
#define FILES 6u

static struct mrt_build b;

/* --- comparing --- */

/* Messages that may have been read in one go, by family. */
static uint64_t plain_n[2];

/* Of the file that was compared last. */
static uint64_t damage_n;

static void
same_routes(const struct event_batch *x, const struct event *ex,
    const struct event_batch *y, const struct event *ey)
{
	assert_int_equal(ex->routes.n, ey->routes.n);
	for (uint32_t i = 0; i < ex->routes.n; i++) {
		const struct event_route *rx = &x->routes[ex->routes.first + i];
		const struct event_route *ry = &y->routes[ey->routes.first + i];
		const struct prefix p = event_prefix(x, rx);
		const struct prefix q = event_prefix(y, ry);

		assert_true(prefix_equal(&p, &q));
		assert_int_equal(rx->hash, prefix_hash(&q));
		assert_int_equal(rx->path_id, ry->path_id);
	}
}

static void
same_event(const struct event_batch *x, const struct event *ex,
    const struct event_batch *y, const struct event *ey)
{
	struct event_message mx, my;

	assert_int_equal(ex->time, ey->time);
	assert_int_equal(ex->type, ey->type);
	assert_int_equal(ex->afi, ey->afi);
	assert_int_equal(ex->peer, ey->peer);
	assert_int_equal(ex->origin_n, ey->origin_n);
	if (ex->type > EVENT_REFUSE)
		return;
	assert_int_equal(event_is_message(ex), event_is_message(ey));
	mx = event_message(x, ex);
	my = event_message(y, ey);
	assert_memory_equal(&mx, &my, sizeof(mx));
	same_routes(x, ex, y, ey);
	for (uint32_t i = 0; i < ex->origin_n; i++)
		assert_int_equal(
		    event_origins(x, ex)[i], event_origins(y, ey)[i]);
	plain_n[ex->afi == AFI_IPV6] +=
	    event_is_message(ex) && ex->routes.n > 0;
}

static void
same_damage(const struct lane *x, const struct lane *y)
{
	const struct damage_log *lx = lane_damage(x), *ly = lane_damage(y);

	assert_int_equal(lx->n, ly->n);
	damage_n = 0;
	for (size_t i = 0; i < lx->n; i++) {
		damage_n += lx->list[i].count;
		assert_string_equal(lx->list[i].what, ly->list[i].what);
		assert_int_equal(lx->list[i].count, ly->list[i].count);
	}
	assert_int_equal(lane_facts(x)->updates, lane_facts(y)->updates);
	assert_int_equal(lane_facts(x)->skipped, lane_facts(y)->skipped);
}

/* Addresses lie there for IPv6 routes alone, whatever was tried before. */
static void
no_idle_addresses(const struct event_batch *x)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < x->route_n; i++)
		n += x->routes[i].afi == AFI_IPV6;
	assert_int_equal(x->addr_n, n);
}

/* What is told of the file that was built. */
static void
compare(void)
{
	const struct lane_options plain = {.until = USEC_NONE};
	const struct lane_options hops = {.until = USEC_NONE, .hops = true};
	struct temp_dir dir;
	const char *path;
	struct lane_batch *bx, *by;
	struct lane *x, *y;
	enum blk_status status;

	temp_dir_make(&dir);
	path = temp_file(&dir, "file", b.bytes, b.len);
	assert_int_equal(lane_open(&x, path, &plain), BLK_OK);
	assert_int_equal(lane_open(&y, path, &hops), BLK_OK);
	while ((status = lane_next(x, &bx)) == BLK_OK) {
		assert_int_equal(lane_next(y, &by), BLK_OK);
		assert_int_equal(bx->ev.event_n, by->ev.event_n);
		for (uint32_t i = 0; i < bx->ev.event_n; i++)
			same_event(&bx->ev, &bx->ev.events[i], &by->ev,
			    &by->ev.events[i]);
		no_idle_addresses(&bx->ev);
		lane_give_back(x, bx);
		lane_give_back(y, by);
	}
	assert_int_equal(status, BLK_END);
	assert_int_equal(lane_next(y, &by), BLK_END);
	same_damage(x, y);
	lane_close(x);
	lane_close(y);
	temp_dir_remove(&dir);
}

/* --- messages of all kinds, most of them sound --- */

static uint64_t seed;

/* 0 to n - 1. */
static unsigned
any(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

/* One time in n. */
static bool
seldom(unsigned n)
{
	return any(n) == 0;
}

/* A number in so many bytes, where a lie is none in most cases. */
static int
lie(void)
{
	return seldom(60) ? (int)any(9) - 4 : 0;
}

/* addpath: with identifiers, which may read as a prefix of 24 bits. */
static void
nlri(bool addpath)
{
	for (unsigned n = any(4); n > 0; n--) {
		const uint32_t addr = any(1u << 30) * 4u + 1;
		const unsigned len = seldom(40) ? 0
		    : seldom(80)                ? 33 + any(223)
						: 8 + any(25);
		const uint8_t bytes[] = {(uint8_t)addr, (uint8_t)(addr >> 8),
		    (uint8_t)(addr >> 16), (uint8_t)(addr >> 24)};

		if (addpath)
			mb_u32(&b, 0x18000000 + any(1u << 24));
		else if (seldom(50))
			mb_u32(&b, 1);
		mb_u8(&b, len);
		mb_bytes(&b, bytes, len <= 32 ? (len + 7) / 8 : any(5));
	}
}

static void
segment(unsigned width)
{
	const unsigned type = seldom(30) ? any(6) : 2;
	const unsigned n = seldom(30) ? 0 : 1 + any(6);
	const uint32_t asns[] = {
	    1, 70000, any(1u << 16), any(1u << 30), 23456, 64500, 7};

	mb_segment(&b, type, seldom(40) ? 6 - width : width, asns, n);
	if (seldom(60))
		mb_u8(&b, any(256));
}

/* Attributes of IPv6 routes, as nearly all are. */
static void
ipv6(void)
{
	const bool gone = seldom(4);
	const unsigned next_hop_len = seldom(2) ? 32 : 16;

	for (unsigned k = seldom(8) ? 2 : 1; k > 0; k--) {
		mb_attr(&b, gone != (k == 2) ? 15 : 14);
		mb_u16(&b, seldom(60) ? 1 : 2);
		mb_u8(&b, seldom(60) ? any(130) : 1);
		if (gone == (k == 2)) {
			mb_u8(&b, seldom(60) ? any(50) : next_hop_len);
			mb_fill(&b, 0x20, next_hop_len);
			mb_u8(&b, seldom(60));
		}
		for (unsigned n = any(4); n > 0; n--) {
			uint8_t bytes[16];
			const unsigned len = seldom(40) ? 0
			    : seldom(80)                ? 129 + any(127)
							: 1 + any(128);

			for (unsigned i = 0; i < sizeof(bytes); i++)
				bytes[i] = (uint8_t)any(256);
			mb_u8(&b, len);
			mb_bytes(
			    &b, bytes, len <= 128 ? (len + 7) / 8 : any(17));
		}
		mb_end_lie(&b, lie());
	}
}

static void
mp_reach(bool gone)
{
	mb_u16(&b, seldom(8) ? 1 : 2);
	mb_u8(&b, seldom(10) ? any(130) : 1);
	if (!gone) {
		mb_u8(&b, 16);
		mb_fill(&b, 0x20, 16);
		mb_u8(&b, 0);
	}
	for (unsigned n = any(3); n > 0; n--)
		mb_nlri(&b, " \1\r\270\1\2\3\4", 16 + any(49));
}

static void
attribute(unsigned width)
{
	static const uint8_t types[] = {
	    1, 2, 2, 3, 4, 5, 8, 14, 15, 16, 17, 7, 18, 32, 35, 128, 254};
	const unsigned type = seldom(60) ? any(256) : types[any(sizeof(types))];

	if (seldom(6))
		mb_attr(&b, type);
	else
		mb_attr_short(&b, type);
	if (type == 2 || type == 17)
		for (unsigned n = seldom(12) ? any(3) : 1; n > 0; n--)
			segment(type == 17 ? 4 : width);
	else if (type == 14 || type == 15)
		mp_reach(type == 15);
	else
		mb_fill(&b, (uint8_t)any(256), any(12));
	mb_end_lie(&b, lie());
}

static void
attributes(unsigned width)
{
	if (seldom(5))
		return;
	if (!seldom(8)) {
		mb_attr_short(&b, 1);
		mb_u8(&b, 0);
		mb_end(&b);
		mb_attr_short(&b, 2);
		segment(width);
		mb_end(&b);
	}
	for (unsigned n = seldom(3) ? any(4) : 0; n > 0; n--)
		attribute(width);
}

static void
update(unsigned width, bool addpath)
{
	static const uint8_t subtypes[2][2] = {{1, 4}, {8, 9}};
	const bool ipv4 = !seldom(3);

	/* few enough in a second, so that some of them come late */
	mb_record(&b, T0 + (uint32_t)(b.len / 900) - (seldom(50) ? any(9) : 0),
	    16, subtypes[addpath][width == 4]);
	mb_bgp4mp(&b, width, 64500 + any(3), 64501);
	mb_message(&b, seldom(40) ? any(6) : 2);
	mb_len16(&b);
	if (ipv4 ? seldom(3) : seldom(60))
		nlri(addpath);
	mb_end_lie(&b, lie());
	mb_len16(&b);
	attributes(width);
	if (!ipv4)
		ipv6();
	mb_end_lie(&b, lie());
	if (ipv4 ? !seldom(5) : seldom(60))
		nlri(addpath);
	mb_end_lie(&b, lie());
	mb_end(&b);
}

static void
asked_for_less_or_more(void **state)
{
	uint64_t all = 0;

	(void)state;
	memset(plain_n, 0, sizeof(plain_n));
	for (unsigned f = 0; f < FILES; f++) {
		seed = 20141222 + f;
		b.len = 0;
		for (unsigned i = 0; i < RECORDS && b.len < MB_CAP - 8192;
		     i++, all++)
			update(f % 3 == 1 ? 2 : 4, f % 3 == 2 && seldom(2));
		compare();
	}
	/* most are as they should be, and some are not */
	assert_true(plain_n[0] > all / 3 && plain_n[1] > all / 9);
	assert_true(plain_n[0] + plain_n[1] < all);
}

static unsigned
hex(const char *text)
{
	const char byte[] = {text[0], text[1], '\0'};

	return (unsigned)strtoul(byte, NULL, 16);
}

/* Between two @, an attribute: its type, and a value, to be measured. */
static void
put_hex(const char *text)
{
	bool open = false;

	while (*text != '\0') {
		if (*text != '@') {
			mb_u8(&b, hex(text));
			text += 2;
		} else if (open) {
			mb_end(&b);
			open = false;
			text++;
		} else {
			mb_attr_short(&b, hex(text + 1));
			open = true;
			text += 3;
		}
	}
}

static void
message_with(const char *withdrawn, const char *attrs, const char *routes)
{
	mb_record(&b, T0, 16, 4);
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_update(&b);
	mb_len16(&b);
	put_hex(withdrawn);
	mb_end(&b);
	mb_len16(&b);
	put_hex(attrs);
	mb_end(&b);
	put_hex(routes);
	mb_end(&b);
	mb_end(&b);
}

#define PATH                                                                   \
	"4002060201"                                                           \
	"00003b41" /* 15169 */

#define NEXT_HOP                                                               \
	"10"                                                                   \
	"20010678000000000000000000000001"                                     \
	"00"
/* The length of an attribute is that of its text. */
#define MP(type, head, nlri) "@" type head nlri "@"
#define REACH(nlri) MP("0e", "000201" NEXT_HOP, nlri)
#define UNREACH(nlri) MP("0f", "000201", nlri)

/* What is next to a plain message, one by one. */
static void
next_to_plain(void **state)
{
	static const char *const odd[][3] = {
	    {"", PATH, "18080808"},
	    {"180a0000", "", ""},
	    {"180a0000", PATH, "18080808"},
	    {"", "", ""},
	    {"", PATH, ""},
	    {"", "", "18080808"},
	    {"", "40010100", "18080808"},
	    /* paths: none, twice, a set, of confederations, of two widths */
	    {"", "400200", "18080808"},
	    {"", PATH "40020602010000ffff", "18080808"},
	    {"",
		"4002060101"
		"00003b41",
		"18080808"},
	    {"",
		"4002060301"
		"00003b41",
		"18080808"},
	    {"", "40020402013b41", "18080808"},
	    {"", PATH "c0110602010000ffff", "18080808"},
	    {"180a0000", "4002050201003b41", ""},
	    /* attributes that end too early, or have an extended length */
	    {"", PATH "400101", "18080808"},
	    {"", PATH "40", "18080808"},
	    {"",
		"500200060201"
		"00003b41",
		"18080808"},
	    {"", PATH "d0ff0001aa", "18080808"},
	    {"", PATH "800f03000201", "18080808"},
	    {"", PATH "800f07000201201234ff", "18080808"},
	    /* default routes, path identifiers, a length that no prefix has */
	    {"", PATH, "00"},
	    {"", PATH, "1808080800"},
	    {"", PATH,
		"18080808"
		"0000"},
	    {"", PATH, "0000000118080808"},
	    {"", PATH, "2108080808ff"},
	    {"", PATH, "180808"},
	    {"21", PATH, "18080808"},
	    /* IPv6: announced, withdrawn, both, beside IPv4 */
	    {"", PATH REACH("30200106780001"), ""},
	    {"", UNREACH("30200106780001"), ""},
	    {"", UNREACH("1d20010678") PATH REACH("30200106780001"), ""},
	    {"", PATH REACH("30200106780001"), "18080808"},
	    {"180a0000", PATH REACH("30200106780001"), ""},
	    {"180a0000", UNREACH("30200106780001"), ""},
	    /* attributes that end too early */
	    {"", PATH REACH("30200106780001") "400101", ""},
	    {"", UNREACH("30200106780001") "40", ""},
	    /* no path, no routes, End-of-RIB, the same twice */
	    {"", REACH("30200106780001"), ""},
	    {"", PATH REACH(""), ""},
	    {"", UNREACH(""), ""},
	    {"", PATH UNREACH(""), ""},
	    {"", PATH UNREACH("") REACH("30200106780001"), ""},
	    {"", PATH REACH("30200106780001") REACH("30200106780002"), ""},
	    {"", UNREACH("30200106780001") UNREACH("30200106780002"), ""},
	    /* lengths up to that of an address, and beyond */
	    {"", PATH REACH("00"), ""},
	    {"", PATH REACH("0000"), ""},
	    {"", UNREACH("1d20010678") PATH REACH("00"), ""},
	    {"", PATH REACH("1d200106780000"), ""},
	    {"", PATH REACH("40200106780001ffff"), ""},
	    {"", PATH REACH("41200106780001ffffff"), ""},
	    {"", PATH REACH("80200106780001ffffffffffffffffffff"), ""},
	    {"", PATH REACH("81200106780001ffffffffffffffffffffff"), ""},
	    {"", PATH REACH("302001067800"), ""},
	    {"", PATH REACH("00000001302001067800011d20010678"), ""},
	};

	(void)state;
	memset(plain_n, 0, sizeof(plain_n));
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		b.len = 0;
		for (unsigned k = 0; k < 8; k++)
			message_with(odd[i][0], odd[i][1], odd[i][2]);
		compare();
	}
	assert_true(plain_n[0] > 0 && plain_n[1] > 0);
}

static void
messages_with(unsigned n, const char *attrs, const char *routes)
{
	while (n-- > 0)
		message_with("", attrs, routes);
}

/*
 * A peer's habit is learnt from blocks that read in one way alone, default
 * routes among them.  Large path identifiers are believed once more blocks had
 * some than had none, their own among them; so are those that read as a prefix.
 */
static void
habits_are_the_same(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 9; n++) {
		const unsigned lost = (n >= 4) + (n >= 5);

		b.len = 0;
		messages_with(n, PATH, "00");
		messages_with(3, PATH, "0000000118080808");
		messages_with(2, PATH, "c000000118080808");
		messages_with(2, PATH, "1800000118080808");
		compare();
		assert_int_equal(damage_n, lost);
		b.len = 0;
		messages_with(n, PATH REACH("00"), "");
		messages_with(3, PATH REACH("0000000130200106780001"), "");
		messages_with(2, PATH REACH("c000000130200106780001"), "");
		messages_with(2, PATH REACH("1800000130200106780001"), "");
		compare();
		assert_int_equal(damage_n, lost);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(asked_for_less_or_more),
	    cmocka_unit_test(next_to_plain),
	    cmocka_unit_test(habits_are_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
