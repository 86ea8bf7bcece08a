#include <inttypes.h>
#include <unistd.h>

#include "cli/cmd.h"
#include "cli/dump.h"

/*
 * blackout dump: the files one after the other, their records as elements, the
 * elements that are wanted as lines.
 */

#define GROUPS                                                                 \
	(OPTS_SELECT | OPTS_PEERS | OPTS_ROUTES | OPTS_DUMP | OPTS_OUTPUT |    \
	    OPTS_WORK)
#define NAME "blackout dump"

/* Lines are written in pieces of about this size. */
#define PIECE ((size_t)256 << 10)

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

enum blk_status
dump_write(struct dump *d, const char *text, size_t n)
{
	if (n > 0 && fwrite(text, 1, n, d->out->file) != n)
		return BLK_EIO;
	d->unchecked += n;
	if (d->unchecked < PIECE)
		return BLK_OK;
	d->unchecked = 0;
	return output_interrupted(d->out) ? BLK_END : BLK_OK;
}

void
dump_progress(struct dump *d, uint64_t bytes)
{
	progress_update(
	    &d->input.progress, d->files_done, d->bytes_done + bytes);
}

void
dump_close(struct dump *d, struct elem_file *f, const struct archive_file *file)
{
	const struct damage *damage;
	size_t n;

	damage = elem_file_damage(f, &n);
	for (size_t i = 0; i < n; i++) {
		if (diag_damage_one(&d->damage))
			diag_file_at(
			    file->path, damage[i].offset, damage[i].what);
	}
	d->records += elem_file_records(f);
	d->bytes_done += elem_file_raw_bytes(f);
	dump_filter_close(&d->filter, f);
	d->files_done++;
	elem_file_close(f);
}

static enum blk_status
write_rows(struct dump *d, struct rows *rows, size_t at_least)
{
	enum blk_status status;
	const char *text;
	size_t n;

	text = rows_text(rows, &n);
	if (n < at_least)
		return BLK_OK;
	status = dump_write(d, text, n);
	rows_clear(rows);
	return status;
}

static enum blk_status
dump_element(
    struct dump *d, unsigned collector, struct rows *rows, const struct elem *e)
{
	struct dump_turn turn;
	enum blk_status status = BLK_OK;

	if (d->filter.filter != NULL) {
		status = dump_filter_judge(&d->filter, collector, e, &turn);
		if (status == BLK_OK && turn.waits)
			status = dump_filter_settle(&d->filter, &turn);
	}
	if (status != BLK_OK)
		return status == BLK_END ? BLK_OK : status;
	status = rows_add(rows, e);
	return status == BLK_OK ? write_rows(d, rows, PIECE) : status;
}

static enum blk_status
dump_elements(
    struct dump *d, unsigned collector, struct rows *rows, struct elem_file *f)
{
	enum blk_status status;
	const struct elem *e;

	while ((status = elem_file_next(f, &e)) == BLK_OK) {
		status = dump_element(d, collector, rows, e);
		if (status != BLK_OK)
			return status;
	}
	return status == BLK_END ? write_rows(d, rows, 1) : status;
}

static enum blk_status
dump_file(struct dump *d, struct rows *rows, const struct archive_file *file)
{
	const struct archive *a = d->input.archive;
	enum blk_status status;
	struct elem_file *f;

	status = rows_begin_file(rows, a->collectors[file->collector].name);
	if (status == BLK_OK)
		status = elem_file_open(&f, file->path, d->opts.threads);
	if (status != BLK_OK)
		return status;
	status = dump_elements(d, file->collector, rows, f);
	dump_close(d, f, file);
	dump_progress(d, 0);
	return status;
}

static enum blk_status
dump_in_turn(struct dump *d)
{
	const struct archive *a = d->input.archive;
	enum blk_status status;
	struct rows *rows;

	/* pieces are large: another buffer would only copy them */
	setvbuf(d->out->file, NULL, _IONBF, 0);
	status = rows_new(&rows, d->opts.rows);
	if (status != BLK_OK)
		return status;
	for (size_t i = 0; i < a->file_n && status == BLK_OK; i++)
		status = dump_file(d, rows, &a->files[i]);
	rows_free(rows);
	return status;
}

/* What output_report() calls. */
static enum blk_status
dump_all(const struct output *o, void *arg)
{
	struct dump *d = arg;
	enum blk_status status;

	d->out = o;
	if (!isatty(fileno(o->file)))
		progress_init(&d->input.progress, d->input.archive);
	status = d->opts.sorted ? dump_sorted(d) : dump_in_turn(d);
	progress_fini(&d->input.progress);
	return status == BLK_OK && d->records == 0 ? BLK_END : status;
}

/* False, and told: there were more routes than the filter remembers. */
static bool
all_told(const struct dump *d)
{
	uint64_t n = 0;

	if (d->filter.passed != NULL)
		n = filter_passed_forgotten(d->filter.passed);
	if (n > 0)
		diag_error("%" PRIu64 " routes too many to be remembered: "
			   "withdrawals of them were left out",
		    n);
	return n == 0;
}

static enum exit_status
run_dump(struct dump *d)
{
	enum blk_status status = input_find(&d->input, &d->opts);
	bool written, damaged;

	if (status == BLK_OK)
		status = dump_filter_init(&d->filter, d->opts.filter);
	if (status != BLK_OK) {
		diag_error("%s", blk_strstatus(status));
		return EXIT_NOTHING;
	}
	input_tell_problems(&d->input, &d->damage);
	written = output_report(d->opts.output, dump_all, d) && all_told(d);
	damaged = diag_damage_end(&d->damage, "blackout info has them all");
	if (d->records > 0)
		return written && !damaged ? EXIT_SOUND : EXIT_DAMAGED;
	input_tell_nothing(&d->input, &d->opts);
	return EXIT_NOTHING;
}

int
cmd_dump_run(int argc, char **argv)
{
	struct dump d = {0};
	enum exit_status rc;

	if (cmd_begin(&d.opts, NAME, GROUPS, argc, argv, &rc)) {
		if (d.opts.help)
			cmd_dump_help(stdout);
		else
			rc = run_dump(&d);
	}
	dump_filter_fini(&d.filter);
	input_fini(&d.input);
	opts_fini(&d.opts);
	return rc;
}
