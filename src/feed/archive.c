/*
 * The files of a run.  Paths are walked into one growing list of candidates;
 * the list is put into an order of its own, so that the order of the arguments
 * is forgotten; copies are struck out; and only then are the collectors
 * numbered, by name.
 */
#define _XOPEN_SOURCE 700 /* realpath */

#include "blackout/archive.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"
#include "blackout/mrt.h"
#include "blackout/source.h"
#include "feed/archive_name.h"

/* Below this many bytes a file may hold nothing but a compressor's header. */
#define TINY_FILE 256u
#define PEEK_RECORDS 5u
#define FOREIGN_HEAD 64u /* first bytes looked at */
#define CADENCE_MAX (3600 * USEC_PER_SEC)

struct candidate {
	struct archive_file file;
	char *collector;
	bool copy;
	dev_t dev;
	ino_t ino;
	uint64_t digest; /* of its two ends, where sizes are equal; if tiny, its
			    time; of all of it, if it was kept */
};

struct visited {
	dev_t dev;
	ino_t ino;
};

struct scan {
	struct archive *a;
	size_t problem_cap;
	struct candidate *list;
	size_t n, cap;
	struct visited *folders; /* from the root of the walk to here */
	size_t folder_n, folder_cap;
	size_t visits; /* of folders, so far */
};

