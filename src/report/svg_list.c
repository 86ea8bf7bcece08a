#include "report/svg_list.h"

#include <stdlib.h>
#include <string.h>

#include "report/markup.h"
#include "report/measure.h"
#include "report/note.h"
#include "report/page.h"
#include "report/ticks.h"

#define TEXT_LEN 64
#define SIZE_SHARE 0.92 /* of the font's size */
#define LINE 1.45       /* height of a line, in the size */

enum column { NUMBER, NAME, START, END, LENGTH, LOST, COLUMNS };

struct entry {
	char text[COLUMNS][TEXT_LEN];
	char remark[NOTE_LEN];
	char note[NOTE_LEN + TEXT_LEN + 2]; /* what is told below it */
	unsigned lines;
};

struct list {
	struct canvas *c;
	struct entry head;
	struct entry *entries;
	size_t n;
	bool years; /* dates have one */
	double size;
	double width[COLUMNS]; /* with what separates them */
	double block;          /* of all of them */
	double stride;         /* from block to block */
	unsigned blocks;       /* side by side */
};

/* "22 Dec 16:15:18", with the year where the picture spans several. */
static void
moment(const struct list *l, usec_t t, char text[TEXT_LEN])
{
	char day[TIMEFMT_STRLEN], full[TIMEFMT_STRLEN];

	snprintf(text, TEXT_LEN, "%s %s", ticks_day(t, l->years, day),
	    timefmt_table(t, full) + 11);
}

static void
fill_entry(struct list *l, size_t i)
{
	const struct picture_window *p = &l->c->p->windows[i];
	const struct outage_window *w = p->window;
	struct entry *e = &l->entries[i];
	char name[PREFIX_STRLEN], length[TIMEFMT_STRLEN];

	snprintf(e->text[NUMBER], TEXT_LEN, "%zu", i + 1);
	if (l->c->p->group_n > 1)
		snprintf(
		    e->text[NAME], TEXT_LEN, "%s", picture_name(p->as, name));
	moment(l, w->start, e->text[START]);
	if (w->end != USEC_NONE)
		moment(l, w->end, e->text[END]);
	else
		snprintf(e->text[END], TEXT_LEN, "ongoing");
	timefmt_duration(
	    report_seconds(w->start, w->end, w->duration) * USEC_PER_SEC,
	    length);
	snprintf(e->text[LENGTH], TEXT_LEN, "%s", length);
	snprintf(e->text[LOST], TEXT_LEN, "%u/%u", w->prefixes_lost,
	    w->prefixes_total);
	if (strcmp(note_window(w, e->remark), "ongoing") == 0)
		e->remark[0] = '\0'; /* the end says so */
	snprintf(e->note, sizeof(e->note), "%s", e->remark);
}

static void
fill_head(struct list *l)
{
	static const char *const names[] = {[NUMBER] = "",
	    [NAME] = "Network",
	    [START] = "Gone from (UTC)",
	    [END] = "to",
	    [LENGTH] = "for",
	    [LOST] = "prefixes"};

	for (unsigned k = 0; k < COLUMNS; k++)
		if (k != NAME || l->c->p->group_n > 1)
			snprintf(l->head.text[k], TEXT_LEN, "%s", names[k]);
}

static void
widen(struct list *l, const struct entry *e)
{
	for (unsigned k = 0; k < COLUMNS; k++) {
		double w = measure_text(e->text[k], l->size);

		if (w > 0)
			w += l->size * (k == NUMBER ? 0.6 : 1.1);
		l->width[k] = w > l->width[k] ? w : l->width[k];
	}
}

/* Where a line has no room for names, they are told below it. */
static void
move_names(struct list *l)
{
	l->head.text[NAME][0] = '\0';
	for (size_t i = 0; i < l->n; i++) {
		struct entry *e = &l->entries[i];

		snprintf(e->note, sizeof(e->note), "%s%s%s", e->text[NAME],
		    e->remark[0] != '\0' ? "; " : "", e->remark);
		e->text[NAME][0] = '\0';
	}
}

static void
measure(struct list *l)
{
	memset(l->width, 0, sizeof(l->width));
	l->block = 0;
	widen(l, &l->head);
	for (size_t i = 0; i < l->n; i++)
		widen(l, &l->entries[i]);
	for (unsigned k = 0; k < COLUMNS; k++)
		l->block += l->width[k];
}

