#define _GNU_SOURCE /* sched_getaffinity, which a container limits */

#include "cli/opts.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/compare.h"
#include "base/vec.h"
#include "cli/values.h"
#include "report/text.h"

/*
 * getopt_long() is fed from the table below.  Each option has a function that
 * takes its value; those that fail write the reason into the parser's error,
 * which always begins with the option and the value as given.
 */

#define MIN_PEERS_MAX 1000000u
#define LIMIT_MAX 1000000000u
#define THREADS_MAX 256u
#define WIDTH_MIN 400u /* of pictures */
#define WIDTH_MAX 4000u
#define TOLERANCE (60 * USEC_PER_SEC)
#define SLICE (8 * 3600 * USEC_PER_SEC)
#define NEAR_MAX 5 /* collectors that a wrong one may have meant */

struct parser {
	struct opts *o;
	unsigned groups;
	bool has_prefix;              /* --prefix was given */
	const struct option_row *row; /* the option at hand */
	char *error;
};

struct option_row {
	enum opts_group group;
	int letter; /* above UCHAR_MAX: it has none */
	const char *name;
	const char *value; /* what the help calls it; NULL: takes none */
	const char *help;
	/* Takes it; NULL: all it does is to set a flag of struct opts. */
	enum blk_status (*take)(struct parser *p, const char *value);
	size_t flag; /* its offset there */
};

