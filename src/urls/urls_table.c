#include <stdlib.h>
#include <string.h>

#include "urls/urls_priv.h"

/*
 * The collectors, with the months in which their files begin and end.  Those
 * of RouteViews are what its list of collectors says ("installed", "removed");
 * of RIS only those are here that could be confirmed, by its own pages or by
 * its list of collectors.
 */

#define RV URLS_ROUTEVIEWS
#define RIS URLS_RIS

const struct urls_collector urls_table[] = {
    {"amsix.ams", RV, {2024, 2}, {0}},
    {"cix.atl", RV, {2024, 7}, {0}},
    {"crix.sjo", RV, {0}, {0}},
    {"decix.fra", RV, {0}, {0}},
    {"decix.jhb", RV, {2022, 12}, {0}},
    {"getafix.mnl", RV, {2025, 7}, {0}},
    {"hkix.hkg", RV, {0}, {0}},
    {"iix.cgk", RV, {0}, {0}},
    {"interlan.otp", RV, {2025, 2}, {0}},
    {"iraq-ixp.bgw", RV, {2024, 4}, {0}},
    {"ix-br.gru", RV, {0}, {0}},
    {"ix-br2.gru", RV, {2018, 4}, {0}},
    {"ixpn.lagos", RV, {0}, {0}},
    {"kinx.icn", RV, {2024, 9}, {0}},
    {"namex.fco", RV, {2024, 11}, {0}},
    {"netnod.mmx", RV, {0}, {0}},
    {"pacwave.lax", RV, {2023, 3}, {0}},
    {"pit.scl", RV, {2023, 8}, {0}},
    {"pitmx.qro", RV, {2024, 2}, {0}},
    {"route-views.amsix", RV, {2018, 7}, {0}},
    {"route-views.bdix", RV, {2021, 4}, {0}},
    {"route-views.bknix", RV, {2019, 10}, {0}},
    {"route-views.chicago", RV, {2016, 6}, {0}},
    {"route-views.chile", RV, {2018, 1}, {0}},
    {"route-views.eqix", RV, {2004, 5}, {0}},
    {"route-views.flix", RV, {2018, 1}, {0}},
    {"route-views.fortaleza", RV, {2019, 5}, {0}},
    {"route-views.gixa", RV, {2019, 5}, {0}},
    {"route-views.gorex", RV, {2019, 8}, {0}},
    {"route-views.isc", RV, {2003, 11}, {0}},
    {"route-views.jinx", RV, {2012, 7}, {2019, 8}},
    {"route-views.kixp", RV, {2005, 10}, {0}},
    {"route-views.linx", RV, {2004, 3}, {0}},
    {"route-views.mwix", RV, {2018, 12}, {0}},
    {"route-views.napafrica", RV, {2018, 2}, {0}},
    {"route-views.nwax", RV, {2014, 3}, {0}},
    {"route-views.ny", RV, {2021, 11}, {0}},
    {"route-views.perth", RV, {2012, 11}, {0}},
    {"route-views.peru", RV, {2021, 6}, {0}},
    {"route-views.phoix", RV, {2019, 8}, {0}},
    {"route-views.rio", RV, {2019, 5}, {0}},
    {"route-views.saopaulo", RV, {2011, 3}, {2022, 10}},
    {"route-views.sfmix", RV, {2015, 4}, {0}},
    {"route-views.sg", RV, {2014, 6}, {0}},
    {"route-views.siex", RV, {2021, 6}, {2022, 4}},
    {"route-views.soxrs", RV, {2013, 9}, {0}},
    {"route-views.sydney", RV, {2010, 8}, {0}},
    {"route-views.telxatl", RV, {2012, 2}, {0}},
    {"route-views.uaeix", RV, {2021, 8}, {0}},
    {"route-views.wide", RV, {2003, 7}, {0}},
    {"route-views2", RV, {2001, 10}, {0}},
    {"route-views2.saopaulo", RV, {2018, 4}, {0}},
    {"route-views3", RV, {2013, 8}, {0}}, /* before: text only */
    {"route-views4", RV, {2008, 11}, {0}},
    {"route-views5", RV, {2021, 9}, {0}},
    {"route-views6", RV, {2003, 5}, {0}},
    {"route-views7", RV, {2024, 5}, {0}},
    {"route-views8", RV, {2025, 3}, {0}},
    {"rrc00", RIS, {1999, 10}, {0}},
    {"rrc01", RIS, {2000, 7}, {0}},
    {"rrc02", RIS, {0}, {2008, 10}},
    {"rrc03", RIS, {0}, {0}},
    {"rrc04", RIS, {2001, 4}, {0}},
    {"rrc05", RIS, {0}, {0}},
    {"rrc06", RIS, {0}, {0}},
    {"rrc07", RIS, {0}, {0}},
    {"rrc08", RIS, {2002, 5}, {2004, 9}},
    {"rrc09", RIS, {0}, {0}},
    {"rrc10", RIS, {0}, {0}},
    {"rrc11", RIS, {0}, {0}},
    {"rrc12", RIS, {0}, {0}},
    {"rrc13", RIS, {0}, {0}},
    {"rrc14", RIS, {0}, {0}},
    {"rrc15", RIS, {0}, {0}},
    {"rrc16", RIS, {0}, {0}},
    {"rrc18", RIS, {0}, {0}}, /* there is no rrc17 */
    {"rrc19", RIS, {0}, {0}},
    {"rrc20", RIS, {0}, {0}},
    {"rrc21", RIS, {0}, {0}},
    {"rrc22", RIS, {0}, {0}},
    {"rrc23", RIS, {0}, {0}},
    {"rrc24", RIS, {2019, 2}, {0}},
    {"rrc25", RIS, {0}, {0}},
    {"rrc26", RIS, {0}, {0}},
};

