/*
 * Making a part: the lanes of all files, one after the other, sifted and
 * packed.  No order of time is needed for that, and nothing else is decided:
 * see part.h.  The part is made in a temporary file, because it may have to be
 * made again from the start.
 */
#include "blackout/part.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"
#include "feed/lanes.h"
#include "part/part_batch.h"
#include "part/part_facts.h"
#include "part/part_file.h"
#include "part/part_sift.h"

struct maker {
	const struct archive *a;
	const struct part_question *q;
	struct part_made *made;
	size_t damage_cap;
	FILE *file;
	struct lanes lanes;
	size_t *expected;
	struct part_sift sift;
	struct part_encoder encoder;
	struct part_packer *packer;
	struct lane_batch *kept;
	struct part_buf batch, head;
	uint64_t files, bytes;
};

void
part_made_fini(struct part_made *m)
{
	for (size_t i = 0; i < m->damage_n; i++) {
		free(m->damage[i].file);
		free(m->damage[i].what);
	}
	free(m->damage);
	*m = (struct part_made){0};
}

static enum blk_status
put_words(FILE *out, const struct part_question *q)
{
	struct part_buf b = {0};
	enum blk_status status;

	part_put_text(&b, BLACKOUT_VERSION);
	part_put_uint(&b, q->word_n);
	for (size_t i = 0; i < q->word_n; i++)
		part_put_text(&b, q->words[i]);
	status = part_file_put(out, PART_SETTINGS, &b);
	part_buf_fini(&b);
	return status;
}

/* --- one lane --- */

/* Pack what is kept of a batch, with its length before it. */
static enum blk_status
pack_kept(struct maker *m)
{
	enum blk_status status;

	m->batch.n = m->head.n = 0;
	status = part_encode(&m->encoder, m->kept, &m->batch);
	lane_batch_clear(m->kept);
	if (status != BLK_OK)
		return status;
	if (m->batch.n > PART_BATCH_MAX)
		return BLK_ELIMIT;
	part_put_uint(&m->head, m->batch.n);
	if (m->head.failed)
		return BLK_ENOMEM;
	status = part_packer_add(m->packer, m->head.v, m->head.n);
	return status == BLK_OK
	    ? part_packer_add(m->packer, m->batch.v, m->batch.n)
	    : status;
}

static enum blk_status
pack_events(struct maker *m, void *lane)
{
	const struct lanes_calls *call = m->lanes.calls;
	enum blk_status status = BLK_OK;
	struct lane_batch *b;
	bool sifted;

	lane_batch_clear(m->kept);
	part_sift_begin(&m->sift);
	while (status == BLK_OK) {
		status = call->next(m->lanes.self, lane, &b);
		if (status != BLK_OK)
			break;
		sifted = part_sift_batch(&m->sift, b, m->kept);
		call->give_back(m->lanes.self, b);
		if (!sifted)
			return BLK_ENOMEM;
		if (m->kept->ev.event_n > 0)
			status = pack_kept(m);
		if (m->q->tick != NULL)
			m->q->tick(m->q->arg, m->files,
			    m->bytes + call->facts(lane)->raw_bytes);
	}
	return status == BLK_END ? BLK_OK : status;
}

static enum blk_status
put_facts(struct maker *m, size_t file, void *lane)
{
	const struct lanes_calls *call = m->lanes.calls;
	struct part_facts f = {
	    .lane = *call->facts(lane), .marks = m->encoder.thread.marks};
	struct part_buf b = {0};
	enum blk_status status;

	status = archive_keep(m->a, file, &f.kept);
	if (status == BLK_ENOMEM)
		return status; /* else the lane has its damage */
	f.damage = *call->damage(lane);
	f.kinds = call->kinds(lane, &f.kind_n);
	m->made->records += f.lane.records;
	m->files++;
	m->bytes += f.lane.raw_bytes;
	part_facts_put(&b, &f);
	status = part_file_put(m->file, PART_FACTS, &b);
	part_buf_fini(&b);
	return status;
}

