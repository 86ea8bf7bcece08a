#include "blackout/timefmt.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/*
 * The calendar is computed here and not by libc, whose functions look at the
 * zone, and differ in what they take.  Years are counted from 1 March, so that
 * the leap day is the last of its year and every month before it starts on a
 * fixed day; the calendar repeats every 400 years.
 */

#define SEC_PER_MIN 60
#define SEC_PER_HOUR 3600
#define SEC_PER_DAY 86400

#define OFFSET_MAX (14 * SEC_PER_HOUR) /* no zone is further from UTC */

#define DAYS_PER_YEAR 365
#define DAYS_PER_4_YEARS (4 * DAYS_PER_YEAR + 1)
#define DAYS_PER_CENTURY (25 * DAYS_PER_4_YEARS - 1)
#define DAYS_PER_400_YEARS (4 * DAYS_PER_CENTURY + 1)

/* Days from 0000-03-01 to 1970-01-01. */
#define DAYS_TO_EPOCH 719468

/* The greatest second whose microseconds usec_t can hold. */
#define SEC_MAX (INT64_MAX / USEC_PER_SEC)

struct civil {
	int year, month, day, hour, minute, second;
};

/* The day on which a month starts, in a year that starts on 1 March. */
static const int month_start[12] = {
    0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337};

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t
min_i64(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t
usec_floor_sec(usec_t t)
{
	return floor_div(t, USEC_PER_SEC);
}

/* Days since 1970-01-01 of a date; a month beyond 12 is one of a later year. */
static int64_t
days_from_date(int year, int month, int day)
{
	const int64_t months = (int64_t)year * 12 + month - 3;
	const int64_t y = floor_div(months, 12);

	return y * DAYS_PER_YEAR + floor_div(y, 4) - floor_div(y, 100) +
	    floor_div(y, 400) + month_start[months - y * 12] + day - 1 -
	    DAYS_TO_EPOCH;
}

int64_t
timefmt_from_civil(
    int year, int month, int day, int hour, int minute, int second)
{
	return days_from_date(year, month, day) * SEC_PER_DAY +
	    (int64_t)hour * SEC_PER_HOUR + (int64_t)minute * SEC_PER_MIN +
	    second;
}

/* Set the date of c to the given number of days since 1970-01-01. */
static void
set_date(struct civil *c, int64_t days)
{
	int64_t left = days + DAYS_TO_EPOCH;
	const int64_t cycle = floor_div(left, DAYS_PER_400_YEARS);
	int64_t century, four, year;
	int m = 11;

	/* The last century of a cycle and the last year of four are longer. */
	left -= cycle * DAYS_PER_400_YEARS;
	century = min_i64(left / DAYS_PER_CENTURY, 3);
	left -= century * DAYS_PER_CENTURY;
	four = left / DAYS_PER_4_YEARS;
	left -= four * DAYS_PER_4_YEARS;
	year = min_i64(left / DAYS_PER_YEAR, 3);
	left -= year * DAYS_PER_YEAR;

	while (month_start[m] > left)
		m--;
	c->day = (int)left - month_start[m] + 1;
	c->month = m < 10 ? m + 3 : m - 9;
	c->year =
	    (int)(cycle * 400 + century * 100 + four * 4 + year) + (m >= 10);
}

static struct civil
civil_from_usec(usec_t t)
{
	const int64_t sec = usec_floor_sec(t);
	const int64_t days = floor_div(sec, SEC_PER_DAY);
	const unsigned left = (unsigned)(sec - days * SEC_PER_DAY);
	struct civil c = {
	    .hour = left / SEC_PER_HOUR,
	    .minute = left % SEC_PER_HOUR / SEC_PER_MIN,
	    .second = left % SEC_PER_MIN,
	};

	set_date(&c, days);
	return c;
}

static char *
format_civil(usec_t t, char sep, const char *end, char buf[TIMEFMT_STRLEN])
{
	const struct civil c = civil_from_usec(t);

	/* The % 100 only lets the compiler see that it fits. */
	snprintf(buf, TIMEFMT_STRLEN, "%04d-%02u-%02u%c%02d:%02d:%02d%s",
	    c.year, c.month % 100u, c.day % 100u, sep, c.hour, c.minute,
	    c.second, end);
	return buf;
}

char *
timefmt_rfc3339(usec_t t, char buf[TIMEFMT_STRLEN])
{
	return format_civil(t, 'T', "Z", buf);
}

char *
timefmt_table(usec_t t, char buf[TIMEFMT_STRLEN])
{
	return format_civil(t, ' ', "", buf);
}

/* The two greatest units that matter, the second always in two digits. */
char *
timefmt_duration(usec_t d, char buf[TIMEFMT_STRLEN])
{
	const uint64_t us = d < 0 ? 0 - (uint64_t)d : (uint64_t)d;
	const uint64_t s = us / USEC_PER_SEC;
	const char *sign = d < 0 && s > 0 ? "-" : "";
	const unsigned sec = (unsigned)(s % SEC_PER_MIN);
	const unsigned min = (unsigned)(s / SEC_PER_MIN % 60);
	const unsigned hour = (unsigned)(s / SEC_PER_HOUR % 24);

	if (s < SEC_PER_MIN)
		snprintf(buf, TIMEFMT_STRLEN, "%s%us", sign, sec);
	else if (s < SEC_PER_HOUR)
		snprintf(buf, TIMEFMT_STRLEN, "%s%um%02us", sign, min, sec);
	else if (s < SEC_PER_DAY)
		snprintf(buf, TIMEFMT_STRLEN, "%s%uh%02um", sign, hour, min);
	else
		snprintf(buf, TIMEFMT_STRLEN, "%s%" PRIu64 "d%02uh", sign,
		    s / SEC_PER_DAY, hour);
	return buf;
}

static bool
is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

/*
 * The take_ functions consume what they name from *p, or return false; then
 * *p is of no more use.
 */
static bool
take_char(const char **p, const char *any_of)
{
	if (**p == '\0' || strchr(any_of, **p) == NULL)
		return false;
	(*p)++;
	return true;
}

/* Exactly n digits, whose value is in min..max. */
static bool
take_field(const char **p, int n, int min, int max, int *out)
{
	int v = 0;

	while (n-- > 0) {
		if (!is_digit(**p))
			return false;
		v = v * 10 + (*(*p)++ - '0');
	}
	*out = v;
	return v >= min && v <= max;
}

/* One or more digits, whose value is in 0..max. */
static bool
take_number(const char **p, int64_t max, int64_t *out)
{
	int64_t v = 0;

	if (!is_digit(**p))
		return false;
	for (; is_digit(**p); (*p)++) {
		const int digit = **p - '0';

		if (v > (max - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*out = v;
	return true;
}

static int
days_in_month(int year, int month)
{
	return (int)(days_from_date(year, month + 1, 1) -
	    days_from_date(year, month, 1));
}

static bool
take_date(const char **p, struct civil *c)
{
	return take_field(p, 4, 0, 9999, &c->year) && take_char(p, "-") &&
	    take_field(p, 2, 1, 12, &c->month) && take_char(p, "-") &&
	    take_field(p, 2, 1, days_in_month(c->year, c->month), &c->day);
}

/* The digits after a point, in microseconds; finer ones are cut off. */
static bool
take_fraction(const char **p, int64_t *us)
{
	int64_t unit = USEC_PER_SEC / 10;

	if (!is_digit(**p))
		return false;
	for (*us = 0; is_digit(**p); (*p)++, unit /= 10)
		*us += (**p - '0') * unit;
	return true;
}

/* "Z" or "+01:00": the seconds that the zone is ahead of UTC. */
static bool
take_zone(const char **p, int64_t *ahead)
{
	const int sign = **p == '-' ? -1 : 1;
	int hour, minute;

	*ahead = 0;
	if (take_char(p, "Zz"))
		return true;
	if (!take_char(p, "+-") || !take_field(p, 2, 0, 23, &hour) ||
	    !take_char(p, ":") || !take_field(p, 2, 0, 59, &minute))
		return false;
	*ahead = sign * (hour * SEC_PER_HOUR + minute * SEC_PER_MIN);
	return true;
}

/* "16:15", "16:15:07" or "16:15:07.25", then a zone or nothing (UTC). */
static bool
take_time(const char **p, struct civil *c, int64_t *us, int64_t *ahead)
{
	if (!take_field(p, 2, 0, 23, &c->hour) || !take_char(p, ":") ||
	    !take_field(p, 2, 0, 59, &c->minute))
		return false;
	if (take_char(p, ":")) {
		if (!take_field(p, 2, 0, 60, &c->second))
			return false;
		if (take_char(p, ".") && !take_fraction(p, us))
			return false;
	}
	return **p == '\0' || take_zone(p, ahead);
}

/* zoned: the text ended with a zone. */
static bool
parse_civil(const char *p, usec_t *out, int64_t *zone, bool *zoned)
{
	struct civil c = {.year = 0};
	const char *text = p;
	int64_t us = 0, ahead = 0, sec;

	if (!take_date(&p, &c))
		return false;
	if (*p != '\0' &&
	    !(take_char(&p, "Tt ") && take_time(&p, &c, &us, &ahead)))
		return false;
	if (*p != '\0')
		return false;
	sec = timefmt_from_civil(
		  c.year, c.month, c.day, c.hour, c.minute, c.second) -
	    ahead;
	/* A leap second is the last of a UTC day: 23:59:60. */
	if (c.second == 60 && sec % SEC_PER_DAY != 0)
		return false;
	*out = sec * USEC_PER_SEC + us;
	*zone = ahead;
	/* A date has its dashes at 4 and 7, a zone's sign comes later. */
	*zoned = strpbrk(text, "Zz+") != NULL || strchr(text + 8, '-') != NULL;
	return true;
}

static bool
zone_exists(int64_t ahead)
{
	return ahead <= OFFSET_MAX && ahead >= -OFFSET_MAX;
}

enum blk_status
timefmt_parse_zoned(const char *text, usec_t *out, int *ahead)
{
	int64_t zone;
	bool zoned;
	usec_t t;

	if (!parse_civil(text, &t, &zone, &zoned) || !zoned ||
	    !zone_exists(zone))
		return BLK_EUSAGE;
	*out = t;
	*ahead = (int)zone;
	return BLK_OK;
}

enum blk_status
timefmt_parse_offset(const char *text, int *ahead)
{
	const char *p = text;
	int64_t zone;

	if ((*p != '+' && *p != '-') || !take_zone(&p, &zone) || *p != '\0' ||
	    !zone_exists(zone))
		return BLK_EUSAGE;
	*ahead = (int)zone;
	return BLK_OK;
}

enum blk_status
timefmt_parse(const char *text, usec_t *out)
{
	const char *p = text;
	int64_t sec, zone;
	bool zoned;

	if (take_number(&p, SEC_MAX, &sec) && *p == '\0') {
		*out = sec * USEC_PER_SEC;
		return BLK_OK;
	}
	return parse_civil(text, out, &zone, &zoned) ? BLK_OK : BLK_EUSAGE;
}

enum blk_status
timefmt_parse_duration(const char *text, usec_t *out)
{
	static const char units[] = "dhms";
	static const int64_t unit_sec[] = {
	    SEC_PER_DAY, SEC_PER_HOUR, SEC_PER_MIN, 1};
	const char *p = text;
	int64_t n, sum = 0;

	if (take_number(&p, SEC_MAX, &n) && *p == '\0') {
		*out = n * USEC_PER_SEC;
		return BLK_OK;
	}
	/* Each unit once, from the greatest down: "1h30m", never "30m1h". */
	p = text;
	for (const char *from = units; p == text || *p != '\0';) {
		const char *unit;

		if (!take_number(&p, SEC_MAX, &n) || *p == '\0')
			return BLK_EUSAGE;
		unit = strchr(from, *p++);
		if (unit == NULL ||
		    n > (SEC_MAX - sum) / unit_sec[unit - units])
			return BLK_EUSAGE;
		sum += n * unit_sec[unit - units];
		from = unit + 1;
	}
	*out = sum * USEC_PER_SEC;
	return BLK_OK;
}
