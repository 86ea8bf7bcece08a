#ifndef BLACKOUT_STATUS_H
#define BLACKOUT_STATUS_H

/*
 * What a function that can fail says.  Results go through out-parameters; on
 * any status below 0 they are unchanged unless the header says otherwise.
 */
enum blk_status {
	BLK_OK = 0,
	BLK_END = 1,     /* clean end of a sequence: not an error */
	BLK_ETRUNC = -1, /* input ends where it must not */
	BLK_EBAD = -2,   /* input breaks its format */
	BLK_EUNSUP = -3, /* sound input of a kind that is not read here */
	BLK_ELIMIT = -4, /* a named limit was reached */
	BLK_EIO = -5,    /* the operating system refused; see errno */
	BLK_ENOMEM = -6, /* out of memory */
	BLK_EUSAGE = -7, /* the caller's or the user's words are wrong */
};

/* A short English text for status, without a full stop; never NULL. */
const char *blk_strstatus(enum blk_status status);

#endif
