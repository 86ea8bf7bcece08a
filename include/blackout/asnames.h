#ifndef BLACKOUT_ASNAMES_H
#define BLACKOUT_ASNAMES_H

#include <stddef.h>
#include <stdint.h>

#include "blackout/source.h"
#include "blackout/status.h"

/*
 * Names of ASes, to be printed beside their numbers, from lists such as
 *
 *     131279|STAR-KP                 number, bar, name; what follows a second
 *                                    bar is not read
 *     AS131279 STAR-KP Ryugyong-dong, KP
 *                                    number, spaces, name; and a country
 *
 * "AS" before a number may be there or not, and numbers may be asdot.  Empty
 * lines and those that begin with '#' say nothing; a number without a name is
 * one that has none.  Any other line is an error that names it.
 *
 * A name is valid UTF-8 without control characters, as which a line break
 * counts: control characters are errors; bytes that are part of no character,
 * and characters that break lines or turn the direction of text, become U+FFFD.
 */

#define ASNAMES_LINE_MAX 1024u /* bytes of a line */
#define ASNAMES_MAX 1000000u   /* names, of all lists */
#define ASNAMES_BYTES_MAX (64u * 1024 * 1024)
#define ASNAMES_ERROR_LEN 256

struct asnames;

enum blk_status asnames_new(struct asnames **out); /* or BLK_ENOMEM */
void asnames_free(struct asnames *a);

/*
 * Read all of one more list, before asnames_settle.  BLK_EBAD: a wrong line,
 * BLK_ELIMIT: more than the limits allow, or what source_read said of damage;
 * error then says which line and what is wrong, in one line of plain ASCII.
 * BLK_ENOMEM: error is empty.  After any of them a may only be freed.
 */
enum blk_status asnames_read(
    struct asnames *a, struct source *source, char error[ASNAMES_ERROR_LEN]);

/* The same of a path; BLK_EIO, BLK_EUNSUP: it cannot be read, error says why.
 */
enum blk_status asnames_read_file(
    struct asnames *a, const char *path, char error[ASNAMES_ERROR_LEN]);

/* To be called once, when all lists are read, and before anything is asked. */
void asnames_settle(struct asnames *a);

/* How many ASes have a name. */
size_t asnames_count(const struct asnames *a);

/* The name, lent by a; NULL if there is none.  Of several, the last one read.
 */
const char *asnames_find(const struct asnames *a, uint32_t asn);

/*
 * The country that stood behind that name, "KP"; "" if none did, or there is no
 * name.  Where the list's maker thinks that the AS is: see delegated.h.
 */
const char *asnames_country(const struct asnames *a, uint32_t asn);

#endif
