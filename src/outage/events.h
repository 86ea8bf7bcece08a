#ifndef OUTAGE_EVENTS_H
#define OUTAGE_EVENTS_H

#include "blackout/outage.h"
#include "outage/judge.h"

/*
 * Fill r->events, and the event of each window: r's entities are complete.
 * BLK_ENOMEM.
 */
enum blk_status events_find(struct outage_result *r, const struct timeline *t,
    struct judge *j, const struct outage_params *params);
void events_free(struct outage_result *r);

#endif
