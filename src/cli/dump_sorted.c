/*
 * Files merged by time.  The lines of each file go through a queue that puts
 * them in order as far as it looks ahead; of the queues the one with the
 * earliest line goes first.  A file is opened when the merge comes near to the
 * time of its first record, and closed when it is used up, so that few are
 * open at once.
 */
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "cli/dump.h"
#include "report/rows_queue.h"

/* A file may begin with a record that is so much later than others in it. */
#define BEGIN_SLACK (600 * USEC_PER_SEC)

/* Lines of one time go together, but not more than this at once. */
#define PIECE ((size_t)64 << 10)

/* A file that is open. */
struct lane {
	const struct archive_file *file;
	struct elem_file *elems;
	struct rows *rows;
	struct rows_queue queue;
	usec_t time; /* of the lines in rows */
	bool ended;  /* all of it is in the queue */
	bool late;   /* a line came too late to be put in order */
};

struct merge {
	struct dump *d;
	const struct archive_file **files; /* in the order of their times */
	size_t file_n, next;               /* next: to be opened */
	struct lane **lanes;               /* in the archive's order */
	size_t lane_n, lane_cap;
	usec_t time; /* of the last line written */
};

static void
lane_free(struct lane *l)
{
	if (l == NULL)
		return;
	elem_file_close(l->elems);
	rows_free(l->rows);
	rows_queue_fini(&l->queue);
	free(l);
}

static enum blk_status
queue_rows(struct lane *l)
{
	enum blk_status status;
	const char *text;
	size_t n;

	text = rows_text(l->rows, &n);
	if (n == 0)
		return BLK_OK;
	status = rows_queue_add(&l->queue, l->time, NULL, 0, text, n);
	rows_clear(l->rows);
	return status;
}

/* An element whose turn decides is a piece of its own, turn first. */
static enum blk_status
queue_turn(struct lane *l, const struct elem *e, const struct dump_turn *turn)
{
	enum blk_status status = BLK_OK;
	const char *text;
	size_t n;

	if (turn->wanted && (turn->withdrawn || turn->passes))
		status = rows_add(l->rows, e);
	if (status != BLK_OK)
		return status;
	text = rows_text(l->rows, &n);
	status =
	    rows_queue_add(&l->queue, e->time, turn, sizeof(*turn), text, n);
	rows_clear(l->rows);
	return status;
}

static enum blk_status
queue_element(struct merge *m, struct lane *l, const struct elem *e)
{
	struct dump_turn turn = {.waits = false};
	struct dump_filter *f = &m->d->filter;
	enum blk_status status = BLK_OK;
	size_t n;

	if (f->filter != NULL)
		status = dump_filter_judge(f, l->file->collector, e, &turn);
	if (status != BLK_OK)
		return status == BLK_END ? BLK_OK : status;
	if (turn.waits)
		return queue_turn(l, e, &turn);
	(void)rows_text(l->rows, &n);
	if (e->time != l->time || n >= PIECE)
		status = queue_rows(l);
	l->time = e->time;
	return status == BLK_OK ? rows_add(l->rows, e) : status;
}

/* Read on until there is enough to tell which line is the earliest. */
static enum blk_status
fill(struct merge *m, struct lane *l)
{
	enum blk_status status = BLK_OK;
	const struct elem *e;

	while (status == BLK_OK && !l->ended && !rows_queue_full(&l->queue)) {
		status = elem_file_next(l->elems, &e);
		if (status == BLK_END) {
			l->ended = true;
			status = queue_rows(l);
		} else if (status == BLK_OK) {
			status = queue_element(m, l, e);
		}
	}
	return status;
}

/* Keep the lanes in the archive's order: that of lines of equal times. */
static bool
insert(struct merge *m, struct lane *l)
{
	size_t i = m->lane_n;

	if (!vec_reserve(&m->lanes, i, &m->lane_cap, sizeof(l)))
		return false;
	for (; i > 0 && m->lanes[i - 1]->file > l->file; i--)
		m->lanes[i] = m->lanes[i - 1];
	m->lanes[i] = l;
	m->lane_n++;
	return true;
}

static enum blk_status
open_lane(struct merge *m, const struct archive_file *file)
{
	const struct archive *a = m->d->input.archive;
	unsigned threads = m->d->opts.threads / (unsigned)(m->lane_n + 1);
	struct lane *l = calloc(1, sizeof(*l));
	enum blk_status status = BLK_ENOMEM;

	if (l == NULL)
		return status;
	l->file = file;
	status = rows_new(&l->rows, m->d->opts.rows);
	if (status == BLK_OK)
		status = rows_begin_file(
		    l->rows, a->collectors[file->collector].name);
	if (status == BLK_OK)
		status = elem_file_open(
		    &l->elems, file->path, threads > 0 ? threads : 1);
	if (status == BLK_OK && !insert(m, l))
		status = BLK_ENOMEM;
	if (status == BLK_OK)
		return fill(m, l);
	lane_free(l);
	return status;
}