static enum blk_status
add_problem(struct scan *s, const char *path, int error)
{
	struct archive *a = s->a;
	char *copy;

	if (!vec_reserve(&a->problems, a->problem_n, &s->problem_cap,
		sizeof(*a->problems)))
		return BLK_ENOMEM;
	copy = strdup(path);
	if (copy == NULL)
		return BLK_ENOMEM;
	a->problems[a->problem_n++] =
	    (struct archive_problem){.path = copy, .error = error};
	return BLK_OK;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* dir "/" name; the caller frees it; NULL: out of memory. */
static char *
path_join(const char *dir, const char *name)
{
	size_t dir_len = strlen(dir), name_len = strlen(name);
	char *path = malloc(dir_len + name_len + 2);

	if (path == NULL)
		return NULL;
	memcpy(path, dir, dir_len);
	if (dir_len > 0 && dir[dir_len - 1] != '/')
		path[dir_len++] = '/';
	memcpy(path + dir_len, name, name_len + 1);
	return path;
}

/*
 * The absolute path of a file, with the links on the way to it resolved but
 * its own name kept: a link's name tells more than what it points at.
 */
static char *
path_real(const char *path)
{
	const char *base = base_name(path);
	char *dir, *real, *out;

	dir = base == path ? strdup(".") : strndup(path, (size_t)(base - path));
	if (dir == NULL)
		return NULL;
	real = realpath(dir, NULL);
	out = path_join(real != NULL ? real : dir, base);
	free(real);
	free(dir);
	return out;
}

static enum blk_status
name_collector(struct candidate *c, const char *real)
{
	char name[ARCHIVE_NAME_MAX] = "stdin";

	c->file.collector_known = true;
	if (!c->file.is_stdin)
		c->file.collector_known = archive_name_collector(real, name);
	c->collector = strdup(name);
	return c->collector != NULL ? BLK_OK : BLK_ENOMEM;
}

/* real: the absolute path, for the collector's sake. */
static enum blk_status
add_file(
    struct scan *s, const char *path, const char *real, const struct stat *st)
{
	struct candidate c = {.dev = st->st_dev, .ino = st->st_ino};
	struct archive_name name;

	if (s->n >= ARCHIVE_FILES_MAX)
		return BLK_ELIMIT;
	if (!vec_reserve(&s->list, s->n, &s->cap, sizeof(*s->list)))
		return BLK_ENOMEM;
	c.file.is_stdin = strcmp(path, "-") == 0;
	c.file.read_once = c.file.is_stdin || !S_ISREG(st->st_mode);
	archive_name_read(c.file.is_stdin ? "" : base_name(path), &name);
	c.file.kind = c.file.name_kind = name.kind;
	c.file.name_time = name.time;
	c.file.name_span = name.span;
	c.file.first_time = USEC_NONE;
	if (!c.file.read_once)
		c.file.size = (uint64_t)st->st_size;
	if (name_collector(&c, real) != BLK_OK)
		return BLK_ENOMEM;
	c.file.path = strdup(path);
	if (c.file.path == NULL) {
		free(c.collector);
		return BLK_ENOMEM;
	}
	s->list[s->n++] = c;
	return BLK_OK;
}

static enum blk_status scan_folder(
    struct scan *s, const char *path, const char *real, const struct stat *st);

/* Letters, spaces, and bytes above ASCII, of which no MRT header is made. */
static bool
is_text(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((p[i] < ' ' && (p[i] < '\t' || p[i] > '\r')) ||
		    p[i] == 0x7f)
			return false;
	return n > 0;
}

/* A note, a list or a sum that lies among the archives. */
static bool
is_foreign(const char *path)
{
	unsigned char head[FOREIGN_HEAD];
	bool text;
	size_t n;
	FILE *f;

	if (archive_name_is_archive(base_name(path)))
		return false;
	f = fopen(path, "rb");
	if (f == NULL)
		return false;
	n = fread(head, 1, sizeof(head), f);
	/* bzip2 begins with letters, and may go on with some */
	text = is_text(head, n) && (n < 3 || memcmp(head, "BZh", 3) != 0);
	fclose(f);
	return text;
}

/* One name of a folder.  Links are followed; what is no file is left out. */
static enum blk_status
scan_member(
    struct scan *s, const char *dir, const char *dir_real, const char *name)
{
	enum blk_status status = BLK_OK;
	struct stat st;
	char *path = path_join(dir, name), *real = path_join(dir_real, name);

	if (path == NULL || real == NULL)
		status = BLK_ENOMEM;
	else if (stat(path, &st) != 0)
		status = add_problem(s, path, errno);
	else if (S_ISDIR(st.st_mode))
		status = scan_folder(s, path, real, &st);
	else if (S_ISREG(st.st_mode) && is_foreign(path))
		s->a->ignored_n++;
	else if (S_ISREG(st.st_mode))
		status = add_file(s, path, real, &st);
	free(real);
	free(path);
	return status;
}

static enum blk_status
scan_members(struct scan *s, DIR *dir, const char *path, const char *real)
{
	enum blk_status status = BLK_OK;
	struct dirent *e;

	while (status == BLK_OK) {
		errno = 0;
		e = readdir(dir);
		if (e == NULL)
			return errno == 0 ? BLK_OK
					  : add_problem(s, path, errno);
		if (e->d_name[0] != '.')
			status = scan_member(s, path, real, e->d_name);
	}
	return status;
}

/* Whether a folder is one of those the walk is in: a link that leads back. */
static bool
is_loop(const struct scan *s, const struct stat *st)
{
	for (size_t i = 0; i < s->folder_n; i++)
		if (s->folders[i].dev == st->st_dev &&
		    s->folders[i].ino == st->st_ino)
			return true;
	return false;
}

static enum blk_status
scan_folder(
    struct scan *s, const char *path, const char *real, const struct stat *st)
{
	enum blk_status status;
	DIR *dir;

	if (is_loop(s, st))
		return BLK_OK;
	/* each of n folders with two links to the next is one of 2^n paths */
	if (s->folder_n >= ARCHIVE_DEPTH_MAX ||
	    s->visits >= ARCHIVE_FOLDERS_MAX)
		return add_problem(s, path, ELOOP);
	s->visits++;
	if (!vec_reserve(
		&s->folders, s->folder_n, &s->folder_cap, sizeof(*s->folders)))
		return BLK_ENOMEM;
	dir = opendir(path);
	if (dir == NULL)
		return add_problem(s, path, errno);
	s->folders[s->folder_n++] = (struct visited){st->st_dev, st->st_ino};
	status = scan_members(s, dir, path, real);
	s->folder_n--;
	closedir(dir);
	return status;
}

/* A path as the user gave it. */
static enum blk_status
scan_path(struct scan *s, const char *path)
{
	enum blk_status status;
	struct stat st;
	char *real;

	if (strcmp(path, "-") == 0) {
		if (fstat(STDIN_FILENO, &st) != 0)
			return add_problem(s, path, errno);
		return add_file(s, path, path, &st);
	}
	if (stat(path, &st) != 0)
		return add_problem(s, path, errno);
	if (S_ISDIR(st.st_mode)) {
		real = realpath(path, NULL);
		status = scan_folder(s, path, real != NULL ? real : path, &st);
	} else if (S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode)) {
		real = path_real(path);
		status =
		    real == NULL ? BLK_ENOMEM : add_file(s, path, real, &st);
	} else {
		return add_problem(s, path, EINVAL);
	}
	free(real);
	return status;
}

