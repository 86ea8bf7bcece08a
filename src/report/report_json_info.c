#include "blackout/mrt.h"
#include "report/json.h"
#include "report/report_priv.h"
#include "report/tally.h"

#include <stdlib.h>

/*
 * What is in an archive, as JSON.  Lists are flat and name their collector, so
 * that a filter needs no nesting.  The schema is
 * testdata/schema/info.schema.json.
 */

#define SCHEMA_NAME "blackout/info/1"

struct view {
	const struct report_info *in;
	const struct tally *tally;
};

static cJSON *
make_name(const struct view *v, size_t collector)
{
	return json_text(v->in->archive->collectors[collector].name);
}

/* "announced_ipv4" and "announced_ipv6", and so on. */
static void
put_by_family(
    struct json *j, cJSON *item, const char *const keys[2], const uint64_t n[2])
{
	json_put_number(j, item, keys[0], (double)n[0]);
	json_put_number(j, item, keys[1], (double)n[1]);
}

static void
put_words(struct json *j, cJSON *item, const struct info_words *w)
{
	static const char *const announced[] = {
	    "announced_ipv4", "announced_ipv6"};
	static const char *const withdrawn[] = {
	    "withdrawn_ipv4", "withdrawn_ipv6"};

	json_put_number(j, item, "messages", (double)w->messages);
	put_by_family(j, item, announced, w->announced);
	put_by_family(j, item, withdrawn, w->withdrawn);
	json_put_number(j, item, "state_changes", (double)w->states);
	json_put_number(j, item, "ups", (double)w->ups);
	json_put_number(j, item, "downs", (double)w->downs);
}

/* Every record that is believed has a type and subtype with a name. */
static cJSON *
make_kind(struct json *j, const struct feed_kind *k)
{
	const char *type = mrt_type_name(k->type);
	const char *subtype = mrt_subtype_name(k->type, k->subtype);
	cJSON *item = cJSON_CreateObject();

	json_put(j, item, "type", json_text(type != NULL ? type : ""));
	json_put(j, item, "subtype", json_text(subtype != NULL ? subtype : ""));
	json_put_number(j, item, "type_code", k->type);
	json_put_number(j, item, "subtype_code", k->subtype);
	json_put_number(j, item, "records", (double)k->n);
	return item;
}

static cJSON *
make_kinds(struct json *j, const struct view *v, size_t collector)
{
	cJSON *array = cJSON_CreateArray();
	struct tally_records *r = NULL;
	size_t n = 0;

	if (tally_records(v->in, collector, &r, &n) != BLK_OK)
		j->failed = true;
	for (size_t i = 0; i < n; i++)
		json_add(j, array, make_kind(j, &r[i].kind));
	free(r);
	return array;
}

static cJSON *
make_gaps(struct json *j, const struct info_collector *c)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < c->gap_n; i++) {
		const struct info_gap *g = &c->gaps[i];

		json_add(j, array, json_gap(j, g->start, g->end, g->reason));
	}
	return array;
}

/* A number that is known only where a RIB of the family is. */
static void
put_known(struct json *j, cJSON *item, const char *key, bool known, double n)
{
	json_put(
	    j, item, key, known ? cJSON_CreateNumber(n) : cJSON_CreateNull());
}

static void
put_tables(struct json *j, cJSON *item, const struct info_collector *c)
{
	static const char *const full[] = {"full_feed_ipv4", "full_feed_ipv6"};
	static const char *const largest[] = {"largest_ipv4", "largest_ipv6"};

	for (unsigned f = 0; f < 2; f++)
		put_known(j, item, full[f], c->tables[f] == INFO_TABLES_WHOLE,
		    c->full_feed_n[f]);
	for (unsigned f = 0; f < 2; f++)
		put_known(j, item, largest[f], c->tables[f] != INFO_TABLES_NONE,
		    c->largest[f]);
}

