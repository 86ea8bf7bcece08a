#include "blackout/status.h"

#include <stddef.h>

/*
 * One row for each status, indexed by the distance below BLK_END, the
 * greatest of them.
 */
#define ROW(status) [BLK_END - (status)]

static const char *const texts[] = {
    ROW(BLK_END) = "end of input",
    ROW(BLK_OK) = "no error",
    ROW(BLK_ETRUNC) = "input ends early",
    ROW(BLK_EBAD) = "input is malformed",
    ROW(BLK_EUNSUP) = "input of an unsupported kind",
    ROW(BLK_ELIMIT) = "a limit was reached",
    ROW(BLK_EIO) = "input/output error",
    ROW(BLK_ENOMEM) = "out of memory",
    ROW(BLK_EUSAGE) = "invalid argument",
};

const char *
blk_strstatus(enum blk_status status)
{
	const int n = (int)(sizeof(texts) / sizeof(texts[0]));

	if ((int)status > BLK_END || (int)status <= BLK_END - n)
		return "unknown status";
	return texts[BLK_END - (int)status];
}
