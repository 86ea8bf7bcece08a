/*
 * Sections of a part, packed by zlib.
 */
#define ZLIB_CONST

#include "part/part_file.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/vec.h"

#define MAGIC "blackout part\0\0" /* and the NUL of the string */
#define HEAD_LEN 20u
#define SECTION_LEN 21u
#define CHUNK 65536u
#define LEVEL 6

/* zlib packs no more than that into one byte. */
#define RATIO_MAX 1100u

/* --- writing --- */

static enum blk_status
write_all(FILE *out, const void *bytes, size_t n)
{
	return n == 0 || fwrite(bytes, 1, n, out) == n ? BLK_OK : BLK_EIO;
}

enum blk_status
part_file_begin(FILE *out)
{
	struct part_buf b = {0};
	enum blk_status status;

	part_put_bytes(&b, MAGIC, sizeof(MAGIC));
	part_put_be32(&b, PART_VERSION);
	status = b.failed ? BLK_ENOMEM : write_all(out, b.v, b.n);
	part_buf_fini(&b);
	return status;
}

struct part_packer {
	z_stream z;
	struct part_buf packed;
	uint64_t plain_len;
	uint32_t crc;
};

enum blk_status
part_packer_new(struct part_packer **out)
{
	struct part_packer *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return BLK_ENOMEM;
	if (deflateInit(&p->z, LEVEL) != Z_OK) {
		free(p);
		return BLK_ENOMEM;
	}
	*out = p;
	return BLK_OK;
}

void
part_packer_free(struct part_packer *p)
{
	if (p == NULL)
		return;
	deflateEnd(&p->z);
	part_buf_fini(&p->packed);
	free(p);
}

static enum blk_status
pack(struct part_packer *p, int flush)
{
	int rc;

	do {
		uint8_t *to = part_buf_room(&p->packed, CHUNK);

		if (to == NULL)
			return BLK_ENOMEM;
		p->z.next_out = to;
		p->z.avail_out = CHUNK;
		rc = deflate(&p->z, flush);
		p->packed.n += CHUNK - p->z.avail_out;
	} while (rc == Z_OK && (p->z.avail_in > 0 || p->z.avail_out == 0));
	return BLK_OK;
}

enum blk_status
part_packer_add(struct part_packer *p, const void *bytes, size_t n)
{
	const uint8_t *from = bytes;
	enum blk_status status = BLK_OK;

	p->plain_len += n;
	while (n > 0 && status == BLK_OK) {
		uInt m = n < UINT32_MAX / 2 ? (uInt)n : UINT32_MAX / 2;

		p->crc = (uint32_t)crc32(p->crc, from, m);
		p->z.next_in = from;
		p->z.avail_in = m;
		status = pack(p, Z_NO_FLUSH);
		from += m;
		n -= m;
	}
	return status;
}

static enum blk_status
put_head(FILE *out, const struct part_section *s)
{
	struct part_buf b = {0};
	enum blk_status status;

	part_put_u8(&b, s->tag);
	part_put_be64(&b, s->plain_len);
	part_put_be64(&b, s->packed_len);
	part_put_be32(&b, s->crc);
	status = b.failed ? BLK_ENOMEM : write_all(out, b.v, b.n);
	part_buf_fini(&b);
	return status;
}

enum blk_status
part_packer_put(struct part_packer *p, FILE *out, enum part_tag tag)
{
	struct part_section s = {
	    .tag = (uint8_t)tag, .plain_len = p->plain_len, .crc = p->crc};
	enum blk_status status;

	p->z.avail_in = 0;
	status = pack(p, Z_FINISH);
	s.packed_len = p->packed.n;
	if (status == BLK_OK)
		status = put_head(out, &s);
	if (status == BLK_OK)
		status = write_all(out, p->packed.v, p->packed.n);
	deflateReset(&p->z);
	p->packed.n = 0;
	p->plain_len = 0;
	p->crc = 0;
	return status;
}

enum blk_status
part_file_put(FILE *out, enum part_tag tag, const struct part_buf *plain)
{
	struct part_packer *p;
	enum blk_status status;

	if (plain->failed)
		return BLK_ENOMEM;
	if (plain->n > PART_SECTION_MAX)
		return BLK_ELIMIT;
	status = part_packer_new(&p);
	if (status != BLK_OK)
		return status;
	status = part_packer_add(p, plain->v, plain->n);
	if (status == BLK_OK)
		status = part_packer_put(p, out, tag);
	part_packer_free(p);
	return status;
}

/* --- reading --- */

/* Read n bytes, or fail. */
static enum blk_status
read_all(FILE *in, void *to, size_t n)
{
	if (n == 0 || fread(to, 1, n, in) == n)
		return BLK_OK;
	return ferror(in) ? BLK_EIO : BLK_ETRUNC;
}

enum blk_status
part_file_open(FILE *in)
{
	uint8_t head[HEAD_LEN];
	enum blk_status status = read_all(in, head, sizeof(head));
	struct cursor c = cur_from(head, sizeof(head));
	const uint8_t *magic = cur_bytes(&c, sizeof(MAGIC));

	if (status == BLK_ETRUNC)
		return BLK_EBAD;
	if (status != BLK_OK)
		return status;
	if (memcmp(magic, MAGIC, sizeof(MAGIC)) != 0)
		return BLK_EBAD;
	return cur_be32(&c) == PART_VERSION ? BLK_OK : BLK_EUNSUP;
}

