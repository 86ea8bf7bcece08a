/*
 * One lock guards everything here; lanes are decoded outside of it, a batch at
 * a time, by whoever has set their working flag.  After each batch a worker
 * looks anew for what is most urgent: of the lanes the owner reads, the one
 * whose store lasts for the shortest time, then those it is expected to read,
 * in order; while the batches that wait take less room than allowed.
 *
 * The owner is one of the threads, so that there are no more of them than asked
 * for: what it waits for it decodes itself, and while somebody else is at that,
 * it does what a worker would, if that cannot keep it waiting.  One thread more
 * costs each core a change of threads for every batch.
 *
 * So in the usual case, file after file, one thread decodes the file that is
 * being read and the others the next ones, each from its beginning to its end.
 *
 * Where many files tell of the same time, all of them must be open, and each
 * is read a little at a time.  Only a few of them may then be awake, with the
 * buffers and the decoder that make reading fast; whoever wakes one more lays
 * the one to rest that was not worked at for longest.
 */
#include "feed/pipeline.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "blackout/source.h"

/* Idle batches lent to a lane while it decodes one. */
#define STOCK 8u
/* Room of all idle batches, for each thread. */
#define IDLE_BYTES ((size_t)3 << 20)
/* What files leave behind for the next ones, for each thread: all that one of
   bzip2 had, and a part of what the next had that was opened meanwhile. */
#define MEMORY_BYTES ((size_t)12 << 20)

struct item {
	struct lane_batch *batch;
	struct lane_facts facts; /* when it was made */
};

struct pipeline_lane {
	size_t file;
	uint64_t worked; /* when it was last worked at, in steps of all lanes */
	unsigned threads; /* that decompress it, while it is awake */
	bool awake;
	struct lane *lane; /* NULL: not opened yet */
	struct item *items;
	size_t item_at, item_n, item_cap; /* [item_at, item_n) wait */
	enum blk_status end;              /* BLK_OK: not over */
	bool working;
	bool taken;              /* by the owner */
	struct lane_facts facts; /* as told to the owner */
};

struct pipeline {
	const struct archive *a;
	struct feed_options opt;
	struct source_memory *memory;
	unsigned threads;
	pthread_mutex_t lock;
	pthread_cond_t work;  /* there may be something to do */
	pthread_cond_t ready; /* the lane waited for has something */
	pthread_t *workers;
	unsigned worker_n;
	unsigned sleeping_n; /* of them and the owner */
	bool stop;
	struct pipeline_lane **lanes; /* in the order in which they began */
	size_t lane_n, lane_cap;
	size_t open_n; /* of the lanes that were begun and have not ended */
	uint64_t steps;
	const struct pipeline_lane *awaited;
	size_t *expected; /* [expect_at, expect_n) are still to begin */
	size_t expect_at, expect_n, expect_cap;
	struct lane_batch **idle;
	size_t idle_n, idle_cap;
	size_t idle_bytes, waiting_bytes;
};

/* Lanes that may be awake. */
static size_t
awake_max(const struct pipeline *p)
{
	return p->threads + 2;
}

/* Whether lanes must rest, so that each is to hold little. */
static bool
is_crowded(const struct pipeline *p)
{
	return p->open_n > awake_max(p);
}

/* --- batches --- */

static size_t
batch_bytes(const struct lane_batch *b)
{
	const struct event_batch *e = &b->ev;

	return e->event_cap * sizeof(*e->events) +
	    e->route_cap * sizeof(*e->routes) +
	    e->addr_cap * sizeof(*e->addrs) +
	    e->message_cap * sizeof(*e->messages) +
	    e->entry_cap * sizeof(*e->entries);
}

static void
keep_idle(struct pipeline *p, struct lane_batch *b)
{
	if (is_crowded(p) || p->idle_bytes >= IDLE_BYTES * p->threads ||
	    !vec_reserve(&p->idle, p->idle_n, &p->idle_cap,
		sizeof(struct lane_batch *))) {
		lane_batch_free(b);
		return;
	}
	p->idle[p->idle_n++] = b;
	p->idle_bytes += batch_bytes(b);
}

