/*
 * Framing.  MRT has no marker between records, so one wrong length loses
 * everything after it, and the archives do hold wrong lengths.  So a record is
 * handed out only after a look at what follows it, and where that is no header
 * the reader searches for the next few headers in a row (see the header file
 * for the rules).
 *
 * Bytes lie in one buffer, read in large pieces; records are lent from where
 * they lie.  What is left of a piece is moved to the front before the next
 * one is read, which is a fraction of a record.  The buffer grows only when
 * one record, or the look ahead, needs more than it holds, and only as fast as
 * bytes really come, so a wrong length costs no memory.
 *
 * All places are counted from the current record, r->pos.
 */
#include <stdlib.h>
#include <string.h>

#include "mrt_priv.h"

/*
 * Room for what codecs give at once, 256 KiB, behind the rest of a record; and
 * at first for what they give then, 32 KiB, when it was widened once.
 */
#define BUFFER_MIN ((size_t)320 << 10)
#define BUFFER_FIRST ((size_t)20 << 10)

/* Bytes behind a record that are asked for when it is handed out. */
#define EXPECT_FROM 320u
#define EXPECT_UNTIL 448u
#define CACHE_LINE 64u

/* A record of any length, the search after it, and a look beyond that. */
#define BUFFER_MAX                                                             \
	((size_t)MRT_RECORD_MAX + MRT_RESYNC_MAX + ((size_t)256 << 10))

/* This many headers in a row are no accident. */
#define CHAIN_LEN 3u
/* Behind damage with a jump in time: broken compression repeats itself. */
#define CHAIN_JUMP_LEN 16u

/* Batched records of rrc00, January 2000, do not count view and sequence. */
#define TD1_SLIP 4u

#define MICROSECONDS_LEN 4u /* of BGP4MP_ET, in the length (RFC 6396, 3) */

#define SECONDS_1990 631152000u
#define SECONDS_2100 4102444800u
#define SECONDS_DAY 86400u
#define SECONDS_NEAR 600u /* between records, also around damage */

struct header {
	uint32_t sec;
	uint32_t len;
	uint16_t type;
	uint16_t subtype;
};

struct mrt_reader {
	struct source *src; /* borrowed */
	uint8_t *buf;
	size_t cap;
	size_t pos;            /* of the current record in buf */
	size_t end;            /* of the bytes in buf */
	uint64_t base;         /* place of buf[0] in the stream */
	enum blk_status input; /* BLK_OK: there may be more bytes */
	enum blk_status final; /* BLK_OK: this is not over */
	usec_t last_time;      /* of the last record handed out */
	uint32_t last_sec;
	bool started; /* a record was handed out */
	bool vetted;  /* pos holds a header that is believed: this one */
	struct header ahead;
	bool searching; /* pos lies in rubbish */
	bool torn;      /* which began with a record that never ends */
};

enum blk_status
mrt_reader_new(struct mrt_reader **out, struct source *src)
{
	struct mrt_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return BLK_ENOMEM;
	r->buf = malloc(BUFFER_FIRST);
	if (r->buf == NULL) {
		free(r);
		return BLK_ENOMEM;
	}
	r->cap = BUFFER_FIRST;
	r->src = src;
	r->last_time = USEC_NONE;
	*out = r;
	return BLK_OK;
}

void
mrt_reader_free(struct mrt_reader *r)
{
	if (r == NULL)
		return;
	free(r->buf);
	free(r);
}

/* --- the buffer --- */

static inline size_t
buffered(const struct mrt_reader *r)
{
	return r->end - r->pos;
}

static void
move_to_front(struct mrt_reader *r)
{
	memmove(r->buf, r->buf + r->pos, buffered(r));
	r->base += r->pos;
	r->end -= r->pos;
	r->pos = 0;
}

/* Make the full buffer larger; false if it must not or cannot be. */
static bool
grow(struct mrt_reader *r)
{
	size_t cap = r->cap * 2 < BUFFER_MAX ? r->cap * 2 : BUFFER_MAX;
	uint8_t *buf;

	if (cap == r->cap)
		return false;
	buf = realloc(r->buf, cap);
	if (buf == NULL) {
		r->input = BLK_ENOMEM;
		return false;
	}
	r->buf = buf;
	r->cap = cap;
	return true;
}

/*
 * At first and after a rest, twice as large each time: who has little to read,
 * or rests often, is to hold little.
 */
