#ifndef BLACKOUT_CLI_SCREEN_H
#define BLACKOUT_CLI_SCREEN_H

#include <stdbool.h>

/* What the terminal behind a descriptor can show. */

/* Whether there is one, and it obeys control sequences. */
bool screen_obeys(int fd);

/* Its width in characters; 80 if it does not tell. */
unsigned screen_columns(int fd);

/* Whether the user's locale is one of UTF-8.  It is looked at, never set. */
bool screen_utf8(void);

#endif
