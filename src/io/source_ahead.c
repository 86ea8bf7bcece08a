#include "source_priv.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pack.h"

/*
 * gzip by a thread that decodes ahead of whoever reads.  Nobody can begin in
 * the midst of deflate's data, so there is one thread, whatever was asked for;
 * it leaves pieces in a ring, each of them what one read of the codec gives,
 * with what the codec said after it.
 *
 * While the thread lives, the codec and the raw bytes are its own; the owner
 * sees of them what stands in the pieces.  When the source rests the thread
 * ends, and the pieces are packed.  A thread could not be stopped while it
 * waits for a pipe, so only files that can be read twice have one; for others,
 * and where one thread is enough, the codec is called as if this were not here.
 */

#ifdef BLACKOUT_ISAL
#define CODEC (&source_gzip_isal_codec)
#else
#define CODEC (&source_gzip_codec)
#endif

/* What the codec gives at once, at most. */
#define PIECE_LEN ((size_t)256 * 1024)
#define PIECES 4u

struct piece {
	uint8_t *buf;
	size_t got;
	uint64_t taken;       /* as in source_raw, after it */
	int err;              /* as there */
	enum blk_status last; /* what comes after it, if not BLK_OK */
	const char *problem;
};

struct ahead {
	void *state; /* of the codec */
	unsigned threads;
	bool running;          /* the thread was started, and not joined */
	struct source_raw raw; /* the thread's, while it is running */
	pthread_t thread;
	pthread_mutex_t lock; /* of stop, n, head */
	pthread_cond_t room, ready;
	bool stop;
	unsigned head, n; /* pieces to be read */
	struct piece pieces[PIECES];
	size_t given; /* bytes of the first that were read */
	/* What comes after the pieces, if not BLK_OK. */
	enum blk_status last;
	const char *problem;
	struct pack pack; /* of before a rest, to be read first */
};

static struct piece *
piece_at(struct ahead *a, unsigned i)
{
	return &a->pieces[(a->head + i) % PIECES];
}

/* --- the thread --- */

static void
decode(struct ahead *a, struct piece *p)
{
	struct source_out out = {.buf = p->buf, .cap = PIECE_LEN};

	p->last = CODEC->read(a->state, &a->raw, &out);
	p->got = out.got;
	p->problem = out.problem;
	p->taken = a->raw.taken;
	p->err = a->raw.err;
}

