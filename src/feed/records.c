/*
 * The file end of reading: open, hand on record by record, and put into words
 * what is wrong with the file as a whole.
 */
#include "feed/records.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static enum blk_status
end_in_words(struct records *r, const char *what, usec_t from)
{
	/* what holds no record at all is wrong from its first byte on */
	const struct damage_place place = {
	    .offset = r->opened ? source_offset(r->src) : 0,
	    .records = r->n,
	    .from = from,
	    .until = USEC_NONE};

	r->cut = true;
	return damage_stream(&r->damage, what, &place);
}

/* The system's words, begun in lower case as all of ours are. */
static enum blk_status
end_with_errno(struct records *r, int error)
{
	char text[128];

	if (strerror_r(error, text, sizeof(text)) != 0)
		return end_in_words(r, "cannot be read", USEC_NONE);
	if (isupper((unsigned char)text[0]) && islower((unsigned char)text[1]))
		text[0] = (char)tolower((unsigned char)text[0]);
	return end_in_words(r, text, r->last_time);
}

/* Which compression it is, and what to do about it. */
static enum blk_status
end_unsupported(struct records *r, const char *path)
{
	const char *name = source_unsupported(path);
	char text[96];

	r->compression = name;
	snprintf(text, sizeof(text),
	    "%s compression is not read: decompress it first",
	    name[0] != '\0' ? name : "this");
	return end_in_words(r, text, USEC_NONE);
}

static enum blk_status
open_source(struct records *r, const char *path, unsigned threads)
{
	enum blk_status status;

	errno = 0;
	status = source_open_threads(&r->src, path, threads);
	if (status == BLK_OK) {
		r->opened = true;
		r->compression = source_format_name(source_format(r->src));
		return mrt_reader_new(&r->reader, r->src);
	}
	r->ended = true;
	if (status == BLK_EIO)
		return end_with_errno(r, errno);
	if (status == BLK_EUNSUP)
		return end_unsupported(r, path);
	if (status == BLK_ENOMEM)
		return status;
	return end_in_words(r, "cannot be read", USEC_NONE);
}

enum blk_status
records_open(struct records *r, const char *path, unsigned threads)
{
	enum blk_status status;

	*r = (struct records){
	    .first_time = USEC_NONE, .last_time = USEC_NONE, .compression = ""};
	status = open_source(r, path, threads);
	if (status != BLK_OK)
		records_fini(r);
	return status;
}

void
records_close(struct records *r)
{
	mrt_reader_free(r->reader);
	source_free(r->src);
	r->reader = NULL;
	r->src = NULL;
}

void
records_rest(struct records *r)
{
	if (r->src == NULL)
		return;
	mrt_reader_rest(r->reader);
	source_rest(r->src);
}

void
records_fini(struct records *r)
{
	records_close(r);
	damage_log_fini(&r->damage);
}

/* Bytes were passed over; go on behind them. */
static enum blk_status
pass_over(struct records *r, const struct mrt_damage *d)
{
	const struct damage_place place = {.offset = d->offset,
	    .records = r->n,
	    .from = r->last_time,
	    .until = USEC_NONE};
	enum blk_status status = damage_stream(&r->damage, d->what, &place);

	return status == BLK_OK ? BLK_EBAD : status;
}

static enum blk_status
end_file(struct records *r, enum blk_status how, const struct mrt_damage *d)
{
	enum blk_status status = BLK_OK;

	r->ended = true;
	switch (how) {
	case BLK_END:
		if (r->n == 0 && source_raw_offset(r->src) == 0)
			status =
			    end_in_words(r, "empty file: no record", USEC_NONE);
		break;
	case BLK_EUNSUP:
		r->opened = false;
		status = end_in_words(r, "not an MRT file", USEC_NONE);
		break;
	case BLK_EIO:
		status = end_with_errno(r, source_errno(r->src));
		break;
	default:
		/* where decompression fails, it may have been wrong before */
		status = end_in_words(r, d->what,
		    d->status == BLK_EBAD ? r->first_time : r->last_time);
		break;
	}
	return status == BLK_OK ? BLK_END : status;
}

enum blk_status
records_next(struct records *r, struct mrt_record *rec)
{
	struct mrt_damage damage; /* set where it is told of */
	enum blk_status status;

	if (r->ended)
		return BLK_END;
	status = mrt_reader_next(r->reader, rec, &damage);
	switch (status) {
	case BLK_OK:
		r->n++;
		if (r->n == 1 || rec->time < r->first_time)
			r->first_time = rec->time;
		r->last_time = rec->time;
		return BLK_OK;
	case BLK_EBAD:
		return pass_over(r, &damage);
	case BLK_ENOMEM:
		return status;
	default:
		return end_file(r, status, &damage);
	}
}

uint64_t
records_raw_bytes(const struct records *r)
{
	return r->src != NULL ? source_raw_offset(r->src) : 0;
}

uint64_t
records_plain_bytes(const struct records *r)
{
	return r->src != NULL ? source_offset(r->src) : 0;
}
