#include "source_priv.h"

#include <pthread.h>
#include <stdlib.h>

/*
 * A short list of blocks, each taken again by who asks for its size.  There are
 * few sizes, and hardly more blocks than sources that are read at once.
 */
#define BLOCKS_MAX 64u

struct block {
	void *p;
	size_t size;
};

struct source_memory {
	pthread_mutex_t lock;
	size_t n, bytes, bytes_max;
	struct block blocks[BLOCKS_MAX];
};

enum blk_status
source_memory_new(struct source_memory **out, size_t bytes_max)
{
	struct source_memory *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return BLK_ENOMEM;
	if (pthread_mutex_init(&m->lock, NULL) != 0) {
		free(m);
		return BLK_ENOMEM;
	}
	m->bytes_max = bytes_max;
	*out = m;
	return BLK_OK;
}

void
source_memory_free(struct source_memory *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->n; i++)
		free(m->blocks[i].p);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

/* With the lock.  The latest one, for it is most likely to be in a cache. */
static void *
find_block(struct source_memory *m, size_t size)
{
	for (size_t i = m->n; i-- > 0;) {
		void *p = m->blocks[i].p;

		if (m->blocks[i].size != size)
			continue;
		m->bytes -= size;
		m->n--;
		for (; i < m->n; i++)
			m->blocks[i] = m->blocks[i + 1];
		return p;
	}
	return NULL;
}

void *
source_memory_take(struct source_memory *m, size_t size)
{
	void *p = NULL;

	if (m != NULL) {
		pthread_mutex_lock(&m->lock);
		p = find_block(m, size);
		pthread_mutex_unlock(&m->lock);
	}
	return p != NULL ? p : malloc(size);
}

void
source_memory_give(struct source_memory *m, void *p, size_t size)
{
	bool kept = false;

	if (m != NULL && p != NULL) {
		pthread_mutex_lock(&m->lock);
		kept = m->n < BLOCKS_MAX && size <= m->bytes_max - m->bytes;
		if (kept) {
			m->blocks[m->n++] = (struct block){p, size};
			m->bytes += size;
		}
		pthread_mutex_unlock(&m->lock);
	}
	if (!kept)
		free(p);
}
