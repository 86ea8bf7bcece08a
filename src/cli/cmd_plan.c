#include <stdlib.h>
#include <string.h>

#include "blackout/archive.h"
#include "cli/cmd.h"
#include "cli/diag.h"
#include "cli/input.h"
#include "cli/opts.h"
#include "cli/output.h"
#include "cli/words.h"

/*
 * blackout plan: an archive as slices of its collectors, each the command line
 * that makes a part of it.  A slice begins with a RIB where there is one, so
 * that its part knows from the start whose prefixes are whose; the merge needs
 * no such thing.
 */

#define GROUPS (OPTS_WATCH | OPTS_PEERS | OPTS_ROUTES | OPTS_PLAN | OPTS_OUTPUT)
#define NAME "blackout plan"

void
cmd_plan_help(FILE *out)
{
	fputs("Usage: " NAME " [options] PATH...\n"
	      "Which parts to make of an archive, on one machine or many: a "
	      "command line each,\n"
	      "for sh, GNU parallel or Slurm. What they make is for blackout "
	      "merge.\n",
	    out);
	opts_help(out, GROUPS);
}

struct plan {
	const struct opts *o;
	struct input input;
	struct opts_words words;
};

/* Text as one word of sh. */
static void
put_word(FILE *out, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+./:=,@%";

	if (s[0] != '\0' && s[strspn(s, plain)] == '\0') {
		fprintf(out, " %s", s);
		return;
	}
	fputs(" '", out);
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			fputs("'\\''", out);
		else
			putc(*s, out);
	}
	putc('\'', out);
}

/* "parts/rrc00.000012.part" */
static void
put_name(FILE *out, const struct plan *p, size_t file, size_t slice)
{
	const struct archive *a = p->input.archive;
	const char *collector = a->collectors[a->files[file].collector].name;
	size_t len = strlen(p->o->parts) + strlen(collector) + 64;
	char *name = malloc(len);

	if (name == NULL) {
		put_word(out, "part");
		return;
	}
	snprintf(name, len, "%s/%s.%06zu.part", p->o->parts, collector, slice);
	for (char *c = name + strlen(p->o->parts) + 1; *c != '\0'; c++)
		if (*c == '/')
			*c = '_';
	put_word(out, name);
	free(name);
}

/* The command line of files [first, end). */
static void
put_slice(
    FILE *out, const struct plan *p, size_t first, size_t end, size_t slice)
{
	const struct archive *a = p->input.archive;

	fputs("blackout timeline --format part", out);
	if (a->collectors[a->files[first].collector].overlap)
		fputs(" --overlap", out);
	for (size_t i = 0; i < p->words.n; i++)
		put_word(out, p->words.v[i]);
	fputs(" --output", out);
	put_name(out, p, first, slice);
	fputs(" --", out);
	for (size_t i = first; i < end; i++)
		put_word(out, a->files[i].path);
	putc('\n', out);
}

static usec_t
guess(const struct archive_file *f)
{
	return f->first_time != USEC_NONE ? f->first_time : f->name_time;
}

/* Whether a RIB ends the slice whose RIB is of since. */
static bool
begins_slice(const struct plan *p, const struct archive_file *f, usec_t since)
{
	return f->kind == ARCHIVE_RIB && guess(f) != USEC_NONE &&
	    since != USEC_NONE && guess(f) - since >= p->o->slice;
}

/*
 * Cut the files of one collector, [first, end), which stand in order.  Until
 * the first RIB everything belongs to its slice.
 */
static void
put_collector(
    FILE *out, const struct plan *p, size_t first, size_t end, size_t *slice)
{
	const struct archive_file *files = p->input.archive->files;
	size_t begin = first;
	usec_t since = USEC_NONE;

	for (size_t i = first; i < end; i++) {
		if (begins_slice(p, &files[i], since)) {
			/* updates of the RIB's own time belong to it */
			size_t cut = i;

			while (cut > begin + 1 &&
			    guess(&files[cut - 1]) >= guess(&files[i]))
				cut--;
			put_slice(out, p, begin, cut, (*slice)++);
			begin = cut;
			since = USEC_NONE;
		}
		if (since == USEC_NONE && files[i].kind == ARCHIVE_RIB)
			since = guess(&files[i]);
	}
	put_slice(out, p, begin, end, (*slice)++);
}

static enum blk_status
write_plan(const struct output *o, void *arg)
{
	const struct plan *p = arg;
	const struct archive *a = p->input.archive;
	size_t slice = 0;

	for (size_t i = 0, end; i < a->file_n; i = end) {
		for (end = i; end < a->file_n; end++)
			if (a->files[end].collector != a->files[i].collector)
				break;
		put_collector(o->file, p, i, end, &slice);
	}
	return ferror(o->file) ? BLK_EIO : BLK_OK;
}

/* Files that cannot stand in a line, or not be read where it is run. */
static bool
has_strange_files(const struct archive *a)
{
	bool strange = false;

	for (size_t i = 0; i < a->file_n; i++) {
		const struct archive_file *f = &a->files[i];

		if (f->read_once || strchr(f->path, '\n') != NULL) {
			diag_file(f->path,
			    f->read_once ? "it can be read only once"
					 : "its name has more than one line",
			    "there is no plan");
			strange = true;
		}
	}
	return strange;
}

static enum exit_status
run_plan(struct plan *p)
{
	struct diag_damage told = {0};
	enum blk_status status = words_of(p->o, &p->words);

	if (status == BLK_OK)
		status = input_find(&p->input, p->o);
	if (status != BLK_OK) {
		diag_error("%s; there is no plan", blk_strstatus(status));
		return EXIT_NOTHING;
	}
	if (p->input.archive->file_n == 0) {
		input_tell_nothing(&p->input, p->o);
		return EXIT_NOTHING;
	}
	if (has_strange_files(p->input.archive))
		return EXIT_USAGE;
	if (!output_report(p->o->output, write_plan, p))
		return EXIT_DAMAGED;
	return input_tell_problems(&p->input, &told) ? EXIT_DAMAGED
						     : EXIT_SOUND;
}

int
cmd_plan_run(int argc, char **argv)
{
	struct opts opts = {0};
	struct plan plan = {.o = &opts};
	enum exit_status rc;

	if (cmd_begin(&opts, NAME, GROUPS, argc, argv, &rc)) {
		if (opts.help)
			cmd_plan_help(stdout);
		else
			rc = run_plan(&plan);
	}
	words_fini(&plan.words);
	input_fini(&plan.input);
	opts_fini(&opts);
	return rc;
}
