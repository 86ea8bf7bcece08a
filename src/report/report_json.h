#ifndef REPORT_REPORT_JSON_H
#define REPORT_REPORT_JSON_H

#include "report/json.h"

/* Nodes of the report on outages that other reports have as well. */

cJSON *report_json_prefixes(
    struct json *j, const struct prefix *prefixes, size_t n);
cJSON *report_json_query(struct json *j, const struct report_input *in);
/* One member of "outages"; typed: with "type", as the lines have it. */
cJSON *report_json_window(struct json *j, const struct report_input *in,
    const struct outage_as *as, const struct outage_window *w, bool typed);
/* With --all: how many entities are left out, for there is nothing to tell. */
cJSON *report_json_quiet(struct json *j, const struct outage_result *r);
cJSON *report_json_coverage(struct json *j, const struct report_input *in);

/* The number of an entity; its name, country and prefix where it has them. */
void report_json_put_entity(struct json *j, cJSON *object,
    const struct report_input *in, const struct outage_as *as);

/* All of the report, as a page or in one line.  BLK_ENOMEM, BLK_EIO. */
enum blk_status report_json_print(
    FILE *out, const struct report_input *in, bool page);

#endif
