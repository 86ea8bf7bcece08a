#ifndef REPORT_TALLY_H
#define REPORT_TALLY_H

#include "report/report_priv.h"

/* What reports on an archive, in whatever format, sum up over its files. */

/* What the records of a file are, whatever its name says. */
enum tally_kind {
	TALLY_NOTHING, /* there are none */
	TALLY_UPDATES,
	TALLY_RIB,
	TALLY_BOTH,
	TALLY_OTHER, /* of no use here */
};

struct tally_file {
	enum tally_kind kind;
	size_t damage_n; /* places of damage in it */
	uint64_t size;   /* on disk; of a stream, what was read */
};

struct tally_collector {
	bool whole;        /* no gap, and no damage */
	size_t damaged_n;  /* files with damage */
	usec_t gap_all;    /* length of all gaps */
	usec_t start, end; /* half-open; USEC_NONE: nothing of use */
	uint64_t repeats;  /* records left out: another file has them */
	uint64_t size, plain_size;
};

/* Records of one type and subtype, and how many files have them. */
struct tally_records {
	struct feed_kind kind;
	uint64_t file_n;
};

struct tally {
	struct tally_file *files; /* as many as the archive has; and so on */
	struct tally_collector *collectors;
	bool whole;        /* all collectors are, and all paths were usable */
	usec_t start, end; /* of all of them */
};

/* BLK_ENOMEM; else the caller calls tally_fini. */
enum blk_status tally_init(struct tally *t, const struct report_info *in);
void tally_fini(struct tally *t);

#define TALLY_ALL SIZE_MAX

/*
 * The kinds of records of a collector, or of all (TALLY_ALL), by type and
 * subtype; the caller frees *out.  BLK_ENOMEM.
 */
enum blk_status tally_records(const struct report_info *in, size_t collector,
    struct tally_records **out, size_t *n);

#endif
