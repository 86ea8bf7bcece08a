#define _XOPEN_SOURCE 700 /* posix_openpt */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "blackout/bgp.h"
#include "blackout/mrt.h"
#include "support/mrt_build.h"

/* Framing: what is handed out, what is reported, and how it ends. */

#define T0 1000000000u
#define SEED 20141222u

static struct mrt_build b;

static int
clear(void **state)
{
	(void)state;
	b.len = 0;
	b.depth = 0;
	return 0;
}

/* --- a whole walk --- */

struct walk {
	unsigned record_n;
	unsigned damage_n;
	uint64_t lost;        /* bytes */
	uint64_t end_of_last; /* record, in the stream */
	enum blk_status final;
	struct mrt_record last; /* its body is gone */
	struct mrt_damage damage;
};

/* Decode whatever is in rec: for the sanitizers to watch. */
static void
touch(const struct mrt_record *rec)
{
	struct bgp_options opt = {.as4 = true, .cut = true, .rib_form = true};
	struct mrt_td1_entry td1;
	struct mrt_rib_entry entry;
	struct mrt_message m;
	struct bgp_update u;
	struct mrt_rib rib;
	struct cursor c = rec->body;
	uint32_t asns[8];

	while (mrt_td1_entry_next(rec, &c, &td1) == BLK_OK)
		bgp_attrs_read(td1.attrs, &opt, &u.attrs);
	if (mrt_rib_read(rec, &rib) == BLK_OK) {
		while (mrt_rib_entry_next(&rib, &entry) == BLK_OK) {
			bgp_attrs_read(entry.attrs, &opt, &u.attrs);
			(void)bgp_origins(&u.attrs, asns, 8);
		}
	}
	if (mrt_message_read(rec, &m) == BLK_OK) {
		struct bgp_nlri nlri;
		enum bgp_msg_type type;

		if (m.kind == MRT_MSG_BGP &&
		    bgp_header_read(m.msg, &type, &c, &opt.cut) != BLK_OK)
			return;
		if (bgp_update_read(c, &opt, &u) != BLK_OK)
			return;
		while (bgp_nlri_next(&u.nlri, AFI_IPV4, m.addpath, &nlri) ==
		    BLK_OK)
			continue;
		(void)bgp_origins(&u.attrs, asns, 8);
	}
}

/* rests: after each record. */
static struct walk
walk_resting(struct source *src, bool rests)
{
	struct walk w = {.damage = {.offset = UINT64_MAX}};
	struct mrt_reader *r;
	uint64_t at = 0;

	assert_int_equal(mrt_reader_new(&r, src), BLK_OK);
	for (;;) {
		struct mrt_record rec;

		if (rests)
			mrt_reader_rest(r);
		w.final = mrt_reader_next(r, &rec, &w.damage);
		if (w.final == BLK_OK) {
			w.record_n++;
			assert_true(rec.offset >= at);
			w.end_of_last =
			    rec.offset + MRT_HEADER_LEN + cur_left(&rec.body);
			at = w.end_of_last;
			w.last = rec;
			touch(&rec);
		} else if (w.final == BLK_EBAD) {
			w.damage_n++;
			assert_true(w.damage.end > w.damage.offset);
			assert_true(w.damage.offset >= at);
			assert_non_null(w.damage.what);
			at = w.damage.end;
			w.lost += w.damage.end - w.damage.offset;
		} else {
			break;
		}
	}
	/* Whatever ended it stays so. */
	assert_int_equal(mrt_reader_next(r, &w.last, &w.damage), w.final);
	mrt_reader_free(r);
	return w;
}

static struct walk
walk_source(struct source *src)
{
	return walk_resting(src, false);
}

/* A reader that rests says the same. */
static void
check_resting(const struct walk *w, const void *bytes, size_t len)
{
	struct source *src;
	struct walk other;

	assert_int_equal(source_open_memory(&src, bytes, len), BLK_OK);
	other = walk_resting(src, true);
	source_free(src);
	assert_int_equal(other.record_n, w->record_n);
	assert_int_equal(other.damage_n, w->damage_n);
	assert_int_equal(other.lost, w->lost);
	assert_int_equal(other.end_of_last, w->end_of_last);
	assert_int_equal(other.final, w->final);
	assert_int_equal(other.damage.offset, w->damage.offset);
}