static void
close_lane(struct merge *m, size_t i)
{
	struct lane *l = m->lanes[i];

	if (l->late && diag_damage_one(&m->d->damage))
		diag_file(l->file->path, "goes back in time",
		    "its lines are not all in order");
	dump_close(m->d, l->elems, l->file);
	l->elems = NULL;
	lane_free(l);
	m->lane_n--;
	for (; i < m->lane_n; i++)
		m->lanes[i] = m->lanes[i + 1];
	dump_progress(m->d, 0);
}

/* The lane with the earliest line, the first of equals; lane_n: there is none.
 */
static size_t
earliest(const struct merge *m)
{
	const struct rows_piece *best = NULL;
	size_t at = m->lane_n;

	for (size_t i = 0; i < m->lane_n; i++) {
		const struct rows_piece *p =
		    rows_queue_first(&m->lanes[i]->queue);

		if (p != NULL && (best == NULL || p->time < best->time)) {
			best = p;
			at = i;
		}
	}
	return at;
}

/* Whether the next file may hold lines as early as those of lane i. */
static bool
is_due(const struct merge *m, size_t i)
{
	usec_t begin;

	if (m->next == m->file_n)
		return false;
	begin = m->files[m->next]->first_time;
	return i == m->lane_n || begin == USEC_NONE ||
	    begin - BEGIN_SLACK <= rows_queue_first(&m->lanes[i]->queue)->time;
}

/* The turn of a piece has come: its line is left, or nothing. */
static enum blk_status
take_turn(struct merge *m, const char **text, size_t *n)
{
	struct dump_turn turn;
	enum blk_status status;

	memcpy(&turn, *text, sizeof(turn));
	*text += sizeof(turn);
	*n -= sizeof(turn);
	status = dump_filter_settle(&m->d->filter, &turn);
	if (status == BLK_END)
		*n = 0;
	return status == BLK_END ? BLK_OK : status;
}

static enum blk_status
write_piece(struct merge *m, struct lane *l)
{
	const struct rows_piece *p = rows_queue_first(&l->queue);
	const char *text = rows_queue_text(&l->queue, p);
	enum blk_status status = BLK_OK;
	size_t n = p->n;

	if (m->d->filter.passed != NULL)
		status = take_turn(m, &text, &n);
	if (status != BLK_OK)
		return status;
	if (n > 0) {
		l->late = l->late || p->time < m->time;
		m->time = p->time;
		status = dump_write(m->d, text, n);
	}
	rows_queue_pop(&l->queue);
	return status == BLK_OK ? fill(m, l) : status;
}

/* Lanes that are used up, or never had a line. */
static void
close_lanes(struct merge *m)
{
	for (size_t i = m->lane_n; i-- > 0;) {
		struct lane *l = m->lanes[i];

		if (l->ended && rows_queue_first(&l->queue) == NULL)
			close_lane(m, i);
	}
}

static enum blk_status
merge(struct merge *m)
{
	enum blk_status status = BLK_OK;

	while (status == BLK_OK) {
		size_t i = earliest(m);

		if (is_due(m, i)) {
			status = open_lane(m, m->files[m->next++]);
		} else if (i == m->lane_n) {
			break;
		} else {
			struct lane *l = m->lanes[i];

			status = write_piece(m, l);
			if (!l->ended || rows_queue_first(&l->queue) != NULL)
				continue;
		}
		close_lanes(m);
	}
	return status;
}

/* By time; files of which it is not known are opened at once, to be told. */
static int
compare_files(const void *a, const void *b)
{
	const struct archive_file *x = *(const struct archive_file *const *)a;
	const struct archive_file *y = *(const struct archive_file *const *)b;

	if (x->first_time != y->first_time)
		return x->first_time < y->first_time ? -1 : 1;
	return x < y ? -1 : x > y;
}

static enum blk_status
list_files(struct merge *m)
{
	struct archive *a = m->d->input.archive;
	enum blk_status status = archive_peek(a, true);

	if (status != BLK_OK)
		return status;
	m->files = calloc(a->file_n + 1, sizeof(*m->files));
	if (m->files == NULL)
		return BLK_ENOMEM;
	for (size_t i = 0; i < a->file_n; i++)
		m->files[i] = &a->files[i];
	m->file_n = a->file_n;
	qsort(m->files, m->file_n, sizeof(*m->files), compare_files);
	return BLK_OK;
}

enum blk_status
dump_sorted(struct dump *d)
{
	struct merge m = {.d = d, .time = USEC_NONE};
	enum blk_status status = list_files(&m);

	if (status == BLK_OK)
		status = merge(&m);
	while (m.lane_n > 0)
		close_lane(&m, m.lane_n - 1);
	free(m.lanes);
	free(m.files);
	return status;
}
