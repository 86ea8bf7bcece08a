/*
 * The parser against an independent one: every sound archive is walked twice,
 * by this code and by `bgpdump -m`, and every element must agree in type,
 * time, peer, prefix and AS path, in the same order.
 *
 * Skipped where bgpdump or the archives are absent.  Where bgpdump 1.6.2 is
 * wrong or says more than we read, that is a named function or table here:
 * multicast NLRI, withdrawals of type 5, bits beyond the mask, state changes
 * without addresses, and the files of not_compared.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "blackout/bgp.h"
#include "blackout/mrt.h"

#define RECORDS_MAX 10000u /* of one file; the rest of it is not compared */
#define COLUMNS 7          /* of a line of bgpdump; one more with a path id */

/* One comparison: our walk on one side, bgpdump's lines on the other. */
struct versus {
	const char *file;
	FILE *theirs;
	struct mrt_peer_table peers;
	unsigned long line_n;
	unsigned long different_n;
	char text[65536]; /* our element */
	char line[65536]; /* bgpdump's */
};

/* --- the comparison --- */

/* Cut line into columns at '|', in place; returns how many, at most max. */
static unsigned
split(char *line, char *columns[], unsigned max)
{
	unsigned n = 0;

	line[strcspn(line, "\n")] = '\0';
	while (line != NULL && n < max) {
		char *bar = strchr(line, '|');

		if (bar != NULL)
			*bar++ = '\0';
		columns[n++] = line;
		line = bar;
	}
	return n;
}

/* Both texts are the same address; bgpdump does not follow RFC 5952. */
static bool
same_address(const char *ours, const char *theirs)
{
	struct ipaddr a, b;

	if (strcmp(ours, theirs) == 0)
		return true;
	/* A state change without addresses: bgpdump makes one up. */
	if (*ours == '\0')
		return strcmp(theirs, "0.0.0.0") == 0;
	return ipaddr_parse(ours, &a) == BLK_OK &&
	    ipaddr_parse(theirs, &b) == BLK_OK && ipaddr_cmp(&a, &b) == 0;
}

/* The same prefix, once the bits beyond it are cleared, as 1.6.2 does not. */
static bool
same_prefix(const char *ours, const char *theirs)
{
	struct prefix a, b;

	return strcmp(ours, theirs) == 0 ||
	    (prefix_parse(ours, &a) == BLK_OK &&
		prefix_parse(theirs, &b) == BLK_OK && prefix_cmp(&a, &b) == 0);
}

/*
 * bgpdump prints a withdrawal of type 5 with the address of the peer and the
 * length of the prefix.
 */
static bool
legacy_withdrawal(char *const ours[], char *const theirs[])
{
	const char *a = strchr(ours[5], '/');
	const char *b = strchr(theirs[5], '/');

	return strcmp(ours[0], "BGP") == 0 && strcmp(ours[2], "W") == 0 &&
	    a != NULL && b != NULL && strcmp(a, b) == 0 &&
	    strncmp(theirs[5], theirs[3], (size_t)(b - theirs[5])) == 0;
}

static bool
same_element(char *ours_text, char *theirs_text)
{
	char *ours[COLUMNS + 1], *theirs[COLUMNS + 1];
	unsigned n = split(ours_text, ours, COLUMNS + 1);
	bool state;

	if (split(theirs_text, theirs, n) != n)
		return false;
	state = strcmp(ours[2], "STATE") == 0;
	for (unsigned i = 0; i < n; i++) {
		if (i == 3 && same_address(ours[i], theirs[i]))
			continue;
		if (i == 5 && !state &&
		    (same_prefix(ours[i], theirs[i]) ||
			legacy_withdrawal(ours, theirs)))
			continue;
		if (strcmp(ours[i], theirs[i]) != 0)
			return false;
	}
	return true;
}

/* Take bgpdump's next line and hold ours, in v->text, against it. */
static void
compare(struct versus *v)
{
	char ours[sizeof(v->text)], theirs[sizeof(v->line)];

	v->line_n++;
	if (fgets(v->line, (int)sizeof(v->line), v->theirs) == NULL)
		strcpy(v->line, "(nothing)");
	strcpy(ours, v->text);
	strcpy(theirs, v->line);
	if (same_element(ours, theirs))
		return;
	if (v->different_n++ < 3)
		print_error("%s, line %lu\n  ours   %s\n  theirs %.300s\n",
		    v->file, v->line_n, v->text, v->line);
}

/* --- our elements --- */

