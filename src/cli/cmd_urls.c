#include <string.h>

#include "blackout/urls.h"
#include "cli/cmd.h"
#include "cli/diag.h"
#include "cli/opts.h"
#include "cli/output.h"

/* blackout urls: print addresses, a line each; what is doubtful is told. */

#define GROUPS OPTS_URLS
#define NAME "blackout urls"
#define HELP_WIDTH 78u

static void
help_collectors(FILE *out)
{
	size_t column = 0;

	fputs("Collectors:\n", out);
	for (size_t i = 0; urls_name(i) != NULL; i++) {
		const char *name = urls_name(i);
		const size_t len = strlen(name);

		if (column + 2 + len > HELP_WIDTH) {
			putc('\n', out);
			column = 0;
		}
		fprintf(out, "%s%s", column == 0 ? "  " : " ", name);
		column += (column == 0 ? 2 : 1) + len;
	}
	putc('\n', out);
}

void
cmd_urls_help(FILE *out)
{
	fputs("Usage: " NAME " --collector NAME -t TIME -T TIME [options]\n"
	      "The addresses of the RIBs and updates of RouteViews and RIPE "
	      "RIS collectors, one\n"
	      "a line, for wget -x -i - or aria2c -i -. It prints, it never "
	      "connects.\n",
	    out);
	opts_help(out, GROUPS);
	help_collectors(out);
}

/* Where addresses go, and whether there was any. */
struct sink {
	FILE *file;
	bool any;
};

static bool
print_url(void *arg, const char *url)
{
	struct sink *s = arg;

	s->any = true;
	return fprintf(s->file, "%s\n", url) >= 0;
}

static void
tell_doubts(const struct opts *o, const struct urls_collector *c)
{
	char text[URLS_DOUBT_LEN];

	for (unsigned d = 0; d < URLS_DOUBTS; d++) {
		if (urls_doubts(c, o->params.start, o->params.end,
			(enum urls_doubt)d, text))
			diag_error("%s", text);
	}
}

/* What output_report() calls: the addresses of all collectors asked for. */
struct job {
	const struct opts *opts;
	bool any;
};

static enum blk_status
write_urls(const struct output *out, void *arg)
{
	struct job *j = arg;
	const struct opts *o = j->opts;
	struct sink s = {.file = out->file};

	for (size_t i = 0; i < o->collectors.n; i++) {
		if (!urls_each(urls_find(o->collectors.v[i]), o->params.start,
			o->params.end, o->ribs, print_url, &s))
			return BLK_EIO;
	}
	j->any = s.any;
	return BLK_OK;
}

static enum exit_status
run_job(const struct opts *o)
{
	struct job j = {.opts = o};

	for (size_t i = 0; i < o->collectors.n; i++)
		tell_doubts(o, urls_find(o->collectors.v[i]));
	if (!output_report(o->output, write_urls, &j))
		return EXIT_DAMAGED;
	return j.any ? EXIT_SOUND : EXIT_NOTHING;
}

int
cmd_urls_run(int argc, char **argv)
{
	struct opts opts = {0};
	enum exit_status rc;

	if (cmd_begin(&opts, NAME, GROUPS, argc, argv, &rc)) {
		if (opts.help)
			cmd_urls_help(stdout);
		else
			rc = run_job(&opts);
	}
	opts_fini(&opts);
	return rc;
}
