#ifndef LANES_H
#define LANES_H

#include <stddef.h>

#include "blackout/feed.h"
#include "blackout/status.h"
#include "feed/lane.h"

/*
 * Where a feed has its lanes from: the files themselves (pipeline.h), or what
 * was kept of them elsewhere.  A lane is known to the feed by its file's index
 * in the archive, and to whoever gives it by a pointer of their own.  All is
 * called by one thread; what the functions say is what those of pipeline.h do.
 */
struct lanes_calls {
	void (*free)(void *self);
	size_t (*expect_max)(const void *self);
	void (*expect)(void *self, const size_t *files, size_t n);
	enum blk_status (*open)(void *self, void **lane, size_t file);
	void (*close)(void *self, void *lane); /* lane may be NULL */
	enum blk_status (*next)(
	    void *self, void *lane, struct lane_batch **out);
	void (*give_back)(void *self, struct lane_batch *b);
	const struct lane_facts *(*facts)(const void *lane);
	const struct damage_log *(*damage)(const void *lane);
	const struct feed_kind *(*kinds)(const void *lane, size_t *n);
};

struct lanes {
	const struct lanes_calls *calls;
	void *self; /* owned by whoever holds the struct */
};

/* The lanes of an archive's files.  As pipeline_new. */
enum blk_status lanes_of_files(
    struct lanes *out, const struct archive *a, const struct feed_options *opt);

/* As feed_new, of these lanes, which the feed then owns (also on failure). */
enum blk_status feed_of_lanes(struct feed **out, const struct archive *a,
    const struct feed_options *opt, struct lanes lanes);

static inline void
lanes_free(struct lanes *l)
{
	if (l->calls != NULL)
		l->calls->free(l->self);
	*l = (struct lanes){0};
}

#endif
