#include "fuzz/codec.h"

/* gzip, by zlib and by ISA-L, through files and memory, in reads of any size */

static struct codec_outcome whole, other;

static void
decode(const struct source_codec *codec, const uint8_t *data, size_t size,
    size_t step, struct codec_outcome *o)
{
	struct source_raw raw;
	void *state = NULL;

	source_raw_init_memory(&raw, data, size);
	LAW(codec->open(&state, 1) == BLK_OK, "a codec opens");
	o->n = 0;
	o->problem = "";
	do {
		struct source_out out = {.buf = o->bytes + o->n,
		    .cap = fuzz_min(step, CODEC_PLAIN_MAX - o->n)};

		o->last = codec->read(state, &raw, &out);
		LAW(out.got <= out.cap, "a codec keeps to the room it has");
		LAW(out.got > 0 || o->last != BLK_OK, "a codec goes on");
		o->n += out.got;
		if (out.problem != NULL)
			o->problem = out.problem;
	} while (o->last == BLK_OK && o->n < CODEC_PLAIN_MAX);
	codec->close(state);
}

#ifdef BLACKOUT_ISAL
static struct codec_outcome by_zlib;

/*
 * What zlib reads to its end, ISA-L reads as zlib does.  A file that is torn
 * for zlib is damaged for ISA-L too, which may know before that what comes is
 * no sound block; if not, it gives two bytes less at most.  Of other faults
 * the two may differ: see source_gzip_isal.c.
 */
static void
check_codecs(const uint8_t *data, size_t size, size_t step)
{
	decode(&source_gzip_codec, data, size, CODEC_PLAIN_MAX, &by_zlib);
	decode(&source_gzip_codec, data, size, step, &other);
	codec_same(&by_zlib, &other, "zlib: reads of any size read the same");
	decode(&source_gzip_isal_codec, data, size, CODEC_PLAIN_MAX, &whole);
	decode(&source_gzip_isal_codec, data, size, step, &other);
	codec_same(&whole, &other, "ISA-L: reads of any size read the same");
	if (by_zlib.last == BLK_END)
		codec_same(&whole, &by_zlib, "ISA-L reads what zlib reads");
	if (by_zlib.last != BLK_ETRUNC)
		return;
	LAW(whole.last == BLK_ETRUNC || whole.last == BLK_EBAD,
	    "ISA-L finds the damage of a torn file");
	LAW(whole.n <= by_zlib.n &&
		memcmp(whole.bytes, by_zlib.bytes, whole.n) == 0 &&
		(whole.last == BLK_EBAD || whole.n + 2 >= by_zlib.n),
	    "of a torn file ISA-L gives two bytes less at most");
}
#else
static void
check_codecs(const uint8_t *data, size_t size, size_t step)
{
	decode(&source_gzip_codec, data, size, CODEC_PLAIN_MAX, &whole);
	decode(&source_gzip_codec, data, size, step, &other);
	codec_same(&whole, &other, "zlib: reads of any size read the same");
}
#endif

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t pick = fuzz_pick(data, size);
	const size_t step = 1 + pick % 5000;
	enum source_format format;

	if (!codec_by_memory(data, size, step, &whole, &format))
		return 0;
	codec_by_file(data, size, 1, CODEC_PLAIN_MAX, &other);
	codec_same(&whole, &other, "a file reads as memory does");
	if (format != SOURCE_GZIP)
		return 0;
	codec_check_cut(data, size, pick % size, "\x1f\x8b", &whole);
	check_codecs(data, size, step);
	return 0;
}
