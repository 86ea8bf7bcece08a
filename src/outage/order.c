/* The windows of all entities in the order in which they are told. */
#include <stdlib.h>
#include <string.h>

#include "blackout/outage.h"

static const char *const names[] = {[OUTAGE_SORT_ASN] = "asn",
    [OUTAGE_SORT_SIZE] = "size",
    [OUTAGE_SORT_START] = "start",
    [OUTAGE_SORT_DURATION] = "duration"};

enum blk_status
outage_sort_parse(const char *name, enum outage_sort *out)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0) {
			*out = (enum outage_sort)i;
			return BLK_OK;
		}
	}
	return BLK_EUSAGE;
}

const char *
outage_sort_name(enum outage_sort sort)
{
	return names[sort];
}

/* A row with what it is sorted by. */
struct keyed {
	struct outage_row row;
	int64_t keys[3]; /* smallest first */
};

static int
keyed_cmp(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	for (unsigned i = 0; i < 3; i++)
		if (x->keys[i] != y->keys[i])
			return x->keys[i] < y->keys[i] ? -1 : 1;
	if (x->row.as != y->row.as)
		return x->row.as < y->row.as ? -1 : 1;
	return x->row.window < y->row.window ? -1
					     : x->row.window > y->row.window;
}

static void
set_keys(struct keyed *k, const struct outage_window *w, enum outage_sort sort)
{
	const int64_t size = -(int64_t)w->prefixes_lost;

	switch (sort) {
	case OUTAGE_SORT_ASN:
		break;
	case OUTAGE_SORT_SIZE:
		k->keys[0] = size;
		k->keys[1] = -w->duration;
		k->keys[2] = w->start;
		break;
	case OUTAGE_SORT_START:
		k->keys[0] = w->start;
		k->keys[1] = size;
		break;
	case OUTAGE_SORT_DURATION:
		k->keys[0] = -w->duration;
		k->keys[1] = size;
		k->keys[2] = w->start;
		break;
	}
}

static int
event_cmp_start(const void *a, const void *b)
{
	const struct outage_event *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static int
event_cmp_size(const void *a, const void *b)
{
	const struct outage_event *x = a, *y = b;

	if (x->asn_n != y->asn_n)
		return x->asn_n > y->asn_n ? -1 : 1;
	return event_cmp_start(a, b);
}

enum blk_status
outage_arrange(struct outage_result *r, enum outage_sort sort, size_t limit)
{
	struct outage_row *rows;
	struct keyed *v;
	size_t n = 0;

	for (size_t i = 0; i < r->as_n; i++)
		n += r->ases[i].window_n;
	v = calloc(n + 1, sizeof(*v));
	rows = calloc(n + 1, sizeof(*rows));
	if (v == NULL || rows == NULL) {
		free(v);
		free(rows);
		return BLK_ENOMEM;
	}
	n = 0;
	for (size_t i = 0; i < r->as_n; i++) {
		for (size_t k = 0; k < r->ases[i].window_n; k++) {
			v[n].row = (struct outage_row){i, k};
			set_keys(&v[n++], &r->ases[i].windows[k], sort);
		}
	}
	if (n > 0)
		qsort(v, n, sizeof(*v), keyed_cmp);
	for (size_t i = 0; i < n; i++)
		rows[i] = v[i].row;
	free(v);
	free(r->rows);
	r->rows = rows;
	r->row_total = n;
	r->row_n = limit > 0 && limit < n ? limit : n;
	if (r->event_n > 0)
		qsort(r->events, r->event_n, sizeof(*r->events),
		    sort == OUTAGE_SORT_SIZE ? event_cmp_size
					     : event_cmp_start);
	return BLK_OK;
}
