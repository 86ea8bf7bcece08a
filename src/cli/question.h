#ifndef BLACKOUT_CLI_QUESTION_H
#define BLACKOUT_CLI_QUESTION_H

#include "blackout/report.h"
#include "blackout/state.h"
#include "cli/opts.h"

/*
 * What was asked, in the words of the layers below: who takes part, and how it
 * is judged.  The networks are those of o; commands that have others put them
 * in their place.  All is borrowed from o.
 */
struct state_params question_params(struct opts *o);
struct report_query question_query(const struct opts *o);

#endif
