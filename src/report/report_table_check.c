#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/grid.h"
#include "report/page.h"
#include "report/report_priv.h"
#include "report/text.h"

/*
 * The report on claims for people: a claim a row, in UTC and on the clock of
 * its place, beside what was observed; then what the rows rest on.
 */

#define TEXT_LEN 512

/* Edges of an outage that lie closer than this are told as one second. */
#define UNCERTAIN_MIN (5 * USEC_PER_SEC)

#define MINUTE (60 * USEC_PER_SEC)
#define DAY (24 * 60 * MINUTE)

void
report_check_count(const struct report_check *in, size_t n[CHECK_VERDICTS])
{
	memset(n, 0, CHECK_VERDICTS * sizeof(*n));
	for (size_t i = 0; i < in->claim_n; i++)
		n[in->claims[i].result.verdict]++;
}

/* --- text that grows --- */

struct line {
	char text[TEXT_LEN];
	size_t used;
};

static void put(struct line *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(struct line *l, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(l->text + l->used, TEXT_LEN - l->used, format, ap);
	va_end(ap);
	if (n > 0)
		l->used += (size_t)n;
	if (l->used >= TEXT_LEN)
		l->used = TEXT_LEN - 1;
}

static void
put_separator(struct line *l)
{
	if (l->used > 0)
		put(l, ", ");
}

/* --- times --- */

/*
 * A moment as closely as it is meant: to the second, the minute or the day.
 * The date is left out where before is of the same day; USEC_NONE: it is not.
 */
static void
put_time(struct line *l, usec_t t, usec_t precision, usec_t before)
{
	char now[TIMEFMT_STRLEN], then[TIMEFMT_STRLEN] = "";
	const int to = precision >= DAY ? 10 : precision >= MINUTE ? 16 : 19;
	int from = 0;

	timefmt_table(t, now);
	if (before != USEC_NONE)
		timefmt_table(before, then);
	if (to > 10 && strncmp(now, then, 10) == 0)
		from = 11;
	put(l, "%.*s", to - from, now + from);
}

/* A length of time without the zeros at its end: "10m", not "10m00s". */
static void
put_length(struct line *l, usec_t d)
{
	char buf[TIMEFMT_STRLEN];
	const size_t len = strlen(timefmt_duration(d, buf));

	if (len > 3 && buf[len - 3] == '0' && buf[len - 2] == '0')
		buf[len - 3] = '\0';
	put(l, "%s", buf);
}

/* What a bound allows beyond its time. */
static void
put_room(struct line *l, const struct claim_bound *b, const char *less,
    const char *more)
{
	if (b->precision > MINUTE && b->precision < DAY) {
		put(l, " +-");
		put_length(l, b->precision);
	}
	if (b->side != CLAIM_EXACT)
		put(l, " or %s", b->side == CLAIM_OR_LESS ? less : more);
}

/* "2014-12-23 15:41 - 16:12", on a clock that is ahead of UTC. */
static void
put_claimed(struct line *l, const struct claim *c, int ahead, bool room)
{
	const usec_t shift = ahead * USEC_PER_SEC;

	if (c->start.given) {
		put(l, "%s", c->end.given ? "" : "from ");
		put_time(
		    l, c->start.value + shift, c->start.precision, USEC_NONE);
		if (room)
			put_room(l, &c->start, "earlier", "later");
	}
	if (c->end.given) {
		put(l, "%s", c->start.given ? " - " : "until ");
		put_time(l, c->end.value + shift, c->end.precision,
		    c->start.given ? c->start.value + shift : USEC_NONE);
		if (room)
			put_room(l, &c->end, "earlier", "later");
	}
	if (!c->duration.given || !room)
		return;
	put_separator(l);
	put(l, "for ");
	put_length(l, c->duration.value);
	put_room(l, &c->duration, "shorter", "longer");
}

static void
put_local(struct line *l, const struct claim *c)
{
	const int minutes = (c->offset < 0 ? -c->offset : c->offset) / 60;

	if (!c->has_offset || (!c->start.given && !c->end.given))
		return;
	put_claimed(l, c, c->offset, false);
	put(l, " (%c%02d:%02d)", c->offset < 0 ? '-' : '+', minutes / 60,
	    minutes % 60);
}

/* --- cells --- */

static void
put_networks(struct line *l, const struct claim *c)
{
	char buf[PREFIX_STRLEN];
	const size_t more = c->asn_n > 0 ? c->asn_n - 1
	    : c->prefix_n > 0            ? c->prefix_n - 1
					 : 0;

	if (c->asn_n > 0)
		put(l, "AS%" PRIu32, c->asns[0]);
	else if (c->prefix_n > 0)
		put(l, "%s", prefix_format(&c->prefixes[0], buf));
	else
		put(l, "%s", c->country);
	if (more > 0)
		put(l, " and %zu more", more);
	if (c->asn_n > 0 && c->prefix_n > 0)
		put(l, ", %zu prefix%s", c->prefix_n,
		    c->prefix_n == 1 ? "" : "es");
}

/* "2014-12-23 15:41:10 - 16:12:05" */
static void
put_window(struct line *l, const struct outage_window *first,
    const struct outage_window *last)
{
	put(l, "%s", first->start_known ? "" : "before ");
	put_time(l, first->start, USEC_PER_SEC, USEC_NONE);
	put(l, " - ");
	if (last->end != USEC_NONE)
		put_time(l, last->end, USEC_PER_SEC, first->start);
}

/* An edge that is not known to the second: "start within 2h" */
static void
put_uncertain(struct line *l, const char *name, usec_t width)
{
	if (width <= UNCERTAIN_MIN)
		return;
	put(l, ", %s within ", name);
	put_length(l, width);
}

static void
put_observed(struct line *l, const struct check_entity *e)
{
	if (e->first == NULL) {
		put(l, "-");
		return;
	}
	put_window(l, e->first, e->last);
	if (e->first->start_known)
		put_uncertain(
		    l, "start", e->first->start - e->first->start_earliest);
	if (e->last->end != USEC_NONE)
		put_uncertain(l, "end", e->last->end - e->last->end_earliest);
	if (e->window_n > 1)
		put(l, " (%u)", e->window_n);
}

static void
put_peers(struct line *l, const struct check_entity *e)
{
	if (e->first != NULL)
		put(l, "%u/%u", e->first->still_carrying, e->first->voting);
	else
		put(l, "%u", e->as->voting_max);
}

/* --- how it compares --- */

/* Why a bound, known to lie in [earliest, latest], was not held. */
static void
put_vague(struct line *l, const struct check_bound *b, const char *name,
    usec_t earliest, usec_t latest)
{
	put_separator(l);
	if (earliest == USEC_NONE) {
		put(l, "%s before the data", name);
	} else if (latest == USEC_NONE) {
		put(l, "%s after the data", name);
	} else if (b->at_least || b->blind) {
		put(l, "%s not known", name);
	} else {
		put(l, "%s known to ", name);
		put_length(l, latest - earliest);
		put(l, " only");
	}
}

static void
put_moment_bound(struct line *l, const struct check_bound *b, const char *name)
{
	char buf[TIMEFMT_STRLEN];
	const bool late = b->difference >= 0;

	put_separator(l);
	timefmt_duration(late ? b->difference : -b->difference, buf);
	if (b->verdict == CHECK_CONFIRMED)
		put(l, "%s %s%s", name, late ? "+" : "-", buf);
	else
		put(l, "%s %s%s %s", name, b->at_least ? "at least " : "", buf,
		    late ? "later" : "earlier");
}

static void
put_length_bound(struct line *l, const struct check_bound *b)
{
	char buf[TIMEFMT_STRLEN];
	const bool longer = b->difference >= 0;

	put_separator(l);
	timefmt_duration(longer ? b->difference : -b->difference, buf);
	if (b->verdict == CHECK_CONFIRMED)
		put(l, "length %s%s", longer ? "+" : "-", buf);
	else if (b->verdict == CHECK_DIFFERS)
		put(l, "%s%s %s", b->at_least ? "at least " : "", buf,
		    longer ? "longer" : "shorter");
	else
		put(l, "length not known");
}

static void
put_bounds(struct line *l, const struct check_entity *e)
{
	const struct outage_window *first = e->first, *last = e->last;

	if (e->start.claimed && e->start.verdict == CHECK_NOT_COVERED)
		put_vague(l, &e->start, "start",
		    first->start_known ? first->start_earliest : USEC_NONE,
		    first->start);
	else if (e->start.claimed)
		put_moment_bound(l, &e->start, "start");
	if (e->end.claimed && e->end.verdict == CHECK_NOT_COVERED)
		put_vague(l, &e->end, "end", last->end_earliest, last->end);
	else if (e->end.claimed)
		put_moment_bound(l, &e->end, "end");
	if (e->duration.claimed)
		put_length_bound(l, &e->duration);
}

/* "only 93% of that time known" */
static void
put_known(struct line *l, const struct check_entity *e)
{
	const double share =
	    e->claimed > 0 ? (double)e->known / (double)e->claimed : 0;

	put(l, "only %d%% of that time known", (int)(share * 100));
}

static void
put_up(struct line *l, const struct check_entity *e)
{
	put(l, "there");
	if (e->known < e->claimed) {
		put(l, ", ");
		put_known(l, e);
	}
	if (e->nearest == NULL) {
		put(l, "; no outage in the data");
		return;
	}
	put(l, "; nearest: ");
	put_window(l, e->nearest, e->nearest);
}

static void
put_partly(struct line *l, const struct check_entity *e)
{
	char buf[TIMEFMT_STRLEN];

	if (e->first != NULL && e->first == e->last && e->first->unknown > 0)
		put(l, "unknown for %s of it",
		    timefmt_duration(e->first->unknown, buf));
	else
		put_known(l, e);
}

/* Not enough was lost to be out, at least for all of the time claimed. */
static void
put_part(struct line *l, const struct outage_window *w)
{
	if (w->prefixes_lost < w->prefixes_total)
		put(l, "only %u of %u prefixes lost", w->prefixes_lost,
		    w->prefixes_total);
	else
		put(l, "only a part lost then");
}

static void
put_entity_how(
    struct line *l, const struct claim *c, const struct check_entity *e)
{
	switch (e->reason) {
	case CHECK_FITS:
		if (c->kind == CLAIM_NONE)
			put(l, "there all the time");
		put_bounds(l, e);
		break;
	case CHECK_ENDS:
	case CHECK_COARSE:
		put_bounds(l, e);
		break;
	case CHECK_PART:
		put_part(l, e->first);
		put_bounds(l, e);
		break;
	case CHECK_WHOLE:
		put(l, "all of it lost");
		put_bounds(l, e);
		break;
	case CHECK_COUNT:
		put(l, "%u outage%s in it", e->window_n,
		    page_plural(e->window_n));
		if (c->count > 0)
			put(l, ", not %u", c->count);
		break;
	case CHECK_UP:
		put_up(l, e);
		break;
	case CHECK_DOWN:
		put(l, "%u outage%s in it", e->window_n,
		    page_plural(e->window_n));
		break;
	case CHECK_NO_DATA:
		put(l, "no data on that time");
		break;
	case CHECK_PARTLY:
		put_partly(l, e);
		break;
	case CHECK_NO_TIME:
		put(l, "no time claimed, and no outage that long");
		break;
	case CHECK_NEVER_SEEN:
		put(l, "never seen in the data");
		break;
	case CHECK_FEW_PEERS:
		put(l, "too few peers for a verdict (--min-peers)");
		break;
	case CHECK_COUNTRY:
	case CHECK_SEVERAL:
		break;
	}
}

/* "AS8452 there; nearest ..., 3 of 5 networks confirmed" */
static void
put_how(struct line *l, const struct report_check *in,
    const struct report_claim *rc)
{
	const struct check_result *r = &rc->result;
	const struct check_entity *e;
	char buf[PREFIX_STRLEN];
	struct line how = {.used = 0};
	size_t confirmed = 0;

	if (r->entity_n == 0) {
		put(l, "%s",
		    in->data->delegated == NULL
			? "which networks that is, --delegated would tell"
			: "the files of --delegated have nothing of it");
		return;
	}
	e = &r->entities[r->shown];
	put_entity_how(&how, rc->claim, e);
	if (r->entity_n == 1) {
		put(l, "%s", how.text);
		return;
	}
	for (size_t i = 0; i < r->entity_n; i++)
		confirmed += r->entities[i].verdict == CHECK_CONFIRMED;
	if (e->as->by_prefix)
		put(l, "%s: ", prefix_format(&e->as->prefix, buf));
	else
		put(l, "AS%" PRIu32 ": ", e->as->asn);
	put(l, "%s (%zu of %zu networks confirmed)", how.text, confirmed,
	    r->entity_n);
}

/* --- the page --- */

/* A source is whatever its file says: made safe for a terminal. */
static void
add_source(struct grid *g, const struct claim *c)
{
	char *publisher = text_printable(c->publisher);
	char *date = text_printable(c->date);
	char *title = text_printable(c->title);

	if (publisher != NULL && date != NULL && title != NULL)
		grid_cell(g, "%s, %s: %s", publisher, date, title);
	else
		g->failed = true;
	free(publisher);
	free(date);
	free(title);
}

static void
add_header(struct grid *g)
{
	static const char *const names[] = {"CLAIM", "VERDICT", "NETWORK",
	    "CLAIMED (UTC)", "LOCAL", "OBSERVED (UTC)", "PEERS", "HOW",
	    "SOURCE"};

	g->column_n = sizeof(names) / sizeof(names[0]);
	for (unsigned c = 0; c < g->column_n; c++)
		grid_cell(g, "%s", names[c]);
}

static void
add_claim(struct grid *g, const struct report_check *in,
    const struct report_claim *rc)
{
	static const char *const verdicts[] = {
	    [CHECK_CONFIRMED] = "confirmed",
	    [CHECK_DIFFERS] = "differs",
	    [CHECK_CONTRADICTED] = "contradicted",
	    [CHECK_NOT_COVERED] = "not covered",
	};
	const struct check_result *r = &rc->result;
	struct line cells[6] = {{.used = 0}};

	put_networks(&cells[0], rc->claim);
	put_claimed(&cells[1], rc->claim, 0, true);
	put_local(&cells[2], rc->claim);
	if (r->entity_n > 0) {
		put_observed(&cells[3], &r->entities[r->shown]);
		put_peers(&cells[4], &r->entities[r->shown]);
	}
	put_how(&cells[5], in, rc);
	grid_cell(g, "%s", rc->claim->id);
	grid_cell(g, "%s", verdicts[r->verdict]);
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		grid_cell(g, "%s", cells[i].text);
	add_source(g, rc->claim);
}

static void
print_summary(FILE *out, const struct report_check *in)
{
	size_t n[CHECK_VERDICTS];

	report_check_count(in, n);
	fprintf(out,
	    "\n%zu claim%s: %zu confirmed, %zu differ%s, %zu contradicted, "
	    "%zu not covered\n",
	    in->claim_n, page_plural(in->claim_n), n[CHECK_CONFIRMED],
	    n[CHECK_DIFFERS], n[CHECK_DIFFERS] == 1 ? "s" : "",
	    n[CHECK_CONTRADICTED], n[CHECK_NOT_COVERED]);
}

/* What a country is here, if any was judged. */
static void
print_countries(FILE *out, const struct report_check *in)
{
	bool any = false;

	for (size_t i = 0; i < in->claim_n; i++) {
		const struct check_result *r = &in->claims[i].result;

		any = any ||
		    (r->entity_n > 0 && r->entities[0].as->country != NULL);
	}
	if (any)
		fputs("A country is what was delegated to it, not what is used "
		      "there.\n",
		    out);
}

enum blk_status
report_table_check(
    FILE *out, const struct report_check *in, const struct report_style *style)
{
	const struct report_faults faults = report_faults_of(in->data);
	struct grid g = {0};
	enum blk_status status;

	add_header(&g);
	for (size_t i = 0; i < in->claim_n; i++)
		add_claim(&g, in, &in->claims[i]);
	status = grid_print(&g, out, style->colour);
	grid_fini(&g);
	if (status != BLK_OK)
		return status;
	print_summary(out, in);
	print_countries(out, in);
	status = page_coverage(out, in->data);
	if (status == BLK_OK)
		status = page_gaps(out, in->data);
	if (status == BLK_OK)
		status =
		    page_damage(out, &faults, PAGE_LINES_MAX, style->colour);
	return status == BLK_OK ? report_written(out) : status;
}
