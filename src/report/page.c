#include "report/page.h"

#include <inttypes.h>
#include <stdlib.h>

#include "report/text.h"

const char *
page_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

void
page_span(FILE *out, usec_t from, usec_t to)
{
	char a[TIMEFMT_STRLEN], b[TIMEFMT_STRLEN];

	fprintf(
	    out, "%s to %s UTC", timefmt_table(from, a), timefmt_table(to, b));
}

void
page_more(FILE *out, const char *what, size_t n)
{
	if (n > PAGE_LINES_MAX)
		fprintf(out, "%s: and %zu more (--format json)\n", what,
		    n - PAGE_LINES_MAX);
}

enum blk_status
page_gap(FILE *out, const char *collector, usec_t from, usec_t to,
    enum gap_reason reason)
{
	static const char *const reasons[] = {
	    [GAP_MISSING_FILE] = "no file",
	    [GAP_NO_UPDATES] = "no updates, only RIBs",
	    [GAP_DAMAGED_FILE] = "damaged file",
	    [GAP_SILENT] = "the collector says nothing",
	};
	char buf[TIMEFMT_STRLEN];
	char *name = text_printable(collector);

	if (name == NULL)
		return BLK_ENOMEM;
	fprintf(out, "Gap: %s, ", name);
	free(name);
	page_span(out, from, to);
	fprintf(out, " (%s): %s\n", timefmt_duration(to - from, buf),
	    reasons[reason]);
	return BLK_OK;
}

static enum blk_status
print_damage(FILE *out, const struct report_damage *d, bool colour)
{
	char *file = text_printable(d->file);
	char *what = text_printable(d->what);

	if (file != NULL && what != NULL) {
		fprintf(out, "%sDamage%s: %s, offset %" PRIu64 ": %s",
		    colour ? PAGE_YELLOW : "", colour ? PAGE_PLAIN : "", file,
		    d->offset, what);
		if (d->count > 1)
			fprintf(out, " (%" PRIu64 " times)", d->count);
		if (d->lost_from != USEC_NONE && d->lost_until != USEC_NONE) {
			fputs("; may hide ", out);
			page_span(out, d->lost_from, d->lost_until);
		}
		putc('\n', out);
	}
	free(file);
	free(what);
	return file != NULL && what != NULL ? BLK_OK : BLK_ENOMEM;
}

enum blk_status
page_damage(FILE *out, const struct report_faults *faults, bool colour)
{
	const size_t n = report_damage_n(faults);
	enum blk_status status = BLK_OK;

	for (size_t i = 0; i < n && i < PAGE_LINES_MAX && status == BLK_OK;
	     i++) {
		const struct report_damage d = report_damage_get(faults, i);

		status = print_damage(out, &d, colour);
	}
	page_more(out, "Damage", n);
	return status;
}