static void
put_route(struct versus *v, const char *head, const struct ipaddr *peer,
    uint32_t peer_as, const struct bgp_nlri *nlri, bool addpath,
    const struct bgp_attrs *attrs)
{
	char addr[IPADDR_STRLEN], prefix[PREFIX_STRLEN];
	char *p = v->text;

	p += sprintf(p, "%s|%s|%" PRIu32 "|%s", head, ipaddr_format(peer, addr),
	    peer_as, prefix_format(&nlri->prefix, prefix));
	if (addpath)
		p += sprintf(p, "|%" PRIu32, nlri->path_id);
	if (attrs != NULL) {
		*p++ = '|';
		bgp_aspath_format(attrs, p);
	}
	compare(v);
}

/* The first columns, which all elements of a record share. */
static void
put_head(char head[96], const struct mrt_record *rec, const char *type,
    bool addpath, char elem)
{
	int64_t sec = usec_floor_sec(rec->time);
	int us = (int)(rec->time - sec * USEC_PER_SEC);
	char frac[16] = "";

	if (rec->type == MRT_BGP4MP_ET)
		snprintf(frac, sizeof(frac), ".%06d", us);
	snprintf(head, 96, "%s%s%s|%" PRId64 "%s|%c", type,
	    rec->type == MRT_BGP4MP_ET ? "_ET" : "", addpath ? "_AP" : "", sec,
	    frac, elem);
}

static void
put_block(struct versus *v, const struct mrt_record *rec,
    const struct mrt_message *m, char elem, struct cursor block, enum afi afi,
    const struct bgp_attrs *attrs)
{
	struct bgp_nlri nlri;
	char head[96];

	put_head(head, rec, rec->type == MRT_BGP ? "BGP" : "BGP4MP", m->addpath,
	    elem);
	while (bgp_nlri_next(&block, afi, m->addpath, &nlri) == BLK_OK)
		put_route(v, head, &m->peer_addr, m->peer_as, &nlri, m->addpath,
		    attrs);
}

/*
 * bgpdump prints multicast NLRI (SAFI 2) as if they were unicast.  Nothing
 * else here reads them, but to compare them costs nothing.
 */
static bool
is_printed_family(const struct bgp_mp *mp)
{
	return (mp->safi == SAFI_UNICAST || mp->safi == 2) &&
	    afi_bits(mp->afi) != 0;
}

static void
put_update(struct versus *v, const struct mrt_record *rec,
    const struct mrt_message *m, struct cursor body, bool cut)
{
	struct bgp_options opt = {
	    .as4 = m->as4, .addpath = m->addpath, .cut = cut};
	struct bgp_update u;
	struct bgp_mp mp;

	if (bgp_update_read(body, &opt, &u) != BLK_OK)
		return;
	put_block(v, rec, m, 'W', u.withdrawn, AFI_IPV4, NULL);
	if (bgp_mp_unreach(&u.attrs, &mp) == BLK_OK && is_printed_family(&mp))
		put_block(v, rec, m, 'W', mp.nlri, (enum afi)mp.afi, NULL);
	put_block(v, rec, m, 'A', u.nlri, AFI_IPV4, &u.attrs);
	if (bgp_mp_reach(&u.attrs, &opt, &mp) == BLK_OK &&
	    is_printed_family(&mp))
		put_block(v, rec, m, 'A', mp.nlri, (enum afi)mp.afi, &u.attrs);
}

static void
put_state(
    struct versus *v, const struct mrt_record *rec, const struct mrt_message *m)
{
	char addr[IPADDR_STRLEN], head[96];

	put_head(
	    head, rec, rec->type == MRT_BGP ? "BGP" : "BGP4MP", false, 'S');
	sprintf(v->text, "%sTATE|%s|%" PRIu32 "|%u|%u", head,
	    ipaddr_format(&m->peer_addr, addr), m->peer_as, m->old_state,
	    m->new_state);
	compare(v);
}

static void
put_message(struct versus *v, const struct mrt_record *rec)
{
	struct mrt_message m;
	enum bgp_msg_type type;
	struct cursor body;
	bool cut;

	if (mrt_message_read(rec, &m) != BLK_OK)
		return;
	if (m.kind == MRT_MSG_STATE)
		put_state(v, rec, &m);
	else if (m.kind == MRT_MSG_UPDATE)
		put_update(v, rec, &m, m.msg, false);
	else if (m.kind == MRT_MSG_BGP &&
	    bgp_header_read(m.msg, &type, &body, &cut) == BLK_OK &&
	    type == BGP_UPDATE)
		put_update(v, rec, &m, body, cut);
}

static void
put_rib(struct versus *v, const struct mrt_record *rec)
{
	static const struct bgp_options opt = {.as4 = true, .rib_form = true};
	struct mrt_rib_entry entry;
	struct bgp_attrs attrs;
	struct mrt_rib rib;
	char head[96];

	if (rec->subtype == MRT_PEER_INDEX_TABLE) {
		assert_int_equal(mrt_peer_table_read(rec, &v->peers), BLK_OK);
		return;
	}
	if (mrt_rib_read(rec, &rib) != BLK_OK)
		return;
	put_head(head, rec, "TABLE_DUMP2", rib.addpath, 'B');
	while (mrt_rib_entry_next(&rib, &entry) == BLK_OK) {
		struct bgp_nlri nlri = {entry.path_id, rib.prefix};
		const struct mrt_peer *peer = &v->peers.peers[entry.peer];

		if (entry.peer >= v->peers.peer_n)
			continue;
		bgp_attrs_read(entry.attrs, &opt, &attrs);
		put_route(v, head, &peer->addr, peer->asn, &nlri, rib.addpath,
		    &attrs);
	}
}