static unsigned
take_idle(struct pipeline *p, struct lane_batch *stock[STOCK])
{
	unsigned n = 0;

	for (; n < STOCK && p->idle_n > 0; n++) {
		stock[n] = p->idle[--p->idle_n];
		p->idle_bytes -= batch_bytes(stock[n]);
	}
	return n;
}

/* --- lanes --- */

static void
lane_discard(struct pipeline_lane *l)
{
	if (l == NULL)
		return;
	for (size_t i = l->item_at; i < l->item_n; i++)
		lane_batch_free(l->items[i].batch);
	lane_close(l->lane);
	free(l->items);
	free(l);
}

static struct pipeline_lane *
lane_begin(struct pipeline *p, size_t file)
{
	struct pipeline_lane *l;

	if (!vec_reserve(&p->lanes, p->lane_n, &p->lane_cap,
		sizeof(struct pipeline_lane *)))
		return NULL;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return NULL;
	l->file = file;
	p->lanes[p->lane_n++] = l;
	return l;
}

static struct pipeline_lane *
lane_find(const struct pipeline *p, size_t file)
{
	for (size_t i = 0; i < p->lane_n; i++)
		if (p->lanes[i]->file == file)
			return p->lanes[i];
	return NULL;
}

static bool
lane_is_free(const struct pipeline_lane *l)
{
	return !l->working && l->end == BLK_OK;
}

static uint64_t
file_bytes(const struct pipeline *p, size_t file)
{
	return p->a->files[file].size;
}

/* Of the files beside l that are open or soon will be. */
static uint64_t
other_bytes(const struct pipeline *p, const struct pipeline_lane *l)
{
	uint64_t n = 0;

	for (size_t i = 0; i < p->lane_n; i++)
		if (p->lanes[i] != l && p->lanes[i]->end == BLK_OK)
			n += file_bytes(p, p->lanes[i]->file);
	/* the owner may have opened what it told to expect */
	for (size_t i = p->expect_at; i < p->expect_n; i++)
		if (lane_find(p, p->expected[i]) == NULL)
			n += file_bytes(p, p->expected[i]);
	return n;
}

/* Threads that are given to files beside l that have several. */
static unsigned
given_threads(const struct pipeline *p, const struct pipeline_lane *l)
{
	unsigned n = 0;

	for (size_t i = 0; i < p->lane_n; i++)
		if (p->lanes[i] != l && p->lanes[i]->awake &&
		    p->lanes[i]->threads > 1)
			n += p->lanes[i]->threads;
	return n;
}

/*
 * How many threads to decompress a file with: all for a large one, and for any
 * other its share of them, by size; until so many are given.
 */
static unsigned
source_threads(const struct pipeline *p, const struct pipeline_lane *l)
{
	const uint64_t size = file_bytes(p, l->file);
	const uint64_t all = size + other_bytes(p, l);
	unsigned n = p->threads;

	if (size < PIPELINE_BIG && all > size)
		n = (unsigned)((size * n + all - 1) / all);
	return n > 1 && given_threads(p, l) + n <= 2 * p->threads ? n : 1;
}

static struct lane_options
lane_options_of(const struct pipeline *p, const struct pipeline_lane *l)
{
	const struct archive_file *file = &p->a->files[l->file];

	return (struct lane_options){.until = p->opt.until,
	    .threads = l->threads,
	    .hops = p->opt.hops,
	    .filter = p->opt.filter,
	    .memory = p->memory,
	    .marks = p->a->collectors[file->collector].overlap};
}

/* The lane that was not worked at for longest, if one must rest; or NULL. */
static struct pipeline_lane *
find_tired(const struct pipeline *p)
{
	struct pipeline_lane *tired = NULL;
	size_t awake_n = 0;

	if (!is_crowded(p))
		return NULL;
	for (size_t i = 0; i < p->lane_n; i++) {
		struct pipeline_lane *l = p->lanes[i];

		awake_n += l->awake;
		if (l->awake && !l->working &&
		    (tired == NULL || l->worked < tired->worked))
			tired = l;
	}
	return awake_n > awake_max(p) ? tired : NULL;
}

