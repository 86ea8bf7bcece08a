#include "filter/filter_priv.h"
#include "fuzz/walk.h"

/*
 * AS paths and expressions over them: a byte of options, one with the length of
 * the expression, the expression, and attributes.
 */

#define OPT_AS4 0x01
#define OPT_PATH 0x02 /* the rest is the value of AS_PATH alone */

/*
 * The C library's own search is not what is tested: references back and counts
 * may take it for ever, and a hundred choices in a row, as "_" is one, all
 * memory.
 */
static bool
is_tame(const char *regex)
{
	for (; *regex != '\0'; regex++) {
		if (*regex == '{')
			return false;
		if (*regex == '\\' && regex[1] >= '0' && regex[1] <= '9')
			return false;
	}
	return true;
}

static unsigned
count(const char *s, char c)
{
	unsigned n = 0;

	for (; *s != '\0'; s++)
		n += *s == c;
	return n;
}

/* Rows of repetitions, for each row is one; and those of "+" alone. */
static unsigned
count_repetitions(const char *s, unsigned *plus)
{
	unsigned n = 0;

	*plus = 0;
	for (s += strcspn(s, "*+?"); *s != '\0'; s += strcspn(s, "*+?")) {
		const size_t len = strspn(s, "*+?");

		*plus += strspn(s, "+") == len;
		s += len;
		n++;
	}
	return n;
}

/* Compared as numbers or as text, wanted or refused: it is one answer. */
static void
check_answer(struct filter_paths *l, const struct bgp_attrs *a)
{
	struct filter_paths wanted[2] = {*l, {0}}, refused[2] = {{0}, *l};
	const unsigned plain_n = l->v[0]->plain_n;
	const bool yes = filter_path_passes(wanted, a);

	LAW(filter_path_passes(refused, a) == !yes,
	    "what matches is not refused, or else");
	l->v[0]->plain_n = 0;
	LAW(filter_path_passes(wanted, a) == yes,
	    "numbers and text give one answer");
	l->v[0]->plain_n = plain_n;
}

static void
check_regex(const char *regex, const struct bgp_attrs *a)
{
	struct filter_paths l = {0};
	char error[FILTER_ERROR_LEN] = "";
	enum blk_status status;
	unsigned plus;

	/* a few "+" around each other, with "_" inside, never end */
	if (strchr(regex, '{') != NULL || count(regex, '(') > 30 ||
	    count(regex, '_') > 30 || count_repetitions(regex, &plus) > 4 ||
	    plus > 2)
		return;
	status = filter_path_add(&l, regex, error);
	LAW(status == BLK_OK || status == BLK_EUSAGE || status == BLK_ENOMEM,
	    "an expression is one or not");
	LAW((status == BLK_EUSAGE) == (error[0] != '\0'),
	    "what is none has words");
	LAW(l.n == (status == BLK_OK), "only expressions are kept");
	if (status == BLK_OK && is_tame(regex))
		check_answer(&l, a);
	filter_path_fini(&l);
}

static bool
matches(const char *regex, const struct bgp_attrs *a)
{
	struct filter_paths list[2] = {{0}};
	char error[FILTER_ERROR_LEN];
	bool yes;

	LAW(filter_path_add(&list[0], regex, error) == BLK_OK,
	    "hops are expressions");
	yes = filter_path_passes(list, a);
	filter_path_fini(&list[0]);
	return yes;
}

/* Every hop of a path is found in it, and none that it lacks. */
static void
check_hops(const struct walk_path *w, const struct bgp_attrs *a)
{
	const uint32_t pick = (uint32_t)a->present * UINT32_C(2654435761);
	uint32_t asn = w->n > 0 ? w->hops[w->n / 2] : pick;
	char regex[40];
	bool has;

	if (w->n > 500) /* its text may be cut off */
		return;
	for (unsigned k = 0; k < 2; k++, asn = asn * 10 + 1) {
		has = false;
		for (size_t i = 0; i < w->n; i++)
			has |= w->hops[i] == asn;
		snprintf(regex, sizeof(regex), "_%u_", asn);
		LAW(matches(regex, a) == has, "_N_ finds the hops");
		snprintf(regex, sizeof(regex), "(_)%u(_)", asn);
		LAW(matches(regex, a) == has, "so does its text");
		snprintf(regex, sizeof(regex), "^%u$", asn);
		LAW(!matches(regex, a) || (has && w->n == 1),
		    "^N$ is a path of one hop");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct walk_path w;
	struct cursor c = cur_from(data, size);
	const unsigned flags = cur_u8(&c);
	const struct bgp_options opt = {.as4 = flags & OPT_AS4};
	const size_t n = cur_u8(&c);
	const uint8_t *words = n > 0 ? cur_bytes(&c, n) : data;
	uint8_t block[4096] = {0x50, BGP_ATTR_AS_PATH};
	struct bgp_attrs a;
	char regex[256];
	size_t left = cur_left(&c);

	if (!cur_ok(&c) || left > sizeof(block) - 4)
		return 0;
	memcpy(regex, words, n);
	regex[n] = '\0';
	if (flags & OPT_PATH) {
		block[2] = (uint8_t)(left >> 8);
		block[3] = (uint8_t)left;
		if (left > 0)
			memcpy(block + 4, cur_bytes(&c, left), left);
		bgp_attrs_read(cur_from(block, left + 4), &opt, &a);
	} else {
		bgp_attrs_read(c, &opt, &a);
	}
	walk_read(&a, &w);
	walk_check_length(&a, &w);
	walk_check_text(&a, &w);
	walk_check_origins(&a, &w);
	check_regex(regex, &a);
	check_hops(&w, &a);
	return 0;
}
