#include <errno.h>
#include <stdio.h>
#include <string.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <bzlib.h>
#include <cjson/cJSON.h>
#include <zlib.h>

#ifdef BLACKOUT_ISAL
#include <isa-l.h>
#endif

#include "cli/cmd.h"
#include "cli/diag.h"

/* Finds the command and runs it; the locale is left alone, on purpose. */

static const struct command commands[] = {
    {"outages", "when were these networks gone?", cmd_outages_run,
	cmd_outages_help},
    {"dump", "the routes themselves, one line each", cmd_dump_run,
	cmd_dump_help},
    {"info", "is this archive whole, and what is in it?", cmd_info_run,
	cmd_info_help},
    {"check", "are these published reports of outages right?", cmd_check_run,
	cmd_check_help},
    {"timeline", "the curves behind it; parts of it, for many machines",
	cmd_timeline_run, cmd_timeline_help},
    {"merge", "when were they gone, by parts made apart?", cmd_merge_run,
	cmd_merge_help},
    {"plan", "which parts to make, a command line each", cmd_plan_run,
	cmd_plan_help},
    {"urls", "where are the archives of a collector and time?", cmd_urls_run,
	cmd_urls_help},
};

#define COMMAND_N (sizeof(commands) / sizeof(commands[0]))

static void
print_help(FILE *out)
{
	fputs("Usage: blackout COMMAND [options] [PATH...]\n"
	      "Find routing outages in RouteViews and RIPE RIS archives "
	      "(MRT files).\n\n"
	      "Commands:\n",
	    out);
	for (size_t i = 0; i < COMMAND_N; i++) {
		fprintf(
		    out, "  %-10s %s\n", commands[i].name, commands[i].summary);
	}
	fputs("\n"
	      "  blackout COMMAND --help   its options\n"
	      "  blackout --version        versions, also of the libraries\n\n"
	      "Exit status: 0 done, input sound; 1 done, some input was "
	      "damaged;\n"
	      "2 wrong usage; 3 nothing usable was read.\n",
	    out);
}

static void
print_version(FILE *out)
{
	fprintf(out, "blackout %s\nbzip2 %s\nzlib %s\ncJSON %s\n",
	    BLACKOUT_VERSION, BZ2_bzlibVersion(), zlibVersion(),
	    cJSON_Version());
#ifdef BLACKOUT_ISAL
	fprintf(out, "ISA-L %d.%d.%d\n", ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION,
	    ISAL_PATCH_VERSION);
#endif
}

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < COMMAND_N; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static int
unknown_command(const char *name)
{
	char reason[128];

	snprintf(reason, sizeof(reason), "%s '%.80s'",
	    name[0] == '-' ? "unknown option" : "unknown command", name);
	diag_usage("blackout", reason);
	return EXIT_USAGE;
}

/* "blackout help", "blackout help outages" */
static int
run_help(int argc, char **argv)
{
	const struct command *c = NULL;

	if (argc > 1) {
		c = find_command(argv[1]);
		if (c == NULL)
			return unknown_command(argv[1]);
	}
	if (c != NULL)
		c->help(stdout);
	else
		print_help(stdout);
	return EXIT_SOUND;
}

static int
run(int argc, char **argv)
{
	const struct command *c;
	const char *name;

	if (argc < 2) {
		diag_usage("blackout", "no command");
		return EXIT_USAGE;
	}
	name = argv[1];
	if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 ||
	    strcmp(name, "-h") == 0)
		return run_help(argc - 1, argv + 1);
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
		print_version(stdout);
		return EXIT_SOUND;
	}
	c = find_command(name);
	if (c == NULL)
		return unknown_command(name);
	return c->run(argc - 1, argv + 1);
}

/*
 * Threads allocate seldom, and what one of them has freed is for all; and
 * large blocks go back to the system.  Else glibc keeps for each thread what
 * its decoders once had, and the bound on memory would not hold.
 *
 * What every file takes and leaves again is not large, and some of it stays:
 * memory that comes and goes is cleared each time, and all threads are stopped
 * whenever it goes.
 */
#define LARGE_BLOCK (1 << 20)
#define UNUSED_MAX (8 << 20)

static void
set_up_memory(void)
{
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK);
	mallopt(M_TRIM_THRESHOLD, UNUSED_MAX);
#endif
}

int
main(int argc, char **argv)
{
	int rc;

	set_up_memory();
	rc = run(argc, argv);
	/* A report has been flushed, and a failure told, before. */
	if (fclose(stdout) != 0 && rc == EXIT_SOUND) {
		if (errno != EPIPE)
			diag_file("standard output", strerror(errno), NULL);
		return EXIT_DAMAGED;
	}
	return rc;
}
