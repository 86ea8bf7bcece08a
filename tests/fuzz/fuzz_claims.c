#include "blackout/claims.h"
#include "fuzz/fuzz.h"

/* A file of reports. */

static void
check_text(const char *text, bool needed)
{
	LAW(text != NULL || !needed, "what is needed is there");
	LAW(text == NULL ||
		(text[0] != '\0' && strlen(text) <= CLAIMS_TEXT_MAX),
	    "texts have a length in their range");
}

static void
check_bound(const struct claim_bound *b, usec_t max)
{
	if (!b->given)
		return;
	LAW(b->precision > 0 && b->precision <= CLAIMS_PRECISION_MAX,
	    "a precision is in its range");
	LAW(max == 0 || (b->value > 0 && b->value <= max),
	    "a length is in its range");
	LAW(b->side <= CLAIM_OR_MORE, "a side is one");
}

static void
check_networks(const struct claim *c)
{
	const bool country = c->country[0] != '\0';

	LAW(country ? c->asn_n + c->prefix_n == 0 : c->asn_n + c->prefix_n > 0,
	    "networks are given, or a country");
	LAW(c->asn_n <= CLAIMS_NETWORKS_MAX &&
		c->prefix_n <= CLAIMS_NETWORKS_MAX,
	    "there are no more networks than the limit");
	for (size_t i = 0; i < c->asn_n; i++) {
		LAW(c->asns[i] > 0 && c->asns[i] < UINT32_MAX, "ASNs are some");
		for (size_t k = 0; k < i; k++)
			LAW(c->asns[k] != c->asns[i], "each ASN once");
	}
	for (size_t i = 0; i < c->prefix_n; i++)
		LAW(c->prefixes[i].len <= afi_bits(c->prefixes[i].afi) &&
			afi_bits(c->prefixes[i].afi) > 0,
		    "prefixes are some");
	LAW(!country || (strlen(c->country) == 2), "a country has two letters");
}

static void
check_claim(const struct claim *c)
{
	const bool span = c->start.given && c->end.given;
	const bool needs_span =
	    c->kind == CLAIM_NONE || c->kind == CLAIM_FLAPPING;

	check_text(c->id, true);
	check_text(c->title, true);
	check_text(c->publisher, true);
	check_text(c->date, true);
	check_text(c->url, false);
	check_text(c->note, false);
	LAW(c->kind <= CLAIM_NONE, "a kind is one");
	check_networks(c);
	check_bound(&c->start, 0);
	check_bound(&c->end, 0);
	check_bound(&c->duration, CLAIMS_LENGTH_MAX);
	LAW(c->start.given || c->end.given || c->duration.given,
	    "some bound is given");
	LAW(!needs_span || span, "some kinds need a start and an end");
	LAW(!span || c->start.value < c->end.value, "it ends after its start");
	LAW(c->count == 0 ||
		(c->kind == CLAIM_FLAPPING && c->count >= 2 &&
		    c->count <= CLAIMS_COUNT_MAX),
	    "a count is in its range");
	LAW(c->offset >= -14 * 3600 && c->offset <= 14 * 3600,
	    "an offset is up to 14 hours");
}

static void
check_error(const char *error)
{
	const size_t n = strlen(error);

	LAW(n > 0 && n < CLAIMS_ERROR_LEN, "an error has words");
	for (size_t i = 0; i < n; i++)
		LAW(error[i] >= 0x20 && error[i] < 0x7f,
		    "an error is one line of plain ASCII");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[CLAIMS_ERROR_LEN];
	struct claims *claims = NULL, *cut = NULL;
	const char *text = (const char *)data;
	enum blk_status status = claims_parse(&claims, text, size, error);
	size_t n = size;

	LAW(status == BLK_OK || status == BLK_EBAD || status == BLK_ELIMIT,
	    "a file is one of reports or not");
	if (status != BLK_OK) {
		LAW(claims == NULL, "of a wrong file nothing is given");
		check_error(error);
		return 0;
	}
	LAW(error[0] == '\0', "a sound file has no error");
	LAW(claims->n > 0 && claims->n <= CLAIMS_MAX, "claims are some");
	check_text(claims->title, false);
	for (size_t i = 0; i < claims->n; i++)
		check_claim(&claims->v[i]);
	claims_free(claims);

	while (n > 0 && data[n - 1] != '}')
		n--;
	n = n > 0 ? fuzz_pick(data, size) % n : 0;
	LAW(claims_parse(&cut, text, n, error) == BLK_EBAD && cut == NULL,
	    "a part of a file is none");
	return 0;
}
