/*
 * Every object of the file is walked by a table of its keys, so that a key
 * that is misspelt, missing or given twice is an error and not a claim that
 * means something else.  Errors carry the place: claim, id, key.
 */
#include "blackout/claims.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#define SCHEMA_NAME "blackout/reports/1"
#define ID_MAX 64u

struct parser {
	char *error;
	size_t number;     /* of the claim, from 1; 0: none yet */
	const char *id;    /* its id, once known */
	const char *outer; /* the key around key; or NULL */
	const char *key;
	struct claims *claims;
	struct claim *claim;
	struct claim_bound *bound;
	int zone; /* of the time just read, in seconds */
};

/* One key of an object, and what takes its value. */
struct field {
	const char *key;
	bool needed;
	enum blk_status (*take)(struct parser *p, const cJSON *value);
};

const char *
claim_kind_name(enum claim_kind kind)
{
	static const char *const names[] = {
	    [CLAIM_OUTAGE] = "outage",
	    [CLAIM_PARTIAL] = "partial",
	    [CLAIM_FLAPPING] = "flapping",
	    [CLAIM_NONE] = "none",
	};

	return names[kind];
}

static enum blk_status fail(struct parser *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "claim 3 (nk14-b1), end.time: ..." */
static enum blk_status
fail(struct parser *p, const char *format, ...)
{
	const bool in_key = p->outer != NULL || p->key != NULL;
	char claim[128] = "";
	va_list ap;
	int n;

	if (p->number > 0)
		snprintf(claim, sizeof(claim), "claim %zu%s%s%s", p->number,
		    p->id != NULL ? " (" : "", p->id != NULL ? p->id : "",
		    p->id != NULL ? ")" : "");
	n = snprintf(p->error, CLAIMS_ERROR_LEN, "%s%s%s%s%s%s", claim,
	    p->number > 0 && in_key ? ", " : "",
	    p->outer != NULL ? p->outer : "",
	    p->outer != NULL && p->key != NULL ? "." : "",
	    p->key != NULL ? p->key : "", p->number > 0 || in_key ? ": " : "");
	va_start(ap, format);
	vsnprintf(p->error + n, CLAIMS_ERROR_LEN - (size_t)n, format, ap);
	va_end(ap);
	return BLK_EBAD;
}

/* --- values --- */

static const char *
text_of(const cJSON *value)
{
	return cJSON_IsString(value) && value->valuestring != NULL
	    ? value->valuestring
	    : "";
}

static enum blk_status
take_text(struct parser *p, const cJSON *value, char **out)
{
	const char *text = text_of(value);
	const size_t len = strlen(text);

	if (len == 0 || len > CLAIMS_TEXT_MAX)
		return fail(
		    p, "a text of 1 to %u bytes is needed", CLAIMS_TEXT_MAX);
	*out = strdup(text);
	return *out != NULL ? BLK_OK : BLK_ENOMEM;
}

/* A whole number in min..max. */
static bool
whole(const cJSON *value, double min, double max, uint32_t *out)
{
	if (!cJSON_IsNumber(value) || !(value->valuedouble >= min) ||
	    !(value->valuedouble <= max))
		return false;
	*out = (uint32_t)value->valuedouble;
	return (double)*out == value->valuedouble;
}

static enum blk_status
take_length(struct parser *p, const cJSON *value, usec_t max, usec_t *out)
{
	usec_t d;

	if (timefmt_parse_duration(text_of(value), &d) != BLK_OK || d <= 0 ||
	    d > max)
		return fail(p,
		    "a length of time above 0 and up to %lldd is needed "
		    "(\"1s\", \"30m\", \"9h31m\")",
		    (long long)(max / (86400 * USEC_PER_SEC)));
	*out = d;
	return BLK_OK;
}

/* --- objects --- */

static const struct field *
find_field(const struct field *fields, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].key, key) == 0)
			return &fields[i];
	return NULL;
}

/* The key of a wrong file is any text: show what of it is harmless. */
static enum blk_status
fail_key(struct parser *p, const char *key, const char *what)
{
	char shown[33];
	size_t n = 0;

	for (; n < sizeof(shown) - 1 && key[n] != '\0'; n++)
		shown[n] = key[n];
	shown[n] = '\0';
	for (size_t i = 0; i < n; i++)
		if (shown[i] < 0x20 || shown[i] > 0x7e)
			shown[i] = '?';
	p->key = NULL;
	return fail(p, "has %s key \"%s\"", what, shown);
}