static struct walk
walk_bytes(const void *bytes, size_t len)
{
	/* On the heap, so that a read past the end is seen. */
	uint8_t *copy = malloc(len + 1);
	struct source *src;
	struct walk w;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	copy = realloc(copy, len > 0 ? len : 1);
	assert_int_equal(source_open_memory(&src, copy, len), BLK_OK);
	w = walk_source(src);
	source_free(src);
	check_resting(&w, copy, len);
	free(copy);
	return w;
}

static struct walk
walk_built(void)
{
	return walk_bytes(b.bytes, b.len);
}

static void
announcements(unsigned n)
{
	while (n-- > 0)
		mb_announcement(&b, T0 + n % 7);
}

/* --- sound streams --- */

static void
sound_stream_ends_cleanly(void **state)
{
	struct walk w;

	(void)state;
	announcements(5000); /* more than one buffer */
	w = walk_built();
	assert_int_equal(w.record_n, 5000);
	assert_int_equal(w.damage_n, 0);
	assert_int_equal(w.final, BLK_END);
	assert_int_equal(w.end_of_last, b.len);
}

static void
empty_stream_ends_at_once(void **state)
{
	struct walk w = walk_built();

	(void)state;
	assert_int_equal(w.record_n, 0);
	assert_int_equal(w.final, BLK_END);
}

static void
microseconds_are_part_of_the_time(void **state)
{
	struct mrt_reader *r;
	struct mrt_record rec;
	struct mrt_damage damage;
	struct source *src;

	(void)state;
	mb_record(&b, T0, 17, 4);
	mb_u32(&b, 123456);
	mb_bgp4mp(&b, 4, 1, 2);
	mb_message(&b, 4);
	mb_end(&b);
	mb_end(&b);
	assert_int_equal(source_open_memory(&src, b.bytes, b.len), BLK_OK);
	assert_int_equal(mrt_reader_new(&r, src), BLK_OK);
	assert_int_equal(mrt_reader_next(r, &rec, &damage), BLK_OK);
	assert_int_equal(rec.time, T0 * USEC_PER_SEC + 123456);
	assert_int_equal(rec.type, MRT_BGP4MP_ET);
	assert_int_equal(rec.offset, 0);
	assert_int_equal(cur_left(&rec.body), b.len - 16);
	mrt_reader_free(r);
	source_free(src);
}

static void
microseconds_that_are_missing(void **state)
{
	struct walk w;

	(void)state;
	announcements(1);
	mb_record(&b, T0, 17, 4);
	mb_u16(&b, 0);
	mb_end(&b);
	announcements(1);
	w = walk_built();
	assert_int_equal(w.record_n, 2);
	assert_int_equal(w.damage_n, 1);
	assert_int_equal(w.lost, 14);
	assert_int_equal(w.final, BLK_END);
}

static void
long_record_grows_the_buffer(void **state)
{
	struct walk w;

	(void)state;
	announcements(1);
	mb_record(&b, T0, 13, 2);
	mb_fill(&b, 7, 700000);
	mb_end(&b);
	announcements(1);
	w = walk_built();
	assert_int_equal(w.record_n, 3);
	assert_int_equal(w.damage_n, 0);
	assert_int_equal(w.final, BLK_END);
}

/* `cat` of archives months apart. */
static void
joined_archives_may_jump_in_time(void **state)
{
	struct walk w;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		mb_announcement(&b, T0);
	for (unsigned i = 0; i < 4; i++)
		mb_announcement(&b, T0 + 90 * 86400);
	mb_announcement(&b, T0 - 400 * 86400); /* and one that ends it */
	w = walk_built();
	assert_int_equal(w.record_n, 9);
	assert_int_equal(w.damage_n, 0);
	assert_int_equal(w.final, BLK_END);
}

/* --- what is no MRT --- */

