#ifndef BLACKOUT_CURSOR_H
#define BLACKOUT_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A bounded reader over bytes it does not own: the only way wire bytes are
 * read in this program.
 *
 * Failure is sticky: the first read past the end fails the cursor for good,
 * and from then on it holds no bytes, every getter returns 0 or NULL, and
 * cur_ok() is false.  So a fixed header is read straight through and checked
 * once, and a loop on cur_left() always ends.
 *
 * Offsets, not pointers, so that an empty cursor over NULL is well defined.
 */
struct cursor {
	const uint8_t *buf; /* borrowed; may be NULL if len is 0 */
	size_t len;         /* bytes in buf */
	size_t off;         /* bytes consumed; off <= len */
	bool failed;
};

static inline struct cursor
cur_from(const void *buf, size_t len)
{
	return (struct cursor){.buf = buf, .len = len};
}

static inline bool
cur_ok(const struct cursor *c)
{
	return !c->failed;
}

/* Bytes still to be read; 0 once failed. */
static inline size_t
cur_left(const struct cursor *c)
{
	return c->failed ? 0 : c->len - c->off;
}

/* True iff nothing failed and nothing is left over. */
static inline bool
cur_done(const struct cursor *c)
{
	return !c->failed && c->off == c->len;
}

/* Consume n > 0 bytes and lend them, or fail and return NULL. */
static inline const uint8_t *
cur_bytes(struct cursor *c, size_t n)
{
	const uint8_t *p;

	if (c->failed || c->len - c->off < n) {
		c->failed = true;
		return NULL;
	}
	p = c->buf + c->off;
	c->off += n;
	return p;
}

static inline uint8_t
cur_u8(struct cursor *c)
{
	const uint8_t *p = cur_bytes(c, 1);

	return p != NULL ? p[0] : 0;
}

static inline uint16_t
cur_be16(struct cursor *c)
{
	const uint8_t *p = cur_bytes(c, 2);

	return p != NULL ? (uint16_t)((unsigned)p[0] << 8 | p[1]) : 0;
}

static inline uint32_t
cur_be32(struct cursor *c)
{
	const uint8_t *p = cur_bytes(c, 4);

	if (p == NULL)
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/* The next byte without consuming it; 0 if there is none. */
static inline uint8_t
cur_peek(const struct cursor *c)
{
	return cur_left(c) > 0 ? c->buf[c->off] : 0;
}

/* Consume n bytes unseen; fails the cursor if it has fewer. */
static inline void
cur_skip(struct cursor *c, size_t n)
{
	if (c->failed || c->len - c->off < n)
		c->failed = true;
	else
		c->off += n;
}

/*
 * Consume n bytes and return a child bounded to them.  If c has fewer than n,
 * both fail; if the child fails later, c does not: damage stays in its unit.
 */
static inline struct cursor
cur_sub(struct cursor *c, size_t n)
{
	const bool fits = !c->failed && c->len - c->off >= n;
	/* Offset 0 of NULL may be all there is (see above). */
	const uint8_t *p = fits && n > 0 ? c->buf + c->off : NULL;

	c->off += fits ? n : 0;
	c->failed = !fits;
	return (struct cursor){.buf = p, .len = fits ? n : 0, .failed = !fits};
}

#endif