static bool
given_before(const cJSON *first, const cJSON *item)
{
	for (const cJSON *c = first; c != item; c = c->next)
		if (strcmp(c->string, item->string) == 0)
			return true;
	return false;
}

static enum blk_status
take_object(
    struct parser *p, const cJSON *object, const struct field *fields, size_t n)
{
	enum blk_status status;

	if (!cJSON_IsObject(object))
		return fail(p, "an object is needed");
	for (const cJSON *c = object->child; c != NULL; c = c->next) {
		const struct field *f = find_field(fields, n, c->string);

		if (f == NULL)
			return fail_key(p, c->string, "an unknown");
		if (given_before(object->child, c))
			return fail_key(p, c->string, "twice the");
		p->key = f->key;
		status = f->take(p, c);
		if (status != BLK_OK)
			return status;
	}
	for (size_t i = 0; i < n; i++) {
		p->key = fields[i].key;
		if (fields[i].needed &&
		    !cJSON_HasObjectItem(object, fields[i].key))
			return fail(p, "is missing");
	}
	p->key = NULL;
	return BLK_OK;
}

#define FIELD_N(fields) (sizeof(fields) / sizeof((fields)[0]))

/* The same for an object within the claim, whose key is at hand. */
static enum blk_status
take_inner(
    struct parser *p, const cJSON *object, const struct field *fields, size_t n)
{
	enum blk_status status;

	if (!cJSON_IsObject(object))
		return fail(p, "an object is needed");
	p->outer = p->key;
	p->key = NULL;
	status = take_object(p, object, fields, n);
	if (status != BLK_OK)
		return status;
	p->key = p->outer;
	p->outer = NULL;
	return BLK_OK;
}

/* --- start, end, duration --- */

static enum blk_status
take_time(struct parser *p, const cJSON *value)
{
	if (timefmt_parse_zoned(text_of(value), &p->bound->value, &p->zone) !=
	    BLK_OK)
		return fail(p,
		    "a time with its zone is needed (\"2014-12-22T16:15Z\", "
		    "\"2014-12-23T01:15+09:00\")");
	return BLK_OK;
}

static enum blk_status
take_duration_length(struct parser *p, const cJSON *value)
{
	return take_length(p, value, CLAIMS_LENGTH_MAX, &p->bound->value);
}

static enum blk_status
take_precision(struct parser *p, const cJSON *value)
{
	return take_length(
	    p, value, CLAIMS_PRECISION_MAX, &p->bound->precision);
}

static enum blk_status
take_side(
    struct parser *p, const cJSON *value, const char *less, const char *more)
{
	const char *text = text_of(value);

	if (strcmp(text, less) == 0)
		p->bound->side = CLAIM_OR_LESS;
	else if (strcmp(text, more) == 0)
		p->bound->side = CLAIM_OR_MORE;
	else
		return fail(p, "\"%s\" or \"%s\" is needed", less, more);
	return BLK_OK;
}

static enum blk_status
take_time_side(struct parser *p, const cJSON *value)
{
	return take_side(p, value, "earlier", "later");
}

static enum blk_status
take_length_side(struct parser *p, const cJSON *value)
{
	return take_side(p, value, "shorter", "longer");
}

static const struct field time_fields[] = {
    {"time", true, take_time},
    {"precision", true, take_precision},
    {"or", false, take_time_side},
};

static const struct field length_fields[] = {
    {"length", true, take_duration_length},
    {"precision", true, take_precision},
    {"or", false, take_length_side},
};

/* A time that is told in local time tells the clock of the place. */
static enum blk_status
take_moment(struct parser *p, const cJSON *value, struct claim_bound *bound)
{
	enum blk_status status;

	p->bound = bound;
	status = take_inner(p, value, time_fields, FIELD_N(time_fields));
	if (status != BLK_OK)
		return status;
	bound->given = true;
	if (p->zone != 0 && !p->claim->has_offset) {
		p->claim->has_offset = true;
		p->claim->offset = p->zone;
	}
	return BLK_OK;
}

