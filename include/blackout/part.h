#ifndef BLACKOUT_PART_H
#define BLACKOUT_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "blackout/archive.h"
#include "blackout/feed.h"
#include "blackout/filter.h"
#include "blackout/prefix.h"
#include "blackout/state.h"
#include "blackout/status.h"

/*
 * Parts: what is left of some files of an archive once all is gone that cannot
 * matter to a question, so that many machines can read an archive together.
 *
 * The law: to merge the parts of an archive's files, made in any number and
 * of any cut, is to read the archive.  It holds by how parts are made, and not
 * by arithmetic on results (votes of distinct ASNs, the largest table anywhere
 * and a peer's habits cannot be added up): a part is the very events that the
 * lanes of its files gave, file by file, and a merge hands them to the same
 * feed, state and judge as if they were files.  Nothing is left out but routes
 * of prefixes that nobody watches.  Messages without them are kept, since
 * silences and bursts are judged by them; packed, one takes less than a byte.
 * A file that stands in several parts is read once; one that stands in none
 * is a gap, as any missing file.
 *
 * One thing no part can know: where networks are watched, their prefixes are
 * those that they are ever seen to originate, and another part may be the only
 * one to see it.  So a part names the prefixes that it left out, and a merge
 * that needs one of them says so instead of guessing (a prefix that others
 * originate by then would look withdrawn, though it has moved): that part must
 * be made again with these prefixes, which part_set_watched lists, in
 * part_question.also.  A question that names prefixes, or means all networks,
 * never needs that.
 *
 * Of first words (timeline.h) parts keep more than a state has room for among
 * those of a whole archive.  Who finds that some were forgotten must replay all
 * again, as timeline.h says, if the law is to hold.
 */

struct part_question {
	/* What was asked, in words that are the same only if it was the same;
	   a merge asks it again. */
	const char *const *words;
	size_t word_n;
	const struct state_params *watch; /* its peers do not matter here */
	const struct filter *filter;      /* as in feed_options; or NULL */
	const struct prefix *also;        /* kept as if they were watched */
	size_t also_n;
	/* Files of other parts may hold records of these: let them be known
	   again, which takes eight bytes a record. */
	bool overlap;
	unsigned threads;
	/* Called now and then: files done, and bytes read of them; or NULL. */
	void (*tick)(void *arg, uint64_t files, uint64_t bytes);
	void *arg;
};

/* What came of it. */
struct part_made {
	struct damage *damage; /* as feed_damage */
	size_t damage_n;
	uint64_t records;
	uint64_t kept_n; /* prefixes kept; 0 where the question names them */
};
void part_made_fini(struct part_made *m);

/*
 * Read all files of a, which must have been peeked, and write a part of them to
 * out.  Files are read twice if one begins to be watched after it was left out.
 * BLK_EUSAGE: one can be read only once; BLK_ENOMEM, BLK_ELIMIT; BLK_EIO: errno
 * says why nothing can be written.  What was written by then is no part.
 * part_made_fini is to be called in any case.
 */
enum blk_status part_make(FILE *out, struct archive *a,
    const struct part_question *q, struct part_made *made);

/* Parts that are to be merged. */
struct part_set;
#define PART_ERROR_LEN 1024u

enum blk_status part_set_new(struct part_set **out); /* BLK_ENOMEM */
void part_set_free(struct part_set *s);

/*
 * One more part, in any order, also one made by part_set_write.  It is opened
 * again whenever it is read.  Any status but BLK_OK and BLK_ENOMEM: error says
 * what is wrong with it, without its name, and the set is as it was.
 */
enum blk_status part_set_add(
    struct part_set *s, const char *path, char error[PART_ERROR_LEN]);

/* The words of the question that all parts answer; lent by s. */
const char *const *part_set_words(const struct part_set *s, size_t *n);

/*
 * All parts are there: settle which lanes to use, and make the archive of their
 * files, which the caller owns and s must outlive.  BLK_EUSAGE: error says why
 * they cannot be merged; BLK_ENOMEM, BLK_ELIMIT.
 */
enum blk_status part_set_settle(
    struct part_set *s, struct archive **out, char error[PART_ERROR_LEN]);

/*
 * After part_set_settle: the next part, from *i on, that must be made again
 * because it left out some prefixes; NULL: none.  *n says how many, and
 * *first which one is the first.
 */
const char *part_set_lacking(
    const struct part_set *s, size_t *i, size_t *n, struct prefix *first);

/* After part_set_settle: the prefixes that were seen to be watched, sorted. */
const struct prefix *part_set_watched(const struct part_set *s, size_t *n);

/*
 * The feed of these parts over the archive made by part_set_settle, peeked
 * since.  BLK_EUNSUP: error says which file may repeat records of another,
 * in a part that was made without part_question.overlap.  BLK_ENOMEM. feed_next
 * may then say BLK_EBAD, BLK_ETRUNC or BLK_EIO as well: a part is damaged,
 * which part_set_damaged names.
 */
enum blk_status part_set_feed(struct part_set *s, const struct archive *a,
    struct feed **out, char error[PART_ERROR_LEN]);
const char *part_set_damaged(const struct part_set *s);

/*
 * Write all parts as one, which is the same whatever order they came in.
 * After part_set_settle, of whose archive a is.  BLK_ENOMEM, BLK_EIO; BLK_EBAD,
 * BLK_ETRUNC: as above.
 */
enum blk_status part_set_write(
    struct part_set *s, const struct archive *a, FILE *out);

#endif
