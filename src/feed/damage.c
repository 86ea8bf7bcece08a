/*
 * One row per kind of damage.  Kinds below the stream are counted in one entry
 * per file, since they come in thousands where a collector had a fault; damage
 * to the stream is told one by one, up to a limit.
 */
#include "feed/damage.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

static const struct {
	enum damage_scope scope;
	const char *what;
} kinds[DAMAGE_KIND_N] = {
    /* what is whole was used: only the last few prefixes are lost */
    [DAMAGE_MESSAGE_CUT] = {DAMAGE_SCOPE_NONE,
	"BGP message cut off inside its record"},
    [DAMAGE_MESSAGE_BAD] = {DAMAGE_SCOPE_PEER, "BGP message cannot be read"},
    [DAMAGE_NLRI] = {DAMAGE_SCOPE_PEER, "prefixes of a message cannot be read"},
    [DAMAGE_MP] = {DAMAGE_SCOPE_PEER, "multiprotocol attribute cannot be read"},
    [DAMAGE_ATTRIBUTES] = {DAMAGE_SCOPE_NONE,
	"path attributes cannot be read whole"},
    [DAMAGE_MESSAGE_RECORD] = {DAMAGE_SCOPE_COLLECTOR,
	"message record does not fit its type"},
    [DAMAGE_STATE_RECORD] = {DAMAGE_SCOPE_NONE,
	"state record does not fit its type"},
    [DAMAGE_NO_PEER_TABLE] = {DAMAGE_SCOPE_RIB,
	"RIB record without a PEER_INDEX_TABLE"},
    [DAMAGE_PEER_TABLE] = {DAMAGE_SCOPE_RIB, "PEER_INDEX_TABLE cannot be read"},
    [DAMAGE_PEER_INDEX] = {DAMAGE_SCOPE_RIB,
	"RIB entry of a peer that is not in the PEER_INDEX_TABLE"},
    [DAMAGE_RIB_RECORD] = {DAMAGE_SCOPE_RIB, "RIB record cannot be read whole"},
    [DAMAGE_BACKWARD] = {DAMAGE_SCOPE_COLLECTOR, "records go back in time"},
    [DAMAGE_FUTURE] = {DAMAGE_SCOPE_COLLECTOR,
	"records stamped far in the future"},
    [DAMAGE_STREAM] = {DAMAGE_SCOPE_COLLECTOR, "further damage of the file"},
};

enum damage_scope
damage_scope(enum damage_kind kind)
{
	return kinds[kind].scope;
}

void
damage_log_fini(struct damage_log *log)
{
	for (size_t i = 0; i < log->n; i++)
		free(log->list[i].what);
	free(log->list);
	*log = (struct damage_log){0};
}

static enum blk_status
add(struct damage_log *log, const char *what, const struct damage_place *place)
{
	char *copy;

	if (!vec_reserve(&log->list, log->n, &log->cap, sizeof(*log->list)))
		return BLK_ENOMEM;
	copy = strdup(what);
	if (copy == NULL)
		return BLK_ENOMEM;
	log->list[log->n++] = (struct damage){.offset = place->offset,
	    .what = copy,
	    .count = 1,
	    .records_kept = place->records,
	    .lost_from = place->from,
	    .lost_until = place->until};
	return BLK_OK;
}

static void
widen(struct damage *d, const struct damage_place *place)
{
	d->count++;
	if (place->from != USEC_NONE &&
	    (d->lost_from == USEC_NONE || place->from < d->lost_from))
		d->lost_from = place->from;
	if (place->until > d->lost_until)
		d->lost_until = place->until;
}

enum blk_status
damage_count(struct damage_log *log, enum damage_kind kind,
    const struct damage_place *place)
{
	enum blk_status status;

	if (log->at[kind] > 0) {
		widen(&log->list[log->at[kind] - 1], place);
		return BLK_OK;
	}
	status = add(log, kinds[kind].what, place);
	if (status == BLK_OK)
		log->at[kind] = log->n;
	return status;
}

enum blk_status
damage_stream(
    struct damage_log *log, const char *what, const struct damage_place *place)
{
	enum blk_status status;

	if (log->stream_n >= DAMAGE_PER_FILE_MAX)
		return damage_count(log, DAMAGE_STREAM, place);
	status = add(log, what, place);
	if (status == BLK_OK) {
		log->stream_n++;
		log->last_stream = log->n;
	}
	return status;
}

void
damage_stream_until(struct damage_log *log, usec_t until)
{
	size_t i = log->at[DAMAGE_STREAM];
	struct damage *d;

	if (i == 0)
		i = log->last_stream;
	if (i == 0)
		return;
	d = &log->list[i - 1];
	if (d->lost_from > until)
		d->lost_from = until;
	if (until > d->lost_until)
		d->lost_until = until;
	if (d->lost_from == d->lost_until)
		d->lost_until += USEC_PER_SEC;
}
