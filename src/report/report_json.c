#include <math.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "report/report_priv.h"
#include "report/text.h"

/*
 * The report as JSON.  The tree is built by functions that each make one node,
 * in the order of the keys as published; a node that could not be made is
 * noted once, in struct build, and checked once, before anything is printed.
 * The schema is testdata/schema/outages.schema.json.
 */

#define SCHEMA_NAME "blackout/outages/1"

struct build {
	const struct report_input *in;
	bool failed; /* out of memory */
};

/* Give item to object under key; NULL means it could not be made. */
static void
put(struct build *b, cJSON *object, const char *key, cJSON *item)
{
	if (item == NULL || !cJSON_AddItemToObjectCS(object, key, item)) {
		cJSON_Delete(item);
		b->failed = true;
	}
}

static void
add(struct build *b, cJSON *array, cJSON *item)
{
	if (item == NULL || !cJSON_AddItemToArray(array, item)) {
		cJSON_Delete(item);
		b->failed = true;
	}
}

static void
put_number(struct build *b, cJSON *object, const char *key, double value)
{
	put(b, object, key, cJSON_CreateNumber(value));
}

/* A share of 1, to four decimals. */
static void
put_share(struct build *b, cJSON *object, const char *key, double share)
{
	put_number(b, object, key, round(share * 1e4) / 1e4);
}

static void
put_bool(struct build *b, cJSON *object, const char *key, bool value)
{
	put(b, object, key, cJSON_CreateBool(value));
}

static cJSON *
make_text(const char *s)
{
	char *clean = text_utf8(s);
	cJSON *item = clean != NULL ? cJSON_CreateString(clean) : NULL;

	free(clean);
	return item;
}

static void
put_time(struct build *b, cJSON *object, const char *key, usec_t t)
{
	char buf[TIMEFMT_STRLEN];

	put(b, object, key,
	    t == USEC_NONE ? cJSON_CreateNull()
			   : cJSON_CreateString(timefmt_rfc3339(t, buf)));
}

static void
put_seconds(struct build *b, cJSON *object, const char *key, usec_t d)
{
	put_number(b, object, key, (double)usec_floor_sec(d));
}

static void
put_prefix(
    struct build *b, cJSON *object, const char *key, const struct prefix *p)
{
	char buf[PREFIX_STRLEN];

	put(b, object, key, cJSON_CreateString(prefix_format(p, buf)));
}

static cJSON *
make_prefixes(struct build *b, const struct prefix *prefixes, size_t n)
{
	cJSON *array = cJSON_CreateArray();
	char buf[PREFIX_STRLEN];

	for (size_t i = 0; i < n; i++) {
		add(b, array,
		    cJSON_CreateString(prefix_format(&prefixes[i], buf)));
	}
	return array;
}

static cJSON *
make_words(struct build *b, const struct report_words *words)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < words->n; i++)
		add(b, array, make_text(words->v[i]));
	return array;
}

static cJSON *
make_family_names(struct build *b, const bool wanted[2])
{
	static const char *const names[] = {"ipv4", "ipv6"};
	cJSON *array = cJSON_CreateArray();

	for (unsigned i = 0; i < 2; i++)
		if (wanted[i])
			add(b, array, cJSON_CreateString(names[i]));
	return array;
}

