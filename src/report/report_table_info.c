#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "blackout/mrt.h"
#include "report/grid.h"
#include "report/page.h"
#include "report/report_priv.h"
#include "report/tally.h"
#include "report/text.h"

/*
 * What is in an archive, for people: a verdict on each collector, then its
 * files, its records, its peers, and what is wrong.  Where files are many,
 * those that follow each other and are alike share a row.
 */

#define LINES_MAX 20u     /* gaps, and damage, told one by one */
#define FILES_APART 12u   /* so many files have a row each */
#define FILE_ROWS_MAX 40u /* rows, but with --files */
#define PEER_ROWS_MAX 5u  /* the same with --peers */
#define BYTES_LEN 16

struct page {
	FILE *out;
	const struct report_info *in;
	const struct tally *tally;
	bool colour;
};

/* "3.9 MB" */
static char *
format_bytes(uint64_t n, char buf[BYTES_LEN])
{
	static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
	double v = (double)n;
	unsigned u = 0;

	for (; v >= 999.95 && u < 4; u++)
		v /= 1000;
	snprintf(buf, BYTES_LEN, "%.*f %s", u > 0, v, units[u]);
	return buf;
}

/* --- the verdict --- */

/* "; 2 gaps (3h31m), 1 file damaged" */
static void
print_faults(const struct page *p, size_t i)
{
	const struct tally_collector *t = &p->tally->collectors[i];
	const size_t gap_n = p->in->info->collectors[i].gap_n;
	const char *sep = "; ";
	char buf[TIMEFMT_STRLEN];

	if (gap_n > 0 && p->in->collectors[i].updates == 0) {
		fprintf(p->out, "%snothing between its RIBs", sep);
		sep = ", ";
	} else if (gap_n > 0) {
		fprintf(p->out, "%s%zu gap%s (%s)", sep, gap_n,
		    page_plural(gap_n), timefmt_duration(t->gap_all, buf));
		sep = ", ";
	}
	if (t->damaged_n > 0)
		fprintf(p->out, "%s%zu file%s damaged", sep, t->damaged_n,
		    page_plural(t->damaged_n));
}

/* "Not whole: rrc00, 2014-... to 2014-... UTC; 1 gap (3h23m)" */
static enum blk_status
print_verdict(const struct page *p, size_t i)
{
	const struct tally_collector *t = &p->tally->collectors[i];
	const bool yellow = !t->whole && p->colour;
	char *name = text_printable(p->in->archive->collectors[i].name);

	if (name == NULL)
		return BLK_ENOMEM;
	fprintf(p->out, "%s%s%s: %s, ", yellow ? PAGE_YELLOW : "",
	    t->whole ? "Whole" : "Not whole", yellow ? PAGE_PLAIN : "", name);
	free(name);
	if (t->end != USEC_NONE)
		page_span(p->out, t->start, t->end);
	else
		fputs("no record of use", p->out);
	print_faults(p, i);
	putc('\n', p->out);
	return BLK_OK;
}

/* " (one every 15m00s)" */
static void
print_cadence(FILE *out, usec_t cadence)
{
	char buf[TIMEFMT_STRLEN];

	if (cadence != USEC_NONE)
		fprintf(out, " (one every %s)", timefmt_duration(cadence, buf));
}

/* "; bzip2 and gzip" */
static void
print_compressions(const struct page *p, size_t collector)
{
	const struct archive *a = p->in->archive;
	const char *seen[8];
	size_t n = 0, k;

	for (size_t i = 0; i < a->file_n; i++) {
		const char *name = p->in->files[i].compression;

		if (a->files[i].collector != collector || name[0] == '\0')
			continue;
		for (k = 0; k < n; k++)
			if (strcmp(seen[k], name) == 0)
				break;
		if (k < n || n >= sizeof(seen) / sizeof(seen[0]))
			continue;
		fprintf(p->out, "%s%s", n == 0 ? "; " : " and ", name);
		seen[n++] = name;
	}
}

