#ifndef BLACKOUT_TIMEFMT_H
#define BLACKOUT_TIMEFMT_H

#include <stdint.h>

#include "blackout/status.h"

/*
 * Time is UTC in microseconds since 1970-01-01T00:00:00Z; intervals are
 * half-open, [start, end).  No function here looks at the clock or the zone.
 */
typedef int64_t usec_t;

#define USEC_PER_SEC INT64_C(1000000)
#define USEC_NONE INT64_MIN /* no such moment */

#define TIMEFMT_STRLEN 32

/* Whole seconds at or before t, also for times before 1970. */
int64_t usec_floor_sec(usec_t t);

/* "2014-12-22T16:15:07Z", rounded down to the second; returns buf. */
char *timefmt_rfc3339(usec_t t, char buf[TIMEFMT_STRLEN]);

/* "2014-12-22 16:15:07", rounded down to the second; returns buf. */
char *timefmt_table(usec_t t, char buf[TIMEFMT_STRLEN]);

/*
 * A length of time for people: "47s", "31m04s", "9h31m", "3d04h", rounded down
 * to what is shown; returns buf.
 */
char *timefmt_duration(usec_t d, char buf[TIMEFMT_STRLEN]);

/*
 * Read a moment: RFC 3339 ("2014-12-22T16:15:07Z", an offset, a fraction),
 * "2014-12-22 16:15[:07]" or "2014-12-22" (UTC), or Unix seconds.  Seconds and
 * zone may be left out in any of them; digits finer than a microsecond are cut
 * off.  BLK_EUSAGE if the text is none of them; out is unchanged.
 */
enum blk_status timefmt_parse(const char *text, usec_t *out);

/*
 * The same for a moment that says its zone: RFC 3339 with "Z" or an offset of
 * up to 14 hours, seconds optional ("2014-12-23T01:15+09:00").  *ahead becomes
 * the seconds that the zone is ahead of UTC.  BLK_EUSAGE: nothing is changed.
 */
enum blk_status timefmt_parse_zoned(const char *text, usec_t *out, int *ahead);

/* Read what a zone is ahead of UTC: "+09:00", "-03:30"; up to 14 hours. */
enum blk_status timefmt_parse_offset(const char *text, int *ahead);

/*
 * Read a length of time: "90", "90s", "15m", "8h", "2d", "1h30m".  Numbers are
 * whole; each unit stands once, greater ones first.
 * BLK_EUSAGE if the text is no such thing; out is unchanged.
 */
enum blk_status timefmt_parse_duration(const char *text, usec_t *out);

/*
 * Seconds since 1970 of a UTC date and time.  Fields are not range-checked:
 * what is too much for one is carried into the next, as month 13 is January.
 */
int64_t timefmt_from_civil(
    int year, int month, int day, int hour, int minute, int second);

#endif