static enum blk_status fail(struct parser *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum blk_status
fail(struct parser *p, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(p->error, OPTS_ERROR_LEN, format, ap);
	va_end(ap);
	return BLK_EUSAGE;
}

/* "--loss 2: WANTED is needed" */
static enum blk_status
fail_value(struct parser *p, const char *value, const char *wanted)
{
	char *text = text_printable(value);

	fail(p, "--%s %s: %s is needed", p->row->name, text != NULL ? text : "",
	    wanted);
	free(text);
	return BLK_EUSAGE;
}

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* What values_list or values_lines said of a value. */
static enum blk_status
check_list(struct parser *p, const char *value, enum blk_status status)
{
	if (status == BLK_EIO) {
		char *text = text_printable(value);

		fail(p, "--%s %s: %s", p->row->name, text != NULL ? text : "",
		    strerror(errno));
		free(text);
		return BLK_EUSAGE;
	}
	if (status == BLK_EUSAGE && p->error[0] == '\0')
		return fail_value(p, value, "at least one value");
	return status;
}

static enum blk_status
take_list(struct parser *p, const char *value, values_item take)
{
	return check_list(p, value, values_list(value, take, p));
}

static enum blk_status
fail_negated(struct parser *p, const char *item)
{
	char *text = text_printable(item);

	fail(p, "--%s !%s: what is watched takes no '!'", p->row->name,
	    text != NULL ? text : "");
	free(text);
	return BLK_EUSAGE;
}

static enum blk_status
item_asn(void *arg, const char *item, bool negated)
{
	struct parser *p = arg;
	struct opts *o = p->o;
	uint32_t asn;

	if (negated)
		return fail_negated(p, item);
	if (values_asn(item, &asn) != BLK_OK)
		return fail_value(
		    p, item, "an AS number (131279, AS131279 or 2.207)");
	if (!vec_reserve(&o->asns, o->asn_n, &o->asn_cap, sizeof(*o->asns)))
		return BLK_ENOMEM;
	o->asns[o->asn_n++] = asn;
	return BLK_OK;
}

static enum blk_status
item_prefix(void *arg, const char *item, bool negated)
{
	struct parser *p = arg;
	struct opts *o = p->o;
	struct prefix prefix;

	if (negated)
		return fail_negated(p, item);
	if (prefix_parse(item, &prefix) != BLK_OK)
		return fail_value(p, item, "a prefix (192.0.2.0/24)");
	if (!vec_reserve(&o->prefixes, o->prefix_n, &o->prefix_cap,
		sizeof(*o->prefixes)))
		return BLK_ENOMEM;
	p->has_prefix = true;
	o->prefixes[o->prefix_n++] = prefix;
	return BLK_OK;
}

static enum blk_status
item_origin(void *arg, const char *item, bool negated)
{
	struct parser *p = arg;
	uint32_t asn;

	if (values_asn(item, &asn) != BLK_OK)
		return fail_value(
		    p, item, "an AS number (131279, AS131279 or 2.207)");
	return filter_add_origin(p->o->filter, asn, negated);
}

static enum blk_status
item_route(void *arg, const char *item, bool negated)
{
	struct parser *p = arg;
	struct prefix prefix;

	if (prefix_parse(item, &prefix) != BLK_OK)
		return fail_value(p, item, "a prefix (192.0.2.0/24)");
	p->has_prefix = true;
	return filter_add_prefix(p->o->filter, &prefix, negated);
}

/* Keep the item as the user wrote it. */
static enum blk_status
keep_word(struct opts_words *w, const char *item, bool negated)
{
	size_t len = strlen(item);
	char *copy;

	if (!vec_reserve(&w->v, w->n, &w->cap, sizeof(char *)))
		return BLK_ENOMEM;
	copy = malloc(len + 2);
	if (copy == NULL)
		return BLK_ENOMEM;
	memcpy(copy, "!", 1);
	memcpy(copy + negated, item, len + 1);
	w->v[w->n++] = copy;
	return BLK_OK;
}

static enum blk_status
item_peer_asn(void *arg, const char *item, bool negated)
{
	struct parser *p = arg;
	struct opts *o = p->o;
	uint32_t asn;

	if (values_asn(item, &asn) != BLK_OK)
		return fail_value(p, item, "an AS number");
	if (filter_add_peer_asn(o->filter, asn, negated) != BLK_OK)
		return BLK_ENOMEM;
	return keep_word(&o->peer_asns, item, negated);
}

static enum blk_status
item_peer_ip(void *arg, const char *item, bool negated)
{
	struct parser *p = arg;
	struct opts *o = p->o;
	struct ipaddr addr;

	if (ipaddr_parse(item, &addr) != BLK_OK)
		return fail_value(p, item, "an IP address");
	if (filter_add_peer_ip(o->filter, &addr, negated) != BLK_OK)
		return BLK_ENOMEM;
	return keep_word(&o->peer_ips, item, negated);
}

/* "--collector rrc6: no known collector; rrc06 is one" */
static enum blk_status
fail_collector(struct parser *p, const char *value)
{
	const char *near[NEAR_MAX];
	const size_t n = urls_near(value, near, NEAR_MAX);
	char *text = text_printable(value);
	size_t used;

	fail(p, "--%s %s: no known collector%s", p->row->name,
	    text != NULL ? text : "", n > 0 ? "; there is " : "");
	free(text);
	for (size_t i = 0; i < n; i++) {
		used = strlen(p->error);
		snprintf(p->error + used, OPTS_ERROR_LEN - used, "%s%s",
		    i == 0 ? "" : ", ", near[i]);
	}
	return BLK_EUSAGE;
}

static enum blk_status
item_collector(void *arg, const char *item, bool negated)
{
	struct parser *p = arg;
	struct opts *o = p->o;

	if (p->groups & OPTS_URLS) {
		if (negated)
			return fail_value(p, item, "a name without '!'");
		if (urls_find(item) == NULL)
			return fail_collector(p, item);
	}
	if (filter_add_collector(o->filter, item, negated) != BLK_OK)
		return BLK_ENOMEM;
	return keep_word(&o->collectors, item, negated);
}

static enum blk_status
item_path(void *arg, const char *item, bool negated)
{
	struct parser *p = arg;
	struct opts *o = p->o;
	char error[FILTER_ERROR_LEN] = "an expression is needed";
	enum blk_status status = BLK_EUSAGE;
	char *text;

	if (item[0] != '\0')
		status = filter_add_aspath(o->filter, item, negated, error);
	if (status == BLK_OK)
		return keep_word(&o->as_paths, item, negated);
	if (status != BLK_EUSAGE)
		return status;
	text = text_printable(item);
	fail(p, "--%s %.200s: %s", p->row->name, text != NULL ? text : "",
	    error);
	free(text);
	return BLK_EUSAGE;
}

static enum blk_status
item_community(void *arg, const char *item, bool negated)
{
	struct parser *p = arg;
	struct opts *o = p->o;
	enum blk_status status = filter_add_community(o->filter, item, negated);

	if (status == BLK_EUSAGE)
		return fail_value(
		    p, item, "a community (65000:100, 65000:*, no-export)");
	return status == BLK_OK ? keep_word(&o->communities, item, negated)
				: status;
}

static enum blk_status
item_type(void *arg, const char *item, bool negated)
{
	struct parser *p = arg;
	struct opts *o = p->o;
	enum filter_type type;

	if (filter_type_parse(item, &type) != BLK_OK)
		return fail_value(p, item, "announce, withdraw, rib or state");
	filter_add_type(o->filter, type, negated);
	return keep_word(&o->types, item, negated);
}

static enum blk_status
take_asn(struct parser *p, const char *value)
{
	return take_list(p, value, item_asn);
}

static enum blk_status
take_prefix(struct parser *p, const char *value)
{
	return take_list(p, value, item_prefix);
}

static enum blk_status
take_origin(struct parser *p, const char *value)
{
	return take_list(p, value, item_origin);
}

static enum blk_status
take_route(struct parser *p, const char *value)
{
	return take_list(p, value, item_route);
}

static enum blk_status
item_country(void *arg, const char *item, bool negated)
{
	struct parser *p = arg;

	if (negated)
		return fail_negated(p, item);
	if (strlen(item) != 2 || !is_letter(item[0]) || !is_letter(item[1]))
		return fail_value(p, item, "a country's two letters (KP)");
	return keep_word(&p->o->countries, item, false);
}

static enum blk_status
take_country(struct parser *p, const char *value)
{
	return take_list(p, value, item_country);
}

static enum blk_status
take_file(struct parser *p, const char *value, struct opts_words *files)
{
	if (value[0] == '\0')
		return fail_value(p, value, "a file name");
	return keep_word(files, value, false);
}

static enum blk_status
take_delegated(struct parser *p, const char *value)
{
	return take_file(p, value, &p->o->delegated);
}

static enum blk_status
take_names(struct parser *p, const char *value)
{
	return take_file(p, value, &p->o->names);
}

static enum blk_status
take_by(struct parser *p, const char *value)
{
	if (strcmp(value, "country") != 0 && strcmp(value, "asn") != 0)
		return fail_value(p, value, "asn or country");
	p->o->by_country = strcmp(value, "country") == 0;
	return BLK_OK;
}

static enum blk_status
take_sort(struct parser *p, const char *value)
{
	p->o->has_sort = true;
	return outage_sort_parse(value, &p->o->sort) == BLK_OK
	    ? BLK_OK
	    : fail_value(p, value, "size, start, duration or asn");
}

static enum blk_status
take_limit(struct parser *p, const char *value)
{
	if (values_count(value, LIMIT_MAX, &p->o->limit) != BLK_OK)
		return fail_value(p, value, "a number from 1 to 1000000000");
	return BLK_OK;
}

static enum blk_status
take_moment(struct parser *p, const char *value, usec_t *out)
{
	if (timefmt_parse(value, out) != BLK_OK)
		return fail_value(p, value,
		    "a time (2014-12-22, 2014-12-22T16:15:07Z, Unix seconds)");
	return BLK_OK;
}

static enum blk_status
take_start(struct parser *p, const char *value)
{
	return take_moment(p, value, &p->o->params.start);
}

static enum blk_status
take_end(struct parser *p, const char *value)
{
	return take_moment(p, value, &p->o->params.end);
}

static enum blk_status
take_peer_asn(struct parser *p, const char *value)
{
	return take_list(p, value, item_peer_asn);
}

static enum blk_status
take_peer_ip(struct parser *p, const char *value)
{
	return take_list(p, value, item_peer_ip);
}

static enum blk_status
take_collector(struct parser *p, const char *value)
{
	return take_list(p, value, item_collector);
}

static enum blk_status
take_path(struct parser *p, const char *value)
{
	return check_list(p, value, values_lines(value, item_path, p));
}

static enum blk_status
take_community(struct parser *p, const char *value)
{
	return take_list(p, value, item_community);
}

static enum blk_status
take_type(struct parser *p, const char *value)
{
	return take_list(p, value, item_type);
}

static enum blk_status
take_ipv4(struct parser *p, const char *value)
{
	(void)value;
	filter_add_family(p->o->filter, AFI_IPV4);
	return BLK_OK;
}

static enum blk_status
take_ipv6(struct parser *p, const char *value)
{
	(void)value;
	filter_add_family(p->o->filter, AFI_IPV6);
	return BLK_OK;
}

static enum blk_status
take_share(struct parser *p, const char *value, double *out)
{
	double share;

	if (values_share(value, &share) != BLK_OK || share <= 0)
		return fail_value(
		    p, value, "a share above 0 and up to 1 (0.5 or 50%)");
	*out = share;
	return BLK_OK;
}

static enum blk_status
take_visibility(struct parser *p, const char *value)
{
	return take_share(p, value, &p->o->params.visibility);
}

static enum blk_status
take_loss(struct parser *p, const char *value)
{
	return take_share(p, value, &p->o->params.loss);
}

static enum blk_status
take_full_feed(struct parser *p, const char *value)
{
	return take_share(p, value, &p->o->params.full_feed);
}

static enum blk_status
take_min_peers(struct parser *p, const char *value)
{
	if (values_count(value, MIN_PEERS_MAX, &p->o->params.min_peers) !=
	    BLK_OK)
		return fail_value(p, value, "a number from 1 to 1000000");
	return BLK_OK;
}

static enum blk_status
take_duration(struct parser *p, const char *value, usec_t *out)
{
	if (timefmt_parse_duration(value, out) != BLK_OK)
		return fail_value(
		    p, value, "a length of time (90, 90s, 15m, 1h30m, 2d)");
	return BLK_OK;
}

static enum blk_status
take_min_duration(struct parser *p, const char *value)
{
	return take_duration(p, value, &p->o->params.min_duration);
}

static enum blk_status
take_merge_gap(struct parser *p, const char *value)
{
	return take_duration(p, value, &p->o->params.merge_gap);
}

static enum blk_status
take_retire(struct parser *p, const char *value)
{
	return take_duration(p, value, &p->o->params.retire);
}

static enum blk_status
take_weight(struct parser *p, const char *value)
{
	if (strcmp(value, "prefixes") == 0)
		p->o->params.weight = OUTAGE_BY_PREFIXES;
	else if (strcmp(value, "addresses") == 0)
		p->o->params.weight = OUTAGE_BY_ADDRESSES;
	else
		return fail_value(p, value, "prefixes or addresses");
	return BLK_OK;
}

static enum blk_status
take_format(struct parser *p, const char *value)
{
	const struct report_format *format = report_format_find(value);

	if (format == NULL)
		return fail_value(
		    p, value, "table, json, jsonl, csv, svg or html");
	p->o->format = format;
	return BLK_OK;
}

static enum blk_status
take_width(struct parser *p, const char *value)
{
	if (values_count(value, WIDTH_MAX, &p->o->width) != BLK_OK ||
	    p->o->width < WIDTH_MIN)
		return fail_value(p, value, "a number from 400 to 4000");
	return BLK_OK;
}

static enum blk_status
take_timeline_format(struct parser *p, const char *value)
{
	const struct report_format *format = report_format_find(value);

	p->o->part = strcmp(value, "part") == 0;
	if (p->o->part)
		return BLK_OK;
	if (format == NULL || format->timeline == NULL)
		return fail_value(p, value, "json, csv, svg, html or part");
	p->o->format = format;
	return BLK_OK;
}

static enum blk_status
take_merge_format(struct parser *p, const char *value)
{
	const struct report_format *format = report_format_find(value);

	p->o->part = strcmp(value, "part") == 0;
	if (p->o->part)
		return BLK_OK;
	if (format == NULL)
		return fail_value(
		    p, value, "table, json, jsonl, csv, svg, html or part");
	p->o->format = format;
	return BLK_OK;
}

static enum blk_status
item_also(void *arg, const char *item, bool negated)
{
	struct parser *p = arg;
	struct opts *o = p->o;
	struct prefix prefix;

	if (negated)
		return fail_negated(p, item);
	if (prefix_parse(item, &prefix) != BLK_OK)
		return fail_value(p, item, "a prefix (192.0.2.0/24)");
	if (!vec_reserve(&o->also, o->also_n, &o->also_cap, sizeof(*o->also)))
		return BLK_ENOMEM;
	o->also[o->also_n++] = prefix;
	return BLK_OK;
}

static enum blk_status
take_also(struct parser *p, const char *value)
{
	return take_list(p, value, item_also);
}

static enum blk_status
take_slice(struct parser *p, const char *value)
{
	return take_duration(p, value, &p->o->slice);
}

static enum blk_status
take_parts(struct parser *p, const char *value)
{
	if (value[0] == '\0')
		return fail_value(p, value, "a folder");
	p->o->parts = value;
	return BLK_OK;
}

static enum blk_status
take_rows_format(struct parser *p, const char *value)
{
	const struct rows_format *format = rows_format_find(value);

	if (format == NULL)
		return fail_value(p, value, "bgpdump or jsonl");
	p->o->rows = format;
	return BLK_OK;
}

static enum blk_status
take_info_format(struct parser *p, const char *value)
{
	const struct report_format *format = report_format_find(value);

	if (format == NULL || format->info == NULL)
		return fail_value(p, value, "table or json");
	p->o->format = format;
	return BLK_OK;
}

static enum blk_status
take_check_format(struct parser *p, const char *value)
{
	const struct report_format *format = report_format_find(value);

	if (format == NULL || format->check == NULL)
		return fail_value(p, value, "table or json");
	p->o->format = format;
	return BLK_OK;
}

static enum blk_status
take_reports(struct parser *p, const char *value)
{
	return take_file(p, value, &p->o->reports);
}

static enum blk_status
take_tolerance(struct parser *p, const char *value)
{
	return take_duration(p, value, &p->o->tolerance);
}

static enum blk_status
take_output(struct parser *p, const char *value)
{
	if (value[0] == '\0')
		return fail_value(p, value, "a file name");
	p->o->output = strcmp(value, "-") != 0 ? value : NULL;
	return BLK_OK;
}

static enum blk_status
take_ribs(struct parser *p, const char *value)
{
	static const char *const words[] = {[URLS_RIBS_FIRST] = "first",
	    [URLS_RIBS_ALL] = "all",
	    [URLS_RIBS_NONE] = "none"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(value, words[i]) == 0) {
			p->o->ribs = (enum urls_ribs)i;
			return BLK_OK;
		}
	}
	return fail_value(p, value, "first, all or none");
}

