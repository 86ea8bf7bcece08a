#include "base/utf8.h"
#include "blackout/asnames.h"
#include "fuzz/fuzz.h"

/* A list of names of ASes. */

static void
check_error(const char *error)
{
	const size_t n = strlen(error);

	LAW(n > 0 && n < ASNAMES_ERROR_LEN, "an error has words");
	for (size_t i = 0; i < n; i++)
		LAW(error[i] >= 0x20 && error[i] < 0x7f,
		    "an error is one line of plain ASCII");
}

static void
check_name(const struct asnames *a, uint32_t asn)
{
	const char *name = asnames_find(a, asn);
	const size_t country = strlen(asnames_country(a, asn));
	const unsigned char *p = (const unsigned char *)name;

	LAW(country == 0 || country == 2, "a country has two letters");
	if (name == NULL)
		return;
	LAW(name[0] != '\0', "a name has characters");
	for (size_t len; *p != '\0'; p += len) {
		len = utf8_len(p);
		LAW(len > 0, "a name is valid UTF-8");
		LAW(!utf8_is_control(utf8_value(p, len)) &&
			!utf8_is_layout(utf8_value(p, len)),
		    "a name is safe to print");
	}
}

/* Whatever number stands in the input has a name, or has none. */
static size_t
check_names(const struct asnames *a, const uint8_t *data, size_t size)
{
	uint64_t n = 0;
	size_t lines = 1;

	for (size_t i = 0; i < size; i++) {
		if (data[i] >= '0' && data[i] <= '9') {
			n = (n * 10 + data[i] - '0') & UINT32_MAX;
			check_name(a, (uint32_t)n);
		} else {
			n = 0;
		}
		lines += data[i] == '\n';
	}
	return lines;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[ASNAMES_ERROR_LEN];
	struct asnames *a = NULL;
	struct source *s = NULL;
	enum blk_status status;

	if (fuzz_is_compressed(data, size) ||
	    source_open_memory(&s, data, size) == BLK_EUNSUP)
		return 0;
	LAW(asnames_new(&a) == BLK_OK, "there is memory");
	status = asnames_read(a, s, error);
	source_free(s);
	LAW(status == BLK_OK || status == BLK_EBAD || status == BLK_ELIMIT,
	    "a file is a list or not");
	if (status != BLK_OK) {
		check_error(error);
	} else {
		LAW(error[0] == '\0', "a sound list has no error");
		asnames_settle(a);
		LAW(asnames_count(a) <= check_names(a, data, size),
		    "there are no more names than lines");
	}
	asnames_free(a);
	return 0;
}
