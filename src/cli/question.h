#ifndef BLACKOUT_CLI_QUESTION_H
#define BLACKOUT_CLI_QUESTION_H

#include "blackout/report.h"
#include "blackout/state.h"
#include "cli/opts.h"
#include "cli/places.h"

/*
 * What was asked, in the words of the layers below: who takes part, and how it
 * is judged.  The networks are those of o; commands that have others put them
 * in their place.  All is borrowed from o and places, which may be NULL.
 */
struct state_params question_params(
    struct opts *o, const struct places *places);
struct report_query question_query(const struct opts *o);

#endif