static cJSON *
make_collector(struct json *j, const struct view *v, size_t i)
{
	const struct info_collector *c = &v->in->info->collectors[i];
	const struct feed_collector *f = &v->in->collectors[i];
	const struct tally_collector *t = &v->tally->collectors[i];
	cJSON *item = cJSON_CreateObject();

	json_put(j, item, "name", make_name(v, i));
	json_put_bool(j, item, "whole", t->whole);
	json_put_time(j, item, "start", t->start);
	json_put_time(j, item, "end", t->end);
	json_put_number(j, item, "files", (double)f->files);
	json_put_number(j, item, "damaged_files", (double)t->damaged_n);
	json_put_number(j, item, "ribs", (double)f->ribs);
	json_put_number(j, item, "updates", (double)f->updates);
	json_put_seconds(
	    j, item, "cadence", v->in->archive->collectors[i].cadence);
	json_put_seconds(j, item, "rib_cadence", c->rib_cadence);
	json_put_number(j, item, "records", (double)f->records);
	json_put_number(j, item, "skipped", (double)f->skipped);
	json_put_number(j, item, "repeats", (double)t->repeats);
	json_put_number(j, item, "peers", c->peer_n);
	put_tables(j, item, c);
	put_words(j, item, &c->words);
	json_put(j, item, "gaps", make_gaps(j, c));
	json_put(j, item, "records_by_type", make_kinds(j, v, i));
	return item;
}

static cJSON *
make_collectors(struct json *j, const struct view *v)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < v->in->archive->collector_n; i++)
		json_add(j, array, make_collector(j, v, i));
	return array;
}

static cJSON *
make_kind_name(enum tally_kind kind)
{
	static const char *const names[] = {
	    [TALLY_UPDATES] = "updates",
	    [TALLY_RIB] = "rib",
	    [TALLY_BOTH] = "both",
	    [TALLY_OTHER] = "other",
	};

	return kind == TALLY_NOTHING ? cJSON_CreateNull()
				     : cJSON_CreateString(names[kind]);
}

static cJSON *
make_name_kind(enum archive_kind kind)
{
	if (kind == ARCHIVE_ANY)
		return cJSON_CreateNull();
	return cJSON_CreateString(kind == ARCHIVE_RIB ? "rib" : "updates");
}

static void
put_contents(struct json *j, const struct view *v, cJSON *item, size_t i)
{
	static const char *const states[] = {
	    [FEED_FILE_UNREAD] = "unread",
	    [FEED_FILE_WHOLE] = "whole",
	    [FEED_FILE_CUT] = "cut",
	    [FEED_FILE_UNREADABLE] = "unreadable",
	};
	const struct tally_file *t = &v->tally->files[i];
	const struct feed_file *f = &v->in->files[i];
	const bool told = f->compression[0] != '\0';

	json_put(j, item, "kind", make_kind_name(t->kind));
	json_put(j, item, "state", cJSON_CreateString(states[f->state]));
	json_put_number(j, item, "damage", (double)t->damage_n);
	json_put(j, item, "compression",
	    told ? cJSON_CreateString(f->compression) : cJSON_CreateNull());
	json_put_number(j, item, "size", (double)t->size);
	json_put_number(j, item, "plain_size", (double)f->plain_bytes);
	json_put_time(j, item, "first", f->first);
	json_put_time(j, item, "last", f->last);
	json_put_number(j, item, "records", (double)f->records);
	json_put_number(j, item, "skipped", (double)f->skipped);
	json_put_number(j, item, "repeats", (double)f->repeats);
	json_put_number(j, item, "ribs", (double)f->ribs);
}

static cJSON *
make_file(struct json *j, const struct view *v, size_t i)
{
	const struct archive_file *a = &v->in->archive->files[i];
	const struct info_file *info = &v->in->info->files[i];
	const struct feed_file *f = &v->in->files[i];
	cJSON *item = cJSON_CreateObject();
	cJSON *kinds = cJSON_CreateArray();

	json_put(j, item, "file", json_text(a->path));
	json_put(j, item, "collector", make_name(v, a->collector));
	json_put(j, item, "name_kind", make_name_kind(a->name_kind));
	put_contents(j, v, item, i);
	json_put_number(j, item, "peers", info->peer_n);
	put_words(j, item, &info->words);
	for (size_t k = 0; k < f->kind_n; k++)
		json_add(j, kinds, make_kind(j, &f->kinds[k]));
	json_put(j, item, "records_by_type", kinds);
	return item;
}

/* One by one: there may be a hundred thousand. */
static void
put_files(struct json_page *page, const struct view *v)
{
	json_page_array(page, "files");
	for (size_t i = 0; i < v->in->archive->file_n && !page->j->failed; i++)
		json_page_put(page, NULL, make_file(page->j, v, i));
	json_page_close(page);
}

