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

#endif