/* "  557 updates files (one every 15m00s), 11 RIBs; 18023 records; ..." */
static void
print_contents(const struct page *p, size_t i)
{
	const struct feed_collector *f = &p->in->collectors[i];
	const struct tally_collector *t = &p->tally->collectors[i];
	char raw[BYTES_LEN], plain[BYTES_LEN];

	fputs("  ", p->out);
	if (f->updates > 0) {
		fprintf(p->out, "%" PRIu64 " updates file%s", f->updates,
		    page_plural(f->updates));
		print_cadence(p->out, p->in->archive->collectors[i].cadence);
	}
	if (f->ribs > 0 || f->updates == 0) {
		fprintf(p->out, "%s%" PRIu64 " RIB%s",
		    f->updates > 0 ? ", " : "", f->ribs, page_plural(f->ribs));
		print_cadence(p->out, p->in->info->collectors[i].rib_cadence);
	}
	fprintf(p->out, "; %" PRIu64 " record%s", f->records,
	    page_plural(f->records));
	print_compressions(p, i);
	fprintf(p->out, ", %s", format_bytes(t->size, raw));
	if (t->size != t->plain_size)
		fprintf(
		    p->out, " (%s plain)", format_bytes(t->plain_size, plain));
	putc('\n', p->out);
}

/* What is known of tables: "; full feeds: 10 IPv4, 3 IPv6; largest ..." */
static void
print_feeds(const struct page *p, const struct info_collector *c)
{
	static const char *const families[] = {"IPv4", "IPv6"};
	const char *sep = "; full feeds: ";

	for (unsigned f = 0; f < 2; f++) {
		if (c->tables[f] != INFO_TABLES_WHOLE)
			continue;
		fprintf(p->out, "%s%" PRIu32 " %s", sep, c->full_feed_n[f],
		    families[f]);
		sep = ", ";
	}
	if (sep[0] != ',')
		fputs("; full feeds unknown (no whole RIB)", p->out);
	sep = "; largest table: ";
	for (unsigned f = 0; f < 2; f++) {
		if (c->largest[f] == 0)
			continue;
		fprintf(p->out, "%s%" PRIu32 " %s", sep, c->largest[f],
		    families[f]);
		sep = ", ";
	}
}

static void
print_peer_sum(const struct page *p, const struct info_collector *c)
{
	fprintf(
	    p->out, "  %" PRIu32 " peer%s", c->peer_n, page_plural(c->peer_n));
	print_feeds(p, c);
	if (c->words.states > 0)
		fprintf(p->out, "; %" PRIu64 " state change%s", c->words.states,
		    page_plural(c->words.states));
	putc('\n', p->out);
}

static enum blk_status
print_collectors(const struct page *p)
{
	for (size_t i = 0; i < p->in->archive->collector_n; i++) {
		const struct info_collector *c = &p->in->info->collectors[i];

		if (print_verdict(p, i) != BLK_OK)
			return BLK_ENOMEM;
		if (p->in->collectors[i].files == 0)
			continue;
		print_contents(p, i);
		if (c->peer_n > 0)
			print_peer_sum(p, c);
	}
	return BLK_OK;
}

/* --- files --- */

/* A row: one file, or files that follow each other and are alike. */
struct run {
	size_t first, last; /* indices */
	size_t n, empty_n;
	uint64_t records;
	usec_t from, to; /* of their records, or USEC_NONE */
};

struct runs {
	struct run *v;
	size_t n, cap;
	size_t gap; /* of the collector's: those before it are passed */
};

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* What a file holds; of one without records, what its name says. */
static enum archive_kind
file_kind(const struct page *p, size_t i)
{
	switch (p->tally->files[i].kind) {
	case TALLY_UPDATES:
		return ARCHIVE_UPDATES;
	case TALLY_RIB:
		return ARCHIVE_RIB;
	case TALLY_NOTHING:
		return p->in->archive->files[i].name_kind;
	default:
		return ARCHIVE_ANY;
	}
}

