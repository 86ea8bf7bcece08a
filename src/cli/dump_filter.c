#include "cli/dump_filter.h"

enum blk_status
dump_filter_init(struct dump_filter *f, const struct filter *filter)
{
	*f = (struct dump_filter){.by_prefix = filter_has_prefix(filter),
	    .by_attrs = filter_has_attrs(filter)};
	if (!filter_is_empty(filter))
		f->filter = filter;
	if (f->by_attrs && filter_type(filter, FILTER_WITHDRAW))
		return filter_passed_new(&f->passed);
	return BLK_OK;
}

void
dump_filter_fini(struct dump_filter *f)
{
	filter_passed_free(f->passed);
	*f = (struct dump_filter){.passed = NULL};
}

static enum filter_type
type_of(const struct elem *e)
{
	switch ((enum elem_type)e->type) {
	case ELEM_ANNOUNCE:
		return FILTER_ANNOUNCE;
	case ELEM_WITHDRAW:
		return FILTER_WITHDRAW;
	case ELEM_RIB:
		return FILTER_RIB;
	case ELEM_STATE:
		break;
	}
	return FILTER_STATE;
}

static bool
attrs_pass(struct dump_filter *f, const struct elem *e)
{
	if (f->file != e->file || f->group != e->group) {
		f->group_passes = filter_attrs(f->filter, elem_attrs(e));
		f->file = e->file;
		f->group = e->group;
	}
	return f->group_passes;
}

/* Note what the element says of a route, to be settled in its turn. */
static enum blk_status
await_turn(struct dump_filter *f, unsigned collector, const struct elem *e,
    struct dump_turn *turn)
{
	turn->waits = true;
	turn->withdrawn = e->type == ELEM_WITHDRAW;
	turn->passes = !turn->withdrawn && attrs_pass(f, e);
	turn->route.path_id = e->path_id;
	turn->route.prefix = e->prefix;
	turn->route.kind = (uint16_t)(e->safi << 1 | e->sent);
	return filter_passed_peer(
	    f->passed, collector, &e->peer, e->peer_as, &turn->route.peer);
}

enum blk_status
dump_filter_judge(struct dump_filter *f, unsigned collector,
    const struct elem *e, struct dump_turn *turn)
{
	const struct filter *filter = f->filter;
	bool has_route = e->type != ELEM_STATE;

	turn->waits = false;
	if (!has_route && (f->by_prefix || f->by_attrs))
		return BLK_END;
	if (!filter_peer(filter, &e->peer, e->peer_as) ||
	    (f->by_prefix && !filter_prefix(filter, &e->prefix)))
		return BLK_END;
	turn->wanted =
	    filter_type(filter, type_of(e)) && filter_time(filter, e->time);
	if (f->passed != NULL)
		return await_turn(f, collector, e, turn);
	return turn->wanted && (!f->by_attrs || attrs_pass(f, e)) ? BLK_OK
								  : BLK_END;
}

enum blk_status
dump_filter_settle(struct dump_filter *f, const struct dump_turn *turn)
{
	enum blk_status status;
	bool passes = turn->passes;

	if (turn->withdrawn) {
		passes = filter_passed_take(f->passed, &turn->route);
	} else {
		status = filter_passed_note(f->passed, &turn->route, passes);
		if (status != BLK_OK)
			return status;
	}
	return passes && turn->wanted ? BLK_OK : BLK_END;
}

void
dump_filter_close(struct dump_filter *f, const struct elem_file *file)
{
	if (f->file == file)
		f->file = NULL;
}
