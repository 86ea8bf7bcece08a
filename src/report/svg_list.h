#ifndef REPORT_SVG_LIST_H
#define REPORT_SVG_LIST_H

#include "report/svg_priv.h"

#define SVG_LIST_MAX 120u /* outages listed */

/*
 * Below the chart: the outages with their numbers, in as many columns as there
 * is room for.  BLK_ENOMEM.
 */
enum blk_status svg_list(struct canvas *c);

#endif
