#include <sys/socket.h>

#include "blackout/mrt.h"
#include "fuzz/fuzz.h"

/* Framing: a stream of bytes as records, and the search for the next one. */

#define PACKETS_MAX 48u

struct outcome {
	uint64_t digest;
	enum blk_status last;
	size_t record_n, damage_n;
	uint64_t last_offset; /* of the last record */
	uint16_t last_type;
	uint64_t *ends; /* of the records; NULL: not asked for */
};

/* Bytes [*at, end) of the input are told; the rest is still to come. */
static void
check_record(
    const struct mrt_record *rec, const uint8_t *data, size_t size, uint64_t at)
{
	struct cursor body = rec->body;
	const size_t n = cur_left(&body);
	const size_t head =
	    MRT_HEADER_LEN + (rec->type == MRT_BGP4MP_ET ? 4 : 0);

	LAW(rec->offset == at, "a record begins where all before it is told");
	LAW(at + head + n <= size, "a record lies in the input");
	LAW(n == 0 || memcmp(cur_bytes(&body, n), data + at + head, n) == 0,
	    "a body is the bytes behind the header");
	LAW(rec->time >= 631152000 * USEC_PER_SEC &&
		rec->time < INT64_C(4102444800) * USEC_PER_SEC,
	    "a record's time is one of archives");
	LAW(mrt_subtype_name(rec->type, rec->subtype) != NULL,
	    "only known types are records");
}

static uint64_t
record_end(const struct mrt_record *rec)
{
	return rec->offset + MRT_HEADER_LEN + cur_left(&rec->body) +
	    (rec->type == MRT_BGP4MP_ET ? 4 : 0);
}

static uint64_t
digest_record(uint64_t h, const struct mrt_record *rec)
{
	h = fuzz_digest(h, (uint64_t)rec->time);
	h = fuzz_digest(h, rec->offset);
	h = fuzz_digest(h, cur_left(&rec->body));
	return fuzz_digest(h, (uint64_t)rec->type << 16 | rec->subtype);
}

static void
check_damage(const struct mrt_damage *d, enum blk_status status, size_t size,
    uint64_t at, usec_t last_time)
{
	LAW(d->offset == at, "damage begins where all before it is told");
	LAW(d->end >= at && d->end <= size, "damage lies in the input");
	LAW(status != BLK_EBAD || d->end > at, "what was passed over is some");
	LAW(status == BLK_EBAD || d->end == size, "the rest is told as lost");
	LAW(d->what[0] != '\0', "damage has words");
	LAW(d->last_time == last_time, "damage knows the record before it");
}

/* Read s to its end; s is freed. */
static void
read_all(struct source *s, const uint8_t *data, size_t size, struct outcome *o)
{
	usec_t last_time = USEC_NONE;
	struct mrt_damage damage;
	struct mrt_record rec;
	struct mrt_reader *r;
	uint64_t at = 0;

	LAW(mrt_reader_new(&r, s) == BLK_OK, "there is a reader");
	do {
		o->last = mrt_reader_next(r, &rec, &damage);
		o->digest = fuzz_digest(o->digest, (uint64_t)o->last);
		if (o->last == BLK_OK) {
			check_record(&rec, data, size, at);
			o->digest = digest_record(o->digest, &rec);
			at = record_end(&rec);
			last_time = rec.time;
			o->last_offset = rec.offset;
			o->last_type = rec.type;
			if (o->ends != NULL)
				o->ends[o->record_n] = at;
			o->record_n++;
		} else if (o->last == BLK_EBAD || o->last == BLK_ETRUNC) {
			check_damage(&damage, o->last, size, at, last_time);
			o->digest = fuzz_digest(o->digest, damage.end);
			at = damage.end;
			o->damage_n++;
		}
	} while (o->last == BLK_OK || o->last == BLK_EBAD);
	LAW(o->last == BLK_END || o->last == BLK_ETRUNC ||
		o->last == BLK_EUNSUP,
	    "a stream ends, is torn, or is no MRT");
	LAW(o->last != BLK_END || at == size, "a clean end is the end");
	LAW(o->last != BLK_EUNSUP || (o->record_n == 0 && size > 0),
	    "what has a record is MRT");
	LAW(mrt_reader_next(r, &rec, &damage) == o->last,
	    "the last word stands");
	mrt_reader_free(r);
	source_free(s);
}

static void
read_memory(const uint8_t *data, size_t size, struct outcome *o)
{
	struct source *s;

	o->last = source_open_memory(&s, data, size);
	LAW(o->last == BLK_OK || o->last == BLK_EUNSUP, "memory is opened");
	if (o->last == BLK_OK)
		read_all(s, data, size, o);
}

/* Each read of such a socket brings one packet, however small. */
static struct source *
open_packets(const uint8_t *data, size_t size, size_t packet)
{
	struct source *s;
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd) != 0)
		exit(2);
	for (size_t at = 0; at < size; at += packet)
		if (send(fd[1], data + at, fuzz_min(packet, size - at),
			MSG_DONTWAIT) < 0)
			exit(2);
	close(fd[1]);
	LAW(source_open_fd(&s, fd[0]) == BLK_OK, "packets are opened");
	return s;
}

/* A sound stream that is cut is sound only where a record ended. */
static void
check_cut(const uint8_t *data, size_t n, const struct outcome *whole)
{
	struct outcome cut = {.digest = FUZZ_DIGEST};
	bool on_end = n == 0;

	/* "BZh3" may begin a bzip2 stream as well as a time */
	if (n == 4)
		return;
	read_memory(data, n, &cut);
	for (size_t i = 0; i < whole->record_n; i++)
		on_end |= whole->ends[i] == n;
	/* of batched TABLE_DUMP records the length may be 4 bytes short */
	if (cut.last_type == MRT_TABLE_DUMP)
		for (size_t i = 0; i < whole->record_n; i++)
			on_end |= whole->ends[i] == n + 4;
	LAW(on_end || cut.last != BLK_END || cut.damage_n > 0,
	    "a sound stream that is cut inside a record is not sound");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t pick = fuzz_pick(data, size);
	struct outcome whole = {.digest = FUZZ_DIGEST},
		       parts = {.digest = FUZZ_DIGEST};
	size_t packet = 1 + pick % 200;
	struct source *s;

	if (size > (1u << 16) || source_open_memory(&s, data, size) != BLK_OK)
		return 0;
	if (source_format(s) != SOURCE_PLAIN) {
		source_free(s);
		return 0;
	}
	whole.ends = calloc(size / MRT_HEADER_LEN + 1, sizeof(*whole.ends));
	read_all(s, data, size, &whole);
	if (size / packet >= PACKETS_MAX)
		packet = size / PACKETS_MAX + 1;
	read_all(open_packets(data, size, packet), data, size, &parts);
	LAW(parts.digest == whole.digest,
	    "reads of any size give the same records");
	if (size > 0 && whole.last == BLK_END && whole.damage_n == 0)
		check_cut(data, pick % size, &whole);
	free(whole.ends);
	return 0;
}
