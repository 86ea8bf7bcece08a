#include "blackout/feed.h"
#include "blackout/mrt.h"
#include "feed/lane.h"
#include "fuzz/fuzz.h"

/* A file as batches of events. */

/* What was seen of a lane so far. */
struct seen {
	usec_t time; /* of the last event, or USEC_NONE */
	usec_t first;
	uint32_t peer_n;
	uint64_t all;        /* a digest of all that is said */
	uint64_t digest;     /* of what is said */
	usec_t digest_until; /* ... before then; or USEC_NONE */
	bool in_message;
	uint32_t message_peer; /* of the last one */
	usec_t message_time;
	struct event_message left; /* of it, counted down by its routes */
	bool in_rib;
	uint64_t rib_n, message_n, state_n;
	uint32_t *sizes[2]; /* of the open RIB, by peer */
	uint32_t *serials;  /* the prefix in which a peer stood last */
	uint32_t serial, cap;
};

static void
see_peers(struct seen *s, const struct event_batch *b)
{
	LAW(b->peer_base == s->peer_n, "peers are told once, in their order");
	for (uint32_t i = 0; i < b->peer_n; i++)
		LAW(b->peers[i].addr.afi <= AFI_IPV6, "a peer has a family");
	s->peer_n += b->peer_n;
	if (s->peer_n <= s->cap)
		return;
	for (unsigned k = 0; k < 2; k++) {
		s->sizes[k] =
		    realloc(s->sizes[k], s->peer_n * sizeof(uint32_t));
		memset(s->sizes[k] + s->cap, 0,
		    (s->peer_n - s->cap) * sizeof(uint32_t));
	}
	s->serials = realloc(s->serials, s->peer_n * sizeof(uint32_t));
	memset(s->serials + s->cap, 0, (s->peer_n - s->cap) * sizeof(uint32_t));
	s->cap = s->peer_n;
}

static void
digest(struct seen *s, const struct event *e, uint64_t v)
{
	s->all = fuzz_digest(s->all, v);
	if (s->digest_until == USEC_NONE || e->time < s->digest_until)
		s->digest = fuzz_digest(s->digest, v);
}

static void
check_prefix(const struct prefix *p, unsigned afi, uint32_t hash)
{
	struct prefix made;

	LAW(afi_bits(p->afi) > 0 && p->len <= afi_bits(p->afi), "a prefix");
	LAW(p->afi == afi, "an event's prefixes are of its family");
	made = prefix_make((enum afi)p->afi, p->bytes, p->len);
	LAW(memcmp(&made, p, sizeof(made)) == 0, "bits beyond it are 0");
	LAW(prefix_hash(p) == hash, "its hash is its own");
}

static void
check_route(
    const struct event_batch *b, const struct event_route *r, unsigned afi)
{
	struct prefix p;

	LAW(afi_bits(r->afi) > 0 && r->len <= afi_bits(r->afi), "a route");
	if (r->afi == AFI_IPV6)
		LAW(r->addr < b->addr_n, "addresses lie in the batch");
	else
		LAW(prefix_ipv4(r->addr, r->len) == r->addr,
		    "bits beyond an address are 0");
	p = event_prefix(b, r);
	check_prefix(&p, afi, r->hash);
}

static void
check_origins(
    const struct event_batch *b, uint32_t origin, unsigned n, unsigned hop_n)
{
	const unsigned all = n + hop_n;
	const uint32_t *asns;

	LAW(hop_n <= EVENT_HOPS_MAX && (n > 0 || hop_n == 0),
	    "few hops, before an origin");
	if (all > 1)
		LAW(origin <= b->origin_n && all <= b->origin_n - origin,
		    "origins lie in the batch");
	if (all == 0)
		LAW(origin == EVENT_NO_ORIGIN, "no origin is none");
	asns = event_path_end(b, &origin, all);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < i; k++)
			LAW(asns[i] != asns[k],
			    "origins of a set are distinct");
}

