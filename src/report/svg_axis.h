#ifndef REPORT_SVG_AXIS_H
#define REPORT_SVG_AXIS_H

#include "report/svg_priv.h"

/* From c->y down: a line for each of the collectors that missed something. */
void svg_lanes(struct canvas *c);

/* Below them the axis; its lines begin at top. */
void svg_axis(struct canvas *c, double top);

#endif
