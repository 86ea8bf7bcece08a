#include "bzip2_priv.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

/*
 * A ring of spans.  Threads take them in order and leave them decoded; the
 * owner, one thread alone, adds spans at one end and takes results from the
 * other.  The lock covers the ring's three counters and the state of a slot;
 * a slot that is RUNNING belongs to the thread that decodes it, any other to
 * the owner.
 *
 * Threads are started one at a time, each when spans lie waiting, so that a
 * file of one block or two starts none.
 */
enum slot_state {
	SLOT_WAITING,
	SLOT_RUNNING,
	SLOT_DONE,
};

struct slot {
	struct bzip2_span span;
	enum slot_state state;
	bool whole;
	struct source_out plain; /* buf is NULL before its first use */
};

struct bzip2_pool {
	const struct bzip2_window *window; /* borrowed */
	struct source_memory *memory;      /* borrowed, or NULL */
	pthread_mutex_t lock;
	pthread_cond_t work; /* a slot waits, or stop */
	pthread_cond_t done; /* a slot is done */
	bool stop;
	size_t head;  /* slot of the first span */
	size_t n;     /* spans */
	size_t begun; /* how many of them do not wait any more */
	size_t slots_n;
	struct slot *slots;
	unsigned threads_n, threads_max;
	pthread_t *threads;
};

enum blk_status
bzip2_pool_new(struct bzip2_pool **out, const struct bzip2_window *w,
    struct source_memory *m, unsigned threads)
{
	struct bzip2_pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		goto err0;
	pool->window = w;
	pool->memory = m;
	pool->threads_max = threads;
	/* One being read, one to come, for each and for the owner. */
	pool->slots_n = threads > 0 ? 2 * ((size_t)threads + 1) : 1;
	pool->slots = calloc(pool->slots_n, sizeof(*pool->slots));
	if (pool->slots == NULL)
		goto err1;
	pool->threads = calloc((size_t)threads + 1, sizeof(*pool->threads));
	if (pool->threads == NULL)
		goto err2;
	if (pthread_mutex_init(&pool->lock, NULL) != 0)
		goto err3;
	if (pthread_cond_init(&pool->work, NULL) != 0)
		goto err4;
	if (pthread_cond_init(&pool->done, NULL) != 0)
		goto err5;
	*out = pool;
	return BLK_OK;
err5:
	pthread_cond_destroy(&pool->work);
err4:
	pthread_mutex_destroy(&pool->lock);
err3:
	free(pool->threads);
err2:
	free(pool->slots);
err1:
	free(pool);
err0:
	return BLK_ENOMEM;
}

void
bzip2_pool_free(struct bzip2_pool *pool)
{
	if (pool == NULL)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->stop = true;
	pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	for (unsigned i = 0; i < pool->threads_n; i++)
		pthread_join(pool->threads[i], NULL);
	pthread_cond_destroy(&pool->done);
	pthread_cond_destroy(&pool->work);
	pthread_mutex_destroy(&pool->lock);
	for (size_t i = 0; i < pool->slots_n; i++)
		source_memory_give(
		    pool->memory, pool->slots[i].plain.buf, BZIP2_PLAIN_MAX);
	free(pool->slots);
	free(pool->threads);
	free(pool);
}

static struct slot *
slot_at(const struct bzip2_pool *pool, size_t i)
{
	return &pool->slots[(pool->head + i) % pool->slots_n];
}

/* The slot is RUNNING.  Without memory it is not whole. */
static void
decode(const struct bzip2_pool *pool, struct bzip2_decoder *d, struct slot *s)
{
	s->whole = false;
	s->plain.got = 0;
	s->plain.cap = BZIP2_PLAIN_MAX;
	if (s->plain.buf == NULL)
		s->plain.buf =
		    source_memory_take(pool->memory, BZIP2_PLAIN_MAX);
	if (s->plain.buf != NULL)
		s->whole =
		    bzip2_block_decode(d, pool->window, &s->span, &s->plain);
}