static cJSON *
make_query(struct build *b)
{
	const struct report_query *q = b->in->query;
	const struct outage_params *p = q->params;
	cJSON *query = cJSON_CreateObject();
	cJSON *asns = cJSON_CreateArray();

	for (size_t i = 0; i < q->asn_n; i++)
		add(b, asns, cJSON_CreateNumber(q->asns[i]));
	put(b, query, "asns", asns);
	put(b, query, "prefixes", make_prefixes(b, q->prefixes, q->prefix_n));
	put_bool(b, query, "more_specific", q->more_specific);
	put_bool(b, query, "less_specific", q->less_specific);
	put_time(b, query, "start", p->start);
	put_time(b, query, "end", p->end);
	put(b, query, "peer_asns", make_words(b, &q->peer_asns));
	put(b, query, "peer_ips", make_words(b, &q->peer_ips));
	put(b, query, "collectors", make_words(b, &q->collectors));
	put(b, query, "families", make_family_names(b, q->family));
	put_share(b, query, "visibility", p->visibility);
	put_share(b, query, "loss", p->loss);
	put_seconds(b, query, "min_duration", p->min_duration);
	put_number(b, query, "min_peers", p->min_peers);
	put_share(b, query, "full_feed", p->full_feed);
	put(b, query, "weight",
	    cJSON_CreateString(
		p->weight == OUTAGE_BY_ADDRESSES ? "addresses" : "prefixes"));
	put_seconds(b, query, "merge_gap", p->merge_gap);
	if (p->retire == 0)
		put(b, query, "retire", cJSON_CreateNull());
	else
		put_seconds(b, query, "retire", p->retire);
	return query;
}

/* The number of an entity, and its prefix where it has one. */
static void
put_entity(struct build *b, cJSON *object, const struct outage_as *as)
{
	put_number(b, object, "asn", as->asn);
	if (as->by_prefix)
		put_prefix(b, object, "prefix", &as->prefix);
}

static cJSON *
make_spans(struct build *b, const struct outage_span *spans, size_t n)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < n; i++) {
		const struct outage_span *s = &spans[i];
		cJSON *span = cJSON_CreateObject();

		put_time(b, span, "start", s->start);
		put_time(b, span, "end", s->end);
		put_number(b, span, "duration",
		    (double)report_seconds(s->start, s->end, s->duration));
		add(b, array, span);
	}
	return array;
}

static cJSON *
make_stretches(struct build *b, const struct outage_prefix *prefixes, size_t n)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < n; i++) {
		const struct outage_prefix *p = &prefixes[i];
		cJSON *item = cJSON_CreateObject();

		put_prefix(b, item, "prefix", &p->prefix);
		put(b, item, "kind",
		    cJSON_CreateString(outage_kind_name(p->kind)));
		put_time(b, item, "start", p->start);
		put_time(b, item, "end", p->end);
		put_share(b, item, "visibility_min", p->visibility_min);
		if (p->kind == OUTAGE_MOVED)
			put_number(b, item, "moved_to", p->moved_to);
		add(b, array, item);
	}
	return array;
}

static cJSON *
make_window_peers(struct build *b, const struct outage_window *w)
{
	cJSON *peers = cJSON_CreateObject();
	cJSON *stuck = cJSON_CreateArray();
	char buf[IPADDR_STRLEN];

	put_number(b, peers, "voting", w->voting);
	put_number(b, peers, "still_carrying", w->still_carrying);
	for (size_t i = 0; i < w->stuck_n; i++) {
		add(b, stuck,
		    cJSON_CreateString(ipaddr_format(&w->stuck[i], buf)));
	}
	put(b, peers, "stuck", stuck);
	return peers;
}

static cJSON *
make_window_collectors(struct build *b, const struct outage_window *w)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < w->collector_n; i++) {
		add(b, array,
		    make_text(
			b->in->archive->collectors[w->collectors[i]].name));
	}
	return array;
}

static void
put_window_times(struct build *b, cJSON *item, const struct outage_window *w)
{
	put_time(b, item, "start", w->start);
	put_time(b, item, "end", w->end);
	put_number(b, item, "duration",
	    (double)report_seconds(w->start, w->end, w->duration));
	put_bool(b, item, "ongoing", w->end == USEC_NONE);
	put_bool(b, item, "start_known", w->start_known);
	put_time(b, item, "start_earliest",
	    w->start_known ? report_before(w->start_earliest, w->start)
			   : USEC_NONE);
	put_time(
	    b, item, "end_earliest", report_before(w->end_earliest, w->end));
	put_seconds(b, item, "unknown", w->unknown);
}