static void
text_is_no_mrt(void **state)
{
	static const char *const texts[] = {
	    "BGP table version is 1, local router ID is 198.32.162.100\n",
	    "hello, world",
	    "#!/bin/sh\n",
	    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
	};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct walk w;

		clear(NULL);
		mb_bytes(&b, texts[i], i == 3 ? 16 : strlen(texts[i]));
		w = walk_built();
		assert_int_equal(w.record_n, 0);
		assert_int_equal(w.damage_n, 0);
		assert_int_equal(w.final, BLK_EUNSUP);
	}
	clear(NULL);
	while (b.len + 100 < MB_CAP)
		mb_bytes(&b, "*> 3.0.0.0  203.62.252.21  0 1221 4637\n", 39);
	assert_int_equal(walk_built().final, BLK_EUNSUP);
}

/* --- damage --- */

static void
short_last_record(void **state)
{
	struct walk w;
	size_t whole;

	(void)state;
	announcements(2);
	whole = b.len;
	announcements(1);
	b.len -= 3;
	w = walk_built();
	assert_int_equal(w.record_n, 2);
	assert_int_equal(w.final, BLK_ETRUNC);
	assert_int_equal(w.damage.offset, whole);
	assert_int_equal(w.damage.end, b.len);
	assert_int_equal(w.damage.status, BLK_ETRUNC);
	assert_true(w.damage.last_time == T0 * USEC_PER_SEC);
}

static void
record_of_length_0(void **state)
{
	struct walk w;
	size_t at;

	(void)state;
	announcements(1);
	at = b.len;
	mb_record(&b, T0, 16, 4);
	mb_end(&b);
	announcements(1);
	w = walk_built();
	assert_int_equal(w.record_n, 2);
	assert_int_equal(w.damage_n, 1);
	assert_int_equal(w.damage.offset, at);
	assert_int_equal(w.damage.end, at + 12);
	assert_int_equal(w.final, BLK_END);
}

/* Too much, too little, far too much, within the file and past its end. */
static void
lengths_that_lie(void **state)
{
	static const int lies[] = {
	    -1, 1, -40, 40, 3000, 100000, 0x7fff0000, -60};

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		struct walk w;
		size_t at, end;

		clear(NULL);
		announcements(3);
		at = b.len;
		mb_record(&b, T0, 16, 4);
		mb_bgp4mp(&b, 4, 64500, 64501);
		mb_update(&b);
		mb_u32(&b, 0);
		mb_nlri(&b, "\10\10\10", 24);
		mb_nlri(&b, "\10\10\11", 24);
		mb_nlri(&b, "\10\10\12", 24);
		mb_end(&b);
		mb_end_lie(&b, lies[i]);
		end = b.len;
		announcements(100);
		w = walk_built();
		assert_int_equal(w.record_n, 103);
		assert_int_equal(w.damage_n, 1);
		assert_int_equal(w.damage.offset, at);
		assert_int_equal(w.damage.end, end);
		assert_int_equal(w.final, BLK_END);
	}
}

/* The last record but one has a length past the end: one header suffices. */
static void
short_chain_to_the_end(void **state)
{
	struct walk w;

	(void)state;
	announcements(1);
	mb_announcement(&b, T0);
	b.bytes[b.len / 2 + 10] = 0x10;
	announcements(1);
	w = walk_built();
	assert_int_equal(w.record_n, 2);
	assert_int_equal(w.damage_n, 1);
	assert_int_equal(w.final, BLK_END);
}

/* rrc00, March 2000: ten bytes of a header, then the next record. */
static void
torn_header(void **state)
{
	struct walk w;
	size_t at;

	(void)state;
	announcements(2);
	at = b.len;
	mb_u32(&b, T0);
	mb_u16(&b, 16);
	mb_u16(&b, 4);
	mb_u16(&b, 0);
	announcements(500);
	w = walk_built();
	assert_int_equal(w.record_n, 502);
	assert_int_equal(w.damage_n, 1);
	assert_int_equal(w.damage.offset, at);
	assert_int_equal(w.damage.end, at + 10);
	assert_int_equal(w.final, BLK_END);
}

