#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "report/report_priv.h"

/*
 * JSON trees.  A tree is built by functions that each make one node; a node
 * that could not be made is noted once, in struct json, and checked once,
 * before anything is printed.
 */
struct json {
	bool failed; /* out of memory */
};

/* Give item to object under key, or to array; NULL: it could not be made. */
void json_put(struct json *j, cJSON *object, const char *key, cJSON *item);
void json_add(struct json *j, cJSON *array, cJSON *item);

void json_put_number(
    struct json *j, cJSON *object, const char *key, double value);
/* A share of 1, to four decimals. */
void json_put_share(
    struct json *j, cJSON *object, const char *key, double share);
void json_put_bool(struct json *j, cJSON *object, const char *key, bool value);
/* A moment as RFC 3339 has it; null for USEC_NONE. */
void json_put_time(struct json *j, cJSON *object, const char *key, usec_t t);
/* Whole seconds; null for USEC_NONE. */
void json_put_seconds(struct json *j, cJSON *object, const char *key, usec_t d);
void json_put_prefix(
    struct json *j, cJSON *object, const char *key, const struct prefix *p);

/* What every report begins with: its schema, and the tool. */
void json_put_head(struct json *j, cJSON *top, const char *schema);

/* A string of any bytes from outside.  NULL: out of memory; so all below. */
cJSON *json_text(const char *s);
/* Arrays. */
cJSON *json_words(struct json *j, const struct report_words *words);
cJSON *json_damage(struct json *j, const struct report_faults *faults);

/* A gap: start, end, reason. */
cJSON *json_gap(
    struct json *j, usec_t start, usec_t end, enum gap_reason reason);

/*
 * Print tree as one line or as a page, and free it.  BLK_ENOMEM also if j has
 * failed; BLK_EIO.
 */
enum blk_status json_print(
    FILE *out, const struct json *j, cJSON *tree, bool page);

/*
 * A page that is written as it is made, where a whole tree would be too large:
 * the same bytes as json_print gives.  Within objects each thing has a key,
 * within arrays it is NULL.  What cannot be written is seen in out.
 */
#define JSON_PAGE_DEPTH 8u

struct json_page {
	FILE *out;
	struct json *j;
	unsigned depth;
	char close[JSON_PAGE_DEPTH]; /* of what is open */
	bool some[JSON_PAGE_DEPTH];  /* it has something in it */
};

/* Open the object that is the page. */
void json_page_begin(struct json_page *p, FILE *out, struct json *j);
void json_page_object(struct json_page *p, const char *key);
void json_page_array(struct json_page *p, const char *key);
/* Close what was opened last; the page itself with a line's end. */
void json_page_close(struct json_page *p);

/* Print item, and free it; NULL: it could not be made. */
void json_page_put(struct json_page *p, const char *key, cJSON *item);
/* Print what is in object, and free it. */
void json_page_put_all(struct json_page *p, cJSON *object);

#endif
