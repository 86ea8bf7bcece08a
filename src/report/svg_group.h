#ifndef REPORT_SVG_GROUP_H
#define REPORT_SVG_GROUP_H

#include "report/svg_priv.h"

/*
 * From c->y down: the name of a network, unless it is the only one, the numbers
 * of its outages, and its rows.  BLK_ENOMEM.
 */
enum blk_status svg_group(struct canvas *c, const struct picture_group *g);

#endif