/* One member of "outages"; with a type where it stands in a line of its own. */
static cJSON *
make_window(struct build *b, const struct outage_as *as,
    const struct outage_window *w, bool typed)
{
	cJSON *item = cJSON_CreateObject();

	if (typed)
		put(b, item, "type", cJSON_CreateString("outage"));
	put_entity(b, item, as);
	put_window_times(b, item, w);
	put_share(b, item, "loss", w->loss);
	put_number(b, item, "prefixes_lost", w->prefixes_lost);
	put_number(b, item, "prefixes_total", w->prefixes_total);
	put(b, item, "blackouts", make_spans(b, w->blackouts, w->blackout_n));
	put(b, item, "peers", make_window_peers(b, w));
	put(b, item, "prefixes", make_stretches(b, w->prefixes, w->prefix_n));
	put(b, item, "collectors", make_window_collectors(b, w));
	return item;
}

static cJSON *
make_outages(struct build *b)
{
	const struct outage_result *r = b->in->result;
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < r->as_n; i++) {
		const struct outage_as *as = &r->ases[i];

		for (size_t j = 0; j < as->window_n; j++) {
			add(b, array,
			    make_window(b, as, &as->windows[j], false));
		}
	}
	return array;
}

static cJSON *
make_families(struct build *b, const struct outage_as *as)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < 2; i++) {
		const struct outage_family *f = &as->families[i];
		cJSON *item;

		if (f->prefix_n == 0)
			continue;
		item = cJSON_CreateObject();
		put(b, item, "family",
		    cJSON_CreateString(i == 0 ? "ipv4" : "ipv6"));
		put_number(b, item, "prefixes", f->prefix_n);
		put(b, item, "blackouts",
		    make_spans(b, f->blackouts, f->blackout_n));
		add(b, array, item);
	}
	return array;
}

static cJSON *
make_ases(struct build *b)
{
	const struct outage_result *r = b->in->result;
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < r->as_n; i++) {
		const struct outage_as *as = &r->ases[i];
		cJSON *item = cJSON_CreateObject();

		put_entity(b, item, as);
		put(b, item, "prefixes",
		    make_prefixes(b, as->baseline, as->baseline_n));
		put_share(b, item, "availability", as->availability);
		put_number(b, item, "filtered_short", as->filtered_short);
		put_bool(b, item, "seen", as->seen);
		put_time(b, item, "first_visible", as->first_visible);
		put_bool(b, item, "verdict", as->verdict);
		put_number(b, item, "voting_max", as->voting_max);
		put(b, item, "families", make_families(b, as));
		put(b, item, "partial",
		    make_stretches(b, as->partial, as->partial_n));
		add(b, array, item);
	}
	return array;
}

static cJSON *
make_gaps(struct build *b, const struct tl_collector *c)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < c->gap_n; i++) {
		cJSON *gap = cJSON_CreateObject();

		put_time(b, gap, "start", c->gaps[i].start);
		put_time(b, gap, "end", c->gaps[i].end);
		put(b, gap, "reason",
		    cJSON_CreateString(report_gap_name(c->gaps[i].reason)));
		add(b, array, gap);
	}
	return array;
}

static cJSON *
make_collector(struct build *b, size_t i)
{
	const struct feed_collector *f = &b->in->collectors[i];
	const struct timeline *t = b->in->timeline;
	const struct tl_collector *c = &t->collectors[i];
	const double full = b->in->query->params->full_feed;
	const unsigned id = (unsigned)i;
	cJSON *item = cJSON_CreateObject();

	put(b, item, "name", make_text(b->in->archive->collectors[i].name));
	put_number(b, item, "files", (double)f->files);
	put_number(b, item, "ribs", (double)f->ribs);
	put_number(b, item, "updates", (double)f->updates);
	put_number(b, item, "records", (double)f->records);
	put_number(b, item, "skipped", (double)f->skipped);
	put_number(b, item, "peers", timeline_peers(t, id));
	put_number(
	    b, item, "full_feed_ipv4", timeline_full_feeds(t, id, 0, full));
	put_number(
	    b, item, "full_feed_ipv6", timeline_full_feeds(t, id, 1, full));
	put_number(b, item, "session_resets", (double)c->session_resets);
	put_number(b, item, "stale_sessions", (double)c->stale_sessions);
	put_number(b, item, "rib_mismatches", (double)c->rib_mismatches);
	put(b, item, "gaps", make_gaps(b, c));
	return item;
}

