#ifndef BLACKOUT_CLI_PROGRESS_H
#define BLACKOUT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "blackout/archive.h"

/*
 * One line on standard error that says how far the reading is; only where
 * standard error is a terminal that can erase a line, and no CI variable is
 * set.  Zero is a progress that stays silent.
 */
struct progress {
	bool on;
	bool drawn; /* the line is on the screen */
	uint64_t files;
	uint64_t bytes; /* of all of them; 0: not known beforehand */
	struct timespec start, last;
};

/* All files of the archive are about to be read. */
void progress_init(struct progress *p, const struct archive *a);

/* Whether progress_update would redraw the line: how far it is may be much to
   ask. */
bool progress_due(const struct progress *p);

/* Redraw the line, a few times a second at most. */
void progress_update(
    struct progress *p, uint64_t files_done, uint64_t bytes_done);

/* Take the line away; nothing is drawn any more. */
void progress_fini(struct progress *p);

#define PROGRESS_LINE_LEN 160

/*
 * The line after so many seconds, of no more than columns characters: what
 * does not fit is left out, from its end.
 */
void progress_line(const struct progress *p, uint64_t files_done,
    uint64_t bytes_done, double seconds, unsigned columns,
    char line[PROGRESS_LINE_LEN]);

#endif
