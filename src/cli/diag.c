#include "cli/diag.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/text.h"

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

void
diag_usage(const char *command, const char *reason)
{
	fprintf(stderr, "blackout: %s; try '%s --help'\n", reason, command);
}