static cJSON *
make_coverage(struct build *b)
{
	const struct timeline *t = b->in->timeline;
	cJSON *coverage = cJSON_CreateObject();
	cJSON *collectors = cJSON_CreateArray();

	put_time(b, coverage, "start", t->start);
	put_time(b, coverage, "end", t->end);
	for (size_t i = 0; i < t->collector_n; i++) {
		if (report_collector_read(b->in, i))
			add(b, collectors, make_collector(b, i));
	}
	put(b, coverage, "collectors", collectors);
	if (t->first_words_forgotten > 0) {
		put_number(b, coverage, "first_words_forgotten",
		    (double)t->first_words_forgotten);
	}
	return coverage;
}

static cJSON *
make_damage(struct build *b)
{
	const size_t n = report_damage_n(b->in);
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < n; i++) {
		const struct report_damage d = report_damage_get(b->in, i);
		cJSON *item = cJSON_CreateObject();

		put(b, item, "file", make_text(d.file));
		put_number(b, item, "offset", (double)d.offset);
		put(b, item, "what", make_text(d.what));
		put_number(b, item, "count", (double)d.count);
		put_number(b, item, "records_kept", (double)d.records_kept);
		put_time(b, item, "lost_from", d.lost_from);
		put_time(b, item, "lost_until", d.lost_until);
		add(b, array, item);
	}
	return array;
}

/* What a report says of itself, before the findings. */
static void
put_head(struct build *b, cJSON *top)
{
	put(b, top, "schema", cJSON_CreateString(SCHEMA_NAME));
	put(b, top, "tool", cJSON_CreateString("blackout " BLACKOUT_VERSION));
	put(b, top, "query", make_query(b));
}

/* What the findings rest on. */
static void
put_rest(struct build *b, cJSON *top)
{
	put(b, top, "ases", make_ases(b));
	put(b, top, "coverage", make_coverage(b));
	put(b, top, "damage", make_damage(b));
}

/* Print tree as one line or as a page, and free it. */
static enum blk_status
print_tree(FILE *out, const struct build *b, cJSON *tree, bool page)
{
	char *text = NULL;

	if (!b->failed && tree != NULL)
		text = page ? cJSON_Print(tree) : cJSON_PrintUnformatted(tree);
	cJSON_Delete(tree);
	if (text == NULL)
		return BLK_ENOMEM;
	fputs(text, out);
	putc('\n', out);
	cJSON_free(text);
	return report_written(out);
}

enum blk_status
report_json_outages(
    FILE *out, const struct report_input *in, const struct report_style *style)
{
	struct build b = {.in = in};
	cJSON *top = cJSON_CreateObject();

	(void)style;
	put_head(&b, top);
	put(&b, top, "outages", make_outages(&b));
	put_rest(&b, top);
	return print_tree(out, &b, top, true);
}

enum blk_status
report_json_lines(
    FILE *out, const struct report_input *in, const struct report_style *style)
{
	struct build b = {.in = in};
	cJSON *top;

	(void)style;
	for (size_t i = 0; i < in->result->as_n; i++) {
		const struct outage_as *as = &in->result->ases[i];

		for (size_t j = 0; j < as->window_n; j++) {
			cJSON *w = make_window(&b, as, &as->windows[j], true);
			enum blk_status status = print_tree(out, &b, w, false);

			if (status != BLK_OK)
				return status;
		}
	}
	top = cJSON_CreateObject();
	put(&b, top, "type", cJSON_CreateString("summary"));
	put_head(&b, top);
	put_rest(&b, top);
	return print_tree(out, &b, top, false);
}