static enum blk_status
take_threads(struct parser *p, const char *value)
{
	if (values_count(value, THREADS_MAX, &p->o->threads) != BLK_OK)
		return fail_value(p, value, "a number from 1 to 256");
	return BLK_OK;
}

/* Long options without a letter are told by numbers no letter has. */
#define NO_LETTER(n) (UCHAR_MAX + 1 + (n))

/* What an option does: set a flag of struct opts, or more than that. */
#define SETS(flag) NULL, offsetof(struct opts, flag)
#define CALLS(function) function, 0

static const struct option_row rows[] = {
    {OPTS_WATCH, 'o', "asn", "ASN",
	"networks to watch: 131279, AS131279, 2.207", CALLS(take_asn)},
    {OPTS_WATCH, 'p', "prefix", "PREFIX",
	"prefixes to watch; with --asn, only these of it", CALLS(take_prefix)},
    {OPTS_WATCH, NO_LETTER(0), "more-specific", NULL,
	"also every prefix inside --prefix", SETS(more_specific)},
    {OPTS_WATCH, NO_LETTER(1), "less-specific", NULL,
	"also every prefix around --prefix", SETS(less_specific)},
    {OPTS_EVERY, NO_LETTER(30), "all", NULL, "every AS in the data", SETS(all)},
    {OPTS_EVERY, 'C', "country", "CC", "a country: all that is delegated to it",
	CALLS(take_country)},
    {OPTS_PLACES, NO_LETTER(31), "delegated", "FILE",
	"who has what: a registry's statistics file", CALLS(take_delegated)},
    {OPTS_EVERY, NO_LETTER(32), "by", "WHAT",
	"with --all: asn (usual), or country", CALLS(take_by)},
    {OPTS_SELECT, 'o', "asn", "ASN",
	"routes that these originate: 131279, AS131279, 2.207",
	CALLS(take_origin)},
    {OPTS_SELECT, 'p', "prefix", "PREFIX", "routes of these prefixes",
	CALLS(take_route)},
    {OPTS_SELECT, NO_LETTER(24), "more-specific", NULL,
	"also of every prefix inside --prefix", SETS(more_specific)},
    {OPTS_SELECT, NO_LETTER(25), "less-specific", NULL,
	"also of every prefix around --prefix", SETS(less_specific)},
    {OPTS_SELECT, 't', "start", "TIME", "what was said at TIME or later (UTC)",
	CALLS(take_start)},
    {OPTS_SELECT, 'T', "end", "TIME", "what was said before TIME",
	CALLS(take_end)},
    {OPTS_TIME, 't', "start", "TIME", "outages that last beyond TIME (UTC)",
	CALLS(take_start)},
    {OPTS_TIME, 'T', "end", "TIME", "outages that begin before TIME",
	CALLS(take_end)},
    {OPTS_CHECK, NO_LETTER(22), "reports", "FILE",
	"the claims, as JSON (repeatable)", CALLS(take_reports)},
    {OPTS_CHECK, NO_LETTER(23), "tolerance", "SPAN",
	"allowed beyond a claim's own precision (60s)", CALLS(take_tolerance)},
    {OPTS_CHECK, NO_LETTER(50), "delegated", "FILE",
	"what claimed countries have: a registry's statistics",
	CALLS(take_delegated)},
    {OPTS_PEERS, 'J', "peer-asn", "ASN",
	"peers that take part; !ASN: all others", CALLS(take_peer_asn)},
    {OPTS_PEERS, 'j', "peer-ip", "ADDR", "the same, by address",
	CALLS(take_peer_ip)},
    {OPTS_PEERS, 'c', "collector", "NAME", "the same, by collector",
	CALLS(take_collector)},
    {OPTS_PEERS, '4', "ipv4", NULL, "IPv4 prefixes only", CALLS(take_ipv4)},
    {OPTS_PEERS, '6', "ipv6", NULL, "IPv6 prefixes only", CALLS(take_ipv6)},
    {OPTS_ROUTES, 'a', "as-path", "REGEX",
	"those whose AS path matches; _: start, end, space", CALLS(take_path)},
    {OPTS_ROUTES, NO_LETTER(17), "community", "A:B",
	"those with it; also A:*, no-export, large A:B:C",
	CALLS(take_community)},
    {OPTS_ROUTES, NO_LETTER(18), "type", "TYPE",
	"of announce, withdraw, rib, state (or A, W, B, S)", CALLS(take_type)},
    {OPTS_JUDGE, NO_LETTER(2), "visibility", "SHARE",
	"a prefix is down if fewer peers carry it (50%)",
	CALLS(take_visibility)},
    {OPTS_JUDGE, NO_LETTER(3), "loss", "SHARE",
	"an AS is out if so much of it is down (50%)", CALLS(take_loss)},
    {OPTS_JUDGE, NO_LETTER(4), "full-feed", "SHARE",
	"of the largest table, to have a vote (75%)", CALLS(take_full_feed)},
    {OPTS_JUDGE, NO_LETTER(5), "min-peers", "N",
	"voting peer ASNs needed for a verdict (3)", CALLS(take_min_peers)},
    {OPTS_JUDGE, NO_LETTER(6), "min-duration", "SPAN",
	"leave out shorter outages (60s)", CALLS(take_min_duration)},
    {OPTS_JUDGE, NO_LETTER(7), "merge-gap", "SPAN",
	"join outages closer than this (0)", CALLS(take_merge_gap)},
    {OPTS_JUDGE, NO_LETTER(8), "retire", "SPAN",
	"forget prefixes that stay away longer (0: never)", CALLS(take_retire)},
    {OPTS_JUDGE, NO_LETTER(9), "weight", "WHAT",
	"count prefixes (usual) or addresses", CALLS(take_weight)},
    {OPTS_INFO, 'c', "collector", "NAME",
	"collectors to tell of (a list); !NAME: all others",
	CALLS(take_collector)},
    {OPTS_INFO, NO_LETTER(14), "files", NULL, "every file on a line of its own",
	SETS(all_files)},
    {OPTS_INFO, NO_LETTER(15), "peers", NULL, "all peers, not the largest few",
	SETS(all_peers)},
    {OPTS_CHECK_FORMAT, NO_LETTER(21), "format", "NAME",
	"table (usual) or json", CALLS(take_check_format)},
    {OPTS_FORMAT, NO_LETTER(10), "format", "NAME",
	"table (usual), json, jsonl, csv, svg, html", CALLS(take_format)},
    {OPTS_FORMAT, NO_LETTER(26), "width", "PIXELS",
	"of a picture: 400 to 4000 (960)", CALLS(take_width)},
    {OPTS_MERGE, NO_LETTER(48), "width", "PIXELS",
	"of a picture: 400 to 4000 (960)", CALLS(take_width)},
    {OPTS_ORDER, NO_LETTER(33), "sort", "KEY",
	"size (usual with --all), start, duration or asn", CALLS(take_sort)},
    {OPTS_ORDER, NO_LETTER(34), "limit", "N", "only the first N outages",
	CALLS(take_limit)},
    {OPTS_ORDER, NO_LETTER(35), "names", "FILE",
	"names of ASes to print: 131279|STAR-KP", CALLS(take_names)},
    {OPTS_DUMP, NO_LETTER(20), "format", "NAME", "bgpdump (usual) or jsonl",
	CALLS(take_rows_format)},
    {OPTS_DUMP, NO_LETTER(21), "sorted", NULL,
	"lines of all files by time, not file after file", SETS(sorted)},
    {OPTS_INFO_FORMAT, NO_LETTER(16), "format", "NAME", "table (usual) or json",
	CALLS(take_info_format)},
    {OPTS_TIMELINE, NO_LETTER(40), "format", "NAME",
	"json (usual), csv, svg, html; part: for merge",
	CALLS(take_timeline_format)},
    {OPTS_TIMELINE, NO_LETTER(49), "width", "PIXELS",
	"of a picture: 400 to 4000 (960)", CALLS(take_width)},
    {OPTS_TIMELINE, NO_LETTER(41), "also", "PREFIX",
	"in a part: keep these as well (a list, or @FILE)", CALLS(take_also)},
    {OPTS_TIMELINE, NO_LETTER(47), "overlap", NULL,
	"in a part: files of other parts may repeat records", SETS(overlap)},
    {OPTS_MERGE, NO_LETTER(42), "format", "NAME",
	"table (usual), json, jsonl, csv, svg, html; part",
	CALLS(take_merge_format)},
    {OPTS_MERGE, NO_LETTER(43), "curve", NULL,
	"the curves, as timeline prints them", SETS(curve)},
    {OPTS_MERGE, NO_LETTER(44), "watched", NULL,
	"only list the prefixes found to be watched", SETS(watched)},
    {OPTS_PLAN, NO_LETTER(45), "slice", "SPAN",
	"length of a slice, at least (8h)", CALLS(take_slice)},
    {OPTS_PLAN, NO_LETTER(46), "parts", "DIR", "where the parts go (parts)",
	CALLS(take_parts)},
    {OPTS_OUTPUT, NO_LETTER(11), "output", "FILE",
	"write there, all or nothing", CALLS(take_output)},
    {OPTS_WORK, NO_LETTER(12), "threads", "N",
	"decode with N threads (as many as cores)", CALLS(take_threads)},
    {OPTS_URLS, 'c', "collector", "NAME",
	"whose files: route-views2, rrc00, ... (see below)",
	CALLS(take_collector)},
    {OPTS_URLS, 't', "start", "TIME", "files of TIME and later (UTC)",
	CALLS(take_start)},
    {OPTS_URLS, 'T', "end", "TIME", "files of before TIME", CALLS(take_end)},
    {OPTS_URLS, NO_LETTER(13), "ribs", "WHICH",
	"first: the last one by --start (usual); all; none", CALLS(take_ribs)},
    {OPTS_HELP, 'h', "help", NULL, "this text", SETS(help)},
};

