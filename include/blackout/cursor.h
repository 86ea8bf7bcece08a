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
 * Two words, so that a cursor is passed and returned in registers.
 */
struct cursor {
	const uint8_t *next; /* borrowed; NULL: failed, and left is 0 */
	size_t left;         /* bytes from next on */
};

/* A cursor over len bytes of buf, which is not NULL. */
static inline struct cursor
cur_from(const void *buf, size_t len)
{
	return (struct cursor){buf, len};
}

/* A sound one that holds nothing. */
static inline struct cursor
cur_empty(void)
{
	return cur_from("", 0);
}

static inline bool
cur_ok(const struct cursor *c)
{
	return c->next != NULL;
}

/* Bytes still to be read; 0 once failed. */
static inline size_t
cur_left(const struct cursor *c)
{
	return c->left;
}

/* True iff nothing failed and nothing is left over. */
static inline bool
cur_done(const struct cursor *c)
{
	return c->next != NULL && c->left == 0;
}

static inline void
cur_fail(struct cursor *c)
{
	*c = (struct cursor){NULL, 0};
}

/* Consume n > 0 bytes and lend them, or fail and return NULL. */
static inline const uint8_t *
cur_bytes(struct cursor *c, size_t n)
{
	const uint8_t *p = c->next;

	if (c->left < n) {
		cur_fail(c);
		return NULL;
	}
	/* a cursor that failed has none; compilers cannot know */
	if (n > 0 && p == NULL)
		__builtin_unreachable();
	c->next += n;
	c->left -= n;
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
	return c->left > 0 ? c->next[0] : 0;
}

/* The next 4 bytes without consuming them; those that are missing are 0. */
static inline uint32_t
cur_peek_be32(const struct cursor *c)
{
	const uint8_t *p = c->next;
	uint32_t v = 0;

	if (c->left >= 4)
		return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		    (uint32_t)p[2] << 8 | p[3];
	if (c->left > 2)
		v = (uint32_t)p[2] << 8;
	if (c->left > 1)
		v |= (uint32_t)p[1] << 16;
	if (c->left > 0)
		v |= (uint32_t)p[0] << 24;
	return v;
}

/* The next 8 bytes without consuming them; those that are missing are 0. */
static inline uint64_t
cur_peek_be64(const struct cursor *c)
{
	const size_t n = c->left < 8 ? c->left : 8;
	const uint64_t high = (uint64_t)cur_peek_be32(c) << 32;
	struct cursor last;

	if (n < 4)
		return high;
	/* the last 4 of them, of which the first may be read already */
	last = cur_from(c->next + n - 4, 4);
	return high | (uint64_t)cur_peek_be32(&last) << (64 - 8 * n);
}

/* Consume n bytes unseen; fails the cursor if it has fewer. */
static inline void
cur_skip(struct cursor *c, size_t n)
{
	if (c->left < n) {
		cur_fail(c);
		return;
	}
	/* NULL must not be added to, not even 0: but numbers may */
	c->next = (const uint8_t *)((uintptr_t)c->next + n);
	c->left -= n;
}

/*
 * Consume n bytes and return a child bounded to them.  If c has fewer than n,
 * both fail; if the child fails later, c does not: damage stays in its unit.
 */
static inline struct cursor
cur_sub(struct cursor *c, size_t n)
{
	const struct cursor child = {c->next, n};

	if (c->left < n) {
		cur_fail(c);
		return *c;
	}
	cur_skip(c, n);
	return child;
}

#endif
