#include "report/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

static enum tally_kind
kind_of(const struct feed_file *f)
{
	bool rib = false, updates = false;

	for (size_t i = 0; i < f->kind_n; i++) {
		enum archive_kind kind =
		    archive_kind_of_record(f->kinds[i].type);

		rib = rib || kind == ARCHIVE_RIB;
		updates = updates || kind == ARCHIVE_UPDATES;
	}
	if (f->kind_n == 0)
		return TALLY_NOTHING;
	if (rib)
		return updates ? TALLY_BOTH : TALLY_RIB;
	return updates ? TALLY_UPDATES : TALLY_OTHER;
}

/* Damage is listed by file, in the archive's order. */
static void
count_files(struct tally *t, const struct report_info *in)
{
	size_t d = 0;

	for (size_t i = 0; i < in->archive->file_n; i++) {
		const struct archive_file *file = &in->archive->files[i];
		struct tally_file *f = &t->files[i];
		struct tally_collector *c = &t->collectors[file->collector];

		f->kind = kind_of(&in->files[i]);
		f->size = file->read_once ? in->files[i].raw_bytes : file->size;
		for (; d < in->damage_n &&
		     strcmp(in->damage[d].file, file->path) == 0;
		     d++)
			f->damage_n++;
		c->damaged_n += f->damage_n > 0;
		c->repeats += in->files[i].repeats;
		c->size += f->size;
		c->plain_size += in->files[i].plain_bytes;
	}
}

static void
judge_collector(struct tally *t, const struct report_info *in, size_t i)
{
	const struct info_collector *info = &in->info->collectors[i];
	const struct feed_collector *feed = &in->collectors[i];
	struct tally_collector *c = &t->collectors[i];

	for (size_t k = 0; k < info->gap_n; k++)
		c->gap_all += info->gaps[k].end - info->gaps[k].start;
	c->whole = info->gap_n == 0 && c->damaged_n == 0;
	t->whole = t->whole && c->whole;
	c->start = feed->first;
	c->end = USEC_NONE;
	if (feed->last == USEC_NONE)
		return;
	c->end = feed->last + USEC_PER_SEC;
	if (t->start == USEC_NONE || c->start < t->start)
		t->start = c->start;
	if (c->end > t->end)
		t->end = c->end;
}

enum blk_status
tally_init(struct tally *t, const struct report_info *in)
{
	const struct archive *a = in->archive;

	t->files = calloc(a->file_n + 1, sizeof(*t->files));
	t->collectors = calloc(a->collector_n + 1, sizeof(*t->collectors));
	if (t->files == NULL || t->collectors == NULL) {
		tally_fini(t);
		return BLK_ENOMEM;
	}
	t->whole = a->problem_n == 0;
	t->start = t->end = USEC_NONE;
	count_files(t, in);
	for (size_t i = 0; i < a->collector_n; i++)
		judge_collector(t, in, i);
	return BLK_OK;
}

void
tally_fini(struct tally *t)
{
	free(t->files);
	free(t->collectors);
}

/* Where a kind stands in v, or is to be put in. */
static size_t
find_kind(const struct tally_records *v, size_t n, const struct feed_kind *kind)
{
	size_t i = 0;

	while (i < n &&
	    (v[i].kind.type < kind->type ||
		(v[i].kind.type == kind->type &&
		    v[i].kind.subtype < kind->subtype)))
		i++;
	return i;
}

static bool
add_kind(struct tally_records **v, size_t *n, size_t *cap,
    const struct feed_kind *kind)
{
	size_t at = find_kind(*v, *n, kind);
	struct tally_records *r;

	if (at == *n || (*v)[at].kind.type != kind->type ||
	    (*v)[at].kind.subtype != kind->subtype) {
		if (!vec_reserve(v, *n, cap, sizeof(**v)))
			return false;
		memmove(*v + at + 1, *v + at, (*n - at) * sizeof(**v));
		(*v)[at] = (struct tally_records){
		    .kind = {kind->type, kind->subtype, 0}};
		++*n;
	}
	r = &(*v)[at];
	r->kind.n += kind->n;
	r->file_n++;
	return true;
}

enum blk_status
tally_records(const struct report_info *in, size_t collector,
    struct tally_records **out, size_t *n)
{
	struct tally_records *v = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < in->archive->file_n; i++) {
		const struct feed_file *f = &in->files[i];

		if (collector != TALLY_ALL &&
		    in->archive->files[i].collector != collector)
			continue;
		for (size_t k = 0; k < f->kind_n; k++) {
			if (!add_kind(&v, n, &cap, &f->kinds[k])) {
				free(v);
				return BLK_ENOMEM;
			}
		}
	}
	*out = v;
	return BLK_OK;
}
