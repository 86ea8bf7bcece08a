#include <stdlib.h>
#include <string.h>

#include "blackout/part.h"
#include "cli/cmd.h"
#include "cli/diag.h"
#include "cli/judged.h"
#include "cli/opts.h"
#include "cli/output.h"
#include "cli/words.h"

/*
 * blackout merge: the question that all parts answer is read from them, and
 * asked again of all that they kept, as if their files were read.
 */

#define OWN_GROUPS                                                             \
	(OPTS_PLACES | OPTS_TIME | OPTS_JUDGE | OPTS_MERGE | OPTS_ORDER |      \
	    OPTS_OUTPUT)
#define GROUPS (OWN_GROUPS | OPTS_WATCH | OPTS_EVERY | OPTS_PEERS | OPTS_ROUTES)
#define NAME "blackout merge"
#define LACKING_TOLD 10u /* parts named; the rest is counted */

void
cmd_merge_help(FILE *out)
{
	fputs("Usage: " NAME " [options] PART...\n"
	      "When were these networks gone? PART: made by blackout timeline "
	      "--format part, of\n"
	      "other hours, collectors or machines, for one and the same "
	      "question.\n",
	    out);
	opts_help(out, OWN_GROUPS);
}

struct job {
	struct opts own;  /* as given */
	struct opts opts; /* with the words of the parts before them */
	struct part_set *set;
	struct archive *archive; /* until the reader takes it */
	char **argv;             /* for opts */
	bool lacking;
};

static void
job_fini(struct job *j)
{
	archive_free(j->archive);
	part_set_free(j->set);
	opts_fini(&j->opts);
	opts_fini(&j->own);
	free(j->argv);
}

static enum exit_status
no_memory(void)
{
	diag_error("%s; there is no report", blk_strstatus(BLK_ENOMEM));
	return EXIT_NOTHING;
}

/* Look through all parts.  EXIT_SOUND, or it was told what is wrong. */
static enum exit_status
add_parts(struct job *j)
{
	enum exit_status rc = EXIT_SOUND;
	char error[PART_ERROR_LEN];

	if (part_set_new(&j->set) != BLK_OK)
		return no_memory();
	for (size_t i = 0; i < j->own.path_n; i++) {
		enum blk_status status =
		    part_set_add(j->set, j->own.paths[i], error);

		if (status == BLK_ENOMEM)
			return no_memory();
		if (status == BLK_OK)
			continue;
		diag_file(j->own.paths[i], error, "nothing was merged");
		rc = EXIT_USAGE;
	}
	return rc;
}

/* The question of the parts, with what was given here. */
static enum exit_status
ask_again(struct job *j, int argc, char **argv)
{
	char error[OPTS_ERROR_LEN];
	const char *const *words;
	bool has_digest = false;
	uint64_t digest = 0;
	size_t n, at = 0;

	words = part_set_words(j->set, &n);
	j->argv = calloc((size_t)argc + n + 1, sizeof(char *));
	if (j->argv == NULL)
		return no_memory();
	j->argv[at++] = argv[0];
	for (size_t i = 0; i < n; i++) {
		if (words_digest(words[i], &digest)) {
			has_digest = true;
			continue;
		}
		if (!words_valid(words[i])) {
			diag_error("%s: a part asks for what this version "
				   "does not know",
			    NAME);
			return EXIT_USAGE;
		}
		memcpy(&j->argv[at++], &words[i], sizeof(char *));
	}
	for (int i = 1; i < argc; i++)
		j->argv[at++] = argv[i];
	if (opts_parse(&j->opts, GROUPS, (int)at, j->argv, error) != BLK_OK) {
		diag_error("%s: in a part: %s", NAME, error);
		return EXIT_USAGE;
	}
	j->opts.has_digest = has_digest;
	j->opts.digest = digest;
	return EXIT_SOUND;
}

/* Which parts must be made again, if any. */
static bool
tell_lacking(const struct part_set *set)
{
	struct prefix first;
	const char *path;
	size_t i = 0, n, parts = 0;
	char text[PREFIX_STRLEN], what[160];

	while ((path = part_set_lacking(set, &i, &n, &first)) != NULL) {
		if (parts++ >= LACKING_TOLD)
			continue;
		snprintf(what, sizeof(what),
		    "%zu prefix%s found to be watched in other parts: %s%s", n,
		    n == 1 ? " was left out that is"
			   : "es were left out that "
			     "are",
		    prefix_format(&first, text), n > 1 ? ", ..." : "");
		diag_file(path, what, NULL);
	}
	if (parts > LACKING_TOLD)
		diag_error("and %zu parts more", parts - LACKING_TOLD);
	if (parts > 0)
		diag_error("make %s again with --also @FILE, where FILE is "
			   "what \"blackout merge --watched PART...\" prints",
		    parts == 1 ? "this part" : "these parts");
	return parts > 0;
}

static enum blk_status
write_watched(const struct output *o, void *arg)
{
	const struct job *j = arg;
	char text[PREFIX_STRLEN];
	size_t n;
	const struct prefix *v = part_set_watched(j->set, &n);

	for (size_t i = 0; i < n; i++)
		fprintf(o->file, "%s\n", prefix_format(&v[i], text));
	return ferror(o->file) ? BLK_EIO : BLK_OK;
}

static enum blk_status
write_part(const struct output *o, void *arg)
{
	struct job *j = arg;

	return part_set_write(j->set, j->archive, o->file);
}

static enum exit_status
report(struct job *j)
{
	struct judged x = {.opts = &j->opts, .curve = j->opts.curve};
	enum exit_status rc;

	if (x.curve && j->opts.format->timeline == NULL)
		j->opts.format = report_format_find("json");
	x.input.parts = j->set;
	x.input.archive = j->archive;
	j->set = NULL;
	j->archive = NULL;
	rc = judged_run(&x);
	judged_fini(&x);
	return rc;
}

static enum exit_status
run_job(struct job *j, int argc, char **argv)
{
	enum exit_status rc = add_parts(j);
	char error[PART_ERROR_LEN];
	enum blk_status status;

	/* what is only joined needs no answer */
	if (rc == EXIT_SOUND && !j->own.part && !j->own.watched)
		rc = ask_again(j, argc, argv);
	if (rc != EXIT_SOUND)
		return rc;
	status = part_set_settle(j->set, &j->archive, error);
	if (status != BLK_OK) {
		diag_error("%s; nothing was merged",
		    error[0] != '\0' ? error : blk_strstatus(status));
		return EXIT_USAGE;
	}
	if (j->own.watched)
		return output_report(j->own.output, write_watched, j)
		    ? EXIT_SOUND
		    : EXIT_DAMAGED;
	if (j->own.part)
		return output_report(j->own.output, write_part, j)
		    ? EXIT_SOUND
		    : EXIT_DAMAGED;
	return tell_lacking(j->set) ? EXIT_USAGE : report(j);
}

int
cmd_merge_run(int argc, char **argv)
{
	struct job job = {0};
	enum exit_status rc;

	if (cmd_begin(&job.own, NAME, OWN_GROUPS, argc, argv, &rc)) {
		if (job.own.help)
			cmd_merge_help(stdout);
		else
			rc = run_job(&job, argc, argv);
	}
	job_fini(&job);
	return rc;
}
