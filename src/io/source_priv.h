#ifndef SOURCE_PRIV_H
#define SOURCE_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/source.h"
#include "blackout/status.h"

/*
 * What source.c and its codecs share: the bytes of a file as they lie there
 * (source_raw), and what a codec is (a row of functions).
 */

/* The bytes of a file or of memory, before any codec. */
struct source_raw {
	const uint8_t *next; /* bytes at hand, not yet taken */
	size_t avail;        /* how many; may be 0 before the end */
	uint64_t taken; /* bytes taken so far; who reads ahead sets it back */
	bool at_end;    /* nothing follows the bytes at hand */
	int fd;         /* -1: none */
	bool close_fd;  /* _fini closes fd */
	int err;        /* errno of the read that failed, else 0 */
	uint8_t *buf;   /* owned; NULL over memory */
	size_t cap;     /* of buf */
};

/* fd is only borrowed until close_fd is set.  BLK_ENOMEM. */
enum blk_status source_raw_init_fd(struct source_raw *raw, int fd);
void source_raw_init_memory(
    struct source_raw *raw, const void *buf, size_t len);
void source_raw_fini(struct source_raw *raw);

/*
 * See to it that at least want bytes are at hand, or all that are left;
 * want is at most SOURCE_PEEK_MAX.  BLK_OK, BLK_EIO (raw->err), and BLK_END if
 * want > 0 and none is left.  Moves the bytes at hand.
 */
#define SOURCE_PEEK_MAX 4096
enum blk_status source_raw_peek(struct source_raw *raw, size_t want);

/* Have bytes at hand, as many as one read brings.  Returns as _peek does. */
enum blk_status source_raw_fill(struct source_raw *raw);

/*
 * Take up to cap > 0 bytes to buf, those at hand or as many as one read
 * brings.  BLK_OK: *got > 0; BLK_END, BLK_EIO.
 */
enum blk_status source_raw_read(
    struct source_raw *raw, void *buf, size_t cap, size_t *got);

/* Take n of the bytes at hand. */
void source_raw_take(struct source_raw *raw, size_t n);

/*
 * Forget the bytes at hand and the last `again` of those taken, in order to
 * read them anew (that raw->taken counts them is left to the caller), and hold
 * next to no memory until then.  False, and nothing done: not of a file.
 */
bool source_raw_rest(struct source_raw *raw, uint64_t again);

/*
 * After one whole unit of a compressed file (a gzip member, a bzip2 stream):
 * what follows?  BLK_OK: the magic of another one, not yet taken.  BLK_END:
 * nothing, or zero bytes alone, now taken.  BLK_ETRUNC: the magic, cut short.
 * BLK_EBAD: anything else.  BLK_EIO.
 */
enum blk_status source_raw_next_unit(
    struct source_raw *raw, const void *magic, size_t magic_len);

/* Where a codec puts plain bytes, and what it says of them. */
struct source_out {
	uint8_t *buf;
	size_t cap;          /* > 0 */
	size_t got;          /* bytes put into buf; 0 before.  Those behind them
				are the codec's to write over. */
	const char *problem; /* of damage: static text; else NULL */
};

/*
 * One way to turn raw bytes into plain ones.  A codec may take raw bytes as
 * far ahead as it likes and decode them how it likes; source.c asks for plain
 * bytes, and stops at the first status that is not BLK_OK.
 */
struct source_codec {
	enum source_format format;

	/* Do the first len bytes of a file (fewer only if it is short) say so?
	 */
	bool (*matches)(const uint8_t *head, size_t len);

	/*
	 * BLK_OK and *state, BLK_ENOMEM.  Takes nothing from any input.
	 * threads: how many may decode; most codecs know of one only.
	 */
	enum blk_status (*open)(void **state, unsigned threads);

	/*
	 * Put some bytes into out.  BLK_OK: at least one.  Any other status is
	 * the last word, and may come with bytes that precede the end.
	 */
	enum blk_status (*read)(
	    void *state, struct source_raw *raw, struct source_out *out);

	/*
	 * Hold as little memory as possible until the next read, which gives
	 * the same bytes.  NULL: there is nothing to be done.
	 */
	void (*rest)(void *state, struct source_raw *raw);

	/* As source_set_threads; or NULL. */
	void (*set_threads)(void *state, unsigned threads);

	/* As source_use_memory; or NULL. */
	void (*use_memory)(void *state, struct source_memory *m);

	void (*close)(void *state);
};

/*
 * A block of that size, not cleared, or NULL; and back with it, unless p is
 * NULL.  m may be NULL: malloc and free.
 */
void *source_memory_take(struct source_memory *m, size_t size);
void source_memory_give(struct source_memory *m, void *p, size_t size);

/* The first bytes that matches() may want to see. */
#define SOURCE_HEAD_LEN 16

extern const struct source_codec source_plain_codec;
extern const struct source_codec source_gzip_codec;
extern const struct source_codec source_gzip_isal_codec; /* if built in */
extern const struct source_codec source_bzip2_codec;

/* The same for many threads; they match nothing by themselves. */
extern const struct source_codec source_bzip2_par_codec;
extern const struct source_codec source_ahead_codec; /* of gzip */

#endif
