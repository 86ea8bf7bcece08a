#include "cli/cmd.h"
#include "cli/judged.h"
#include "cli/opts.h"

/* blackout outages: replay what is read, judge, report. */

#define GROUPS                                                                 \
	(OPTS_WATCH | OPTS_EVERY | OPTS_PLACES | OPTS_TIME | OPTS_PEERS |      \
	    OPTS_ROUTES | OPTS_JUDGE | OPTS_FORMAT | OPTS_ORDER |              \
	    OPTS_OUTPUT | OPTS_WORK)
#define NAME "blackout outages"

void
cmd_outages_help(FILE *out)
{
	fputs("Usage: " NAME " [options] PATH...\n"
	      "When were these networks gone from the routing table? PATH: "
	      "MRT files, folders,\n"
	      "or - (standard input), of any collectors, in any order; plain, "
	      "gzip or bzip2.\n",
	    out);
	opts_help(out, GROUPS);
}

int
cmd_outages_run(int argc, char **argv)
{
	struct opts opts = {0};
	struct judged j = {.opts = &opts};
	enum exit_status rc;

	if (cmd_begin(&opts, NAME, GROUPS, argc, argv, &rc)) {
		if (opts.help)
			cmd_outages_help(stdout);
		else
			rc = judged_run(&j);
	}
	judged_fini(&j);
	opts_fini(&opts);
	return rc;
}
