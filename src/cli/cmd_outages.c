#include <stdlib.h>

#include "blackout/outage.h"
#include "blackout/report.h"
#include "blackout/state.h"
#include "cli/cmd.h"
#include "cli/diag.h"
#include "cli/input.h"
#include "cli/opts.h"
#include "cli/output.h"
#include "cli/question.h"

/* blackout outages: replay what is read, judge, report. */

#define GROUPS                                                                 \
	(OPTS_WATCH | OPTS_TIME | OPTS_PEERS | OPTS_ROUTES | OPTS_JUDGE |      \
	    OPTS_FORMAT | OPTS_OUTPUT | OPTS_WORK)
#define NAME "blackout outages"

/* Everything one run holds; all of it freed by job_fini. */
struct job {
	struct opts opts;
	struct input input;
	struct state *state;
	struct timeline *timeline;
	struct outage_result *result;
};

static void
job_fini(struct job *j)
{
	outage_free(j->result);
	timeline_free(j->timeline);
	state_free(j->state);
	input_fini(&j->input);
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

/* Windows that touch the time asked for are told whole: all is read. */
static enum blk_status
begin(void *arg, const struct archive *a)
{
	struct job *j = arg;
	const struct state_params params = question_params(&j->opts);

	state_free(j->state);
	j->state = NULL;
	return state_new(&j->state, &params, a->collector_n);
}

static enum blk_status
take(void *arg, const struct feed_run *run)
{
	struct job *j = arg;

	return state_apply(j->state, run);
}

static enum blk_status
judge(struct job *j)
{
	enum blk_status status = state_finish(j->state, &j->timeline);

	if (status != BLK_OK)
		return status;
	return outage_find(&j->result, j->timeline, &j->opts.params);
}

static enum blk_status
write_report(const struct output *o, void *arg)
{
	const struct job *j = arg;
	const struct report_query query = question_query(&j->opts);
	struct report_input in = {.query = &query,
	    .result = j->result,
	    .timeline = j->timeline,
	    .archive = j->input.archive,
	    .collectors = feed_collectors(j->input.feed)};
	struct report_style style = output_style(o);

	in.damage = feed_damage(j->input.feed, &in.damage_n);
	style.width = j->opts.width;
	return j->opts.format->outages(o->file, &in, &style);
}

static enum exit_status
run_job(struct job *j)
{
	const struct input_taker taker = {begin, take, j};
	enum exit_status rc = input_read(&j->input, &j->opts, &taker);
	enum blk_status status;

	if (rc == EXIT_NOTHING)
		return rc;
	status = judge(j);
	if (status != BLK_OK) {
		diag_error("%s; there is no report", blk_strstatus(status));
		return EXIT_NOTHING;
	}
	return output_report(j->opts.output, write_report, j) ? rc
							      : EXIT_DAMAGED;
}

int
cmd_outages_run(int argc, char **argv)
{
	struct job job = {0};
	enum exit_status rc;

	if (cmd_begin(&job.opts, NAME, GROUPS, argc, argv, &rc)) {
		if (job.opts.help)
			cmd_outages_help(stdout);
		else
			rc = run_job(&job);
	}
	job_fini(&job);
	return rc;
}
