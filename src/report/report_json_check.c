#include <string.h>

#include "report/report_json.h"

/*
 * Claims and verdicts as JSON, the keys in the order in which they are
 * published.  The schema is testdata/schema/check.schema.json.
 */

#define SCHEMA_NAME "blackout/check/1"

/* A moment on another clock: "2014-12-23T01:15:00+09:00". */
static cJSON *
make_local(usec_t t, int ahead)
{
	char buf[TIMEFMT_STRLEN + 8];
	const int minutes = (ahead < 0 ? -ahead : ahead) / 60;
	size_t z;

	timefmt_rfc3339(t + ahead * USEC_PER_SEC, buf);
	z = strlen(buf) - 1;
	snprintf(buf + z, sizeof(buf) - z, "%c%02d:%02d", ahead < 0 ? '-' : '+',
	    minutes / 60 % 100, minutes % 60);
	return cJSON_CreateString(buf);
}

static void
put_side(struct json *j, cJSON *object, enum claim_side side, const char *less,
    const char *more)
{
	json_put(j, object, "or",
	    side == CLAIM_EXACT
		? cJSON_CreateNull()
		: cJSON_CreateString(side == CLAIM_OR_LESS ? less : more));
}

static cJSON *
make_moment(struct json *j, const struct claim *c, const struct claim_bound *b)
{
	cJSON *moment;

	if (!b->given)
		return cJSON_CreateNull();
	moment = cJSON_CreateObject();
	json_put_time(j, moment, "time", b->value);
	if (c->has_offset)
		json_put(j, moment, "local", make_local(b->value, c->offset));
	json_put_seconds(j, moment, "precision", b->precision);
	put_side(j, moment, b->side, "earlier", "later");
	return moment;
}

static cJSON *
make_length(struct json *j, const struct claim_bound *b)
{
	cJSON *length;

	if (!b->given)
		return cJSON_CreateNull();
	length = cJSON_CreateObject();
	json_put_seconds(j, length, "length", b->value);
	json_put_seconds(j, length, "precision", b->precision);
	put_side(j, length, b->side, "shorter", "longer");
	return length;
}

static cJSON *
make_claimed(struct json *j, const struct claim *c)
{
	cJSON *claimed = cJSON_CreateObject();
	cJSON *asns = cJSON_CreateArray();

	for (size_t i = 0; i < c->asn_n; i++)
		json_add(j, asns, cJSON_CreateNumber(c->asns[i]));
	json_put(j, claimed, "asns", asns);
	json_put(j, claimed, "prefixes",
	    report_json_prefixes(j, c->prefixes, c->prefix_n));
	json_put(j, claimed, "country",
	    c->country[0] != '\0' ? cJSON_CreateString(c->country)
				  : cJSON_CreateNull());
	json_put(j, claimed, "start", make_moment(j, c, &c->start));
	json_put(j, claimed, "end", make_moment(j, c, &c->end));
	json_put(j, claimed, "duration", make_length(j, &c->duration));
	json_put(j, claimed, "count",
	    c->count > 0 ? cJSON_CreateNumber(c->count) : cJSON_CreateNull());
	return claimed;
}

static cJSON *
make_bound(struct json *j, const struct check_bound *b)
{
	cJSON *bound;

	if (!b->claimed)
		return cJSON_CreateNull();
	bound = cJSON_CreateObject();
	json_put(j, bound, "verdict",
	    cJSON_CreateString(check_verdict_name(b->verdict)));
	json_put_seconds(j, bound, "difference", b->difference);
	json_put_bool(j, bound, "at_least", b->at_least);
	return bound;
}

static cJSON *
make_observed(
    struct json *j, const struct report_check *in, const struct check_entity *e)
{
	cJSON *array = cJSON_CreateArray();

	for (const struct outage_window *w = e->first;
	     w != NULL && w <= e->last; w++)
		json_add(
		    j, array, report_json_window(j, in->data, e->as, w, false));
	return array;
}

static cJSON *
make_network(
    struct json *j, const struct report_check *in, const struct check_entity *e)
{
	cJSON *network = cJSON_CreateObject();

