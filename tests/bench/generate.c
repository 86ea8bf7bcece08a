/*
 * Archives of realistic size for the benchmark: a full table as TABLE_DUMP_V2,
 * and updates of its peers as BGP4MP_MESSAGE_AS4, both deterministic by a seed.
 *
 * What matters is what costs time: how many entries a record has, how long and
 * how much alike their attributes are, how many prefixes a message carries and
 * how many it withdraws.  So there is a small Internet: origins with providers,
 * a few of which are large; peers that reach them by a path of three to six
 * hops, which is the same for all prefixes of an origin, and which changes, is
 * explored and comes back.  Everything that is said of a route is a hash of who
 * says it of whom, so that nothing has to be kept.
 *
 * AS65550 is there to be asked for: it has three prefixes and one of IPv6, goes
 * away twice, and comes back.  Nothing else happens to it.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define T0 1419206400u /* 2014-12-22 00:00:00 UTC */
#define WATCHED_ASN 65550u
#define LOCAL_ASN 6447u

#define PEERS_MAX 65535u
#define HOPS_MAX 16u
#define TIER1_N 12u
#define RECORD_MAX ((size_t)24 << 20)
#define NLRI_MAX 3000u /* bytes in one message */

static const char usage[] =
    "Usage: bench_generate [options] DIR\n"
    "Write DIR/RIBS/rib.* and DIR/UPDATES/updates.*, plain MRT.\n"
    "  -s SEED      of all that is random (1)\n"
    "  -n PREFIXES  of IPv4; a tenth as many of IPv6 (500000)\n"
    "  -p PEERS     of the table and of the updates (40)\n"
    "  -f FILES     of updates (96); 0: none\n"
    "  -m MESSAGES  in each of them, about (30000)\n"
    "  -r RIBS      how many, one every two hours; 0: none (1)\n"
    "  -i SECONDS   from the name of one file of updates to the next (900)\n"
    "  -S SECONDS   from the first record of one to that of the next (as -i)\n"
    "  -D SECONDS   that each of them covers (as -i)\n"
    "  -t SECONDS   in which all peers send their tables anew at 02:00; 0: "
    "they\n"
    "               do not (0)\n";

struct options {
	uint64_t seed;
	uint32_t prefix_n, peer_n, file_n, message_n, rib_n;
	uint32_t name_step, step, duration, transfer;
	const char *dir;
};

struct prefix4 {
	uint32_t addr, origin; /* index of its AS */
	uint8_t len;
};

struct prefix6 {
	uint64_t addr; /* the upper half */
	uint32_t origin;
	uint8_t len;
};

struct as {
	uint32_t asn;
	uint32_t provider[3]; /* ASNs */
	uint8_t provider_n, prepend;
	bool aggregates;
	uint32_t first[2], n[2]; /* of by_origin, by family */
};

struct peer {
	uint32_t asn, addr;
	bool full, has_ipv6, med;
};

struct world {
	const struct options *opt;
	struct as *ases;
	uint32_t as_n;
	uint32_t providers[4096];
	uint32_t provider_n;
	struct prefix4 *v4;
	struct prefix6 *v6;
	uint32_t prefix_n[2];
	uint32_t *by_origin[2]; /* prefixes, those of an origin together */
	struct peer *peers;
};

/* The Internet's own, so that paths look like paths. */
static const uint32_t tier1[TIER1_N] = {
    174, 209, 701, 1239, 1299, 2914, 3257, 3356, 3549, 3561, 6453, 7018};

