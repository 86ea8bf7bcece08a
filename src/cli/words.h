#ifndef BLACKOUT_CLI_WORDS_H
#define BLACKOUT_CLI_WORDS_H

#include <stdbool.h>

#include "blackout/status.h"
#include "cli/opts.h"

/*
 * The question of a command line in words: the options that say what is
 * watched, who is asked and which routes count, in one order, with the values
 * of files in their places.  Two command lines ask the same if, and only if,
 * these are equal.
 */

/* Append them to out, one option each: "--asn=131279".  BLK_ENOMEM. */
enum blk_status words_of(const struct opts *o, struct opts_words *out);

/* Whether it is such a word, so that it may be read as an option again. */
bool words_valid(const char *word);

void words_fini(struct opts_words *w);

#endif