static void
see_routes(struct seen *s, const struct event_batch *b, const struct event *e)
{
	const unsigned family = e->afi == AFI_IPV6;
	const bool gone = e->type == EVENT_WITHDRAW;
	uint32_t *left =
	    gone ? &s->left.withdraw_n[family] : &s->left.announce_n[family];

	LAW(e->routes.n > 0 && e->routes.first <= b->route_n &&
		e->routes.n <= b->route_n - e->routes.first,
	    "routes lie in the batch");
	LAW(s->in_message && s->message_peer == e->peer &&
		s->message_time == e->time,
	    "routes follow the message that says them");
	LAW(*left >= e->routes.n, "a message counts its routes");
	*left -= e->routes.n;
	if (e->type == EVENT_ANNOUNCE)
		check_origins(b, e->routes.origin, e->origin_n, e->hop_n);
	else
		LAW(e->origin_n == 0 && e->hop_n == 0,
		    "what is not announced has no origin");
	for (uint32_t i = 0; i < e->routes.n; i++) {
		const struct event_route *r = &b->routes[e->routes.first + i];

		check_route(b, r, e->afi);
		digest(s, e, (uint64_t)r->hash << 32 | r->path_id);
	}
	if (e->type == EVENT_ANNOUNCE)
		for (uint32_t i = 0; i < e->origin_n; i++)
			digest(s, e, event_origins(b, e)[i]);
}

static void
end_message(struct seen *s)
{
	const struct event_message *left = &s->left;

	LAW(!s->in_message ||
		(left->announce_n[0] == 0 && left->announce_n[1] == 0 &&
		    left->withdraw_n[0] == 0 && left->withdraw_n[1] == 0),
	    "the routes a message counts follow it");
	s->in_message = false;
}

static void
see_rib_prefix(
    struct seen *s, const struct event_batch *b, const struct event *e)
{
	const unsigned family = e->afi == AFI_IPV6;

	LAW(e->rib.n > 0 && e->rib.first <= b->entry_n &&
		e->rib.n <= b->entry_n - e->rib.first,
	    "entries lie in the batch");
	LAW(e->rib.route < b->route_n, "the prefix lies in the batch");
	check_route(b, &b->routes[e->rib.route], e->afi);
	s->serial++;
	for (uint32_t i = 0; i < e->rib.n; i++) {
		const struct event_entry *x = &b->entries[e->rib.first + i];

		LAW(x->peer < s->peer_n, "an entry's peer was told before");
		check_origins(b, x->origin, x->origin_n, x->hop_n);
		if (s->serials[x->peer] != s->serial)
			s->sizes[family][x->peer]++;
		s->serials[x->peer] = s->serial;
		digest(s, e, (uint64_t)x->peer << 32 | x->path_id);
	}
}

static void
see_rib_end(struct seen *s, const struct event_batch *b, const struct event *e)
{
	LAW(e->rib_end.first <= b->size_n &&
		e->rib_end.n <= b->size_n - e->rib_end.first,
	    "sizes lie in the batch");
	for (uint32_t i = 0; i < e->rib_end.n; i++) {
		const struct event_size *x = &b->sizes[e->rib_end.first + i];

		LAW(x->peer < s->peer_n, "a size's peer was told before");
		for (unsigned k = 0; k < 2; k++) {
			LAW(x->prefix_n[k] == s->sizes[k][x->peer],
			    "the size of a table is what was told of it");
			s->sizes[k][x->peer] = 0;
		}
	}
	for (uint32_t i = 0; i < s->peer_n; i++)
		LAW(s->sizes[0][i] == 0 && s->sizes[1][i] == 0,
		    "each table's size is told");
	digest(s, e, e->rib_end.complete);
	s->in_rib = false;
}

static void
see_rib(struct seen *s, const struct event_batch *b, const struct event *e)
{
	end_message(s);
	LAW(s->in_rib == (e->type != EVENT_RIB_BEGIN),
	    "a RIB begins, says prefixes, and ends");
	if (e->type == EVENT_RIB_PREFIX)
		see_rib_prefix(s, b, e);
	else if (e->type == EVENT_RIB_END)
		see_rib_end(s, b, e);
	else
		s->in_rib = true;
	s->rib_n += e->type == EVENT_RIB_BEGIN;
}

