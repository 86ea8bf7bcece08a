#ifndef PART_SET_H
#define PART_SET_H

#include "blackout/part.h"
#include "part/part_facts.h"
#include "part/part_file.h"
#include "part/part_list.h"

/* The insides of a set, shared by part_set.c and part_lanes.c. */

/* What a file of the archive has in a part. */
struct part_lane {
	struct part_facts facts;
	struct part_section events;
	size_t segment;
};

/* Lanes that were made together. */
struct part_segment {
	size_t part;
	bool fixed; /* what is kept is all that the question names */
	struct part_list watched, also;
	struct part_section left_out;
	size_t lacking_n; /* of the prefixes watched: left out here */
	struct prefix lacking;
	size_t order; /* the first of its lanes in the archive */
};

struct part_set {
	char **paths; /* of the parts */
	size_t path_n, path_cap;
	char **words; /* of the question */
	size_t word_n;
	struct part_lane *lanes;
	size_t lane_n, lane_cap;
	struct part_segment *segments;
	size_t segment_n, segment_cap;
	struct archive_problem *problems;
	size_t problem_n, problem_cap;
	struct part_list watched; /* by any segment */
	/* One for each file of the archive. */
	struct archive_kept *kept;
	size_t *lane_of; /* by kept: its lane */
	size_t kept_n;
	bool *used;     /* by lane: it is the one of its file */
	size_t damaged; /* 1 + index of the part that turned out to be */
};

/* The lane that a file of the archive is read from. */
struct part_lane *part_set_lane(
    const struct part_set *s, const struct archive_file *f);

/* Open a part again.  NULL: errno says why. */
FILE *part_set_open(const struct part_set *s, size_t part);

#endif
