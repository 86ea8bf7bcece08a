/*
 * The pipeline as a giver of lanes: only its types are hidden.
 */
#include "feed/lanes.h"

#include "feed/pipeline.h"

static void
files_free(void *self)
{
	pipeline_free(self);
}

static size_t
files_expect_max(const void *self)
{
	return pipeline_expect_max(self);
}

static void
files_expect(void *self, const size_t *files, size_t n)
{
	pipeline_expect(self, files, n);
}

static enum blk_status
files_open(void *self, void **lane, size_t file)
{
	struct pipeline_lane *l = NULL;
	enum blk_status status = pipeline_open(self, &l, file);

	*lane = l;
	return status;
}

static void
files_close(void *self, void *lane)
{
	pipeline_close(self, lane);
}

static enum blk_status
files_next(void *self, void *lane, struct lane_batch **out)
{
	return pipeline_next(self, lane, out);
}

static void
files_give_back(void *self, struct lane_batch *b)
{
	pipeline_give_back(self, b);
}

static const struct lane_facts *
files_facts(const void *lane)
{
	return pipeline_facts(lane);
}

static const struct damage_log *
files_damage(const void *lane)
{
	return pipeline_damage(lane);
}

static const struct feed_kind *
files_kinds(const void *lane, size_t *n)
{
	return pipeline_kinds(lane, n);
}

enum blk_status
lanes_of_files(
    struct lanes *out, const struct archive *a, const struct feed_options *opt)
{
	static const struct lanes_calls calls = {
	    .free = files_free,
	    .expect_max = files_expect_max,
	    .expect = files_expect,
	    .open = files_open,
	    .close = files_close,
	    .next = files_next,
	    .give_back = files_give_back,
	    .facts = files_facts,
	    .damage = files_damage,
	    .kinds = files_kinds,
	};
	struct pipeline *p;
	enum blk_status status = pipeline_new(&p, a, opt);

	if (status == BLK_OK)
		*out = (struct lanes){&calls, p};
	return status;
}