static int
cmp_i64(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static usec_t
guess_time(const struct archive_file *f)
{
	return f->first_time != USEC_NONE ? f->first_time : f->name_time;
}

static int
cmp_file(const struct archive_file *a, const struct archive_file *b)
{
	int c = cmp_i64(guess_time(a), guess_time(b));

	if (c == 0)
		c = cmp_i64(a->kind, b->kind);
	if (c == 0)
		c = strcmp(base_name(a->path), base_name(b->path));
	return c != 0 ? c : strcmp(a->path, b->path);
}

static int
cmp_candidate(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;
	int c = strcmp(a->collector, b->collector);

	return c != 0 ? c : cmp_file(&a->file, &b->file);
}

static int
cmp_numbered(const void *pa, const void *pb)
{
	const struct archive_file *a = pa, *b = pb;
	int c = cmp_i64(a->collector, b->collector);

	return c != 0 ? c : cmp_file(a, b);
}

/* Of several copies the one is kept whose path names its collector. */
static int
cmp_worth(const struct candidate *a, const struct candidate *b)
{
	if (a->file.collector_known != b->file.collector_known)
		return a->file.collector_known ? -1 : 1;
	return cmp_candidate(a, b);
}

static int
cmp_inode(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;

	if (a->dev != b->dev)
		return a->dev < b->dev ? -1 : 1;
	if (a->ino != b->ino)
		return a->ino < b->ino ? -1 : 1;
	return cmp_worth(a, b);
}

static int
cmp_size(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;

	if (a->copy != b->copy)
		return a->copy ? 1 : -1;
	if (a->file.size != b->file.size)
		return a->file.size < b->file.size ? -1 : 1;
	if (a->digest != b->digest)
		return a->digest < b->digest ? -1 : 1;
	return cmp_worth(a, b);
}

static void
sort_list(struct scan *s, int (*cmp)(const void *, const void *))
{
	if (s->n > 1)
		qsort(s->list, s->n, sizeof(*s->list), cmp);
}

static void
strike_same_inode(struct scan *s)
{
	sort_list(s, cmp_inode);
	for (size_t i = 1; i < s->n; i++) {
		struct candidate *a = &s->list[i - 1], *b = &s->list[i];

		b->copy = a->dev == b->dev && a->ino == b->ino;
	}
}

#define END_LEN 4096u

static uint64_t
digest_bytes(uint64_t h, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

#define DIGEST_BEGIN UINT64_C(0xcbf29ce484222325)

/* FNV-1a over the first and the last bytes; 0 if it cannot be read. */
static uint64_t
digest_ends(const struct candidate *c)
{
	unsigned char buf[END_LEN];
	uint64_t h = DIGEST_BEGIN;
	FILE *f = fopen(c->file.path, "rb");

	if (f == NULL)
		return 0;
	h = digest_bytes(h, buf, fread(buf, 1, sizeof(buf), f));
	if (c->file.size > END_LEN && fseeko(f, -(off_t)END_LEN, SEEK_END) == 0)
		h = digest_bytes(h, buf, fread(buf, 1, sizeof(buf), f));
	fclose(f);
	return h;
}

static bool
streams_equal(FILE *fa, FILE *fb)
{
	unsigned char a[16384], b[16384];
	size_t na, nb;

	do {
		na = fread(a, 1, sizeof(a), fa);
		nb = fread(b, 1, sizeof(b), fb);
		if (na != nb || memcmp(a, b, na) != 0)
			return false;
	} while (na > 0);
	return ferror(fa) == 0 && ferror(fb) == 0;
}

static bool
bytes_equal(const char *pa, const char *pb)
{
	bool equal = false;
	FILE *fa = fopen(pa, "rb"), *fb;

	if (fa == NULL)
		return false;
	fb = fopen(pb, "rb");
	if (fb != NULL) {
		equal = streams_equal(fa, fb);
		fclose(fb);
	}
	fclose(fa);
	return equal;
}

/*
 * Of two intervals in which nothing happened the files may be equal and yet be
 * two, so that of tiny files only those of one time can be copies.
 */
static bool
is_tiny(const struct candidate *c)
{
	return c->file.size < TINY_FILE;
}

/* Whether b may be a copy of a, before any byte is read. */
static bool
may_be_copy(const struct candidate *a, const struct candidate *b)
{
	if (a->copy || b->copy || a->file.read_once || b->file.read_once ||
	    a->file.size != b->file.size)
		return false;
	return !is_tiny(a) || a->file.name_time == b->file.name_time;
}

static void
digest_equal_sizes(struct scan *s)
{
	sort_list(s, cmp_size);
	for (size_t i = 0; i < s->n; i++) {
		struct candidate *c = &s->list[i];

		if (is_tiny(c))
			c->digest = (uint64_t)c->file.name_time;
		else if ((i > 0 && may_be_copy(c, &s->list[i - 1])) ||
		    (i + 1 < s->n && may_be_copy(c, &s->list[i + 1])))
			c->digest = digest_ends(c);
	}
}

/* Of two whose sizes and digests are equal; 0: it could not be read. */
static bool
same_bytes(const struct candidate *a, const struct candidate *b)
{
	if (a->file.kept != NULL)
		return a->digest != 0;
	return bytes_equal(a->file.path, b->file.path);
}

static void
strike_same_bytes(struct scan *s)
{
	sort_list(s, cmp_size);
	for (size_t i = 0; i < s->n; i++) {
		struct candidate *a = &s->list[i];

		for (size_t j = i + 1; j < s->n; j++) {
			struct candidate *b = &s->list[j];

			if (b->file.size != a->file.size ||
			    b->digest != a->digest)
				break;
			if (may_be_copy(a, b))
				b->copy = same_bytes(a, b);
		}
	}
}

static void
candidate_fini(struct candidate *c)
{
	free(c->collector);
	free(c->file.path);
}

static void
drop_copies(struct scan *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->list[i].copy)
			candidate_fini(&s->list[i]);
		else
			s->list[kept++] = s->list[i];
	}
	s->a->duplicate_n = s->n - kept;
	s->n = kept;
}

