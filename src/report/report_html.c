/*
 * The report as a page: one file, with nothing from elsewhere, that can be read
 * without scripts.  The chart is in it twice, for wide and for narrow screens,
 * of which the styles show one.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/assets.h"
#include "report/markup.h"
#include "report/note.h"
#include "report/page.h"
#include "report/report_json.h"
#include "report/svg.h"

#define ROWS_MAX 600u                /* of each table */
#define JSON_MAX ((size_t)320 << 10) /* bytes of it within the page */
#define TITLE_LEN 512

/* --- cells --- */

static void
cell(FILE *out, const char *text)
{
	fputs("<td>", out);
	markup_text(out, text);
	fputs("</td>", out);
}

/* A cell that is sorted by a number. */
static void
cell_by(FILE *out, const char *attrs, double v, const char *text)
{
	fprintf(out, "<td%s data-v=\"%.15g\">", attrs, v);
	markup_text(out, text);
	fputs("</td>", out);
}

static void
cell_number(FILE *out, uint64_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, n);
	cell_by(out, " class=\"right\"", (double)n, text);
}

static void
cell_time(FILE *out, usec_t t)
{
	char text[TIMEFMT_STRLEN];

	cell_by(out, "", (double)usec_floor_sec(t), timefmt_table(t, text));
}

