#include "blackout/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source_priv.h"

/*
 * A source is raw bytes and the codec their first bytes ask for.  The codecs
 * know formats; the promises that hold for all of them (bytes before damage,
 * the same status ever after) are kept here, once.
 */

/* A codec's last word counts from the call after its last bytes. */
struct source {
	struct source_raw raw;
	const struct source_codec *codec;
	void *state;
	enum blk_status
	    last;  /* BLK_OK until the codec has said its last word */
	bool told; /* last was returned to the caller */
	const char *problem;
	uint64_t delivered;
};

/* The first that matches; plain takes all. */
static const struct source_codec *const codecs[] = {
#ifdef BLACKOUT_ISAL
    &source_gzip_isal_codec,
#endif
    &source_gzip_codec,
    &source_bzip2_codec,
    &source_plain_codec,
};

static const char *const format_names[] = {
    [SOURCE_PLAIN] = "plain",
    [SOURCE_GZIP] = "gzip",
    [SOURCE_BZIP2] = "bzip2",
};

/* Frames of formats not read here: as MRT times, years without archives. */
static const struct {
	uint8_t magic[4];
	const char *name;
} foreign[] = {
    {{0xfd, '7', 'z', 'X'}, "xz"},
    {{0x28, 0xb5, 0x2f, 0xfd}, "zstd"},
    {{0x04, 0x22, 0x4d, 0x18}, "lz4"},
};

/*
 * zip's first four bytes are a moment of 8 September 2012 in MRT.  The two
 * behind them differ: zip has a version there, little-endian and not 0, MRT a
 * type, big-endian and small.
 */
static bool
is_zip(const uint8_t *head, size_t len)
{
	static const uint8_t magic[] = {'P', 'K', 3, 4};

	if (len < sizeof(magic) || memcmp(head, magic, sizeof(magic)) != 0)
		return false;
	return len < 6 || head[4] != 0;
}

/* The name of the format not read here that these are the first bytes of. */
static const char *
foreign_name(const uint8_t *head, size_t len)
{
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		const size_t n = sizeof(foreign[i].magic);

		if (len >= n && memcmp(head, foreign[i].magic, n) == 0)
			return foreign[i].name;
	}
	return is_zip(head, len) ? "zip" : NULL;
}

/* Choose the codec by the first bytes, and open it. */
static enum blk_status
choose_codec(struct source *s, unsigned threads)
{
	enum blk_status status = source_raw_peek(&s->raw, SOURCE_HEAD_LEN);
	size_t i = 0;

	if (status == BLK_EIO) {
		errno = s->raw.err;
		return status;
	}
	if (foreign_name(s->raw.next, s->raw.avail) != NULL)
		return BLK_EUNSUP;
	while (!codecs[i]->matches(s->raw.next, s->raw.avail))
		i++;
	s->codec = codecs[i];
	if (s->codec->format == SOURCE_BZIP2 && threads > 0)
		s->codec = &source_bzip2_par_codec;
	else if (s->codec->format == SOURCE_GZIP && threads > 0)
		s->codec = &source_ahead_codec;
	return s->codec->open(&s->state, threads);
}

enum blk_status
source_open_memory(struct source **out, const void *buf, size_t len)
{
	struct source *s = calloc(1, sizeof(*s));
	enum blk_status status;

	if (s == NULL)
		return BLK_ENOMEM;
	source_raw_init_memory(&s->raw, buf, len);
	status = choose_codec(s, 0);
	if (status != BLK_OK) {
		free(s);
		return status;
	}
	*out = s;
	return BLK_OK;
}

/* Open fd, which remains the caller's; errno tells of BLK_EIO. */
static enum blk_status
open_fd(struct source **out, int fd, unsigned threads)
{
	enum blk_status status = BLK_ENOMEM;
	struct source *s = calloc(1, sizeof(*s));

	if (s == NULL)
		goto err0;
	status = source_raw_init_fd(&s->raw, fd);
	if (status != BLK_OK)
		goto err1;
	status = choose_codec(s, threads);
	if (status != BLK_OK)
		goto err2;
	*out = s;
	return BLK_OK;
err2:
	source_raw_fini(&s->raw);
err1:
	free(s);
err0:
	return status;
}

