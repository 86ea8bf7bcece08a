#include <ctype.h>

#include <cjson/cJSON.h>

#include "blackout/elem.h"
#include "blackout/rows.h"
#include "fuzz/walk.h"

/* A file as elements, and each of them as a line in both formats. */

#define PARSED_MAX 40u /* lines that are read back */

/* Rows made in a row, and many of them made as if they were the first. */
struct writer {
	const char *name;
	struct rows *running, *fresh;
	size_t n, parsed;
};

static void
writer_begin(struct writer *w, const char *name)
{
	const struct rows_format *format = rows_format_find(name);

	*w = (struct writer){.name = name};
	LAW(format != NULL && rows_new(&w->running, format) == BLK_OK &&
		rows_new(&w->fresh, format) == BLK_OK &&
		rows_begin_file(w->running, "rrc00") == BLK_OK,
	    "rows begin");
}

static void
writer_end(struct writer *w)
{
	rows_free(w->running);
	rows_free(w->fresh);
}

static double
number(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNumber(item) ? item->valuedouble : -1;
}

static const char *
string(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsString(item) ? item->valuestring : "";
}

/* An object with every key once, and the values of the element. */
static void
check_jsonl(const char *line, size_t len, const struct elem *e)
{
	static const char *const types[] = {
	    "ANNOUNCE", "WITHDRAW", "RIB", "STATE"};
	const char *end;
	cJSON *o = cJSON_ParseWithLengthOpts(line, len, &end, false);
	char text[PREFIX_STRLEN];

	LAW(cJSON_IsObject(o) && end == line + len - 1, "a line is an object");
	for (const cJSON *a = o->child; a != NULL; a = a->next)
		for (const cJSON *b = a->next; b != NULL; b = b->next)
			LAW(strcmp(a->string, b->string) != 0,
			    "keys stand there once");
	LAW(number(o, "peer_asn") == e->peer_as, "peer_asn");
	LAW(strcmp(string(o, "type"), types[e->type]) == 0, "type");
	LAW(strcmp(string(o, "collector"), "rrc00") == 0, "collector");
	LAW(strcmp(string(o, "peer_ip"), ipaddr_format(&e->peer, text)) == 0,
	    "peer_ip");
	if (e->type != ELEM_STATE)
		LAW(strcmp(string(o, "prefix"),
			prefix_format(&e->prefix, text)) == 0,
		    "prefix");
	LAW(number(o, "path_id") == (e->has_path_id ? e->path_id : -1.0),
	    "path_id");
	cJSON_Delete(o);
}

/* As many columns as the kind of line has. */
static void
check_bgpdump(const char *line, size_t len, const struct elem *e)
{
	static const unsigned bars[] = {[ELEM_ANNOUNCE] = 14,
	    [ELEM_WITHDRAW] = 5,
	    [ELEM_RIB] = 14,
	    [ELEM_STATE] = 6};
	unsigned n = 0;

	for (size_t i = 0; i < len; i++)
		n += line[i] == '|';
	LAW(n == bars[e->type] + e->has_path_id, "a line has its columns");
}

static void
check_line(struct writer *w, const char *line, size_t len, const struct elem *e)
{
	LAW(len > 1 && line[len - 1] == '\n', "a line is ended");
	for (size_t i = 0; i + 1 < len; i++)
		LAW(line[i] >= 0x20 && line[i] < 0x7f,
		    "a line is printable, and one");
	if (strcmp(w->name, "bgpdump") == 0)
		check_bgpdump(line, len, e);
	else if (w->parsed++ < PARSED_MAX)
		check_jsonl(line, len, e);
}

/* What elements of a group share is the same as what each would write. */
static void
write_line(struct writer *w, const struct elem *e)
{
	const char *text, *other;
	size_t before, len, other_len;

	(void)rows_text(w->running, &before);
	LAW(rows_add(w->running, e) == BLK_OK, "a row is added");
	text = rows_text(w->running, &len);
	check_line(w, text + before, len - before, e);
	if (len > 1000000)
		rows_clear(w->running);
	if (w->n++ > 200 && w->n % 16 != 0)
		return;
	rows_clear(w->fresh);
	LAW(rows_begin_file(w->fresh, "rrc00") == BLK_OK &&
		rows_add(w->fresh, e) == BLK_OK,
	    "a row is made afresh");
	other = rows_text(w->fresh, &other_len);
	LAW(other_len == len - before &&
		memcmp(other, text + before, other_len) == 0,
	    "elements of a group differ in prefix and path_id only");
}

static void
check_elem(const struct elem *e)
{
	const struct bgp_attrs *a = elem_attrs(e);
	struct prefix made;
	struct ipaddr hop;

	LAW(e->type <= ELEM_STATE, "an element is of a type");
	LAW((a != NULL) == (e->type == ELEM_ANNOUNCE || e->type == ELEM_RIB),
	    "routes have attributes, and nothing else has");
	LAW(a != NULL || !elem_next_hop(e, &hop), "no route, no next hop");
	LAW(e->has_path_id || e->path_id == 0, "path_id is told where it is");
	if (e->type == ELEM_STATE)
		return;
	LAW(afi_bits(e->prefix.afi) > 0 &&
		e->prefix.len <= afi_bits(e->prefix.afi),
	    "a prefix is one");
	LAW(e->safi >= ELEM_UNICAST && e->safi <= ELEM_UNICAST_MULTICAST,
	    "only these are read");
	made = prefix_make(
	    (enum afi)e->prefix.afi, e->prefix.bytes, e->prefix.len);
	LAW(memcmp(&made, &e->prefix, sizeof(made)) == 0,
	    "bits beyond a prefix are 0");
}

static void
check_damage(const struct elem_file *f, size_t size)
{
	const struct damage *damage;
	size_t n;

	damage = elem_file_damage(f, &n);
	for (size_t i = 0; i < n; i++) {
		LAW(damage[i].what != NULL && damage[i].what[0] != '\0',
		    "damage has words");
		LAW(damage[i].offset <= size, "damage is in the file");
		LAW(damage[i].records_kept <= elem_file_records(f),
		    "no more records are kept than there are");
		LAW(damage[i].count > 0, "damage is counted");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct writer bgpdump, jsonl;
	struct elem_file *f;
	const struct elem *e;
	enum blk_status status;
	uint64_t group = 0;

	if (fuzz_is_compressed(data, size) || size > (1u << 16) ||
	    elem_file_open(&f, fuzz_file(data, size), 1) != BLK_OK)
		return 0;
	writer_begin(&bgpdump, "bgpdump");
	writer_begin(&jsonl, "jsonl");
	while ((status = elem_file_next(f, &e)) == BLK_OK) {
		LAW(e->group > 0 && e->group >= group, "groups rise");
		group = e->group;
		check_elem(e);
		write_line(&bgpdump, e);
		write_line(&jsonl, e);
	}
	LAW(status == BLK_END, "a file ends");
	LAW(elem_file_next(f, &e) == BLK_END, "and stays so");
	check_damage(f, size);
	writer_end(&bgpdump);
	writer_end(&jsonl);
	elem_file_close(f);
	return 0;
}
