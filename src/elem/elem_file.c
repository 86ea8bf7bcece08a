/*
 * A file as elements: each record is begun by the function for its type, which
 * leaves another that takes its elements one by one.
 */
#include <stdlib.h>

#include "elem/elem_priv.h"

enum blk_status
elem_file_open(struct elem_file **out, const char *path, unsigned threads)
{
	struct elem_file *f = calloc(1, sizeof(*f));
	enum blk_status status;

	if (f == NULL)
		return BLK_ENOMEM;
	status = records_open(&f->in, path, threads);
	if (status != BLK_OK) {
		elem_file_close(f);
		return status;
	}
	f->elem.file = f;
	*out = f;
	return BLK_OK;
}

void
elem_file_close(struct elem_file *f)
{
	if (f == NULL)
		return;
	records_fini(&f->in);
	peerset_fini(&f->peers);
	elem_rib_fini(&f->rib);
	free(f);
}

void
elem_damage(struct elem_file *f, enum damage_kind kind)
{
	const struct damage_place place = {.offset = f->rec.offset,
	    .records = f->in.n - 1,
	    .from = f->rec.time,
	    .until = f->rec.time + USEC_PER_SEC};

	if (damage_count(&f->in.damage, kind, &place) != BLK_OK)
		f->failed = true;
}

static void
begin_record(struct elem_file *f)
{
	f->elem.time = f->rec.time;
	f->elem.mrt_type = f->rec.type;
	switch (f->rec.type) {
	case MRT_BGP:
	case MRT_BGP4MP:
	case MRT_BGP4MP_ET:
		elem_message_begin(f);
		break;
	case MRT_TABLE_DUMP:
	case MRT_TABLE_DUMP_V2:
		elem_rib_begin(f);
		break;
	default:
		break;
	}
}

enum blk_status
elem_file_next(struct elem_file *f, const struct elem **out)
{
	enum blk_status status;

	while (f->next == NULL || !f->next(f)) {
		f->next = NULL;
		if (f->failed)
			return BLK_ENOMEM;
		status = records_next(&f->in, &f->rec);
		if (status == BLK_OK)
			begin_record(f);
		else if (status != BLK_EBAD) /* passed over, and told */
			return status;
	}
	*out = &f->elem;
	return BLK_OK;
}

const struct bgp_attrs *
elem_attrs(const struct elem *e)
{
	switch (e->type) {
	case ELEM_ANNOUNCE:
		return &e->file->msg.update.attrs;
	case ELEM_RIB:
		return elem_rib_attrs(e->file);
	default:
		return NULL;
	}
}

/* A table's entry may have either, whatever its family. */
static bool
rib_next_hop(const struct elem *e, struct ipaddr *out)
{
	const struct bgp_attrs *a = elem_rib_attrs(e->file);
	struct bgp_mp mp;

	if (e->prefix.afi == AFI_IPV4 && bgp_next_hop_read(a, out) == BLK_OK)
		return true;
	if (bgp_mp_reach(a, &e->file->rib.opt, &mp) == BLK_OK &&
	    bgp_mp_next_hop(&mp, out))
		return true;
	return bgp_next_hop_read(a, out) == BLK_OK;
}

bool
elem_next_hop(const struct elem *e, struct ipaddr *out)
{
	const struct elem_message *m = &e->file->msg;

	if (e->type == ELEM_RIB)
		return rib_next_hop(e, out);
	if (e->type != ELEM_ANNOUNCE)
		return false;
	if (m->blocks[m->at].mp)
		return bgp_mp_next_hop(&m->reach, out);
	return bgp_next_hop_read(&m->update.attrs, out) == BLK_OK;
}

const struct damage *
elem_file_damage(const struct elem_file *f, size_t *n)
{
	*n = f->in.damage.n;
	return f->in.damage.list;
}

uint64_t
elem_file_records(const struct elem_file *f)
{
	return f->in.n;
}

uint64_t
elem_file_raw_bytes(const struct elem_file *f)
{
	return records_raw_bytes(&f->in);
}