/* What is to be said of a file in a word; "" for a sound one. */
static const char *
file_state(const struct page *p, size_t i)
{
	const enum archive_kind name = p->in->archive->files[i].name_kind;
	const struct feed_file *f = &p->in->files[i];

	if (f->state == FEED_FILE_UNREADABLE)
		return "unreadable";
	if (f->state == FEED_FILE_CUT)
		return f->raw_bytes == 0 ? "no bytes" : "cut";
	if (p->tally->files[i].damage_n > 0)
		return "damaged";
	if (f->records == 0)
		return "empty";
	if (f->repeats == f->records)
		return "copy";
	if (name != ARCHIVE_ANY && name != file_kind(p, i))
		return "misnamed";
	return "";
}

/* Whether it may share a row. */
static bool
is_plain(const struct page *p, size_t i)
{
	const char *state = file_state(p, i);

	return state[0] == '\0' || strcmp(state, "empty") == 0;
}

/* Whether a file is missing between from and to of a collector. */
static bool
gap_between(
    struct runs *runs, const struct info_collector *c, usec_t from, usec_t to)
{
	while (runs->gap < c->gap_n && c->gaps[runs->gap].end <= from)
		runs->gap++;
	for (size_t g = runs->gap; g < c->gap_n && c->gaps[g].start < to; g++)
		if (c->gaps[g].reason == GAP_MISSING_FILE)
			return true;
	return false;
}

/* Whether file i goes on with the last row. */
static bool
goes_on(const struct page *p, struct runs *runs, size_t i)
{
	const struct run *r = &runs->v[runs->n - 1];
	const struct archive_file *files = p->in->archive->files;
	const struct info_collector *c =
	    &p->in->info->collectors[files[i].collector];

	if (files[r->last].collector != files[i].collector ||
	    file_kind(p, r->last) != file_kind(p, i) || !is_plain(p, r->last) ||
	    !is_plain(p, i) ||
	    strcmp(p->in->files[r->last].compression,
		p->in->files[i].compression) != 0)
		return false;
	return file_kind(p, i) != ARCHIVE_UPDATES ||
	    !gap_between(runs, c, r->to, p->in->files[i].first);
}

static bool
add_file(const struct page *p, struct runs *runs, size_t i, bool apart)
{
	const struct feed_file *f = &p->in->files[i];
	struct run *r;

	if (apart || runs->n == 0 || !goes_on(p, runs, i)) {
		if (!vec_reserve(
			&runs->v, runs->n, &runs->cap, sizeof(*runs->v)))
			return false;
		runs->v[runs->n++] = (struct run){
		    .first = i, .from = USEC_NONE, .to = USEC_NONE};
	}
	r = &runs->v[runs->n - 1];
	r->last = i;
	r->n++;
	r->empty_n += f->records == 0;
	r->records += f->records;
	if (r->from == USEC_NONE)
		r->from = f->first;
	if (f->last != USEC_NONE)
		r->to = f->last;
	return true;
}

/* The files [begin, end) of a collector, kind by kind. */
static bool
fold_files(const struct page *p, struct runs *runs, size_t begin, size_t end)
{
	static const enum archive_kind kinds[] = {
	    ARCHIVE_RIB, ARCHIVE_UPDATES, ARCHIVE_ANY};

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		runs->gap = 0;
		for (size_t i = begin; i < end; i++)
			if (file_kind(p, i) == kinds[k] &&
			    !add_file(p, runs, i, false))
				return false;
	}
	return true;
}

static bool
find_runs(const struct page *p, struct runs *runs)
{
	const struct archive *a = p->in->archive;
	size_t begin = 0, end;

	if (p->in->all_files || a->file_n <= FILES_APART) {
		for (size_t i = 0; i < a->file_n; i++)
			if (!add_file(p, runs, i, true))
				return false;
		return true;
	}
	for (; begin < a->file_n; begin = end) {
		for (end = begin; end < a->file_n; end++)
			if (a->files[end].collector !=
			    a->files[begin].collector)
				break;
		if (!fold_files(p, runs, begin, end))
			return false;
	}
	return true;
}

static void
add_files_header(struct grid *g)
{
	static const char *const names[] = {"COLLECTOR", "FILES", "KIND",
	    "STATE", "FIRST (UTC)", "LAST", "RECORDS", "FORMAT", "NAME"};

	g->column_n = sizeof(names) / sizeof(names[0]);
	g->right = 1u << 1 | 1u << 6;
	for (unsigned c = 0; c < g->column_n; c++)
		grid_cell(g, "%s", names[c]);
}