/* Hand the sorted candidates over to the archive, numbering collectors. */
static enum blk_status
number_collectors(struct scan *s)
{
	struct archive *a = s->a;
	size_t cap = 0;

	a->files = calloc(s->n + 1, sizeof(*a->files));
	if (a->files == NULL)
		return BLK_ENOMEM;
	for (size_t i = 0; i < s->n; i++) {
		struct candidate *c = &s->list[i];

		if (a->collector_n == 0 ||
		    strcmp(a->collectors[a->collector_n - 1].name,
			c->collector) != 0) {
			if (!vec_reserve(&a->collectors, a->collector_n, &cap,
				sizeof(*a->collectors)))
				return BLK_ENOMEM;
			a->collectors[a->collector_n++] =
			    (struct archive_collector){
				.name = c->collector, .cadence = USEC_NONE};
			c->collector = NULL;
		}
		c->file.collector = (unsigned)(a->collector_n - 1);
		a->collectors[c->file.collector].file_n++;
		a->files[a->file_n++] = c->file;
		c->file.path = NULL;
	}
	return BLK_OK;
}

static int
cmp_problem(const void *pa, const void *pb)
{
	const struct archive_problem *a = pa, *b = pb;

	return strcmp(a->path, b->path);
}

/* All candidates are known, with their digests. */
static enum blk_status
settle(struct scan *s)
{
	strike_same_bytes(s);
	drop_copies(s);
	sort_list(s, cmp_candidate);
	if (s->a->problem_n > 1)
		qsort(s->a->problems, s->a->problem_n, sizeof(*s->a->problems),
		    cmp_problem);
	return number_collectors(s);
}

static enum blk_status
scan_all(struct scan *s, const char *const *paths, size_t path_n)
{
	enum blk_status status = BLK_OK;

	for (size_t i = 0; i < path_n && status == BLK_OK; i++)
		status = scan_path(s, paths[i]);
	if (status != BLK_OK)
		return status;
	strike_same_inode(s);
	digest_equal_sizes(s);
	return settle(s);
}

/* What status says of the scan, whose archive is handed over if it is good. */
static enum blk_status
finish_scan(struct scan *s, enum blk_status status, struct archive **out)
{
	for (size_t i = 0; i < s->n; i++)
		candidate_fini(&s->list[i]);
	free(s->list);
	free(s->folders);
	if (status != BLK_OK) {
		archive_free(s->a);
		return status;
	}
	*out = s->a;
	return BLK_OK;
}

enum blk_status
archive_scan(struct archive **out, const char *const *paths, size_t path_n)
{
	struct scan s = {0};
	enum blk_status status = BLK_ENOMEM;

	s.a = calloc(1, sizeof(*s.a));
	if (s.a != NULL)
		status = scan_all(&s, paths, path_n);
	return finish_scan(&s, status, out);
}

