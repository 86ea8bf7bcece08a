#include <dirent.h>
#include <sys/stat.h>

#include "fuzz/fuzz.h"

/*
 * The main() of a fuzz target where there is no libFuzzer: the inputs are the
 * files given, and those of the folders given.  It is a failure if there is
 * none.
 */

#define INPUT_MAX ((size_t)16 << 20)

static size_t inputs;

static int
replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *room = malloc(INPUT_MAX), *data;
	size_t n;

	if (f == NULL || room == NULL) {
		perror(path);
		return 1;
	}
	n = fread(room, 1, INPUT_MAX, f);
	fclose(f);
	/* of the very size, so that a read past its end shows */
	data = malloc(n > 0 ? n : 1);
	if (data == NULL)
		return 1;
	memcpy(data, room, n);
	free(room);
	printf("%s\n", path);
	fflush(stdout);
	(void)LLVMFuzzerTestOneInput(data, n);
	free(data);
	inputs++;
	return 0;
}

static int
replay(const char *path)
{
	struct dirent **list;
	struct stat st;
	int failed = 0, n;

	if (stat(path, &st) != 0) {
		perror(path);
		return 1;
	}
	if (!S_ISDIR(st.st_mode))
		return replay_file(path);
	n = scandir(path, &list, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		char member[4096];

		snprintf(
		    member, sizeof(member), "%s/%s", path, list[i]->d_name);
		if (list[i]->d_name[0] != '.')
			failed |= replay(member);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return failed;
}

int
main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	if (inputs == 0)
		fprintf(stderr, "%s: no input\n", argv[0]);
	return failed != 0 || inputs == 0;
}
