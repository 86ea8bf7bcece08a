#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include "feed/records.h"
#include "support/mrt_build.h"
#include "support/temp_dir.h"

/* A file as records, and the words for what is wrong with it. */

#define T0 1000000000u

static struct temp_dir dir;
static struct mrt_build b;
static struct records in;
static unsigned passed_n; /* how often bytes were passed over */

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
	records_fini(&in);
	temp_dir_remove(&dir);
	return 0;
}

static void
read_path(const char *path)
{
	enum blk_status status = BLK_OK;
	struct mrt_record rec;

	passed_n = 0;
	assert_int_equal(records_open(&in, path, 1), BLK_OK);
	while (status != BLK_END) {
		status = records_next(&in, &rec);
		assert_true(status >= BLK_OK || status == BLK_EBAD);
		passed_n += status == BLK_EBAD;
	}
	assert_int_equal(records_next(&in, &rec), BLK_END);
	assert_true(in.ended);
}

static void
read_built(void)
{
	read_path(temp_file(&dir, "f", b.bytes, b.len));
}

static void
assert_damage(uint64_t offset, const char *what)
{
	assert_int_equal(in.damage.n, 1);
	assert_string_equal(in.damage.list[0].what, what);
	assert_int_equal(in.damage.list[0].offset, offset);
	assert_int_equal(in.damage.list[0].records_kept, in.n);
}

static void
a_sound_file(void **state)
{
	(void)state;
	mb_announcement(&b, T0);
	mb_announcement(&b, T0 + 1);
	read_built();
	assert_int_equal(in.n, 2);
	assert_int_equal(in.last_time, (T0 + 1) * USEC_PER_SEC);
	assert_int_equal(in.damage.n, 0);
	assert_true(in.opened);
	assert_false(in.cut);
	assert_string_equal(in.compression, "plain");
	assert_int_equal(records_plain_bytes(&in), b.len);
	records_close(&in);
	assert_int_equal(in.n, 2);
}

static void
a_cut_file(void **state)
{
	size_t whole;

	(void)state;
	mb_announcement(&b, T0);
	whole = b.len;
	mb_announcement(&b, T0 + 1);
	b.len -= 3;
	read_built();
	assert_int_equal(in.n, 1);
	assert_true(in.opened);
	assert_true(in.cut);
	assert_damage(b.len, "the file ends inside a record");
	assert_true(whole < b.len);
}

/* gzip's checksum stands at its end: what came before may all be wrong. */
static void
a_checksum_that_fails(void **state)
{
	uint8_t head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 0, 0};
	uint8_t bytes[1000];

	(void)state;
	mb_announcement(&b, T0 + 1);
	mb_announcement(&b, T0);
	mb_announcement(&b, T0 + 2);
	for (unsigned i = 0; i < 2; i++) { /* a stored block */
		head[11 + i] = (uint8_t)(b.len >> 8 * i);
		head[13 + i] = (uint8_t)~head[11 + i];
	}
	memcpy(bytes, head, sizeof(head));
	memcpy(bytes + sizeof(head), b.bytes, b.len);
	memset(bytes + sizeof(head) + b.len, 0, 8);
	read_path(temp_file(&dir, "f", bytes, sizeof(head) + b.len + 8));
	assert_int_equal(in.n, 3);
	assert_true(in.cut);
	assert_damage(b.len, "gzip checksum does not match");
	assert_int_equal(in.damage.list[0].lost_from, T0 * USEC_PER_SEC);
	assert_int_equal(in.damage.list[0].lost_until, USEC_NONE);
}

static void
rubbish_between_records(void **state)
{
	size_t at;

	(void)state;
	mb_announcement(&b, T0);
	at = b.len;
	mb_fill(&b, 0, 20);
	for (uint32_t i = 1; i < 5; i++)
		mb_announcement(&b, T0 + i);
	read_built();
	assert_int_equal(in.n, 5);
	assert_int_equal(passed_n, 1);
	assert_false(in.cut);
	assert_int_equal(in.damage.n, 1);
	assert_int_equal(in.damage.list[0].offset, at);
}

static void
no_records_at_all(void **state)
{
	(void)state;
	read_path(temp_file(&dir, "empty", "", 0));
	assert_damage(0, "empty file: no record");
	assert_true(in.opened && in.cut);
	records_fini(&in);
	read_path(temp_file(&dir, "text", "Die Luft ist klar.\n", 19));
	assert_damage(0, "not an MRT file");
	assert_false(in.opened);
	records_fini(&in);
	read_path(temp_file(&dir, "xz", "\3757zXZ\0\0\4", 8));
	assert_damage(0, "xz compression is not read: decompress it first");
	assert_string_equal(in.compression, "xz");
	records_fini(&in);
	read_path(temp_path(&dir, "nothing"));
	assert_damage(0, "no such file or directory");
	assert_int_equal(records_raw_bytes(&in), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_sound_file),
	    TEST(a_cut_file),
	    TEST(a_checksum_that_fails),
	    TEST(rubbish_between_records),
	    TEST(no_records_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