/* The record before rubbish is sound: its contents say so. */
static void
rubbish_between_records(void **state)
{
	static const size_t lens[] = {1, 11, 12, 14, 1000, 300000};

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		struct walk w;
		size_t at;

		clear(NULL);
		announcements(3);
		at = b.len;
		mb_fill(&b, 0xa5, lens[i]);
		announcements(3);
		w = walk_built();
		assert_int_equal(w.record_n, 6);
		assert_int_equal(w.damage_n, 1);
		assert_int_equal(w.damage.offset, at);
		assert_int_equal(w.damage.end, at + lens[i]);
		assert_int_equal(w.final, BLK_END);
	}
}

/* Nothing in it speaks for its length. */
static void
no_message_before_rubbish(void **state)
{
	struct walk w;
	size_t at;

	(void)state;
	announcements(3);
	at = b.len;
	mb_record(&b, T0, 16, 4);
	mb_bgp4mp(&b, 4, 64500, 64501);
	mb_end(&b);
	mb_fill(&b, 0xa5, 77);
	announcements(3);
	w = walk_built();
	assert_int_equal(w.record_n, 6);
	assert_int_equal(w.damage_n, 1);
	assert_int_equal(w.damage.offset, at);
	assert_int_equal(w.final, BLK_END);
}

static void
rubbish_at_the_end(void **state)
{
	struct walk w;

	(void)state;
	announcements(3);
	mb_fill(&b, 0, 512);
	w = walk_built();
	assert_int_equal(w.record_n, 3);
	assert_int_equal(w.damage_n, 1);
	assert_int_equal(w.lost, 512);
	assert_int_equal(w.final, BLK_END);
}

static void
rubbish_at_the_beginning(void **state)
{
	struct walk w;

	(void)state;
	mb_fill(&b, 0xa5, 77);
	announcements(3);
	w = walk_built();
	assert_int_equal(w.record_n, 3);
	assert_int_equal(w.damage_n, 1);
	assert_int_equal(w.lost, 77);
	assert_int_equal(w.final, BLK_END);
}

/* A search is reported in pieces and goes on. */
static void
rubbish_longer_than_a_search(void **state)
{
	size_t rubbish = 3 * (size_t)MRT_RESYNC_MAX + 5;
	struct walk w;
	uint8_t *all;

	(void)state;
	announcements(3);
	all = malloc(2 * b.len + rubbish);
	assert_non_null(all);
	memcpy(all, b.bytes, b.len);
	memset(all + b.len, 0xa5, rubbish);
	memcpy(all + b.len + rubbish, b.bytes, b.len);
	w = walk_bytes(all, 2 * b.len + rubbish);
	free(all);
	assert_int_equal(w.record_n, 6);
	assert_int_equal(w.damage_n, 4);
	assert_int_equal(w.lost, rubbish);
	assert_int_equal(w.final, BLK_END);
}

static void
record_of_another_age(void **state)
{
	struct walk w;

	(void)state;
	announcements(3);
	mb_announcement(&b, T0 + 20 * 365 * 86400);
	announcements(3);
	w = walk_built();
	assert_int_equal(w.record_n, 6);
	assert_int_equal(w.damage_n, 1);
	assert_int_equal(w.final, BLK_END);
}

/* n records of so many seconds later, with rubbish on both sides. */
static struct walk
jump_behind_damage(unsigned n, unsigned seconds)
{
	clear(NULL);
	for (unsigned i = 0; i < 3; i++)
		mb_announcement(&b, T0);
	mb_fill(&b, 0xa5, 77);
	for (unsigned i = 0; i < n; i++)
		mb_announcement(&b, T0 + seconds);
	mb_fill(&b, 0xa5, 77);
	for (unsigned i = 0; i < 3; i++)
		mb_announcement(&b, T0);
	return walk_built();
}

