/*
 * Names of files and folders.  A base name is split at its dots once; the word
 * that tells the kind ("updates", "bview") is the anchor: the time follows it,
 * the collector comes before it.  Failing that, the folders are asked, from the
 * innermost one outwards.
 */
#include "archive_name.h"

#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#define WORD_MAX 16

struct word {
	const char *text;
	size_t len;
};

static const struct {
	const char *text;
	enum archive_kind kind;
} kinds[] = {
    {"updates", ARCHIVE_UPDATES},
    {"update", ARCHIVE_UPDATES},
    {"ribs", ARCHIVE_RIB},
    {"rib", ARCHIVE_RIB},
    {"bview", ARCHIVE_RIB},
};

static bool
word_is(const struct word *w, const char *text)
{
	return strlen(text) == w->len &&
	    strncasecmp(w->text, text, w->len) == 0;
}

static enum archive_kind
word_kind(const struct word *w)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (word_is(w, kinds[i].text))
			return kinds[i].kind;
	return ARCHIVE_ANY;
}

static size_t
word_split(const char *text, struct word words[WORD_MAX])
{
	size_t n = 0;

	while (n < WORD_MAX) {
		words[n].text = text;
		words[n].len = strcspn(text, ".");
		text += words[n++].len;
		if (*text++ == '\0')
			break;
	}
	return n;
}

/* The word as a number of at most 15 digits; -1 if it is none. */
static int64_t
word_number(const struct word *w)
{
	int64_t v = 0;

	if (w->len == 0 || w->len > 15)
		return -1;
	for (size_t i = 0; i < w->len; i++) {
		if (!isdigit((unsigned char)w->text[i]))
			return -1;
		v = v * 10 + (w->text[i] - '0');
	}
	return v;
}

/* "20141222", "0300" (or "030059"); USEC_NONE if that is no moment. */
static usec_t
civil_time(const struct word *date, const struct word *clock)
{
	int64_t d = word_number(date), c = word_number(clock);
	int year, month, day, hour, minute, second;

	if (date->len != 8 || d < 0 || c < 0)
		return USEC_NONE;
	if (clock->len == 4)
		c *= 100;
	else if (clock->len != 6)
		return USEC_NONE;
	year = (int)(d / 10000);
	month = (int)(d / 100 % 100);
	day = (int)(d % 100);
	hour = (int)(c / 10000);
	minute = (int)(c / 100 % 100);
	second = (int)(c % 100);
	if (year < 1980 || month < 1 || month > 12 || day < 1 || day > 31 ||
	    hour > 23 || minute > 59 || second > 60)
		return USEC_NONE;
	return timefmt_from_civil(year, month, day, hour, minute, second) *
	    USEC_PER_SEC;
}

/* The words after the one that tells the kind. */
static void
read_time(const struct word *w, size_t n, struct archive_name *out)
{
	int64_t epoch, span;

	if (n >= 2)
		out->time = civil_time(&w[0], &w[1]);
	if (out->time != USEC_NONE || n < 1)
		return;
	epoch = word_number(&w[0]);
	if (w[0].len < 9 || w[0].len > 10 || epoch < 0)
		return;
	out->time = epoch * USEC_PER_SEC;
	span = n >= 2 ? word_number(&w[1]) : -1;
	if (span > 0 && span <= 86400)
		out->span = span * USEC_PER_SEC;
}

void
archive_name_read(const char *base, struct archive_name *out)
{
	struct word words[WORD_MAX];
	size_t n = word_split(base, words);

	*out = (struct archive_name){
	    .kind = ARCHIVE_ANY, .time = USEC_NONE, .span = USEC_NONE};
	for (size_t i = 0; i < n; i++) {
		out->kind = word_kind(&words[i]);
		if (out->kind != ARCHIVE_ANY) {
			read_time(words + i + 1, n - i - 1, out);
			return;
		}
	}
}

bool
archive_name_is_archive(const char *base)
{
	static const char *const ends[] = {
	    "gz", "bz2", "mrt", "dump", "xz", "zst", "lz4"};
	struct archive_name name;
	struct word words[WORD_MAX];
	size_t n = word_split(base, words);
	const struct word *last = &words[n - 1];

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (n > 1 && word_is(last, ends[i]))
			return true;
	archive_name_read(base, &name);
	return name.kind != ARCHIVE_ANY &&
	    (word_number(last) >= 0 || word_kind(last) != ARCHIVE_ANY);
}

/* "rrc06": how long it is at the start of text, or 0. */
static size_t
match_rrc(const char *text, size_t len)
{
	if (len < 5 || strncasecmp(text, "rrc", 3) != 0 ||
	    !isdigit((unsigned char)text[3]) ||
	    !isdigit((unsigned char)text[4]))
		return 0;
	return 5;
}