/* The same, but fd is taken over. */
static enum blk_status
open_own_fd(struct source **out, int fd, unsigned threads)
{
	enum blk_status status = open_fd(out, fd, threads);
	int err;

	if (status == BLK_OK) {
		(*out)->raw.close_fd = true;
		return BLK_OK;
	}
	err = errno;
	close(fd);
	errno = err;
	return status;
}

enum blk_status
source_open_fd(struct source **out, int fd)
{
	return open_own_fd(out, fd, 0);
}

static int
open_path(const char *path)
{
	int fd;

	do {
		fd = open(path, O_RDONLY | O_CLOEXEC);
	} while (fd < 0 && errno == EINTR);
	return fd;
}

enum blk_status
source_open_threads(struct source **out, const char *path, unsigned threads)
{
	int fd;

	if (strcmp(path, "-") == 0)
		return open_fd(out, STDIN_FILENO, threads);
	fd = open_path(path);
	return fd < 0 ? BLK_EIO : open_own_fd(out, fd, threads);
}

enum blk_status
source_open(struct source **out, const char *path)
{
	return source_open_threads(out, path, 0);
}

const char *
source_unsupported(const char *path)
{
	const bool is_stdin = strcmp(path, "-") == 0;
	const int fd = is_stdin ? STDIN_FILENO : open_path(path);
	uint8_t head[SOURCE_HEAD_LEN];
	const char *name = NULL;
	ssize_t n;

	if (fd < 0)
		return "";
	/* Fails on a pipe, and takes nothing from it. */
	n = pread(fd, head, sizeof(head), 0);
	if (n > 0)
		name = foreign_name(head, (size_t)n);
	if (!is_stdin)
		close(fd);
	return name != NULL ? name : "";
}

void
source_free(struct source *s)
{
	if (s == NULL)
		return;
	s->codec->close(s->state);
	source_raw_fini(&s->raw);
	free(s);
}

/* The codec's words, or ours for what is not about its format. */
static const char *
problem_text(enum blk_status status, const char *of_codec)
{
	if (status == BLK_EIO)
		return "read error";
	if (status == BLK_ENOMEM)
		return "out of memory";
	return of_codec != NULL ? of_codec : "";
}

enum blk_status
source_read(struct source *s, void *buf, size_t cap, size_t *got)
{
	struct source_out out = {.buf = buf, .cap = cap};

	*got = 0;
	if (s->last == BLK_OK) {
		s->last = s->codec->read(s->state, &s->raw, &out);
		s->problem = problem_text(s->last, out.problem);
		s->delivered += out.got;
		*got = out.got;
		if (out.got > 0)
			return BLK_OK;
	}
	s->told = true;
	return s->last;
}

void
source_rest(struct source *s)
{
	if (s->codec->rest != NULL)
		s->codec->rest(s->state, &s->raw);
}

void
source_set_threads(struct source *s, unsigned threads)
{
	if (s->codec->set_threads != NULL)
		s->codec->set_threads(s->state, threads);
}

void
source_use_memory(struct source *s, struct source_memory *m)
{
	if (s->codec->use_memory != NULL)
		s->codec->use_memory(s->state, m);
}

enum source_format
source_format(const struct source *s)
{
	return s->codec->format;
}

const char *
source_format_name(enum source_format f)
{
	return format_names[f];
}

uint64_t
source_offset(const struct source *s)
{
	return s->delivered;
}

uint64_t
source_raw_offset(const struct source *s)
{
	return s->raw.taken;
}

const char *
source_problem(const struct source *s)
{
	return s->told ? s->problem : "";
}

int
source_errno(const struct source *s)
{
	return s->told ? s->raw.err : 0;
}