static cJSON *
make_ribs(struct json *j, const struct view *v)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < v->in->info->rib_n; i++) {
		const struct info_rib *r = &v->in->info->ribs[i];
		cJSON *item = cJSON_CreateObject();

		json_put(j, item, "collector", make_name(v, r->collector));
		json_put(j, item, "file",
		    json_text(v->in->archive->files[r->file].path));
		json_put_time(j, item, "time", r->time);
		json_put_bool(j, item, "whole", r->whole);
		json_put_number(j, item, "peers", r->peer_n);
		json_put_number(j, item, "prefixes_ipv4", r->prefix_n[0]);
		json_put_number(j, item, "prefixes_ipv6", r->prefix_n[1]);
		json_add(j, array, item);
	}
	return array;
}

static cJSON *
make_peer(struct json *j, const struct view *v, const struct info_peer *p)
{
	static const char *const table[] = {"table_ipv4", "table_ipv6"};
	static const char *const full[] = {"full_feed_ipv4", "full_feed_ipv6"};
	const struct info_collector *c = &v->in->info->collectors[p->collector];
	cJSON *item = cJSON_CreateObject();
	char buf[IPADDR_STRLEN];

	json_put(j, item, "collector", make_name(v, p->collector));
	json_put(j, item, "peer_ip",
	    cJSON_CreateString(ipaddr_format(&p->addr, buf)));
	json_put_number(j, item, "peer_asn", p->asn);
	json_put_time(j, item, "first", p->first);
	json_put_time(j, item, "last", p->last);
	for (unsigned f = 0; f < 2; f++)
		put_known(j, item, table[f], c->tables[f] != INFO_TABLES_NONE,
		    p->table[f]);
	for (unsigned f = 0; f < 2; f++)
		json_put(j, item, full[f],
		    c->tables[f] == INFO_TABLES_WHOLE
			? cJSON_CreateBool(p->full_feed[f])
			: cJSON_CreateNull());
	put_words(j, item, &p->words);
	return item;
}

static cJSON *
make_peers(struct json *j, const struct view *v)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < v->in->info->peer_n; i++)
		json_add(j, array, make_peer(j, v, &v->in->info->peers[i]));
	return array;
}

static cJSON *
make_query(struct json *j, const struct report_info *in)
{
	cJSON *query = cJSON_CreateObject();

	json_put(j, query, "collectors", json_words(j, &in->wanted));
	json_put_share(j, query, "full_feed", in->full_feed);
	return query;
}

static cJSON *
make_head(struct json *j, const struct view *v)
{
	const struct report_info *in = v->in;
	cJSON *top = cJSON_CreateObject();

	json_put_head(j, top, SCHEMA_NAME);
	json_put(j, top, "query", make_query(j, in));
	json_put_bool(j, top, "whole", v->tally->whole);
	json_put_time(j, top, "start", v->tally->start);
	json_put_time(j, top, "end", v->tally->end);
	json_put_number(j, top, "duplicates", (double)in->archive->duplicate_n);
	json_put_number(j, top, "ignored", (double)in->archive->ignored_n);
	return top;
}

static void
put_report(FILE *out, struct json *j, const struct view *v)
{
	const struct report_info *in = v->in;
	const struct report_faults faults = {
	    in->damage, in->damage_n, in->archive};
	struct json_page page;

	json_page_begin(&page, out, j);
	json_page_put_all(&page, make_head(j, v));
	json_page_put(&page, "collectors", make_collectors(j, v));
	put_files(&page, v);
	json_page_put(&page, "ribs", make_ribs(j, v));
	json_page_put(&page, "peers", make_peers(j, v));
	json_page_put(&page, "damage", json_damage(j, &faults));
	json_page_close(&page);
}

enum blk_status
report_json_info(
    FILE *out, const struct report_info *in, const struct report_style *style)
{
	struct json j = {0};
	struct tally tally;
	const struct view v = {in, &tally};
	enum blk_status status = tally_init(&tally, in);

	(void)style;
	if (status != BLK_OK)
		return status;
	put_report(out, &j, &v);
	tally_fini(&tally);
	return j.failed ? BLK_ENOMEM : report_written(out);
}
