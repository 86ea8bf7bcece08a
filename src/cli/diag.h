#ifndef BLACKOUT_CLI_DIAG_H
#define BLACKOUT_CLI_DIAG_H

#include <stdint.h>

/*
 * What the program has to say to its user, on standard error, one line each:
 * "blackout: FILE: offset N: what is wrong; what to do".
 */

/* A line of the given text after "blackout: ". */
void diag_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line about file, which may hold anything; advice may be NULL. */
void diag_file(const char *file, const char *what, const char *advice);

/* The same with the place in it. */
void diag_file_at(const char *file, uint64_t offset, const char *what);

/* Wrong usage of command ("blackout outages"): the reason and where to look. */
void diag_usage(const char *command, const char *reason);

#endif
