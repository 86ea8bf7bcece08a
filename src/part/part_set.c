/*
 * Parts that are merged.  Each is looked through once for what it knows of its
 * files, and closed; its events are read when the feed comes to them.
 */
#include "part/part_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/vec.h"

#define WORDS_MAX 1000000u
#define ERROR_MAX 4095u /* errno */

enum blk_status
part_set_new(struct part_set **out)
{
	struct part_set *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return BLK_ENOMEM;
	*out = s;
	return BLK_OK;
}

static void
free_texts(char **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i]);
	free(v);
}

static void
segment_fini(struct part_segment *x)
{
	part_list_fini(&x->watched);
	part_list_fini(&x->also);
}

void
part_set_free(struct part_set *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->lane_n; i++)
		part_facts_fini(&s->lanes[i].facts);
	for (size_t i = 0; i < s->segment_n; i++)
		segment_fini(&s->segments[i]);
	for (size_t i = 0; i < s->problem_n; i++)
		free(s->problems[i].path);
	free_texts(s->paths, s->path_n);
	free_texts(s->words, s->word_n);
	part_list_fini(&s->watched);
	free(s->lanes);
	free(s->segments);
	free(s->problems);
	free(s->kept);
	free(s->lane_of);
	free(s->used);
	free(s);
}

FILE *
part_set_open(const struct part_set *s, size_t part)
{
	return fopen(s->paths[part], "rb");
}

struct part_lane *
part_set_lane(const struct part_set *s, const struct archive_file *f)
{
	return &s->lanes[s->lane_of[f->kept - s->kept]];
}

/* --- looking through a part --- */

struct reader {
	struct part_set *s;
	FILE *in;
	uint64_t at, len;
	struct part_section section; /* the last one met */
	struct part_buf plain;
	struct cursor c; /* over plain */
	char *error;
};

static enum blk_status
next_section(struct reader *r)
{
	return part_file_next(r->in, &r->at, r->len, &r->section);
}

/* Read the section met. */
static enum blk_status
load(struct reader *r)
{
	enum blk_status status;

	part_buf_fini(&r->plain);
	status = part_file_get(r->in, &r->section, &r->plain);
	r->c = r->plain.n > 0 ? cur_from(r->plain.v, r->plain.n) : cur_empty();
	return status;
}

/* Whether the words are those of the parts before; the first part tells. */
static enum blk_status
compare_words(struct reader *r, char **words, size_t n)
{
	struct part_set *s = r->s;
	size_t i = 0;

	while (i < n && i < s->word_n && strcmp(words[i], s->words[i]) == 0)
		i++;
	if (i == n && i == s->word_n)
		return BLK_OK;
	snprintf(r->error, PART_ERROR_LEN,
	    "it was made with %.200s, where %.200s was made with %.200s",
	    i < n ? words[i] : "fewer options", s->paths[0],
	    i < s->word_n ? s->words[i] : "fewer");
	return BLK_EUSAGE;
}

static enum blk_status
check_version(struct reader *r)
{
	char *version = part_text(&r->c);
	enum blk_status status = BLK_OK;

	if (version == NULL)
		return cur_ok(&r->c) ? BLK_ENOMEM : BLK_EBAD;
	if (strcmp(version, BLACKOUT_VERSION) != 0) {
		snprintf(r->error, PART_ERROR_LEN,
		    "it was made by blackout %.50s, and this is %s", version,
		    BLACKOUT_VERSION);
		status = BLK_EUNSUP;
	}
	free(version);
	return status;
}

static enum blk_status
read_words(struct reader *r)
{
	struct part_set *s = r->s;
	enum blk_status status = check_version(r);
	char **words;
	size_t n, got = 0;

	if (status != BLK_OK)
		return status;
	n = part_count(&r->c, 1);
	if (n > WORDS_MAX)
		return BLK_EBAD;
	words = calloc(n + 1, sizeof(char *));
	if (words == NULL)
		return BLK_ENOMEM;
	while (got < n && (words[got] = part_text(&r->c)) != NULL)
		got++;
	if (!cur_done(&r->c))
		status = BLK_EBAD;
	else if (got < n)
		status = BLK_ENOMEM;
	else if (s->words != NULL)
		status = compare_words(r, words, n);
	if (status == BLK_OK && s->words == NULL) {
		s->words = words;
		s->word_n = n;
		return BLK_OK;
	}
	free_texts(words, got);
	return status;
}

