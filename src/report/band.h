#ifndef REPORT_BAND_H
#define REPORT_BAND_H

#include <stdio.h>

#include "report/report_priv.h"

/*
 * For each entity with an outage a line that draws [from, to): how many of its
 * prefixes were there at the worst moment of each column; where an outage is
 * in part of a column only, the outage is drawn, and where most of a column is
 * not known, that.  Then a line of times and one that explains.
 *
 * They are as wide as style->columns; nothing is drawn if that is too narrow.
 * BLK_ENOMEM.
 */
enum blk_status band_print(FILE *out, const struct report_input *in,
    usec_t from, usec_t to, const struct report_style *style);

#endif
