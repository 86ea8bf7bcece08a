#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compare.h"
#include "base/vec.h"
#include "blackout/check.h"
#include "blackout/claims.h"
#include "blackout/outage.h"
#include "blackout/report.h"
#include "blackout/state.h"
#include "cli/cmd.h"
#include "cli/diag.h"
#include "cli/input.h"
#include "cli/opts.h"
#include "cli/output.h"
#include "cli/places.h"
#include "cli/question.h"

/*
 * blackout check: read the claims, watch all their networks in one reading of
 * the archive, judge, and hold each claim against what was found.
 *
 * One state watches whole ASes, another prefixes by themselves, a third
 * countries; and where a claim is on some prefixes of an AS, a state of its own
 * watches just these.
 */

#define GROUPS                                                                 \
	(OPTS_CHECK | OPTS_PEERS | OPTS_JUDGE | OPTS_CHECK_FORMAT |            \
	    OPTS_OUTPUT | OPTS_WORK)
#define NAME "blackout check"

/* What is lost in part, if not more: from a twentieth on. */
#define PART_LOSS 0.05

/* No AS has that number (RFC 7300): it stands for nothing to watch. */
#define NOBODY 4294967295u

/* Networks that are watched together, and what was found of them. */
struct group {
	uint32_t *asns;
	size_t asn_n, asn_cap;
	struct prefix *prefixes;
	size_t prefix_n, prefix_cap;
	const struct delegated_country **countries;
	size_t country_n, country_cap;
	struct state *state;
	struct timeline *timeline;
	struct outage_result *whole, *part;
	struct outage_as *unseen; /* by prefix: a row, if there is no other */
};

enum { GROUP_ASNS, GROUP_PREFIXES, GROUP_COUNTRIES, GROUPS_SHARED };

struct job {
	struct opts opts;
	struct places places;
	struct input input;
	struct claims **files; /* as many as opts names */
	size_t file_n;
	struct report_claim *claims;
	size_t *groups; /* by claim: an index */
	size_t claim_n;
	struct group *group;
	size_t group_n, group_cap;
	struct group all; /* the networks of all claims, for the report */
	char **words;     /* and their countries; borrowed from files */
	size_t word_n, word_cap;
};

static void
group_fini(struct group *g)
{
	outage_free(g->whole);
	outage_free(g->part);
	timeline_free(g->timeline);
	state_free(g->state);
	free(g->unseen);
	free(g->asns);
	free(g->prefixes);
	free(g->countries);
}

static void
job_fini(struct job *j)
{
	for (size_t i = 0; i < j->claim_n; i++)
		check_fini(&j->claims[i].result);
	for (size_t i = 0; i < j->group_n; i++)
		group_fini(&j->group[i]);
	group_fini(&j->all);
	for (size_t i = 0; i < j->file_n; i++)
		claims_free(j->files[i]);
	free(j->claims);
	free(j->groups);
	free(j->group);
	free(j->files);
	free(j->words);
	input_fini(&j->input);
	places_fini(&j->places);
	opts_fini(&j->opts);
}

void
cmd_check_help(FILE *out)
{
	fputs("Usage: " NAME " --reports FILE [options] PATH...\n"
	      "Are these published reports of outages right? Each claim is "
	      "held against the\n"
	      "archive: confirmed, differs, contradicted, or not covered by "
	      "it. PATH: as for\n"
	      "blackout outages.\n",
	    out);
	opts_help(out, GROUPS);
}

/* --- the files of reports --- */

/* All of a file, but no more than one byte above the limit. */
static char *
read_file(const char *path, size_t *len)
{
	FILE *in = fopen(path, "r");
	char *text = NULL;
	int error;

	if (in == NULL)
		return NULL;
	text = malloc(CLAIMS_FILE_MAX + 1);
	if (text != NULL) {
		*len = fread(text, 1, CLAIMS_FILE_MAX + 1, in);
		if (ferror(in)) {
			error = errno;
			free(text);
			text = NULL;
			errno = error;
		}
	}
	error = errno;
	fclose(in);
	errno = error;
	return text;
}

