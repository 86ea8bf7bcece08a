#ifndef MRT_BUILD_H
#define MRT_BUILD_H

#include <assert.h>
#include <stdint.h>
#include <string.h>

/*
 * MRT records for tests, written as intent: what a record says, not its hex.
 * Bytes are appended to one buffer of fixed size; lengths are put right when
 * what they measure is closed.
 *
 *	mb_record(&b, 1000000000, 16, 4);
 *	mb_bgp4mp(&b, 4, 64500, 64501);
 *	mb_update(&b);
 *	mb_len16(&b);                        withdrawn routes
 *	mb_nlri4(&b, "\10\10\10", 24);
 *	mb_end(&b);
 *	...
 *	mb_end(&b);                          the message
 *	mb_end(&b);                          the record
 */

#define MB_CAP (1u << 20)
#define MB_DEPTH 8

struct mrt_build {
	uint8_t bytes[MB_CAP];
	size_t len;
	struct mb_open {
		size_t at;      /* of the length field */
		size_t from;    /* what it counts begins here */
		unsigned width; /* 1, 2 or 4 bytes */
	} open[MB_DEPTH];
	unsigned depth;
};

static inline void
mb_bytes(struct mrt_build *b, const void *bytes, size_t n)
{
	assert(b->len + n <= MB_CAP);
	memcpy(b->bytes + b->len, bytes, n);
	b->len += n;
}

/* v in n bytes, network order. */
static inline void
mb_int(struct mrt_build *b, uint32_t v, unsigned n)
{
	while (n-- > 0) {
		uint8_t byte = (uint8_t)(v >> 8 * n);

		mb_bytes(b, &byte, 1);
	}
}

static inline void
mb_u8(struct mrt_build *b, uint32_t v)
{
	mb_int(b, v, 1);
}

static inline void
mb_u16(struct mrt_build *b, uint32_t v)
{
	mb_int(b, v, 2);
}

static inline void
mb_u32(struct mrt_build *b, uint32_t v)
{
	mb_int(b, v, 4);
}

static inline void
mb_fill(struct mrt_build *b, uint8_t byte, size_t n)
{
	while (n-- > 0)
		mb_bytes(b, &byte, 1);
}

/* --- lengths --- */

/* Begin a length of width bytes that counts what lies between here and end. */
static inline void
mb_len(struct mrt_build *b, unsigned width)
{
	assert(b->depth < MB_DEPTH);
	b->open[b->depth++] = (struct mb_open){b->len, b->len + width, width};
	mb_int(b, 0, width);
}

static inline void
mb_len16(struct mrt_build *b)
{
	mb_len(b, 2);
}

/* Close what was begun last; lie: added to the true length. */
static inline void
mb_end_lie(struct mrt_build *b, int lie)
{
	struct mb_open o = b->open[--b->depth];
	size_t end = b->len;
	uint32_t v = (uint32_t)((long)(end - o.from) + lie);

	b->len = o.at;
	mb_int(b, v, o.width);
	b->len = end;
}

static inline void
mb_end(struct mrt_build *b)
{
	mb_end_lie(b, 0);
}

/* --- records --- */

static inline void
mb_record(struct mrt_build *b, uint32_t sec, unsigned type, unsigned subtype)
{
	mb_u32(b, sec);
	mb_u16(b, type);
	mb_u16(b, subtype);
	mb_len(b, 4);
}

/* AS numbers of width bytes, interface, AFI 1, 192.0.2.1 and 192.0.2.2. */
static inline void
mb_bgp4mp(struct mrt_build *b, unsigned width, uint32_t peer, uint32_t local)
{
	mb_int(b, peer, width);
	mb_int(b, local, width);
	mb_u16(b, 0);
	mb_u16(b, 1);
	mb_bytes(b, "\300\0\2\1\300\0\2\2", 8);
}

/* The same with AFI 2, 2001:db8::1 and 2001:db8::2. */
static inline void
mb_bgp4mp6(struct mrt_build *b, unsigned width, uint32_t peer, uint32_t local)
{
	mb_int(b, peer, width);
	mb_int(b, local, width);
	mb_u16(b, 0);
	mb_u16(b, 2);
	mb_bytes(b, " \1\r\270\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	mb_bytes(b, " \1\r\270\0\0\0\0\0\0\0\0\0\0\0\2", 16);
}

/* --- messages --- */

/* Begin a BGP message; its length also counts the marker before it. */
static inline void
mb_message(struct mrt_build *b, unsigned type)
{
	size_t from = b->len;

	mb_fill(b, 0xff, 16);
	mb_len16(b);
	b->open[b->depth - 1].from = from;
	mb_u8(b, type);
}

static inline void
mb_update(struct mrt_build *b)
{
	mb_message(b, 2);
}

/* len bits of addr. */
static inline void
mb_nlri(struct mrt_build *b, const void *addr, unsigned len)
{
	mb_u8(b, len);
	mb_bytes(b, addr, (len + 7) / 8);
}

/* Begin an attribute, with the 2-byte length of the extended form. */
static inline void
mb_attr(struct mrt_build *b, unsigned type)
{
	mb_u8(b, 0x50);
	mb_u8(b, type);
	mb_len16(b);
}

/* The same with a length of 1 byte. */
static inline void
mb_attr_short(struct mrt_build *b, unsigned type)
{
	mb_u8(b, 0x40);
	mb_u8(b, type);
	mb_len(b, 1);
}

/* One segment: n AS numbers of width bytes. */
static inline void
mb_segment(struct mrt_build *b, unsigned type, unsigned width,
    const uint32_t *asns, unsigned n)
{
	mb_u8(b, type);
	mb_u8(b, n);
	for (unsigned i = 0; i < n; i++)
		mb_int(b, asns[i], width);
}

#define MB_ASNS(...)                                                           \
	(const uint32_t[]){__VA_ARGS__},                                       \
	    sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)

/* --- whole records, where their contents do not matter --- */

/* MESSAGE_AS4: AS64500 announces 8.8.8.0/24 by 64500 3356 15169. */
static inline void
mb_announcement(struct mrt_build *b, uint32_t sec)
{
	mb_record(b, sec, 16, 4);
	mb_bgp4mp(b, 4, 64500, 64501);
	mb_update(b);
	mb_u16(b, 0);
	mb_len16(b);
	mb_attr_short(b, 1);
	mb_u8(b, 0);
	mb_end(b);
	mb_attr_short(b, 2);
	mb_segment(b, 2, 4, MB_ASNS(64500, 3356, 15169));
	mb_end(b);
	mb_attr_short(b, 3);
	mb_bytes(b, "\300\0\2\1", 4);
	mb_end(b);
	mb_end(b);
	mb_nlri(b, "\10\10\10", 24);
	mb_end(b);
	mb_end(b);
}

#endif