static enum blk_status
add_kept(struct scan *s, const struct archive_kept *k)
{
	struct candidate c = {.digest = k->digest};

	if (s->n >= ARCHIVE_FILES_MAX)
		return BLK_ELIMIT;
	if (!vec_reserve(&s->list, s->n, &s->cap, sizeof(*s->list)))
		return BLK_ENOMEM;
	c.file = (struct archive_file){.collector_known = k->collector_known,
	    .kind = k->name_kind,
	    .name_kind = k->name_kind,
	    .name_time = k->name_time,
	    .name_span = k->name_span,
	    .first_time = USEC_NONE,
	    .size = k->size,
	    .kept = k};
	c.file.path = strdup(k->path);
	c.collector = strdup(k->collector);
	s->list[s->n++] = c;
	return c.file.path != NULL && c.collector != NULL ? BLK_OK : BLK_ENOMEM;
}

enum blk_status
archive_of_kept(struct archive **out, const struct archive_kept *kept, size_t n)
{
	struct scan s = {.a = calloc(1, sizeof(*s.a))};
	enum blk_status status = s.a != NULL ? BLK_OK : BLK_ENOMEM;

	for (size_t i = 0; i < n && status == BLK_OK; i++)
		status = add_kept(&s, &kept[i]);
	if (status == BLK_OK)
		status = settle(&s);
	return finish_scan(&s, status, out);
}

enum archive_kind
archive_kind_of_record(unsigned type)
{
	switch (type) {
	case MRT_TABLE_DUMP:
	case MRT_TABLE_DUMP_V2:
		return ARCHIVE_RIB;
	case MRT_BGP:
	case MRT_BGP4MP:
	case MRT_BGP4MP_ET:
		return ARCHIVE_UPDATES;
	default:
		return ARCHIVE_ANY;
	}
}

/*
 * The first of the times that is not a stray: a single record stamped long
 * before or after its neighbours must not misplace the whole file.
 */
static usec_t
first_of(const usec_t *times, size_t n)
{
	const usec_t stray = 600 * USEC_PER_SEC;
	usec_t sorted[PEEK_RECORDS];

	for (size_t i = 0; i < n; i++) {
		size_t j = i;

		for (; j > 0 && sorted[j - 1] > times[i]; j--)
			sorted[j] = sorted[j - 1];
		sorted[j] = times[i];
	}
	for (size_t i = 0; i < n; i++)
		if (sorted[i] >= sorted[(n - 1) / 2] - stray)
			return sorted[i];
	return USEC_NONE;
}

static void
peek_records(struct archive_file *f, struct mrt_reader *r)
{
	usec_t times[PEEK_RECORDS];
	struct mrt_damage damage;
	struct mrt_record rec;
	enum blk_status status;
	enum archive_kind kind;
	size_t n = 0;

	while (n < PEEK_RECORDS) {
		status = mrt_reader_next(r, &rec, &damage);
		if (status == BLK_EBAD)
			continue;
		if (status != BLK_OK)
			break;
		kind = archive_kind_of_record(rec.type);
		if (n == 0 && kind != ARCHIVE_ANY)
			f->kind = kind;
		times[n++] = rec.time;
	}
	f->first_time = first_of(times, n);
}

static enum blk_status
peek_file(struct archive_file *f)
{
	enum blk_status status;
	struct mrt_reader *r;
	struct source *src;

	if (f->kept != NULL) {
		f->first_time = f->kept->first_time;
		f->kind = f->kept->kind;
		return BLK_OK;
	}
	status = source_open(&src, f->path);
	if (status != BLK_OK)
		return status == BLK_ENOMEM ? status : BLK_OK;
	status = mrt_reader_new(&r, src);
	if (status == BLK_OK) {
		peek_records(f, r);
		mrt_reader_free(r);
	}
	source_free(src);
	return status;
}

static enum blk_status
digest_all(const char *path, uint64_t *out)
{
	unsigned char buf[65536];
	FILE *f = fopen(path, "rb");
	bool failed;
	size_t n;

	*out = 0;
	if (f == NULL)
		return BLK_EIO;
	*out = DIGEST_BEGIN;
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		*out = digest_bytes(*out, buf, n);
	failed = ferror(f) != 0;
	fclose(f);
	return failed ? BLK_EIO : BLK_OK;
}

enum blk_status
archive_keep(const struct archive *a, size_t file, struct archive_kept *out)
{
	struct archive_file f = a->files[file];
	enum blk_status status = peek_file(&f);

	*out = (struct archive_kept){.path = f.path,
	    .collector = a->collectors[f.collector].name,
	    .collector_known = f.collector_known,
	    .name_kind = f.name_kind,
	    .name_time = f.name_time,
	    .name_span = f.name_span,
	    .size = f.size,
	    .kind = f.kind,
	    .first_time = f.first_time};
	return status == BLK_OK ? digest_all(f.path, &out->digest) : status;
}

