#include "fuzz/codec.h"

/* bzip2: in one thread, and by the splitter with its pool of threads. */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct codec_outcome whole, other;
	const size_t pick = fuzz_pick(data, size);
	const size_t step = 1 + pick % 50000;
	enum source_format format;

	if (!codec_by_memory(data, size, step, &whole, &format) ||
	    format != SOURCE_BZIP2)
		return 0;
	codec_by_file(data, size, 1, CODEC_PLAIN_MAX, &other);
	codec_same(&whole, &other, "reads of any size read the same");
	codec_by_file(data, size, 2 + (unsigned)(pick % 3), step, &other);
	codec_same(&whole, &other, "any number of threads reads the same");
	codec_check_cut(data, size, pick % size, "BZh", &whole);
	return 0;
}
