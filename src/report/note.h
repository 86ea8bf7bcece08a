#ifndef REPORT_NOTE_H
#define REPORT_NOTE_H

#include "blackout/outage.h"

#define NOTE_LEN 320

/*
 * What is to be known of an outage besides its times, "ongoing; start
 * uncertain by 3h12m"; mostly nothing.  Returns note.
 */
char *note_window(const struct outage_window *w, char note[NOTE_LEN]);

#endif
