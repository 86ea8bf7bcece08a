#include "base/scan.h"

#include <string.h>

bool
scan_number(const char **p, uint64_t max, uint64_t *out)
{
	const char *s = *p;
	uint64_t n = 0;

	for (; *s >= '0' && *s <= '9'; s++) {
		n = n * 10 + (uint64_t)(*s - '0');
		if (n > max)
			return false;
	}
	if (s == *p)
		return false;
	*p = s;
	*out = n;
	return true;
}

bool
scan_asn(const char **p, uint32_t *out)
{
	const char *s = *p;
	uint64_t n, low;

	if (!scan_number(&s, UINT32_MAX, &n))
		return false;
	if (*s == '.') {
		s++;
		if (n > UINT16_MAX || !scan_number(&s, UINT16_MAX, &low))
			return false;
		n = n << 16 | low;
	}
	*p = s;
	*out = (uint32_t)n;
	return true;
}

char *
scan_trim(char *text)
{
	size_t n;

	text += strspn(text, " \t");
	n = strlen(text);
	while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		n--;
	text[n] = '\0';
	return text;
}