static void
die(const char *what)
{
	fprintf(stderr, "bench_generate: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *
alloc(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	if (p == NULL)
		die("memory");
	return p;
}

/* --- chance --- */

static uint64_t
mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/* A number that belongs to three others, and what it is for. */
static uint32_t
hash(uint32_t a, uint32_t b, uint32_t c, uint32_t what)
{
	return (uint32_t)(mix(mix((uint64_t)a << 32 | b) ^
			      ((uint64_t)c << 32 | what)) >>
	    32);
}

static uint64_t random_state;

/* 0 <= x < n */
static uint32_t
roll(uint32_t n)
{
	random_state += UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)((mix(random_state) >> 32) * n >> 32);
}

static bool
percent(uint32_t n)
{
	return roll(100) < n;
}

/* Mostly small, sometimes very large: 1 and more, at most max. */
static uint32_t
roll_heavy(uint32_t max)
{
	uint32_t n = 1000000u / (roll(1000000u) + 1);

	return n == 0 ? 1 : n < max ? n : max;
}

/* --- the world --- */

/* Out of a hundred thousand, as in the table of 2014. */
static const struct {
	uint8_t len;
	uint32_t share;
} lengths4[] = {
    {24, 54000},
    {23, 9500},
    {22, 11000},
    {21, 6500},
    {20, 7000},
    {19, 5000},
    {18, 2200},
    {17, 1300},
    {16, 2500},
    {15, 300},
    {14, 250},
    {13, 150},
    {12, 100},
    {11, 60},
    {10, 40},
    {9, 20},
    {8, 15},
};

static uint8_t
roll_length4(void)
{
	uint32_t x = roll(100000);

	for (size_t i = 0; i < sizeof(lengths4) / sizeof(lengths4[0]); i++) {
		if (x < lengths4[i].share)
			return lengths4[i].len;
		x -= lengths4[i].share;
	}
	return 24;
}

static void
make_ases(struct world *w)
{
	w->as_n = w->opt->prefix_n / 10 + 2;
	w->ases = alloc(w->as_n, sizeof(*w->ases));
	w->provider_n = w->as_n / 12 + 3;
	if (w->provider_n > 4096)
		w->provider_n = 4096;
	for (uint32_t i = 0; i < w->provider_n; i++)
		w->providers[i] = 1000 + i * 13 + roll(13);
	for (uint32_t i = 0; i < w->as_n; i++) {
		struct as *a = &w->ases[i];

		a->asn = percent(85) ? 1 + roll(64000) : 131072 + roll(70000);
		if (a->asn == LOCAL_ASN)
			a->asn++;
		a->provider_n = (uint8_t)(1 + roll(3));
		for (unsigned k = 0; k < a->provider_n; k++)
			a->provider[k] =
			    w->providers[roll_heavy(w->provider_n) - 1];
		a->prepend = percent(12) ? (uint8_t)(1 + roll(2)) : 0;
		a->aggregates = percent(10);
	}
	w->ases[0].asn = WATCHED_ASN;
	w->ases[0].prepend = 0;
}

/* The origin of the next stretch of prefixes: a few have many. */
static uint32_t
roll_origin(const struct world *w)
{
	uint32_t few = w->as_n / 30 + 2;

	return 1 + (percent(45) ? roll(few - 1) : roll(w->as_n - 1));
}

/* Up through the address space, so that the table is sorted. */
struct walk {
	uint64_t at;
	uint32_t origin, left; /* prefixes of it still to come */
	uint8_t cover; /* the prefix at `at` that holds what follows; 0: none */
};

#define SPACE_FIRST UINT64_C(0x01000000)
#define SPACE_END UINT64_C(0xe0000000)
/* So far the walk may be ahead before it takes no large steps any more. */
#define SPACE_SLACK (UINT64_C(1) << 26)

/* Some are followed by more specifics of theirs, others by what lies behind. */
static struct prefix4
walk_on(const struct world *w, struct walk *k, uint32_t n)
{
	uint64_t even =
	    SPACE_FIRST + (SPACE_END - SPACE_FIRST) / w->opt->prefix_n * n;
	uint8_t len = roll_length4();
	struct prefix4 p;
	uint64_t size;

	if (k->left-- == 0) {
		k->origin = roll_origin(w);
		k->left = roll(8);
		if (k->cover == 0 && k->at < even)
			k->at = even & ~UINT64_C(0xff);
	}
	/* a table larger than that of 2014 has more of the small ones */
	if (k->at > even + SPACE_SLACK && len < 22)
		len = 24;
	if (len <= k->cover)
		len = (uint8_t)(k->cover + 1);
	size = UINT64_C(1) << (32 - len);
	k->at = (k->at + size - 1) & ~(size - 1);
	p = (struct prefix4){(uint32_t)k->at, k->origin, len};
	k->cover = len < 24 && percent(len < 20 ? 85 : 30) ? len : 0;
	if (k->cover == 0)
		k->at += size;
	return p;
}

static void
make_prefixes4(struct world *w)
{
	static const uint32_t watched[] = {0xc0000200, 0xc6336400, 0xcb007100};
	struct walk k = {.at = SPACE_FIRST};
	uint32_t n = 0, next = 0;

	w->v4 = alloc(w->opt->prefix_n + 3, sizeof(*w->v4));
	while (n < w->opt->prefix_n + next && k.at < SPACE_END) {
		if (next < 3 && k.at >= watched[next]) {
			w->v4[n++] = (struct prefix4){watched[next++], 0, 24};
			k.at += 0x100;
			k.cover = 0;
		} else {
			w->v4[n] = walk_on(w, &k, n);
			n++;
		}
	}
	while (next < 3)
		w->v4[n++] = (struct prefix4){watched[next++], 0, 24};
	w->prefix_n[0] = n;
}

static void
make_prefixes6(struct world *w)
{
	uint64_t at = UINT64_C(0x2001060000000000);
	uint32_t n = 1, max = w->opt->prefix_n / 10 + 1, origin = 1;

	w->v6 = alloc(max, sizeof(*w->v6));
	w->v6[0] = (struct prefix6){UINT64_C(0x20010db800000000), 0, 32};
	for (; n < max; n++) {
		uint8_t len = percent(45) ? 48 : percent(70) ? 32 : 40;

		if (percent(60))
			origin = roll_origin(w);
		at += UINT64_C(1) << (64 - len);
		at &= ~((UINT64_C(1) << (64 - len)) - 1);
		if (at >> 32 == 0x20010db8)
			at += UINT64_C(1) << 32;
		w->v6[n] = (struct prefix6){at, origin, len};
	}
	w->prefix_n[1] = n;
}

static uint32_t
origin_of(const struct world *w, unsigned family, uint32_t i)
{
	return family == 0 ? w->v4[i].origin : w->v6[i].origin;
}

static void
sort_by_origin(struct world *w, unsigned family)
{
	uint32_t n = w->prefix_n[family], sum = 0;

	w->by_origin[family] = alloc(n, sizeof(uint32_t));
	for (uint32_t i = 0; i < n; i++)
		w->ases[origin_of(w, family, i)].n[family]++;
	for (uint32_t i = 0; i < w->as_n; i++) {
		w->ases[i].first[family] = sum;
		sum += w->ases[i].n[family];
		w->ases[i].n[family] = 0;
	}
	for (uint32_t i = 0; i < n; i++) {
		struct as *a = &w->ases[origin_of(w, family, i)];

		w->by_origin[family][a->first[family] + a->n[family]++] = i;
	}
}

static void
make_peers(struct world *w)
{
	w->peers = alloc(w->opt->peer_n, sizeof(*w->peers));
	for (uint32_t i = 0; i < w->opt->peer_n; i++) {
		struct peer *p = &w->peers[i];

		p->asn = i < TIER1_N ? tier1[i] : 20000 + i * 37 + roll(37);
		p->addr = 0xc0a80000 + (i << 8) % 0x10000 + i / 256 + 1;
		/* every tenth sends a part of the table only */
		p->full = i % 10 != 9;
		p->has_ipv6 = i % 2 == 0;
		p->med = percent(30);
	}
}

static void
world_make(struct world *w, const struct options *opt)
{
	*w = (struct world){.opt = opt};
	random_state = opt->seed * 1000003;
	make_ases(w);
	make_prefixes4(w);
	make_prefixes6(w);
	sort_by_origin(w, 0);
	sort_by_origin(w, 1);
	make_peers(w);
}

static void
world_free(struct world *w)
{
	free(w->ases);
	free(w->v4);
	free(w->v6);
	free(w->by_origin[0]);
	free(w->by_origin[1]);
	free(w->peers);
}

/* --- bytes --- */

static struct {
	uint8_t *bytes;
	size_t n;
} out;

static void
put(uint64_t v, unsigned n)
{
	while (n-- > 0)
		out.bytes[out.n++] = (uint8_t)(v >> 8 * n);
}

/* Write what lies behind `at`, a length of width bytes, into it. */
static void
put_length(size_t at, unsigned width)
{
	size_t end = out.n;

	out.n = at;
	put(end - at - width, width);
	out.n = end;
}

static size_t
put_header(uint32_t time, unsigned type, unsigned subtype)
{
	out.n = 0;
	put(time, 4);
	put(type, 2);
	put(subtype, 2);
	put(0, 4);
	return out.n - 4;
}

static void
write_record(FILE *f)
{
	put_length(8, 4);
	if (fwrite(out.bytes, 1, out.n, f) != out.n)
		die("write");
}

static void
put_prefix(const struct world *w, unsigned family, uint32_t i)
{
	unsigned len = family == 0 ? w->v4[i].len : w->v6[i].len;
	uint64_t addr =
	    family == 0 ? (uint64_t)w->v4[i].addr << 32 : w->v6[i].addr;

	put(len, 1);
	for (unsigned k = 0; k < (len + 7) / 8; k++)
		put(addr >> (56 - 8 * k), 1);
}

static void
put_address6(uint32_t addr)
{
	put(UINT64_C(0x2001067c00000000), 8);
	put(addr, 8);
}

/* --- routes --- */

/* A route of a peer to an origin; variant 0 is the usual one. */
struct route {
	const struct peer *peer;
	const struct as *origin;
	unsigned family, variant;
};

static unsigned
find_path(const struct world *w, const struct route *r, uint32_t hops[HOPS_MAX])
{
	uint32_t peer = r->peer->asn, origin = r->origin->asn;
	uint32_t provider =
	    r->origin->provider[hash(peer, origin, r->variant, 1) %
		r->origin->provider_n];
	unsigned n = 0;

	hops[n++] = peer;
	for (unsigned i = 0; i < r->variant && i < 2; i++)
		hops[n++] = w->providers[hash(peer, origin, r->variant + i, 2) %
		    w->provider_n];
	if (hash(peer, provider, 0, 3) % 5 != 0)
		hops[n++] =
		    tier1[hash(peer, provider, r->variant, 4) % TIER1_N];
	n -= hops[n - 1] == peer && n > 1; /* it is one of these itself */
	if (hash(provider, 0, 0, 5) % 3 == 0)
		hops[n++] =
		    w->providers[hash(provider, 0, 0, 6) % 40 % w->provider_n];
	hops[n++] = provider;
	for (unsigned i = 0; i <= r->origin->prepend; i++)
		hops[n++] = origin;
	return n;
}

/* Half of the routes have some, by what their providers do. */
static void
put_communities(const struct route *r, const uint32_t *hops, unsigned hop_n)
{
	uint32_t by = hops[hop_n > 2 ? 1 : 0] & 0xffff, from = hops[hop_n - 2];
	unsigned n = 1 + hash(by, from, 0, 11) % 8;

	if (hash(r->peer->asn, from, 0, 10) % 2 == 0)
		return;
	put(0xc008, 2);
	put(4 * n, 1);
	for (unsigned i = 0; i < n; i++) {
		put(by, 2);
		put(hash(by, i < 3 ? 0 : from, i, 12) % 64 * 50, 2);
	}
}

/* All but the attributes of MP-BGP. */
static void
put_attributes(const struct world *w, const struct route *r)
{
	uint32_t hops[HOPS_MAX];
	unsigned n = find_path(w, r, hops);

	put(0x400101, 3);
	put(hash(r->origin->asn, 0, 0, 7) % 10 == 0 ? 2 : 0, 1);
	put(0x5002, 2);
	put(2 + 4 * n, 2);
	put(2, 1);
	put(n, 1);
	for (unsigned i = 0; i < n; i++)
		put(hops[i], 4);
	if (r->family == 0) {
		put(0x400304, 3);
		put(r->peer->addr, 4);
	}
	if (r->peer->med) {
		put(0x800404, 3);
		put(hash(r->peer->asn, hops[n - 2], r->variant, 8) % 4 * 10, 4);
	}
	if (r->origin->aggregates) {
		put(0x400600, 3);
		put(0xc00708, 3);
		put(r->origin->asn, 4);
		put(hash(r->origin->asn, 0, 0, 9), 4);
	}
	put_communities(r, hops, n);
}

/* --- the table --- */

static void
put_peer_table(const struct world *w, uint32_t time, FILE *f)
{
	(void)put_header(time, 13, 1);
	put(0xc0a80001, 4);
	put(0, 2);
	put(w->opt->peer_n, 2);
	for (uint32_t i = 0; i < w->opt->peer_n; i++) {
		put(2, 1);
		put(w->peers[i].addr, 4);
		put(w->peers[i].addr, 4);
		put(w->peers[i].asn, 4);
	}
	write_record(f);
}

/* Whether the peer has a route to the prefix in the table. */
static bool
carries(const struct peer *p, unsigned family, uint32_t prefix, uint32_t origin)
{
	if (origin == 0)
		return family == 0 || p->has_ipv6;
	if (family == 1 && !p->has_ipv6)
		return false;
	return hash(p->asn, prefix, family, 20) % 100 < (p->full ? 99u : 30u);
}

static void
put_entry(const struct world *w, uint32_t index, unsigned family,
    uint32_t prefix, uint32_t time)
{
	const struct as *origin = &w->ases[origin_of(w, family, prefix)];
	const struct peer *p = &w->peers[index];
	const struct route r = {p, origin, family, 0};
	/* most routes of an origin are as old as each other */
	uint32_t own = hash(p->asn, prefix, 0, 22) % 6 == 0 ? prefix : 0;
	uint32_t age = hash(p->asn, origin->asn, own, 21) % (30 * 86400);
	size_t at;

	put(index, 2);
	put(time - 7200 - age, 4);
	at = out.n;
	put(0, 2);
	put_attributes(w, &r);
	if (family == 1) {
		put(0x800e11, 3);
		put(16, 1);
		put_address6(p->addr);
	}
	put_length(at, 2);
}

static void
write_rib(const struct world *w, uint32_t start, FILE *f)
{
	uint32_t sequence = 0, all = w->prefix_n[0] + w->prefix_n[1];

	put_peer_table(w, start, f);
	for (unsigned family = 0; family < 2; family++) {
		for (uint32_t i = 0; i < w->prefix_n[family]; i++) {
			uint32_t o = origin_of(w, family, i), n = 0;
			uint32_t time =
			    start + (uint32_t)((uint64_t)sequence * 100 / all);
			size_t at;

			(void)put_header(time, 13, family == 0 ? 2 : 4);
			put(sequence++, 4);
			put_prefix(w, family, i);
			at = out.n;
			put(0, 2);
			for (uint32_t p = 0; p < w->opt->peer_n; p++) {
				if (!carries(&w->peers[p], family, i, o))
					continue;
				put_entry(w, p, family, i, start);
				n++;
			}
			out.bytes[at] = (uint8_t)(n >> 8);
			out.bytes[at + 1] = (uint8_t)n;
			if (n > 0)
				write_record(f);
		}
	}
}

/* --- updates --- */

struct message {
	uint32_t time, seq; /* seq: as it was thought of */
	uint32_t peer, origin;
	uint32_t first, n; /* of by_origin */
	uint8_t family, variant;
	bool withdrawal;
};

static struct {
	struct message *v;
	size_t n, cap;
	uint32_t seq;
} queue;

static void
say(const struct message *m)
{
	if (queue.n == queue.cap) {
		queue.cap = queue.cap * 2 + 1024;
		queue.v = realloc(queue.v, queue.cap * sizeof(*queue.v));
		if (queue.v == NULL)
			die("memory");
	}
	queue.v[queue.n] = *m;
	queue.v[queue.n++].seq = queue.seq++;
}

static int
cmp_message(const void *pa, const void *pb)
{
	const struct message *a = pa, *b = pb;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return (a->seq > b->seq) - (a->seq < b->seq);
}

/* A route of one peer changes, and comes back. */
static void
change_path(struct message m)
{
	m.variant = (uint8_t)(1 + roll(3));
	say(&m);
	m.time += 10 + roll(110);
	m.variant = 0;
	say(&m);
}

/* It is explored, withdrawn, and comes back. */
static void
flap(struct message m)
{
	for (uint32_t i = roll(4); i > 0; i--) {
		m.variant = (uint8_t)i;
		say(&m);
		m.time += 1 + roll(29);
	}
	m.withdrawal = true;
	say(&m);
	m.withdrawal = false;
	m.variant = 0;
	m.time += 20 + roll(400);
	say(&m);
}

/* Some prefixes of one origin, a noisy one perhaps. */
static struct message
roll_routes(const struct world *w)
{
	struct message m = {.family = percent(20)};
	const struct as *a;
	uint32_t n;

	do {
		m.origin =
		    1 + roll(percent(50) ? w->as_n / 50 + 1 : w->as_n - 1);
		a = &w->ases[m.origin];
		n = a->n[m.family];
	} while (n == 0);
	m.n = percent(70) ? 1 : roll_heavy(n < 400 ? n : 400);
	m.first = a->first[m.family] + roll(n - m.n + 1);
	return m;
}

/* Something happens to them, seen by some peers. */
static void
happen(const struct world *w, uint32_t start)
{
	struct message m = roll_routes(w);
	bool everybody = percent(25);
	uint32_t kind = roll(100);

	m.time = start + roll(w->opt->duration);
	for (uint32_t p = 0; p < w->opt->peer_n; p++) {
		if ((!everybody && roll(w->opt->peer_n) > 3) ||
		    (m.family == 1 && !w->peers[p].has_ipv6) ||
		    (!w->peers[p].full && !percent(30)))
			continue;
		m.peer = p;
		if (kind < 52)
			change_path(m);
		else if (kind < 82)
			flap(m);
		else
			say(&m);
		m.time += roll(3);
	}
}

/* The AS that is asked for goes or comes at all peers. */
static void
script(const struct world *w, uint32_t time, bool withdrawal)
{
	for (unsigned family = 0; family < 2; family++) {
		struct message m = {.family = (uint8_t)family,
		    .first = w->ases[0].first[family],
		    .n = w->ases[0].n[family],
		    .withdrawal = withdrawal};

		for (uint32_t p = 0; p < w->opt->peer_n; p++) {
			if (family == 1 && !w->peers[p].has_ipv6)
				continue;
			m.peer = p;
			m.time = time + p % 30;
			say(&m);
		}
	}
}

static void
script_all(const struct world *w)
{
	script(w, T0 + 3 * 3600 + 725, true);
	script(w, T0 + 3 * 3600 + 1205, false);
	script(w, T0 + 16 * 3600 + 903, true);
	script(w, T0 + 20 * 3600 + 2769, false);
}

/* The collector starts anew: every peer tells all it has. */
static void
transfer_all(const struct world *w)
{
	for (uint32_t i = 0; i < w->as_n; i++) {
		const struct as *a = &w->ases[i];

		for (uint32_t p = 0; p < w->opt->peer_n; p++)
			for (unsigned family = 0; family < 2; family++) {
				struct message m = {.origin = i,
				    .peer = p,
				    .family = (uint8_t)family,
				    .first = a->first[family],
				    .n = a->n[family]};

				if (family == 1 && !w->peers[p].has_ipv6)
					continue;
				m.time = T0 + 7200 + roll(w->opt->transfer);
				if (m.n > 0)
					say(&m);
			}
	}
}

/* As many prefixes as fit from *at on, as classic or MP NLRI. */
static void
put_nlri(const struct world *w, const struct message *m, uint32_t *at)
{
	size_t from = out.n;

	for (; *at < m->first + m->n && out.n - from < NLRI_MAX; ++*at)
		put_prefix(w, m->family, w->by_origin[m->family][*at]);
}

static void
put_mp(const struct world *w, const struct message *m, uint32_t *at)
{
	size_t length;

	put(m->withdrawal ? 0x900f : 0x900e, 2);
	length = out.n;
	put(0, 2);
	put(0x000201, 3);
	if (!m->withdrawal) {
		put(16, 1);
		put_address6(w->peers[m->peer].addr);
		put(0, 1);
	}
	put_nlri(w, m, at);
	put_length(length, 2);
}

/* The body of an UPDATE: withdrawn routes, attributes, NLRI. */
static void
put_update(const struct world *w, const struct message *m, uint32_t *at)
{
	const struct route r = {
	    &w->peers[m->peer], &w->ases[m->origin], m->family, m->variant};
	size_t length = out.n;

	put(0, 2);
	if (m->withdrawal && m->family == 0)
		put_nlri(w, m, at);
	put_length(length, 2);
	length = out.n;
	put(0, 2);
	if (!m->withdrawal)
		put_attributes(w, &r);
	if (m->family == 1)
		put_mp(w, m, at);
	put_length(length, 2);
	if (!m->withdrawal && m->family == 0)
		put_nlri(w, m, at);
}

static void
write_message(const struct world *w, const struct message *m, FILE *f)
{
	const struct peer *p = &w->peers[m->peer];
	uint32_t at = m->first;

	while (at < m->first + m->n) {
		size_t message;

		(void)put_header(m->time, 16, 4);
		put(p->asn, 4);
		put(LOCAL_ASN, 4);
		put(0, 2);
		put(1, 2);
		put(p->addr, 4);
		put(0xc0a80001, 4);
		message = out.n;
		put(UINT64_MAX, 8);
		put(UINT64_MAX, 8);
		put(0, 2);
		put(2, 1);
		put_update(w, m, &at);
		out.bytes[message + 16] = (uint8_t)((out.n - message) >> 8);
		out.bytes[message + 17] = (uint8_t)(out.n - message);
		write_record(f);
	}
}

/* Those of [.., end) are written, the others wait for the next file. */
static void
write_updates(const struct world *w, uint32_t end, FILE *f)
{
	size_t n = 0;

	if (queue.n > 0)
		qsort(queue.v, queue.n, sizeof(*queue.v), cmp_message);
	while (n < queue.n && queue.v[n].time < end)
		write_message(w, &queue.v[n++], f);
	queue.n -= n;
	memmove(queue.v, queue.v + n, queue.n * sizeof(*queue.v));
}

/* --- files --- */

static FILE *
create(const struct options *opt, const char *kind, uint32_t time)
{
	bool rib = strcmp(kind, "rib") == 0;
	time_t t = (time_t)time;
	char stamp[32], path[4096];
	struct tm tm;
	FILE *f;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(stamp, sizeof(stamp), "%Y%m%d.%H%M", &tm) == 0)
		die(kind);
	snprintf(
	    path, sizeof(path), "%s/%s", opt->dir, rib ? "RIBS" : "UPDATES");
	if (mkdir(path, 0777) != 0 && errno != EEXIST)
		die(path);
	snprintf(path, sizeof(path), "%s/%s/%s.%s", opt->dir,
	    rib ? "RIBS" : "UPDATES", kind, stamp);
	f = fopen(path, "wb");
	if (f == NULL)
		die(path);
	return f;
}

