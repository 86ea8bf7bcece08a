#ifndef BLACKOUT_CLI_OUTPUT_H
#define BLACKOUT_CLI_OUTPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

#include "blackout/report.h"
#include "blackout/status.h"

/*
 * Where a report goes: standard output, or a file that appears under its name
 * only when it is whole.
 */
struct output {
	FILE *file;
	char *target;  /* the file asked for; NULL: not to be renamed */
	char *temp;    /* what it is called until then */
	sigset_t mask; /* of the caller, while there is a temp */
};

/*
 * Open path, or standard output if it is NULL.  A device or a pipe is written
 * in place.  BLK_EIO: errno says why not; BLK_ENOMEM.
 *
 * While a temporary file is open, signals that end the program wait, so that
 * it never stays behind: output_close() lets them in.
 */
enum blk_status output_open(struct output *o, const char *path);

/* Whether path could be opened: to be told before the work, not after. */
enum blk_status output_check(const char *path);

/*
 * Write out what is buffered and put the file in its place; if !keep, or if a
 * signal waits, leave nothing instead.  BLK_EIO: errno says what failed, and
 * an older file of that name is as it was.
 */
enum blk_status output_close(struct output *o, bool keep);

/*
 * Whether a signal waits: then what takes long is to be given up, and closed
 * without being kept.
 */
bool output_interrupted(const struct output *o);

/*
 * Open path, have write put a report there, and close it; BLK_END from write:
 * there is none after all.  False, and it was told on standard error, if the
 * report could not be written whole.
 */
bool output_report(const char *path,
    enum blk_status (*write)(const struct output *o, void *arg), void *arg);

/* How a report is to look there: what the terminal can show, if it is one. */
struct report_style output_style(const struct output *o);

#endif