static enum blk_status
take_start(struct parser *p, const cJSON *value)
{
	return take_moment(p, value, &p->claim->start);
}

static enum blk_status
take_end(struct parser *p, const cJSON *value)
{
	return take_moment(p, value, &p->claim->end);
}

static enum blk_status
take_duration(struct parser *p, const cJSON *value)
{
	enum blk_status status;

	p->bound = &p->claim->duration;
	status = take_inner(p, value, length_fields, FIELD_N(length_fields));
	if (status == BLK_OK)
		p->bound->given = true;
	return status;
}

/* --- source --- */

static enum blk_status
take_title(struct parser *p, const cJSON *value)
{
	return take_text(p, value, &p->claim->title);
}

static enum blk_status
take_publisher(struct parser *p, const cJSON *value)
{
	return take_text(p, value, &p->claim->publisher);
}

/* "2014", "2014-12" or "2014-12-22" */
static enum blk_status
take_date(struct parser *p, const cJSON *value)
{
	char whole_date[16] = "0000-01-01";
	const char *text = text_of(value);
	const size_t len = strlen(text);
	usec_t t;

	if (len == 4 || len == 7 || len == 10)
		memcpy(whole_date, text, len);
	else
		whole_date[0] = '\0';
	if (timefmt_parse(whole_date, &t) != BLK_OK)
		return fail(p,
		    "a date is needed (\"2014\", \"2014-12\", "
		    "\"2014-12-22\")");
	return take_text(p, value, &p->claim->date);
}

static enum blk_status
take_url(struct parser *p, const cJSON *value)
{
	const char *text = text_of(value);

	if (strncmp(text, "https://", 8) != 0 &&
	    strncmp(text, "http://", 7) != 0)
		return fail(p, "a web address is needed (\"https://...\")");
	return take_text(p, value, &p->claim->url);
}

static const struct field source_fields[] = {
    {"title", true, take_title},
    {"publisher", true, take_publisher},
    {"date", true, take_date},
    {"url", false, take_url},
};

static enum blk_status
take_source(struct parser *p, const cJSON *value)
{
	return take_inner(p, value, source_fields, FIELD_N(source_fields));
}

/* --- a claim --- */

