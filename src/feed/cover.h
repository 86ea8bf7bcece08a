#ifndef COVER_H
#define COVER_H

#include <stdbool.h>
#include <stdint.h>

#include "blackout/archive.h"
#include "blackout/event.h"
#include "blackout/timefmt.h"

/*
 * Which times the files of one collector cover, and so where the gaps are.
 * Pure arithmetic: the feed says which file begins and ends where, in the
 * order of time, and asks what lies before it.
 *
 * Updates files cover time; a RIB covers the moment it was written.  A file
 * covers its whole interval where its name tells one, though its last record
 * may come earlier: in a quiet hour nothing is written.
 */

#define COVER_CADENCE (900 * USEC_PER_SEC) /* where none could be learned */

struct cover {
	usec_t cadence;  /* as the archive learned it, or USEC_NONE */
	usec_t offset;   /* to be added to times in names */
	unsigned active; /* updates files being read */
	usec_t until;    /* covered until then; USEC_NONE: nothing yet */
	usec_t last;     /* the last that was really heard */
	bool by_rib;     /* ... from nothing but a RIB */
	bool damaged;    /* a damaged file broke off then */
	bool named;      /* the file that covers tells its interval */
	/* Silence: between updates, inside covered time. */
	usec_t seen;       /* the last update; USEC_NONE: none since a gap */
	usec_t seen_first; /* the first of all */
	uint64_t seen_n; /* records; the caller's to count, while it matters */
	usec_t longest;
};

struct cover_gap {
	usec_t from, until;
	enum gap_reason reason;
};

void cover_init(struct cover *c, usec_t cadence);

/* When a file probably begins, or USEC_NONE. */
usec_t cover_guess(const struct cover *c, const struct archive_file *f);

/*
 * When a file begins, now that its first event is known (USEC_NONE: it has
 * none): the start of its interval if its name tells one, learning from it
 * how names and records are apart; else its first event.
 */
usec_t cover_start(struct cover *c, const struct archive_file *f, usec_t first);

/*
 * A file with updates, or a RIB, begins at start, all before it being known.
 * True: a gap lies before it.  active is the caller's to count.
 */
bool cover_begin(
    struct cover *c, bool rib, bool named, usec_t start, struct cover_gap *gap);

/* Whether nothing covers the time before end, the end of all data. */
bool cover_finish(const struct cover *c, usec_t end, struct cover_gap *gap);

/* A sound updates file ended.  last: its last event, or USEC_NONE. */
void cover_end(struct cover *c, bool named, usec_t start, usec_t last);

/* A damaged one broke off after the record at last (USEC_NONE: it had none). */
void cover_break(struct cover *c, usec_t last);

/* A RIB was read until then. */
void cover_rib(struct cover *c, usec_t last);

/* No silence is unusual before so many updates were heard. */
#define COVER_RECORDS 200u

/* Whether more updates would not make the usual silence known any better. */
static inline bool
cover_knows(const struct cover *c)
{
	return c->seen_n >= COVER_RECORDS;
}

/* An update at time; true: a silence lies before it that is no usual one. */
bool cover_hear(struct cover *c, usec_t time, struct cover_gap *gap);

#endif