#define ROW_N (sizeof(rows) / sizeof(rows[0]))

/* What getopt_long() wants, made of the rows that a command takes. */
struct getopt_tables {
	struct option longs[ROW_N + 1];
	char shorts[2 * ROW_N + 2];
};

static void
make_tables(struct getopt_tables *t, unsigned groups)
{
	size_t n = 0, s = 0;

	memset(t, 0, sizeof(*t));
	t->shorts[s++] = ':'; /* tell a missing value from a wrong option */
	for (size_t i = 0; i < ROW_N; i++) {
		const bool has_value = rows[i].value != NULL;

		if ((rows[i].group & groups) == 0)
			continue;
		t->longs[n++] = (struct option){.name = rows[i].name,
		    .has_arg = has_value ? required_argument : no_argument,
		    .val = rows[i].letter};
		if (rows[i].letter <= UCHAR_MAX) {
			t->shorts[s++] = (char)rows[i].letter;
			if (has_value)
				t->shorts[s++] = ':';
		}
	}
}

/* A letter may mean something else to another command. */
static const struct option_row *
find_row(const struct parser *p, int letter)
{
	for (size_t i = 0; i < ROW_N; i++) {
		if ((rows[i].group & p->groups) && rows[i].letter == letter)
			return &rows[i];
	}
	return NULL;
}

