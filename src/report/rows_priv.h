#ifndef ROWS_PRIV_H
#define ROWS_PRIV_H

#include "base/put.h"
#include "blackout/rows.h"

/*
 * How a format writes its lines.  A line is
 *
 *	head prefix middle [path identifier] end
 *
 * of which all but the prefix and the identifier are the same for the elements
 * of a group, and written once.
 */
struct rows_group {
	char *text; /* head, middle, end: one behind the other */
	size_t cap;
	size_t head_n, middle_n, end_n; /* bytes of each */
	bool whole; /* the head is all of the line: there is no prefix */
};

struct rows_format {
	const char *name;
	enum put_ipv6_style style;
	/*
	 * Write the parts for e and its like to g->text, where there is room;
	 * collector: the name as a JSON string, with its quotes.
	 */
	void (*group)(
	    struct rows_group *g, const struct elem *e, const char *collector);
};

/* In a head: after it, in a middle: after it. */
static inline void
rows_end_head(struct rows_group *g, const char *p)
{
	g->head_n = (size_t)(p - g->text);
}

static inline void
rows_end_middle(struct rows_group *g, const char *p)
{
	g->middle_n = (size_t)(p - g->text) - g->head_n;
}

static inline void
rows_end(struct rows_group *g, const char *p)
{
	g->end_n = (size_t)(p - g->text) - g->head_n - g->middle_n;
}

/* Seconds, and six more digits where the record's type has them. */
char *rows_put_time(char *p, const struct elem *e);

extern const struct rows_format rows_bgpdump, rows_jsonl;

#endif