static void
arrange(struct list *l)
{
	const double room = l->c->width - 2 * l->c->margin;

	measure(l);
	if (l->block > room) {
		move_names(l);
		measure(l);
	}
	l->blocks = (unsigned)((room + l->size) / (l->block + l->size));
	l->blocks = l->blocks > 0 ? l->blocks : 1;
	l->stride = room / l->blocks;
}

/* How many lines the note of an entry takes, below it. */
static size_t
note_line(const struct list *l, const char *note)
{
	return measure_line(
	    note, l->size, l->block - l->width[NUMBER] - l->size);
}

static void
count_lines(struct list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const char *note = l->entries[i].note;

		l->entries[i].lines = 1;
		for (; *note != '\0'; note += *note == ' ') {
			l->entries[i].lines++;
			note += note_line(l, note);
		}
	}
}

static void
print_note(const struct list *l, const struct entry *e, double x, double y)
{
	const char *note = e->note;
	char line[NOTE_LEN + TEXT_LEN + 2];

	for (; *note != '\0'; note += *note == ' ') {
		const size_t n = note_line(l, note);

		snprintf(line, sizeof(line), "%.*s", (int)n, note);
		y += l->size * LINE;
		svg_sized(l->c->front, x + l->width[NUMBER], y, "soft", l->size,
		    line);
		note += n;
	}
}

static void
print_entry(const struct list *l, const struct entry *e, double x, double y)
{
	FILE *out = l->c->front;
	const char *usual = e == &l->head ? "soft" : "";

	fprintf(out, "<g class=\"%s\" font-size=\"%g\">\n",
	    e == &l->head ? "listhead" : "entry", l->size);
	for (unsigned k = 0; k < COLUMNS; x += l->width[k++]) {
		const char *text = e->text[k];

		if (text[0] == '\0')
			continue;
		if (k == NUMBER)
			svg_text(out, x + l->width[k] - l->size * 0.6, y,
			    "number", "end", text);
		else
			svg_text(out, x, y,
			    k == LENGTH && usual[0] == '\0' ? "bold" : usual,
			    "", text);
	}
	fputs("</g>\n", out);
}

/* The entries of one block of so many lines; returns the next entry. */
static size_t
print_block(struct list *l, size_t i, unsigned lines, double x, double top)
{
	double y = top + l->size * LINE;
	unsigned used = 0;

	print_entry(l, &l->head, x, y);
	while (i < l->n && (used == 0 || used + l->entries[i].lines <= lines)) {
		y += l->size * LINE;
		print_entry(l, &l->entries[i], x, y);
		print_note(l, &l->entries[i], x, y);
		y += l->size * LINE * (l->entries[i].lines - 1);
		used += l->entries[i].lines;
		i++;
	}
	y += l->size * 0.6;
	l->c->y = y > l->c->y ? y : l->c->y;
	return i;
}

/* Whether all entries go into the blocks, if these have so many lines. */
static bool
enough(const struct list *l, unsigned lines)
{
	unsigned blocks = 1, used = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (used > 0 && used + l->entries[i].lines > lines) {
			blocks++;
			used = 0;
		}
		used += l->entries[i].lines;
	}
	return blocks <= l->blocks;
}

static void
print_list(struct list *l)
{
	const double top = l->c->y;
	unsigned lines = 1;
	size_t i = 0;

	while (!enough(l, lines))
		lines++;
	for (unsigned b = 0; i < l->n; b++)
		i = print_block(l, i, lines, l->c->margin + b * l->stride, top);
}

enum blk_status
svg_list(struct canvas *c)
{
	const size_t n = c->p->window_n;
	struct list l = {.c = c, .size = c->size * SIZE_SHARE};
	char from[TIMEFMT_STRLEN], to[TIMEFMT_STRLEN], text[TEXT_LEN];

	if (n == 0)
		return BLK_OK;
	l.n = n < SVG_LIST_MAX ? n : SVG_LIST_MAX;
	l.entries = calloc(l.n, sizeof(*l.entries));
	if (l.entries == NULL)
		return BLK_ENOMEM;
	timefmt_table(c->p->columns.from, from);
	timefmt_table(c->p->columns.to, to);
	l.years = memcmp(from, to, 4) != 0;
	fill_head(&l);
	for (size_t i = 0; i < l.n; i++)
		fill_entry(&l, i);
	arrange(&l);
	count_lines(&l);
	print_list(&l);
	if (n > l.n) {
		snprintf(text, sizeof(text), "and %zu more", n - l.n);
		svg_wrapped(c, "soft", l.size, text);
	}
	free(l.entries);
	return BLK_OK;
}