static int
cmp_usec(const void *pa, const void *pb)
{
	return cmp_i64(*(const usec_t *)pa, *(const usec_t *)pb);
}

static usec_t
median(usec_t *v, size_t n)
{
	qsort(v, n, sizeof(*v), cmp_usec);
	return v[n / 2];
}

/*
 * The cadence of files[0, n), which are one collector's and in order: what
 * their names say they hold, or else the median of their distances.  A median
 * outlives missing files as long as most are there.
 */
static usec_t
learn_cadence(const struct archive_file *files, size_t n, usec_t *work)
{
	usec_t last = USEC_NONE, found = USEC_NONE;
	size_t span_n = 0, step_n = 0;

	for (size_t i = 0; i < n; i++)
		if (files[i].name_span != USEC_NONE &&
		    files[i].kind == ARCHIVE_UPDATES)
			work[span_n++] = files[i].name_span;
	if (span_n > 0)
		return median(work, span_n);
	for (size_t i = 0; i < n; i++) {
		usec_t t = files[i].name_time != USEC_NONE
		    ? files[i].name_time
		    : files[i].first_time;

		if (files[i].kind != ARCHIVE_UPDATES || t == USEC_NONE)
			continue;
		if (last != USEC_NONE && t > last)
			work[step_n++] = t - last;
		last = t;
	}
	if (step_n >= 2)
		found = median(work, step_n);
	/* longer than that: samples of an archive, not its rhythm */
	return found <= CADENCE_MAX ? found : USEC_NONE;
}

/*
 * Whether files of a collector, in order, may hold the same records: files
 * whose names tell the same interval, and any whose name tells none, as where
 * some were joined by hand.
 */
static bool
may_overlap(const struct archive_file *files, size_t n, usec_t cadence)
{
	usec_t least = cadence != USEC_NONE ? cadence / 2 : 1, last = USEC_NONE;
	size_t updates = 0, nameless = 0;

	for (size_t i = 0; i < n; i++) {
		usec_t t = files[i].name_time;

		if (files[i].kind == ARCHIVE_RIB)
			continue;
		updates++;
		nameless += t == USEC_NONE;
		if (t != USEC_NONE && last != USEC_NONE && t - last < least)
			return true;
		if (t != USEC_NONE)
			last = t;
	}
	return nameless > 0 && updates > 1;
}

static enum blk_status
learn_cadences(struct archive *a)
{
	usec_t *work = calloc(a->file_n + 1, sizeof(*work));
	size_t begin = 0, end;

	if (work == NULL)
		return BLK_ENOMEM;
	for (; begin < a->file_n; begin = end) {
		unsigned c = a->files[begin].collector;

		for (end = begin; end < a->file_n; end++)
			if (a->files[end].collector != c)
				break;
		a->collectors[c].cadence =
		    learn_cadence(a->files + begin, end - begin, work);
		a->collectors[c].overlap = may_overlap(
		    a->files + begin, end - begin, a->collectors[c].cadence);
	}
	free(work);
	return BLK_OK;
}

bool
archive_reads_once(const struct archive *a)
{
	for (size_t i = 0; i < a->file_n; i++)
		if (a->files[i].read_once)
			return true;
	return false;
}

enum blk_status
archive_peek(struct archive *a, bool all)
{
	enum blk_status status;

	/* a feed that cannot begin again must not have to */
	all = all || (a->file_n > 1 && archive_reads_once(a));
	for (size_t i = 0; i < a->file_n; i++) {
		struct archive_file *f = &a->files[i];

		if (f->read_once || (!all && f->name_time != USEC_NONE))
			continue;
		status = peek_file(f);
		if (status != BLK_OK)
			return status;
	}
	if (a->file_n > 1)
		qsort(a->files, a->file_n, sizeof(*a->files), cmp_numbered);
	return learn_cadences(a);
}

void
archive_free(struct archive *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < a->file_n; i++)
		free(a->files[i].path);
	for (size_t i = 0; i < a->collector_n; i++)
		free(a->collectors[i].name);
	for (size_t i = 0; i < a->problem_n; i++)
		free(a->problems[i].path);
	free(a->files);
	free(a->collectors);
	free(a->problems);
	free(a);
}
