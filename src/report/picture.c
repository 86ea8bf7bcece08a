/*
 * Networks are chosen by the windows that were found; only for those that are
 * drawn the curves are asked for.  Each prefix becomes a course on far more
 * columns than there are pixels.  If there are many rows, prefixes whose
 * courses look the same are folded into one, first those that look the same to
 * the pixel, then, if need be, those that roughly do; what is too much even
 * then is left out and counted.
 */
#include "report/picture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "blackout/curve.h"
#include "report/page.h"
#include "report/text.h"

#define COLUMNS_MAX 16384u
#define ROWS_EACH 12u /* networks of up to so many rows are not folded */

/* Folded rows look the same on so many columns, or on so many. */
#define FINE_FACTOR 16u
#define ROUGH_FACTOR 128u

char *
picture_name(const struct outage_as *as, char buf[PREFIX_STRLEN])
{
	if (as->by_prefix)
		return prefix_format(&as->prefix, buf);
	if (as->country != NULL)
		snprintf(buf, PREFIX_STRLEN, "%s", as->country->name);
	else
		snprintf(buf, PREFIX_STRLEN, "AS%" PRIu32, as->asn);
	return buf;
}

char *
picture_title(const struct report_input *in, const struct outage_as *as,
    char buf[PICTURE_TITLE_LEN])
{
	const char *name = as->by_prefix ? NULL : report_name(in, as);
	char entity[PREFIX_STRLEN];
	size_t n;

	n = (size_t)snprintf(
	    buf, PICTURE_TITLE_LEN, "%s", picture_name(as, entity));
	if (name != NULL)
		snprintf(buf + n, PICTURE_TITLE_LEN - n, " %.*s",
		    (int)text_cut(name, PICTURE_TITLE_LEN - n - 2), name);
	return buf;
}

static void
row_fini(struct picture_row *r)
{
	course_fini(&r->course);
	free(r->like);
}

void
picture_free(struct picture *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->group_n; i++) {
		for (size_t k = 0; k < p->groups[i].row_n; k++)
			row_fini(&p->groups[i].rows[k]);
		free(p->groups[i].rows);
	}
	free(p->groups);
	free(p->windows);
	free(p);
}

/* --- which networks --- */

/* How much of [start, end) is drawn. */
static usec_t
within(const struct columns *c, usec_t start, usec_t end)
{
	if (end == USEC_NONE || end > c->to)
		end = c->to;
	if (start < c->from)
		start = c->from;
	return end > start ? end - start : 0;
}

static int
group_cmp(const void *a, const void *b)
{
	const struct picture_group *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return x->entity < y->entity ? -1 : 1;
}

/* All networks, with what is to be told of them. */
static struct picture_group *
all_groups(const struct picture *p)
{
	const struct outage_result *r = p->in->result;
	const bool sorted = p->in->query->sorted;
	struct picture_group *all = calloc(r->as_n + 1, sizeof(*all));

	for (size_t i = 0; all != NULL && i < r->as_n; i++) {
		all[i].as = &r->ases[i];
		all[i].entity = i;
		all[i].order = sorted ? INT64_MAX : 0;
	}
	for (size_t i = 0; all != NULL && i < r->row_n; i++) {
		struct picture_group *g = &all[r->rows[i].as];
		const struct outage_window *w =
		    &g->as->windows[r->rows[i].window];

		if (!sorted)
			g->order -= within(&p->columns, w->start, w->end);
		else if (g->window_n == 0)
			g->order = (int64_t)i;
		g->window_n++;
	}
	return all;
}

/* Those with outages, and the others only where there are few of them. */
static enum blk_status
choose_groups(struct picture *p)
{
	const struct outage_result *r = p->in->result;
	struct picture_group *all = all_groups(p);
	size_t told_n = 0, out_n = 0, n = 0;

	if (all == NULL)
		return BLK_ENOMEM;
	for (size_t i = 0; i < r->as_n; i++) {
		told_n += all[i].window_n > 0;
		out_n += all[i].as->window_n > 0;
	}
	/* Those whose outages are not told have some nevertheless. */
	for (size_t i = 0; i < r->as_n; i++)
		if (all[i].window_n > 0 ||
		    (told_n <= PICTURE_GROUPS_MAX && all[i].as->window_n == 0))
			all[n++] = all[i];
	if (n > 0)
		qsort(all, n, sizeof(*all), group_cmp);
	p->groups = all;
	p->group_n = n < PICTURE_GROUPS_MAX ? n : PICTURE_GROUPS_MAX;
	for (size_t i = 0; i < p->group_n; i++)
		out_n -= all[i].window_n > 0;
	p->left_out = out_n;
	p->quiet_n = r->quiet_n + r->as_n - p->group_n - out_n;
	return BLK_OK;
}