enum blk_status
part_file_next(
    FILE *in, uint64_t *at, uint64_t file_len, struct part_section *out)
{
	uint8_t head[SECTION_LEN];
	struct cursor c = cur_from(head, sizeof(head));
	enum blk_status status;

	if (*at == 0)
		*at = HEAD_LEN;
	if (*at > file_len || file_len - *at < SECTION_LEN)
		return BLK_ETRUNC;
	if (fseeko(in, (off_t)*at, SEEK_SET) != 0)
		return BLK_EIO;
	status = read_all(in, head, sizeof(head));
	if (status != BLK_OK)
		return status;
	out->tag = cur_u8(&c);
	out->plain_len = part_be64(&c);
	out->packed_len = part_be64(&c);
	out->crc = cur_be32(&c);
	out->at = *at + SECTION_LEN;
	if (out->packed_len > file_len - out->at)
		return BLK_ETRUNC;
	if (out->plain_len / RATIO_MAX > out->packed_len)
		return BLK_EBAD;
	*at = out->at + out->packed_len;
	return BLK_OK;
}

enum blk_status
part_file_copy(FILE *out, FILE *in, const struct part_section *s)
{
	uint8_t chunk[8192];
	uint64_t left = s->packed_len;
	enum blk_status status = put_head(out, s);

	if (status == BLK_OK && fseeko(in, (off_t)s->at, SEEK_SET) != 0)
		status = BLK_EIO;
	while (status == BLK_OK && left > 0) {
		size_t n = left < sizeof(chunk) ? (size_t)left : sizeof(chunk);

		status = read_all(in, chunk, n);
		if (status == BLK_OK)
			status = write_all(out, chunk, n);
		left -= n;
	}
	return status;
}

struct part_unpacker {
	FILE *in;
	struct part_section s;
	uint64_t read;  /* packed bytes taken from the file */
	uint64_t plain; /* that came of them */
	uint32_t crc;   /* of these */
	z_stream z;
	bool ended; /* zlib says that all is there */
	uint8_t packed[CHUNK];
	struct part_buf buf; /* [pos, buf.n) was not taken yet */
	size_t pos;
};

enum blk_status
part_unpacker_new(
    struct part_unpacker **out, FILE *in, const struct part_section *s)
{
	struct part_unpacker *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return BLK_ENOMEM;
	if (inflateInit(&u->z) != Z_OK) {
		free(u);
		return BLK_ENOMEM;
	}
	u->in = in;
	u->s = *s;
	*out = u;
	return BLK_OK;
}

void
part_unpacker_free(struct part_unpacker *u)
{
	if (u == NULL)
		return;
	inflateEnd(&u->z);
	part_buf_fini(&u->buf);
	free(u);
}

static enum blk_status
read_packed(struct part_unpacker *u)
{
	uint64_t left = u->s.packed_len - u->read;
	size_t n = left < CHUNK ? (size_t)left : CHUNK;
	enum blk_status status;

	if (n == 0)
		return BLK_EBAD; /* zlib wants more than there is */
	if (fseeko(u->in, (off_t)(u->s.at + u->read), SEEK_SET) != 0)
		return BLK_EIO;
	status = read_all(u->in, u->packed, n);
	u->read += n;
	u->z.next_in = u->packed;
	u->z.avail_in = (uInt)n;
	return status;
}

/* Whether the section is what its header says, now that all of it is read. */
static enum blk_status
check_end(struct part_unpacker *u)
{
	u->ended = true;
	return u->plain == u->s.plain_len && u->crc == u->s.crc &&
		u->z.avail_in == 0 && u->read == u->s.packed_len
	    ? BLK_OK
	    : BLK_EBAD;
}

/* Have more plain bytes, if there are. */
static enum blk_status
unpack(struct part_unpacker *u)
{
	enum blk_status status = BLK_OK;
	uint8_t *to;
	size_t got;
	int rc;

	if (u->z.avail_in == 0)
		status = read_packed(u);
	if (status != BLK_OK)
		return status;
	to = part_buf_room(&u->buf, CHUNK);
	if (to == NULL)
		return BLK_ENOMEM;
	u->z.next_out = to;
	u->z.avail_out = CHUNK;
	rc = inflate(&u->z, Z_NO_FLUSH);
	got = CHUNK - u->z.avail_out;
	u->crc = (uint32_t)crc32(u->crc, to, (uInt)got);
	u->plain += got;
	u->buf.n += got;
	if (rc == Z_MEM_ERROR)
		return BLK_ENOMEM;
	if (u->plain > u->s.plain_len ||
	    (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR))
		return BLK_EBAD;
	return rc == Z_STREAM_END ? check_end(u) : BLK_OK;
}

enum blk_status
part_unpacker_take(struct part_unpacker *u, size_t n, const uint8_t **out)
{
	enum blk_status status = BLK_OK;

	if (u->pos > 0 && u->buf.n - u->pos < n) {
		memmove(u->buf.v, u->buf.v + u->pos, u->buf.n - u->pos);
		u->buf.n -= u->pos;
		u->pos = 0;
	}
	while (u->buf.n - u->pos < n && !u->ended && status == BLK_OK)
		status = unpack(u);
	if (status != BLK_OK)
		return status;
	if (u->buf.n - u->pos < n)
		return u->buf.n == u->pos ? BLK_END : BLK_EBAD;
	*out = u->buf.v + u->pos;
	u->pos += n;
	return BLK_OK;
}

enum blk_status
part_file_get(FILE *in, const struct part_section *s, struct part_buf *out)
{
	struct part_unpacker *u;
	enum blk_status status;

	if (s->plain_len > PART_SECTION_MAX)
		return BLK_ELIMIT;
	status = part_unpacker_new(&u, in, s);
	if (status != BLK_OK)
		return status;
	while (status == BLK_OK && !u->ended)
		status = unpack(u);
	if (status == BLK_OK) {
		*out = u->buf;
		u->buf = (struct part_buf){0};
	}
	part_unpacker_free(u);
	return status;
}
