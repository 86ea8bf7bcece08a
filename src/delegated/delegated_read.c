/*
 * A line is cut into its fields; the first or second of them says what it is.
 * Numbers of every record are read, whether it was delegated or not, so that
 * a line that is wrong is found wherever it stands.
 */
#include <string.h>
#include <strings.h>

#include "base/scan.h"
#include "base/vec.h"
#include "delegated/delegated_priv.h"
#include "delegated/lines.h"

#define FIELD_MAX 8u /* what follows is not read: the last one has it all */
#define IPV4_END (UINT64_C(1) << 32)

/* The fields of a record. */
enum { REGISTRY, COUNTRY, TYPE, START, VALUE, DATE, STATUS };
/* Of a version line. */
enum { VERSION, SERIAL = 2, RECORDS };
/* Of a summary. */
enum { SUMMARY_COUNT = 4, SUMMARY_WORD };

#define NO_CODE DELEGATED_CODES

struct parser {
	struct delegated *d;
	struct lines lines;
	const char *field[FIELD_MAX]; /* those that are not there are "" */
	size_t field_n;
	uint64_t left; /* records that the version line still promises */
	/* Of the record at hand; NO_CODE: nothing is made of it. */
	unsigned code;
	uint32_t date;
};

/* A type of record, and what takes its numbers. */
struct type_row {
	const char *name;
	enum blk_status (*take)(struct parser *p);
};

static const struct status_row {
	const char *name;
	bool delegated;
} statuses[] = {
    {"allocated", true}, {"assigned", true}, {"available", false},
    {"reserved", false}, {"ianapool", false}, /* in the NRO's file */
};

/* "line 3: 'x' is no ..., WANTED" */
static enum blk_status
fail_field(struct parser *p, size_t i, const char *wanted)
{
	char shown[LINES_SHOWN_LEN];

	return lines_fail(&p->lines, BLK_EBAD, "'%s': %s is needed",
	    lines_shown(p->field[i], shown), wanted);
}

static void
split(struct parser *p, char *line)
{
	char *rest = line;

	p->field_n = 0;
	while (rest != NULL && p->field_n < FIELD_MAX) {
		char *bar = strchr(rest, '|');

		if (bar != NULL)
			*bar++ = '\0';
		p->field[p->field_n++] = scan_trim(rest);
		rest = bar;
	}
	for (size_t i = p->field_n; i < FIELD_MAX; i++)
		p->field[i] = "";
}

/* The whole of a field as a number from min to max. */
static bool
whole(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
	return scan_number(&text, max, out) && *text == '\0' && *out >= min;
}

/* --- what a record gives --- */

static enum blk_status
add_space(struct parser *p, const struct prefix *prefix)
{
	struct delegated *d = p->d;

	if (d->space_n == DELEGATED_PREFIXES_MAX)
		return lines_fail(&p->lines, BLK_ELIMIT,
		    "more than %u prefixes, the most that are kept",
		    DELEGATED_PREFIXES_MAX);
	if (!vec_reserve(
		&d->spaces, d->space_n, &d->space_cap, sizeof(*d->spaces)))
		return BLK_ENOMEM;
	d->spaces[d->space_n++] = (struct delegated_space){
	    .prefix = *prefix, .code = (uint16_t)p->code};
	return BLK_OK;
}

static enum blk_status
take_asn(struct parser *p)
{
	const char *text = p->field[START];
	struct delegated *d = p->d;
	uint64_t count;
	uint32_t first;

	if (!scan_asn(&text, &first) || *text != '\0')
		return fail_field(p, START, "an AS number");
	if (!whole(p->field[VALUE], 1, IPV4_END - first, &count))
		return fail_field(p, VALUE, "how many AS numbers");
	if (p->code == NO_CODE)
		return BLK_OK;
	if (!vec_reserve(
		&d->numbers, d->number_n, &d->number_cap, sizeof(*d->numbers)))
		return BLK_ENOMEM;
	d->numbers[d->number_n++] = (struct delegated_number){
	    .run = {first, (uint32_t)(first + count - 1)},
	    .date = p->date,
	    .code = (uint16_t)p->code};
	return BLK_OK;
}

/* The longest prefix that begins at first and has no more than count. */
static unsigned
longest(uint64_t first, uint64_t count)
{
	unsigned len = 32;

	while (len > 0 && (first >> (32 - len) & 1) == 0 &&
	    count >> (33 - len) != 0)
		len--;
	return len;
}

/* A run of addresses that is no power of two is several prefixes. */
static enum blk_status
take_ipv4(struct parser *p)
{
	enum blk_status status = BLK_OK;
	uint64_t first, count;
	struct ipaddr addr;
	struct cursor c;

	if (ipaddr_parse(p->field[START], &addr) != BLK_OK ||
	    addr.afi != AFI_IPV4)
		return fail_field(p, START, "an IPv4 address");
	c = cur_from(addr.bytes, 4);
	first = cur_be32(&c);
	if (!whole(p->field[VALUE], 1, IPV4_END - first, &count))
		return fail_field(p, VALUE, "how many addresses");
	while (p->code != NO_CODE && count > 0 && status == BLK_OK) {
		const unsigned len = longest(first, count);
		struct prefix prefix;

		prefix_set_ipv4(&prefix, (uint32_t)first, len);
		status = add_space(p, &prefix);
		first += IPV4_END >> len;
		count -= IPV4_END >> len;
	}
	return status;
}