const size_t urls_table_n = sizeof(urls_table) / sizeof(urls_table[0]);

#define NAME_MAX_LEN 32u /* longer than every name */

const struct urls_collector *
urls_find(const char *name)
{
	for (size_t i = 0; i < urls_table_n; i++)
		if (strcmp(urls_table[i].name, name) == 0)
			return &urls_table[i];
	return NULL;
}

const char *
urls_name(size_t i)
{
	return i < urls_table_n ? urls_table[i].name : NULL;
}

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Letters to add, drop or change to make a of b (at most NAME_MAX_LEN). */
static unsigned
edits(const char *a, const char *b)
{
	unsigned row[NAME_MAX_LEN + 1];
	const size_t n = strlen(b);

	for (unsigned k = 0; k <= n; k++)
		row[k] = k;
	for (unsigned i = 1; a[i - 1] != '\0'; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (size_t k = 1; k <= n; k++) {
			unsigned changed = diagonal + (a[i - 1] != b[k - 1]);

			diagonal = row[k];
			row[k] = min3(changed, row[k] + 1, row[k - 1] + 1);
		}
	}
	return row[n];
}

struct likeness {
	const char *name;
	unsigned distance;
};

static int
likeness_cmp(const void *a, const void *b)
{
	const struct likeness *x = a, *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return strcmp(x->name, y->name);
}

size_t
urls_near(const char *name, const char *out[], size_t max)
{
	struct likeness all[sizeof(urls_table) / sizeof(urls_table[0])];
	const size_t len = strlen(name);
	const unsigned far = len < 6 ? 1 : 2;
	size_t n = 0, found = 0;

	if (len == 0 || len > NAME_MAX_LEN)
		return 0;
	for (size_t i = 0; i < urls_table_n; i++) {
		const char *known = urls_table[i].name;
		/* "jinx" is in "route-views.jinx", and as good as right. */
		const bool part = len > 1 && strstr(known, name) != NULL;
		const unsigned distance = part ? 0 : edits(name, known);

		if (distance <= far)
			all[n++] = (struct likeness){known, distance};
	}
	qsort(all, n, sizeof(all[0]), likeness_cmp);
	while (found < n && found < max) {
		out[found] = all[found].name;
		found++;
	}
	return found;
}
