#include "blackout/delegated.h"
#include "fuzz/fuzz.h"

/* A file of a registry's statistics. */

static void
check_error(const char *error)
{
	const size_t n = strlen(error);

	LAW(n > 0 && n < DELEGATED_ERROR_LEN, "an error has words");
	for (size_t i = 0; i < n; i++)
		LAW(error[i] >= 0x20 && error[i] < 0x7f,
		    "an error is one line of plain ASCII");
}

/* NULL: it is none. */
static struct delegated *
read_times(const uint8_t *data, size_t size, unsigned times)
{
	char error[DELEGATED_ERROR_LEN];
	struct delegated *d = NULL;

	LAW(delegated_new(&d) == BLK_OK, "there is memory");
	while (times-- > 0) {
		struct source *s = NULL;
		enum blk_status status;

		LAW(source_open_memory(&s, data, size) == BLK_OK, "it opens");
		status = delegated_read(d, s, error);
		source_free(s);
		if (status == BLK_OK) {
			LAW(error[0] == '\0', "a sound file has no error");
			continue;
		}
		LAW(status == BLK_EBAD || status == BLK_ELIMIT,
		    "a file is one of a registry or not");
		check_error(error);
		delegated_free(d);
		return NULL;
	}
	LAW(delegated_settle(d) == BLK_OK, "there is memory");
	return d;
}

static void
check_runs(const struct delegated *d, const struct delegated_country *c)
{
	uint64_t n = 0;

	for (size_t i = 0; i < c->run_n; i++) {
		const struct delegated_run r = c->asns[i];

		LAW(r.first <= r.last, "a run has a first and a last");
		LAW(i == 0 || r.first > c->asns[i - 1].last + UINT64_C(1),
		    "runs are sorted and lie apart");
		LAW(delegated_has_asn(c, r.first) &&
			delegated_has_asn(c, r.last),
		    "what is in a run is the country's");
		LAW(delegated_country_of(d, r.first) != NULL,
		    "what a country has is some country's");
		n += r.last - r.first + UINT64_C(1);
	}
	LAW(n == c->asn_n, "AS numbers add up");
}

static void
check_prefixes(const struct delegated_country *c)
{
	for (size_t i = 0; i < c->prefix_n; i++) {
		const struct prefix *p = &c->prefixes[i];

		LAW(p->len <= afi_bits(p->afi) && afi_bits(p->afi) > 0,
		    "prefixes are some");
		LAW(i == 0 || prefix_cmp(p - 1, p) < 0, "they are sorted");
		LAW(i == 0 || !prefix_contains(p - 1, p), "they lie apart");
		LAW(delegated_has_prefix(c, p), "they are the country's");
		if (p->len > 0) {
			struct prefix around = prefix_make(
			    (enum afi)p->afi, p->bytes, p->len - 1u);

			LAW(!delegated_has_prefix(c, &around),
			    "there are as few as there can be");
		}
	}
}

static void
check_all(const struct delegated *d)
{
	size_t n = 0;
	const struct delegated_country *c = delegated_countries(d, &n);
	uint64_t asn_n = 0;

	for (size_t i = 0; i < n; i++) {
		LAW(strlen(c[i].name) == 2, "a country has two letters");
		LAW(i == 0 || strcmp(c[i - 1].name, c[i].name) < 0,
		    "countries are sorted");
		LAW(delegated_find(d, c[i].name) == &c[i], "it is found");
		LAW(c[i].run_n + c[i].prefix_n > 0, "it has something");
		check_runs(d, &c[i]);
		check_prefixes(&c[i]);
		asn_n += c[i].asn_n;
	}
	LAW(delegated_sums(d).shared <= asn_n, "those shared are some of all");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct delegated *once, *twice;
	size_t n = 0, again = 0;

	struct source *s = NULL;

	if (fuzz_is_compressed(data, size) ||
	    source_open_memory(&s, data, size) == BLK_EUNSUP)
		return 0;
	source_free(s);
	once = read_times(data, size, 1);
	if (once == NULL)
		return 0;
	check_all(once);
	if (size == 0 || data[size - 1] == '\n') {
		twice = read_times(data, size, 2);
		LAW(twice != NULL, "a file may come twice");
		delegated_countries(once, &n);
		delegated_countries(twice, &again);
		LAW(n == again, "what comes twice changes nothing");
		LAW(delegated_sums(once).shared == delegated_sums(twice).shared,
		    "what comes twice is of nobody else");
		LAW(2 * delegated_sums(once).records ==
			delegated_sums(twice).records,
		    "records add up");
		delegated_free(twice);
	}
	delegated_free(once);
	return 0;
}
