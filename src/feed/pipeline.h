#ifndef PIPELINE_H
#define PIPELINE_H

#include <stddef.h>

#include "blackout/archive.h"
#include "blackout/status.h"
#include "blackout/timefmt.h"
#include "feed/lane.h"

/*
 * The files of an archive, decoded by threads ahead of whoever merges them.
 * Threads begin and end in here.  All functions but those inside are called by
 * one thread, the owner; what it gets of a lane is the same for any number of
 * threads, and whenever it asks.
 *
 * Files that tell of the same time must all be open: each takes some 0.2 MB
 * (0.4 if it is bzip2) and what half a minute of its records takes.  All else
 * is bounded, so that up to 150 such files stay within 64 MB and 24 MB for each
 * thread.
 *
 * What the owner waits for it decodes itself, unless another thread is at it;
 * everything else is done ahead, by the owner too while it would only wait, as
 * far as the limits below go, and may be put off for ever without harm.
 */

#define PIPELINE_THREADS_MAX 256u
/* Room of all batches that wait, for each thread. */
#define PIPELINE_BYTES ((size_t)8 << 20)
/* Batches that wait in a lane which the owner reads. */
#define PIPELINE_DEPTH 8u
/* Compressed files from that size on are decompressed by several threads. */
#define PIPELINE_BIG ((uint64_t)4 << 20)
/* What must be left of a file that more threads are given halfway. */
#define PIPELINE_WORTH ((uint64_t)512 << 10)

struct pipeline;
struct pipeline_lane;

/*
 * A pipeline over the files of a, which is borrowed.  The owner is one of its
 * threads; with 0 or 1 it does all the work.  BLK_ENOMEM; that threads cannot
 * be started is no failure.
 */
enum blk_status pipeline_new(struct pipeline **out, const struct archive *a,
    const struct feed_options *opt);

/* Also frees all lanes; waits for threads to end what they are at. */
void pipeline_free(struct pipeline *p);

/* How many files may be told with pipeline_expect; 0: it is of no use. */
size_t pipeline_expect_max(const struct pipeline *p);

/* The files that will probably be opened next, in this order. */
void pipeline_expect(struct pipeline *p, const size_t *files, size_t n);

/* Open a file by its index in the archive; each only once.  BLK_ENOMEM. */
enum blk_status pipeline_open(
    struct pipeline *p, struct pipeline_lane **out, size_t file);
void pipeline_close(struct pipeline *p, struct pipeline_lane *l);

/* As lane_next. */
enum blk_status pipeline_next(
    struct pipeline *p, struct pipeline_lane *l, struct lane_batch **out);
void pipeline_give_back(struct pipeline *p, struct lane_batch *b);

/* What was known of the file when its last batch, or BLK_END, was given. */
const struct lane_facts *pipeline_facts(const struct pipeline_lane *l);

/* From BLK_END on. */
const struct damage_log *pipeline_damage(const struct pipeline_lane *l);
const struct feed_kind *pipeline_kinds(
    const struct pipeline_lane *l, size_t *n);

#endif