/*
 * Whether the lane has too few threads, now that others have nothing to do.
 * Then it rests for a moment, after which it may have more.
 */
static bool
deserves_more(const struct pipeline *p, const struct pipeline_lane *l)
{
	return p->sleeping_n > 0 && l->awake && lane_takes_threads(l->lane) &&
	    file_bytes(p, l->file) >
	    lane_facts(l->lane)->raw_bytes + PIPELINE_WORTH &&
	    source_threads(p, l) >= 2 * l->threads;
}

/* What a lane is lent to decode one batch, and what comes of it. */
struct step {
	struct lane_options opt;     /* to open it with */
	struct pipeline_lane *tired; /* another one, to be laid to rest */
	bool renew;                  /* this one, for a moment */
	struct lane_batch *stock[STOCK];
	unsigned stock_n;
	struct item item;
};

/* Decode a batch of l, whose working flag is set.  Without the lock. */
static enum blk_status
lane_step(struct pipeline *p, struct pipeline_lane *l, struct step *s)
{
	enum blk_status status = BLK_OK;

	if (s->tired != NULL)
		lane_rest(s->tired->lane);
	if (s->renew)
		lane_rest(l->lane);
	if (l->lane == NULL)
		status =
		    lane_open(&l->lane, p->a->files[l->file].path, &s->opt);
	if (status != BLK_OK)
		return status;
	lane_set_threads(l->lane, s->opt.threads);
	while (s->stock_n > 0)
		lane_give_back(l->lane, s->stock[--s->stock_n]);
	status = lane_next(l->lane, &s->item.batch);
	s->item.facts = *lane_facts(l->lane);
	return status;
}

static enum blk_status
add_item(struct pipeline *p, struct pipeline_lane *l, const struct item *item)
{
	if (!vec_reserve(
		&l->items, l->item_n, &l->item_cap, sizeof(*l->items))) {
		lane_batch_free(item->batch);
		return BLK_ENOMEM;
	}
	l->items[l->item_n++] = *item;
	p->waiting_bytes += batch_bytes(item->batch);
	return BLK_OK;
}

static void
wake(struct pipeline *p, struct pipeline_lane *l, struct step *s)
{
	p->open_n += l->lane == NULL;
	s->renew = deserves_more(p, l);
	if (!l->awake || s->renew)
		l->threads = source_threads(p, l);
	l->awake = true;
	l->working = true;
	l->worked = p->steps++;
}

/* The same with the lock, which is given up meanwhile. */
static void
lane_work(struct pipeline *p, struct pipeline_lane *l)
{
	struct step s = {.stock_n = 0};
	struct lane_batch *b;
	enum blk_status status;

	wake(p, l, &s);
	s.opt = lane_options_of(p, l);
	s.tired = find_tired(p);
	if (s.tired != NULL)
		s.tired->working = true;
	if (!is_crowded(p))
		s.stock_n = take_idle(p, s.stock);
	pthread_mutex_unlock(&p->lock);
	status = lane_step(p, l, &s);
	pthread_mutex_lock(&p->lock);
	l->working = false;
	if (s.tired != NULL)
		s.tired->working = s.tired->awake = false;
	if (status == BLK_OK)
		status = add_item(p, l, &s.item);
	l->end = status;
	if (status != BLK_OK) {
		l->awake = false;
		p->open_n--;
	}
	while (s.stock_n > 0)
		keep_idle(p, s.stock[--s.stock_n]);
	while ((b = lane_spare(l->lane)) != NULL)
		keep_idle(p, b);
	if (p->awaited != NULL && (p->awaited == l || p->awaited == s.tired))
		pthread_cond_signal(&p->ready);
}

/* --- workers --- */

/* Begin the next file that is expected, unless enough are in work. */
static struct pipeline_lane *
begin_expected(struct pipeline *p)
{
	unsigned ahead = 0;
	size_t file;

	for (size_t i = 0; i < p->lane_n; i++)
		ahead += !p->lanes[i]->taken && p->lanes[i]->end == BLK_OK;
	if (ahead > p->threads)
		return NULL;
	while (p->expect_at < p->expect_n) {
		file = p->expected[p->expect_at++];
		if (lane_find(p, file) == NULL)
			return lane_begin(p, file);
	}
	return NULL;
}

