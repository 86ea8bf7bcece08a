#include "report/json.h"

#include <math.h>
#include <stdlib.h>

#include "report/text.h"

void
json_put(struct json *j, cJSON *object, const char *key, cJSON *item)
{
	if (item == NULL || !cJSON_AddItemToObjectCS(object, key, item)) {
		cJSON_Delete(item);
		j->failed = true;
	}
}

void
json_add(struct json *j, cJSON *array, cJSON *item)
{
	if (item == NULL || !cJSON_AddItemToArray(array, item)) {
		cJSON_Delete(item);
		j->failed = true;
	}
}

void
json_put_number(struct json *j, cJSON *object, const char *key, double value)
{
	json_put(j, object, key, cJSON_CreateNumber(value));
}

void
json_put_share(struct json *j, cJSON *object, const char *key, double share)
{
	json_put_number(j, object, key, round(share * 1e4) / 1e4);
}

void
json_put_bool(struct json *j, cJSON *object, const char *key, bool value)
{
	json_put(j, object, key, cJSON_CreateBool(value));
}

void
json_put_time(struct json *j, cJSON *object, const char *key, usec_t t)
{
	char buf[TIMEFMT_STRLEN];

	json_put(j, object, key,
	    t == USEC_NONE ? cJSON_CreateNull()
			   : cJSON_CreateString(timefmt_rfc3339(t, buf)));
}

void
json_put_seconds(struct json *j, cJSON *object, const char *key, usec_t d)
{
	json_put(j, object, key,
	    d == USEC_NONE ? cJSON_CreateNull()
			   : cJSON_CreateNumber((double)usec_floor_sec(d)));
}

void
json_put_prefix(
    struct json *j, cJSON *object, const char *key, const struct prefix *p)
{
	char buf[PREFIX_STRLEN];

	json_put(j, object, key, cJSON_CreateString(prefix_format(p, buf)));
}

void
json_put_head(struct json *j, cJSON *top, const char *schema)
{
	json_put(j, top, "schema", cJSON_CreateString(schema));
	json_put(
	    j, top, "tool", cJSON_CreateString("blackout " BLACKOUT_VERSION));
}

cJSON *
json_text(const char *s)
{
	char *clean = text_utf8(s);
	cJSON *item = clean != NULL ? cJSON_CreateString(clean) : NULL;

	free(clean);
	return item;
}

cJSON *
json_words(struct json *j, const struct report_words *words)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < words->n; i++)
		json_add(j, array, json_text(words->v[i]));
	return array;
}

cJSON *
json_damage(struct json *j, const struct report_faults *faults)
{
	const size_t n = report_damage_n(faults);
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < n; i++) {
		const struct report_damage d = report_damage_get(faults, i);
		cJSON *item = cJSON_CreateObject();

		json_put(j, item, "file", json_text(d.file));
		json_put_number(j, item, "offset", (double)d.offset);
		json_put(j, item, "what", json_text(d.what));
		json_put_number(j, item, "count", (double)d.count);
		json_put_number(
		    j, item, "records_kept", (double)d.records_kept);
		json_put_time(j, item, "lost_from", d.lost_from);
		json_put_time(j, item, "lost_until", d.lost_until);
		json_add(j, array, item);
	}
	return array;
}

cJSON *
json_gap(struct json *j, usec_t start, usec_t end, enum gap_reason reason)
{
	cJSON *gap = cJSON_CreateObject();

	json_put_time(j, gap, "start", start);
	json_put_time(j, gap, "end", end);
	json_put(j, gap, "reason", cJSON_CreateString(report_gap_name(reason)));
	return gap;
}

enum blk_status
json_print(FILE *out, const struct json *j, cJSON *tree, bool page)
{
	char *text = NULL;

	if (!j->failed && tree != NULL)
		text = page ? cJSON_Print(tree) : cJSON_PrintUnformatted(tree);
	cJSON_Delete(tree);
	if (text == NULL)
		return BLK_ENOMEM;
	fputs(text, out);
	putc('\n', out);
	cJSON_free(text);
	return report_written(out);
}

/* --- pages --- */

static void
put_tabs(FILE *out, unsigned n)
{
	while (n-- > 0)
		putc('\t', out);
}

/* All that stands before a value. */
static void
page_next(struct json_page *p, const char *key)
{
	bool *some = &p->some[p->depth - 1];

	if (key == NULL) {
		fputs(*some ? ", " : "", p->out);
	} else {
		fputs(*some ? ",\n" : "\n", p->out);
		put_tabs(p->out, p->depth);
		fprintf(p->out, "\"%s\":\t", key);
	}
	*some = true;
}

static void
page_open(struct json_page *p, char open, char close)
{
	putc(open, p->out);
	p->close[p->depth] = close;
	p->some[p->depth++] = false;
}

void
json_page_begin(struct json_page *p, FILE *out, struct json *j)
{
	*p = (struct json_page){.out = out, .j = j};
	page_open(p, '{', '}');
}

void
json_page_object(struct json_page *p, const char *key)
{
	page_next(p, key);
	page_open(p, '{', '}');
}

void
json_page_array(struct json_page *p, const char *key)
{
	page_next(p, key);
	page_open(p, '[', ']');
}

void
json_page_close(struct json_page *p)
{
	const char close = p->close[--p->depth];

	if (close == '}') {
		putc('\n', p->out);
		put_tabs(p->out, p->depth);
	}
	putc(close, p->out);
	if (p->depth == 0)
		putc('\n', p->out);
}

void
json_page_put(struct json_page *p, const char *key, cJSON *item)
{
	char *text = item != NULL ? cJSON_Print(item) : NULL;

	cJSON_Delete(item);
	if (text == NULL) {
		p->j->failed = true;
		return;
	}
	page_next(p, key);
	for (const char *c = text; *c != '\0'; c++) {
		putc(*c, p->out);
		if (*c == '\n')
			put_tabs(p->out, p->depth);
	}
	cJSON_free(text);
}

void
json_page_put_all(struct json_page *p, cJSON *object)
{
	cJSON *item;

	p->j->failed |= object == NULL;
	while (object != NULL && (item = object->child) != NULL) {
		const char *key = item->string; /* a constant: see json_put */

		json_page_put(p, key, cJSON_DetachItemViaPointer(object, item));
	}
	cJSON_Delete(object);
}