/* ".jinx", ".decix-jhb", but not ".updates" and not "-2014". */
static size_t
match_site(const char *text, size_t len)
{
	struct word w = {.text = text + 1};
	size_t i;

	if (len < 2 || text[0] != '.' || !isalpha((unsigned char)text[1]))
		return 0;
	for (i = 1; i < len; i++) {
		bool dash = text[i] == '-' && i + 1 < len &&
		    isalpha((unsigned char)text[i + 1]);

		if (!isalnum((unsigned char)text[i]) && !dash)
			break;
	}
	w.len = i - 1;
	return word_kind(&w) == ARCHIVE_ANY ? i : 0;
}

/* "route-views2", "route-views.jinx". */
static size_t
match_routeviews(const char *text, size_t len)
{
	static const char name[] = "route-views";
	size_t i = sizeof name - 1;

	if (len < i || strncasecmp(text, name, i) != 0)
		return 0;
	while (i < len && isdigit((unsigned char)text[i]))
		i++;
	return i + match_site(text + i, len - i);
}

/*
 * How much of the start of a component is a collector's well-known name; 0 if
 * it is none, or goes on in letters ("rrc06x").
 */
static size_t
match_known(const char *text, size_t len)
{
	size_t n = match_rrc(text, len);

	if (n == 0)
		n = match_routeviews(text, len);
	if (n < len && isalnum((unsigned char)text[n]))
		return 0;
	return n;
}

static void
copy_name(char out[ARCHIVE_NAME_MAX], const char *text, size_t len, bool lower)
{
	if (len >= ARCHIVE_NAME_MAX)
		len = ARCHIVE_NAME_MAX - 1;
	for (size_t i = 0; i < len; i++)
		out[i] =
		    lower ? (char)tolower((unsigned char)text[i]) : text[i];
	out[len] = '\0';
}

/* "ris.rrc06.updates.1609569600", "routeviews.route-views.sg.ribs.140...". */
static bool
base_collector(const char *base, char out[ARCHIVE_NAME_MAX])
{
	struct word w[WORD_MAX];
	size_t n = word_split(base, w), known, kind = 0;

	known = match_known(base, strlen(base));
	if (known > 0) {
		copy_name(out, base, known, true);
		return true;
	}
	while (kind < n && word_kind(&w[kind]) == ARCHIVE_ANY)
		kind++;
	if (kind < 2 || kind + 1 >= n || word_number(&w[kind + 1]) < 0)
		return false;
	copy_name(out, w[1].text, (size_t)(w[kind].text - 1 - w[1].text),
	    match_known(w[1].text, w[1].len) > 0);
	return out[0] != '\0';
}

/* A folder that only sorts files: "2014.12", "UPDATES". */
static bool
is_filing(const char *text, size_t len)
{
	static const char *const words[] = {
	    "ribs", "rib", "updates", "update", "bview", "bgpdata", "mrt"};
	struct word w = {text, len};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (word_is(&w, words[i]))
			return true;
	return strspn(text, "0123456789.-_") >= len;
}

/* "decix.jhb", "kinx.icn": RouteViews' newer names, by city. */
static bool
is_city_name(const char *text, size_t len)
{
	const char *dot = memchr(text, '.', len);

	if (dot == NULL || dot == text || len - (size_t)(dot - text) != 4)
		return false;
	for (size_t i = 1; i < 4; i++)
		if (!islower((unsigned char)dot[i]))
			return false;
	return strncmp(dot, ".org", 4) != 0 && strncmp(dot, ".net", 4) != 0 &&
	    strncmp(dot, ".com", 4) != 0;
}

/* The component before *end, which moves to its start; false at the root. */
static bool
component_up(const char *path, const char **end, struct word *out)
{
	const char *e = *end, *s;

	while (e > path && e[-1] == '/')
		e--;
	for (s = e; s > path && s[-1] != '/';)
		s--;
	*out = (struct word){s, (size_t)(e - s)};
	*end = s;
	return e > path;
}

/* A well-known name in any folder of the path. */
static bool
folder_known(const char *path, const char *end, char out[ARCHIVE_NAME_MAX])
{
	struct word w;
	size_t n;

	while (component_up(path, &end, &w)) {
		n = match_known(w.text, w.len);
		if (n > 0) {
			copy_name(out, w.text, n, true);
			return true;
		}
	}
	return false;
}

bool
archive_name_collector(const char *path, char out[ARCHIVE_NAME_MAX])
{
	const char *base = strrchr(path, '/');
	const char *end;
	struct word w;
	bool bgpdata = false;

	base = base != NULL ? base + 1 : path;
	end = base;
	if (base_collector(base, out) || folder_known(path, end, out))
		return true;
	while (component_up(path, &end, &w) && is_filing(w.text, w.len))
		bgpdata = bgpdata || word_is(&w, "bgpdata");
	if (bgpdata && !is_city_name(w.text, w.len)) {
		/* its archive is the only one that lies at the top */
		copy_name(out, "route-views2", 12, false);
		return true;
	}
	if (w.len == 0)
		copy_name(out, "archive", 7, false);
	else
		copy_name(out, w.text, w.len, false);
	return bgpdata;
}
