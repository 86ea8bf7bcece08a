#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blackout/archive.h"
#include "blackout/feed.h"
#include "blackout/outage.h"
#include "blackout/report.h"
#include "blackout/state.h"
#include "cli/cmd.h"
#include "cli/diag.h"
#include "cli/opts.h"
#include "cli/output.h"
#include "cli/progress.h"

/*
 * blackout outages: find the files, replay them, judge, report.  The order of
 * the files is first guessed from their names; if the records contradict it,
 * the feed says so, and all is done once more in the order of the records.
 */

#define GROUPS                                                                 \
	(OPTS_WATCH | OPTS_TIME | OPTS_PEERS | OPTS_JUDGE | OPTS_OUTPUT |      \
	    OPTS_WORK)
#define NAME "blackout outages"
#define DAMAGE_LINES_MAX 20u

/* Everything one run holds; all of it freed by job_fini. */
struct job {
	struct opts opts;
	struct archive *archive;
	struct feed *feed;
	struct state *state;
	struct timeline *timeline;
	struct outage_result *result;
	struct progress progress;
};

static void
job_fini(struct job *j)
{
	progress_fini(&j->progress);
	outage_free(j->result);
	timeline_free(j->timeline);
	state_free(j->state);
	feed_free(j->feed);
	archive_free(j->archive);
	opts_fini(&j->opts);
}

void
cmd_outages_help(FILE *out)
{
	fputs("Usage: " NAME " [options] PATH...\n"
	      "When were these networks gone from the routing table? PATH: "
	      "MRT files, folders,\n"
	      "or - (standard input), of any collectors, in any order; plain, "
	      "gzip or bzip2.\n",
	    out);
	opts_help(out, GROUPS);
}

/*
 * A path that cannot be used at all is a slip of the pen, and is told before
 * hours are spent on the others.
 */
