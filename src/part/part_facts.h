#ifndef PART_FACTS_H
#define PART_FACTS_H

#include "blackout/archive.h"
#include "blackout/status.h"
#include "feed/lane.h"
#include "part/part_wire.h"

/*
 * What a part knows of a file beside its events: what the archive and the feed
 * ask of it.
 */
struct part_facts {
	struct archive_kept kept; /* its texts are path and collector below */
	char *path, *collector, *compression;
	struct lane_facts lane;
	bool marks; /* its records have marks */
	struct damage_log damage;
	const struct feed_kind *kinds; /* own_kinds, where they are read */
	size_t kind_n;
	struct feed_kind *own_kinds;
};

void part_facts_fini(struct part_facts *f);

/* f borrows all it points to. */
void part_facts_put(struct part_buf *b, const struct part_facts *f);

/*
 * Read them from all of c; part_facts_fini is to be called in any case.
 * BLK_EBAD, BLK_ENOMEM.
 */
enum blk_status part_facts_take(struct cursor c, struct part_facts *out);

#endif
