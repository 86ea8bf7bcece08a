#ifndef BLACKOUT_CLI_CMD_H
#define BLACKOUT_CLI_CMD_H

#include <stdbool.h>
#include <stdio.h>

/* What the program ends with. */
enum exit_status {
	EXIT_SOUND = 0,
	EXIT_DAMAGED = 1, /* done, but some input was damaged */
	EXIT_USAGE = 2,
	EXIT_NOTHING = 3, /* nothing usable was read: no report */
};

/* A command; one row each in the table of main.c. */
struct command {
	const char *name;
	const char *summary; /* one line for the list of commands */
	/* argv[0] is the command's name; returns enum exit_status. */
	int (*run)(int argc, char **argv);
	void (*help)(FILE *out);
};

struct opts;

/*
 * What every command begins with: read its options, of groups (opts.h), and
 * see whether its paths and its output can be used.  False: it was told on
 * standard error what is wrong, and *rc is what to end with.  True, with
 * *rc EXIT_SOUND: go on, or print the help if o asks for it.  name: "blackout
 * outages".  opts_fini is to be called in any case.
 */
bool cmd_begin(struct opts *o, const char *name, unsigned groups, int argc,
    char **argv, enum exit_status *rc);

int cmd_dump_run(int argc, char **argv);
void cmd_dump_help(FILE *out);
int cmd_info_run(int argc, char **argv);
void cmd_info_help(FILE *out);
int cmd_outages_run(int argc, char **argv);
void cmd_outages_help(FILE *out);

int cmd_check_run(int argc, char **argv);
void cmd_check_help(FILE *out);

int cmd_timeline_run(int argc, char **argv);
void cmd_timeline_help(FILE *out);

int cmd_merge_run(int argc, char **argv);
void cmd_merge_help(FILE *out);

int cmd_plan_run(int argc, char **argv);
void cmd_plan_help(FILE *out);

int cmd_urls_run(int argc, char **argv);
void cmd_urls_help(FILE *out);

#endif
