#ifndef BASE_SCAN_H
#define BASE_SCAN_H

#include <stdbool.h>
#include <stdint.h>

/* Numbers and words in text that people and registries write. */

/*
 * Take digits at *p as a number up to max; *p is then behind them.  False:
 * there are none, or it is larger; nothing has changed.
 */
bool scan_number(const char **p, uint64_t max, uint64_t *out);

/* The same of an AS number, 0 to 4294967295, also as asdot (RFC 5396). */
bool scan_asn(const char **p, uint32_t *out);

/* Cut off spaces and tabs at both ends of text, which is changed. */
char *scan_trim(char *text);

#endif