static void
add_time(struct grid *g, usec_t t)
{
	char buf[TIMEFMT_STRLEN];

	grid_cell(g, "%s", t != USEC_NONE ? timefmt_table(t, buf) : "-");
}

/* A collector's name, where there is more than one. */
static void
add_collector(struct grid *g, const struct page *p, size_t i)
{
	char *name = NULL;

	if (p->in->archive->collector_n > 1)
		name = text_printable(p->in->archive->collectors[i].name);
	grid_cell(g, "%s", name != NULL ? name : "");
	free(name);
}

static void
add_path(struct grid *g, const struct page *p, const char *before, size_t i)
{
	const char *path = p->in->archive->files[i].path;
	char *name = text_printable(p->in->all_files ? path : base_name(path));

	grid_cell(g, "%s%s", before, name != NULL ? name : "");
	g->failed = g->failed || name == NULL;
	free(name);
}

static const char *
kind_name(const struct page *p, size_t i)
{
	switch (file_kind(p, i)) {
	case ARCHIVE_RIB:
		return "RIB";
	case ARCHIVE_UPDATES:
		return "updates";
	case ARCHIVE_ANY:
		break;
	}
	switch (p->tally->files[i].kind) {
	case TALLY_BOTH:
		return "both";
	case TALLY_OTHER:
		return "other";
	default:
		return "-";
	}
}

static void
add_run(struct grid *g, const struct page *p, const struct run *r, bool folded,
    bool formats)
{
	add_collector(g, p, p->in->archive->files[r->first].collector);
	if (folded)
		grid_cell(g, "%zu", r->n);
	else
		grid_cell(g, "%s", "");
	grid_cell(g, "%s", kind_name(p, r->first));
	if (r->n > 1 && r->empty_n > 0)
		grid_cell(g, "%zu empty", r->empty_n);
	else
		grid_cell(g, "%s", file_state(p, r->first));
	add_time(g, r->from);
	add_time(g, r->to);
	grid_cell(g, "%" PRIu64, r->records);
	grid_cell(g, "%s", formats ? p->in->files[r->first].compression : "");
	add_path(g, p, "", r->first);
	if (r->n == 1)
		return;
	for (unsigned c = 0; c + 1 < g->column_n; c++)
		grid_cell(g, "%s", "");
	add_path(g, p, "to ", r->last);
}

/* Whether files are compressed in different ways. */
static bool
formats_differ(const struct page *p)
{
	for (size_t i = 1; i < p->in->archive->file_n; i++)
		if (strcmp(p->in->files[i].compression,
			p->in->files[0].compression) != 0)
			return true;
	return false;
}

static enum blk_status
print_runs(const struct page *p, const struct runs *runs)
{
	const bool formats = formats_differ(p);
	enum blk_status status;
	struct grid g = {0};
	size_t shown = runs->n, left = 0;
	bool folded = false;

	if (!p->in->all_files && shown > FILE_ROWS_MAX)
		shown = FILE_ROWS_MAX;
	for (size_t i = 0; i < shown; i++)
		folded = folded || runs->v[i].n > 1;
	add_files_header(&g);
	for (size_t i = 0; i < shown; i++)
		add_run(&g, p, &runs->v[i], folded, formats);
	status = grid_print(&g, p->out, p->colour);
	grid_fini(&g);
	for (size_t i = shown; i < runs->n; i++)
		left += runs->v[i].n;
	if (left > 0)
		fprintf(p->out, "... and %zu more file%s (--files)\n", left,
		    page_plural(left));
	return status;
}

static enum blk_status
print_files(const struct page *p)
{
	enum blk_status status = BLK_ENOMEM;
	struct runs runs = {0};

	if (find_runs(p, &runs)) {
		putc('\n', p->out);
		status = print_runs(p, &runs);
	}
	free(runs.v);
	return status;
}

/* --- records --- */