/* Facts of a file, and right behind them its events, which are not read. */
static enum blk_status
read_lane(struct reader *r)
{
	struct part_set *s = r->s;
	struct part_lane *l;
	enum blk_status status;

	if (!vec_reserve(&s->lanes, s->lane_n, &s->lane_cap, sizeof(*s->lanes)))
		return BLK_ENOMEM;
	l = &s->lanes[s->lane_n];
	*l = (struct part_lane){.segment = s->segment_n};
	status = part_facts_take(r->c, &l->facts);
	s->lane_n++;
	if (status == BLK_OK)
		status = next_section(r);
	if (status == BLK_OK && r->section.tag != PART_EVENTS)
		status = BLK_EBAD;
	l->events = r->section;
	return status;
}

/* The end of a segment: what it kept, and what it left out. */
static enum blk_status
read_segment(struct reader *r)
{
	struct part_set *s = r->s;
	struct part_segment *x;
	enum blk_status status;

	if (!vec_reserve(&s->segments, s->segment_n, &s->segment_cap,
		sizeof(*s->segments)))
		return BLK_ENOMEM;
	x = &s->segments[s->segment_n++];
	*x = (struct part_segment){.part = s->path_n, .order = SIZE_MAX};
	x->fixed = cur_u8(&r->c) != 0;
	if (!part_list_take(&r->c, &x->watched) ||
	    !part_list_take(&r->c, &x->also))
		return BLK_ENOMEM;
	if (!cur_done(&r->c))
		return BLK_EBAD;
	status = next_section(r);
	if (status == BLK_OK && r->section.tag != PART_LEFT_OUT)
		status = BLK_EBAD;
	x->left_out = r->section;
	return status;
}

static enum blk_status
read_problems(struct reader *r)
{
	struct part_set *s = r->s;
	size_t n = part_count(&r->c, 2);

	for (size_t i = 0; i < n && cur_ok(&r->c); i++) {
		struct archive_problem p = {.path = part_text(&r->c)};

		p.error = (int)part_uint_max(&r->c, ERROR_MAX);
		if (p.path == NULL)
			return cur_ok(&r->c) ? BLK_ENOMEM : BLK_EBAD;
		if (!vec_reserve(&s->problems, s->problem_n, &s->problem_cap,
			sizeof(*s->problems))) {
			free(p.path);
			return BLK_ENOMEM;
		}
		s->problems[s->problem_n++] = p;
	}
	return cur_done(&r->c) ? BLK_OK : BLK_EBAD;
}

/* What holds of a part as a whole: nothing is missing in it. */
static enum blk_status
read_end(struct reader *r, size_t lane_n, size_t open_n)
{
	uint64_t n = part_uint(&r->c);

	return cur_done(&r->c) && n == lane_n && open_n == 0 && r->at == r->len
	    ? BLK_OK
	    : BLK_EBAD;
}

static enum blk_status
read_sections(struct reader *r)
{
	struct part_set *s = r->s;
	const size_t first = s->lane_n;
	size_t open_n = 0; /* lanes whose segment has not ended */
	enum blk_status status;

	for (;;) {
		status = next_section(r);
		if (status == BLK_OK)
			status = load(r);
		if (status != BLK_OK)
			return status;
		switch (r->section.tag) {
		case PART_FACTS:
			status = read_lane(r);
			open_n++;
			break;
		case PART_KEPT:
			status = read_segment(r);
			open_n = 0;
			break;
		case PART_PROBLEMS:
			status = read_problems(r);
			break;
		case PART_END:
			return read_end(r, s->lane_n - first, open_n);
		default:
			status = BLK_EBAD;
		}
		if (status != BLK_OK)
			return status;
	}
}

static enum blk_status
read_part(struct reader *r)
{
	enum blk_status status = part_file_open(r->in);
	struct stat st;

	if (status == BLK_EBAD)
		snprintf(r->error, PART_ERROR_LEN,
		    "it is no part: blackout timeline --format part makes "
		    "them");
	else if (status == BLK_EUNSUP)
		snprintf(r->error, PART_ERROR_LEN,
		    "it is a part of another version; this is blackout %s",
		    BLACKOUT_VERSION);
	if (status != BLK_OK)
		return status;
	if (fstat(fileno(r->in), &st) != 0)
		return BLK_EIO;
	r->len = (uint64_t)st.st_size;
	status = next_section(r);
	if (status == BLK_OK && r->section.tag != PART_SETTINGS)
		status = BLK_EBAD;
	if (status == BLK_OK)
		status = load(r);
	if (status == BLK_OK)
		status = read_words(r);
	return status == BLK_OK ? read_sections(r) : status;
}

