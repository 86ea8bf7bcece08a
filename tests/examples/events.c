/*
 * What the peers of an archive said, a line each, by libblackout:
 *
 *     cc -o events events.c $(pkg-config --cflags --libs blackout)
 *     ./events PATH...
 *
 * Files of any collectors, in any order, come out in the order of time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <blackout/archive.h>
#include <blackout/event.h>
#include <blackout/feed.h>

/* The peers of one file; events name them by number. */
struct lane {
	struct event_peer *peers;
	size_t n;
};

/* Peers are told in the batch that first has something of them. */
static int
learn_peers(struct lane *lane, const struct event_batch *batch)
{
	const size_t n = (size_t)batch->peer_base + batch->peer_n;
	struct event_peer *peers;

	if (n <= lane->n)
		return 1;
	peers = realloc(lane->peers, n * sizeof(*peers));
	if (peers == NULL)
		return 0;
	memcpy(peers + batch->peer_base, batch->peers,
	    batch->peer_n * sizeof(*peers));
	lane->peers = peers;
	lane->n = n;
	return 1;
}

static void
print_routes(const struct event *e, const struct event_batch *batch,
    const struct event_peer *peer)
{
	char time[TIMEFMT_STRLEN], addr[IPADDR_STRLEN], prefix[PREFIX_STRLEN];

	timefmt_rfc3339(e->time, time);
	ipaddr_format(&peer->addr, addr);
	for (uint32_t i = 0; i < e->routes.n; i++) {
		const struct prefix p =
		    event_prefix(batch, &batch->routes[e->routes.first + i]);

		printf("%s %s %s AS%lu %s\n", time,
		    e->type == EVENT_ANNOUNCE ? "announce" : "withdraw", addr,
		    (unsigned long)peer->asn, prefix_format(&p, prefix));
	}
}

static enum blk_status
print_events(struct feed *feed, struct lane *lanes)
{
	enum blk_status status;
	struct feed_run run;

	while ((status = feed_next(feed, &run)) == BLK_OK) {
		struct lane *lane = &lanes[run.lane];

		if (!learn_peers(lane, run.batch))
			return BLK_ENOMEM;
		for (uint32_t i = run.first; i < run.first + run.n; i++) {
			const struct event *e = &run.batch->events[i];

			if (e->type == EVENT_ANNOUNCE ||
			    e->type == EVENT_WITHDRAW)
				print_routes(
				    e, run.batch, &lane->peers[e->peer]);
		}
	}
	return status;
}

int
main(int argc, char **argv)
{
	const struct feed_options options = {.until = USEC_NONE};
	struct archive *archive = NULL;
	struct feed *feed = NULL;
	struct lane *lanes = NULL;
	enum blk_status status;
	size_t damage_n = 0, lane_n = 0;

	status = archive_scan(
	    &archive, (const char *const *)argv + 1, (size_t)argc - 1);
	if (status == BLK_OK)
		status = archive_peek(archive, true);
	if (status == BLK_OK) {
		lane_n = archive->file_n;
		lanes = calloc(lane_n + 1, sizeof(*lanes));
		status = lanes != NULL ? feed_new(&feed, archive, &options)
				       : BLK_ENOMEM;
	}
	if (status == BLK_OK)
		status = print_events(feed, lanes);
	if (status == BLK_END)
		feed_damage(feed, &damage_n);
	else
		fprintf(stderr, "events: %s\n", blk_strstatus(status));
	if (damage_n > 0)
		fprintf(stderr, "events: %zu places are damaged\n", damage_n);
	for (size_t i = 0; i < lane_n; i++)
		free(lanes[i].peers);
	free(lanes);
	feed_free(feed);
	archive_free(archive);
	return status == BLK_END ? damage_n > 0 : 3;
}