static void
heads(FILE *out, const char *const *names, size_t n)
{
	fputs("<thead><tr>", out);
	for (size_t i = 0; i < n; i++) {
		fputs("<th scope=\"col\">", out);
		markup_text(out, names[i]);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
}

/* --- the outages --- */

/* Its number in the chart; 0: it is not drawn. */
static void
print_number(FILE *out, size_t number)
{
	if (number > 0)
		fprintf(out, "<td class=\"number\" data-v=\"%zu\">%zu</td>",
		    number, number);
	else
		fprintf(out, "<td data-v=\"%" PRIu32 "\"></td>", UINT32_MAX);
}

static void
print_outage(FILE *out, const struct picture *p, size_t row, size_t number)
{
	const struct outage_row *r = &p->in->result->rows[row];
	const struct outage_as *as = &p->in->result->ases[r->as];
	const struct outage_window *w = &as->windows[r->window];
	const int64_t sec = report_seconds(w->start, w->end, w->duration);
	const usec_t end = w->end != USEC_NONE ? w->end : p->columns.to;
	char text[64], note[NOTE_LEN], name[PICTURE_TITLE_LEN];

	fprintf(out, "<tr data-start=\"%" PRId64 "\" data-end=\"%" PRId64 "\">",
	    usec_floor_sec(w->start), usec_floor_sec(end));
	print_number(out, number);
	if (as->by_prefix)
		cell(out, picture_title(p->in, as, name));
	else
		cell_by(out, "", as->asn, picture_title(p->in, as, name));
	cell_time(out, w->start);
	if (w->end != USEC_NONE)
		cell_time(out, w->end);
	else
		cell_by(out, "", (double)INT64_MAX, "ongoing");
	cell_by(out, " class=\"right\"", (double)sec,
	    timefmt_duration(sec * USEC_PER_SEC, text));
	snprintf(
	    text, sizeof(text), "%u/%u", w->prefixes_lost, w->prefixes_total);
	cell_by(out, " class=\"right\"", w->loss, text);
	snprintf(text, sizeof(text), "%u/%u", w->still_carrying, w->voting);
	cell_by(out, " class=\"right\"", w->still_carrying, text);
	fputs("<td class=\"note\">", out);
	markup_text(out, note_window(w, note));
	fputs("</td></tr>\n", out);
}

/* A row of the table: an outage, by its index in the result. */
struct item {
	size_t row, number;
};

/* In the order that was asked for; or as they are numbered, and the rest. */
static int
item_cmp(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	const size_t i = x->number > 0 ? x->number : SIZE_MAX;
	const size_t k = y->number > 0 ? y->number : SIZE_MAX;

	if (i != k)
		return i < k ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static struct item *
list_outages(const struct picture *p)
{
	const size_t n = p->in->result->row_n;
	struct item *items = calloc(n + 1, sizeof(*items));

	for (size_t i = 0; items != NULL && i < n; i++)
		items[i].row = i;
	for (size_t i = 0; items != NULL && i < p->window_n; i++)
		items[p->windows[i].row].number = i + 1;
	if (items != NULL && !p->in->query->sorted)
		qsort(items, n, sizeof(*items), item_cmp);
	return items;
}

static enum blk_status
print_outages(FILE *out, const struct picture *p)
{
	static const char *const names[] = {"No.", "Network", "Start (UTC)",
	    "End", "Duration", "Prefixes lost", "Peers left", "Note"};
	const size_t n = p->in->result->row_n;
	struct item *items = list_outages(p);

	if (items == NULL)
		return BLK_ENOMEM;
	if (n == 0) {
		free(items);
		return BLK_OK;
	}
	fputs("<h2>Outages</h2>\n<div class=\"scroll\"><table "
	      "class=\"outages\">\n",
	    out);
	heads(out, names, sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < n && i < ROWS_MAX; i++)
		print_outage(out, p, items[i].row, items[i].number);
	fputs("</tbody></table></div>\n", out);
	if (n > ROWS_MAX)
		fprintf(out, "<p>And %zu more.</p>\n", n - ROWS_MAX);
	free(items);
	return BLK_OK;
}

/* --- what it rests on --- */

static void
print_collector(FILE *out, const struct report_input *in, size_t i)
{
	const struct feed_collector *f = &in->collectors[i];
	const struct tl_collector *c = &in->timeline->collectors[i];
	const double full = in->query->params->full_feed;
	const unsigned id = (unsigned)i;

	fputs("<tr>", out);
	cell(out, in->archive->collectors[i].name);
	cell_number(out, f->files);
	cell_number(out, f->ribs);
	cell_number(out, f->records);
	cell_number(out, timeline_peers(in->timeline, id));
	cell_number(out, timeline_full_feeds(in->timeline, id, 0, full));
	cell_number(out, timeline_full_feeds(in->timeline, id, 1, full));
	cell_number(out, c->session_resets);
	cell_number(out, c->rib_mismatches);
	cell_number(out, c->gap_n);
	fputs("</tr>\n", out);
}

static void
print_collectors(FILE *out, const struct report_input *in)
{
	static const char *const names[] = {"Collector", "Files", "RIBs",
	    "Records", "Peers", "Full feeds IPv4", "IPv6", "Session resets",
	    "RIB mismatches", "Gaps"};

	fputs("<div class=\"scroll\"><table class=\"collectors\">\n", out);
	heads(out, names, sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < in->timeline->collector_n; i++)
		if (report_collector_read(in, i))
			print_collector(out, in, i);
	fputs("</tbody></table></div>\n", out);
}

static void
print_gap(FILE *out, const struct report_input *in, size_t collector,
    const struct tl_gap *g)
{
	char text[TIMEFMT_STRLEN];

	fputs("<tr>", out);
	cell(out, in->archive->collectors[collector].name);
	cell_time(out, g->start);
	cell_time(out, g->end);
	cell(out, timefmt_duration(g->end - g->start, text));
	cell(out, report_gap_name(g->reason));
	fputs("</tr>\n", out);
}

static void
print_gaps(FILE *out, const struct report_input *in)
{
	static const char *const names[] = {
	    "Gap at", "Start (UTC)", "End", "Duration", "Reason"};
	size_t n = 0;

	for (size_t i = 0; i < in->timeline->collector_n; i++) {
		const struct tl_collector *c = &in->timeline->collectors[i];

		if (!report_collector_read(in, i))
			continue;
		for (size_t k = 0; k < c->gap_n; k++) {
			if (n == 0) {
				fputs("<div class=\"scroll\"><table "
				      "class=\"gaps\">\n",
				    out);
				heads(out, names, 5);
			}
			if (n++ < ROWS_MAX)
				print_gap(out, in, i, &c->gaps[k]);
		}
	}
	if (n > 0)
		fputs("</tbody></table></div>\n", out);
	if (n > ROWS_MAX)
		fprintf(out, "<p>And %zu more gaps.</p>\n", n - ROWS_MAX);
}

static void
print_damage(FILE *out, const struct report_input *in)
{
	static const char *const names[] = {"Damaged file", "Offset", "What"};
	const struct report_faults faults = report_faults_of(in);
	const size_t n = report_damage_n(&faults);

	if (n == 0)
		return;
	fputs("<div class=\"scroll\"><table class=\"damage\">\n", out);
	heads(out, names, 3);
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		const struct report_damage d = report_damage_get(&faults, i);

		fputs("<tr><td class=\"text\">", out);
		markup_text(out, d.file);
		fputs("</td>", out);
		cell_number(out, d.offset);
		fputs("<td class=\"text\">", out);
		markup_text(out, d.what);
		fputs("</td></tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
	if (n > ROWS_MAX)
		fprintf(out, "<p>And %zu more places of damage.</p>\n",
		    n - ROWS_MAX);
}

/* --- the question, and the answer as JSON --- */

/* What was asked for by nobody says nothing. */
static bool
is_blank(const cJSON *v)
{
	return cJSON_IsNull(v) || cJSON_IsFalse(v) ||
	    (cJSON_IsArray(v) && cJSON_GetArraySize(v) == 0);
}

static enum blk_status
print_query(FILE *out, const struct report_input *in)
{
	struct json j = {0};
	cJSON *query = report_json_query(&j, in);
	bool ok = query != NULL && !j.failed;

	fputs("<h2>The question</h2>\n<div class=\"scroll\"><table "
	      "class=\"query\"><tbody>\n",
	    out);
	for (const cJSON *v = ok ? query->child : NULL; ok && v != NULL;
	     v = v->next) {
		char *text;

		if (is_blank(v))
			continue;
		text = cJSON_PrintUnformatted(v);
		ok = text != NULL;
		if (!ok)
			break;
		fputs("<tr>", out);
		cell(out, v->string);
		fputs("<td class=\"text\">", out);
		markup_text(out, text);
		fputs("</td></tr>\n", out);
		cJSON_free(text);
	}
	fputs("</tbody></table></div>\n", out);
	cJSON_Delete(query);
	return ok ? BLK_OK : BLK_ENOMEM;
}

/* Within an address, in an attribute with single quotes. */
static void
print_in_address(FILE *out, const char *s)
{
	for (; *s != '\0'; s++) {
		const unsigned char c = (unsigned char)*s;

		if (c <= 0x20 || c >= 0x7f || strchr("%#'&<>", c) != NULL)
			fprintf(out, "%%%02X", c);
		else
			putc(c, out);
	}
}

static enum blk_status
print_download(FILE *out, const struct report_input *in)
{
	char *text = NULL;
	size_t len = 0;
	FILE *json = open_memstream(&text, &len);
	enum blk_status status = BLK_ENOMEM;

	if (json != NULL) {
		status = report_json_print(json, in, false);
		if (fclose(json) != 0)
			status = BLK_ENOMEM;
	}
	if (status == BLK_OK && len > JSON_MAX) {
		fprintf(out,
		    "<p>The report as JSON has %.1f MB, too many for this "
		    "page: --format json prints it.</p>\n",
		    (double)len / 1e6);
	} else if (status == BLK_OK) {
		fputs("<p class=\"download\"><a class=\"json\" "
		      "download=\"blackout.json\" "
		      "href='data:application/json,",
		    out);
		print_in_address(out, text);
		fprintf(out, "'>The report as JSON</a> (%.0f kB)</p>\n",
		    (double)len / 1e3 + 0.5);
	}
	free(text);
	return status;
}

/* --- the page --- */

static void
print_head(FILE *out, const struct picture *p)
{
	char title[TITLE_LEN], text[TITLE_LEN];

	svg_title(p, title, sizeof(title));
	svg_subtitle(p, text, sizeof(text));
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\""
	      "default-src 'none'; style-src 'unsafe-inline'; "
	      "script-src 'unsafe-inline'\">\n"
	      "<meta name=\"viewport\" "
	      "content=\"width=device-width, initial-scale=1\">\n<title>",
	    out);
	markup_text(out, title);
	fprintf(out,
	    "</title>\n<style>\n%s%s</style>\n</head>\n<body>\n<main>\n<h1>",
	    asset_page_css, asset_chart_css);
	markup_text(out, title);
	fputs("</h1>\n<p class=\"soft\">", out);
	markup_text(out, text);
	fputs("</p>\n", out);
}

static enum blk_status
print_charts(FILE *out, const struct picture *p)
{
	const struct svg_options wide = {SVG_WIDTH, "w", true};
	const struct svg_options narrow = {SVG_WIDTH_NARROW, "n", true};
	enum blk_status status;

	fputs("<figure>\n<div class=\"wide\">\n", out);
	status = svg_draw(out, p, &wide);
	fputs("</div>\n<div class=\"narrow\">\n", out);
	if (status == BLK_OK)
		status = svg_draw(out, p, &narrow);
	fputs("</div>\n</figure>\n", out);
	return status;
}

static enum blk_status
print_rest(FILE *out, const struct picture *p)
{
	enum blk_status status = BLK_OK;
	char *foot = NULL;

	fputs("<h2>What this rests on</h2>\n", out);
	status = svg_foot(p, &foot);
	for (char *line = foot, *end; line != NULL && *line != '\0';
	     line = end + 1) {
		end = strchr(line, '\n');
		*end = '\0';
		fputs("<p>", out);
		markup_text(out, line);
		fputs("</p>\n", out);
	}
	free(foot);
	print_collectors(out, p->in);
	print_gaps(out, p->in);
	print_damage(out, p->in);
	return status;
}

enum blk_status
report_html_outages(
    FILE *out, const struct report_input *in, const struct report_style *style)
{
	struct picture *p;
	enum blk_status status = picture_new(&p, in);

	(void)style;
	if (status != BLK_OK)
		return status;
	print_head(out, p);
	status = print_charts(out, p);
	if (status == BLK_OK)
		status = print_outages(out, p);
	if (status == BLK_OK)
		status = print_rest(out, p);
	if (status == BLK_OK)
		status = print_query(out, in);
	if (status == BLK_OK)
		status = print_download(out, in);
	fprintf(out, "</main>\n<script>\n%s</script>\n</body>\n</html>\n",
	    asset_page_js);
	picture_free(p);
	return status == BLK_OK ? report_written(out) : status;
}

enum blk_status
report_html_timeline(FILE *out, const struct report_timeline *in,
    const struct report_style *style)
{
	return report_html_outages(out, in->data, style);
}