/* Broken compression may repeat records, with other times. */
static void
few_records_of_another_age_behind_damage(void **state)
{
	static const unsigned jumps[] = {601, 20 * 365 * 86400};
	struct walk w;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		w = jump_behind_damage(15, jumps[i]);
		assert_int_equal(w.record_n, 6);
		assert_int_equal(w.damage_n, 1);
		w = jump_behind_damage(16, jumps[i]);
		assert_int_equal(w.record_n, 22);
		assert_int_equal(w.damage_n, 2);
	}
	w = jump_behind_damage(3, 600);
	assert_int_equal(w.record_n, 9);
	assert_int_equal(w.damage_n, 2);
}

/* A batch of n routes; lie: added to its length. */
static void
table_dump(unsigned n, int lie)
{
	mb_record(&b, T0, 12, 1);
	mb_u32(&b, 0);
	for (unsigned k = 0; k < n; k++) {
		mb_bytes(&b, "\10\10\10\0", 4);
		mb_u8(&b, 24);
		mb_u8(&b, 1);
		mb_u32(&b, T0);
		mb_bytes(&b, "\300\0\2\1", 4);
		mb_u16(&b, 64500);
		mb_u16(&b, 0);
	}
	mb_end_lie(&b, lie);
}

/* rrc00, January 2000: the length of a batch is 4 short. */
static void
batched_table_dump(void **state)
{
	struct walk w;

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		table_dump(9, -4);
	w = walk_built();
	assert_int_equal(w.record_n, 5);
	assert_int_equal(w.damage_n, 0);
	assert_int_equal(w.final, BLK_END);
	assert_int_equal(w.end_of_last, b.len);
}

/* The 4 bytes behind a whole record are no part of it. */
static void
table_dump_cut_in_a_header(void **state)
{
	struct walk w;
	size_t whole;

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		table_dump(1, 0);
	whole = b.len;
	table_dump(1, 0);
	b.len = whole + 4;
	w = walk_built();
	assert_int_equal(w.record_n, 5);
	assert_int_equal(w.end_of_last, whole);
	assert_int_equal(w.final, BLK_ETRUNC);
	assert_int_equal(w.damage.offset, whole);
	assert_int_equal(w.damage.end, whole + 4);
}

/* Damaged compression: what was decoded is handed out first. */
static void
broken_gzip(void **state)
{
	/* gzip header, then a stored block that promises 200 bytes. */
	static const uint8_t head[] = {
	    0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 200, 0, 0xff - 200, 0xff};
	uint8_t bytes[sizeof(head) + 200];
	struct walk w;

	(void)state;
	announcements(2);
	assert_true(b.len > 100 && b.len < 200);
	memcpy(bytes, head, sizeof(head));
	memcpy(bytes + sizeof(head), b.bytes, b.len);
	w = walk_bytes(bytes, sizeof(head) + b.len);
	assert_int_equal(w.record_n, 2);
	assert_int_equal(w.final, BLK_ETRUNC);
	assert_int_equal(w.damage.offset, b.len);
	assert_int_equal(w.damage.end, b.len);
}

/* A checksum that fails is told behind what it is of. */
static void
wrong_checksum(void **state)
{
	/* gzip header, then a stored block, its last; and 8 bytes for it */
	uint8_t head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 0, 0};
	uint8_t bytes[sizeof(head) + 1000] = {0};
	struct walk w;

	(void)state;
	announcements(2);
	assert_true(b.len < 990);
	for (unsigned i = 0; i < 2; i++) {
		head[11 + i] = (uint8_t)(b.len >> 8 * i);
		head[13 + i] = (uint8_t)~head[11 + i];
	}
	memcpy(bytes, head, sizeof(head));
	memcpy(bytes + sizeof(head), b.bytes, b.len);
	w = walk_bytes(bytes, sizeof(head) + b.len + 8);
	assert_int_equal(w.record_n, 2);
	assert_int_equal(w.final, BLK_ETRUNC);
	assert_int_equal(w.damage.status, BLK_EBAD);
	assert_string_equal(w.damage.what, "gzip checksum does not match");
}

