/*
 * The names of files are a guess at their order that costs nothing; where the
 * feed finds it wrong, each file is looked into for the time of its first
 * record, and all begins anew.
 */
#include "cli/input.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/diag.h"

bool
input_usable(const struct opts *o)
{
	bool usable = true;

	for (size_t i = 0; i < o->path_n; i++) {
		if (strcmp(o->paths[i], "-") != 0 &&
		    access(o->paths[i], R_OK) != 0) {
			diag_file(
			    o->paths[i], strerror(errno), "nothing was read");
			usable = false;
		}
	}
	return usable;
}

/* Drop the files of collectors that are not wanted, and those collectors. */
static enum blk_status
keep_wanted(struct archive *a, const struct opts *o)
{
	unsigned *renumbered = calloc(a->collector_n + 1, sizeof(*renumbered));
	size_t kept = 0, files = 0;

	if (renumbered == NULL)
		return BLK_ENOMEM;
	for (size_t i = 0; i < a->collector_n; i++) {
		if (filter_collector(o->filter, a->collectors[i].name)) {
			renumbered[i] = (unsigned)kept;
			a->collectors[kept++] = a->collectors[i];
		} else {
			renumbered[i] = UINT_MAX;
			free(a->collectors[i].name);
		}
	}
	a->collector_n = kept;
	for (size_t i = 0; i < a->file_n; i++) {
		struct archive_file *f = &a->files[i];

		if (renumbered[f->collector] == UINT_MAX) {
			free(f->path);
			continue;
		}
		f->collector = renumbered[f->collector];
		a->files[files++] = *f;
	}
	a->file_n = files;
	free(renumbered);
	return BLK_OK;
}

enum blk_status
input_find(struct input *in, const struct opts *o)
{
	enum blk_status status;

	if (in->parts != NULL)
		return archive_peek(in->archive, false);
	status = archive_scan(&in->archive, o->paths, o->path_n);
	if (status != BLK_OK)
		return status;
	status = keep_wanted(in->archive, o);
	if (status != BLK_OK)
		return status;
	return archive_peek(in->archive, false);
}

static enum blk_status
open_feed(struct input *in, const struct opts *o)
{
	const struct feed_options opt = {.until = USEC_NONE,
	    .threads = o->threads,
	    .hops = in->hops,
	    .filter = o->filter};
	char error[PART_ERROR_LEN];
	enum blk_status status;

	if (in->parts == NULL)
		return feed_new(&in->feed, in->archive, &opt);
	status = part_set_feed(in->parts, in->archive, &in->feed, error);
	if (status == BLK_EUNSUP)
		diag_error("%s", error);
	return status;
}

/* Read everything once.  BLK_EUSAGE: the order of files was wrong. */
static enum blk_status
read_once(
    struct input *in, const struct opts *o, const struct input_taker *taker)
{
	enum blk_status status = open_feed(in, o);
	struct feed_run run;

	progress_init(&in->progress, in->archive);
	if (status == BLK_OK)
		status = taker->begin(taker->arg, in->archive);
	while (status == BLK_OK) {
		status = feed_next(in->feed, &run);
		if (status == BLK_OK)
			status = taker->take(taker->arg, &run);
		if (progress_due(&in->progress))
			progress_update(&in->progress,
			    feed_files_done(in->feed),
			    feed_raw_bytes(in->feed));
	}
	return status == BLK_END ? BLK_OK : status;
}

static enum blk_status
read_again(
    struct input *in, const struct opts *o, const struct input_taker *taker)
{
	feed_free(in->feed);
	in->feed = NULL;
	progress_fini(&in->progress);
	return read_once(in, o, taker);
}

static enum blk_status
read_in_order(
    struct input *in, const struct opts *o, const struct input_taker *taker)
{
	enum blk_status status = read_once(in, o, taker);

	if (status != BLK_EUSAGE)
		return status;
	status = archive_peek(in->archive, true);
	return status == BLK_OK ? read_again(in, o, taker) : status;
}

/* Read everything as often as the taker wants it. */
static enum blk_status
read_all(
    struct input *in, const struct opts *o, const struct input_taker *taker)
{
	enum blk_status status = read_in_order(in, o, taker);

	while (status == BLK_OK && taker->taken != NULL) {
		bool again = !archive_reads_once(in->archive);

		status = taker->taken(taker->arg, &again);
		if (status != BLK_OK || !again)
			break;
		status = read_again(in, o, taker);
	}
	return status;
}

static enum blk_status
read_files(
    struct input *in, const struct opts *o, const struct input_taker *taker)
{
	enum blk_status status = input_find(in, o);

	if (status != BLK_OK || in->archive->file_n == 0)
		return status;
	status = read_all(in, o, taker);
	progress_fini(&in->progress);
	return status;
}

bool
input_tell_problems(const struct input *in, struct diag_damage *told)
{
	const struct archive *a = in->archive;

	for (size_t i = 0; i < a->problem_n; i++) {
		if (diag_damage_one(told))
			diag_file(a->problems[i].path,
			    strerror(a->problems[i].error), "left out");
	}
	return a->problem_n > 0;
}

/* True if anything was damaged. */
static bool
tell_damage(const struct input *in)
{
	struct diag_damage told = {0};
	const struct damage *damage = NULL;
	size_t n = 0;

	if (in->feed != NULL)
		damage = feed_damage(in->feed, &n);
	input_tell_problems(in, &told);
	for (size_t i = 0; i < n; i++) {
		if (diag_damage_one(&told))
			diag_file_at(
			    damage[i].file, damage[i].offset, damage[i].what);
	}
	return diag_damage_end(&told, "--format json has them all");
}

static bool
has_records(const struct input *in)
{
	const struct feed_collector *c;

	if (in->feed == NULL)
		return false;
	c = feed_collectors(in->feed);
	for (size_t i = 0; i < in->archive->collector_n; i++)
		if (c[i].records > 0)
			return true;
	return false;
}

void
input_tell_nothing(const struct input *in, const struct opts *o)
{
	const struct archive *a = in->archive;

	if (a->file_n == 0) {
		bool foreign = a->ignored_n > 0 && o->collectors.n == 0;

		diag_error("there is no %s in the paths%s",
		    foreign ? "archive" : "file",
		    o->collectors.n > 0 ? " of the collectors asked for" : "");
		return;
	}
	diag_error("nothing usable was read: no MRT record in %zu file%s; "
		   "give RIBs or updates of RouteViews or RIS",
	    a->file_n, a->file_n == 1 ? "" : "s");
}

enum exit_status
input_read(
    struct input *in, const struct opts *o, const struct input_taker *taker)
{
	enum blk_status status = read_files(in, o, taker);
	bool damaged;

	if (status != BLK_OK) {
		const char *part =
		    in->parts != NULL ? part_set_damaged(in->parts) : NULL;

		if (part != NULL)
			diag_file(part, "this part is damaged",
			    "make it again; there is no report");
		else
			diag_error(
			    "%s; there is no report", blk_strstatus(status));
		return EXIT_NOTHING;
	}
	damaged = tell_damage(in);
	if (!has_records(in)) {
		input_tell_nothing(in, o);
		return EXIT_NOTHING;
	}
	return damaged ? EXIT_DAMAGED : EXIT_SOUND;
}

void
input_fini(struct input *in)
{
	progress_fini(&in->progress);
	feed_free(in->feed);
	archive_free(in->archive);
	part_set_free(in->parts);
}