/* BLK_EUSAGE, and told: path is no file of reports. */
static enum blk_status
read_reports(struct job *j, const char *path)
{
	char error[CLAIMS_ERROR_LEN];
	enum blk_status status;
	size_t len = 0;
	char *text = read_file(path, &len);

	if (text == NULL) {
		diag_file(path, strerror(errno), "nothing was read");
		return BLK_EUSAGE;
	}
	status = claims_parse(&j->files[j->file_n], text, len, error);
	free(text);
	if (status == BLK_OK)
		j->claim_n += j->files[j->file_n++]->n;
	if (status == BLK_OK || status == BLK_ENOMEM)
		return status;
	diag_file(path, error, "nothing was read");
	return BLK_EUSAGE;
}

static enum blk_status
read_all_reports(struct job *j)
{
	const struct opts_words *paths = &j->opts.reports;
	enum blk_status status = BLK_OK;
	size_t n = 0;

	j->files = calloc(paths->n + 1, sizeof(struct claims *));
	if (j->files == NULL)
		return BLK_ENOMEM;
	for (size_t i = 0; i < paths->n && status == BLK_OK; i++)
		status = read_reports(j, paths->v[i]);
	j->claims = calloc(j->claim_n + 1, sizeof(*j->claims));
	j->groups = calloc(j->claim_n + 1, sizeof(*j->groups));
	if (j->claims == NULL || j->groups == NULL)
		return BLK_ENOMEM;
	for (size_t i = 0; i < j->file_n; i++)
		for (size_t k = 0; k < j->files[i]->n; k++)
			j->claims[n++].claim = &j->files[i]->v[k];
	return status;
}

/* --- what is to be watched --- */

static bool
add_group(struct job *j)
{
	if (!vec_reserve(
		&j->group, j->group_n, &j->group_cap, sizeof(*j->group)))
		return false;
	j->group[j->group_n++] = (struct group){0};
	return true;
}

static bool
add_networks(struct group *g, const struct claim *c)
{
	if (!vec_reserve_many(
		&g->asns, g->asn_n, c->asn_n, &g->asn_cap, sizeof(*g->asns)) ||
	    !vec_reserve_many(&g->prefixes, g->prefix_n, c->prefix_n,
		&g->prefix_cap, sizeof(*g->prefixes)))
		return false;
	for (size_t i = 0; i < c->asn_n; i++)
		g->asns[g->asn_n++] = c->asns[i];
	for (size_t i = 0; i < c->prefix_n; i++)
		g->prefixes[g->prefix_n++] = c->prefixes[i];
	return true;
}

static int
prefix_qcmp(const void *a, const void *b)
{
	return prefix_cmp(a, b);
}

