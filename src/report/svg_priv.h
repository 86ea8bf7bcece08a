#ifndef REPORT_SVG_PRIV_H
#define REPORT_SVG_PRIV_H

#include "report/svg.h"

#define SVG_TEXT_LEN 256
#define SVG_MORE_LEN 24

/* A picture while it is drawn. */
struct canvas {
	const struct picture *p;
	const struct svg_options *o;
	FILE *back, *front, *marks; /* drawn in this order */
	double width, margin;
	double size;           /* of the font */
	double label_w;        /* of names */
	double plot_x, plot_w; /* where time is */
	double row_h, row_gap;
	double y; /* everything above has its place */
};

/* anchor: "", "middle" or "end". */
void svg_text(FILE *out, double x, double y, const char *classes,
    const char *anchor, const char *s);
/* The same in another size than the picture's. */
void svg_sized(FILE *out, double x, double y, const char *classes, double size,
    const char *s);
void svg_rect(
    FILE *out, double x, double y, double w, double h, const char *attrs);

/* Lines of text over the whole width, from c->y down. */
void svg_wrapped(
    struct canvas *c, const char *classes, double size, const char *s);

/* Where a column of the picture's time lies, and a moment; within the plot. */
double svg_x(const struct canvas *c, double column);
double svg_time_x(const struct canvas *c, usec_t t);

/* The attributes of what is not known. */
void svg_hatch(const struct canvas *c, char *buf, size_t len);

/* The first prefix of a row, and " +3" for the others. */
void svg_row_name(const struct picture_row *r, char name[PREFIX_STRLEN],
    char more[SVG_MORE_LEN]);

/* A name that is cut, with a mark, if it is wider than room. */
void svg_cut(
    const char *name, double size, double room, char text[SVG_TEXT_LEN / 2]);

/* A name at the left of the plot, cut if it is too long, and what follows. */
void svg_label(const struct canvas *c, double y, double size, const char *name,
    const char *more);

#endif
