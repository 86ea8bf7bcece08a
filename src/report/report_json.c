#include "report/report_json.h"

/*
 * The report as JSON, its keys in the order in which they are published.  The
 * schema is testdata/schema/outages.schema.json.
 */

#define SCHEMA_NAME "blackout/outages/1"

cJSON *
report_json_prefixes(struct json *j, const struct prefix *prefixes, size_t n)
{
	cJSON *array = cJSON_CreateArray();
	char buf[PREFIX_STRLEN];

	for (size_t i = 0; i < n; i++) {
		json_add(j, array,
		    cJSON_CreateString(prefix_format(&prefixes[i], buf)));
	}
	return array;
}

static cJSON *
make_family_names(struct json *j, const bool wanted[2])
{
	static const char *const names[] = {"ipv4", "ipv6"};
	cJSON *array = cJSON_CreateArray();

	for (unsigned i = 0; i < 2; i++)
		if (wanted[i])
			json_add(j, array, cJSON_CreateString(names[i]));
	return array;
}

/* Whose countries are told of, and what "cc" means wherever it stands. */
static void
put_countries(struct json *j, cJSON *query, const struct report_query *q)
{
	json_put(j, query, "countries", json_words(j, &q->countries));
	json_put(j, query, "by",
	    cJSON_CreateString(q->by_country ? "country" : "asn"));
	json_put(j, query, "cc_means",
	    cJSON_CreateString("where numbers and address space were "
			       "delegated to, not where they are used"));
}

cJSON *
report_json_query(struct json *j, const struct report_input *in)
{
	const struct report_query *q = in->query;
	const struct outage_params *p = q->params;
	cJSON *query = cJSON_CreateObject();
	cJSON *asns = cJSON_CreateArray();

	for (size_t i = 0; i < q->asn_n; i++)
		json_add(j, asns, cJSON_CreateNumber(q->asns[i]));
	json_put(j, query, "asns", asns);
	if (q->all)
		json_put_bool(j, query, "all", true);
	if (in->delegated != NULL)
		put_countries(j, query, q);
	json_put(j, query, "prefixes",
	    report_json_prefixes(j, q->prefixes, q->prefix_n));
	json_put_bool(j, query, "more_specific", q->more_specific);
	json_put_bool(j, query, "less_specific", q->less_specific);
	json_put_time(j, query, "start", p->start);
	json_put_time(j, query, "end", p->end);
	json_put(j, query, "peer_asns", json_words(j, &q->peer_asns));
	json_put(j, query, "peer_ips", json_words(j, &q->peer_ips));
	json_put(j, query, "collectors", json_words(j, &q->collectors));
	json_put(j, query, "as_paths", json_words(j, &q->as_paths));
	json_put(j, query, "communities", json_words(j, &q->communities));
	json_put(j, query, "types", json_words(j, &q->types));
	json_put(j, query, "families", make_family_names(j, q->family));
	json_put_share(j, query, "visibility", p->visibility);
	json_put_share(j, query, "loss", p->loss);
	json_put_seconds(j, query, "min_duration", p->min_duration);
	json_put_number(j, query, "min_peers", p->min_peers);
	json_put_share(j, query, "full_feed", p->full_feed);
	json_put(
	    j, query, "sort", cJSON_CreateString(outage_sort_name(q->sort)));
	json_put(j, query, "limit",
	    q->limit > 0 ? cJSON_CreateNumber((double)q->limit)
			 : cJSON_CreateNull());
	json_put(j, query, "weight",
	    cJSON_CreateString(
		p->weight == OUTAGE_BY_ADDRESSES ? "addresses" : "prefixes"));
	json_put_seconds(j, query, "merge_gap", p->merge_gap);
	if (p->retire == 0)
		json_put(j, query, "retire", cJSON_CreateNull());
	else
		json_put_seconds(j, query, "retire", p->retire);
	return query;
}

void
report_json_put_entity(struct json *j, cJSON *object,
    const struct report_input *in, const struct outage_as *as)
{
	const char *name = report_name(in, as),
		   *country = report_country(in, as);

	if (as->country != NULL)
		json_put(j, object, "asn", cJSON_CreateNull());
	else
		json_put_number(j, object, "asn", as->asn);
	if (name != NULL)
		json_put(j, object, "name", json_text(name));
	if (country != NULL)
		json_put(j, object, "cc", json_text(country));
	if (as->by_prefix)
		json_put_prefix(j, object, "prefix", &as->prefix);
}

