#ifndef BLACKOUT_CLI_DUMP_FILTER_H
#define BLACKOUT_CLI_DUMP_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "blackout/elem.h"
#include "blackout/filter.h"

/*
 * Which elements are printed.  Most conditions tell by the element alone.  With
 * those on attributes, a withdrawal is printed if the route that it takes away
 * was one that passed, so that it matters in what order elements are taken:
 * each is judged first, and settled when its turn comes.
 */
struct dump_filter {
	const struct filter *filter; /* NULL: all are, and none is judged */
	bool by_prefix, by_attrs;
	struct filter_passed *passed; /* NULL: nothing rests on the order */
	/* What the attributes of the last group said. */
	const struct elem_file *file; /* NULL: there is none */
	uint64_t group;
	bool group_passes;
};

/* What is left to be settled of an element. */
struct dump_turn {
	bool waits;  /* something is */
	bool wanted; /* by its time and type */
	bool withdrawn;
	bool passes; /* !withdrawn: by its attributes */
	struct filter_route route;
};

/* filter is borrowed.  BLK_ENOMEM. */
enum blk_status dump_filter_init(
    struct dump_filter *f, const struct filter *filter);
void dump_filter_fini(struct dump_filter *f);

/*
 * BLK_OK: e, of that collector, may be printed; or, if turn->waits,
 * dump_filter_settle is to be called when its turn comes, and tells.  BLK_END:
 * it is not.  BLK_ENOMEM.
 */
enum blk_status dump_filter_judge(struct dump_filter *f, unsigned collector,
    const struct elem *e, struct dump_turn *turn);
enum blk_status dump_filter_settle(
    struct dump_filter *f, const struct dump_turn *turn);

/* No element of that file will come any more. */
void dump_filter_close(struct dump_filter *f, const struct elem_file *file);

#endif
