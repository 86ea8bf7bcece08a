#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define REDRAW_SEC 0.2
#define ERASE "\r\033[K"

static double
seconds_since(const struct timespec *from, const struct timespec *to)
{
	return (double)(to->tv_sec - from->tv_sec) +
	    (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

void
progress_init(struct progress *p, uint64_t files)
{
	*p = (struct progress){.files = files};
	p->on = isatty(STDERR_FILENO) && getenv("CI") == NULL &&
	    clock_gettime(CLOCK_MONOTONIC, &p->start) == 0;
	p->last = p->start;
}

void
progress_update(struct progress *p, uint64_t files_done, uint64_t bytes_done)
{
	const double mb = (double)bytes_done / 1e6;
	struct timespec now;
	double spent;

	if (!p->on || clock_gettime(CLOCK_MONOTONIC, &now) != 0 ||
	    seconds_since(&p->last, &now) < REDRAW_SEC)
		return;
	p->last = now;
	p->drawn = true;
	spent = seconds_since(&p->start, &now);
	fprintf(stderr,
	    ERASE "%" PRIu64 " of %" PRIu64 " files, %.1f MB, %.1f MB/s",
	    files_done, p->files, mb, mb / spent);
	fflush(stderr);
}

void
progress_fini(struct progress *p)
{
	if (p->drawn) {
		fputs(ERASE, stderr);
		fflush(stderr);
	}
	p->on = false;
	p->drawn = false;
}