static cJSON *
make_spans(struct json *j, const struct outage_span *spans, size_t n)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < n; i++) {
		const struct outage_span *s = &spans[i];
		cJSON *span = cJSON_CreateObject();

		json_put_time(j, span, "start", s->start);
		json_put_time(j, span, "end", s->end);
		json_put_number(j, span, "duration",
		    (double)report_seconds(s->start, s->end, s->duration));
		json_add(j, array, span);
	}
	return array;
}

static cJSON *
make_stretches(struct json *j, const struct outage_prefix *prefixes, size_t n)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < n; i++) {
		const struct outage_prefix *p = &prefixes[i];
		cJSON *item = cJSON_CreateObject();

		json_put_prefix(j, item, "prefix", &p->prefix);
		json_put(j, item, "kind",
		    cJSON_CreateString(outage_kind_name(p->kind)));
		json_put_time(j, item, "start", p->start);
		json_put_time(j, item, "end", p->end);
		json_put_share(j, item, "visibility_min", p->visibility_min);
		if (p->kind == OUTAGE_MOVED)
			json_put_number(j, item, "moved_to", p->moved_to);
		json_add(j, array, item);
	}
	return array;
}

static cJSON *
make_window_peers(struct json *j, const struct outage_window *w)
{
	cJSON *peers = cJSON_CreateObject();
	cJSON *stuck = cJSON_CreateArray();
	char buf[IPADDR_STRLEN];

	json_put_number(j, peers, "voting", w->voting);
	json_put_number(j, peers, "still_carrying", w->still_carrying);
	for (size_t i = 0; i < w->stuck_n; i++) {
		json_add(j, stuck,
		    cJSON_CreateString(ipaddr_format(&w->stuck[i], buf)));
	}
	json_put(j, peers, "stuck", stuck);
	return peers;
}

static cJSON *
make_window_collectors(
    struct json *j, const struct archive *a, const struct outage_window *w)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < w->collector_n; i++) {
		json_add(
		    j, array, json_text(a->collectors[w->collectors[i]].name));
	}
	return array;
}

static void
put_window_times(struct json *j, cJSON *item, const struct outage_window *w)
{
	json_put_time(j, item, "start", w->start);
	json_put_time(j, item, "end", w->end);
	json_put_number(j, item, "duration",
	    (double)report_seconds(w->start, w->end, w->duration));
	json_put_bool(j, item, "ongoing", w->end == USEC_NONE);
	json_put_bool(j, item, "start_known", w->start_known);
	json_put_time(j, item, "start_earliest",
	    w->start_known ? report_before(w->start_earliest, w->start)
			   : USEC_NONE);
	json_put_time(
	    j, item, "end_earliest", report_before(w->end_earliest, w->end));
	json_put_seconds(j, item, "unknown", w->unknown);
}

/* One member of "outages"; with a type where it stands in a line of its own. */
cJSON *
report_json_window(struct json *j, const struct report_input *in,
    const struct outage_as *as, const struct outage_window *w, bool typed)
{
	cJSON *item = cJSON_CreateObject();

	if (typed)
		json_put(j, item, "type", cJSON_CreateString("outage"));
	report_json_put_entity(j, item, in, as);
	put_window_times(j, item, w);
	json_put_share(j, item, "loss", w->loss);
	json_put_number(j, item, "prefixes_lost", w->prefixes_lost);
	json_put_number(j, item, "prefixes_total", w->prefixes_total);
	json_put(
	    j, item, "blackouts", make_spans(j, w->blackouts, w->blackout_n));
	json_put(j, item, "peers", make_window_peers(j, w));
	json_put(
	    j, item, "prefixes", make_stretches(j, w->prefixes, w->prefix_n));
	json_put(
	    j, item, "collectors", make_window_collectors(j, in->archive, w));
	if (w->event > 0)
		json_put_number(j, item, "event", (double)w->event);
	return item;
}

