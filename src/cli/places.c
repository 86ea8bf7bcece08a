#include "cli/places.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/diag.h"

void
places_fini(struct places *p)
{
	delegated_free(p->delegated);
	asnames_free(p->names);
	free(p->countries);
	*p = (struct places){0};
}

/* "--names FILE: line 3: why" */
static bool
tell(const char *option, const char *file, enum blk_status status,
    const char *error)
{
	diag_error("--%s %s: %s", option, file,
	    error[0] != '\0' ? error : blk_strstatus(status));
	return false;
}

static bool
load_delegated(struct places *p, const struct opts_words *files)
{
	char error[DELEGATED_ERROR_LEN] = "";
	enum blk_status status = delegated_new(&p->delegated);
	struct delegated_sums sums;

	for (size_t i = 0; i < files->n && status == BLK_OK; i++) {
		status = delegated_read_file(p->delegated, files->v[i], error);
		if (status != BLK_OK)
			return tell("delegated", files->v[i], status, error);
	}
	if (status == BLK_OK)
		status = delegated_settle(p->delegated);
	if (status != BLK_OK)
		return tell("delegated", files->v[0], status, "");
	sums = delegated_sums(p->delegated);
	if (sums.missing > 0)
		diag_error("--delegated: %" PRIu64
			   " records are missing that the files promise",
		    sums.missing);
	return true;
}

static bool
load_names(struct places *p, const struct opts_words *files)
{
	char error[ASNAMES_ERROR_LEN] = "";
	enum blk_status status = asnames_new(&p->names);

	for (size_t i = 0; i < files->n && status == BLK_OK; i++) {
		status = asnames_read_file(p->names, files->v[i], error);
		if (status != BLK_OK)
			return tell("names", files->v[i], status, error);
	}
	if (status != BLK_OK)
		return tell("names", files->v[0], status, "");
	asnames_settle(p->names);
	return true;
}

/* Each once. */
static void
add_country(struct places *p, const struct delegated_country *c)
{
	for (size_t i = 0; i < p->country_n; i++)
		if (p->countries[i] == c)
			return;
	p->countries[p->country_n++] = c;
}

static bool
choose_countries(struct places *p, const struct opts *o)
{
	size_t all_n;
	const struct delegated_country *all =
	    delegated_countries(p->delegated, &all_n);
	const size_t room = o->by_country ? all_n : o->countries.n;

	p->countries = calloc(room + 1, sizeof(*p->countries));
	if (p->countries == NULL) {
		diag_error("%s", blk_strstatus(BLK_ENOMEM));
		return false;
	}
	for (size_t i = 0; o->by_country && i < all_n; i++)
		add_country(p, &all[i]);
	for (size_t i = 0; i < o->countries.n; i++) {
		const struct delegated_country *c =
		    delegated_find(p->delegated, o->countries.v[i]);

		if (c == NULL) {
			diag_error("--country %s: the files of --delegated "
				   "have nothing of it",
			    o->countries.v[i]);
			return false;
		}
		add_country(p, c);
	}
	return true;
}

/* FNV-1a, which is no proof against those who mean harm. */
static uint64_t
digest(uint64_t h, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

static uint64_t
digest_number(uint64_t h, uint32_t v)
{
	const unsigned char bytes[] = {(unsigned char)(v >> 24),
	    (unsigned char)(v >> 16), (unsigned char)(v >> 8),
	    (unsigned char)v};

	return digest(h, bytes, sizeof(bytes));
}

static uint64_t
digest_country(uint64_t h, const struct delegated_country *c)
{
	char text[PREFIX_STRLEN];

	h = digest(h, c->name, sizeof(c->name));
	h = digest_number(h, (uint32_t)c->run_n);
	for (size_t i = 0; i < c->run_n; i++) {
		h = digest_number(h, c->asns[i].first);
		h = digest_number(h, c->asns[i].last);
	}
	for (size_t i = 0; i < c->prefix_n; i++) {
		prefix_format(&c->prefixes[i], text);
		h = digest(h, text, strlen(text) + 1);
	}
	return h;
}

uint64_t
places_digest(const struct places *p)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < p->country_n; i++)
		h = digest_country(h, p->countries[i]);
	return h;
}

/* Whether they are what parts were made with. */
static bool
as_before(const struct places *p, const struct opts *o)
{
	if (!o->has_digest || places_digest(p) == o->digest)
		return true;
	diag_error("--delegated: the parts were made with files that say "
		   "something else of these countries");
	return false;
}

bool
places_load(struct places *p, const struct opts *o)
{
	*p = (struct places){0};
	if (o->delegated.n > 0 &&
	    !(load_delegated(p, &o->delegated) && choose_countries(p, o) &&
		as_before(p, o)))
		return false;
	return o->names.n == 0 || load_names(p, &o->names);
}

bool
places_idle(const struct opts *o)
{
	return o->delegated.n > 0 && o->countries.n == 0 && !o->by_country;
}
