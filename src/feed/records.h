#ifndef RECORDS_H
#define RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "blackout/mrt.h"
#include "blackout/source.h"
#include "blackout/status.h"
#include "blackout/timefmt.h"
#include "feed/damage.h"

/*
 * One file as its sound records, whatever is wrong with it.  What was passed
 * over, and why the file could not be opened or read to its end, is told in
 * the log, in words.
 */
struct records {
	struct source *src;
	struct mrt_reader *reader;
	struct damage_log damage;
	uint64_t n;        /* handed out so far */
	usec_t first_time; /* the earliest of them, or USEC_NONE */
	usec_t last_time;  /* of the last that is believed, or USEC_NONE */
	const char *compression; /* as in struct feed_file */
	bool opened;             /* it could be opened, and is MRT or empty */
	bool ended;
	bool cut; /* the end of the file was not reached, or it is empty */
};

/*
 * Begin to read path ("-": standard input), with threads as
 * source_open_threads has it.  A file that cannot be read has ended, with
 * damage.  BLK_ENOMEM: r holds nothing.
 */
enum blk_status records_open(
    struct records *r, const char *path, unsigned threads);
void records_fini(struct records *r);

/*
 * The next record, its body lent until the next call.  BLK_OK; BLK_END;
 * BLK_ENOMEM; BLK_EBAD: bytes were passed over before it: call again.
 */
enum blk_status records_next(struct records *r, struct mrt_record *rec);

/* Hold as little memory as possible until the next call, and read on then. */
void records_rest(struct records *r);

/* Give up the input; the rest stays. */
void records_close(struct records *r);

/* Bytes taken from the file, and those that came of them. */
uint64_t records_raw_bytes(const struct records *r);
uint64_t records_plain_bytes(const struct records *r);

#endif
