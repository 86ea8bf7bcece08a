/*
 * The libraries are not built with MemorySanitizer, so that what they write is
 * taken for memory that was never written; nor does clang 14 know stat() of
 * glibc 2.33 and later.  In builds for it the linker puts these in the place of
 * their functions (msan_edges.wrap): each calls the real one and declares what
 * that one wrote.  What they return needs nothing.
 */
#include <sys/stat.h>

#include <bzlib.h>
#include <cjson/cJSON.h>
#include <sanitizer/msan_interface.h>
#include <zlib.h>

/* --- files --- */

int __real_stat64(const char *path, struct stat *st);

int
__wrap_stat64(const char *path, struct stat *st)
{
	__msan_unpoison(st, sizeof(*st));
	return __real_stat64(path, st);
}

int __real_lstat64(const char *path, struct stat *st);

int
__wrap_lstat64(const char *path, struct stat *st)
{
	__msan_unpoison(st, sizeof(*st));
	return __real_lstat64(path, st);
}

int __real_fstat64(int fd, struct stat *st);

int
__wrap_fstat64(int fd, struct stat *st)
{
	__msan_unpoison(st, sizeof(*st));
	return __real_fstat64(fd, st);
}

/* --- compression --- */

int __real_inflate(z_stream *z, int flush);

int
__wrap_inflate(z_stream *z, int flush)
{
	Bytef *out = z->next_out;
	int rc = __real_inflate(z, flush);

	__msan_unpoison(out, (size_t)(z->next_out - out));
	return rc;
}

int __real_deflate(z_stream *z, int flush);

int
__wrap_deflate(z_stream *z, int flush)
{
	Bytef *out = z->next_out;
	int rc = __real_deflate(z, flush);

	__msan_unpoison(out, (size_t)(z->next_out - out));
	return rc;
}

int __real_BZ2_bzDecompress(bz_stream *z);

int
__wrap_BZ2_bzDecompress(bz_stream *z)
{
	char *out = z->next_out;
	int rc = __real_BZ2_bzDecompress(z);

	__msan_unpoison(out, (size_t)(z->next_out - out));
	return rc;
}

int __real_BZ2_bzCompress(bz_stream *z, int action);

int
__wrap_BZ2_bzCompress(bz_stream *z, int action)
{
	char *out = z->next_out;
	int rc = __real_BZ2_bzCompress(z, action);

	__msan_unpoison(out, (size_t)(z->next_out - out));
	return rc;
}

int __real_BZ2_bzBuffToBuffCompress(char *to, unsigned *to_n, char *from,
    unsigned n, int size, int verbosity, int work);

int
__wrap_BZ2_bzBuffToBuffCompress(char *to, unsigned *to_n, char *from,
    unsigned n, int size, int verbosity, int work)
{
	int rc = __real_BZ2_bzBuffToBuffCompress(
	    to, to_n, from, n, size, verbosity, work);

	__msan_unpoison(to, *to_n);
	return rc;
}

/* --- JSON --- */

static cJSON *
node_written(cJSON *o)
{
	if (o == NULL)
		return NULL;
	__msan_unpoison(o, sizeof(*o));
	if (o->string != NULL)
		__msan_unpoison_string(o->string);
	if (o->valuestring != NULL)
		__msan_unpoison_string(o->valuestring);
	return o;
}

static cJSON *
tree_written(cJSON *o)
{
	if (node_written(o) == NULL)
		return NULL;
	for (cJSON *child = o->child; child != NULL; child = child->next)
		(void)tree_written(child);
	return o;
}

static char *
text_written(char *s)
{
	if (s != NULL)
		__msan_unpoison_string(s);
	return s;
}

cJSON *__real_cJSON_CreateArray(void);

cJSON *
__wrap_cJSON_CreateArray(void)
{
	return node_written(__real_cJSON_CreateArray());
}

cJSON *__real_cJSON_CreateObject(void);

cJSON *
__wrap_cJSON_CreateObject(void)
{
	return node_written(__real_cJSON_CreateObject());
}

cJSON *__real_cJSON_CreateNull(void);

cJSON *
__wrap_cJSON_CreateNull(void)
{
	return node_written(__real_cJSON_CreateNull());
}

cJSON *__real_cJSON_CreateBool(cJSON_bool is);

cJSON *
__wrap_cJSON_CreateBool(cJSON_bool is)
{
	return node_written(__real_cJSON_CreateBool(is));
}

cJSON *__real_cJSON_CreateNumber(double n);

cJSON *
__wrap_cJSON_CreateNumber(double n)
{
	return node_written(__real_cJSON_CreateNumber(n));
}

cJSON *__real_cJSON_CreateString(const char *s);

cJSON *
__wrap_cJSON_CreateString(const char *s)
{
	return node_written(__real_cJSON_CreateString(s));
}

cJSON *__real_cJSON_Parse(const char *text);

cJSON *
__wrap_cJSON_Parse(const char *text)
{
	return tree_written(__real_cJSON_Parse(text));
}

cJSON *__real_cJSON_ParseWithLength(const char *text, size_t n);

cJSON *
__wrap_cJSON_ParseWithLength(const char *text, size_t n)
{
	return tree_written(__real_cJSON_ParseWithLength(text, n));
}

cJSON *__real_cJSON_ParseWithLengthOpts(
    const char *text, size_t n, const char **end, cJSON_bool whole);

cJSON *
__wrap_cJSON_ParseWithLengthOpts(
    const char *text, size_t n, const char **end, cJSON_bool whole)
{
	if (end != NULL)
		__msan_unpoison(end, sizeof(*end));
	return tree_written(
	    __real_cJSON_ParseWithLengthOpts(text, n, end, whole));
}

char *__real_cJSON_Print(const cJSON *o);

char *
__wrap_cJSON_Print(const cJSON *o)
{
	char *text;

	/* it hands what it wrote itself to functions that look at it */
	__msan_scoped_disable_interceptor_checks();
	text = __real_cJSON_Print(o);
	__msan_scoped_enable_interceptor_checks();
	return text_written(text);
}

char *__real_cJSON_PrintUnformatted(const cJSON *o);

char *
__wrap_cJSON_PrintUnformatted(const cJSON *o)
{
	char *text;

	/* it hands what it wrote itself to functions that look at it */
	__msan_scoped_disable_interceptor_checks();
	text = __real_cJSON_PrintUnformatted(o);
	__msan_scoped_enable_interceptor_checks();
	return text_written(text);
}
