/*
 * Lines are put together in one buffer that only grows, from parts that are
 * made once for all elements of a group: most messages name several prefixes.
 */
#include "blackout/rows.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/vec.h"
#include "report/rows_priv.h"
#include "report/text.h"

/* Behind the prefix and the path identifier of a line. */
#define VARYING_MAX (PUT_PREFIX_LEN + PUT_U32_LEN + PUT_SLACK)

/* Of a group: all that has a fixed length, the text of a path, origins. */
#define GROUP_FIXED_MAX (1024u + BGP_ASPATH_STRLEN + 256u * (PUT_U32_LEN + 1))

/* Of each byte of communities: "no-export-sub-confed" stands for four. */
#define GROUP_PER_BYTE 6u

struct rows {
	const struct rows_format *format;
	char *collector; /* as a JSON string */
	struct rows_group group;
	uint64_t group_at; /* the group that this is; 0: none */
	char *text;
	size_t len, cap;
};

const struct rows_format *
rows_format_find(const char *name)
{
	static const struct rows_format *const formats[] = {
	    &rows_bgpdump, &rows_jsonl};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	}
	return NULL;
}

enum blk_status
rows_new(struct rows **out, const struct rows_format *format)
{
	struct rows *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return BLK_ENOMEM;
	r->format = format;
	*out = r;
	return BLK_OK;
}

void
rows_free(struct rows *r)
{
	if (r == NULL)
		return;
	cJSON_free(r->collector);
	free(r->group.text);
	free(r->text);
	free(r);
}

enum blk_status
rows_begin_file(struct rows *r, const char *collector)
{
	char *text = text_utf8(collector);
	cJSON *string = text != NULL ? cJSON_CreateString(text) : NULL;
	char *quoted = string != NULL ? cJSON_PrintUnformatted(string) : NULL;

	cJSON_Delete(string);
	free(text);
	if (quoted == NULL)
		return BLK_ENOMEM;
	cJSON_free(r->collector);
	r->collector = quoted;
	r->group_at = 0;
	return BLK_OK;
}

char *
rows_put_time(char *p, const struct elem *e)
{
	uint32_t sec = (uint32_t)usec_floor_sec(e->time);

	p = put_u32(p, sec);
	if (e->mrt_type != MRT_BGP4MP_ET)
		return p;
	return put_digits(put_char(p, '.'),
	    (uint32_t)(e->time - (usec_t)sec * USEC_PER_SEC), 6);
}

/* An upper bound on the length of a group's parts. */
static size_t
group_max(const struct rows *r, const struct elem *e)
{
	const struct bgp_attrs *a = elem_attrs(e);
	size_t n = GROUP_FIXED_MAX + strlen(r->collector);
	struct cursor c;

	if (a == NULL)
		return n;
	c = bgp_communities(a);
	n += GROUP_PER_BYTE * cur_left(&c);
	c = bgp_large_communities(a);
	return n + GROUP_PER_BYTE * cur_left(&c);
}

static bool
begin_group(struct rows *r, const struct elem *e)
{
	struct rows_group *g = &r->group;

	if (!vec_reserve_many(&g->text, 0, group_max(r, e), &g->cap, 1))
		return false;
	g->head_n = g->middle_n = g->end_n = 0;
	g->whole = e->type == ELEM_STATE;
	r->format->group(g, e, r->collector);
	r->group_at = e->group;
	return true;
}

enum blk_status
rows_add(struct rows *r, const struct elem *e)
{
	const struct rows_group *g = &r->group;
	const char *part;
	size_t max;
	char *p;

	if (e->group != r->group_at && !begin_group(r, e))
		return BLK_ENOMEM;
	max = g->head_n + g->middle_n + g->end_n + VARYING_MAX;
	if (r->cap - r->len < max &&
	    !vec_reserve_many(&r->text, r->len, max, &r->cap, 1))
		return BLK_ENOMEM;
	part = g->text;
	p = put_bytes(r->text + r->len, part, g->head_n);
	part += g->head_n;
	if (!g->whole) {
		p = put_prefix(p, &e->prefix, r->format->style);
		p = put_bytes(p, part, g->middle_n);
		if (e->has_path_id)
			p = put_u32(p, e->path_id);
		p = put_bytes(p, part + g->middle_n, g->end_n);
	}
	r->len = (size_t)(p - r->text);
	return BLK_OK;
}

const char *
rows_text(const struct rows *r, size_t *len)
{
	*len = r->len;
	return r->text;
}

void
rows_clear(struct rows *r)
{
	r->len = 0;
}
