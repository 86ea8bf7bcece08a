#ifndef BLACKOUT_CLI_INPUT_H
#define BLACKOUT_CLI_INPUT_H

#include <stdbool.h>

#include "blackout/archive.h"
#include "blackout/feed.h"
#include "blackout/part.h"
#include "blackout/status.h"
#include "cli/cmd.h"
#include "cli/diag.h"
#include "cli/opts.h"
#include "cli/progress.h"

/*
 * What a command reads: the files of its paths, in the order of their times,
 * and what there is to say about them on standard error.
 */
struct input {
	/* Where files are not read, but what parts kept of them: set before
	   input_read, and with it the archive that was settled. */
	struct part_set *parts;
	bool hops; /* as in feed_options; set before input_read */
	struct archive *archive;
	struct feed *feed;
	struct progress progress;
};

/* Who takes what is read. */
struct input_taker {
	/*
	 * All is about to be read: for the first time, or once more because
	 * the order of the files was wrong, and then what was taken before
	 * must be forgotten.
	 */
	enum blk_status (*begin)(void *arg, const struct archive *a);
	enum blk_status (*take)(void *arg, const struct feed_run *run);
	/*
	 * All was taken.  *again: it can be read once more; set to whether it
	 * must.  NULL: it need not.
	 */
	enum blk_status (*taken)(void *arg, bool *again);
	void *arg;
};

/*
 * Whether all paths of o can be used; else it says which cannot: a slip of
 * the pen is told before hours are spent on the others.
 */
bool input_usable(const struct opts *o);

/*
 * Find the files of o's paths and collectors, in the order guessed from their
 * names.  BLK_ENOMEM, BLK_ELIMIT.
 */
enum blk_status input_find(struct input *in, const struct opts *o);

/* Say which paths could not be used; true if there were any. */
bool input_tell_problems(const struct input *in, struct diag_damage *told);

/* Say why there is nothing to be read in the files found. */
void input_tell_nothing(const struct input *in, const struct opts *o);

/*
 * Find the files of o's paths and collectors, have taker take all of them,
 * and say what was damaged, a line each.  EXIT_SOUND; EXIT_DAMAGED: some of it
 * was; EXIT_NOTHING: it was told why there can be no report.  input_fini is to
 * be called in any case.
 */
enum exit_status input_read(
    struct input *in, const struct opts *o, const struct input_taker *taker);
void input_fini(struct input *in);

#endif
