#include "blackout/info.h"
#include "blackout/report.h"
#include "cli/cmd.h"
#include "cli/diag.h"
#include "cli/input.h"
#include "cli/opts.h"
#include "cli/output.h"

/* blackout info: count what is read, report. */

#define GROUPS (OPTS_INFO | OPTS_INFO_FORMAT | OPTS_OUTPUT | OPTS_WORK)
#define NAME "blackout info"

/* Everything one run holds; all of it freed by job_fini. */
struct job {
	struct opts opts;
	struct input input;
	struct info_count *count;
	struct info *info;
};

static void
job_fini(struct job *j)
{
	info_free(j->info);
	info_count_free(j->count);
	input_fini(&j->input);
	opts_fini(&j->opts);
}

void
cmd_info_help(FILE *out)
{
	fputs("Usage: " NAME " [options] PATH...\n"
	      "Is this archive whole, and what is in it? PATH: MRT files, "
	      "folders, or -\n"
	      "(standard input), of any collectors, in any order; plain, gzip "
	      "or bzip2.\n",
	    out);
	opts_help(out, GROUPS);
}

static enum blk_status
begin(void *arg, const struct archive *a)
{
	struct job *j = arg;

	info_count_free(j->count);
	j->count = NULL;
	return info_count_new(&j->count, a);
}

static enum blk_status
take(void *arg, const struct feed_run *run)
{
	struct job *j = arg;

	return info_count_apply(j->count, run);
}

static enum blk_status
write_report(const struct output *o, void *arg)
{
	const struct job *j = arg;
	const struct opts *opts = &j->opts;
	const struct feed *feed = j->input.feed;
	struct report_info in = {.info = j->info,
	    .archive = j->input.archive,
	    .collectors = feed_collectors(feed),
	    .files = feed_files(feed),
	    .wanted = {opts->collectors.v, opts->collectors.n},
	    .full_feed = opts->params.full_feed,
	    .all_files = opts->all_files,
	    .all_peers = opts->all_peers};
	const struct report_style style = output_style(o);

	in.damage = feed_damage(feed, &in.damage_n);
	return opts->format->info(o->file, &in, &style);
}

static enum exit_status
run_job(struct job *j)
{
	const struct input_taker taker = {
	    .begin = begin, .take = take, .arg = j};
	enum exit_status rc = input_read(&j->input, &j->opts, &taker);
	enum blk_status status;

	if (rc == EXIT_NOTHING)
		return rc;
	status =
	    info_count_finish(j->count, j->opts.params.full_feed, &j->info);
	if (status != BLK_OK) {
		diag_error("%s; there is no report", blk_strstatus(status));
		return EXIT_NOTHING;
	}
	return output_report(j->opts.output, write_report, j) ? rc
							      : EXIT_DAMAGED;
}

int
cmd_info_run(int argc, char **argv)
{
	struct job job = {0};
	enum exit_status rc;

	if (cmd_begin(&job.opts, NAME, GROUPS, argc, argv, &rc)) {
		if (job.opts.help)
			cmd_info_help(stdout);
		else
			rc = run_job(&job);
	}
	job_fini(&job);
	return rc;
}
