#ifndef BLACKOUT_ARCHIVE_H
#define BLACKOUT_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blackout/status.h"
#include "blackout/timefmt.h"

/*
 * Which files there are, which collector each belongs to, and in what order
 * they are probably to be read.
 *
 * The collector is told by the path: a component such as "rrc06",
 * "route-views2", "route-views.jinx" or a BGPStream name
 * ("ris.rrc06.updates.1609569600.300.gz"); RouteViews' own layout without a
 * name ("bgpdata/2014.12/UPDATES/...") is route-views2; else the folder that
 * holds the files (skipping "RIBS", "UPDATES", "bgpdata", "2014.12" and their
 * like) gives its name.  Standard input is the collector "stdin".
 *
 * Times in names are a guess at the order, never a clock: names are local
 * time at some collectors and in some years.
 */

enum archive_kind {
	ARCHIVE_ANY, /* the name says nothing */
	ARCHIVE_UPDATES,
	ARCHIVE_RIB,
};

/* What files hold whose records are of that MRT type. */
enum archive_kind archive_kind_of_record(unsigned type);

struct archive_kept;

struct archive_file {
	char *path;
	bool collector_known;        /* the path tells it */
	unsigned collector;          /* index */
	enum archive_kind name_kind; /* what the name says */
	enum archive_kind kind;      /* the same; once peeked at, the records */
	usec_t name_time;  /* the name's time taken as UTC, or USEC_NONE */
	usec_t name_span;  /* what the name says it holds, or USEC_NONE */
	usec_t first_time; /* of the first record, or USEC_NONE: unknown */
	uint64_t size;     /* bytes on disk; 0 for streams */
	bool is_stdin;
	bool read_once; /* standard input or a FIFO: not to be looked into */
	const struct archive_kept *kept; /* NULL: the file itself is there */
};

/* What must be known of a file for it to take its place without its bytes. */
struct archive_kept {
	const char *path, *collector;
	bool collector_known;
	enum archive_kind name_kind;
	usec_t name_time, name_span;
	uint64_t size, digest; /* of all its bytes: FNV-1a */
	/* What looking into it finds. */
	enum archive_kind kind;
	usec_t first_time;
};

struct archive_collector {
	char *name;
	unsigned file_n;
	usec_t cadence; /* usual distance of updates files, or USEC_NONE:
			   fewer than three, or no rhythm of an hour or less */
	bool overlap;   /* records may stand in several of its updates files */
};

/* A path that could not be used, or a copy left out. */
struct archive_problem {
	char *path;
	int error; /* errno */
};

struct archive {
	/* By collector name, then guessed time, kind, file name, path: an order
	   that does not depend on that of the arguments. */
	struct archive_file *files;
	size_t file_n;
	struct archive_collector *collectors; /* by name */
	size_t collector_n;
	struct archive_problem *problems;
	size_t problem_n;
	size_t duplicate_n; /* files left out, being copies of others */
	size_t ignored_n;   /* files of folders that are plainly no archives */
};

#define ARCHIVE_DEPTH_MAX 32u       /* folders within folders */
#define ARCHIVE_FOLDERS_MAX 200000u /* folders, by each link once more */
#define ARCHIVE_FILES_MAX 4000000u  /* files in one run */

/*
 * Find the files of paths: a file, a folder (read recursively; hidden files,
 * links that lead back into the tree, and text files whose names are not those
 * of archives are passed over), or "-".  The same
 * file given twice, also under another name, counts once: files of equal size
 * whose bytes are all equal (but not two empty ones, compressed or not, whose
 * names tell different times).  Paths that cannot be read become problems, not
 * failures.  BLK_ENOMEM, BLK_ELIMIT; on BLK_OK the caller owns *out.
 */
enum blk_status archive_scan(
    struct archive **out, const char *const *paths, size_t path_n);

/*
 * What is to be kept of a file of a, which is looked into and read through for
 * it; texts are lent by a.  BLK_ENOMEM; BLK_EIO: errno says why it cannot be
 * read, and digest is 0.
 */
enum blk_status archive_keep(
    const struct archive *a, size_t file, struct archive_kept *out);

/*
 * As archive_scan, of files of which that much was kept; copies are those of
 * equal size and digest.  kept is borrowed as long as *out lives.
 */
enum blk_status archive_of_kept(
    struct archive **out, const struct archive_kept *kept, size_t n);

/* Whether any file can be read only once: see struct archive_file. */
bool archive_reads_once(const struct archive *a);

/*
 * Look into every file (or only those whose names hold no time, if !all and no
 * input is one that can be read only once) for the time of its first record,
 * and sort anew by what was found; then learn each collector's cadence.  Files
 * that cannot be read keep their place: the feed will report them.  BLK_ENOMEM.
 */
enum blk_status archive_peek(struct archive *a, bool all);

void archive_free(struct archive *a);

#endif
