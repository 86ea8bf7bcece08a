#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "blackout/cursor.h"

/*
 * What the fuzz targets share.  Each target takes any bytes, and holds what is
 * made of them against laws: what the headers promise for every input.  A
 * broken law aborts, as a crash does, so that the input is kept.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LAW(ok, words) fuzz_law(ok, words, __FILE__, __LINE__)

static inline void
fuzz_law(bool ok, const char *words, const char *file, int line)
{
	if (ok)
		return;
	fprintf(stderr, "%s:%d: broken: %s\n", file, line, words);
	abort();
}

/* --- digests: two runs that must say the same --- */

#define FUZZ_DIGEST UINT64_C(0xcbf29ce484222325)

static inline uint64_t
fuzz_digest_bytes(uint64_t h, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

static inline uint64_t
fuzz_digest(uint64_t h, uint64_t v)
{
	return fuzz_digest_bytes(h, &v, sizeof(v));
}

/* A number that depends on all of the input: where to cut it, and so on. */
static inline size_t
fuzz_pick(const uint8_t *data, size_t size)
{
	uint64_t h = fuzz_digest_bytes(FUZZ_DIGEST, data, size);

	return (size_t)(h ^ h >> 29);
}

/* --- bytes --- */

static inline size_t
fuzz_min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The bytes of a cursor lie in the input. */
static inline void
fuzz_inside(struct cursor c, const uint8_t *data, size_t size)
{
	const size_t n = cur_left(&c);
	const uint8_t *p = n > 0 ? cur_bytes(&c, n) : data;

	LAW(p >= data && n <= size - (size_t)(p - data),
	    "cursors lie inside of the input");
}

/* Compressed input is left to fuzz_gzip and fuzz_bzip2. */
static inline bool
fuzz_is_compressed(const uint8_t *data, size_t size)
{
	return size >= 2 &&
	    (memcmp(data, "\x1f\x8b", 2) == 0 || memcmp(data, "BZ", 2) == 0);
}

#define FUZZ_FILES_MAX 4u

/*
 * The path of file i with these bytes, for what opens paths; the same one each
 * time.  It has no name, so nothing is left behind by a crash.
 */
static inline const char *
fuzz_file_at(unsigned i, const uint8_t *data, size_t size)
{
	static char path[FUZZ_FILES_MAX][32];
	static int fd[FUZZ_FILES_MAX]; /* 0: not there yet */

	if (fd[i] == 0) {
		char name[] = "/tmp/blackout-fuzz-XXXXXX";

		fd[i] = mkstemp(name);
		if (fd[i] <= 0 || unlink(name) != 0)
			exit(2);
		snprintf(path[i], sizeof(path[i]), "/dev/fd/%d", fd[i]);
	}
	if (ftruncate(fd[i], 0) != 0 ||
	    pwrite(fd[i], data, size, 0) != (ssize_t)size)
		exit(2);
	return path[i];
}

static inline const char *
fuzz_file(const uint8_t *data, size_t size)
{
	return fuzz_file_at(0, data, size);
}

#endif