static int
country_qcmp(const void *a, const void *b)
{
	const struct delegated_country *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static int
word_qcmp(const void *a, const void *b)
{
	char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* Sort what is watched, and drop what several claims are on. */
static void
settle_networks(struct group *g)
{
	g->asn_n = compare_sort_distinct_u32(g->asns, g->asn_n);
	g->prefix_n = compare_sort_distinct(
	    g->prefixes, g->prefix_n, sizeof(*g->prefixes), prefix_qcmp);
	g->country_n = compare_sort_distinct(
	    g->countries, g->country_n, sizeof(*g->countries), country_qcmp);
}

/* What the claim's country has; NULL: none is claimed, or it is not known. */
static const struct delegated_country *
find_country(const struct job *j, const struct claim *c)
{
	if (c->country[0] == '\0' || j->places.delegated == NULL)
		return NULL;
	return delegated_find(j->places.delegated, c->country);
}

static bool
add_country(struct job *j, const struct claim *c)
{
	struct group *g = &j->group[GROUP_COUNTRIES];
	const struct delegated_country *country = find_country(j, c);

	if (country == NULL)
		return true;
	if (!vec_reserve(&g->countries, g->country_n, &g->country_cap,
		sizeof(*g->countries)))
		return false;
	g->countries[g->country_n++] = country;
	return true;
}

/* The group of claim i, made if no other claim can share it. */
static enum blk_status
find_group(struct job *j, size_t i)
{
	const struct claim *c = j->claims[i].claim;
	size_t g = c->country[0] != '\0' ? GROUP_COUNTRIES
	    : c->asn_n > 0               ? GROUP_ASNS
					 : GROUP_PREFIXES;

	if (c->asn_n > 0 && c->prefix_n > 0) {
		g = j->group_n;
		if (!add_group(j))
			return BLK_ENOMEM;
	}
	j->groups[i] = g;
	return add_networks(&j->group[g], c) && add_networks(&j->all, c) &&
		add_country(j, c)
	    ? BLK_OK
	    : BLK_ENOMEM;
}

static enum blk_status
find_groups(struct job *j)
{
	enum blk_status status = BLK_OK;

	while (j->group_n < GROUPS_SHARED)
		if (!add_group(j))
			return BLK_ENOMEM;
	for (size_t i = 0; i < j->claim_n && status == BLK_OK; i++)
		status = find_group(j, i);
	for (size_t i = 0; i < j->group_n; i++)
		settle_networks(&j->group[i]);
	settle_networks(&j->all);
	return status;
}

/* The countries of all claims, each once. */
static enum blk_status
find_words(struct job *j)
{
	for (size_t i = 0; i < j->file_n; i++) {
		for (size_t k = 0; k < j->files[i]->n; k++) {
			struct claim *c = &j->files[i]->v[k];

			if (c->country[0] == '\0')
				continue;
			if (!vec_reserve(&j->words, j->word_n, &j->word_cap,
				sizeof(*j->words)))
				return BLK_ENOMEM;
			j->words[j->word_n++] = c->country;
		}
	}
	j->word_n = compare_sort_distinct(
	    j->words, j->word_n, sizeof(*j->words), word_qcmp);
	return BLK_OK;
}

/* --- reading --- */

static bool
is_empty(const struct group *g)
{
	return g->asn_n == 0 && g->prefix_n == 0 && g->country_n == 0;
}

static enum blk_status
begin_group(struct job *j, struct group *g, size_t collector_n)
{
	static const uint32_t nobody = NOBODY;
	struct state_params params = question_params(&j->opts, NULL);

	params.asns = g->asns;
	params.asn_n = g->asn_n;
	params.prefixes = g->prefixes;
	params.prefix_n = g->prefix_n;
	params.countries = g->countries;
	params.country_n = g->country_n;
	/* Asked for nothing, a state would watch everything. */
	if (is_empty(g)) {
		params.asns = &nobody;
		params.asn_n = 1;
	}
	state_free(g->state);
	g->state = NULL;
	return state_new(&g->state, &params, collector_n);
}

/* Groups that there is nothing to watch in; the first keeps the coverage. */
static bool
is_idle(const struct job *j, size_t group)
{
	return group > 0 && is_empty(&j->group[group]);
}

static enum blk_status
begin(void *arg, const struct archive *a)
{
	struct job *j = arg;
	enum blk_status status = BLK_OK;

	for (size_t i = 0; i < j->group_n && status == BLK_OK; i++) {
		if (!is_idle(j, i))
			status = begin_group(j, &j->group[i], a->collector_n);
	}
	return status;
}

static enum blk_status
take(void *arg, const struct feed_run *run)
{
	struct job *j = arg;
	enum blk_status status = BLK_OK;

	for (size_t i = 0; i < j->group_n && status == BLK_OK; i++) {
		if (!is_idle(j, i))
			status = state_apply(j->group[i].state, run);
	}
	return status;
}

/* --- judging --- */

static enum blk_status
judge_group(struct job *j, struct group *g)
{
	struct outage_params part = j->opts.params;
	enum blk_status status = state_finish(g->state, &g->timeline);

	part.loss = part.loss < PART_LOSS ? part.loss : PART_LOSS;
	if (status == BLK_OK)
		status = outage_find(&g->whole, g->timeline, &j->opts.params);
	if (status == BLK_OK)
		status = outage_find(&g->part, g->timeline, &part);
	g->unseen = calloc(g->prefix_n + 1, sizeof(*g->unseen));
	if (g->unseen == NULL)
		return BLK_ENOMEM;
	for (size_t i = 0; i < g->prefix_n; i++)
		g->unseen[i] = (struct outage_as){
		    .by_prefix = true, .prefix = g->prefixes[i]};
	return status;
}

/* Whether row is of network k of a claim; country: the claim's, or NULL. */
static bool
is_network(const struct outage_as *row, const struct claim *c,
    const struct delegated_country *country, size_t k)
{
	if (country != NULL)
		return row->country == country;
	if (c->asn_n > 0)
		return row->asn == c->asns[k];
	return prefix_cmp(&row->prefix, &c->prefixes[k]) == 0;
}

/*
 * The row of a country, of an AS, or of a prefix by itself.  A prefix of a
 * family that was not asked for has none.
 */
static const struct outage_as *
find_row(const struct group *g, const struct outage_result *r,
    const struct claim *c, const struct delegated_country *country, size_t k)
{
	size_t i;

	for (i = 0; i < r->as_n; i++)
		if (is_network(&r->ases[i], c, country, k))
			return &r->ases[i];
	for (i = 0; prefix_cmp(&g->prefixes[i], &c->prefixes[k]) != 0;)
		i++;
	return &g->unseen[i];
}

static enum blk_status
hold_claim(const struct job *j, size_t i, struct check_evidence *evidence)
{
	const struct claim *c = j->claims[i].claim;
	const struct delegated_country *country = find_country(j, c);
	const struct group *g = &j->group[j->groups[i]];
	const size_t n = country != NULL ? 1
	    : c->asn_n > 0               ? c->asn_n
					 : c->prefix_n;

	for (size_t k = 0; k < n; k++) {
		evidence[k].whole = find_row(g, g->whole, c, country, k);
		evidence[k].part = find_row(g, g->part, c, country, k);
	}
	return check_claim(
	    &j->claims[i].result, c, evidence, n, j->opts.tolerance);
}

static enum blk_status
judge(struct job *j)
{
	struct check_evidence *evidence =
	    calloc(CLAIMS_NETWORKS_MAX, sizeof(*evidence));
	enum blk_status status = evidence != NULL ? BLK_OK : BLK_ENOMEM;

	for (size_t i = 0; i < j->group_n && status == BLK_OK; i++) {
		if (!is_idle(j, i))
			status = judge_group(j, &j->group[i]);
	}
	for (size_t i = 0; i < j->claim_n && status == BLK_OK; i++)
		status = hold_claim(j, i, evidence);
	free(evidence);
	return status;
}

/* --- the report --- */

static enum blk_status
write_report(const struct output *o, void *arg)
{
	const struct job *j = arg;
	struct report_query query = question_query(&j->opts);
	struct report_input data = {.query = &query,
	    .timeline = j->group[0].timeline,
	    .archive = j->input.archive,
	    .collectors = feed_collectors(j->input.feed),
	    .delegated = j->places.delegated};
	const struct report_check in = {.data = &data,
	    .claims = j->claims,
	    .claim_n = j->claim_n,
	    .slack = j->opts.tolerance};
	const struct report_style style = output_style(o);

	query.asns = j->all.asns;
	query.asn_n = j->all.asn_n;
	query.prefixes = j->all.prefixes;
	query.prefix_n = j->all.prefix_n;
	query.countries = (struct report_words){j->words, j->word_n};
	data.damage = feed_damage(j->input.feed, &data.damage_n);
	return j->opts.format->check(o->file, &in, &style);
}

static enum exit_status
run_job(struct job *j)
{
	const struct input_taker taker = {
	    .begin = begin, .take = take, .arg = j};
	enum blk_status status = read_all_reports(j);
	enum exit_status rc;

	if (status == BLK_EUSAGE || !places_load(&j->places, &j->opts))
		return EXIT_USAGE;
	if (status == BLK_OK)
		status = find_groups(j);
	if (status == BLK_OK)
		status = find_words(j);
	if (status == BLK_OK) {
		rc = input_read(&j->input, &j->opts, &taker);
		if (rc == EXIT_NOTHING)
			return rc;
		status = judge(j);
	}
	if (status != BLK_OK) {
		diag_error("%s; there is no report", blk_strstatus(status));
		return EXIT_NOTHING;
	}
	return output_report(j->opts.output, write_report, j) ? rc
							      : EXIT_DAMAGED;
}

int
cmd_check_run(int argc, char **argv)
{
	struct job job = {0};
	enum exit_status rc;

	if (cmd_begin(&job.opts, NAME, GROUPS, argc, argv, &rc)) {
		if (job.opts.help)
			cmd_check_help(stdout);
		else
			rc = run_job(&job);
	}
	job_fini(&job);
	return rc;
}