static void
see_message(struct seen *s, const struct event_batch *b, const struct event *e)
{
	if (event_is_message(e)) {
		end_message(s);
		LAW(e->routes.message == EVENT_WHOLE ||
			e->routes.message - EVENT_TOLD < b->message_n,
		    "what is told of a message lies in the batch");
		s->left = event_message(b, e);
		s->message_peer = e->peer;
		s->message_time = e->time;
		s->in_message = true;
		s->message_n++;
	}
	if (e->type == EVENT_MESSAGE)
		LAW(event_is_message(e) && e->routes.n == 0,
		    "a message of no routes begins, and has none");
	else
		see_routes(s, b, e);
}

static void
see_event(struct seen *s, const struct event_batch *b, const struct event *e)
{
	LAW(s->time == USEC_NONE || e->time >= s->time,
	    "events are in time order");
	if (s->first == USEC_NONE)
		s->first = e->time;
	s->time = e->time;
	LAW(e->type <= EVENT_RIB_END || e->type == EVENT_NOTHING,
	    "a lane tells of no gaps");
	digest(s, e, (uint64_t)e->time);
	digest(s, e, e->type);
	if (e->type >= EVENT_RIB_BEGIN && e->type <= EVENT_RIB_END) {
		see_rib(s, b, e);
		return;
	}
	LAW(!s->in_rib, "nothing lies inside of a RIB");
	if (e->type == EVENT_NOTHING)
		return;
	LAW(e->peer < s->peer_n, "an event's peer was told before");
	digest(s, e, e->peer);
	if (e->type <= EVENT_REFUSE) {
		see_message(s, b, e);
	} else if (e->type == EVENT_STATE) {
		end_message(s);
		s->state_n++;
		digest(s, e, (uint64_t)e->state.from << 16 | e->state.to);
	} else if (e->type == EVENT_END_OF_RIB) {
		LAW(afi_bits(e->afi) > 0, "an End-of-RIB has a family");
	}
}

static void
see_batch(struct seen *s, const struct lane_batch *lb)
{
	const struct event_batch *b = &lb->ev;

	LAW(b->event_n > 0 && b->event_n <= b->event_cap &&
		b->route_n <= b->route_cap && b->addr_n <= b->addr_cap &&
		b->message_n <= b->message_cap && b->entry_n <= b->entry_cap &&
		b->size_n <= b->size_cap && b->origin_n <= b->origin_cap &&
		b->peer_n <= b->peer_cap,
	    "a batch keeps to its room");
	see_peers(s, b);
	for (size_t i = 0; i < lb->hole_n; i++)
		LAW(lb->holes[i].from == USEC_NONE ||
			lb->holes[i].from < lb->holes[i].until,
		    "a hole has a length");
	for (size_t i = 0; i < lb->doubt_n; i++)
		LAW(lb->doubts[i].peer < s->peer_n, "doubts are about peers");
	for (uint32_t i = 0; i < b->event_n; i++)
		see_event(s, b, &b->events[i]);
}

static void
check_facts(const struct lane *l, const struct seen *s, size_t size)
{
	const struct lane_facts *f = lane_facts(l);
	const struct damage_log *log = lane_damage(l);
	const struct feed_kind *kinds;
	uint64_t records = 0;
	size_t n;

	LAW(f->ended, "a lane that ends knows it");
	LAW(f->first == s->first && f->last == s->time,
	    "first and last are those of the events");
	LAW(f->raw_bytes <= size && f->plain_bytes <= size,
	    "no more was read than there is");
	kinds = lane_kinds(l, &n);
	for (size_t i = 0; i < n; i++)
		records += kinds[i].n;
	LAW(records == f->records, "each record is of a kind");
	LAW(f->skipped + f->updates <= f->records, "records count once");
	LAW(f->ribs == s->rib_n, "RIBs are those that were told");
	LAW(s->message_n + s->state_n <= f->updates, "what is told was read");
	LAW((f->first_record == USEC_NONE) == (f->records == 0),
	    "records have a first");
	LAW(!f->cut || log->n > 0, "a file that is cut is damaged");
	for (size_t i = 0; i < log->n; i++)
		LAW(log->list[i].count > 0 && log->list[i].what[0] != '\0' &&
			log->list[i].records_kept <= f->records,
		    "damage has words, and a count");
}