static enum blk_status
print_records(const struct page *p)
{
	struct grid g = {.column_n = 3, .right = 3};
	struct tally_records *r;
	enum blk_status status;
	size_t n;

	status = tally_records(p->in, TALLY_ALL, &r, &n);
	if (status != BLK_OK)
		return status;
	grid_cell(&g, "%s", "RECORDS");
	grid_cell(&g, "%s", "FILES");
	grid_cell(&g, "%s", "TYPE");
	for (size_t i = 0; i < n; i++) {
		const struct feed_kind *k = &r[i].kind;
		const char *type = mrt_type_name(k->type);
		const char *subtype = mrt_subtype_name(k->type, k->subtype);

		grid_cell(&g, "%" PRIu64, k->n);
		grid_cell(&g, "%" PRIu64, r[i].file_n);
		grid_cell(&g, "%s %s", type != NULL ? type : "?",
		    subtype != NULL ? subtype : "?");
	}
	putc('\n', p->out);
	status = grid_print(&g, p->out, p->colour);
	grid_fini(&g);
	free(r);
	return status;
}

/* --- peers --- */

/* Larger tables first, then who says more. */
static int
cmp_by_size(const void *pa, const void *pb)
{
	const struct info_peer *a = *(const struct info_peer *const *)pa;
	const struct info_peer *b = *(const struct info_peer *const *)pb;

	for (unsigned f = 0; f < 2; f++)
		if (a->table[f] != b->table[f])
			return a->table[f] > b->table[f] ? -1 : 1;
	if (a->words.messages != b->words.messages)
		return a->words.messages > b->words.messages ? -1 : 1;
	return a < b ? -1 : a > b; /* as they stand */
}

static void
add_peers_header(struct grid *g)
{
	static const char *const names[] = {"COLLECTOR", "PEER", "AS", "IPV4",
	    "IPV6", "FULL", "MESSAGES", "ANNOUNCED", "WITHDRAWN", "UP", "DOWN",
	    "LAST HEARD (UTC)"};

	g->column_n = sizeof(names) / sizeof(names[0]);
	g->right = 0x3 << 3 | 0x1f << 6;
	for (unsigned c = 0; c < g->column_n; c++)
		grid_cell(g, "%s", names[c]);
}

static void
add_count(struct grid *g, bool known, uint64_t n)
{
	if (known)
		grid_cell(g, "%" PRIu64, n);
	else
		grid_cell(g, "%s", "");
}

static const char *
full_name(const struct info_peer *p)
{
	if (p->full_feed[0])
		return p->full_feed[1] ? "both" : "IPv4";
	return p->full_feed[1] ? "IPv6" : "";
}

static void
add_peer(struct grid *g, const struct page *p, const struct info_peer *peer)
{
	const struct info_collector *c =
	    &p->in->info->collectors[peer->collector];
	const bool messages = c->words.messages > 0,
		   states = c->words.states > 0;
	const struct info_words *w = &peer->words;
	char buf[IPADDR_STRLEN];

	add_collector(g, p, peer->collector);
	grid_cell(g, "%s", ipaddr_format(&peer->addr, buf));
	grid_cell(g, "AS%" PRIu32, peer->asn);
	for (unsigned f = 0; f < 2; f++)
		add_count(g, c->tables[f] != INFO_TABLES_NONE, peer->table[f]);
	grid_cell(g, "%s", full_name(peer));
	add_count(g, messages, w->messages);
	add_count(g, messages, w->announced[0] + w->announced[1]);
	add_count(g, messages, w->withdrawn[0] + w->withdrawn[1]);
	add_count(g, states, w->ups);
	add_count(g, states, w->downs);
	add_time(g, peer->last);
}

static enum blk_status
print_largest(
    const struct page *p, const struct info_peer *const *peers, size_t shown)
{
	enum blk_status status;
	struct grid g = {0};

	add_peers_header(&g);
	for (size_t i = 0; i < shown; i++)
		add_peer(&g, p, peers[i]);
	putc('\n', p->out);
	status = grid_print(&g, p->out, p->colour);
	grid_fini(&g);
	return status;
}