/* What getopt_long() did not take: word is the argument it stands in. */
static enum blk_status
fail_option(struct parser *p, int code, const char *word)
{
	const struct option_row *row = find_row(p, optopt);
	const char *what = "unknown option";
	char *text;

	if (code == ':')
		what = "a value is needed after";
	else if (row != NULL)
		what = "no value is taken by";
	if (optopt != 0 && optopt <= UCHAR_MAX && strncmp(word, "--", 2) != 0)
		return fail(p, "%s '-%c'", what, optopt);
	text = text_printable(word);
	fail(p, "%s '%s'", what, text != NULL ? text : "");
	free(text);
	return BLK_EUSAGE;
}

/* What the option at hand does. */
static enum blk_status
take_option(struct parser *p, const char *value)
{
	if (p->row->take != NULL)
		return p->row->take(p, value);
	*(bool *)((char *)p->o + p->row->flag) = true;
	return BLK_OK;
}

static enum blk_status
take_options(struct parser *p, int argc, char **argv)
{
	enum blk_status status = BLK_OK;
	struct getopt_tables t;
	int code;

	make_tables(&t, p->groups);
	opterr = 0;
	optind = 0; /* begin anew: a second call in one process is allowed */
	while (status == BLK_OK &&
	    (code = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
		if (code == '?' || code == ':')
			return fail_option(p, code, argv[optind - 1]);
		p->row = find_row(p, code);
		status = take_option(p, optarg != NULL ? optarg : "");
	}
	p->o->paths = (const char *const *)argv + optind;
	p->o->path_n = (size_t)(argc - optind);
	return status;
}

static int
compare_prefixes(const void *a, const void *b)
{
	return prefix_cmp(a, b);
}

static enum blk_status
check_urls(struct parser *p)
{
	const struct opts *o = p->o;

	if (o->collectors.n == 0)
		return fail(p, "whose files? give --collector");
	if (o->params.start == USEC_NONE || o->params.end == USEC_NONE)
		return fail(p, "which files? give --start and --end");
	if (o->path_n > 0)
		return fail(p, "no PATH is taken: nothing is read or fetched");
	return BLK_OK;
}

static bool
only_states(const struct filter *f)
{
	return filter_type(f, FILTER_STATE) && !filter_type(f, FILTER_RIB) &&
	    !filter_type(f, FILTER_ANNOUNCE) &&
	    !filter_type(f, FILTER_WITHDRAW);
}

/*
 * Some of a peer's words without the others tell nothing of what it carries:
 * what is watched is told by RIBs, by updates and states, or by all of these.
 */
static enum blk_status
check_types(struct parser *p)
{
	const struct filter *f = p->o->filter;
	const bool rib = filter_type(f, FILTER_RIB);
	const int words = filter_type(f, FILTER_ANNOUNCE) +
	    filter_type(f, FILTER_WITHDRAW) + filter_type(f, FILTER_STATE);

	if (!rib && words == 0)
		return fail(p, "--type leaves out everything");
	if ((p->groups & OPTS_SELECT) && only_states(f) &&
	    (filter_has_prefix(f) || filter_has_attrs(f)))
		return fail(p,
		    "--type state: a change of state has no prefix, origin, "
		    "path or community to ask for");
	if ((p->groups & OPTS_WATCH) && words > 0 && words < 3)
		return fail(p,
		    "--type takes rib, or announce,withdraw,state together "
		    "(!rib): fewer do not tell what a peer carries");
	return BLK_OK;
}

/* What no option can tell by itself. */
static enum blk_status
check_together(struct parser *p)
{
	const struct opts *o = p->o;
	const struct outage_params *q = &o->params;

	if ((p->groups & OPTS_WATCH) && o->asn_n == 0 && o->prefix_n == 0 &&
	    !o->all && o->countries.n == 0)
		return fail(p, "nothing to watch: give --asn or --prefix%s",
		    p->groups & OPTS_EVERY ? ", --country or --all" : "");
	if (o->all && (o->asn_n > 0 || o->countries.n > 0))
		return fail(p, "--all watches every AS: leave out --%s",
		    o->asn_n > 0 ? "asn" : "country");
	if (o->by_country && !o->all)
		return fail(p,
		    "--by country goes with --all; without it, "
		    "give --country");
	if ((o->by_country || o->countries.n > 0) && o->delegated.n == 0)
		return fail(p,
		    "what is a country's? give --delegated, the "
		    "registries' statistics files");
	if ((o->more_specific || o->less_specific) && !p->has_prefix)
		return fail(p, "--%s-specific needs --prefix",
		    o->more_specific ? "more" : "less");
	if (q->start != USEC_NONE && q->end != USEC_NONE && q->start >= q->end)
		return fail(p, "--end must be later than --start");
	if (p->groups & OPTS_URLS)
		return check_urls(p);
	if ((p->groups & OPTS_CHECK) && o->reports.n == 0)
		return fail(p, "nothing to check: give --reports");
	if (o->path_n == 0)
		return fail(
		    p, "no PATH: give files or folders of an archive, or -");
	return check_types(p);
}

/* The cores this process may use. */
static unsigned
cores(void)
{
	cpu_set_t set;
	int n = 1;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = CPU_COUNT(&set);
	else
		n = (int)sysconf(_SC_NPROCESSORS_ONLN);
	if (n < 1)
		return 1;
	return (unsigned)n < THREADS_MAX ? (unsigned)n : THREADS_MAX;
}

enum blk_status
opts_parse(struct opts *o, unsigned groups, int argc, char **argv,
    char error[OPTS_ERROR_LEN])
{
	struct parser p = {
	    .o = o, .groups = groups | OPTS_HELP, .error = error};
	enum blk_status status;

	memset(o, 0, sizeof(*o));
	error[0] = '\0';
	o->params = outage_params_default();
	o->format = report_format_find("table");
	o->tolerance = TOLERANCE;
	o->rows = rows_format_find("bgpdump");
	o->slice = SLICE;
	o->parts = "parts";
	o->threads = cores();
	status = filter_new(&o->filter);
	if (status == BLK_OK)
		status = take_options(&p, argc, argv);
	if (status != BLK_OK || o->help)
		return status;
	if (o->all && !o->has_sort)
		o->sort = OUTAGE_SORT_SIZE;
	o->params.eventful = o->all;
	o->asn_n = compare_sort_distinct_u32(o->asns, o->asn_n);
	o->prefix_n = compare_sort_distinct(
	    o->prefixes, o->prefix_n, sizeof(*o->prefixes), compare_prefixes);
	o->also_n = compare_sort_distinct(
	    o->also, o->also_n, sizeof(*o->also), compare_prefixes);
	filter_widen_prefixes(o->filter, o->more_specific, o->less_specific);
	filter_set_span(o->filter, o->params.start, o->params.end);
	status = check_together(&p);
	return status == BLK_OK ? filter_settle(o->filter) : status;
}

static void
free_words(struct opts_words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->v[i]);
	free(w->v);
}