static int
window_cmp(const void *a, const void *b)
{
	const struct picture_window *x = a, *y = b;

	return (x->window->start > y->window->start) -
	    (x->window->start < y->window->start);
}

static enum blk_status
number_windows(struct picture *p)
{
	const struct outage_result *r = p->in->result;

	p->windows = calloc(r->row_n + 1, sizeof(*p->windows));
	if (p->windows == NULL)
		return BLK_ENOMEM;
	for (size_t i = 0; i < p->group_n; i++) {
		struct picture_group *g = &p->groups[i];
		struct picture_window *first = p->windows + p->window_n;

		g->window = p->window_n;
		for (size_t k = 0; k < r->row_n; k++)
			if (r->rows[k].as == g->entity)
				p->windows[p->window_n++] =
				    (struct picture_window){g->as,
					&g->as->windows[r->rows[k].window], k};
		if (g->window_n > 0)
			qsort(first, g->window_n, sizeof(*first), window_cmp);
	}
	return BLK_OK;
}

/* --- the course of a prefix --- */

static bool
overlap(const struct outage_prefix *s, const struct prefix *prefix,
    usec_t start, usec_t end)
{
	return prefix_cmp(&s->prefix, prefix) == 0 && s->start < end &&
	    (s->end == USEC_NONE || s->end > start);
}

/* The stretch below the quorum that was told of it then; NULL: none. */
static const struct outage_prefix *
told(const struct outage_as *as, const struct prefix *prefix, usec_t start,
    usec_t end)
{
	for (size_t i = 0; i < as->partial_n; i++)
		if (overlap(&as->partial[i], prefix, start, end))
			return &as->partial[i];
	for (size_t i = 0; i < as->window_n; i++) {
		const struct outage_window *w = &as->windows[i];

		for (size_t k = 0; k < w->prefix_n; k++)
			if (overlap(&w->prefixes[k], prefix, start, end))
				return &w->prefixes[k];
	}
	return NULL;
}

/* seen: it was there before. */
static enum shade
step_shade(const struct outage_as *as, const struct curve_prefix *c,
    const struct curve_step *s, usec_t end, bool seen)
{
	const struct outage_prefix *stretch;

	if (s->verdict == CURVE_UNKNOWN)
		return SHADE_UNKNOWN;
	if (s->verdict == CURVE_UP)
		return shade_of(s->carrying, s->voting);
	if (s->moved)
		return SHADE_ELSEWHERE;
	stretch = told(as, &c->prefix, s->time, end);
	if (stretch == NULL)
		return seen ? SHADE_GONE : SHADE_NOTHING;
	return stretch->kind == OUTAGE_WITHDRAWN ? SHADE_GONE : SHADE_ELSEWHERE;
}

static bool
fill_row(struct picture_row *r, const struct picture *p,
    const struct outage_as *as, const struct curve *curve,
    const struct curve_prefix *c)
{
	usec_t end =
	    c != NULL && c->step_n > 0 ? c->steps[0].time : p->columns.to;
	bool seen = false;

	if (!course_add(
		&r->course, &p->columns, p->columns.from, end, SHADE_UNKNOWN))
		return false;
	for (size_t i = 0; c != NULL && i < c->step_n; i++) {
		const struct curve_step *s = &c->steps[i];
		enum shade shade;

		end = curve_step_end(curve, c, i);
		shade = step_shade(as, c, s, end, seen);
		seen = seen || s->verdict == CURVE_UP;
		if (shade == SHADE_GONE)
			r->gone += within(&p->columns, s->time, end);
		if (!course_add(&r->course, &p->columns, s->time, end, shade))
			return false;
	}
	return true;
}

static int
curve_prefix_cmp(const void *a, const void *b)
{
	const struct prefix *key = a;
	const struct curve_prefix *c = b;

	return prefix_cmp(key, &c->prefix);
}

