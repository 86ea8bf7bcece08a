#ifndef BLACKOUT_DELEGATED_H
#define BLACKOUT_DELEGATED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/prefix.h"
#include "blackout/source.h"
#include "blackout/status.h"

/*
 * To which country numbers were delegated: the statistics files that APNIC,
 * ARIN, the RIPE NCC, LACNIC and AFRINIC publish each day, in their exchange
 * format, plain ("delegated-apnic-20141222") or extended ("delegated-apnic-
 * extended-20141222"), and the NRO's file of all five.
 *
 *     2|apnic|20141222|4|19850701|20141221|+1000      the version line
 *     apnic|*|asn|*|1|summary
 *     apnic|KP|asn|131279|1|20091221|allocated|A91A   number, how many
 *     apnic|KP|ipv4|175.45.176.0|1024|20091221|...    address, how many
 *     apnic|JP|ipv6|2001:200::|35|19990813|...        address, length
 *
 * The country is that of the holder, not where the numbers are used.
 *
 * Read strictly: a line that is none of these is an error that names it.  The
 * version line may be missing, so that a part of a file is one too; it may
 * come again, in files that were joined.  Empty lines and those that begin
 * with '#' say nothing.  Missing at the end of a record: the date, the status
 * (then it was delegated), whatever follows.  What the date says is not
 * checked.
 */

#define DELEGATED_LINE_MAX 1024u /* bytes of a line */
/* Of all files: records; prefixes that they make, of runs of addresses */
#define DELEGATED_RECORDS_MAX 4000000u
#define DELEGATED_PREFIXES_MAX 8000000u
#define DELEGATED_ERROR_LEN 256

struct delegated; /* what all files said */

/* AS numbers from first to last, both of them in it. */
struct delegated_run {
	uint32_t first, last;
};

/* What one country has; pointers are into the struct delegated. */
struct delegated_country {
	char name[3]; /* ISO 3166, or "EU", "AP": two capital letters */
	/* Sorted; they neither overlap nor touch. */
	const struct delegated_run *asns;
	size_t run_n;
	uint64_t asn_n; /* AS numbers in all of them */
	/* As few prefixes as hold the same addresses, as prefix_cmp sorts. */
	const struct prefix *prefixes;
	size_t prefix_n;
};

/* How much was read of what.  Sums over all files. */
struct delegated_sums {
	uint64_t records; /* allocated or assigned, in some country */
	uint64_t unused;  /* available, reserved, or with IANA */
	uint64_t nowhere; /* delegated, but the country is empty or ZZ */
	/* Records that version lines promise, and that are not there: a file
	   that was cut, or of which only a part was taken. */
	uint64_t missing;
	/* AS numbers that are told of a country, and of another one as well:
	   see delegated_country_of. */
	uint64_t shared;
};

enum blk_status delegated_new(struct delegated **out); /* or BLK_ENOMEM */
void delegated_free(struct delegated *d);

/*
 * Read all of one more file, before delegated_settle.  The same record may
 * come again.  BLK_EBAD: a wrong line, BLK_ELIMIT: more than the limits allow,
 * or what source_read said of damage; error then says which line and what is
 * wrong, in one line of plain ASCII.  BLK_ENOMEM: error is empty.  After any
 * of them d may only be freed.
 */
enum blk_status delegated_read(struct delegated *d, struct source *source,
    char error[DELEGATED_ERROR_LEN]);

/* The same of a path; BLK_EIO, BLK_EUNSUP: it cannot be read, error says why.
 */
enum blk_status delegated_read_file(
    struct delegated *d, const char *path, char error[DELEGATED_ERROR_LEN]);

/*
 * To be called once, when all files are read, and before anything is asked.
 * BLK_ENOMEM: d may only be freed.
 */
enum blk_status delegated_settle(struct delegated *d);

struct delegated_sums delegated_sums(const struct delegated *d);

/* All countries that have something, by name; *n: how many.  Lent by d. */
const struct delegated_country *delegated_countries(
    const struct delegated *d, size_t *n);

/* The one of that name, in letters of either case; NULL if it has nothing. */
const struct delegated_country *delegated_find(
    const struct delegated *d, const char *name);

/*
 * The country that has asn, or NULL.  Of several: that of the latest date;
 * else the first by name.
 */
const struct delegated_country *delegated_country_of(
    const struct delegated *d, uint32_t asn);

bool delegated_has_asn(const struct delegated_country *c, uint32_t asn);

/* Whether all addresses of p are c's. */
bool delegated_has_prefix(
    const struct delegated_country *c, const struct prefix *p);

#endif
