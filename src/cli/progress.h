#ifndef BLACKOUT_CLI_PROGRESS_H
#define BLACKOUT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/*
 * One line on standard error that says how far the reading is; only where
 * standard error is a terminal and no CI variable is set.  Zero is a progress
 * that stays silent.
 */
struct progress {
	bool on;
	bool drawn; /* the line is on the screen */
	uint64_t files;
	struct timespec start, last;
};

void progress_init(struct progress *p, uint64_t files);

/* Redraw the line, a few times a second at most. */
void progress_update(
    struct progress *p, uint64_t files_done, uint64_t bytes_done);

/* Take the line away; nothing is drawn any more. */
void progress_fini(struct progress *p);

#endif