/* A terminal that is hung up behind what it said: its end fails. */
static int
hung_up(const void *bytes, size_t n)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY), far;
	struct termios t;

	if (fd < 0 || grantpt(fd) != 0 || unlockpt(fd) != 0)
		skip();
	far = open(ptsname(fd), O_RDWR | O_NOCTTY);
	assert_true(far >= 0);
	assert_int_equal(tcgetattr(far, &t), 0);
	t.c_oflag = 0; /* bytes as they are */
	assert_int_equal(tcsetattr(far, TCSANOW, &t), 0);
	assert_int_equal(write(far, bytes, n), n);
	close(far);
	return fd;
}

static void
reading_fails(void **state)
{
	struct source *src;
	size_t whole;
	struct walk w;
	int fd;

	(void)state;
	announcements(2);
	whole = b.len;
	announcements(1);
	fd = hung_up(b.bytes, b.len - 3);
	assert_int_equal(source_open_fd(&src, fd), BLK_OK);
	w = walk_source(src);
	source_free(src);
	assert_int_equal(w.record_n, 2);
	assert_int_equal(w.final, BLK_EIO);
	assert_int_equal(w.damage.status, BLK_EIO);
	assert_int_equal(w.damage.offset, whole);
	assert_int_equal(w.damage.end, b.len - 3);
	assert_true(w.damage.what[0] != '\0');
}

/* --- laws --- */

/* A stream of all kinds of records; returns their boundaries in ends. */
static unsigned
mixed_stream(size_t ends[], unsigned cap)
{
	unsigned n = 0;

	for (unsigned i = 0; i < 4 && n + 4 <= cap; i++) {
		mb_announcement(&b, T0 + i);
		ends[n++] = b.len;
		mb_record(&b, T0 + i, 16, 5);
		mb_bgp4mp(&b, 4, 64500, 64501);
		mb_u32(&b, 0x60001);
		mb_end(&b);
		ends[n++] = b.len;
		mb_record(&b, T0 + i, 13, 2);
		mb_u32(&b, i);
		mb_nlri(&b, "\10\10\10", 24);
		mb_u16(&b, 0);
		mb_end(&b);
		ends[n++] = b.len;
		mb_record(&b, T0 + i, 5, 3);
		mb_bytes(&b, "\15\5\301\0\0\70\0\3\0\2", 10);
		mb_end(&b);
		ends[n++] = b.len;
	}
	return n;
}

static void
cut_at_every_byte(void **state)
{
	size_t ends[16];
	unsigned n = mixed_stream(ends, 16), whole = 0;

	(void)state;
	for (size_t len = 0; len <= b.len; len++) {
		struct walk w = walk_bytes(b.bytes, len);
		bool boundary;

		while (whole < n && ends[whole] <= len)
			whole++;
		boundary = len == 0 || (whole > 0 && ends[whole - 1] == len);
		assert_int_equal(w.record_n, whole);
		assert_int_equal(w.damage_n, 0);
		assert_int_equal(w.final, boundary ? BLK_END : BLK_ETRUNC);
	}
}

/* How much a read returns must not matter. */
static void
read_size_does_not_matter(void **state)
{
	static const size_t pieces[] = {1, 7, 12, 100, 4096};

	(void)state;
	announcements(300);
	for (unsigned i = 0; i < 5; i++) {
		struct source *src;
		struct walk w;
		int fd[2];

		assert_int_equal(pipe(fd), 0);
		if (fork() == 0) {
			for (size_t at = 0; at < b.len; at += pieces[i]) {
				size_t left = b.len - at;
				size_t n = left < pieces[i] ? left : pieces[i];

				if (write(fd[1], b.bytes + at, n) < 0)
					break;
			}
			_exit(0);
		}
		close(fd[1]);
		assert_int_equal(source_open_fd(&src, fd[0]), BLK_OK);
		w = walk_source(src);
		source_free(src);
		assert_int_equal(w.record_n, 300);
		assert_int_equal(w.final, BLK_END);
	}
}