/* The time up to which the owner has what it needs of a lane. */
static usec_t
stored_until(const struct pipeline_lane *l)
{
	return l->item_at < l->item_n ? l->items[l->item_n - 1].facts.last
				      : l->facts.last;
}

/*
 * What a worker had best do, or the owner while it waits; NULL: nothing.  The
 * owner leaves alone what may keep it waiting for somebody else, a pipe:
 * whoever fills that may fill others as well, and wait for them to be read.
 */
static struct pipeline_lane *
find_work(struct pipeline *p, bool owner)
{
	const size_t room = PIPELINE_BYTES * p->threads;
	struct pipeline_lane *urgent = NULL, *ahead = NULL;

	for (size_t i = 0; i < p->lane_n; i++) {
		struct pipeline_lane *l = p->lanes[i];

		if (!lane_is_free(l) ||
		    (owner && p->a->files[l->file].read_once))
			continue;
		if (!l->taken) {
			ahead = ahead != NULL ? ahead : l;
			continue;
		}
		if (l->item_n - l->item_at < PIPELINE_DEPTH &&
		    (urgent == NULL || stored_until(l) < stored_until(urgent)))
			urgent = l;
	}
	if (urgent != NULL && p->waiting_bytes < room)
		return urgent;
	if (p->waiting_bytes >= room / 4 * 3)
		return NULL;
	return ahead != NULL ? ahead : begin_expected(p);
}

static void
wake_workers(struct pipeline *p)
{
	if (p->sleeping_n > 0)
		pthread_cond_broadcast(&p->work);
}

static void *
worker_main(void *arg)
{
	struct pipeline *p = arg;
	struct pipeline_lane *l;

	pthread_mutex_lock(&p->lock);
	while (!p->stop) {
		l = find_work(p, false);
		if (l == NULL) {
			p->sleeping_n++;
			pthread_cond_wait(&p->work, &p->lock);
			p->sleeping_n--;
			continue;
		}
		lane_work(p, l);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* The owner is one of the threads; but beside pipes it had better be free. */
static void
start_workers(struct pipeline *p)
{
	const unsigned n =
	    archive_reads_once(p->a) ? p->threads : p->threads - 1;

	if (p->threads < 2)
		return;
	p->workers = calloc(n, sizeof(*p->workers));
	if (p->workers == NULL)
		return;
	while (p->worker_n < n &&
	    pthread_create(&p->workers[p->worker_n], NULL, worker_main, p) == 0)
		p->worker_n++;
}

/* --- the header's functions --- */

enum blk_status
pipeline_new(struct pipeline **out, const struct archive *a,
    const struct feed_options *opt)
{
	struct pipeline *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return BLK_ENOMEM;
	p->a = a;
	p->opt = *opt;
	p->threads = opt->threads < PIPELINE_THREADS_MAX ? opt->threads
							 : PIPELINE_THREADS_MAX;
	if (p->threads == 0)
		p->threads = 1;
	if (source_memory_new(&p->memory, MEMORY_BYTES * p->threads) !=
	    BLK_OK) {
		free(p);
		return BLK_ENOMEM;
	}
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->work, NULL);
	pthread_cond_init(&p->ready, NULL);
	start_workers(p);
	*out = p;
	return BLK_OK;
}

void
pipeline_free(struct pipeline *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->worker_n; i++)
		pthread_join(p->workers[i], NULL);
	for (size_t i = 0; i < p->lane_n; i++)
		lane_discard(p->lanes[i]);
	for (size_t i = 0; i < p->idle_n; i++)
		lane_batch_free(p->idle[i]);
	source_memory_free(p->memory);
	pthread_cond_destroy(&p->ready);
	pthread_cond_destroy(&p->work);
	pthread_mutex_destroy(&p->lock);
	free(p->workers);
	free(p->lanes);
	free(p->expected);
	free(p->idle);
	free(p);
}

size_t
pipeline_expect_max(const struct pipeline *p)
{
	return p->worker_n > 0 ? 2 * (size_t)p->threads + 2 : 0;
}