static cJSON *
make_row(struct json *j, const struct report_input *in,
    const struct outage_row *row, bool typed)
{
	const struct outage_as *as = &in->result->ases[row->as];

	return report_json_window(j, in, as, &as->windows[row->window], typed);
}

static cJSON *
make_outages(struct json *j, const struct report_input *in)
{
	const struct outage_result *r = in->result;
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < r->row_n; i++)
		json_add(j, array, make_row(j, in, &r->rows[i], false));
	return array;
}

/* One member of "events"; typed as report_json_window. */
static cJSON *
make_event(struct json *j, const struct report_input *in,
    const struct outage_event *e, bool typed)
{
	const struct outage_as upstream = {.asn = e->upstream};
	const char *name = report_name(in, &upstream);
	cJSON *item = cJSON_CreateObject();
	cJSON *asns = cJSON_CreateArray();

	if (typed)
		json_put(j, item, "type", cJSON_CreateString("event"));
	json_put_number(j, item, "id", (double)e->id);
	json_put_time(j, item, "start", e->start);
	json_put_time(j, item, "last_start", e->last);
	json_put_time(j, item, "end", e->end);
	json_put_number(j, item, "duration",
	    (double)report_seconds(e->start, e->end, e->duration));
	json_put(j, item, "upstream",
	    e->upstream != 0 ? cJSON_CreateNumber(e->upstream)
			     : cJSON_CreateNull());
	if (name != NULL)
		json_put(j, item, "upstream_name", json_text(name));
	json_put_number(j, item, "prefixes_lost", e->prefixes_lost);
	json_put_number(j, item, "prefixes_total", e->prefixes_total);
	for (size_t i = 0; i < e->asn_n; i++)
		json_add(j, asns, cJSON_CreateNumber(e->asns[i]));
	json_put(j, item, "asns", asns);
	return item;
}

static cJSON *
make_events(struct json *j, const struct report_input *in)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < in->result->event_n; i++)
		json_add(
		    j, array, make_event(j, in, &in->result->events[i], false));
	return array;
}

static cJSON *
make_families(struct json *j, const struct outage_as *as)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < 2; i++) {
		const struct outage_family *f = &as->families[i];
		cJSON *item;

		if (f->prefix_n == 0)
			continue;
		item = cJSON_CreateObject();
		json_put(j, item, "family",
		    cJSON_CreateString(i == 0 ? "ipv4" : "ipv6"));
		json_put_number(j, item, "prefixes", f->prefix_n);
		json_put(j, item, "blackouts",
		    make_spans(j, f->blackouts, f->blackout_n));
		json_add(j, array, item);
	}
	return array;
}

static cJSON *
make_ases(struct json *j, const struct report_input *in)
{
	const struct outage_result *r = in->result;
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < r->as_n; i++) {
		const struct outage_as *as = &r->ases[i];
		cJSON *item = cJSON_CreateObject();

		report_json_put_entity(j, item, in, as);
		json_put(j, item, "prefixes",
		    report_json_prefixes(j, as->baseline, as->baseline_n));
		json_put_share(j, item, "availability", as->availability);
		json_put_number(j, item, "filtered_short", as->filtered_short);
		json_put_bool(j, item, "seen", as->seen);
		json_put_time(j, item, "first_visible", as->first_visible);
		json_put_bool(j, item, "verdict", as->verdict);
		json_put_number(j, item, "voting_max", as->voting_max);
		json_put(j, item, "families", make_families(j, as));
		json_put(j, item, "partial",
		    make_stretches(j, as->partial, as->partial_n));
		json_add(j, array, item);
	}
	return array;
}

cJSON *
report_json_quiet(struct json *j, const struct outage_result *r)
{
	cJSON *quiet = cJSON_CreateObject();

	json_put_number(j, quiet, "ases", (double)r->quiet_n);
	json_put_number(j, quiet, "with_verdict", (double)r->quiet_seen_n);
	return quiet;
}

static cJSON *
make_gaps(struct json *j, const struct tl_collector *c)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < c->gap_n; i++) {
		const struct tl_gap *g = &c->gaps[i];

		json_add(j, array, json_gap(j, g->start, g->end, g->reason));
	}
	return array;
}

