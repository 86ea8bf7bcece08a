#include "cli/progress.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "blackout/timefmt.h"
#include "cli/screen.h"

#define REDRAW_SEC 0.2
#define ERASE "\r\033[K"

/* Before that, a rate says nothing of the time that is left. */
#define SETTLED_SEC 1.0
#define LEFT_MAX_SEC 1e9

static double
seconds_since(const struct timespec *from, const struct timespec *to)
{
	return (double)(to->tv_sec - from->tv_sec) +
	    (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

/* 0: there is a stream among them. */
static uint64_t
all_bytes(const struct archive *a)
{
	uint64_t n = 0;

	if (archive_reads_once(a))
		return 0;
	for (size_t i = 0; i < a->file_n; i++)
		n += a->files[i].size;
	return n;
}

void
progress_init(struct progress *p, const struct archive *a)
{
	progress_fini(p);
	*p = (struct progress){.files = a->file_n, .bytes = all_bytes(a)};
	p->on = screen_obeys(STDERR_FILENO) && getenv("CI") == NULL &&
	    clock_gettime(CLOCK_MONOTONIC, &p->start) == 0;
	p->last = p->start;
}

static void add(char *line, unsigned columns, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Append a piece, if it fits. */
static void
add(char *line, unsigned columns, const char *format, ...)
{
	char piece[PROGRESS_LINE_LEN];
	const size_t used = strlen(line);
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(piece, sizeof(piece), format, ap);
	va_end(ap);
	if (n > 0 && used + (size_t)n <= columns &&
	    used + (size_t)n < PROGRESS_LINE_LEN)
		memcpy(line + used, piece, (size_t)n + 1);
}

void
progress_line(const struct progress *p, uint64_t files_done,
    uint64_t bytes_done, double seconds, unsigned columns,
    char line[PROGRESS_LINE_LEN])
{
	const double done = (double)bytes_done, all = (double)p->bytes;
	const double rate = seconds > 0 ? done / seconds : 0;
	const double left = rate > 0 && all > done ? (all - done) / rate : 0;
	char buf[TIMEFMT_STRLEN];

	line[0] = '\0';
	add(line, columns, "%" PRIu64 " of %" PRIu64 " files", files_done,
	    p->files);
	if (p->bytes >= bytes_done && p->bytes > 0)
		add(line, columns, ", %.1f of %.1f MB", done / 1e6, all / 1e6);
	else
		add(line, columns, ", %.1f MB", done / 1e6);
	add(line, columns, ", %.1f MB/s", rate / 1e6);
	if (left > 0 && left < LEFT_MAX_SEC && seconds >= SETTLED_SEC)
		add(line, columns, ", %s left",
		    timefmt_duration((usec_t)left * USEC_PER_SEC, buf));
}

/* *now is set only with true. */
static bool
due(const struct progress *p, struct timespec *now)
{
	return p->on && clock_gettime(CLOCK_MONOTONIC, now) == 0 &&
	    seconds_since(&p->last, now) >= REDRAW_SEC;
}

bool
progress_due(const struct progress *p)
{
	struct timespec now;

	return due(p, &now);
}

void
progress_update(struct progress *p, uint64_t files_done, uint64_t bytes_done)
{
	char line[PROGRESS_LINE_LEN];
	struct timespec now;

	if (!due(p, &now))
		return;
	p->last = now;
	p->drawn = true;
	/* in the last column some terminals begin a new line */
	progress_line(p, files_done, bytes_done, seconds_since(&p->start, &now),
	    screen_columns(STDERR_FILENO) - 1, line);
	fprintf(stderr, ERASE "%s", line);
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
