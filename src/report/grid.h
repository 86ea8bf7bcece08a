#ifndef REPORT_GRID_H
#define REPORT_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "blackout/status.h"

/*
 * Rows of cells in columns that are as wide as their widest cell.  The first
 * row is the header.  A column that holds nothing below its header is left
 * out, unless it is the last one, which is never padded.
 */
struct grid {
	unsigned column_n;
	unsigned right; /* bit c: column c is aligned to the right */
	char **cells;   /* row by row */
	size_t n, cap;
	bool failed; /* out of memory */
};

/* Zero but for column_n and right is an empty grid. */
void grid_fini(struct grid *g);

/* The next cell: text for one line. */
void grid_cell(struct grid *g, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Print all rows, the header in bold if colour.  BLK_ENOMEM: nothing is. */
enum blk_status grid_print(const struct grid *g, FILE *out, bool colour);

#endif
