#ifndef URLS_URLS_PRIV_H
#define URLS_URLS_PRIV_H

#include "blackout/urls.h"

enum urls_project {
	URLS_ROUTEVIEWS,
	URLS_RIS,
};

struct urls_month {
	int year, month; /* year 0: not known */
};

struct urls_collector {
	const char *name;
	enum urls_project project;
	struct urls_month since; /* the first with files */
	struct urls_month until; /* the last with files; not known: none yet */
};

extern const struct urls_collector urls_table[];
extern const size_t urls_table_n;

#endif