/* Tell of a lane's damage, with the name of its file. */
static enum blk_status
note_damage(struct maker *m, size_t file, const struct damage_log *log)
{
	struct part_made *made = m->made;

	for (size_t i = 0; i < log->n; i++) {
		struct damage d = log->list[i];

		if (!vec_reserve(&made->damage, made->damage_n, &m->damage_cap,
			sizeof(*made->damage)))
			return BLK_ENOMEM;
		d.file = strdup(m->a->files[file].path);
		d.what = strdup(d.what);
		made->damage[made->damage_n++] = d;
		if (d.file == NULL || d.what == NULL)
			return BLK_ENOMEM;
	}
	return BLK_OK;
}

static enum blk_status
make_lane(struct maker *m, size_t file)
{
	const struct lanes_calls *call = m->lanes.calls;
	unsigned collector = m->a->files[file].collector;
	enum blk_status status;
	void *lane = NULL;

	part_encoder_begin(&m->encoder, m->a->collectors[collector].overlap);
	status = call->open(m->lanes.self, &lane, file);
	if (status != BLK_OK)
		return status;
	status = pack_events(m, lane);
	if (status == BLK_OK)
		status = put_facts(m, file, lane);
	if (status == BLK_OK)
		status = note_damage(m, file, call->damage(lane));
	call->close(m->lanes.self, lane);
	return status == BLK_OK
	    ? part_packer_put(m->packer, m->file, PART_EVENTS)
	    : status;
}

/* --- all of it --- */

static void
expect(struct maker *m, size_t next)
{
	size_t max = m->lanes.calls->expect_max(m->lanes.self), n = 0;

	for (; n < max && next + n < m->a->file_n; n++)
		m->expected[n] = next + n;
	m->lanes.calls->expect(m->lanes.self, m->expected, n);
}

static enum blk_status
put_list(struct maker *m, struct part_buf *b, unsigned mask, unsigned value)
{
	struct part_list l = {0};
	bool ok = part_sift_list(&m->sift, mask, value, &l);

	if (ok)
		part_list_put(b, &l);
	part_list_fini(&l);
	return ok ? BLK_OK : BLK_ENOMEM;
}

/* What is kept, and what is not. */
static enum blk_status
put_lists(struct maker *m)
{
	const unsigned both = PART_KEEP | PART_BY_ORIGIN;
	struct part_buf kept = {0}, left_out = {0};
	enum blk_status status;

	part_put_u8(&kept, m->sift.fixed);
	status = put_list(m, &kept, PART_BY_ORIGIN, PART_BY_ORIGIN);
	if (status == BLK_OK)
		status = put_list(m, &kept, both, PART_KEEP);
	if (status == BLK_OK)
		status = put_list(m, &left_out, PART_KEEP, 0);
	if (status == BLK_OK)
		status = part_file_put(m->file, PART_KEPT, &kept);
	if (status == BLK_OK)
		status = part_file_put(m->file, PART_LEFT_OUT, &left_out);
	part_buf_fini(&kept);
	part_buf_fini(&left_out);
	return status;
}

static enum blk_status
put_end(struct maker *m)
{
	struct part_buf problems = {0}, end = {0};
	enum blk_status status;

	part_put_uint(&problems, m->a->problem_n);
	for (size_t i = 0; i < m->a->problem_n; i++) {
		part_put_text(&problems, m->a->problems[i].path);
		part_put_uint(&problems, (unsigned)m->a->problems[i].error);
	}
	part_put_uint(&end, m->a->file_n);
	status = part_file_put(m->file, PART_PROBLEMS, &problems);
	if (status == BLK_OK)
		status = part_file_put(m->file, PART_END, &end);
	part_buf_fini(&problems);
	part_buf_fini(&end);
	return status;
}