	report_json_put_entity(j, network, in->data, e->as);
	json_put(j, network, "verdict",
	    cJSON_CreateString(check_verdict_name(e->verdict)));
	json_put(j, network, "reason",
	    cJSON_CreateString(check_reason_name(e->reason)));
	json_put(j, network, "start", make_bound(j, &e->start));
	json_put(j, network, "end", make_bound(j, &e->end));
	json_put(j, network, "duration", make_bound(j, &e->duration));
	json_put_number(j, network, "outages", e->window_n);
	json_put(j, network, "observed", make_observed(j, in, e));
	json_put(j, network, "nearest",
	    e->nearest != NULL
		? report_json_window(j, in->data, e->as, e->nearest, false)
		: cJSON_CreateNull());
	json_put_seconds(j, network, "claimed_seconds", e->claimed);
	json_put_seconds(j, network, "known_seconds", e->known);
	json_put_number(j, network, "voting_max", e->as->voting_max);
	return network;
}

static cJSON *
make_source(struct json *j, const struct claim *c)
{
	cJSON *source = cJSON_CreateObject();

	json_put(j, source, "title", json_text(c->title));
	json_put(j, source, "publisher", json_text(c->publisher));
	json_put(j, source, "date", json_text(c->date));
	json_put(j, source, "url",
	    c->url != NULL ? json_text(c->url) : cJSON_CreateNull());
	return source;
}

static cJSON *
make_claim(struct json *j, const struct report_check *in,
    const struct report_claim *rc)
{
	const struct check_result *r = &rc->result;
	const struct claim *c = rc->claim;
	cJSON *claim = cJSON_CreateObject();
	cJSON *networks = cJSON_CreateArray();

	json_put(j, claim, "id", json_text(c->id));
	json_put(
	    j, claim, "kind", cJSON_CreateString(claim_kind_name(c->kind)));
	json_put(j, claim, "verdict",
	    cJSON_CreateString(check_verdict_name(r->verdict)));
	json_put(j, claim, "reason",
	    cJSON_CreateString(check_reason_name(r->reason)));
	json_put(j, claim, "claimed", make_claimed(j, c));
	for (size_t i = 0; i < r->entity_n; i++)
		json_add(j, networks, make_network(j, in, &r->entities[i]));
	json_put(j, claim, "networks", networks);
	json_put(j, claim, "source", make_source(j, c));
	json_put(j, claim, "note",
	    c->note != NULL ? json_text(c->note) : cJSON_CreateNull());
	return claim;
}

static cJSON *
make_summary(struct json *j, const struct report_check *in)
{
	cJSON *summary = cJSON_CreateObject();
	size_t n[CHECK_VERDICTS];

	report_check_count(in, n);
	json_put_number(j, summary, "claims", (double)in->claim_n);
	for (int v = 0; v < CHECK_VERDICTS; v++)
		json_put_number(j, summary,
		    check_verdict_name((enum check_verdict)v), (double)n[v]);
	return summary;
}

enum blk_status
report_json_check(
    FILE *out, const struct report_check *in, const struct report_style *style)
{
	const struct report_faults faults = report_faults_of(in->data);
	struct json j = {0};
	cJSON *top = cJSON_CreateObject();
	cJSON *claims = cJSON_CreateArray();

	(void)style;
	json_put(&j, top, "schema", cJSON_CreateString(SCHEMA_NAME));
	json_put(
	    &j, top, "tool", cJSON_CreateString("blackout " BLACKOUT_VERSION));
	json_put(&j, top, "query", report_json_query(&j, in->data));
	json_put_seconds(&j, top, "tolerance", in->slack);
	for (size_t i = 0; i < in->claim_n; i++)
		json_add(&j, claims, make_claim(&j, in, &in->claims[i]));
	json_put(&j, top, "claims", claims);
	json_put(&j, top, "summary", make_summary(&j, in));
	json_put(&j, top, "coverage", report_json_coverage(&j, in->data));
	json_put(&j, top, "damage", json_damage(&j, &faults));
	return json_print(out, &j, top, true);
}