static int
row_cmp(const void *a, const void *b)
{
	const struct picture_row *x = a, *y = b;

	if (x->gone != y->gone)
		return x->gone > y->gone ? -1 : 1;
	return prefix_cmp(&x->prefix, &y->prefix);
}

static enum blk_status
fill_group(struct picture *p, struct picture_group *g, struct curve *curve)
{
	static const struct curve_entity none;
	const struct curve_entity *e = &none;
	enum blk_status status = curve_get(curve, g->as->entity, &e);

	if (status != BLK_OK && status != BLK_END)
		return status;
	g->rows = calloc(g->as->baseline_n + 1, sizeof(*g->rows));
	if (g->rows == NULL)
		return BLK_ENOMEM;
	for (size_t i = 0; i < g->as->baseline_n; i++) {
		struct picture_row *r = &g->rows[g->row_n++];
		const struct curve_prefix *c = NULL;

		r->prefix = g->as->baseline[i];
		if (e->prefix_n > 0)
			c = bsearch(&r->prefix, e->prefixes, e->prefix_n,
			    sizeof(*c), curve_prefix_cmp);
		if (!fill_row(r, p, g->as, curve, c))
			return BLK_ENOMEM;
	}
	if (g->row_n > 0)
		qsort(g->rows, g->row_n, sizeof(*g->rows), row_cmp);
	return BLK_OK;
}

static enum blk_status
fill_groups(struct picture *p)
{
	struct curve *curve;
	enum blk_status status =
	    curve_new(&curve, p->in->timeline, p->in->query->params);

	if (status != BLK_OK)
		return status;
	for (size_t i = 0; i < p->group_n && status == BLK_OK; i++)
		status = fill_group(p, &p->groups[i], curve);
	curve_free(curve);
	return status;
}

/* --- folding --- */

/* A row while it is compared with others. */
struct folding {
	struct course look;
	size_t row;
};

static int
folding_cmp(const void *a, const void *b)
{
	const struct folding *x = a, *y = b;
	int order = course_cmp(&x->look, &y->look);

	if (order != 0)
		return order;
	return x->row < y->row ? -1 : 1;
}

/* Take the prefixes of other into r. */
static bool
join_rows(struct picture_row *r, struct picture_row *other)
{
	if (!vec_reserve_many(&r->like, r->like_n, other->like_n + 1,
		&r->like_cap, sizeof(*r->like)))
		return false;
	r->like[r->like_n++] = other->prefix;
	for (size_t i = 0; i < other->like_n; i++)
		r->like[r->like_n++] = other->like[i];
	row_fini(other);
	*other = (struct picture_row){0};
	return true;
}

static int
prefix_qcmp(const void *a, const void *b)
{
	return prefix_cmp(a, b);
}

/* Join what follows its like in v, and close the holes among the rows. */
static bool
join_alike(struct picture_group *g, const struct folding *v)
{
	bool *gone = calloc(g->row_n + 1, sizeof(*gone));
	size_t first = 0, kept = 0;
	bool ok = gone != NULL;

	for (size_t i = 1; ok && i < g->row_n; i++) {
		if (course_cmp(&v[first].look, &v[i].look) != 0) {
			first = i;
			continue;
		}
		gone[v[i].row] = true;
		ok = join_rows(&g->rows[v[first].row], &g->rows[v[i].row]);
	}
	for (size_t i = 0; ok && i < g->row_n; i++) {
		struct picture_row *r = &g->rows[i];

		if (gone[i])
			continue;
		if (r->like_n > 1)
			qsort(
			    r->like, r->like_n, sizeof(*r->like), prefix_qcmp);
		g->rows[kept++] = *r;
	}
	if (ok)
		g->row_n = kept;
	free(gone);
	return ok;
}

static bool
fold_group(struct picture_group *g, uint32_t factor, bool coarse)
{
	const size_t n = g->row_n;
	struct folding *v = calloc(n + 1, sizeof(*v));
	bool ok = v != NULL;

	for (size_t i = 0; ok && i < n; i++) {
		v[i].row = i;
		ok = course_coarser(
		    &v[i].look, &g->rows[i].course, factor, coarse);
	}
	if (ok && n > 1)
		qsort(v, n, sizeof(*v), folding_cmp);
	ok = ok && join_alike(g, v);
	for (size_t i = 0; v != NULL && i < n; i++)
		course_fini(&v[i].look);
	free(v);
	return ok;
}

