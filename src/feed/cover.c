#include "feed/cover.h"

#define MINUTE (60 * USEC_PER_SEC)

/* Time zones are apart by multiples of it, and so are names and records. */
#define ZONE_STEP (15 * MINUTE)
/* A file that begins that much after its name is late, not in another zone. */
#define ZONE_LEAST (30 * MINUTE)
/* A record may be stamped a little before the file that holds it. */
#define EARLY MINUTE

#define SILENCE_LEAST (20 * MINUTE)
#define SILENCE_FACTOR 8
#define SILENCE_WATCH (30 * MINUTE)

static usec_t
max_time(usec_t a, usec_t b)
{
	return a > b ? a : b;
}

static usec_t
cadence(const struct cover *c)
{
	return c->cadence != USEC_NONE ? c->cadence : COVER_CADENCE;
}

void
cover_init(struct cover *c, usec_t learned)
{
	*c = (struct cover){.cadence = learned,
	    .until = USEC_NONE,
	    .last = USEC_NONE,
	    .seen = USEC_NONE,
	    .seen_first = USEC_NONE};
}

usec_t
cover_guess(const struct cover *c, const struct archive_file *f)
{
	if (f->first_time != USEC_NONE || f->name_time == USEC_NONE)
		return f->first_time;
	return f->name_time + c->offset;
}

/* The multiple of ZONE_STEP at or below d. */
static usec_t
zone_floor(usec_t d)
{
	usec_t steps = d / ZONE_STEP;

	if (d % ZONE_STEP < 0)
		steps--;
	return steps * ZONE_STEP;
}

usec_t
cover_start(struct cover *c, const struct archive_file *f, usec_t first)
{
	usec_t nominal, late;

	if (f->name_time == USEC_NONE)
		return first;
	nominal = f->name_time + c->offset;
	if (first == USEC_NONE)
		return nominal;
	late = first - nominal;
	if (late < -EARLY || late >= max_time(cadence(c), ZONE_LEAST)) {
		c->offset = zone_floor(first - f->name_time + EARLY);
		nominal = f->name_time + c->offset;
		late = first - nominal;
	}
	return late >= 0 && late < cadence(c) ? nominal : first;
}

/* Whether time is not covered, by what is known of the collector. */
static bool
is_gap(const struct cover *c, bool rib, bool named, usec_t time)
{
	if (c->active > 0 || c->until == USEC_NONE)
		return false;
	if (c->damaged)
		return time > c->last;
	/* nameless files: nothing tells how far a quiet one reaches */
	if (!rib && !c->by_rib && !(named && c->named))
		return time - c->last >= cadence(c) / 5 * 4 &&
		    time - c->last > 4 * c->longest;
	return time > c->until + max_time(cadence(c) / 2, MINUTE);
}

static void
describe(const struct cover *c, usec_t until, struct cover_gap *gap)
{
	gap->from = c->damaged ? c->last : c->last + USEC_PER_SEC;
	gap->until = max_time(until, gap->from + 1);
	gap->reason = c->damaged ? GAP_DAMAGED_FILE
	    : c->by_rib          ? GAP_NO_UPDATES
				 : GAP_MISSING_FILE;
}

bool
cover_begin(
    struct cover *c, bool rib, bool named, usec_t start, struct cover_gap *gap)
{
	bool is = is_gap(c, rib, named, start);

	if (c->active > 0)
		return false;
	if (is) {
		describe(c, start, gap);
		c->seen = USEC_NONE;
	}
	if (is || c->until == USEC_NONE) {
		c->until = c->last = start;
		c->by_rib = rib;
	}
	if (!rib) {
		c->by_rib = false;
		c->damaged = false;
		c->named = named;
		c->last = max_time(c->last, start);
		c->until = max_time(c->until, start);
	}
	return is;
}

bool
cover_finish(const struct cover *c, usec_t end, struct cover_gap *gap)
{
	if (end == USEC_NONE || !is_gap(c, false, c->named, end))
		return false;
	describe(c, end, gap);
	return true;
}

void
cover_end(struct cover *c, bool named, usec_t start, usec_t last)
{
	usec_t heard = last != USEC_NONE ? last : start, until;

	until = heard + USEC_PER_SEC;
	if (named)
		until = max_time(until, start + cadence(c) / 10 * 11);
	c->last = max_time(c->last, heard);
	if (until > c->until) {
		c->until = until;
		c->damaged = false;
		c->named = named;
	}
}

void
cover_break(struct cover *c, usec_t last)
{
	if (c->until == USEC_NONE && last == USEC_NONE)
		return;
	c->last = max_time(c->last, last);
	c->until = c->last;
	c->damaged = true;
}

void
cover_rib(struct cover *c, usec_t last)
{
	c->last = max_time(c->last, last);
	c->until = max_time(c->until, last + USEC_PER_SEC);
}

static usec_t
silence_limit(const struct cover *c, usec_t time)
{
	if (!cover_knows(c) || time - c->seen_first < SILENCE_WATCH)
		return INT64_MAX;
	return max_time(SILENCE_LEAST, SILENCE_FACTOR * c->longest);
}

bool
cover_hear(struct cover *c, usec_t time, struct cover_gap *gap)
{
	usec_t silence = c->seen != USEC_NONE ? time - c->seen : 0;
	bool is = false;

	if (c->seen_first == USEC_NONE)
		c->seen_first = time;
	if (silence > c->longest) {
		is = silence > silence_limit(c, c->seen);
		if (is)
			*gap = (struct cover_gap){
			    c->seen + USEC_PER_SEC, time, GAP_SILENT};
		else
			c->longest = silence;
	}
	c->seen = max_time(c->seen, time);
	return is;
}