/* Take back what a part that is of no use has left. */
static void
forget(struct part_set *s, const struct part_set *before)
{
	while (s->lane_n > before->lane_n)
		part_facts_fini(&s->lanes[--s->lane_n].facts);
	while (s->segment_n > before->segment_n)
		segment_fini(&s->segments[--s->segment_n]);
	while (s->problem_n > before->problem_n)
		free(s->problems[--s->problem_n].path);
	if (before->words == NULL) {
		free_texts(s->words, s->word_n);
		s->words = NULL;
		s->word_n = 0;
	}
}

static void
explain(enum blk_status status, int error, char text[PART_ERROR_LEN])
{
	if (text[0] != '\0')
		return;
	if (status == BLK_EIO)
		snprintf(text, PART_ERROR_LEN, "%s", strerror(error));
	else if (status == BLK_ETRUNC)
		snprintf(text, PART_ERROR_LEN, "its end is missing");
	else
		snprintf(text, PART_ERROR_LEN, "it is damaged");
}

enum blk_status
part_set_add(struct part_set *s, const char *path, char error[PART_ERROR_LEN])
{
	const struct part_set before = *s;
	struct reader r = {.s = s, .error = error};
	enum blk_status status = BLK_EIO;

	error[0] = '\0';
	if (!vec_reserve(&s->paths, s->path_n, &s->path_cap, sizeof(char *)))
		return BLK_ENOMEM;
	s->paths[s->path_n] = strdup(path);
	if (s->paths[s->path_n] == NULL)
		return BLK_ENOMEM;
	errno = 0;
	r.in = part_set_open(s, s->path_n);
	if (r.in != NULL)
		status = read_part(&r);
	explain(status, errno, error);
	if (r.in != NULL)
		fclose(r.in);
	part_buf_fini(&r.plain);
	if (status == BLK_OK) {
		s->path_n++;
		return BLK_OK;
	}
	forget(s, &before);
	free(s->paths[s->path_n]);
	return status;
}

const char *const *
part_set_words(const struct part_set *s, size_t *n)
{
	*n = s->word_n;
	return (const char *const *)s->words;
}

const struct prefix *
part_set_watched(const struct part_set *s, size_t *n)
{
	*n = s->watched.n;
	return s->watched.v;
}

/* --- which prefixes lack where --- */

static bool
gather_watched(struct part_set *s)
{
	for (size_t i = 0; i < s->segment_n; i++)
		for (size_t k = 0; k < s->segments[i].watched.n; k++)
			if (!part_list_add(
				&s->watched, &s->segments[i].watched.v[k]))
				return false;
	part_list_sort(&s->watched);
	return true;
}

/* Those of need that a segment left out. */
static enum blk_status
count_lacking(const struct part_set *s, struct part_segment *x,
    const struct part_list *need)
{
	FILE *in = part_set_open(s, x->part);
	struct part_buf plain = {0};
	struct part_list out = {0};
	enum blk_status status = BLK_EIO;
	struct cursor c;

	if (in != NULL) {
		status = part_file_get(in, &x->left_out, &plain);
		fclose(in);
	}
	if (status == BLK_OK && plain.n > 0) {
		c = cur_from(plain.v, plain.n);
		if (!part_list_take(&c, &out))
			status = BLK_ENOMEM;
		else if (!cur_done(&c))
			status = BLK_EBAD;
	}
	for (size_t i = need->n; i-- > 0 && status == BLK_OK;) {
		if (!part_list_has(&out, &need->v[i]))
			continue;
		x->lacking = need->v[i];
		x->lacking_n++;
	}
	part_buf_fini(&plain);
	part_list_fini(&out);
	return status;
}

static enum blk_status
find_lacking(struct part_set *s, struct part_segment *x)
{
	struct part_list need = {0};
	enum blk_status status = BLK_OK;

	for (size_t i = 0; i < s->watched.n && !x->fixed; i++) {
		const struct prefix *p = &s->watched.v[i];

		if (!part_list_has(&x->watched, p) &&
		    !part_list_has(&x->also, p) && !part_list_add(&need, p))
			status = BLK_ENOMEM;
	}
	if (need.n > 0 && status == BLK_OK)
		status = count_lacking(s, x, &need);
	part_list_fini(&need);
	return status;
}

const char *
part_set_lacking(
    const struct part_set *s, size_t *i, size_t *n, struct prefix *first)
{
	while (*i < s->segment_n) {
		const struct part_segment *x = &s->segments[(*i)++];

		if (x->lacking_n == 0 || x->order == SIZE_MAX)
			continue;
		*n = x->lacking_n;
		*first = x->lacking;
		return s->paths[x->part];
	}
	return NULL;
}

/* --- which lane of a file to use --- */