static void
widen(struct mrt_reader *r)
{
	size_t cap = r->cap * 2 > BUFFER_FIRST ? r->cap * 2 : BUFFER_FIRST;
	uint8_t *buf = realloc(r->buf, cap);

	if (buf == NULL)
		return; /* grow will say so where it matters */
	r->buf = buf;
	r->cap = cap;
}

void
mrt_reader_rest(struct mrt_reader *r)
{
	uint8_t *buf;

	move_to_front(r);
	buf = realloc(r->buf, r->end + 1);
	if (buf == NULL)
		return;
	r->buf = buf;
	r->cap = r->end + 1;
}

/* Read until n bytes from pos on are there; false if they will not be. */
static bool
fill(struct mrt_reader *r, size_t n)
{
	if (n > BUFFER_MAX)
		return false;
	/* moves no more than was consumed since, unless n needs the room */
	if (r->pos > 0 && r->input == BLK_OK &&
	    (r->pos >= buffered(r) || n > r->cap - r->pos))
		move_to_front(r);
	if (r->cap < BUFFER_MIN)
		widen(r);
	while (buffered(r) < n && r->input == BLK_OK) {
		size_t got = 0;

		if (r->end == r->cap && !grow(r))
			return false;
		r->input =
		    source_read(r->src, r->buf + r->end, r->cap - r->end, &got);
		r->end += got;
	}
	return buffered(r) >= n;
}

static inline bool
have(struct mrt_reader *r, size_t n)
{
	return buffered(r) >= n || fill(r, n);
}

/* Whether the stream ends at place `at`, neither before nor after. */
static bool
ends_at(struct mrt_reader *r, size_t at)
{
	return !have(r, at + 1) && r->input != BLK_OK && buffered(r) == at;
}

static void
consume(struct mrt_reader *r, size_t n)
{
	r->pos += n;
	r->vetted = false;
}

/* --- headers --- */

static inline void
read_header(const struct mrt_reader *r, size_t at, struct header *h)
{
	struct cursor c = cur_from(r->buf + r->pos + at, MRT_HEADER_LEN);

	h->sec = cur_be32(&c);
	h->type = cur_be16(&c);
	h->subtype = cur_be16(&c);
	h->len = cur_be32(&c);
}

/* Sense in itself, without regard to its neighbours. */
static bool
plausible(const struct header *h)
{
	return h->sec >= SECONDS_1990 && h->sec < SECONDS_2100 &&
	    mrt_kind_plausible(h->type, h->subtype, h->len);
}

