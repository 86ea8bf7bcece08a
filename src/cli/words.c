#include "cli/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

static const char *const names[] = {"asn", "prefix", "country", "peer-asn",
    "peer-ip", "collector", "as-path", "community", "type"};
static const char *const flags[] = {"--more-specific", "--less-specific",
    "--all", "--by=country", "--ipv4", "--ipv6"};
static const char digest_name[] = "--delegated=#";

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

void
words_fini(struct opts_words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->v[i]);
	free(w->v);
	*w = (struct opts_words){0};
}

static bool
add(struct opts_words *w, const char *name, const char *value)
{
	size_t len = strlen(name) + strlen(value) + 4;
	char *word;

	if (!vec_reserve(&w->v, w->n, &w->cap, sizeof(char *)))
		return false;
	word = malloc(len);
	if (word == NULL)
		return false;
	snprintf(word, len, "%s%s%s%s", name[0] == '-' ? "" : "--", name,
	    value[0] != '\0' ? "=" : "", value);
	w->v[w->n++] = word;
	return true;
}

static bool
add_all(struct opts_words *w, const char *name, const struct opts_words *values)
{
	for (size_t i = 0; i < values->n; i++)
		if (!add(w, name, values->v[i]))
			return false;
	return true;
}

static bool
add_watched(struct opts_words *w, const struct opts *o)
{
	char text[PREFIX_STRLEN];

	for (size_t i = 0; i < o->asn_n; i++) {
		snprintf(text, sizeof(text), "%u", (unsigned)o->asns[i]);
		if (!add(w, "asn", text))
			return false;
	}
	for (size_t i = 0; i < o->prefix_n; i++)
		if (!add(w, "prefix", prefix_format(&o->prefixes[i], text)))
			return false;
	return true;
}

static bool
add_flags(struct opts_words *w, const struct opts *o)
{
	const bool both = filter_family(o->filter, AFI_IPV4) &&
	    filter_family(o->filter, AFI_IPV6);
	const bool set[N_OF(flags)] = {o->more_specific, o->less_specific,
	    o->all, o->by_country, !both && filter_family(o->filter, AFI_IPV4),
	    !both && filter_family(o->filter, AFI_IPV6)};

	for (size_t i = 0; i < N_OF(flags); i++)
		if (set[i] && !add(w, flags[i], ""))
			return false;
	return true;
}

/* What was delegated to the countries asked for, in a word. */
static bool
add_digest(struct opts_words *w, const struct places *places)
{
	char word[sizeof(digest_name) + 16];

	if (places == NULL || places->country_n == 0)
		return true;
	snprintf(word, sizeof(word), "%s%016" PRIx64, digest_name,
	    places_digest(places));
	return add(w, word, "");
}

enum blk_status
words_of(
    const struct opts *o, const struct places *places, struct opts_words *out)
{
	const struct opts_words *lists[] = {&o->countries, &o->peer_asns,
	    &o->peer_ips, &o->collectors, &o->as_paths, &o->communities,
	    &o->types};

	if (!add_watched(out, o) || !add_flags(out, o) ||
	    !add_digest(out, places))
		return BLK_ENOMEM;
	for (size_t i = 0; i < N_OF(lists); i++)
		if (!add_all(out, names[2 + i], lists[i]))
			return BLK_ENOMEM;
	return BLK_OK;
}

bool
words_digest(const char *word, uint64_t *out)
{
	const size_t len = sizeof(digest_name) - 1;
	char *end;

	if (strncmp(word, digest_name, len) != 0)
		return false;
	*out = strtoull(word + len, &end, 16);
	return end == word + len + 16 && *end == '\0';
}

bool
words_valid(const char *word)
{
	for (size_t i = 0; i < N_OF(flags); i++)
		if (strcmp(word, flags[i]) == 0)
			return true;
	for (size_t i = 0; i < N_OF(names); i++) {
		size_t len = strlen(names[i]);
		const char *value = word + 2 + len + 1;

		if (strncmp(word, "--", 2) != 0 ||
		    strncmp(word + 2, names[i], len) != 0 ||
		    word[2 + len] != '=')
			continue;
		/* a file of values is none of a question's words */
		return value[0] != '@' && strncmp(value, "!@", 2) != 0;
	}
	return false;
}
