#include "cli/judged.h"

#include "blackout/curve.h"
#include "blackout/outage.h"
#include "blackout/report.h"
#include "blackout/state.h"
#include "cli/diag.h"
#include "cli/output.h"
#include "cli/question.h"

void
judged_fini(struct judged *j)
{
	outage_free(j->result);
	timeline_free(j->timeline);
	timeline_free(j->before);
	state_free(j->state);
	input_fini(&j->input);
	places_fini(&j->places);
}

/* Windows that touch the time asked for are told whole: all is read. */
static enum blk_status
begin(void *arg, const struct archive *a)
{
	struct judged *j = arg;
	struct state_params params = question_params(j->opts, &j->places);
	enum blk_status status;

	if (j->before != NULL) {
		params.watched = j->before->prefixes;
		params.watched_n = j->before->prefix_n;
	}
	state_free(j->state);
	j->state = NULL;
	status = state_new(&j->state, &params, a->collector_n);
	timeline_free(j->before);
	j->before = NULL;
	return status;
}

static enum blk_status
take(void *arg, const struct feed_run *run)
{
	struct judged *j = arg;

	return state_apply(j->state, run);
}

/*
 * Where too much was said before anything was watched, all is read once more,
 * now that it is known of which prefixes that matters.
 */
static enum blk_status
taken(void *arg, bool *again)
{
	struct judged *j = arg;
	enum blk_status status = state_finish(j->state, &j->timeline);

	if (status != BLK_OK)
		return status;
	*again &= !j->repeated && j->timeline->first_words_forgotten > 0;
	if (*again) {
		j->repeated = true;
		j->before = j->timeline;
		j->timeline = NULL;
	}
	return BLK_OK;
}

static enum blk_status
judge(struct judged *j)
{
	enum blk_status status =
	    outage_find(&j->result, j->timeline, &j->opts->params);
	if (status != BLK_OK)
		return status;
	return outage_arrange(j->result, j->opts->sort, j->opts->limit);
}

static enum blk_status
write_curve(const struct judged *j, const struct output *o,
    const struct report_input *in, const struct report_style *style)
{
	struct report_timeline curves = {.data = in};
	enum blk_status status =
	    curve_new(&curves.curves, j->timeline, &j->opts->params);

	if (status == BLK_OK)
		status = j->opts->format->timeline(o->file, &curves, style);
	curve_free(curves.curves);
	return status;
}

static enum blk_status
write_report(const struct output *o, void *arg)
{
	const struct judged *j = arg;
	const struct report_query query = question_query(j->opts);
	struct report_input in = {.query = &query,
	    .result = j->result,
	    .timeline = j->timeline,
	    .archive = j->input.archive,
	    .collectors = feed_collectors(j->input.feed),
	    .delegated = j->places.delegated,
	    .names = j->places.names};
	struct report_style style = output_style(o);

	style.width = j->opts->width;
	in.damage = feed_damage(j->input.feed, &in.damage_n);
	return j->curve ? write_curve(j, o, &in, &style)
			: j->opts->format->outages(o->file, &in, &style);
}

enum exit_status
judged_run(struct judged *j)
{
	const struct input_taker taker = {begin, take, taken, j};
	struct state_params watch;
	enum exit_status rc;
	enum blk_status status;

	if (!places_load(&j->places, j->opts))
		return EXIT_USAGE;
	watch = question_params(j->opts, &j->places);
	j->input.hops = state_asks_hops(&watch);
	rc = input_read(&j->input, j->opts, &taker);
	if (rc == EXIT_NOTHING)
		return rc;
	status = judge(j);
	if (status != BLK_OK) {
		diag_error("%s; there is no report", blk_strstatus(status));
		return EXIT_NOTHING;
	}
	return output_report(j->opts->output, write_report, j) ? rc
							       : EXIT_DAMAGED;
}
