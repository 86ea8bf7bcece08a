#include <stdlib.h>
#include <unistd.h>

#include "blackout/elem.h"
#include "blackout/rows.h"
#include "cli/cmd.h"
#include "cli/diag.h"
#include "cli/input.h"
#include "cli/opts.h"
#include "cli/output.h"

/*
 * blackout dump: the files one after the other, their records as elements, the
 * elements that are wanted as lines.
 */

#define GROUPS (OPTS_DUMP | OPTS_OUTPUT | OPTS_WORK)
#define NAME "blackout dump"

/* Lines are written in pieces of about this size. */
#define PIECE ((size_t)256 << 10)

/* Everything one run holds; all of it freed by job_fini. */
struct job {
	struct opts opts;
	struct input input;
	struct rows *rows;
	const struct output *out;
	struct diag_damage damage;
	uint64_t files_done, bytes_done; /* before the file at hand */
	uint64_t records;                /* of all files */
};

static void
job_fini(struct job *j)
{
	rows_free(j->rows);
	input_fini(&j->input);
	opts_fini(&j->opts);
}

void
cmd_dump_help(FILE *out)
{
	fputs("Usage: " NAME " [options] PATH...\n"
	      "The routes and state changes themselves, a line each. PATH: MRT "
	      "files, folders,\n"
	      "or - (standard input), of any collectors; plain, gzip or "
	      "bzip2.\n",
	    out);
	opts_help(out, GROUPS);
}

/* The one place that says which elements are printed. */
static bool
wanted(const struct job *j, const struct elem *e)
{
	(void)j;
	(void)e;
	return true;
}

/* BLK_EIO: errno says why; BLK_END: a signal waits. */
static enum blk_status
write_rows(struct job *j)
{
	const char *text;
	size_t n;

	text = rows_text(j->rows, &n);
	if (n > 0 && fwrite(text, 1, n, j->out->file) != n)
		return BLK_EIO;
	rows_clear(j->rows);
	return output_interrupted(j->out) ? BLK_END : BLK_OK;
}

static enum blk_status
write_piece(struct job *j, const struct elem_file *f)
{
	size_t n;

	(void)rows_text(j->rows, &n);
	if (n < PIECE)
		return BLK_OK;
	progress_update(&j->input.progress, j->files_done,
	    j->bytes_done + elem_file_raw_bytes(f));
	return write_rows(j);
}

/* BLK_OK at the end of the file. */
static enum blk_status
dump_elements(struct job *j, struct elem_file *f)
{
	enum blk_status status = BLK_OK, next;
	const struct elem *e;

	while (status == BLK_OK && (next = elem_file_next(f, &e)) != BLK_END) {
		if (next != BLK_OK)
			return next;
		if (!wanted(j, e))
			continue;
		status = rows_add(j->rows, e);
		if (status == BLK_OK)
			status = write_piece(j, f);
	}
	return status;
}

static void
tell_damage(struct job *j, const struct elem_file *f, const char *path)
{
	const struct damage *damage;
	size_t n;

	damage = elem_file_damage(f, &n);
	for (size_t i = 0; i < n; i++) {
		if (diag_damage_one(&j->damage))
			diag_file_at(path, damage[i].offset, damage[i].what);
	}
}

static enum blk_status
dump_file(struct job *j, const struct archive_file *file)
{
	const struct archive *a = j->input.archive;
	enum blk_status status;
	struct elem_file *f;

	status = rows_begin_file(j->rows, a->collectors[file->collector].name);
	if (status == BLK_OK)
		status = elem_file_open(&f, file->path, j->opts.threads);
	if (status != BLK_OK)
		return status;
	status = dump_elements(j, f);
	tell_damage(j, f, file->path);
	j->records += elem_file_records(f);
	j->bytes_done += elem_file_raw_bytes(f);
	j->files_done++;
	elem_file_close(f);
	return status;
}

/* What output_report() calls. */
static enum blk_status
dump_files(const struct output *o, void *arg)
{
	struct job *j = arg;
	const struct archive *a = j->input.archive;
	enum blk_status status = BLK_OK;

	/* pieces are large: another buffer would only copy them */
	setvbuf(o->file, NULL, _IONBF, 0);
	j->out = o;
	if (!isatty(fileno(o->file)))
		progress_init(&j->input.progress, a->file_n);
	for (size_t i = 0; i < a->file_n && status == BLK_OK; i++)
		status = dump_file(j, &a->files[i]);
	if (status == BLK_OK)
		status = write_rows(j);
	progress_fini(&j->input.progress);
	return status == BLK_OK && j->records == 0 ? BLK_END : status;
}

static enum exit_status
run_job(struct job *j)
{
	enum blk_status status = input_find(&j->input, &j->opts);
	bool written;

	if (status == BLK_OK)
		status = rows_new(&j->rows, j->opts.rows);
	if (status != BLK_OK) {
		diag_error("%s", blk_strstatus(status));
		return EXIT_NOTHING;
	}
	input_tell_problems(&j->input, &j->damage);
	written = output_report(j->opts.output, dump_files, j);
	if (diag_damage_end(&j->damage, "blackout info has them all") ||
	    !written) {
		if (j->records > 0)
			return EXIT_DAMAGED;
	}
	if (j->records > 0)
		return EXIT_SOUND;
	input_tell_nothing(&j->input, &j->opts);
	return EXIT_NOTHING;
}

int
cmd_dump_run(int argc, char **argv)
{
	struct job job = {0};
	enum exit_status rc;

	if (cmd_begin(&job.opts, NAME, GROUPS, argc, argv, &rc)) {
		if (job.opts.help)
			cmd_dump_help(stdout);
		else
			rc = run_job(&job);
	}
	job_fini(&job);
	return rc;
}
