/*
 * Expressions over AS paths.  The C library matches them against the path's
 * text; most of those in use, though, name hops that stand in a row, and these
 * are compared as numbers, without a text, where the path is one sequence.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "filter/filter_priv.h"

/* What "_" is for the C library. */
#define BOUNDARY "(^|[][ ,{}()]|$)"
#define BOUNDARY_LEN (sizeof(BOUNDARY) - 1)

/* Hops that are compared; the text of so many is never cut. */
#define HOPS_MAX 255u

#define BACKREF_MAX 9u

/* An expression on its way to the C library. */
struct translation {
	char text[FILTER_REGEX_MAX * BOUNDARY_LEN + 1];
	size_t len;
	unsigned groups;                 /* of the text */
	unsigned given;                  /* of the expression */
	unsigned group[BACKREF_MAX + 1]; /* of the text, by those given */
};

static void
copy(struct translation *t, const char *s, size_t n)
{
	memcpy(t->text + t->len, s, n);
	t->len += n;
}

/* The length of a bracket expression, or of the rest if it never ends. */
static size_t
bracket_len(const char *s)
{
	const char *p = s + 1;

	p += *p == '^';
	p += *p == ']'; /* the first one stands for itself */
	while (*p != '\0' && *p != ']') {
		const char kind = p[0] == '[' ? p[1] : '\0';
		const char ends[] = {kind, ']', '\0'};
		const char *end = NULL;

		if (kind == ':' || kind == '.' || kind == '=')
			end = strstr(p + 2, ends);
		p = end != NULL ? end + 2 : p + 1;
	}
	return (size_t)(p - s) + (*p == ']');
}

/* A backslash and what follows it; false: a group that cannot be named. */
static bool
copy_escape(struct translation *t, const char *s)
{
	const unsigned n = (unsigned char)s[1] - (unsigned)'0';
	char digit;

	if (n < 1 || n > BACKREF_MAX) {
		copy(t, s, 1 + (s[1] != '\0'));
		return true;
	}
	if (n > t->given || t->group[n] > BACKREF_MAX)
		return false;
	digit = (char)('0' + t->group[n]);
	copy(t, s, 1);
	copy(t, &digit, 1);
	return true;
}

/*
 * A row of repetitions is one: it allows none if any of them does, and any
 * number if any of them does.  The C library copies what is repeated for every
 * "+", and never ends on a few in a row.
 */
static size_t
copy_repetitions(struct translation *t, const char *s)
{
	const size_t n = strspn(s, "*+?");
	const bool none = strcspn(s, "*?") < n;
	const bool any = strcspn(s, "*+") < n;

	copy(t, !none ? "+" : any ? "*" : "?", 1);
	return n;
}

/* False: a back-reference that cannot be kept. */
static bool
translate(struct translation *t, const char *s)
{
	for (size_t n; *s != '\0'; s += n) {
		n = 1;
		switch (*s) {
		case '_':
			copy(t, BOUNDARY, BOUNDARY_LEN);
			t->groups++;
			break;
		case '[':
			n = bracket_len(s);
			copy(t, s, n);
			break;
		case '\\':
			if (!copy_escape(t, s))
				return false;
			n = 1 + (s[1] != '\0');
			break;
		case '(':
			t->groups++;
			if (t->given < BACKREF_MAX)
				t->group[++t->given] = t->groups;
			copy(t, s, 1);
			break;
		case '*':
		case '+':
		case '?':
			n = copy_repetitions(t, s);
			break;
		default:
			copy(t, s, 1);
		}
	}
	t->text[t->len] = '\0';
	return true;
}

/* A number as the text of a path has it, up to the end or the next sign. */
static bool
take_asn(const char **s, uint32_t *out)
{
	const char *p = *s;
	uint64_t n = 0;

	for (; *p >= '0' && *p <= '9' && n <= UINT32_MAX; p++)
		n = n * 10 + (uint64_t)(*p - '0');
	if (p == *s || n > UINT32_MAX || (**s == '0' && p != *s + 1))
		return false;
	*s = p;
	*out = (uint32_t)n;
	return true;
}

/* Whether all of it is hops in a row, with a sure end on both sides. */
static bool
read_plain(struct filter_path *e, const char *s)
{
	if (*s != '^' && *s != '_')
		return false;
	e->from_start = *s++ == '^';
	for (unsigned n = 0; n < FILTER_PLAIN_MAX; s++) {
		if (!take_asn(&s, &e->plain[n++]))
			return false;
		e->to_end = *s == '$';
		if (s[0] != '\0' && s[1] == '\0') {
			e->plain_n = *s == '_' || *s == '$' ? n : 0;
			return e->plain_n > 0;
		}
		if (*s != '_' && *s != ' ')
			return false;
	}
	return false;
}

