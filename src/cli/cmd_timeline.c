#include <errno.h>
#include <string.h>

#include "blackout/part.h"
#include "blackout/state.h"
#include "cli/cmd.h"
#include "cli/diag.h"
#include "cli/judged.h"
#include "cli/opts.h"
#include "cli/output.h"
#include "cli/question.h"
#include "cli/words.h"

/*
 * blackout timeline: the curves, or, as a part, all that others need to make
 * them together with those who read other files.
 */

#define GROUPS                                                                 \
	(OPTS_WATCH | OPTS_EVERY | OPTS_PLACES | OPTS_TIME | OPTS_PEERS |      \
	    OPTS_ROUTES | OPTS_JUDGE | OPTS_TIMELINE | OPTS_ORDER |            \
	    OPTS_OUTPUT | OPTS_WORK)
#define NAME "blackout timeline"

void
cmd_timeline_help(FILE *out)
{
	fputs("Usage: " NAME " [options] PATH...\n"
	      "The curves behind the outages: how many peer ASNs voted on each "
	      "prefix, and\n"
	      "carried it, when. Or a part, for "
	      "blackout merge.\n",
	    out);
	opts_help(out, GROUPS);
}

struct making {
	const struct opts *o;
	struct places places;
	struct input input;
	struct part_question question;
	struct part_made made;
	bool streams; /* a path can be read only once */
};

static void
tick(void *arg, uint64_t files, uint64_t bytes)
{
	struct making *m = arg;

	progress_update(&m->input.progress, files, bytes);
}

static enum blk_status
write_part(const struct output *o, void *arg)
{
	struct making *m = arg;
	enum blk_status status;

	progress_init(&m->input.progress, m->input.archive);
	status = part_make(o->file, m->input.archive, &m->question, &m->made);
	progress_fini(&m->input.progress);
	m->streams = status == BLK_EUSAGE;
	return m->streams ? BLK_END : status;
}

/* True if anything was damaged. */
static bool
tell_damage(const struct making *m)
{
	struct diag_damage told = {0};

	input_tell_problems(&m->input, &told);
	for (size_t i = 0; i < m->made.damage_n; i++) {
		const struct damage *d = &m->made.damage[i];

		if (diag_damage_one(&told))
			diag_file_at(d->file, d->offset, d->what);
	}
	return diag_damage_end(&told, "the part has them all");
}

static enum exit_status
make_part(struct making *m)
{
	if (!output_report(m->o->output, write_part, m))
		return EXIT_DAMAGED;
	if (m->streams) {
		diag_error("a part is made of files, which may have to be "
			   "read twice; there is none");
		return EXIT_USAGE;
	}
	if (tell_damage(m))
		return EXIT_DAMAGED;
	return EXIT_SOUND;
}

/* A slice in which nothing was heard is a part as well. */
static enum exit_status
run_part(struct opts *o)
{
	struct making m = {.o = o};
	struct opts_words words = {0};
	struct state_params watch;
	enum exit_status rc = EXIT_NOTHING;
	enum blk_status status;

	if (!places_load(&m.places, o)) {
		places_fini(&m.places);
		return EXIT_USAGE;
	}
	watch = question_params(o, &m.places);
	status = words_of(o, &m.places, &words);
	if (status == BLK_OK)
		status = input_find(&m.input, o);
	m.question =
	    (struct part_question){.words = (const char *const *)words.v,
		.word_n = words.n,
		.watch = &watch,
		.filter = o->filter,
		.also = o->also,
		.also_n = o->also_n,
		.overlap = o->overlap,
		.threads = o->threads,
		.tick = tick,
		.arg = &m};
	if (status != BLK_OK)
		diag_error("%s; there is no part", blk_strstatus(status));
	else if (m.input.archive->file_n == 0)
		input_tell_nothing(&m.input, o);
	else
		rc = make_part(&m);
	part_made_fini(&m.made);
	input_fini(&m.input);
	places_fini(&m.places);
	words_fini(&words);
	return rc;
}

/* What shapes a report shapes no part: it is asked of the merge. */
static bool
only_for_reports(const struct opts *o)
{
	const struct outage_params *q = &o->params;
	const struct outage_params usual = outage_params_default();

	return q->start != usual.start || q->end != usual.end ||
	    q->visibility < usual.visibility ||
	    q->visibility > usual.visibility || q->loss < usual.loss ||
	    q->loss > usual.loss || q->full_feed < usual.full_feed ||
	    q->full_feed > usual.full_feed || q->min_peers != usual.min_peers ||
	    q->min_duration != usual.min_duration ||
	    q->merge_gap != usual.merge_gap || q->retire != usual.retire ||
	    q->weight != usual.weight || o->has_sort || o->limit > 0 ||
	    o->names.n > 0 || places_idle(o);
}

static enum exit_status
run_curves(struct opts *o)
{
	struct judged j = {.opts = o, .curve = true};
	enum exit_status rc;

	if (o->format->timeline == NULL)
		o->format = report_format_find("json");
	rc = judged_run(&j);
	judged_fini(&j);
	return rc;
}

int
cmd_timeline_run(int argc, char **argv)
{
	struct opts opts = {0};
	enum exit_status rc;

	if (cmd_begin(&opts, NAME, GROUPS, argc, argv, &rc)) {
		if (opts.help) {
			cmd_timeline_help(stdout);
		} else if (opts.part && only_for_reports(&opts)) {
			diag_usage(NAME,
			    "when, what counts, and how it is told, is asked "
			    "of blackout merge, not of a part");
			rc = EXIT_USAGE;
		} else if (!opts.part && (opts.also_n > 0 || opts.overlap)) {
			diag_usage(NAME,
			    "--also and --overlap are for "
			    "--format part");
			rc = EXIT_USAGE;
		} else {
			rc = opts.part ? run_part(&opts) : run_curves(&opts);
		}
	}
	opts_fini(&opts);
	return rc;
}
