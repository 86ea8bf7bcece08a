#ifndef TEMP_DIR_H
#define TEMP_DIR_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder for one test, and files in it. */

struct temp_dir {
	char path[256];
};

static inline void
temp_dir_make(struct temp_dir *t)
{
	strcpy(t->path, "/tmp/blackout-test-XXXXXX");
	if (mkdtemp(t->path) == NULL)
		abort();
}

/* The path of name in t; in one of a few static buffers, used in turn. */
static inline const char *
temp_path(const struct temp_dir *t, const char *name)
{
	static char buf[8][600];
	static unsigned turn;

	turn = (turn + 1) % 8;
	snprintf(buf[turn], sizeof(buf[turn]), "%s/%s", t->path, name);
	return buf[turn];
}

/* Make the folders of name, and name itself with these bytes. */
static inline const char *
temp_file(
    const struct temp_dir *t, const char *name, const void *bytes, size_t n)
{
	const char *path = temp_path(t, name);
	char folder[600];
	FILE *f;

	for (const char *p = path + strlen(t->path) + 1;
	     (p = strchr(p, '/')) != NULL; p++) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(p - path), path);
		(void)mkdir(folder, 0700);
	}
	f = fopen(path, "wb");
	if (f == NULL || fwrite(bytes, 1, n, f) != n)
		abort();
	fclose(f);
	return path;
}

static inline void
temp_dir_remove_path(const char *path)
{
	char member[600];
	struct dirent *e;
	DIR *d = opendir(path);

	while (d != NULL && (e = readdir(d)) != NULL) {
		struct stat st;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(member, sizeof(member), "%.300s/%s", path, e->d_name);
		if (lstat(member, &st) == 0 && S_ISDIR(st.st_mode))
			temp_dir_remove_path(member);
		else
			(void)unlink(member);
	}
	if (d != NULL)
		closedir(d);
	(void)rmdir(path);
}

static inline void
temp_dir_remove(const struct temp_dir *t)
{
	temp_dir_remove_path(t->path);
}

#endif
