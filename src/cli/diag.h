#ifndef BLACKOUT_CLI_DIAG_H
#define BLACKOUT_CLI_DIAG_H

#include <stdbool.h>
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

/* How many places of damage were told so far; zero at the beginning. */
struct diag_damage {
	uint64_t n;
};

/* One more: whether it is to be told, as only the first few are. */
bool diag_damage_one(struct diag_damage *d);

/* Tell how many were not, and where they are; true if there was any damage. */
bool diag_damage_end(const struct diag_damage *d, const char *where);

/* Wrong usage of command ("blackout outages"): the reason and where to look. */
void diag_usage(const char *command, const char *reason);

#endif
