#include "cli/diag.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/text.h"

#define DAMAGE_LINES_MAX 20u

/* Names are printed escaped, so that a line stays a line. */

static void
put_name(const char *name)
{
	char *text = text_printable(name);

	fprintf(stderr, "blackout: %s: ", text != NULL ? text : "?");
	free(text);
}

void
diag_error(const char *format, ...)
{
	va_list ap;

	fputs("blackout: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	putc('\n', stderr);
}

void
diag_file(const char *file, const char *what, const char *advice)
{
	put_name(file);
	fprintf(stderr, "%s%s%s\n", what, advice != NULL ? "; " : "",
	    advice != NULL ? advice : "");
}

void
diag_file_at(const char *file, uint64_t offset, const char *what)
{
	put_name(file);
	fprintf(stderr, "offset %" PRIu64 ": %s\n", offset, what);
}

bool
diag_damage_one(struct diag_damage *d)
{
	return d->n++ < DAMAGE_LINES_MAX;
}

bool
diag_damage_end(const struct diag_damage *d, const char *where)
{
	if (d->n > DAMAGE_LINES_MAX)
		diag_error("and %" PRIu64 " more places of damage; %s",
		    d->n - DAMAGE_LINES_MAX, where);
	return d->n > 0;
}

void
diag_usage(const char *command, const char *reason)
{
	fprintf(stderr, "blackout: %s; try '%s --help'\n", reason, command);
}
