#ifndef BLACKOUT_CLI_DUMP_H
#define BLACKOUT_CLI_DUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "blackout/elem.h"
#include "blackout/rows.h"
#include "cli/diag.h"
#include "cli/dump_filter.h"
#include "cli/input.h"
#include "cli/opts.h"
#include "cli/output.h"

/* What the two orders of blackout dump share: one run of it. */
struct dump {
	struct opts opts;
	struct input input;
	struct dump_filter filter;
	const struct output *out;
	struct diag_damage damage;
	uint64_t files_done, bytes_done; /* of files that were closed */
	uint64_t records;                /* of the same */
	size_t unchecked; /* bytes written since signals were looked at */
};

/*
 * Write n bytes of lines.  BLK_EIO: errno says why not; BLK_END: a signal
 * waits, and there is to be no output.
 */
enum blk_status dump_write(struct dump *d, const char *text, size_t n);

/* Redraw the progress line; bytes: taken from files that are open. */
void dump_progress(struct dump *d, uint64_t bytes);

/* Count a file that was read, tell its damage, and close it. */
void dump_close(
    struct dump *d, struct elem_file *f, const struct archive_file *file);

/*
 * Print all files in the order of their times.  BLK_OK; BLK_ENOMEM, and as
 * dump_write.
 */
enum blk_status dump_sorted(struct dump *d);

#endif
