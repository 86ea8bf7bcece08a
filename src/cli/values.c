#include "cli/values.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan.h"

/*
 * Digits are taken by hand: strtoul() and strtod() would also take signs,
 * spaces, hexadecimal and the decimal comma of a locale.
 */

#define SHARE_DIGITS_MAX 15 /* a double holds that many exactly */

enum blk_status
values_asn(const char *text, uint32_t *out)
{
	uint32_t asn;

	if ((text[0] | 0x20) == 'a' && (text[1] | 0x20) == 's')
		text += 2;
	if (!scan_asn(&text, &asn) || *text != '\0' || asn == 0 ||
	    asn == UINT32_MAX)
		return BLK_EUSAGE;
	*out = asn;
	return BLK_OK;
}

enum blk_status
values_share(const char *text, double *out)
{
	uint64_t n = 0;
	double scale = 1;
	int digits = 0;
	const char *p = text;

	for (bool point = false; *p != '\0' && *p != '%'; p++) {
		if (*p == '.' && !point) {
			point = true;
		} else if (*p >= '0' && *p <= '9' &&
		    digits++ < SHARE_DIGITS_MAX) {
			n = n * 10 + (uint64_t)(*p - '0');
			scale *= point ? 10 : 1;
		} else {
			return BLK_EUSAGE;
		}
	}
	if (*p == '%') {
		p++;
		scale *= 100;
	}
	if (*p != '\0' || digits == 0 || (double)n > scale)
		return BLK_EUSAGE;
	*out = (double)n / scale;
	return BLK_OK;
}

enum blk_status
values_count(const char *text, unsigned max, unsigned *out)
{
	uint64_t n;

	if (!scan_number(&text, max, &n) || *text != '\0' || n == 0)
		return BLK_EUSAGE;
	*out = (unsigned)n;
	return BLK_OK;
}

/* Take the items of text, which is cut up; *n counts them. */
static enum blk_status
take_items(char *text, const char *separators, bool negated, size_t *n,
    values_item take, void *arg)
{
	enum blk_status status;
	char *rest = NULL;

	for (char *item = strtok_r(text, separators, &rest); item != NULL;
	     item = strtok_r(NULL, separators, &rest)) {
		const bool not = item[0] == '!';

		++*n;
		status = take(arg, item + not, not != negated);
		if (status != BLK_OK)
			return status;
	}
	return BLK_OK;
}

static enum blk_status
take_file(const char *path, const char *separators, bool negated, size_t *n,
    values_item take, void *arg)
{
	FILE *in = fopen(path, "r");
	enum blk_status status = BLK_OK;
	char *line = NULL;
	size_t cap = 0;

	if (in == NULL)
		return BLK_EIO;
	while (status == BLK_OK && getline(&line, &cap, in) >= 0) {
		line[strcspn(line, "#\r\n")] = '\0';
		status = take_items(
		    scan_trim(line), separators, negated, n, take, arg);
	}
	if (status == BLK_OK && ferror(in))
		status = BLK_EIO;
	free(line);
	/* errno is for the caller, and closing a file read says nothing. */
	const int error = errno;
	fclose(in);
	errno = error;
	return status;
}

/* Items of text, between which there is between; or of the file it names. */
static enum blk_status
take_values(const char *text, const char *between, const char *between_in_file,
    values_item take, void *arg)
{
	const bool negated = text[0] == '!' && text[1] == '@';
	enum blk_status status;
	size_t n = 0;
	char *copy;

	if (text[negated] == '@') {
		status = take_file(text + negated + 1, between_in_file, negated,
		    &n, take, arg);
	} else {
		copy = strdup(text);
		if (copy == NULL)
			return BLK_ENOMEM;
		status = take_items(copy, between, false, &n, take, arg);
		free(copy);
	}
	return status == BLK_OK && n == 0 ? BLK_EUSAGE : status;
}

enum blk_status
values_list(const char *text, values_item take, void *arg)
{
	return take_values(text, ",", ", \t", take, arg);
}

enum blk_status
values_lines(const char *text, values_item take, void *arg)
{
	return take_values(text, "", "", take, arg);
}