static bool
paths_usable(const struct opts *o)
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
		if (opts_collector_wanted(o, a->collectors[i].name)) {
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

static enum blk_status
find_files(struct job *j)
{
	enum blk_status status;

	status = archive_scan(&j->archive, j->opts.paths, j->opts.path_n);
	if (status != BLK_OK)
		return status;
	status = keep_wanted(j->archive, &j->opts);
	if (status != BLK_OK)
		return status;
	return archive_peek(j->archive, false);
}

/* Only the other family was asked for. */
static bool
skips_family(const struct opts *o, unsigned family)
{
	return o->only[!family] && !o->only[family];
}

static enum blk_status
begin(struct job *j)
{
	const struct opts *o = &j->opts;
	/* Windows that touch the time asked for are told whole: all is read. */
	const struct feed_options feed_opts = {
	    .until = USEC_NONE, .threads = o->threads};
	const struct state_params params = {.asns = o->asns,
	    .asn_n = o->asn_n,
	    .prefixes = o->prefixes,
	    .prefix_n = o->prefix_n,
	    .more_specific = o->more_specific,
	    .less_specific = o->less_specific,
	    .peer_wanted = opts_peer_wanted,
	    .arg = &j->opts,
	    .skip_family = {skips_family(o, 0), skips_family(o, 1)}};
	enum blk_status status;

	status = feed_new(&j->feed, j->archive, &feed_opts);
	if (status != BLK_OK)
		return status;
	return state_new(&j->state, &params, j->archive->collector_n);
}

/* Replay everything once.  BLK_EUSAGE: the order of files was wrong. */
static enum blk_status
replay(struct job *j)
{
	enum blk_status status = begin(j);
	struct feed_run run;

	while (status == BLK_OK) {
		status = feed_next(j->feed, &run);
		if (status == BLK_OK)
			status = state_apply(j->state, &run);
		progress_update(&j->progress, feed_files_done(j->feed),
		    feed_raw_bytes(j->feed));
	}
	return status == BLK_END ? BLK_OK : status;
}

static enum blk_status
replay_in_order(struct job *j)
{
	enum blk_status status = replay(j);

	if (status != BLK_EUSAGE)
		return status;
	state_free(j->state);
	feed_free(j->feed);
	j->state = NULL;
	j->feed = NULL;
	status = archive_peek(j->archive, true);
	return status == BLK_OK ? replay(j) : status;
}

static enum blk_status
judge(struct job *j)
{
	enum blk_status status = state_finish(j->state, &j->timeline);

	if (status != BLK_OK)
		return status;
	return outage_find(&j->result, j->timeline, &j->opts.params);
}

/* Say what was damaged, a line each; true if anything was. */
static bool
tell_damage(const struct job *j)
{
	const struct archive *a = j->archive;
	const struct damage *damage = NULL;
	size_t n = 0, told = 0;

	if (j->feed != NULL)
		damage = feed_damage(j->feed, &n);
	for (size_t i = 0; i < a->problem_n; i++) {
		if (told++ < DAMAGE_LINES_MAX)
			diag_file(a->problems[i].path,
			    strerror(a->problems[i].error), "left out");
	}
	for (size_t i = 0; i < n; i++) {
		if (told++ < DAMAGE_LINES_MAX)
			diag_file_at(
			    damage[i].file, damage[i].offset, damage[i].what);
	}
	if (told > DAMAGE_LINES_MAX)
		diag_error("and %zu more places of damage; --format json "
			   "has them all",
		    told - DAMAGE_LINES_MAX);
	return told > 0;
}

static uint64_t
records_read(const struct job *j)
{
	const struct feed_collector *c = feed_collectors(j->feed);
	uint64_t n = 0;

	for (size_t i = 0; i < j->archive->collector_n; i++)
		n += c[i].records;
	return n;
}

static void
tell_nothing_read(const struct job *j)
{
	if (j->archive->file_n == 0) {
		bool foreign =
		    j->archive->ignored_n > 0 && j->opts.collector_n == 0;

		diag_error("there is no %s in the paths%s",
		    foreign ? "archive" : "file",
		    j->opts.collector_n > 0 ? " of the collectors asked for"
					    : "");
		return;
	}
	diag_error("nothing usable was read: no MRT record in %zu file%s; "
		   "give RIBs or updates of RouteViews or RIS",
	    j->archive->file_n, j->archive->file_n == 1 ? "" : "s");
}

static enum blk_status
write_report(const struct job *j, struct output *o)
{
	const struct opts *opts = &j->opts;
	const struct report_query query = {.asns = opts->asns,
	    .asn_n = opts->asn_n,
	    .prefixes = opts->prefixes,
	    .prefix_n = opts->prefix_n,
	    .more_specific = opts->more_specific,
	    .less_specific = opts->less_specific,
	    .family = {!skips_family(opts, 0), !skips_family(opts, 1)},
	    .peer_asns = {opts->peer_asn_words.v, opts->peer_asn_words.n},
	    .peer_ips = {opts->peer_ip_words.v, opts->peer_ip_words.n},
	    .collectors = {opts->collector_words.v, opts->collector_words.n},
	    .params = &opts->params};
	struct report_input in = {.query = &query,
	    .result = j->result,
	    .timeline = j->timeline,
	    .archive = j->archive,
	    .collectors = feed_collectors(j->feed)};
	const struct report_style style = {.colour = output_colour(o)};

	in.damage = feed_damage(j->feed, &in.damage_n);
	return opts->format->outages(o->file, &in, &style);
}

/* False, and told, if the report could not be written. */
static bool
report(const struct job *j)
{
	const char *name = j->opts.output;
	enum blk_status status, closed;
	struct output o;

	status = output_open(&o, name);
	if (status == BLK_OK) {
		status = write_report(j, &o);
		closed = output_close(&o, status == BLK_OK);
		status = status == BLK_OK ? closed : status;
	}
	if (status == BLK_OK)
		return true;
	if (status == BLK_ENOMEM)
		diag_error("%s", blk_strstatus(status));
	else if (errno != EPIPE) /* whoever reads us has had enough */
		diag_file(name != NULL ? name : "standard output",
		    strerror(errno), "the report is not whole");
	return false;
}

static int
run_job(struct job *j)
{
	enum blk_status status = find_files(j);
	bool damaged;

	if (status == BLK_OK && j->archive->file_n > 0) {
		progress_init(&j->progress, j->archive->file_n);
		status = replay_in_order(j);
		progress_fini(&j->progress);
	}
	if (status != BLK_OK) {
		diag_error("%s; there is no report", blk_strstatus(status));
		return EXIT_NOTHING;
	}
	damaged = tell_damage(j);
	if (j->feed == NULL || records_read(j) == 0) {
		tell_nothing_read(j);
		return EXIT_NOTHING;
	}
	status = judge(j);
	if (status != BLK_OK) {
		diag_error("%s; there is no report", blk_strstatus(status));
		return EXIT_NOTHING;
	}
	return report(j) && !damaged ? EXIT_SOUND : EXIT_DAMAGED;
}

int
cmd_outages_run(int argc, char **argv)
{
	struct job job = {0};
	char error[OPTS_ERROR_LEN];
	int rc = EXIT_USAGE;

	if (opts_parse(&job.opts, GROUPS, argc, argv, error) != BLK_OK) {
		diag_usage(
		    NAME, error[0] != '\0' ? error : blk_strstatus(BLK_ENOMEM));
	} else if (job.opts.help) {
		cmd_outages_help(stdout);
		rc = EXIT_SOUND;
	} else if (output_check(job.opts.output) != BLK_OK) {
		diag_file(job.opts.output, strerror(errno), "nothing was read");
	} else if (paths_usable(&job.opts)) {
		rc = run_job(&job);
	}
	job_fini(&job);
	return rc;
}
