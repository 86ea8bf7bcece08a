/*
 * All names lie one after the other in one block of bytes; a table of numbers
 * and places in it is sorted at the end.
 */
#include "blackout/asnames.h"

#include <stdlib.h>
#include <string.h>

#include "base/put.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "delegated/lines.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

struct name {
	uint32_t asn;
	uint32_t at; /* in text; later names lie behind earlier ones */
	char country[3];
};

struct asnames {
	struct name *names;
	size_t n, cap;
	char *text;
	size_t text_n, text_cap;
};

enum blk_status
asnames_new(struct asnames **out)
{
	struct asnames *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return BLK_ENOMEM;
	*out = a;
	return BLK_OK;
}

void
asnames_free(struct asnames *a)
{
	if (a == NULL)
		return;
	free(a->names);
	free(a->text);
	free(a);
}

/*
 * Append name as what is safe to print.  A tab is a space; *ok: there is no
 * other control character.
 */
static bool
keep_text(struct asnames *a, const char *name, bool *ok)
{
	const unsigned char *from = (const unsigned char *)name;
	char *to;

	if (!vec_reserve_many(&a->text, a->text_n,
		strlen(name) * strlen(REPLACEMENT) + 1, &a->text_cap, 1))
		return false;
	to = a->text + a->text_n;
	while (*from != '\0' && *ok) {
		const size_t len = utf8_len(from);
		const uint32_t c = len > 0 ? utf8_value(from, len) : 0;

		*ok = len == 0 || *from == '\t' || !utf8_is_control(c);
		if (*from == '\t')
			to = put_char(to, ' ');
		else if (len > 0 && !utf8_is_layout(c))
			to = put_bytes(to, from, len);
		else
			to = put_literal(to, REPLACEMENT);
		from += len > 0 ? len : 1;
	}
	*to++ = '\0';
	a->text_n = (size_t)(to - a->text);
	return true;
}

static enum blk_status
add_name(struct asnames *a, struct lines *l, uint32_t asn, const char *name,
    const char *country)
{
	struct name entry = {.asn = asn, .at = (uint32_t)a->text_n};
	bool ok = true;

	if (a->n == ASNAMES_MAX)
		return lines_fail(l, BLK_ELIMIT,
		    "more than %u names, the most that are kept", ASNAMES_MAX);
	if (a->text_n > ASNAMES_BYTES_MAX)
		return lines_fail(l, BLK_ELIMIT,
		    "more than %u bytes of names, the most that are kept",
		    ASNAMES_BYTES_MAX);
	if (!vec_reserve(&a->names, a->n, &a->cap, sizeof(*a->names)) ||
	    !keep_text(a, name, &ok))
		return BLK_ENOMEM;
	if (!ok)
		return lines_fail(
		    l, BLK_EBAD, "has a control character in a name");
	memcpy(entry.country, country, strlen(country));
	a->names[a->n++] = entry;
	return BLK_OK;
}

static bool
is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* Cut ", KP" off the end of name; *country: the letters, or "". */
static void
cut_country(char *name, const char **country)
{
	const size_t n = strlen(name);
	char *end = name + n;

	*country = "";
	if (n < 4 || !is_capital(end[-1]) || !is_capital(end[-2]) ||
	    end[-3] != ' ' || end[-4] != ',')
		return;
	*country = end - 2;
	end[-4] = '\0';
	scan_trim(name);
}

static enum blk_status
take_line(struct asnames *a, struct lines *l, char *line)
{
	char shown[LINES_SHOWN_LEN];
	const char *p, *country = "";
	char *name;
	uint32_t asn;

	line = scan_trim(line);
	if (line[0] == '\0' || line[0] == '#')
		return BLK_OK;
	p = line;
	if ((p[0] | 0x20) == 'a' && (p[1] | 0x20) == 's')
		p += 2;
	if (!scan_asn(&p, &asn) || strchr("| \t", *p) == NULL)
		return lines_fail(l, BLK_EBAD,
		    "'%s': an AS number and a name are needed",
		    lines_shown(line, shown));
	name = scan_trim(line + (p - line));
	if (name[0] == '|') {
		name++;
		name[strcspn(name, "|")] = '\0';
		name = scan_trim(name);
	} else {
		cut_country(name, &country);
	}
	return name[0] == '\0' ? BLK_OK : add_name(a, l, asn, name, country);
}

enum blk_status
asnames_read(
    struct asnames *a, struct source *source, char error[ASNAMES_ERROR_LEN])
{
	enum blk_status status;
	struct lines l;
	char *line;

	lines_init(&l, source, ASNAMES_LINE_MAX, error);
	do {
		status = lines_next(&l, &line);
		if (status == BLK_OK)
			status = take_line(a, &l, line);
	} while (status == BLK_OK);
	return status == BLK_END ? BLK_OK : status;
}

enum blk_status
asnames_read_file(
    struct asnames *a, const char *path, char error[ASNAMES_ERROR_LEN])
{
	struct source *source = NULL;
	enum blk_status status = lines_open(&source, path, error);

	if (status == BLK_OK)
		status = asnames_read(a, source, error);
	source_free(source);
	return status;
}

static int
compare_names(const void *pa, const void *pb)
{
	const struct name *a = pa, *b = pb;

	if (a->asn != b->asn)
		return a->asn < b->asn ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

void
asnames_settle(struct asnames *a)
{
	size_t kept = 0;

	if (a->n == 0)
		return;
	qsort(a->names, a->n, sizeof(*a->names), compare_names);
	for (size_t i = 1; i < a->n; i++) {
		kept += a->names[i].asn != a->names[kept].asn;
		a->names[kept] = a->names[i];
	}
	a->n = kept + 1;
}

size_t
asnames_count(const struct asnames *a)
{
	return a->n;
}

static int
compare_asn(const void *key, const void *item)
{
	const uint32_t asn = *(const uint32_t *)key;
	const struct name *name = item;

	return asn < name->asn ? -1 : asn > name->asn;
}

static const struct name *
find_name(const struct asnames *a, uint32_t asn)
{
	return a->n == 0
	    ? NULL
	    : bsearch(&asn, a->names, a->n, sizeof(*a->names), compare_asn);
}

const char *
asnames_find(const struct asnames *a, uint32_t asn)
{
	const struct name *name = find_name(a, asn);

	return name != NULL ? a->text + name->at : NULL;
}

const char *
asnames_country(const struct asnames *a, uint32_t asn)
{
	const struct name *name = find_name(a, asn);

	return name != NULL ? name->country : "";
}
