#ifndef BLACKOUT_CLI_PLACES_H
#define BLACKOUT_CLI_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "blackout/asnames.h"
#include "blackout/delegated.h"
#include "cli/opts.h"

/* What the files of --delegated and --names say, and the countries asked for.
 */
struct places {
	struct delegated *delegated; /* settled; NULL: no file was given */
	struct asnames *names;       /* the same */
	const struct delegated_country **countries;
	size_t country_n;
};

/*
 * Read what o asks for.  False: an error was told.  places_fini is to be called
 * in any case.
 */
bool places_load(struct places *p, const struct opts *o);

/* The same, whatever the files and the machine, if and only if the countries
   asked for have the same. */
uint64_t places_digest(const struct places *p);

/* Whether --delegated only says how to tell of what is found. */
bool places_idle(const struct opts *o);
void places_fini(struct places *p);

#endif
