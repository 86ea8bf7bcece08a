#ifndef BLACKOUT_FEED_H
#define BLACKOUT_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/archive.h"
#include "blackout/event.h"
#include "blackout/filter.h"
#include "blackout/status.h"

/*
 * The files of an archive as one stream of events in time order, with what
 * was damaged and what was missing.  Bytes are turned into events here, and
 * nowhere else.
 */

/* Which records are wanted; all of it may be zero. */
struct feed_options {
	usec_t until; /* leave out records from then on; USEC_NONE: none */
	/* Decode with so many threads, of which the caller is one; 0 is 1.
	   The events are the same in any case. */
	unsigned threads;
	/* Tell the last hops of AS paths as well: EVENT_HOPS_MAX at most. */
	bool hops;
	/*
	 * By type: RIBs, or updates and states, are passed over as if they
	 * were not there; of the latter, announcements speak for all.  By
	 * attributes: routes are told as refused.  NULL: nothing is.
	 */
	const struct filter *filter;
};

/*
 * A stretch of events of one lane, in time order.  Times of runs never step
 * back either, but for EVENT_GAP, which may be told a little later than its
 * time.  A gap is a run of its own, of a batch without peers: its lane is the
 * file that ends it, or the collector's last one.  A run without events tells
 * of the peers of its batch.
 */
struct feed_run {
	unsigned collector;              /* index in the archive */
	unsigned lane;                   /* index of the file in the archive */
	const struct event_batch *batch; /* lent until the next call */
	uint32_t first, n;               /* batch->events[first, first + n) */
};

/*
 * One thing wrong in the input.  They are listed by file, in the archive's
 * order, then by offset.
 */
struct damage {
	char *file;      /* as the user would name it */
	uint64_t offset; /* in the decompressed data */
	char *what;
	uint64_t count;        /* how often, when it stands for several */
	uint64_t records_kept; /* sound records of the file before it */
	usec_t lost_from, lost_until; /* what it may hide; or USEC_NONE */
};

#define DAMAGE_PER_FILE_MAX 100u /* beyond it, one that counts the rest */

/* What was read from one collector. */
struct feed_collector {
	uint64_t files;         /* with at least one record, or soundly empty */
	uint64_t ribs, updates; /* RIBs with a route; files with updates */
	uint64_t records;
	uint64_t skipped;   /* sound records of no use here: by kind in info */
	usec_t first, last; /* record times; USEC_NONE: no record */
};

/* Records of one MRT type and subtype (enum mrt_type and so on). */
struct feed_kind {
	uint16_t type, subtype;
	uint64_t n;
};

/* How far a file could be read. */
enum feed_file_state {
	FEED_FILE_UNREAD,     /* it lies beyond what was wanted */
	FEED_FILE_WHOLE,      /* to its end; what was passed over is damage */
	FEED_FILE_CUT,        /* not to its end, or it has no byte at all */
	FEED_FILE_UNREADABLE, /* it cannot be opened, or is no MRT */
};

/* What one file held, whether or not it was of use. */
struct feed_file {
	enum feed_file_state state;
	/* "plain", "gzip", "bzip2"; where it is not read, its name such as
	   "xz"; or "": it could not be told */
	const char *compression;
	uint64_t raw_bytes;   /* that were taken from the file */
	uint64_t plain_bytes; /* that came of them */
	uint64_t records;     /* sound ones */
	uint64_t skipped;     /* of these: of no use here */
	uint64_t repeats; /* of these: left out, since another file has them */
	uint64_t ribs;    /* with a route */
	usec_t first, last; /* of its first and its last record; USEC_NONE */
	struct feed_kind *kinds; /* of the records; by type and subtype */
	size_t kind_n;
};

struct feed;

/* BLK_ENOMEM.  The archive is borrowed and must have been peeked. */
enum blk_status feed_new(
    struct feed **out, const struct archive *a, const struct feed_options *opt);
void feed_free(struct feed *f);

/*
 * The next stretch of events.  BLK_OK; BLK_END: all is read, also every gap
 * that reaches the end of the data has been told.  BLK_ENOMEM.
 * BLK_EUSAGE: the order guessed from names is wrong: peek at all files
 * (archive_peek) and begin again with a new feed, which will not say so again.
 */
enum blk_status feed_next(struct feed *f, struct feed_run *run);

/* Valid from BLK_END until feed_free. */
const struct damage *feed_damage(const struct feed *f, size_t *n);
const struct feed_collector *feed_collectors(const struct feed *f);
/* One for each file of the archive, in its order. */
const struct feed_file *feed_files(const struct feed *f);

/* Bytes of input consumed so far, as they lie on disk; for progress. */
uint64_t feed_raw_bytes(const struct feed *f);
uint64_t feed_files_done(const struct feed *f);

#endif
