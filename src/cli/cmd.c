#include "cli/cmd.h"

#include <errno.h>
#include <string.h>

#include "cli/diag.h"
#include "cli/input.h"
#include "cli/opts.h"
#include "cli/output.h"

bool
cmd_begin(struct opts *o, const char *name, unsigned groups, int argc,
    char **argv, enum exit_status *rc)
{
	char error[OPTS_ERROR_LEN];

	*rc = EXIT_USAGE;
	if (opts_parse(o, groups, argc, argv, error) != BLK_OK) {
		diag_usage(
		    name, error[0] != '\0' ? error : blk_strstatus(BLK_ENOMEM));
		return false;
	}
	if (!o->help && output_check(o->output) != BLK_OK) {
		diag_file(o->output, strerror(errno), "nothing was read");
		return false;
	}
	if (!o->help && !input_usable(o))
		return false;
	*rc = EXIT_SOUND;
	return true;
}