static uint32_t
apart(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/* For plausible times; others may wrap, and are refused for themselves. */
static bool
close_by(uint32_t a, uint32_t b)
{
	return a - b + SECONDS_DAY <= 2 * SECONDS_DAY;
}

static inline bool
follows(
    const struct mrt_reader *r, size_t at, uint32_t sec, struct header *next)
{
	read_header(r, at, next);
	return close_by(next->sec, sec) && plausible(next);
}

/* Whether the stream ends inside a header at `at` that may have become one. */
static bool
torn_header(struct mrt_reader *r, size_t at)
{
	size_t n = buffered(r) - at;
	uint8_t bytes[MRT_HEADER_LEN] = {0};
	struct cursor c = cur_from(bytes, sizeof(bytes));
	uint32_t sec;
	unsigned type, subtype;

	memcpy(bytes, r->buf + r->pos + at, n);
	sec = cur_be32(&c);
	type = cur_be16(&c);
	subtype = cur_be16(&c);
	if (n >= 4 && (sec < SECONDS_1990 || sec >= SECONDS_2100))
		return false;
	if (n >= 6 && mrt_type_name(type) == NULL)
		return false;
	return n < 8 || mrt_subtype_name(type, subtype) != NULL;
}

/* Whether the contents of the record at `at` end exactly at `end`. */
static bool
exact_to(
    const struct mrt_reader *r, size_t at, const struct header *h, size_t end)
{
	const size_t body = at + MRT_HEADER_LEN;
	const struct mrt_record rec = {.type = h->type,
	    .subtype = h->subtype,
	    .body = cur_from(r->buf + r->pos + body, end - body)};

	return mrt_contents_exact(&rec);
}

/*
 * Where the record at `at` really ends: 4 bytes later than it says if a
 * batched TABLE_DUMP record is followed by a header there and nowhere else.
 * At the end of the stream its contents must say so too, for these 4 bytes may
 * be what is left of the next header.
 */
static size_t
td1_end(struct mrt_reader *r, size_t at, const struct header *h)
{
	size_t end = at + MRT_HEADER_LEN + h->len;
	size_t slip = end + TD1_SLIP;
	struct header next;

	if (have(r, end + MRT_HEADER_LEN) ? follows(r, end, h->sec, &next)
					  : ends_at(r, end))
		return end;
	if (have(r, slip + MRT_HEADER_LEN)
		? follows(r, slip, h->sec, &next)
		: ends_at(r, slip) && exact_to(r, at, h, slip))
		return slip;
	return end;
}

static inline size_t
record_end(struct mrt_reader *r, size_t at, const struct header *h)
{
	return h->type == MRT_TABLE_DUMP ? td1_end(r, at, h)
					 : at + MRT_HEADER_LEN + h->len;
}

/*
 * Whether len headers stand in a row from `at` on, or fewer that lead exactly
 * to the end of the stream.
 */
static bool
chain(struct mrt_reader *r, size_t at, unsigned len)
{
	uint32_t sec = 0;

	for (unsigned n = 0; n < len; n++) {
		struct header h;

		if (!have(r, at + MRT_HEADER_LEN))
			return n > 0 && ends_at(r, at);
		read_header(r, at, &h);
		if (!plausible(&h) || h.len == 0 ||
		    (n > 0 && !close_by(h.sec, sec)))
			return false;
		sec = h.sec;
		at = record_end(r, at, &h);
	}
	return true;
}

/* --- what goes wrong --- */

static const char no_header[] = "no record header where one must be";
static const char bad_length[] = "record length does not fit";

/* Describe bytes [0, n) from pos on as lost, and leave them behind. */
static enum blk_status
lose(struct mrt_reader *r, size_t n, enum blk_status status, const char *what,
    struct mrt_damage *damage)
{
	damage->offset = r->base + r->pos;
	damage->end = damage->offset + n;
	damage->what = what;
	damage->status = status;
	damage->last_time = r->last_time;
	consume(r, n);
	return status;
}

/* The input is over; what is left of it is no record. */
static enum blk_status
finish(struct mrt_reader *r, struct mrt_damage *damage)
{
	size_t n = buffered(r);

	switch (r->input) {
	case BLK_ENOMEM:
		return r->final = BLK_ENOMEM;
	case BLK_END:
		if (n == 0)
			return r->final = BLK_END;
		return r->final = lose(r, n, BLK_ETRUNC,
			   "the file ends inside a record", damage);
	case BLK_EIO:
		return r->final =
			   lose(r, n, BLK_EIO, source_problem(r->src), damage);
	default:
		(void)lose(r, n, r->input, source_problem(r->src), damage);
		return r->final = BLK_ETRUNC;
	}
}

/*
 * The search came to the end of the input, or to its limit at n.  If nothing
 * was ever read, this is no MRT.
 */
static enum blk_status
search_failed(struct mrt_reader *r, size_t n, struct mrt_damage *damage)
{
	bool over = r->input != BLK_OK && n >= buffered(r);

	if (over && (r->torn || r->input != BLK_END))
		return finish(r, damage);
	if (!r->started)
		return r->final = BLK_EUNSUP;
	r->searching = !over;
	return lose(r, n, BLK_EBAD, no_header, damage);
}

/* How many headers in a row are believed after damage, h being the first. */
static unsigned
chain_wanted(const struct mrt_reader *r, const struct header *h)
{
	return r->started && apart(h->sec, r->last_sec) > SECONDS_NEAR
	    ? CHAIN_JUMP_LEN
	    : CHAIN_LEN;
}

/* Leave behind all bytes before the next row of headers, `from` at least. */
static enum blk_status
search(struct mrt_reader *r, size_t from, const char *what,
    struct mrt_damage *damage)
{
	size_t at;

	for (at = from; at < MRT_RESYNC_MAX; at++) {
		struct header h;

		if (!have(r, at + MRT_HEADER_LEN))
			return search_failed(r, buffered(r), damage);
		read_header(r, at, &h);
		if (!plausible(&h) || !chain(r, at, chain_wanted(r, &h)))
			continue;
		(void)lose(r, at, BLK_EBAD, what, damage);
		r->vetted = true;
		r->ahead = h;
		r->searching = false;
		r->torn = false;
		return BLK_EBAD;
	}
	return search_failed(r, at, damage);
}

/* --- records --- */

/* The body fails if there is no room for the microseconds. */
static inline void
set_record(const struct mrt_reader *r, const struct header *h, size_t end,
    struct mrt_record *rec)
{
	rec->time = (usec_t)h->sec * USEC_PER_SEC;
	rec->offset = r->base + r->pos;
	rec->type = h->type;
	rec->subtype = h->subtype;
	rec->body =
	    cur_from(r->buf + r->pos + MRT_HEADER_LEN, end - MRT_HEADER_LEN);
	if (h->type == MRT_BGP4MP_ET) {
		uint32_t us = cur_be32(&rec->body); /* RFC 6396, 3 */

		if (us < USEC_PER_SEC)
			rec->time += us;
		rec->body = mrt_rest(&rec->body);
	}
}

/*
 * Whether what follows the current record, which ends at `end`, speaks for
 * its length.  *vetted: the next header, now r->ahead, needs no second look.
 */
static bool
good_end(struct mrt_reader *r, const struct header *h, size_t end, bool *vetted)
{
	struct mrt_record rec;

	*vetted = false;
	if (have(r, end + MRT_HEADER_LEN)) {
		*vetted = follows(r, end, h->sec, &r->ahead) ||
		    chain(r, end, CHAIN_LEN);
		if (*vetted)
			return true;
	} else if (ends_at(r, end) ||
	    (buffered(r) >= end && torn_header(r, end))) {
		return true;
	}
	set_record(r, h, end, &rec);
	return cur_ok(&rec.body) && mrt_contents_exact(&rec);
}

/* Only NULL of type 5 has nothing to say. */
static bool
may_be_empty(const struct header *h)
{
	return h->type == MRT_BGP && h->subtype == MRT_BGP_NULL;
}

/* What is wrong with a record whose length is believed; NULL: nothing. */
static const char *
problem_of(const struct header *h)
{
	if (h->len == 0 && !may_be_empty(h))
		return "empty record";
	if (h->type == MRT_BGP4MP_ET && h->len < MICROSECONDS_LEN)
		return "record without its microseconds";
	return NULL;
}

/* Have bytes at hand that are next but a few records, if they are there. */
static inline void
expect(const struct mrt_reader *r)
{
	const uintptr_t next = (uintptr_t)r->buf + r->pos;

	for (unsigned at = EXPECT_FROM; at < EXPECT_UNTIL; at += CACHE_LINE)
		__builtin_prefetch((const void *)(next + at));
}

static enum blk_status
hand_out(struct mrt_reader *r, const struct header *h, size_t end, bool vetted,
    struct mrt_record *rec, struct mrt_damage *damage)
{
	const char *what = problem_of(h);

	if (what != NULL) {
		(void)lose(r, end, BLK_EBAD, what, damage);
		r->vetted = vetted;
		return BLK_EBAD;
	}
	set_record(r, h, end, rec);
	consume(r, end);
	expect(r);
	r->vetted = vetted;
	r->last_time = rec->time;
	r->last_sec = h->sec;
	r->started = true;
	return BLK_OK;
}

/* Whether the bytes at pos may be the header of the next record. */
static bool
good_start(struct mrt_reader *r, const struct header *h)
{
	if (!plausible(h))
		return false;
	return !r->started || close_by(h->sec, r->last_sec) ||
	    chain(r, 0, CHAIN_LEN);
}

/* The header at pos in *h.  BLK_OK; else there is none, and that is told. */
static enum blk_status
next_header(struct mrt_reader *r, struct header *h, struct mrt_damage *damage)
{
	if (r->searching)
		return search(r, 0, no_header, damage);
	if (!have(r, MRT_HEADER_LEN)) {
		if (!r->started && r->input == BLK_END && !torn_header(r, 0))
			return r->final = BLK_EUNSUP;
		return finish(r, damage);
	}
	read_header(r, 0, h);
	return good_start(r, h) ? BLK_OK : search(r, 1, no_header, damage);
}

enum blk_status
mrt_reader_next(
    struct mrt_reader *r, struct mrt_record *rec, struct mrt_damage *damage)
{
	struct header h = r->ahead;
	enum blk_status status;
	size_t end;
	bool vetted;

	if (r->final != BLK_OK)
		return r->final;
	if (!r->vetted) {
		status = next_header(r, &h, damage);
		if (status != BLK_OK)
			return status;
	}
	r->torn = !have(r, MRT_HEADER_LEN + h.len);
	if (r->torn)
		return search(r, 1, bad_length, damage);
	end = record_end(r, 0, &h);
	if (!good_end(r, &h, end, &vetted))
		return search(r, 1, bad_length, damage);
	return hand_out(r, &h, end, vetted, rec, damage);
}
