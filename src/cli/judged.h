#ifndef BLACKOUT_CLI_JUDGED_H
#define BLACKOUT_CLI_JUDGED_H

#include "cli/cmd.h"
#include "cli/input.h"
#include "cli/opts.h"
#include "cli/places.h"

/*
 * What outages, timeline and merge do alike: replay what is read, judge it,
 * and write a report of it.
 */
struct judged {
	struct opts *opts; /* borrowed */
	struct places places;
	struct input input;
	struct state *state;
	struct timeline *timeline;
	bool repeated;           /* all is read a second time */
	struct timeline *before; /* of the first one, until then */
	struct outage_result *result;
	bool curve; /* report the curves, not the windows */
};

/*
 * Read, judge and report as the options say; what went wrong was told.
 * judged_fini is to be called in any case.
 */
enum exit_status judged_run(struct judged *j);
void judged_fini(struct judged *j);

#endif