static struct seen
read_lane(const uint8_t *data, size_t size, const struct lane_options *opt,
    usec_t digest_until)
{
	struct seen s = {.time = USEC_NONE,
	    .first = USEC_NONE,
	    .all = FUZZ_DIGEST,
	    .digest = FUZZ_DIGEST,
	    .digest_until = digest_until};
	struct lane_batch *batch;
	enum blk_status status;
	struct lane *l;

	LAW(lane_open(&l, fuzz_file(data, size), opt) == BLK_OK,
	    "a lane opens");
	while ((status = lane_next(l, &batch)) == BLK_OK) {
		see_batch(&s, batch);
		lane_give_back(l, batch);
	}
	LAW(status == BLK_END && lane_next(l, &batch) == BLK_END,
	    "a lane ends");
	end_message(&s);
	LAW(!s.in_rib, "a RIB that begins ends");
	check_facts(l, &s, size);
	lane_close(l);
	for (unsigned k = 0; k < 2; k++)
		free(s.sizes[k]);
	free(s.serials);
	return s;
}

/* The times of all records. */
struct times {
	usec_t first, last; /* or USEC_NONE */
	bool sorted;        /* they never step back: none comes late */
};

static struct times
read_times(const uint8_t *data, size_t size)
{
	struct times t = {USEC_NONE, USEC_NONE, true};
	enum blk_status status;
	struct mrt_damage damage;
	struct mrt_reader *r;
	struct mrt_record rec;
	struct source *s;

	if (source_open_memory(&s, data, size) != BLK_OK)
		return t; /* xz, say */
	LAW(mrt_reader_new(&r, s) == BLK_OK, "there is a reader");
	while ((status = mrt_reader_next(r, &rec, &damage)) == BLK_OK ||
	    status == BLK_EBAD) {
		if (status == BLK_EBAD)
			continue;
		t.sorted &= rec.time >= t.last;
		t.last = rec.time;
		if (t.first == USEC_NONE)
			t.first = rec.time;
	}
	mrt_reader_free(r);
	source_free(s);
	return t;
}

/* No path is this text: every route is refused. */
static struct filter *
filter_of_nothing(void)
{
	char error[FILTER_ERROR_LEN];
	struct filter *f;

	LAW(filter_new(&f) == BLK_OK &&
		filter_add_aspath(f, "^x$", false, error) == BLK_OK &&
		filter_settle(f) == BLK_OK,
	    "a filter is made");
	return f;
}

/* A lane that need not go on says the same up to there. */
static void
check_until(const uint8_t *data, size_t size, usec_t until, uint64_t digest)
{
	const struct lane_options opt = {.until = until};
	struct seen s = read_lane(data, size, &opt, until);

	LAW(s.digest == digest, "what is left out later changes nothing");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct filter *nothing;
	struct lane_options opt = {.until = USEC_NONE};
	struct seen whole, other;
	struct times times;
	usec_t middle;

	if (fuzz_is_compressed(data, size) || size > (1u << 16))
		return 0;
	times = read_times(data, size);
	middle = times.first + (times.last - times.first) / 2;
	whole = read_lane(data, size, &opt, middle);
	if (times.first == USEC_NONE)
		return 0;
	if (times.sorted)
		check_until(data, size, middle, whole.digest);

	opt.hops = true;
	other = read_lane(data, size, &opt, USEC_NONE);
	LAW(other.all == whole.all, "hops change nothing of all else");
	opt.hops = false;
	if (nothing == NULL)
		nothing = filter_of_nothing();
	opt.filter = nothing;
	other = read_lane(data, size, &opt, middle);
	LAW(other.message_n == whole.message_n &&
		other.state_n == whole.state_n && other.rib_n == whole.rib_n,
	    "what is refused is still told");
	opt = (struct lane_options){.until = USEC_NONE, .marks = true};
	if (fuzz_pick(data, size) % 4 == 0)
		(void)read_lane(data, size, &opt, USEC_NONE);
	return 0;
}
