#include "blackout/part.h"
#include "blackout/state.h"
#include "feed/lane.h"
#include "fuzz/fuzz.h"
#include "part/part_batch.h"
#include "part/part_facts.h"
#include "part/part_list.h"
#include "part/part_sift.h"

/*
 * Parts.  A file's batches come out of a part as they went in; and a part of
 * any other bytes is refused, or gives events that the state can take.
 */

/* What goes into a part, and what comes out of it. */
struct way {
	struct part_sift sift;
	struct part_encoder in, again;
	struct part_thread out;
	struct lane_batch *kept, *read;
	struct part_buf packed, packed_again;
	struct state *state; /* takes what comes of broken bytes */
	unsigned lane;
};

static void
apply(struct way *w, const struct lane_batch *b)
{
	const struct feed_run run = {
	    .lane = w->lane, .batch = &b->ev, .n = b->ev.event_n};

	LAW(state_apply(w->state, &run) == BLK_OK, "any events can be taken");
}

/* The bytes of a batch, one of them wrong. */
static void
break_batch(struct way *w, uint64_t pick)
{
	const bool marks = (pick & 1) != 0; /* those are for the feed alone */
	struct part_thread thread = w->out;
	enum blk_status status;

	lane_batch_clear(w->read);
	w->packed.v[pick % w->packed.n] ^= (uint8_t)(1 + (pick >> 32) % 255);
	/* a lane of its own: it begins in the midst, with peers to name */
	thread.peer_n = 0;
	thread.in_rib = false;
	status = part_decode(
	    &thread, cur_from(w->packed.v, w->packed.n), marks, w->read);
	LAW(status == BLK_OK || status == BLK_EBAD, "a batch is one or none");
	if (status == BLK_OK && !marks) {
		w->lane++;
		apply(w, w->read);
	}
}

static void
pass_batch(struct way *w, const struct lane_batch *b, uint64_t pick)
{
	struct part_thread before = w->out;

	lane_batch_clear(w->kept);
	LAW(part_sift_batch(&w->sift, b, w->kept), "there is memory");
	w->packed.n = w->packed_again.n = 0;
	LAW(part_encode(&w->in, w->kept, &w->packed) == BLK_OK,
	    "what a lane gives can be written");
	lane_batch_clear(w->read);
	LAW(part_decode(&w->out, cur_from(w->packed.v, w->packed.n), true,
		w->read) == BLK_OK,
	    "what was written can be read");
	LAW(w->read->ev.event_n == w->kept->ev.event_n, "nothing is lost");
	LAW(w->read->ev.peer_base == before.peer_n, "peers go on");
	LAW(part_encode(&w->again, w->read, &w->packed_again) == BLK_OK &&
		w->packed.n == w->packed_again.n &&
		memcmp(w->packed.v, w->packed_again.v, w->packed.n) == 0,
	    "what is read is what was written");
	break_batch(w, pick);
}

static void
pass_file(struct way *w, const uint8_t *data, size_t size)
{
	const uint64_t pick = fuzz_pick(data, size);
	const struct lane_options opt = {
	    .until = USEC_NONE, .marks = (pick & 2) != 0};
	struct lane_batch *b;
	struct lane *l;

	LAW(lane_open(&l, fuzz_file(data, size), &opt) == BLK_OK,
	    "a lane opens");
	part_sift_begin(&w->sift);
	part_encoder_begin(&w->in, opt.marks);
	part_encoder_begin(&w->again, opt.marks);
	w->out = (struct part_thread){.marks = opt.marks};
	for (uint64_t n = 1; lane_next(l, &b) == BLK_OK; n++) {
		pass_batch(w, b, pick * n);
		lane_give_back(l, b);
	}
	lane_close(l);
}

/* The bytes as they are, as whatever a part holds. */
static void
read_bytes(struct way *w, const uint8_t *data, size_t size)
{
	struct part_thread thread = {.marks = size % 2 != 0};
	struct cursor c = cur_from(data, size);
	struct part_list list = {0};
	struct part_facts facts;
	char error[PART_ERROR_LEN];
	struct part_set *set;

	lane_batch_clear(w->read);
	if (part_decode(&thread, c, size % 3 == 0, w->read) == BLK_OK &&
	    size % 3 != 0) {
		w->lane++;
		apply(w, w->read);
	}
	LAW(part_list_take(&c, &list), "there is memory");
	for (size_t i = 1; i < list.n; i++)
		LAW(prefix_cmp(&list.v[i - 1], &list.v[i]) < 0,
		    "lists are sorted");
	part_list_fini(&list);
	part_facts_take(cur_from(data, size), &facts);
	part_facts_fini(&facts);
	LAW(part_set_new(&set) == BLK_OK, "there is a set");
	LAW(part_set_add(set, fuzz_file(data, size), error) != BLK_OK ||
		size > 100,
	    "few bytes are no part");
	part_set_free(set);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint32_t asn = 64500;
	const struct state_params watch = {.asns = &asn, .asn_n = 1};
	const struct state_params all = {0};
	struct way w = {0};
	struct timeline *t;

	if (size == 0 || fuzz_is_compressed(data, size))
		return 0;
	LAW(part_sift_init(&w.sift, size % 2 != 0 ? &watch : &all),
	    "there is memory");
	LAW(state_new(&w.state, &watch, 1) == BLK_OK, "there is a state");
	w.kept = calloc(1, sizeof(*w.kept));
	w.read = calloc(1, sizeof(*w.read));
	LAW(w.kept != NULL && w.read != NULL, "there is memory");
	pass_file(&w, data, size);
	read_bytes(&w, data, size);
	LAW(state_finish(w.state, &t) == BLK_OK, "a state ends");
	timeline_free(t);
	state_free(w.state);
	part_sift_fini(&w.sift);
	part_encoder_fini(&w.in);
	part_encoder_fini(&w.again);
	lane_batch_free(w.kept);
	lane_batch_free(w.read);
	part_buf_fini(&w.packed);
	part_buf_fini(&w.packed_again);
	return 0;
}