static void *
thread_main(void *arg)
{
	struct ahead *a = arg;
	struct piece *p = NULL;

	pthread_mutex_lock(&a->lock);
	while (p == NULL || p->last == BLK_OK) {
		while (!a->stop && a->n == PIECES)
			pthread_cond_wait(&a->room, &a->lock);
		if (a->stop)
			break;
		p = piece_at(a, a->n);
		pthread_mutex_unlock(&a->lock);
		decode(a, p);
		pthread_mutex_lock(&a->lock);
		a->n++;
		pthread_cond_signal(&a->ready);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

/* --- its owner --- */

static bool
can_be_left(const struct source_raw *raw)
{
	struct stat st;

	return raw->fd >= 0 && fstat(raw->fd, &st) == 0 && S_ISREG(st.st_mode);
}

static bool
have_buffers(struct ahead *a)
{
	for (unsigned i = 0; i < PIECES; i++) {
		if (a->pieces[i].buf == NULL)
			a->pieces[i].buf = malloc(PIECE_LEN);
		if (a->pieces[i].buf == NULL)
			return false;
	}
	return true;
}

static void
drop_buffers(struct ahead *a)
{
	for (unsigned i = 0; i < PIECES; i++) {
		free(a->pieces[i].buf);
		a->pieces[i].buf = NULL;
	}
}

/* Hand the raw bytes over; what else is in `from` stays there. */
static void
move_raw(struct source_raw *to, struct source_raw *from)
{
	const bool close_fd = to->close_fd;

	*to = *from;
	to->close_fd = close_fd;
	from->buf = NULL;
	from->next = NULL;
	from->avail = 0;
}

/* Signals are left to other threads.  False: there is no thread. */
static bool
start(struct ahead *a, struct source_raw *raw)
{
	sigset_t all, before;

	if (a->threads < 2)
		return false;
	if (!can_be_left(raw)) {
		a->threads = 1;
		return false;
	}
	if (!have_buffers(a))
		return false;
	a->stop = false;
	move_raw(&a->raw, raw);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	a->running = pthread_create(&a->thread, NULL, thread_main, a) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!a->running)
		move_raw(raw, &a->raw);
	return a->running;
}

/* The pieces stay. */
static void
stop(struct ahead *a, struct source_raw *raw)
{
	if (!a->running)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_signal(&a->room);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	a->running = false;
	move_raw(raw, &a->raw);
}

static void
wait_for_piece(struct ahead *a)
{
	pthread_mutex_lock(&a->lock);
	while (a->n == 0)
		pthread_cond_wait(&a->ready, &a->lock);
	pthread_mutex_unlock(&a->lock);
}

/* The first piece was read. */
static void
drop_first(struct ahead *a)
{
	const struct piece *p = piece_at(a, 0);

	a->last = p->last;
	a->problem = p->problem;
	a->given = 0;
	pthread_mutex_lock(&a->lock);
	a->head = (a->head + 1) % PIECES;
	a->n--;
	pthread_cond_signal(&a->room);
	pthread_mutex_unlock(&a->lock);
}

/* --- as a codec --- */

static enum blk_status
ahead_open(void **state, unsigned threads)
{
	struct ahead *a = calloc(1, sizeof(*a));

	if (a == NULL)
		goto err0;
	a->threads = threads;
	if (CODEC->open(&a->state, 1) != BLK_OK)
		goto err1;
	if (pthread_mutex_init(&a->lock, NULL) != 0)
		goto err2;
	if (pthread_cond_init(&a->room, NULL) != 0)
		goto err3;
	if (pthread_cond_init(&a->ready, NULL) != 0)
		goto err4;
	*state = a;
	return BLK_OK;
err4:
	pthread_cond_destroy(&a->room);
err3:
	pthread_mutex_destroy(&a->lock);
err2:
	CODEC->close(a->state);
err1:
	free(a);
err0:
	return BLK_ENOMEM;
}

static void
ahead_close(void *state)
{
	struct ahead *a = state;
	struct source_raw raw = {.buf = NULL};

	stop(a, &raw);
	free(raw.buf);
	CODEC->close(a->state);
	drop_buffers(a);
	pack_fini(&a->pack);
	pthread_cond_destroy(&a->ready);
	pthread_cond_destroy(&a->room);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

static enum blk_status
read_packed(struct ahead *a, struct source_out *out)
{
	enum blk_status status =
	    pack_take(&a->pack, out->buf, out->cap, &out->got);

	if (status != BLK_OK)
		a->last = status;
	return status;
}

/* From the first piece, which is there. */
static enum blk_status
read_piece(struct ahead *a, struct source_raw *raw, struct source_out *out)
{
	const struct piece *p = piece_at(a, 0);
	const size_t left = p->got - a->given;

	out->got = left < out->cap ? left : out->cap;
	if (out->got > 0)
		memcpy(out->buf, p->buf + a->given, out->got);
	a->given += out->got;
	raw->taken = p->taken;
	raw->err = p->err;
	if (a->given == p->got)
		drop_first(a);
	out->problem = a->problem;
	return a->last;
}

static enum blk_status
ahead_read(void *state, struct source_raw *raw, struct source_out *out)
{
	struct ahead *a = state;

	if (!pack_is_empty(&a->pack))
		return read_packed(a, out);
	if (a->last != BLK_OK) {
		out->problem = a->problem;
		return a->last;
	}
	if (!a->running && a->n == 0 && !start(a, raw))
		return CODEC->read(a->state, raw, out);
	if (a->running)
		wait_for_piece(a);
	return read_piece(a, raw, out);
}

static void
ahead_rest(void *state, struct source_raw *raw)
{
	struct ahead *a = state;

	stop(a, raw);
	pack_rest(&a->pack);
	while (a->n > 0) {
		const struct piece *p = piece_at(a, 0);

		if (!pack_put(&a->pack, p->buf + a->given, p->got - a->given))
			return;
		drop_first(a);
	}
	drop_buffers(a);
	CODEC->rest(a->state, raw);
}

static void
ahead_set_threads(void *state, unsigned threads)
{
	struct ahead *a = state;

	a->threads = threads;
}

const struct source_codec source_ahead_codec = {
    .format = SOURCE_GZIP,
    .open = ahead_open,
    .read = ahead_read,
    .rest = ahead_rest,
    .set_threads = ahead_set_threads,
    .close = ahead_close,
};