void
pipeline_expect(struct pipeline *p, const size_t *files, size_t n)
{
	if (p->worker_n == 0)
		return;
	pthread_mutex_lock(&p->lock);
	p->expect_at = p->expect_n = 0;
	/* without memory nothing is done ahead, which is no failure */
	if (vec_reserve_many(
		&p->expected, 0, n, &p->expect_cap, sizeof(*p->expected))) {
		/* memcpy may not be given NULL, not even for nothing */
		if (n > 0)
			memcpy(p->expected, files, n * sizeof(*files));
		p->expect_n = n;
		wake_workers(p);
	}
	pthread_mutex_unlock(&p->lock);
}

enum blk_status
pipeline_open(struct pipeline *p, struct pipeline_lane **out, size_t file)
{
	struct pipeline_lane *l;

	pthread_mutex_lock(&p->lock);
	l = lane_find(p, file);
	if (l == NULL)
		l = lane_begin(p, file);
	if (l != NULL)
		l->taken = true;
	pthread_mutex_unlock(&p->lock);
	if (l == NULL)
		return BLK_ENOMEM;
	*out = l;
	return BLK_OK;
}

void
pipeline_close(struct pipeline *p, struct pipeline_lane *l)
{
	size_t i = 0;

	if (l == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->awaited = l;
	while (l->working)
		pthread_cond_wait(&p->ready, &p->lock);
	p->awaited = NULL;
	while (p->lanes[i] != l)
		i++;
	p->lane_n--;
	memmove(p->lanes + i, p->lanes + i + 1,
	    (p->lane_n - i) * sizeof(struct pipeline_lane *));
	p->open_n -= l->lane != NULL && l->end == BLK_OK;
	for (size_t k = l->item_at; k < l->item_n; k++)
		p->waiting_bytes -= batch_bytes(l->items[k].batch);
	wake_workers(p);
	pthread_mutex_unlock(&p->lock);
	lane_discard(l);
}

/* The first batch that waits, with the lock. */
static void
take_item(struct pipeline *p, struct pipeline_lane *l, struct lane_batch **out)
{
	const struct item *item = &l->items[l->item_at++];

	*out = item->batch;
	l->facts = item->facts;
	p->waiting_bytes -= batch_bytes(item->batch);
	if (l->item_at == l->item_n)
		l->item_at = l->item_n = 0;
}

/* Have an item of l wait, or its end known, with the lock. */
static void
await_item(struct pipeline *p, struct pipeline_lane *l)
{
	struct pipeline_lane *todo;

	p->awaited = l;
	while (l->item_at == l->item_n && l->end == BLK_OK) {
		todo = l->working ? find_work(p, true) : l;
		if (todo != NULL) {
			lane_work(p, todo);
			continue;
		}
		p->sleeping_n++;
		pthread_cond_wait(&p->ready, &p->lock);
		p->sleeping_n--;
	}
	p->awaited = NULL;
}

enum blk_status
pipeline_next(
    struct pipeline *p, struct pipeline_lane *l, struct lane_batch **out)
{
	enum blk_status status = BLK_OK;

	pthread_mutex_lock(&p->lock);
	await_item(p, l);
	if (l->item_at < l->item_n) {
		take_item(p, l, out);
	} else {
		status = l->end;
		if (l->lane != NULL)
			l->facts = *lane_facts(l->lane);
	}
	wake_workers(p);
	pthread_mutex_unlock(&p->lock);
	return status;
}

void
pipeline_give_back(struct pipeline *p, struct lane_batch *b)
{
	lane_batch_clear(b);
	pthread_mutex_lock(&p->lock);
	keep_idle(p, b);
	pthread_mutex_unlock(&p->lock);
}

const struct lane_facts *
pipeline_facts(const struct pipeline_lane *l)
{
	return &l->facts;
}

const struct damage_log *
pipeline_damage(const struct pipeline_lane *l)
{
	return lane_damage(l->lane);
}

const struct feed_kind *
pipeline_kinds(const struct pipeline_lane *l, size_t *n)
{
	return lane_kinds(l->lane, n);
}