/* A lane by its file, and by how much it is worth. */
struct choice {
	const struct part_set *s;
	size_t lane;
};

static int
cmp_file(const struct choice *a, const struct choice *b)
{
	const struct archive_kept *x = &a->s->lanes[a->lane].facts.kept;
	const struct archive_kept *y = &b->s->lanes[b->lane].facts.kept;
	int c = strcmp(x->collector, y->collector);

	return c != 0 ? c : strcmp(x->path, y->path);
}

/* Where all is that others watch, and more of it, comes first. */
static int
cmp_choice(const void *pa, const void *pb)
{
	const struct choice *a = pa, *b = pb;
	const struct part_segment *x =
	    &a->s->segments[a->s->lanes[a->lane].segment];
	const struct part_segment *y =
	    &b->s->segments[b->s->lanes[b->lane].segment];
	size_t nx = x->watched.n + x->also.n, ny = y->watched.n + y->also.n;
	int c = cmp_file(a, b);

	if (c != 0)
		return c;
	if ((x->lacking_n == 0) != (y->lacking_n == 0))
		return x->lacking_n == 0 ? -1 : 1;
	if (nx != ny)
		return nx > ny ? -1 : 1;
	return a->lane < b->lane ? -1 : a->lane > b->lane;
}

static bool
same_content(const struct part_facts *a, const struct part_facts *b)
{
	return a->kept.size == b->kept.size && a->kept.digest == b->kept.digest;
}

/* Of each file, the best lane: into kept and lane_of. */
static enum blk_status
choose(struct part_set *s, struct choice *v, char *error)
{
	for (size_t i = 0; i < s->lane_n; i++) {
		const struct part_facts *f = &s->lanes[v[i].lane].facts;

		if (i > 0 && cmp_file(&v[i - 1], &v[i]) == 0) {
			if (same_content(&s->lanes[v[i - 1].lane].facts, f))
				continue;
			snprintf(error, PART_ERROR_LEN,
			    "%.300s is not the same file in %.300s and in "
			    "%.300s",
			    f->path,
			    s->paths[s->segments[s->lanes[v[i].lane].segment]
					 .part],
			    s->paths
				[s->segments[s->lanes[v[i - 1].lane].segment]
					.part]);
			return BLK_EUSAGE;
		}
		s->lane_of[s->kept_n] = v[i].lane;
		s->kept[s->kept_n++] = f->kept;
	}
	return BLK_OK;
}

static enum blk_status
choose_lanes(struct part_set *s, char *error)
{
	struct choice *v = calloc(s->lane_n + 1, sizeof(*v));
	enum blk_status status = BLK_ENOMEM;

	s->kept = calloc(s->lane_n + 1, sizeof(*s->kept));
	s->lane_of = calloc(s->lane_n + 1, sizeof(*s->lane_of));
	s->used = calloc(s->lane_n + 1, sizeof(*s->used));
	if (v != NULL && s->kept != NULL && s->lane_of != NULL &&
	    s->used != NULL) {
		for (size_t i = 0; i < s->lane_n; i++)
			v[i] = (struct choice){s, i};
		if (s->lane_n > 0)
			qsort(v, s->lane_n, sizeof(*v), cmp_choice);
		status = choose(s, v, error);
	}
	free(v);
	return status;
}

/* Note which lanes and segments the archive is made of. */
static void
note_used(struct part_set *s, const struct archive *a)
{
	for (size_t i = 0; i < a->file_n; i++) {
		struct part_lane *l = part_set_lane(s, &a->files[i]);
		struct part_segment *x = &s->segments[l->segment];

		s->used[l - s->lanes] = true;
		if (i < x->order)
			x->order = i;
	}
}

static int
cmp_problem(const void *pa, const void *pb)
{
	const struct archive_problem *a = pa, *b = pb;

	return strcmp(a->path, b->path);
}

/* Paths that could not be used, each once. */
static enum blk_status
copy_problems(struct part_set *s, struct archive *a)
{
	if (s->problem_n == 0)
		return BLK_OK;
	qsort(s->problems, s->problem_n, sizeof(*s->problems), cmp_problem);
	a->problems = calloc(s->problem_n, sizeof(*a->problems));
	if (a->problems == NULL)
		return BLK_ENOMEM;
	for (size_t i = 0; i < s->problem_n; i++) {
		const struct archive_problem *p = &s->problems[i];

		if (i > 0 && cmp_problem(p - 1, p) == 0)
			continue;
		a->problems[a->problem_n] = *p;
		a->problems[a->problem_n].path = strdup(p->path);
		if (a->problems[a->problem_n].path == NULL)
			return BLK_ENOMEM;
		a->problem_n++;
	}
	return BLK_OK;
}