/* Read all files once. */
static enum blk_status
make_once(struct maker *m)
{
	const struct feed_options opt = {.until = USEC_NONE,
	    .threads = m->q->threads,
	    .hops = state_asks_hops(m->q->watch),
	    .filter = m->q->filter};
	enum blk_status status = lanes_of_files(&m->lanes, m->a, &opt);

	if (status != BLK_OK)
		return status;
	m->expected = calloc(m->lanes.calls->expect_max(m->lanes.self) + 1,
	    sizeof(*m->expected));
	if (m->expected == NULL)
		return BLK_ENOMEM;
	status = part_file_begin(m->file);
	if (status == BLK_OK)
		status = put_words(m->file, m->q);
	for (size_t i = 0; i < m->a->file_n && status == BLK_OK; i++) {
		expect(m, i);
		status = make_lane(m, i);
	}
	if (status == BLK_OK)
		status = put_lists(m);
	return status == BLK_OK ? put_end(m) : status;
}

/* Forget what was made, but not what was mentioned. */
static enum blk_status
begin_again(struct maker *m)
{
	m->sift.incomplete = false;
	lanes_free(&m->lanes);
	free(m->expected);
	m->expected = NULL;
	part_made_fini(m->made);
	m->damage_cap = 0;
	m->files = m->bytes = 0;
	rewind(m->file);
	return fflush(m->file) == 0 && ftruncate(fileno(m->file), 0) == 0
	    ? BLK_OK
	    : BLK_EIO;
}

static enum blk_status
copy_out(FILE *from, FILE *out)
{
	uint8_t chunk[16384];
	size_t n;

	rewind(from);
	while ((n = fread(chunk, 1, sizeof(chunk), from)) > 0)
		if (fwrite(chunk, 1, n, out) != n)
			return BLK_EIO;
	return ferror(from) ? BLK_EIO : BLK_OK;
}

static enum blk_status
begin(struct maker *m)
{
	if (!part_sift_init(&m->sift, m->q->watch))
		return BLK_ENOMEM;
	for (size_t i = 0; i < m->q->also_n; i++)
		if (!part_sift_also(&m->sift, &m->q->also[i]))
			return BLK_ENOMEM;
	m->kept = calloc(1, sizeof(*m->kept));
	if (m->kept == NULL)
		return BLK_ENOMEM;
	m->file = tmpfile();
	return m->file != NULL ? part_packer_new(&m->packer) : BLK_EIO;
}

/*
 * Whose records are to be known again.  Files without a time in their names may
 * always repeat what another part has.
 */
static void
choose_marks(struct archive *a, bool overlap)
{
	for (size_t i = 0; overlap && i < a->collector_n; i++)
		a->collectors[i].overlap = true;
	for (size_t i = 0; i < a->file_n; i++)
		if (a->files[i].name_time == USEC_NONE &&
		    a->files[i].kind != ARCHIVE_RIB)
			a->collectors[a->files[i].collector].overlap = true;
}

static void
maker_fini(struct maker *m)
{
	lanes_free(&m->lanes);
	free(m->expected);
	part_sift_fini(&m->sift);
	part_encoder_fini(&m->encoder);
	part_packer_free(m->packer);
	if (m->kept != NULL)
		lane_batch_free(m->kept);
	part_buf_fini(&m->batch);
	part_buf_fini(&m->head);
	if (m->file != NULL)
		fclose(m->file);
}

enum blk_status
part_make(FILE *out, struct archive *a, const struct part_question *q,
    struct part_made *made)
{
	struct maker m = {.a = a, .q = q, .made = made};
	enum blk_status status = BLK_OK;

	*made = (struct part_made){0};
	if (archive_reads_once(a))
		return BLK_EUSAGE;
	choose_marks(a, q->overlap);
	status = begin(&m);
	if (status == BLK_OK)
		status = make_once(&m);
	if (status == BLK_OK && m.sift.incomplete) {
		status = begin_again(&m);
		if (status == BLK_OK)
			status = make_once(&m);
	}
	for (uint32_t i = 0; i < m.sift.mentioned.n; i++)
		made->kept_n += (m.sift.flags[i] & PART_KEEP) != 0;
	if (status == BLK_OK)
		status = copy_out(m.file, out);
	maker_fini(&m);
	return status;
}