static enum blk_status
take_id(struct parser *p, const cJSON *value)
{
	const char *text = text_of(value);
	const size_t len = strlen(text);

	if (len == 0 || len > ID_MAX ||
	    strspn(text,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789._-") != len)
		return fail(p,
		    "up to %u letters, digits, '.', '_' or '-' are needed",
		    ID_MAX);
	for (size_t i = 0; i + 1 < p->number; i++) {
		if (strcmp(p->claims->v[i].id, text) == 0)
			return fail(p, "claim %zu has it already", i + 1);
	}
	return take_text(p, value, &p->claim->id);
}

static enum blk_status
take_kind(struct parser *p, const cJSON *value)
{
	for (int k = CLAIM_OUTAGE; k <= CLAIM_NONE; k++) {
		if (strcmp(text_of(value),
			claim_kind_name((enum claim_kind)k)) == 0) {
			p->claim->kind = (enum claim_kind)k;
			return BLK_OK;
		}
	}
	return fail(
	    p, "\"outage\", \"partial\", \"flapping\" or \"none\" is needed");
}

/* How many items an array of networks has; 0: it is none, and that is told. */
static size_t
count_networks(struct parser *p, const cJSON *value)
{
	const int n = cJSON_IsArray(value) ? cJSON_GetArraySize(value) : 0;

	if (n < 1 || (unsigned)n > CLAIMS_NETWORKS_MAX) {
		fail(p, "an array of 1 to %u is needed", CLAIMS_NETWORKS_MAX);
		return 0;
	}
	return (size_t)n;
}

static enum blk_status
take_asns(struct parser *p, const cJSON *value)
{
	struct claim *c = p->claim;
	const size_t n = count_networks(p, value);
	const cJSON *item;

	if (n == 0)
		return BLK_EBAD;
	c->asns = calloc(n, sizeof(*c->asns));
	if (c->asns == NULL)
		return BLK_ENOMEM;
	cJSON_ArrayForEach(item, value)
	{
		uint32_t asn;

		if (!whole(item, 1, UINT32_MAX - 1, &asn))
			return fail(
			    p, "AS numbers from 1 to 4294967294 are needed");
		for (size_t i = 0; i < c->asn_n; i++)
			if (c->asns[i] == asn)
				return fail(p, "AS%lu stands there twice",
				    (unsigned long)asn);
		c->asns[c->asn_n++] = asn;
	}
	return BLK_OK;
}

static enum blk_status
take_prefixes(struct parser *p, const cJSON *value)
{
	struct claim *c = p->claim;
	const size_t n = count_networks(p, value);
	const cJSON *item;

	if (n == 0)
		return BLK_EBAD;
	c->prefixes = calloc(n, sizeof(*c->prefixes));
	if (c->prefixes == NULL)
		return BLK_ENOMEM;
	cJSON_ArrayForEach(item, value)
	{
		struct prefix prefix;

		if (prefix_parse(text_of(item), &prefix) != BLK_OK)
			return fail(
			    p, "prefixes are needed (\"192.0.2.0/24\")");
		for (size_t i = 0; i < c->prefix_n; i++)
			if (prefix_cmp(&c->prefixes[i], &prefix) == 0)
				return fail(p, "a prefix stands there twice");
		c->prefixes[c->prefix_n++] = prefix;
	}
	return BLK_OK;
}

static enum blk_status
take_country(struct parser *p, const cJSON *value)
{
	const char *text = text_of(value);

	if (strlen(text) != 2 ||
	    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2)
		return fail(
		    p, "two capital letters are needed (ISO 3166: \"KP\")");
	memcpy(p->claim->country, text, 3);
	return BLK_OK;
}

static enum blk_status
take_count(struct parser *p, const cJSON *value)
{
	uint32_t n;

	if (!whole(value, 2, CLAIMS_COUNT_MAX, &n))
		return fail(p, "a whole number of 2 or more is needed");
	p->claim->count = n;
	return BLK_OK;
}

static enum blk_status
take_offset(struct parser *p, const cJSON *value)
{
	if (timefmt_parse_offset(text_of(value), &p->claim->offset) != BLK_OK)
		return fail(p, "an offset is needed (\"+09:00\", \"-03:30\")");
	p->claim->has_offset = true;
	return BLK_OK;
}

static enum blk_status
take_claim_note(struct parser *p, const cJSON *value)
{
	return take_text(p, value, &p->claim->note);
}

static const struct field claim_fields[] = {
    {"id", true, take_id},
    {"kind", true, take_kind},
    {"asns", false, take_asns},
    {"prefixes", false, take_prefixes},
    {"country", false, take_country},
    {"start", false, take_start},
    {"end", false, take_end},
    {"duration", false, take_duration},
    {"count", false, take_count},
    {"utc_offset", false, take_offset},
    {"source", true, take_source},
    {"note", false, take_claim_note},
};

/* What no key can tell by itself. */
static enum blk_status
check_claim_whole(struct parser *p)
{
	const struct claim *c = p->claim;
	const bool span = c->start.given && c->end.given;

	p->key = NULL;
	if (c->asn_n == 0 && c->prefix_n == 0 && c->country[0] == '\0')
		return fail(p, "asns, prefixes or a country are needed");
	if (c->country[0] != '\0' && c->asn_n + c->prefix_n > 0)
		return fail(p, "a country stands alone: no asns, no prefixes");
	if (!c->start.given && !c->end.given && !c->duration.given)
		return fail(p, "a start, an end or a duration is needed");
	if ((c->kind == CLAIM_NONE || c->kind == CLAIM_FLAPPING) && !span)
		return fail(p, "kind \"%s\" needs a start and an end",
		    claim_kind_name(c->kind));
	if (c->kind != CLAIM_FLAPPING && c->count > 0)
		return fail(p, "a count is for kind \"flapping\"");
	if ((c->kind == CLAIM_NONE || c->kind == CLAIM_FLAPPING) &&
	    c->duration.given)
		return fail(p, "kind \"%s\" takes no duration",
		    claim_kind_name(c->kind));
	if (span && c->end.value <= c->start.value)
		return fail(p, "it ends before it starts");
	return BLK_OK;
}

static enum blk_status
take_claim(struct parser *p, const cJSON *item)
{
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(item, "id");
	enum blk_status status;

	p->id = p->outer = p->key = NULL;
	/* Errors before the id is reached name it too, if it is one. */
	if (id != NULL) {
		p->key = "id";
		status = take_id(p, id);
		if (status != BLK_OK)
			return status;
		free(p->claim->id);
		p->claim->id = NULL;
		p->id = text_of(id);
		p->key = NULL;
	}
	status = take_object(p, item, claim_fields, FIELD_N(claim_fields));
	return status == BLK_OK ? check_claim_whole(p) : status;
}

/* --- the file --- */

static enum blk_status
take_schema(struct parser *p, const cJSON *value)
{
	if (strcmp(text_of(value), SCHEMA_NAME) != 0)
		return fail(p, "\"" SCHEMA_NAME "\" is needed");
	return BLK_OK;
}

static enum blk_status
take_file_title(struct parser *p, const cJSON *value)
{
	return take_text(p, value, &p->claims->title);
}

/* For readers of the file; nothing is made of it. */
static enum blk_status
take_file_note(struct parser *p, const cJSON *value)
{
	if (text_of(value)[0] == '\0')
		return fail(p, "a text is needed");
	return BLK_OK;
}

static enum blk_status
take_claims(struct parser *p, const cJSON *value)
{
	const int n = cJSON_IsArray(value) ? cJSON_GetArraySize(value) : 0;
	struct claims *c = p->claims;
	enum blk_status status;
	const cJSON *item;

	if (n < 1)
		return fail(p, "an array of claims is needed");
	if ((unsigned)n > CLAIMS_MAX) {
		fail(p, "there are %d claims, and at most %u are read", n,
		    CLAIMS_MAX);
		return BLK_ELIMIT;
	}
	c->v = calloc((size_t)n, sizeof(*c->v));
	if (c->v == NULL)
		return BLK_ENOMEM;
	cJSON_ArrayForEach(item, value)
	{
		p->claim = &c->v[c->n++];
		p->number = c->n;
		status = take_claim(p, item);
		if (status != BLK_OK)
			return status;
	}
	p->number = 0;
	p->id = p->key = NULL;
	return BLK_OK;
}

static const struct field file_fields[] = {
    {"schema", true, take_schema},
    {"title", false, take_file_title},
    {"note", false, take_file_note},
    {"claims", true, take_claims},
};

void
claims_free(struct claims *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n; i++) {
		struct claim *v = &c->v[i];

		free(v->id);
		free(v->asns);
		free(v->prefixes);
		free(v->title);
		free(v->publisher);
		free(v->date);
		free(v->url);
		free(v->note);
	}
	free(c->v);
	free(c->title);
	free(c);
}

static enum blk_status
fail_json(const char *text, const char *at, char *error)
{
	size_t line = 1;

	for (const char *p = text; p < at; p++)
		line += *p == '\n';
	snprintf(error, CLAIMS_ERROR_LEN, "line %zu: this is no JSON", line);
	return BLK_EBAD;
}

/* Past the spaces, or at the first byte that is none. */
static const char *
skip_spaces(const char *p, const char *end)
{
	while (p < end && strchr(" \t\r\n", *p) != NULL && *p != '\0')
		p++;
	return p;
}

enum blk_status
claims_parse(struct claims **out, const char *text, size_t len,
    char error[CLAIMS_ERROR_LEN])
{
	struct parser p = {.error = error};
	enum blk_status status = BLK_ENOMEM;
	const char *at = text;
	cJSON *tree;

	error[0] = '\0';
	if (len > CLAIMS_FILE_MAX) {
		fail(&p, "the file is longer than %u bytes", CLAIMS_FILE_MAX);
		return BLK_ELIMIT;
	}
	tree = cJSON_ParseWithLengthOpts(text, len, &at, false);
	if (tree != NULL)
		at = skip_spaces(at, text + len);
	if (tree == NULL || at != text + len) {
		cJSON_Delete(tree);
		return fail_json(text, at, error);
	}
	p.claims = calloc(1, sizeof(*p.claims));
	if (p.claims != NULL)
		status =
		    take_object(&p, tree, file_fields, FIELD_N(file_fields));
	cJSON_Delete(tree);
	if (status != BLK_OK) {
		claims_free(p.claims);
		return status;
	}
	*out = p.claims;
	return BLK_OK;
}