static void
finish(FILE *f)
{
	if (fclose(f) != 0)
		die("write");
}

static void
make_ribs(const struct world *w)
{
	for (uint32_t i = 0; i < w->opt->rib_n; i++) {
		uint32_t start = T0 + i * 7200;
		FILE *f = create(w->opt, "rib", start);

		write_rib(w, start, f);
		finish(f);
	}
}

static void
make_updates(const struct world *w)
{
	const struct options *opt = w->opt;

	if (opt->file_n > 0)
		script_all(w);
	if (opt->transfer > 0)
		transfer_all(w);
	for (uint32_t i = 0; i < opt->file_n; i++) {
		uint32_t start = T0 + i * opt->step, said = queue.seq;
		FILE *f = create(opt, "updates", T0 + i * opt->name_step);

		while (queue.seq - said < opt->message_n)
			happen(w, start);
		write_updates(w, start + opt->duration, f);
		if (opt->step < opt->duration)
			queue.n = 0;
		finish(f);
	}
}

/* --- the command line --- */

static uint32_t
number(const char *text, uint32_t max)
{
	char *end;
	unsigned long long v = strtoull(text, &end, 10);

	if (*text == '\0' || *end != '\0' || v > max) {
		fprintf(stderr, "bench_generate: %s is no number up to %lu\n",
		    text, (unsigned long)max);
		exit(2);
	}
	return (uint32_t)v;
}

