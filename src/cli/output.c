/* realpath() is of the X/Open part of POSIX. */
#define _XOPEN_SOURCE 700

#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/diag.h"
#include "cli/screen.h"

/*
 * The temporary file lies beside the target, because rename() works within a
 * file system only.  Instead of a handler that would have to know its name,
 * the signals wait for the short time in which it exists.
 */

#define BUFFER_SIZE (1u << 20)
#define NAME_EXTRA 32 /* room for what temp_name() adds */

static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

#define SIGNAL_N (sizeof(ending_signals) / sizeof(ending_signals[0]))

static void
block_signals(sigset_t *old)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < SIGNAL_N; i++)
		sigaddset(&set, ending_signals[i]);
	sigprocmask(SIG_BLOCK, &set, old);
}

static bool
signal_waits(void)
{
	sigset_t set;

	sigpending(&set);
	for (size_t i = 0; i < SIGNAL_N; i++) {
		if (sigismember(&set, ending_signals[i]) == 1)
			return true;
	}
	return false;
}

/* The file behind path, if it is a link to one; path itself if it is new. */
static char *
resolve(const char *path)
{
	char *real = realpath(path, NULL);

	return real != NULL || errno != ENOENT ? real : strdup(path);
}

/* True for what must not be replaced by a file: a device, a pipe. */
static bool
is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) &&
	    !S_ISDIR(st.st_mode);
}

static char *
temp_name(const char *target)
{
	const size_t len = strlen(target) + NAME_EXTRA;
	char *name = malloc(len);

	if (name != NULL)
		snprintf(name, len, "%s.%ld.tmp", target, (long)getpid());
	return name;
}

static enum blk_status
open_temp(struct output *o)
{
	struct stat st;
	int fd;

	block_signals(&o->mask);
	fd = open(o->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd >= 0 && stat(o->target, &st) == 0)
		(void)fchmod(fd, st.st_mode & 0777);
	if (fd >= 0)
		o->file = fdopen(fd, "w");
	if (o->file != NULL)
		return BLK_OK;
	if (fd >= 0) {
		close(fd);
		unlink(o->temp);
	}
	sigprocmask(SIG_SETMASK, &o->mask, NULL);
	return BLK_EIO;
}

static void
free_names(struct output *o)
{
	free(o->target);
	free(o->temp);
	o->target = NULL;
	o->temp = NULL;
}

static enum blk_status
open_path(struct output *o, const char *path)
{
	enum blk_status status;

	if (is_special(path)) {
		o->file = fopen(path, "w");
		return o->file != NULL ? BLK_OK : BLK_EIO;
	}
	o->target = resolve(path);
	if (o->target == NULL)
		return errno == ENOMEM ? BLK_ENOMEM : BLK_EIO;
	o->temp = temp_name(o->target);
	status = o->temp != NULL ? open_temp(o) : BLK_ENOMEM;
	if (status != BLK_OK)
		free_names(o);
	return status;
}

enum blk_status
output_open(struct output *o, const char *path)
{
	enum blk_status status = BLK_OK;

	memset(o, 0, sizeof(*o));
	if (path == NULL)
		o->file = stdout;
	else
		status = open_path(o, path);
	if (status == BLK_OK)
		setvbuf(o->file, NULL, _IOFBF, BUFFER_SIZE);
	return status;
}

enum blk_status
output_check(const char *path)
{
	struct stat st;
	char *copy;
	int rc;

	if (path == NULL)
		return BLK_OK;
	if (stat(path, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			return access(path, W_OK) == 0 ? BLK_OK : BLK_EIO;
		errno = EISDIR;
		return BLK_EIO;
	}
	copy = strdup(path);
	if (copy == NULL)
		return BLK_ENOMEM;
	rc = access(dirname(copy), W_OK | X_OK);
	free(copy);
	return rc == 0 ? BLK_OK : BLK_EIO;
}

enum blk_status
output_close(struct output *o, bool keep)
{
	int error = errno;
	bool sound = !ferror(o->file);

	if (fflush(o->file) != 0) {
		sound = false;
		error = errno;
	}
	/* Standard output is left open: others may still write there. */
	if (o->file != stdout && fclose(o->file) != 0 && sound) {
		sound = false;
		error = errno;
	}
	if (o->temp != NULL) {
		keep = keep && sound && !signal_waits();
		if (keep && rename(o->temp, o->target) != 0) {
			keep = sound = false;
			error = errno;
		}
		if (!keep)
			unlink(o->temp);
		free_names(o);
		sigprocmask(SIG_SETMASK, &o->mask, NULL);
	}
	errno = error;
	return sound ? BLK_OK : BLK_EIO;
}

bool
output_interrupted(const struct output *o)
{
	return o->temp != NULL && signal_waits();
}

bool
output_report(const char *path,
    enum blk_status (*write)(const struct output *o, void *arg), void *arg)
{
	enum blk_status status, closed;
	struct output o;

	status = output_open(&o, path);
	if (status == BLK_OK) {
		status = write(&o, arg);
		closed = output_close(&o, status == BLK_OK);
		status = status == BLK_OK ? closed : status;
	}
	if (status >= BLK_OK)
		return true;
	if (status == BLK_ENOMEM)
		diag_error("%s", blk_strstatus(status));
	else if (errno != EPIPE) /* whoever reads us has had enough */
		diag_file(path != NULL ? path : "standard output",
		    strerror(errno), "the report is not whole");
	return false;
}

struct report_style
output_style(const struct output *o)
{
	const char *no_colour = getenv("NO_COLOR");
	const int fd = fileno(o->file);
	struct report_style style = {0};

	if (!isatty(fd))
		return style;
	style.colour =
	    screen_obeys(fd) && (no_colour == NULL || no_colour[0] == '\0');
	style.columns = screen_columns(fd);
	style.utf8 = screen_utf8();
	return style;
}