static enum blk_status
compile(struct filter_path *e, const char *regex, char error[FILTER_ERROR_LEN])
{
	struct translation *t;
	enum blk_status status = BLK_OK;
	int rc;

	if (strlen(regex) > FILTER_REGEX_MAX) {
		snprintf(error, FILTER_ERROR_LEN, "more than %u characters",
		    FILTER_REGEX_MAX);
		return BLK_EUSAGE;
	}
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return BLK_ENOMEM;
	if (translate(t, regex)) {
		rc = regcomp(&e->regex, t->text, REG_EXTENDED | REG_NOSUB);
		if (rc != 0) {
			regerror(rc, &e->regex, error, FILTER_ERROR_LEN);
			status = rc == REG_ESPACE ? BLK_ENOMEM : BLK_EUSAGE;
		}
	} else {
		snprintf(error, FILTER_ERROR_LEN, "Invalid back reference");
		status = BLK_EUSAGE;
	}
	free(t);
	return status;
}

enum blk_status
filter_path_add(
    struct filter_paths *l, const char *regex, char error[FILTER_ERROR_LEN])
{
	struct filter_path *e;
	enum blk_status status;

	if (!vec_reserve(&l->v, l->n, &l->cap, sizeof(struct filter_path *)))
		return BLK_ENOMEM;
	e = calloc(1, sizeof(*e));
	if (e == NULL)
		return BLK_ENOMEM;
	status = compile(e, regex, error);
	if (status != BLK_OK) {
		free(e);
		return status;
	}
	if (!read_plain(e, regex))
		e->plain_n = 0;
	l->v[l->n++] = e;
	return BLK_OK;
}

/* A path, and what was made of it so far. */
struct subject {
	const struct bgp_attrs *attrs;
	uint32_t *hops; /* room for HOPS_MAX */
	char *text;     /* room for BGP_ASPATH_STRLEN */
	unsigned hop_n;
	bool is_plain; /* the hops are all there is */
	bool has_hops, has_text;
};

static void
read_hops(struct subject *s)
{
	struct bgp_aspath path;
	struct bgp_segment seg;

	s->has_hops = true;
	if (bgp_aspath_read(s->attrs, &path) != BLK_OK)
		return;
	while (bgp_aspath_next(&path, &seg) == BLK_OK) {
		if (seg.type != BGP_AS_SEQUENCE)
			return;
		while (cur_left(&seg.asns) > 0) {
			if (s->hop_n == HOPS_MAX)
				return;
			s->hops[s->hop_n++] = bgp_segment_asn(&seg);
		}
	}
	s->is_plain = true;
}

static bool
match_plain(const struct filter_path *e, const struct subject *s)
{
	unsigned first = 0, last;

	if (s->hop_n < e->plain_n)
		return false;
	last = s->hop_n - e->plain_n;
	if (e->to_end)
		first = last;
	if (e->from_start)
		last = 0;
	for (unsigned i = first; i <= last; i++) {
		unsigned k = 0;

		while (k < e->plain_n && s->hops[i + k] == e->plain[k])
			k++;
		if (k == e->plain_n)
			return true;
	}
	return false;
}

static bool
match(const struct filter_path *e, struct subject *s)
{
	if (e->plain_n > 0) {
		if (!s->has_hops)
			read_hops(s);
		if (s->is_plain)
			return match_plain(e, s);
	}
	if (!s->has_text) {
		bgp_aspath_format(s->attrs, s->text);
		s->has_text = true;
	}
	return regexec(&e->regex, s->text, 0, NULL, 0) == 0;
}

static bool
match_any(const struct filter_paths *l, struct subject *s)
{
	for (size_t i = 0; i < l->n; i++)
		if (match(l->v[i], s))
			return true;
	return false;
}

bool
filter_path_passes(const struct filter_paths list[2], const struct bgp_attrs *a)
{
	uint32_t hops[HOPS_MAX];
	char text[BGP_ASPATH_STRLEN];
	struct subject s = {.attrs = a, .hops = hops, .text = text};

	return !match_any(&list[1], &s) &&
	    (list[0].n == 0 || match_any(&list[0], &s));
}

void
filter_path_fini(struct filter_paths *l)
{
	for (size_t i = 0; i < l->n; i++) {
		regfree(&l->v[i]->regex);
		free(l->v[i]);
	}
	free(l->v);
	*l = (struct filter_paths){0};
}
