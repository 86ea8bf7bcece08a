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

/* What makes a prefix count, or not, as one of the network's own. */
static void
put_baseline(struct json *j, cJSON *item, const struct outage_as *as,
    const struct curve_prefix *p)
{
	json_put_bool(j, item, "baseline", report_in_baseline(as, &p->prefix));
	json_put_time(j, item, "since", p->since);
	json_put_seconds(j, item, "visible", p->visible);
	json_put_seconds(j, item, "needed", p->needed);
	json_put_time(j, item, "originated", p->originated);
}

static cJSON *
make_prefix(struct json *j, const struct report_timeline *in,
    const struct outage_as *as, const struct curve_prefix *p)
{
	cJSON *item = cJSON_CreateObject();

	json_put_prefix(j, item, "prefix", &p->prefix);
	put_baseline(j, item, as, p);
	json_put(j, item, "steps", make_steps(j, in, p));
	return item;
}

static cJSON *
make_entity(struct json *j, const struct report_timeline *in,
    const struct outage_as *as)
{
	cJSON *item = cJSON_CreateObject();

	report_json_put_entity(j, item, in->data, as);
	json_put_share(j, item, "availability", as->availability);
	json_put_time(
	    j, item, "first_visible", as->seen ? as->first_visible : USEC_NONE);
	return item;
}

static void
put_curve(struct json_page *page, const struct report_timeline *in,
    const struct outage_as *as)
{
	const struct curve_entity *e;

	if (curve_get(in->curves, as->entity, &e) != BLK_OK) {
		page->j->failed = true;
		return;
	}
	json_page_object(page, NULL);
	json_page_put_all(page, make_entity(page->j, in, as));
	json_page_array(page, "prefixes");
	for (size_t i = 0; i < e->prefix_n && !page->j->failed; i++)
		json_page_put(
		    page, NULL, make_prefix(page->j, in, as, &e->prefixes[i]));
	json_page_close(page);
	json_page_close(page);
}

static cJSON *
make_voters(struct json *j, const struct report_timeline *in,
    const struct report_voters *v)
{
	cJSON *item = cJSON_CreateObject(), *steps = cJSON_CreateArray();

	json_put(j, item, "collector",
	    json_text(in->data->archive->collectors[v->collector].name));
	json_put(j, item, "family",
	    cJSON_CreateString(report_family_name(v->family)));
	json_put_bool(j, item, "rib",
	    in->data->timeline->collectors[v->collector].has_rib[v->family]);
	for (size_t i = 0; i < v->step_n; i++) {
		cJSON *step;

		if (!report_voters_told(in, v, i))
			continue;
		step = cJSON_CreateObject();
		json_put_time(j, step, "time", v->steps[i].time);
		json_put_number(j, step, "voting", v->steps[i].voting);
		json_add(j, steps, step);
	}
	json_put(j, item, "steps", steps);
	return item;
}

static void
put_voters(struct json_page *page, const struct report_timeline *in)
{
	struct report_voters v;
	enum blk_status status = BLK_OK;

	json_page_array(page, "voters");
	for (size_t i = 0; !page->j->failed;) {
		status = report_voters_next(in, &i, &v);
		if (status != BLK_OK)
			break;
		json_page_put(page, NULL, make_voters(page->j, in, &v));
	}
	page->j->failed |= status == BLK_ENOMEM;
	json_page_close(page);
}

enum blk_status
report_json_timeline(FILE *out, const struct report_timeline *in,
    const struct report_style *style)
{
	const struct report_faults faults = report_faults_of(in->data);
	struct json j = {0};
	struct json_page page;
	cJSON *head = cJSON_CreateObject();

	(void)style;
	json_page_begin(&page, out, &j);
	json_put_head(&j, head, SCHEMA_NAME);
	json_page_put_all(&page, head);
	json_page_put(&page, "query", report_json_query(&j, in->data));
	json_page_array(&page, "curves");
	for (size_t i = 0; i < in->data->result->as_n && !j.failed; i++)
		put_curve(&page, in, &in->data->result->ases[i]);
	json_page_close(&page);
	if (in->data->query->params->eventful)
		json_page_put(
		    &page, "quiet", report_json_quiet(&j, in->data->result));
	put_voters(&page, in);
	json_page_put(&page, "coverage", report_json_coverage(&j, in->data));
	json_page_put(&page, "damage", json_damage(&j, &faults));
	json_page_close(&page);
	return j.failed ? BLK_ENOMEM : report_written(out);
}