/* --- the threads --- */

/* The next span that waits, now RUNNING; NULL when all must stop. */
static struct slot *
wait_for_work(struct bzip2_pool *pool)
{
	struct slot *s = NULL;

	pthread_mutex_lock(&pool->lock);
	while (!pool->stop && pool->begun == pool->n)
		pthread_cond_wait(&pool->work, &pool->lock);
	if (!pool->stop) {
		s = slot_at(pool, pool->begun++);
		s->state = SLOT_RUNNING;
	}
	pthread_mutex_unlock(&pool->lock);
	return s;
}

static void *
thread_main(void *arg)
{
	struct bzip2_pool *pool = arg;
	struct bzip2_decoder d = {.memory = pool->memory};
	struct slot *s;

	while ((s = wait_for_work(pool)) != NULL) {
		decode(pool, &d, s);
		pthread_mutex_lock(&pool->lock);
		s->state = SLOT_DONE;
		pthread_cond_signal(&pool->done);
		pthread_mutex_unlock(&pool->lock);
	}
	bzip2_decoder_fini(&d);
	return NULL;
}

/*
 * One thread more.  Signals are left to the others, as if it were not there;
 * if it cannot be had, those there are do the work, or the owner.
 */
static void
start_thread(struct bzip2_pool *pool)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(
		&pool->threads[pool->threads_n], NULL, thread_main, pool) == 0)
		pool->threads_n++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* --- the owner; n and head are its own to read without the lock --- */

bool
bzip2_pool_full(const struct bzip2_pool *pool)
{
	return pool->n == pool->slots_n;
}

void
bzip2_pool_add(struct bzip2_pool *pool, const struct bzip2_span *span)
{
	struct slot *s = slot_at(pool, pool->n);
	bool crowded;

	s->span = *span;
	s->state = SLOT_WAITING;
	pthread_mutex_lock(&pool->lock);
	pool->n++;
	crowded = pool->n - pool->begun > 1;
	pthread_cond_signal(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	if (crowded && pool->threads_n < pool->threads_max)
		start_thread(pool);
}

/* See to it that the first span is begun; true if it was not. */
static bool
claim_first(struct bzip2_pool *pool)
{
	bool waiting;

	pthread_mutex_lock(&pool->lock);
	waiting = pool->begun == 0;
	if (waiting)
		pool->begun = 1;
	pthread_mutex_unlock(&pool->lock);
	return waiting;
}

static void
wait_for_first(struct bzip2_pool *pool)
{
	const struct slot *s = slot_at(pool, 0);

	pthread_mutex_lock(&pool->lock);
	while (s->state != SLOT_DONE)
		pthread_cond_wait(&pool->done, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
}

/* Take the first span, begun and done, out of the ring. */
static void
pop_first(struct bzip2_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->head = (pool->head + 1) % pool->slots_n;
	pool->n--;
	pool->begun--;
	pthread_mutex_unlock(&pool->lock);
}

void
bzip2_pool_drop(struct bzip2_pool *pool, uint64_t before)
{
	while (pool->n > 0 && slot_at(pool, 0)->span.start < before) {
		if (!claim_first(pool))
			wait_for_first(pool);
		pop_first(pool);
	}
}

bool
bzip2_pool_take(struct bzip2_pool *pool, struct bzip2_decoder *d,
    struct bzip2_span *want, struct source_out *out)
{
	struct slot *s = slot_at(pool, 0);
	uint8_t *buf;
	bool whole;

	if (pool->n == 0 || s->span.start != want->start ||
	    s->span.level != want->level)
		return false;
	if (claim_first(pool))
		decode(pool, d, s);
	else
		wait_for_first(pool);
	whole = s->whole;
	if (whole) {
		want->end = s->span.end;
		buf = out->buf;
		*out = s->plain;
		s->plain.buf = buf;
	}
	pop_first(pool);
	return whole;
}
