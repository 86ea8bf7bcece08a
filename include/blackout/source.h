#ifndef BLACKOUT_SOURCE_H
#define BLACKOUT_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "blackout/status.h"

/*
 * A stream of plain bytes from a file, a file descriptor or memory, whatever
 * it is compressed with: plain, gzip (all members), bzip2 (all streams).  The
 * format is told by the first bytes, never by a name.
 *
 * End of input is clean only on a boundary: between gzip members or bzip2
 * streams.  Anywhere else it is damage (BLK_ETRUNC).  Bytes that were decoded
 * before the damage are always delivered first.
 *
 * A run of zero bytes after the last member or stream (tape padding) is a
 * clean end; any other bytes there are damage (BLK_EBAD).
 *
 * A file too short for any magic number is plain; an empty one ends at once.
 * Memory is constant, whatever the bytes expand to.
 */
enum source_format {
	SOURCE_PLAIN,
	SOURCE_GZIP,
	SOURCE_BZIP2,
};

struct source;

/*
 * Open path ("-": standard input).  On BLK_OK the caller owns *out.  BLK_EIO
 * with errno set if it cannot be opened or is a directory; BLK_ENOMEM;
 * BLK_EUNSUP if its first bytes are those of a known format that is not read
 * here (xz, zstd, lz4, zip).  Reads at most a few kilobytes.
 */
enum blk_status source_open(struct source **out, const char *path);

/*
 * Which format made source_open(path) say BLK_EUNSUP: "xz", "zstd", "lz4",
 * "zip"; "" if it cannot be told (any more), as on a pipe.  Looks at the file
 * again.  Static text.
 */
const char *source_unsupported(const char *path);

/*
 * The same with up to `threads` decoders beside the caller's thread, where the
 * format allows for it: the blocks of bzip2 do, and gzip has use for one, from
 * 2 on, which decodes ahead of the caller.  What is read, and what is said of
 * damage, is the same for any number; only source_raw_offset may differ before
 * the end.  0: as source_open.  1: bzip2 is decoded by the caller's thread, a
 * block at a time, so that it can rest.
 *
 * Threads start when there is work for them, live until source_free, which
 * waits for what they are at (a block takes some 50 ms), and take no signals.
 * Those of bzip2 never read: the file is read in source_read, some blocks
 * ahead; that of gzip does, if the file can be read twice, and is not there if
 * not.  Memory is up to 8 MiB for each and 8 MiB more; for gzip 1 MiB more.  A
 * source, and what is read from it, belongs to one thread at a time, as always.
 */
enum blk_status source_open_threads(
    struct source **out, const char *path, unsigned threads);

/* As source_open over len bytes at buf, which must outlive the source. */
enum blk_status source_open_memory(
    struct source **out, const void *buf, size_t len);

/* The same over fd, which the source then owns (also when opening fails). */
enum blk_status source_open_fd(struct source **out, int fd);

void source_free(struct source *s);

/*
 * Read up to cap > 0 plain bytes into buf; *got says how many.
 * BLK_OK: *got > 0.  BLK_END: clean end, *got is 0, and so for every later
 * call.  BLK_ETRUNC, BLK_EBAD, BLK_EIO (see source_errno): damage; BLK_ENOMEM;
 * *got is 0 and every later call says the same.
 *
 * What lies in buf behind those bytes may have been written over.
 *
 * The checksums of gzip and bzip2 stand behind the bytes they are for, so
 * BLK_EBAD may come after bytes that were already wrong.
 */
enum blk_status source_read(
    struct source *s, void *buf, size_t cap, size_t *got);

/*
 * Hold as little memory as possible until the next read, which takes it anew;
 * what is read is the same.  For sources of which many are open and few are
 * read.  There remain, of a file that is plain, 10 KiB; of gzip 60 KiB (zlib:
 * 50); and what was decoded but not read yet, packed: a sixth or so of at most
 * 256 KiB in gzip (1.3 MiB with two threads), of a block of at most 900 KB in
 * bzip2.  Does nothing to what cannot be read twice (a pipe, memory), and to
 * bzip2 opened without threads.
 */
void source_rest(struct source *s);

/* Decode with so many threads after the next rest, if it was not opened with 0.
 */
void source_set_threads(struct source *s, unsigned threads);

/*
 * Large blocks that sources leave behind, for those that are read next: files
 * come one after the other, and megabytes that are new each time cost a few
 * hundredths of what bzip2 does.  Up to bytes_max are kept.  Sources of any
 * threads may share one, which lives longer than they do.
 */
struct source_memory;
enum blk_status source_memory_new(struct source_memory **out, size_t bytes_max);
void source_memory_free(struct source_memory *m);

/* Before the first read. */
void source_use_memory(struct source *s, struct source_memory *m);

enum source_format source_format(const struct source *s);
const char *source_format_name(enum source_format f); /* "gzip" ... */

/* Plain bytes delivered so far. */
uint64_t source_offset(const struct source *s);

/* Bytes of the file decoded so far (compressed, if it is). */
uint64_t source_raw_offset(const struct source *s);

/*
 * What broke, in words ("bzip2 stream ends early", "gzip checksum does not
 * match"), after a read said so; "" before.  Static text.
 */
const char *source_problem(const struct source *s);

/* errno of the read that failed with BLK_EIO; else 0. */
int source_errno(const struct source *s);

#endif
