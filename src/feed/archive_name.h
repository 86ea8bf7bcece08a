#ifndef ARCHIVE_NAME_H
#define ARCHIVE_NAME_H

#include <stdbool.h>

#include "blackout/archive.h"
#include "blackout/timefmt.h"

/*
 * What the path of a file tells: its kind, its time and its collector.  Pure
 * text: nothing here looks at a disk.
 */

#define ARCHIVE_NAME_MAX 256 /* longest collector name, with its NUL */

struct archive_name {
	enum archive_kind kind;
	usec_t time; /* read as UTC, or USEC_NONE */
	usec_t span; /* how much the name says it holds, or USEC_NONE */
};

/*
 * Read the last component of a path:
 *	updates.20141222.0300.bz2, rib.20141222.0200.bz2	RouteViews, FRR
 *	updates.20141222.0300.gz, bview.20141222.0000.gz	RIPE RIS
 *	ris.rrc06.updates.1609569600.300.gz			BGPStream
 *	rrc00.updates.20190101.0000.gz				people
 * Any other name tells nothing, or its kind alone.
 */
void archive_name_read(const char *base, struct archive_name *out);

/*
 * Whether a file of that name is meant to be an archive, or part of one: it
 * says so, and does not end as sums, lists and notes do ("....bz2.md5").
 */
bool archive_name_is_archive(const char *base);

/*
 * The collector of the file at path, which is absolute; see archive.h for the
 * rules.  True if the path names it; false if a folder had to do.
 */
bool archive_name_collector(const char *path, char out[ARCHIVE_NAME_MAX]);

#endif
