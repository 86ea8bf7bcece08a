#include "report/note.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report/report_priv.h"

/* Bounds of an outage that lie closer than this go without a note. */
#define UNCERTAIN_MIN (5 * USEC_PER_SEC)
/* A single blackout as long as this share of its outage goes without one. */
#define BLACKOUT_MOST 0.9

static void note_add(char note[NOTE_LEN], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Append to note, after "; " if it holds something. */
static void
note_add(char note[NOTE_LEN], const char *format, ...)
{
	size_t used = strlen(note);
	va_list ap;

	if (used > 0 && used + 2 < NOTE_LEN) {
		memcpy(note + used, "; ", 3);
		used += 2;
	}
	va_start(ap, format);
	vsnprintf(note + used, NOTE_LEN - used, format, ap);
	va_end(ap);
}

static void
note_blackouts(char note[NOTE_LEN], const struct outage_window *w)
{
	const int64_t all = report_seconds(w->start, w->end, w->duration);
	char buf[TIMEFMT_STRLEN];
	int64_t dark;

	if (w->blackout_n > 1) {
		note_add(note, "%zu blackouts inside", w->blackout_n);
	} else if (w->blackout_n == 1) {
		dark = report_seconds(w->blackouts->start, w->blackouts->end,
		    w->blackouts->duration);
		if ((double)dark < BLACKOUT_MOST * (double)all) {
			note_add(note, "all lost for %s",
			    timefmt_duration(dark * USEC_PER_SEC, buf));
		}
	}
}

char *
note_window(const struct outage_window *w, char note[NOTE_LEN])
{
	char buf[TIMEFMT_STRLEN];

	note[0] = '\0';
	if (!w->start_known)
		note_add(note, "began before the data");
	else if (w->start - w->start_earliest > UNCERTAIN_MIN)
		note_add(note, "start uncertain by %s",
		    timefmt_duration(w->start - w->start_earliest, buf));
	if (w->end == USEC_NONE)
		note_add(note, "ongoing");
	else if (w->end - w->end_earliest > UNCERTAIN_MIN)
		note_add(note, "end uncertain by %s",
		    timefmt_duration(w->end - w->end_earliest, buf));
	note_blackouts(note, w);
	if (w->unknown >= USEC_PER_SEC)
		note_add(
		    note, "unknown for %s", timefmt_duration(w->unknown, buf));
	return note;
}