static enum blk_status
take_ipv6(struct parser *p)
{
	struct prefix prefix;
	struct ipaddr addr;
	uint64_t len;

	if (ipaddr_parse(p->field[START], &addr) != BLK_OK ||
	    addr.afi != AFI_IPV6)
		return fail_field(p, START, "an IPv6 address");
	if (!whole(p->field[VALUE], 1, 128, &len))
		return fail_field(p, VALUE, "a length of 1 to 128");
	prefix = prefix_make(AFI_IPV6, addr.bytes, (unsigned)len);
	if (memcmp(prefix.bytes, addr.bytes, sizeof(prefix.bytes)) != 0)
		return fail_field(
		    p, START, "an address without bits beyond its length");
	return p->code != NO_CODE ? add_space(p, &prefix) : BLK_OK;
}

static const struct type_row types[] = {
    {"asn", take_asn},
    {"ipv4", take_ipv4},
    {"ipv6", take_ipv6},
};

/* --- lines --- */

/* A capital letter from 0, of either case; above 25: it is none. */
static unsigned
letter(char c)
{
	return ((unsigned char)c | 0x20u) - 'a';
}

static enum blk_status
take_country(struct parser *p)
{
	const char *text = p->field[COUNTRY];

	p->code = NO_CODE;
	if (text[0] == '\0' || strcasecmp(text, "ZZ") == 0)
		return BLK_OK;
	if (letter(text[0]) > 25 || letter(text[1]) > 25 || text[2] != '\0')
		return fail_field(p, COUNTRY, "a country of two letters");
	p->code = letter(text[0]) * 26 + letter(text[1]);
	return BLK_OK;
}

/*
 * A record that ends before its status is one of a kind that has none; but the
 * last of a file that was cut ends anywhere, even inside of a number.
 */
static enum blk_status
take_status(struct parser *p, bool *delegated)
{
	*delegated = true;
	if (p->field[STATUS][0] == '\0')
		return p->lines.cut
		    ? lines_fail(&p->lines, BLK_EBAD, "the file ends within it")
		    : BLK_OK;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		if (strcasecmp(p->field[STATUS], statuses[i].name) == 0) {
			*delegated = statuses[i].delegated;
			return BLK_OK;
		}
	}
	return fail_field(
	    p, STATUS, "allocated, assigned, available or reserved");
}

static const struct type_row *
find_type(const char *name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strcasecmp(name, types[i].name) == 0)
			return &types[i];
	return NULL;
}

static enum blk_status
take_record(struct parser *p)
{
	const struct type_row *type = find_type(p->field[TYPE]);
	struct delegated_sums *sums = &p->d->sums;
	enum blk_status status;
	bool delegated;
	uint64_t date;

	if (p->field_n <= VALUE)
		return lines_fail(&p->lines, BLK_EBAD,
		    "registry|country|type|start|value|date|status is needed");
	if (p->d->lines == DELEGATED_RECORDS_MAX)
		return lines_fail(&p->lines, BLK_ELIMIT,
		    "more than %u records, the most that are read",
		    DELEGATED_RECORDS_MAX);
	if (type == NULL)
		return fail_field(p, TYPE, "asn, ipv4 or ipv6");
	status = take_country(p);
	if (status == BLK_OK)
		status = take_status(p, &delegated);
	if (status != BLK_OK)
		return status;
	p->date =
	    whole(p->field[DATE], 0, 99999999, &date) ? (uint32_t)date : 0;
	sums->unused += !delegated;
	sums->nowhere += delegated && p->code == NO_CODE;
	sums->records += delegated && p->code != NO_CODE;
	if (!delegated)
		p->code = NO_CODE;
	p->d->lines++;
	p->left -= p->left > 0;
	return type->take(p);
}

static enum blk_status
take_version(struct parser *p)
{
	const char *version = p->field[VERSION];

	if (version[0] != '2' || (version[1] != '\0' && version[1] != '.'))
		return fail_field(p, VERSION, "version 2 of the format");
	p->d->sums.missing += p->left;
	if (!whole(p->field[RECORDS], 0, UINT32_MAX, &p->left))
		return fail_field(p, RECORDS, "the number of records");
	return BLK_OK;
}

static enum blk_status
take_summary(struct parser *p)
{
	uint64_t count;

	if (!whole(p->field[SUMMARY_COUNT], 0, UINT64_MAX / 16, &count))
		return fail_field(p, SUMMARY_COUNT, "a count");
	if (strcasecmp(p->field[SUMMARY_WORD], "summary") != 0)
		return fail_field(p, SUMMARY_WORD, "'summary'");
	return BLK_OK;
}

static enum blk_status
take_line(struct parser *p, char *line)
{
	line = scan_trim(line);
	if (line[0] == '\0' || line[0] == '#')
		return BLK_OK;
	split(p, line);
	if (p->field[0][0] >= '0' && p->field[0][0] <= '9')
		return take_version(p);
	if (strcmp(p->field[COUNTRY], "*") == 0)
		return take_summary(p);
	return take_record(p);
}

enum blk_status
delegated_read(
    struct delegated *d, struct source *source, char error[DELEGATED_ERROR_LEN])
{
	struct parser p = {.d = d};
	enum blk_status status;
	char *line;

	lines_init(&p.lines, source, DELEGATED_LINE_MAX, error);
	do {
		status = lines_next(&p.lines, &line);
		if (status == BLK_OK)
			status = take_line(&p, line);
	} while (status == BLK_OK);
	d->sums.missing += p.left;
	return status == BLK_END ? BLK_OK : status;
}

enum blk_status
delegated_read_file(
    struct delegated *d, const char *path, char error[DELEGATED_ERROR_LEN])
{
	struct source *source = NULL;
	enum blk_status status = lines_open(&source, path, error);

	if (status == BLK_OK)
		status = delegated_read(d, source, error);
	source_free(source);
	return status;
}
