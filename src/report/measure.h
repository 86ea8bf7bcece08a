#ifndef REPORT_MEASURE_H
#define REPORT_MEASURE_H

#include <stddef.h>

/*
 * How wide text comes out, in whatever sans-serif font a reader has: an
 * estimate for the widest of the usual ones, so that nothing overlaps.
 */

/* Of UTF-8 text, in the unit of size, which is that of the font. */
double measure_text(const char *s, double size);

/* Bytes of s, in whole characters, that are no wider than room. */
size_t measure_fit(const char *s, double size, double room);

/*
 * Bytes of the next line of s, which ends at a space or at the end of s; of a
 * word that is wider than room, as much as fits, but at least a character.
 */
size_t measure_line(const char *s, double size, double room);

#endif