static size_t
row_total(const struct picture *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->group_n; i++)
		n += p->groups[i].row_n;
	return n;
}

/* Rows that stand for many prefixes first. */
static int
weight_cmp(const void *a, const void *b)
{
	const struct picture_row *x = a, *y = b;

	if (x->like_n != y->like_n)
		return x->like_n > y->like_n ? -1 : 1;
	return row_cmp(a, b);
}

/* Leave out the rows that stand for the fewest prefixes. */
static void
cut_group(struct picture_group *g, size_t max)
{
	if (g->row_n <= max)
		return;
	qsort(g->rows, g->row_n, sizeof(*g->rows), weight_cmp);
	for (size_t i = max; i < g->row_n; i++) {
		g->left_out += 1 + g->rows[i].like_n;
		row_fini(&g->rows[i]);
	}
	g->row_n = max;
	qsort(g->rows, g->row_n, sizeof(*g->rows), row_cmp);
}

static enum blk_status
fold(struct picture *p)
{
	const size_t share =
	    p->group_n > 0 ? PICTURE_ROWS_MAX / p->group_n : PICTURE_ROWS_MAX;
	const size_t each = share < ROWS_EACH ? share : ROWS_EACH;

	for (size_t i = 0; i < p->group_n; i++) {
		struct picture_group *g = &p->groups[i];

		if (g->row_n > each && !fold_group(g, FINE_FACTOR, false))
			return BLK_ENOMEM;
		if (g->row_n > share && !fold_group(g, ROUGH_FACTOR, true))
			return BLK_ENOMEM;
	}
	for (size_t i = 0; row_total(p) > PICTURE_ROWS_MAX && i < p->group_n;
	     i++)
		cut_group(&p->groups[i], share);
	return BLK_OK;
}

/* --- the whole --- */

static size_t
run_total(const struct picture *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->group_n; i++)
		for (size_t k = 0; k < p->groups[i].row_n; k++)
			n += p->groups[i].rows[k].course.n;
	return n;
}

/* Make the columns twice as wide. */
static bool
widen(struct picture *p)
{
	p->columns.n /= 2;
	for (size_t i = 0; i < p->group_n; i++) {
		for (size_t k = 0; k < p->groups[i].row_n; k++) {
			struct course *x = &p->groups[i].rows[k].course;
			struct course wide = {0};

			if (!course_coarser(&wide, x, 2, false)) {
				course_fini(&wide);
				return false;
			}
			course_fini(x);
			*x = wide;
		}
	}
	return true;
}

static enum blk_status
slim(struct picture *p)
{
	while (run_total(p) > PICTURE_RUNS_MAX && p->columns.n > FINE_FACTOR)
		if (!widen(p))
			return BLK_ENOMEM;
	return BLK_OK;
}

static void
note_what_occurs(struct picture *p)
{
	for (size_t i = 0; i < p->group_n; i++) {
		for (size_t k = 0; k < p->groups[i].row_n; k++) {
			const struct picture_row *r = &p->groups[i].rows[k];

			p->folded = p->folded || r->like_n > 0;
			for (size_t j = 0; j < r->course.n; j++) {
				const enum shade s = r->course.runs[j].shade;

				p->elsewhere |= s == SHADE_ELSEWHERE;
				p->few |= s == SHADE_FEW;
			}
		}
	}
}

enum blk_status
picture_new(struct picture **out, const struct report_input *in)
{
	struct picture *p = calloc(1, sizeof(*p));
	enum blk_status status;

	if (p == NULL)
		return BLK_ENOMEM;
	p->in = in;
	page_asked(in, &p->columns.from, &p->columns.to);
	if (p->columns.from == USEC_NONE) /* nothing was heard at all */
		p->columns.from = p->columns.to = 0;
	if (p->columns.to <= p->columns.from)
		p->columns.to = p->columns.from + USEC_PER_SEC;
	p->columns.n = COLUMNS_MAX;
	status = choose_groups(p);
	if (status == BLK_OK)
		status = number_windows(p);
	if (status == BLK_OK)
		status = fill_groups(p);
	if (status == BLK_OK)
		status = fold(p);
	if (status == BLK_OK)
		status = slim(p);
	if (status != BLK_OK) {
		picture_free(p);
		return status;
	}
	note_what_occurs(p);
	*out = p;
	return BLK_OK;
}
