#ifndef PART_FILE_H
#define PART_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "blackout/status.h"
#include "part/part_wire.h"

/*
 * A part as a file of sections, each packed and with a checksum of its own, so
 * that one can be read without the others:
 *
 *   "blackout part" 0 0 0   version (4)
 *   section ...             the last one is PART_END
 *
 *   tag (1)  plain bytes (8)  packed bytes (8)  CRC-32 of the plain ones (4)
 *   packed bytes, as zlib packs them (RFC 1950)
 *
 * Numbers are big-endian.  A file without its PART_END was cut off.
 */

#define PART_VERSION 3u

enum part_tag {
	PART_SETTINGS = 'S', /* what was asked; the first section */
	PART_KEPT = 'K', /* prefixes of which all is kept: see part_list.h */
	PART_LEFT_OUT = 'O', /* and those of which nothing, or not all, is */
	PART_FACTS = 'F',    /* of a file that was read */
	PART_EVENTS = 'E',   /* of it; right behind its facts */
	PART_PROBLEMS = 'P', /* paths that could not be used */
	PART_END = 'Z',
};

/* The plain bytes of one section that is read whole. */
#define PART_SECTION_MAX ((uint64_t)1 << 30)
/* Those of one batch of events. */
#define PART_BATCH_MAX ((uint64_t)1 << 26)

/* A section, as its header tells; at: where its packed bytes stand. */
struct part_section {
	uint8_t tag;
	uint64_t plain_len, packed_len;
	uint32_t crc;
	uint64_t at;
};

/* --- writing --- */

/* BLK_EIO: errno says why. */
enum blk_status part_file_begin(FILE *out);
/* BLK_ENOMEM, BLK_EIO; BLK_ELIMIT: it is too long for one section. */
enum blk_status part_file_put(
    FILE *out, enum part_tag tag, const struct part_buf *plain);

/* A section that is packed piece by piece. */
struct part_packer;
enum blk_status part_packer_new(struct part_packer **out); /* BLK_ENOMEM */
void part_packer_free(struct part_packer *p);
enum blk_status part_packer_add(
    struct part_packer *p, const void *bytes, size_t n);
/* Write it all, and be empty again.  As part_file_put. */
enum blk_status part_packer_put(
    struct part_packer *p, FILE *out, enum part_tag tag);

/* Copy a section as it stands from one file to the end of another. */
enum blk_status part_file_copy(
    FILE *out, FILE *in, const struct part_section *s);

/* --- reading --- */

/*
 * Read the head of a part.  BLK_EBAD: it is none; BLK_EUNSUP: of another
 * version; BLK_ETRUNC, BLK_EIO.
 */
enum blk_status part_file_open(FILE *in);

/*
 * The section that begins at *at, which moves behind it; its packed bytes are
 * not looked at.  BLK_ETRUNC: the file has not so many bytes; BLK_EBAD.
 */
enum blk_status part_file_next(
    FILE *in, uint64_t *at, uint64_t file_len, struct part_section *out);

/*
 * Read a section whole into out, which was empty.  BLK_EBAD: its checksum or
 * its length is wrong; BLK_ETRUNC, BLK_ELIMIT, BLK_EIO, BLK_ENOMEM.
 */
enum blk_status part_file_get(
    FILE *in, const struct part_section *s, struct part_buf *out);

/* A section read piece by piece. */
struct part_unpacker;
/* The file is borrowed.  BLK_ENOMEM. */
enum blk_status part_unpacker_new(
    struct part_unpacker **out, FILE *in, const struct part_section *s);
void part_unpacker_free(struct part_unpacker *u);
/*
 * The next n > 0 bytes, lent until the next call.  BLK_END: there are none, and
 * all that was read is sound.  BLK_EBAD: there are fewer, or something is
 * wrong; BLK_ETRUNC, BLK_EIO, BLK_ENOMEM.
 */
enum blk_status part_unpacker_take(
    struct part_unpacker *u, size_t n, const uint8_t **out);

#endif