enum blk_status
part_set_settle(
    struct part_set *s, struct archive **out, char error[PART_ERROR_LEN])
{
	enum blk_status status = gather_watched(s) ? BLK_OK : BLK_ENOMEM;
	struct archive *a = NULL;

	error[0] = '\0';
	for (size_t i = 0; i < s->segment_n && status == BLK_OK; i++) {
		status = find_lacking(s, &s->segments[i]);
		if (status != BLK_OK && status != BLK_ENOMEM) {
			snprintf(error, PART_ERROR_LEN, "%.500s is damaged",
			    s->paths[s->segments[i].part]);
			status = BLK_EUSAGE;
		}
	}
	if (status == BLK_OK)
		status = choose_lanes(s, error);
	if (status == BLK_OK)
		status = archive_of_kept(&a, s->kept, s->kept_n);
	if (status != BLK_OK)
		return status;
	note_used(s, a);
	status = copy_problems(s, a);
	if (status != BLK_OK) {
		archive_free(a);
		return status;
	}
	*out = a;
	return BLK_OK;
}

/* --- writing them as one --- */

struct writer {
	struct part_set *s;
	const struct archive *a;
	FILE *out;
	uint64_t lane_n;
};

static enum blk_status
copy_lane(struct writer *w, FILE *in, const struct part_lane *l)
{
	struct part_buf b = {0};
	enum blk_status status;

	part_facts_put(&b, &l->facts);
	status = part_file_put(w->out, PART_FACTS, &b);
	part_buf_fini(&b);
	w->lane_n++;
	return status == BLK_OK ? part_file_copy(w->out, in, &l->events)
				: status;
}

static enum blk_status
copy_segment(struct writer *w, size_t segment)
{
	const struct part_segment *x = &w->s->segments[segment];
	FILE *in = part_set_open(w->s, x->part);
	struct part_buf b = {0};
	enum blk_status status = in != NULL ? BLK_OK : BLK_EIO;

	for (size_t i = x->order; i < w->a->file_n && status == BLK_OK; i++) {
		const struct part_lane *l =
		    part_set_lane(w->s, &w->a->files[i]);

		if (l->segment == segment)
			status = copy_lane(w, in, l);
	}
	part_put_u8(&b, x->fixed);
	part_list_put(&b, &x->watched);
	part_list_put(&b, &x->also);
	if (status == BLK_OK)
		status = part_file_put(w->out, PART_KEPT, &b);
	if (status == BLK_OK)
		status = part_file_copy(w->out, in, &x->left_out);
	part_buf_fini(&b);
	if (in != NULL)
		fclose(in);
	return status;
}

static enum blk_status
put_words(const struct part_set *s, FILE *out)
{
	struct part_buf b = {0};
	enum blk_status status;

	part_put_text(&b, BLACKOUT_VERSION);
	part_put_uint(&b, s->word_n);
	for (size_t i = 0; i < s->word_n; i++)
		part_put_text(&b, s->words[i]);
	status = part_file_put(out, PART_SETTINGS, &b);
	part_buf_fini(&b);
	return status;
}

static enum blk_status
put_end(const struct writer *w)
{
	struct part_buf problems = {0}, end = {0};
	enum blk_status status;

	part_put_uint(&problems, w->a->problem_n);
	for (size_t i = 0; i < w->a->problem_n; i++) {
		part_put_text(&problems, w->a->problems[i].path);
		part_put_uint(&problems, (unsigned)w->a->problems[i].error);
	}
	part_put_uint(&end, w->lane_n);
	status = part_file_put(w->out, PART_PROBLEMS, &problems);
	if (status == BLK_OK)
		status = part_file_put(w->out, PART_END, &end);
	part_buf_fini(&problems);
	part_buf_fini(&end);
	return status;
}

/* Segments in the order of their first files. */
static enum blk_status
copy_segments(struct writer *w)
{
	enum blk_status status = BLK_OK;

	for (size_t i = 0; i < w->a->file_n && status == BLK_OK; i++) {
		size_t x = part_set_lane(w->s, &w->a->files[i])->segment;

		if (w->s->segments[x].order == i)
			status = copy_segment(w, x);
	}
	return status;
}

enum blk_status
part_set_write(struct part_set *s, const struct archive *a, FILE *out)
{
	struct writer w = {.s = s, .a = a, .out = out};
	enum blk_status status = part_file_begin(out);

	if (status == BLK_OK)
		status = put_words(s, out);
	if (status == BLK_OK)
		status = copy_segments(&w);
	return status == BLK_OK ? put_end(&w) : status;
}