static cJSON *
make_collector(struct json *j, const struct report_input *in, size_t i)
{
	const struct feed_collector *f = &in->collectors[i];
	const struct timeline *t = in->timeline;
	const struct tl_collector *c = &t->collectors[i];
	const double full = in->query->params->full_feed;
	const unsigned id = (unsigned)i;
	cJSON *item = cJSON_CreateObject();

	json_put(j, item, "name", json_text(in->archive->collectors[i].name));
	json_put_number(j, item, "files", (double)f->files);
	json_put_number(j, item, "ribs", (double)f->ribs);
	json_put_number(j, item, "updates", (double)f->updates);
	json_put_number(j, item, "records", (double)f->records);
	json_put_number(j, item, "skipped", (double)f->skipped);
	json_put_number(j, item, "peers", timeline_peers(t, id));
	json_put_number(
	    j, item, "full_feed_ipv4", timeline_full_feeds(t, id, 0, full));
	json_put_number(
	    j, item, "full_feed_ipv6", timeline_full_feeds(t, id, 1, full));
	json_put_number(j, item, "session_resets", (double)c->session_resets);
	json_put_number(j, item, "stale_sessions", (double)c->stale_sessions);
	json_put_number(j, item, "rib_mismatches", (double)c->rib_mismatches);
	json_put(j, item, "gaps", make_gaps(j, c));
	return item;
}

cJSON *
report_json_coverage(struct json *j, const struct report_input *in)
{
	const struct timeline *t = in->timeline;
	cJSON *coverage = cJSON_CreateObject();
	cJSON *collectors = cJSON_CreateArray();

	json_put_time(j, coverage, "start", t->start);
	json_put_time(j, coverage, "end", t->end);
	for (size_t i = 0; i < t->collector_n; i++) {
		if (report_collector_read(in, i))
			json_add(j, collectors, make_collector(j, in, i));
	}
	json_put(j, coverage, "collectors", collectors);
	if (t->first_words_forgotten > 0) {
		json_put_number(j, coverage, "first_words_forgotten",
		    (double)t->first_words_forgotten);
	}
	return coverage;
}

/* What a report says of itself, before the findings. */
static void
put_head(struct json *j, const struct report_input *in, cJSON *top)
{
	json_put_head(j, top, SCHEMA_NAME);
	json_put(j, top, "query", report_json_query(j, in));
}

/* What the findings rest on. */
static void
put_rest(struct json *j, const struct report_input *in, cJSON *top)
{
	const struct report_faults faults = report_faults_of(in);

	json_put(j, top, "ases", make_ases(j, in));
	if (in->query->params->eventful)
		json_put(j, top, "quiet", report_json_quiet(j, in->result));
	json_put(j, top, "coverage", report_json_coverage(j, in));
	json_put(j, top, "damage", json_damage(j, &faults));
}

enum blk_status
report_json_print(FILE *out, const struct report_input *in, bool page)
{
	struct json j = {0};
	cJSON *top = cJSON_CreateObject();

	put_head(&j, in, top);
	json_put(&j, top, "outages", make_outages(&j, in));
	json_put(&j, top, "events", make_events(&j, in));
	put_rest(&j, in, top);
	return json_print(out, &j, top, page);
}

enum blk_status
report_json_outages(
    FILE *out, const struct report_input *in, const struct report_style *style)
{
	(void)style;
	return report_json_print(out, in, true);
}

enum blk_status
report_json_lines(
    FILE *out, const struct report_input *in, const struct report_style *style)
{
	const struct outage_result *r = in->result;
	enum blk_status status = BLK_OK;
	struct json j = {0};
	cJSON *top;

	(void)style;
	for (size_t i = 0; status == BLK_OK && i < r->row_n; i++)
		status = json_print(
		    out, &j, make_row(&j, in, &r->rows[i], true), false);
	for (size_t i = 0; status == BLK_OK && i < r->event_n; i++)
		status = json_print(
		    out, &j, make_event(&j, in, &r->events[i], true), false);
	if (status != BLK_OK)
		return status;
	top = cJSON_CreateObject();
	json_put(&j, top, "type", cJSON_CreateString("summary"));
	put_head(&j, in, top);
	put_rest(&j, in, top);
	return json_print(out, &j, top, false);
}