static void
put_td1(struct versus *v, const struct mrt_record *rec)
{
	static const struct bgp_options opt = {.rib_form = true};
	struct cursor c = rec->body;
	struct mrt_td1_entry entry;
	struct bgp_attrs attrs;
	char head[96];

	put_head(head, rec, "TABLE_DUMP", false, 'B');
	while (mrt_td1_entry_next(rec, &c, &entry) == BLK_OK) {
		struct bgp_nlri nlri = {0, entry.prefix};

		bgp_attrs_read(entry.attrs, &opt, &attrs);
		put_route(
		    v, head, &entry.peer, entry.peer_as, &nlri, false, &attrs);
	}
}

static void
put_record(struct versus *v, const struct mrt_record *rec)
{
	if (rec->type == MRT_TABLE_DUMP_V2)
		put_rib(v, rec);
	else if (rec->type == MRT_TABLE_DUMP)
		put_td1(v, rec);
	else
		put_message(v, rec);
}

/* --- files --- */

/* Not sound, or not readable to bgpdump. */
static const struct {
	const char *name;
	const char *why;
} not_compared[] = {
    {"README.md", "no archive"},
    {"updates.20000325.0345.gz", "misframed: see test_mrt_reader.c"},
    {"bview.20000111.0032.gz", "misframed: see test_mrt_reader.c"},
    {"bird6_bgp", "ADD-PATH NLRI in a plain subtype: rubbish in both"},
    {"bird6_bgp.7204e0e", "the same"},
};

static bool
is_compared(const char *name)
{
	for (size_t i = 0; i < sizeof(not_compared) / sizeof(*not_compared);
	     i++) {
		if (strcmp(not_compared[i].name, name) == 0)
			return false;
	}
	return true;
}

static void
walk(struct versus *v, struct source *src)
{
	struct mrt_reader *reader;
	struct mrt_record rec;
	struct mrt_damage damage;
	enum blk_status status;
	unsigned n = 0;

	assert_int_equal(mrt_reader_new(&reader, src), BLK_OK);
	while ((status = mrt_reader_next(reader, &rec, &damage)) == BLK_OK &&
	    n++ < RECORDS_MAX)
		put_record(v, &rec);
	assert_int_not_equal(status, BLK_EBAD);
	if (status != BLK_OK) /* else there is more, which nobody looks at */
		assert_null(fgets(v->line, (int)sizeof(v->line), v->theirs));
	mrt_reader_free(reader);
}

static void
compare_file(const char *path, unsigned long *line_n, unsigned long *wrong_n)
{
	static struct versus v;
	struct source *src;
	char command[4096];

	memset(&v, 0, sizeof(v));
	v.file = path;
	snprintf(command, sizeof(command), "bgpdump -m '%s' 2>/dev/null", path);
	v.theirs = popen(command, "r");
	assert_non_null(v.theirs);
	assert_int_equal(source_open(&src, path), BLK_OK);
	walk(&v, src);
	source_free(src);
	pclose(v.theirs);
	mrt_peer_table_fini(&v.peers);
	*line_n += v.line_n;
	*wrong_n += v.different_n;
}

static void
compare_folder(
    const char *folder, unsigned long *line_n, unsigned long *wrong_n)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	struct stat st;
	char path[2048];

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] == '.' || stat(path, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			compare_folder(path, line_n, wrong_n);
		else if (is_compared(entry->d_name))
			compare_file(path, line_n, wrong_n);
	}
	closedir(dir);
}

static void
compare_all(const char *folder)
{
	unsigned long line_n = 0, wrong_n = 0;

	if (system("command -v bgpdump >/dev/null 2>&1") != 0)
		skip();
	compare_folder(folder, &line_n, &wrong_n);
	if (line_n == 0)
		skip();
	print_message("%s: %lu elements compared\n", folder, line_n);
	assert_int_equal(wrong_n, 0);
}

static void
real_archives_agree_with_bgpdump(void **state)
{
	(void)state;
	compare_all(TEST_DATA_DIR "/real");
}

static void
lab_archives_agree_with_bgpdump(void **state)
{
	(void)state;
	compare_all(TEST_DATA_DIR "/lab/route-views.lab");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(real_archives_agree_with_bgpdump),
	    cmocka_unit_test(lab_archives_agree_with_bgpdump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
