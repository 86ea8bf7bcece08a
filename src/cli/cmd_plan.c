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
 * that its part knows from the start whose prefixes are whose.  The merge needs
 * no such thing, but may want parts without a RIB to be made again: see part.h.
 */

#define GROUPS                                                                 \
	(OPTS_WATCH | OPTS_EVERY | OPTS_PLACES | OPTS_PEERS | OPTS_ROUTES |    \
	    OPTS_PLAN | OPTS_OUTPUT)
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
	struct places places; /* only read to see that they can be */
	struct input input;
	struct opts_words words;
	size_t slice_n; /* told so far */
	size_t bare_n;  /* of these: without a RIB */
	bool failed;    /* out of memory */
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
put_name(FILE *out, struct plan *p, size_t file)
{
	const struct archive *a = p->input.archive;
	const char *collector = a->collectors[a->files[file].collector].name;
	size_t len = strlen(p->o->parts) + strlen(collector) + 64;
	char *name = malloc(len);

	if (name == NULL) {
		p->failed = true;
		return;
	}
	snprintf(
	    name, len, "%s/%s.%06zu.part", p->o->parts, collector, p->slice_n);
	for (char *c = name + strlen(p->o->parts) + 1; *c != '\0'; c++)
		if (*c == '/')
			*c = '_';
	put_word(out, name);
	free(name);
}

/* The command line of files [first, end). */
static void
put_slice(FILE *out, struct plan *p, size_t first, size_t end)
{
	const struct archive *a = p->input.archive;

	fputs("blackout timeline --format part", out);
	if (a->collectors[a->files[first].collector].overlap)
		fputs(" --overlap", out);
	for (size_t i = 0; i < p->words.n; i++)
		put_word(out, p->words.v[i]);
	for (size_t i = 0; i < p->o->delegated.n; i++) {
		fputs(" --delegated", out);
		put_word(out, p->o->delegated.v[i]);
	}
	fputs(" --output", out);
	put_name(out, p, first);
	p->slice_n++;
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

/* A slice that is being cut of one collector's files, which stand in order. */
struct slice {
	size_t first;
	usec_t since; /* what its length is counted from: its RIB, if any */
	bool has_rib;
};

static struct slice
slice_at(const struct archive_file *files, size_t first)
{
	return (struct slice){.first = first,
	    .since = guess(&files[first]),
	    .has_rib = files[first].kind == ARCHIVE_RIB};
}

/* The files of one collector, and where its RIBs are. */
struct stretch {
	size_t first, end;
	size_t first_rib, last_rib; /* end, first: there is none */
};

static struct stretch
stretch_at(const struct archive *a, size_t first)
{
	struct stretch x = {first, first, 0, first};

	while (x.end < a->file_n &&
	    a->files[x.end].collector == a->files[first].collector)
		x.end++;
	x.first_rib = x.end;
	for (size_t i = x.end; i-- > first;) {
		if (a->files[i].kind != ARCHIVE_RIB)
			continue;
		if (x.first_rib == x.end)
			x.last_rib = i;
		x.first_rib = i;
	}
	return x;
}

/*
 * Whether a slice that is long enough ends before file i: at a RIB, if it has
 * one already; before the first RIB and after the last one, at any file.
 */
static bool
ends_before(const struct plan *p, const struct slice *s,
    const struct stretch *x, size_t i)
{
	const struct archive_file *f = &p->input.archive->files[i];

	if (guess(f) == USEC_NONE || s->since == USEC_NONE ||
	    guess(f) - s->since < p->o->slice)
		return false;
	return f->kind == ARCHIVE_RIB ? s->has_rib
				      : i < x->first_rib || i > x->last_rib;
}

/* Updates of a RIB's own time belong to it. */
static size_t
cut_before(const struct archive_file *files, size_t first, size_t rib)
{
	size_t cut = rib;

	while (files[rib].kind == ARCHIVE_RIB && cut > first + 1 &&
	    guess(&files[cut - 1]) >= guess(&files[rib]))
		cut--;
	return cut;
}

static void
put_collector(FILE *out, struct plan *p, const struct stretch *x)
{
	const struct archive_file *files = p->input.archive->files;
	struct slice s = slice_at(files, x->first);

	for (size_t i = x->first + 1; i < x->end; i++) {
		if (ends_before(p, &s, x, i)) {
			size_t cut = cut_before(files, s.first, i);

			put_slice(out, p, s.first, cut);
			p->bare_n += !s.has_rib;
			s = slice_at(files, cut);
		}
		if (!s.has_rib && files[i].kind == ARCHIVE_RIB) {
			s.has_rib = true;
			s.since = guess(&files[i]);
		}
	}
	put_slice(out, p, s.first, x->end);
	p->bare_n += !s.has_rib;
}

static enum blk_status
write_plan(const struct output *o, void *arg)
{
	struct plan *p = arg;
	const struct archive *a = p->input.archive;

	for (size_t i = 0; i < a->file_n;) {
		const struct stretch x = stretch_at(a, i);

		put_collector(o->file, p, &x);
		i = x.end;
	}
	if (p->failed)
		return BLK_ENOMEM;
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

/*
 * Where networks are watched, a part without a RIB knows only those prefixes of
 * theirs that are announced in it.
 */
static void
tell_bare(const struct plan *p)
{
	const struct opts *o = p->o;

	if (p->bare_n > 0 && p->slice_n > 1 && !o->all && o->prefix_n == 0)
		diag_error("%zu of %zu slices have no RIB: blackout merge may "
			   "ask for their parts once more",
		    p->bare_n, p->slice_n);
}

static enum exit_status
run_plan(struct plan *p)
{
	struct diag_damage told = {0};
	enum blk_status status;

	if (!places_load(&p->places, p->o))
		return EXIT_USAGE;
	status = words_of(p->o, NULL, &p->words);
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
	tell_bare(p);
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
		if (opts.help) {
			cmd_plan_help(stdout);
		} else if (places_idle(&opts)) {
			diag_usage(NAME,
			    "--delegated goes with --country or --by "
			    "country; else give it to blackout merge");
			rc = EXIT_USAGE;
		} else {
			rc = run_plan(&plan);
		}
	}
	words_fini(&plan.words);
	input_fini(&plan.input);
	places_fini(&plan.places);
	opts_fini(&opts);
	return rc;
}