static uint32_t
next_random(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

static void
mutated_streams_end(void **state)
{
	static uint8_t sound[MB_CAP];
	uint32_t x = SEED;
	size_t ends[16];
	size_t len;

	(void)state;
	print_message("seed %u\n", SEED);
	(void)mixed_stream(ends, 16);
	announcements(20);
	len = b.len;
	memcpy(sound, b.bytes, len);
	for (unsigned round = 0; round < 20000; round++) {
		struct walk w;
		unsigned hits = 1 + next_random(&x) % 8;

		memcpy(b.bytes, sound, len);
		while (hits-- > 0)
			b.bytes[next_random(&x) % len] =
			    (uint8_t)next_random(&x);
		w = walk_bytes(b.bytes, len);
		assert_true(w.final == BLK_END || w.final == BLK_ETRUNC ||
		    w.final == BLK_EUNSUP);
	}
}

/* --- real archives --- */

static struct walk
walk_real(const char *path)
{
	struct source *src;
	struct walk w;

	if (source_open(&src, path) != BLK_OK)
		skip();
	w = walk_source(src);
	source_free(src);
	return w;
}

static void
torn_writes_of_march_2000(void **state)
{
	struct walk w = walk_real(
	    TEST_DATA_DIR "/real/variety/rrc00-1999/updates.20000325.0345.gz");

	(void)state;
	assert_int_equal(w.record_n, 2580);
	assert_int_equal(w.damage_n, 2);
	assert_int_equal(w.lost, 10 + 14);
	assert_int_equal(w.final, BLK_END);
}

static void
batches_of_january_2000(void **state)
{
	struct mrt_reader *r;
	struct mrt_record rec;
	struct mrt_damage damage;
	struct source *src;
	enum blk_status status;
	unsigned long entry_n = 0;

	(void)state;
	if (source_open(&src,
		TEST_DATA_DIR "/real/variety/rrc00-1999/"
			      "bview.20000111.0032.gz") != BLK_OK)
		skip();
	assert_int_equal(mrt_reader_new(&r, src), BLK_OK);
	while ((status = mrt_reader_next(r, &rec, &damage)) == BLK_OK) {
		struct mrt_td1_entry entry;
		struct cursor c = rec.body;

		while (
		    (status = mrt_td1_entry_next(&rec, &c, &entry)) == BLK_OK)
			entry_n++;
		assert_int_equal(status, BLK_END);
	}
	assert_int_equal(status, BLK_END);
	assert_int_equal(entry_n, 452018);
	mrt_reader_free(r);
	source_free(src);
}

static void
archive_that_is_really_cut(void **state)
{
	struct walk w = walk_real(
	    TEST_DATA_DIR "/real/variety/other/rib.20140523.0600_firstMB.bz2");

	(void)state;
	assert_int_equal(w.record_n, 9073);
	assert_int_equal(w.damage_n, 0);
	assert_int_equal(w.final, BLK_ETRUNC);
}

#define TEST(f) cmocka_unit_test_setup(f, clear)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(sound_stream_ends_cleanly),
	    TEST(empty_stream_ends_at_once),
	    TEST(microseconds_are_part_of_the_time),
	    TEST(microseconds_that_are_missing),
	    TEST(long_record_grows_the_buffer),
	    TEST(joined_archives_may_jump_in_time),
	    TEST(text_is_no_mrt),
	    TEST(short_last_record),
	    TEST(record_of_length_0),
	    TEST(lengths_that_lie),
	    TEST(short_chain_to_the_end),
	    TEST(torn_header),
	    TEST(rubbish_between_records),
	    TEST(rubbish_at_the_end),
	    TEST(rubbish_at_the_beginning),
	    TEST(rubbish_longer_than_a_search),
	    TEST(record_of_another_age),
	    TEST(few_records_of_another_age_behind_damage),
	    TEST(batched_table_dump),
	    TEST(table_dump_cut_in_a_header),
	    TEST(no_message_before_rubbish),
	    TEST(broken_gzip),
	    TEST(wrong_checksum),
	    TEST(reading_fails),
	    TEST(cut_at_every_byte),
	    TEST(read_size_does_not_matter),
	    TEST(mutated_streams_end),
	    TEST(torn_writes_of_march_2000),
	    TEST(batches_of_january_2000),
	    TEST(archive_that_is_really_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