static enum blk_status
print_peers(const struct page *p)
{
	const struct info *info = p->in->info;
	const struct info_peer **peers;
	size_t shown = info->peer_n;
	enum blk_status status;

	if (shown == 0)
		return BLK_OK;
	peers = calloc(info->peer_n, sizeof(*peers));
	if (peers == NULL)
		return BLK_ENOMEM;
	for (size_t i = 0; i < info->peer_n; i++)
		peers[i] = &info->peers[i];
	qsort(peers, info->peer_n, sizeof(*peers), cmp_by_size);
	if (!p->in->all_peers && shown > PEER_ROWS_MAX)
		shown = PEER_ROWS_MAX;
	status = print_largest(p, peers, shown);
	free(peers);
	if (shown < info->peer_n)
		fprintf(p->out, "... and %zu more peer%s (--peers)\n",
		    info->peer_n - shown, page_plural(info->peer_n - shown));
	return status;
}

/* --- what is wrong --- */

static enum blk_status
print_gaps(const struct page *p)
{
	const struct info *info = p->in->info;
	size_t n = 0;

	for (size_t i = 0; i < info->collector_n; i++) {
		const struct info_collector *c = &info->collectors[i];

		for (size_t k = 0; k < c->gap_n; k++) {
			const struct info_gap *g = &c->gaps[k];

			if (n++ < LINES_MAX &&
			    page_gap(p->out, p->in->archive->collectors[i].name,
				g->start, g->end, g->reason) != BLK_OK)
				return BLK_ENOMEM;
		}
	}
	page_more(p->out, "Gap", n, LINES_MAX);
	return BLK_OK;
}

/* What is not told above. */
struct rest {
	uint64_t skipped, repeats;
	size_t duplicates;
};

static struct rest
sum_rest(const struct page *p)
{
	struct rest r = {.duplicates = p->in->archive->duplicate_n};

	for (size_t i = 0; i < p->in->archive->collector_n; i++) {
		r.skipped += p->in->collectors[i].skipped;
		r.repeats += p->tally->collectors[i].repeats;
	}
	return r;
}

static void
print_rest(FILE *out, const struct rest *r)
{
	if (r->skipped > 0)
		fprintf(out, "Skipped: %" PRIu64 " record%s of no use here\n",
		    r->skipped, page_plural(r->skipped));
	if (r->repeats > 0)
		fprintf(out,
		    "Left out: %" PRIu64 " record%s that stand%s in another"
		    " file too\n",
		    r->repeats, page_plural(r->repeats),
		    r->repeats == 1 ? "s" : "");
	if (r->duplicates > 0)
		fprintf(out, "Left out: %zu file%s, cop%s of others\n",
		    r->duplicates, page_plural(r->duplicates),
		    r->duplicates == 1 ? "y" : "ies");
}

static enum blk_status
print_wrongs(const struct page *p)
{
	const struct report_faults faults = {
	    p->in->damage, p->in->damage_n, p->in->archive};
	const struct rest rest = sum_rest(p);
	enum blk_status status;

	if (p->tally->whole && rest.skipped == 0 && rest.repeats == 0 &&
	    rest.duplicates == 0)
		return BLK_OK;
	putc('\n', p->out);
	status = print_gaps(p);
	if (status == BLK_OK)
		status = page_damage(p->out, &faults, LINES_MAX, p->colour);
	print_rest(p->out, &rest);
	return status;
}

static enum blk_status
print_page(const struct page *p)
{
	enum blk_status status = print_collectors(p);

	if (status == BLK_OK)
		status = print_files(p);
	if (status == BLK_OK)
		status = print_records(p);
	if (status == BLK_OK)
		status = print_peers(p);
	if (status == BLK_OK)
		status = print_wrongs(p);
	return status == BLK_OK ? report_written(p->out) : status;
}

enum blk_status
report_table_info(
    FILE *out, const struct report_info *in, const struct report_style *style)
{
	struct tally tally;
	const struct page p = {out, in, &tally, style->colour};
	enum blk_status status = tally_init(&tally, in);

	if (status != BLK_OK)
		return status;
	status = print_page(&p);
	tally_fini(&tally);
	return status;
}
