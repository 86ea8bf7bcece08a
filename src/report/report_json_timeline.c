#include "report/report_json.h"

/*
 * The curves as JSON.  Times are whole seconds, so that of the steps within
 * one second only the last is told: what held from then on.
 */

#define SCHEMA_NAME "blackout/timeline/1"

static cJSON *
make_step(struct json *j, const struct curve_step *s)
{
	cJSON *item = cJSON_CreateObject();

	json_put_time(j, item, "time", s->time);
	json_put_number(j, item, "voting", s->voting);
	json_put_number(j, item, "carrying", s->carrying);
	json_put(j, item, "verdict",
	    cJSON_CreateString(curve_verdict_name(s->verdict)));
	if (s->moved)
		json_put_number(j, item, "moved_to", s->moved_to);
	return item;
}

static cJSON *
make_steps(struct json *j, const struct report_timeline *in,
    const struct curve_prefix *p)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < p->step_n; i++)
		if (report_step_told(in, p, i))
			json_add(j, array, make_step(j, &p->steps[i]));
	return array;
}

static cJSON *
make_prefix(struct json *j, const struct report_timeline *in,
    const struct outage_as *as, const struct curve_prefix *p)
{
	cJSON *item = cJSON_CreateObject();

	json_put_prefix(j, item, "prefix", &p->prefix);
	json_put_bool(j, item, "baseline", report_in_baseline(as, &p->prefix));
	json_put(j, item, "steps", make_steps(j, in, p));
	return item;
}

static cJSON *
make_entity(struct json *j, const struct report_timeline *in,
    const struct outage_as *as, const struct curve_entity *e)
{
	cJSON *item = cJSON_CreateObject();
	cJSON *prefixes = cJSON_CreateArray();

	report_json_put_entity(j, item, in->data, as);
	json_put_share(j, item, "availability", as->availability);
	json_put_time(
	    j, item, "first_visible", as->seen ? as->first_visible : USEC_NONE);
	for (size_t i = 0; i < e->prefix_n; i++)
		json_add(j, prefixes, make_prefix(j, in, as, &e->prefixes[i]));
	json_put(j, item, "prefixes", prefixes);
	return item;
}

enum blk_status
report_json_timeline(FILE *out, const struct report_timeline *in,
    const struct report_style *style)
{
	const struct report_faults faults = report_faults_of(in->data);
	struct json j = {0};
	cJSON *top = cJSON_CreateObject();
	cJSON *curves = cJSON_CreateArray();

	(void)style;
	json_put_head(&j, top, SCHEMA_NAME);
	json_put(&j, top, "query", report_json_query(&j, in->data));
	json_put(&j, top, "curves", curves);
	for (size_t i = 0; i < in->data->result->as_n && !j.failed; i++) {
		const struct curve_entity *e;

		if (curve_get(in->curves, in->data->result->ases[i].entity,
			&e) != BLK_OK)
			j.failed = true;
		else
			json_add(&j, curves,
			    make_entity(&j, in, &in->data->result->ases[i], e));
	}
	json_put(&j, top, "coverage", report_json_coverage(&j, in->data));
	json_put(&j, top, "damage", json_damage(&j, &faults));
	return json_print(out, &j, top, true);
}
