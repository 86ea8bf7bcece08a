#ifndef BLACKOUT_CLI_WORDS_H
#define BLACKOUT_CLI_WORDS_H

#include <stdbool.h>

#include "blackout/status.h"
#include "cli/opts.h"
#include "cli/places.h"

/*
 * The question of a command line in words: the options that say what is
 * watched, who is asked and which routes count, in one order, with the values
 * of files in their places.  Two command lines ask the same if, and only if,
 * these are equal.
 */

/*
 * Append them to out, one option each: "--asn=131279".  places: what the files
 * of --delegated say, for a word that stands for it where it matters; NULL:
 * without that word.  BLK_ENOMEM.
 */
enum blk_status words_of(
    const struct opts *o, const struct places *places, struct opts_words *out);

/* Whether it is such a word, so that it may be read as an option again. */
bool words_valid(const char *word);

/* Whether it stands for files of --delegated, and which: places_digest. */
bool words_digest(const char *word, uint64_t *out);

void words_fini(struct opts_words *w);

#endif
