#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include "report/picture.h"

struct svg_options {
	unsigned width; /* in the unit of the picture, a pixel at its size */
	const char *id; /* what its ids begin with: letters */
	/* Part of a page that tells the rest: the chart and its legend alone,
	   without the styles. */
	bool part;
};

#define SVG_WIDTH 960u
#define SVG_WIDTH_NARROW 400u

/* What it is called: "AS131279: 8 outages"; and a line of explanation. */
void svg_title(const struct picture *p, char *buf, size_t len);
void svg_subtitle(const struct picture *p, char *buf, size_t len);

/*
 * What it rests on, in lines that each end with '\n'; the caller frees *text,
 * which is NULL on failure.  BLK_ENOMEM.
 */
enum blk_status svg_foot(const struct picture *p, char **text);

/*
 * Draw p: text stays text, sizes are in one unit, and it fits its width
 * whatever the names in it.  BLK_ENOMEM, BLK_EIO.
 */
enum blk_status svg_draw(
    FILE *out, const struct picture *p, const struct svg_options *o);

#endif
