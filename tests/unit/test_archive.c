#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include "blackout/archive.h"
#include "feed/archive_name.h"
#include "support/mrt_build.h"
#include "support/temp_dir.h"

/* Which files there are, whose they are, in what order. */

static struct temp_dir dir;
static struct mrt_build b;

static int
setup(void **state)
{
	(void)state;
	temp_dir_make(&dir);
	b.len = 0;
	b.depth = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	temp_dir_remove(&dir);
	return 0;
}

static void
names_tell_kind_and_time(void **state)
{
	static const struct {
		const char *name;
		enum archive_kind kind;
		int64_t time; /* seconds; -1: none */
		int64_t span;
	} rows[] = {
	    {"updates.20141222.0300.bz2", ARCHIVE_UPDATES, 1419217200, -1},
	    {"updates.20141222.0300", ARCHIVE_UPDATES, 1419217200, -1},
	    {"rib.20141222.0200.bz2", ARCHIVE_RIB, 1419213600, -1},
	    {"bview.20141222.0000.gz", ARCHIVE_RIB, 1419206400, -1},
	    {"ris.rrc06.updates.1609569600.300.gz", ARCHIVE_UPDATES, 1609569600,
		300},
	    {"routeviews.route-views.jinx.ribs.1401487200.bz2", ARCHIVE_RIB,
		1401487200, -1},
	    {"rrc00.updates.20190101.0000.gz", ARCHIVE_UPDATES, 1546300800, -1},
	    {"updates.et-header.2015.gz", ARCHIVE_UPDATES, -1, -1},
	    {"updates.20141322.0300.bz2", ARCHIVE_UPDATES, -1, -1},
	    {"updates.20141222.2500.bz2", ARCHIVE_UPDATES, -1, -1},
	    {"route-views.eqix.2022.sample.mrt", ARCHIVE_ANY, -1, -1},
	    {"arch0", ARCHIVE_ANY, -1, -1},
	    {"", ARCHIVE_ANY, -1, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct archive_name n;

		archive_name_read(rows[i].name, &n);
		assert_int_equal(n.kind, rows[i].kind);
		assert_int_equal(n.time,
		    rows[i].time < 0 ? USEC_NONE : rows[i].time * USEC_PER_SEC);
		assert_int_equal(n.span,
		    rows[i].span < 0 ? USEC_NONE : rows[i].span * USEC_PER_SEC);
	}
}

static void
paths_tell_collectors(void **state)
{
	static const struct {
		const char *path, *name;
	} rows[] = {
	    {"/d/rrc06/2021.01/updates.20210102.0505.gz", "rrc06"},
	    {"/d/RRC06/updates.20210102.0505.gz", "rrc06"},
	    {"/d/x/ris.rrc06.updates.1609569600.300.gz", "rrc06"},
	    {"/d/x/routeviews.route-views.jinx.ribs.1401487200.bz2",
		"route-views.jinx"},
	    {"/d/x/caida.box-1.updates.1401487200.bz2", "box-1"},
	    {"/d/route-views.lab/bgpdata/2014.12/UPDATES/updates.1.bz2",
		"route-views.lab"},
	    {"/d/route-views2-2008-02-24/updates.20080224.1807.bz2",
		"route-views2"},
	    {"/d/bgpdata/2014.12/UPDATES/updates.20141222.0300.bz2",
		"route-views2"},
	    {"/archive.routeviews.org/bgpdata/2014.12/RIBS/rib.1.bz2",
		"route-views2"},
	    {"/d/decix.jhb/bgpdata/2024.12/RIBS/rib.1.bz2", "decix.jhb"},
	    {"/d/jinx-2014-05-01/rib.20140501.0000.bz2", "jinx-2014-05-01"},
	    {"/d/mybox/2014.12/UPDATES/updates.20141222.0300", "mybox"},
	    {"/d/x/rrc00.updates.20190101.0000.gz", "rrc00"},
	    {"/d/x/route-views.eqix.2022.sample.mrt", "route-views.eqix"},
	    {"/d/x/route-views2.updates.20131201.0000.bz2", "route-views2"},
	    {"/d/rrc06x/file", "rrc06x"},
	    {"/updates.1", "archive"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[ARCHIVE_NAME_MAX];

		archive_name_collector(rows[i].path, name);
		assert_string_equal(name, rows[i].name);
	}
}

static struct archive *
scan(const char *const *paths, size_t n)
{
	struct archive *a;

	assert_int_equal(archive_scan(&a, paths, n), BLK_OK);
	return a;
}

static const char *
base(const struct archive *a, size_t i)
{
	return strrchr(a->files[i].path, '/') + 1;
}

static void
order_is_of_its_own(void **state)
{
	const char *paths[3], *turned[3];
	struct archive *a, *again;

	(void)state;
	paths[0] = temp_file(&dir, "rrc06/updates.20210102.0505", "a", 1);
	paths[1] = temp_file(&dir, "rrc06/bview.20210102.0000", "b", 1);
	paths[2] = temp_file(&dir, "rrc00/updates.20210102.0510", "c", 1);
	for (size_t i = 0; i < 3; i++)
		turned[i] = paths[2 - i];
	a = scan(paths, 3);
	again = scan(turned, 3);
	assert_int_equal(a->collector_n, 2);
	assert_string_equal(a->collectors[0].name, "rrc00");
	assert_int_equal(a->collectors[1].file_n, 2);
	assert_string_equal(base(a, 1), "bview.20210102.0000");
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(a->files[i].path, again->files[i].path);
		assert_int_equal(
		    a->files[i].collector, again->files[i].collector);
	}
	archive_free(a);
	archive_free(again);
}

static void
copies_count_once(void **state)
{
	char bytes[1000];
	const char *path[2] = {dir.path, dir.path};
	struct archive *a;

	(void)state;
	memset(bytes, 7, sizeof(bytes));
	temp_file(&dir, "rrc06/updates.20210102.0505", bytes, sizeof(bytes));
	temp_file(&dir, "backup/copy", bytes, sizeof(bytes));
	bytes[500] = 8;
	temp_file(&dir, "rrc06/updates.20210102.0510", bytes, sizeof(bytes));
	assert_int_equal(link(temp_path(&dir, "rrc06/updates.20210102.0510"),
			     temp_path(&dir, "rrc06/linked")),
	    0);
	a = scan(path, 2);
	assert_int_equal(a->file_n, 2);
	assert_int_equal(a->duplicate_n, 2 + 4);
	/* the one whose path tells the collector stays */
	assert_int_equal(a->collector_n, 1);
	assert_string_equal(a->collectors[0].name, "rrc06");
	archive_free(a);
}

static void
quiet_intervals_are_no_copies(void **state)
{
	const char *path = dir.path;
	struct archive *a;

	(void)state;
	temp_file(&dir, "updates.20210102.0505", "nothing", 7);
	temp_file(&dir, "updates.20210102.0510", "nothing", 7);
	a = scan(&path, 1);
	assert_int_equal(a->file_n, 2);
	archive_free(a);
}

static void
odd_members_of_folders(void **state)
{
	const char *paths[2] = {dir.path, "/nowhere/at/all"};
	struct archive *a;

	(void)state;
	temp_file(&dir, "f/updates.20210102.0505", "x", 1);
	temp_file(&dir, "f/.hidden", "y", 1);
	assert_int_equal(symlink("..", temp_path(&dir, "f/back")), 0);
	assert_int_equal(symlink("gone", temp_path(&dir, "f/dangling")), 0);
	assert_int_equal(mkfifo(temp_path(&dir, "f/pipe"), 0600), 0);
	a = scan(paths, 2);
	assert_int_equal(a->file_n, 1);
	assert_int_equal(a->problem_n, 2);
	archive_free(a);
}

/* Notes and sums in a folder are no damaged archives; those named are. */
static void
foreign_files(void **state)
{
	const char *paths[2] = {dir.path};
	struct archive *a;

	(void)state;
	temp_file(&dir, "f/updates.20210102.0505.bz2", "404: not found", 14);
	temp_file(&dir, "f/updates.20210102.0505.bz2.md5", "0f1e\n", 5);
	temp_file(&dir, "f/updates.20210102.0510", "text", 4);
	temp_file(&dir, "f/copy", "BZh91AY&SYabcdefgh", 18);
	temp_file(&dir, "f/other.mrt", "text", 4);
	temp_file(&dir, "f/sub/index.html", "<html>\303\244</html>\r\n", 17);
	paths[1] = temp_file(&dir, "f/README", "Read me.\n", 9);
	a = scan(paths, 1);
	assert_int_equal(a->file_n, 4);
	assert_int_equal(a->ignored_n, 3);
	assert_int_equal(a->problem_n, 0);
	archive_free(a);
	a = scan(paths + 1, 1);
	assert_int_equal(a->file_n, 1);
	assert_int_equal(a->ignored_n, 0);
	archive_free(a);
}

/* A relative path has the collector of the folder it is in. */
static void
relative_paths(void **state)
{
	const char *paths[] = {"."};
	struct archive *a;
	char *old = getcwd(NULL, 0);

	(void)state;
	temp_file(&dir, "rrc21/updates.20210102.0505", "x", 1);
	assert_int_equal(chdir(temp_path(&dir, "rrc21")), 0);
	a = scan(paths, 1);
	assert_string_equal(a->collectors[0].name, "rrc21");
	assert_string_equal(a->files[0].path, "./updates.20210102.0505");
	archive_free(a);
	assert_int_equal(chdir(old), 0);
	free(old);
}

static void
cadence_and_peeking(void **state)
{
	const char *path = dir.path;
	char name[64];
	struct archive *a;

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		b.len = 0;
		mb_announcement(&b, 1000000000 + i * 300 + i % 2);
		snprintf(name, sizeof(name), "f%u", 9 - i);
		temp_file(&dir, name, b.bytes, b.len);
	}
	temp_file(&dir, "junk.gz", "not an archive", 14);
	a = scan(&path, 1);
	assert_int_equal(archive_peek(a, false), BLK_OK);
	assert_int_equal(a->files[0].first_time, USEC_NONE);
	assert_string_equal(base(a, 1), "f9");
	assert_int_equal(a->files[1].kind, ARCHIVE_UPDATES);
	assert_int_equal(a->files[1].first_time, 1000000000 * USEC_PER_SEC);
	assert_string_equal(base(a, 5), "f5");
	assert_true(a->collectors[0].cadence >= 299 * USEC_PER_SEC &&
	    a->collectors[0].cadence <= 301 * USEC_PER_SEC);
	archive_free(a);
}

/* One stray stamp at the start does not misplace the file. */
static void
peeking_past_a_stray(void **state)
{
	const char *path = dir.path;
	struct archive *a;

	(void)state;
	mb_announcement(&b, 2000000000);
	for (unsigned i = 0; i < 5; i++)
		mb_announcement(&b, 1000000000 + i);
	temp_file(&dir, "f", b.bytes, b.len);
	a = scan(&path, 1);
	assert_int_equal(archive_peek(a, false), BLK_OK);
	assert_int_equal(a->files[0].first_time, 1000000000 * USEC_PER_SEC);
	archive_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_tell_kind_and_time),
	    cmocka_unit_test(paths_tell_collectors),
	    cmocka_unit_test_setup_teardown(
		order_is_of_its_own, setup, teardown),
	    cmocka_unit_test_setup_teardown(copies_count_once, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		quiet_intervals_are_no_copies, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		odd_members_of_folders, setup, teardown),
	    cmocka_unit_test_setup_teardown(foreign_files, setup, teardown),
	    cmocka_unit_test_setup_teardown(relative_paths, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		cadence_and_peeking, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		peeking_past_a_stray, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