static void
parse(struct options *o, int argc, char **argv)
{
	int c;

	*o = (struct options){.seed = 1,
	    .prefix_n = 500000,
	    .peer_n = 40,
	    .file_n = 96,
	    .message_n = 30000,
	    .rib_n = 1,
	    .name_step = 900,
	    .step = UINT32_MAX,
	    .duration = UINT32_MAX};
	while ((c = getopt(argc, argv, "s:n:p:f:m:r:i:S:D:t:h")) != -1) {
		switch (c) {
		case 's':
			o->seed = number(optarg, UINT32_MAX);
			break;
		case 'n':
			o->prefix_n = number(optarg, 4000000);
			break;
		case 'p':
			o->peer_n = number(optarg, PEERS_MAX);
			break;
		case 'f':
			o->file_n = number(optarg, 100000);
			break;
		case 'm':
			o->message_n = number(optarg, 10000000);
			break;
		case 'r':
			o->rib_n = number(optarg, 1000);
			break;
		case 'i':
			o->name_step = number(optarg, 86400);
			break;
		case 'S':
			o->step = number(optarg, 86400);
			break;
		case 'D':
			o->duration = number(optarg, 86400);
			break;
		case 't':
			o->transfer = number(optarg, 86400);
			break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
	if (optind + 1 != argc || o->prefix_n == 0 || o->peer_n == 0) {
		fputs(usage, stderr);
		exit(2);
	}
	o->dir = argv[optind];
	if (o->step == UINT32_MAX)
		o->step = o->name_step;
	if (o->duration == UINT32_MAX)
		o->duration = o->name_step;
}

int
main(int argc, char **argv)
{
	struct options opt;
	struct world w;

	parse(&opt, argc, argv);
	if (mkdir(opt.dir, 0777) != 0 && errno != EEXIST)
		die(opt.dir);
	out.bytes = alloc(RECORD_MAX, 1);
	world_make(&w, &opt);
	make_ribs(&w);
	make_updates(&w);
	world_free(&w);
	free(queue.v);
	free(out.bytes);
	return 0;
}
