#ifndef BLACKOUT_CLI_VALUES_H
#define BLACKOUT_CLI_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "blackout/status.h"

/*
 * The words of the command line as values, read strictly: the whole text, in
 * range, whatever the locale.  BLK_EUSAGE if the text is something else; out
 * is then unchanged.
 */

/* "131279", "AS131279", asdot "2.207"; not 0 or 4294967295 (RFC 7607, 7300) */
enum blk_status values_asn(const char *text, uint32_t *out);

/* A share of 1: "0.5" or "50%". */
enum blk_status values_share(const char *text, double *out);

/* A whole number from 1 to max. */
enum blk_status values_count(const char *text, unsigned max, unsigned *out);

/* Takes one item of a list; negated: it had a '!' before it. */
typedef enum blk_status (*values_item)(
    void *arg, const char *item, bool negated);

/*
 * Call take for each item of a list: separated by commas, or, where the text
 * is "@FILE", whatever that file holds, separated by commas, spaces and line
 * ends, '#' starting a comment.  "!" before an item negates it, and before
 * "@FILE" all of the file.  Stops at the first status that is not BLK_OK and
 * returns it.  BLK_EUSAGE: there is no item; BLK_EIO: errno says why the file
 * could not be read; BLK_ENOMEM.
 */
enum blk_status values_list(const char *text, values_item take, void *arg);

/*
 * The same of values that may hold commas and spaces: text is one, and a file
 * holds one a line.
 */
enum blk_status values_lines(const char *text, values_item take, void *arg);

#endif