void
opts_fini(struct opts *o)
{
	filter_free(o->filter);
	free_words(&o->peer_asns);
	free_words(&o->peer_ips);
	free_words(&o->collectors);
	free_words(&o->as_paths);
	free_words(&o->communities);
	free_words(&o->types);
	free_words(&o->reports);
	free_words(&o->countries);
	free_words(&o->delegated);
	free_words(&o->names);
	free(o->prefixes);
	free(o->asns);
	free(o->also);
	memset(o, 0, sizeof(*o));
}

static const char *
group_heading(enum opts_group group)
{
	switch (group) {
	case OPTS_SELECT:
		return "What is printed (lists: a,b or @FILE; !a: all but it)";
	case OPTS_WATCH:
	case OPTS_EVERY:
	case OPTS_PLACES:
		return "What to watch (lists: a,b or @FILE; repeatable)";
	case OPTS_TIME:
		return "When";
	case OPTS_PEERS:
		return "Who is asked (lists; '!' before a value leaves it out)";
	case OPTS_ROUTES:
		return "Which routes count (the same lists)";
	case OPTS_JUDGE:
		return "What counts (usual value)";
	case OPTS_FORMAT:
	case OPTS_ORDER:
	case OPTS_CHECK_FORMAT:
	case OPTS_DUMP:
	case OPTS_INFO_FORMAT:
	case OPTS_OUTPUT:
	case OPTS_TIMELINE:
	case OPTS_MERGE:
		return "Output";
	case OPTS_PLAN:
		return "Slices";
	case OPTS_INFO:
		return "What to tell";
	case OPTS_WORK:
		return "How";
	case OPTS_URLS:
		return "Which files";
	case OPTS_CHECK:
		return "What to check";
	case OPTS_HELP:
		break;
	}
	return NULL;
}

static void
print_option(FILE *out, const struct option_row *row)
{
	char names[64];

	snprintf(names, sizeof(names), "%c%c%s--%s%s%s",
	    row->letter <= UCHAR_MAX ? '-' : ' ',
	    row->letter <= UCHAR_MAX ? row->letter : ' ',
	    row->letter <= UCHAR_MAX ? ", " : "  ", row->name,
	    row->value != NULL ? " " : "",
	    row->value != NULL ? row->value : "");
	fprintf(out, "  %-25s %s\n", names, row->help);
}

void
opts_help(FILE *out, unsigned groups)
{
	const char *last = NULL;

	for (size_t i = 0; i < ROW_N; i++) {
		const char *heading = group_heading(rows[i].group);

		if (((groups | OPTS_HELP) & rows[i].group) == 0)
			continue;
		if (heading != NULL && heading != last)
			fprintf(out, "%s:\n", heading);
		print_option(out, &rows[i]);
		last = heading;
	}
}
