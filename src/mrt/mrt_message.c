/*
 * Records of single messages and state changes: BGP4MP and BGP4MP_ET (RFC
 * 6396, 4.4; RFC 8050, 3) and the deprecated type 5 (RFC 6396, B.2).  What a
 * subtype holds is a row of a table.
 *
 *     BGP4MP            type 5
 *     peer AS  2 or 4   peer AS       2
 *     local AS 2 or 4   peer address  4
 *     interface     2   UPDATE, OPEN, NOTIFY, KEEPALIVE only:
 *     AFI           2     local AS      2
 *     peer address      local address 4
 *     local address     the message without header, or the two states
 *     a message, or the two states
 */
#include "mrt_priv.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct form {
	bool read;
	bool state; /* two states instead of a message */
	bool as4;
	bool sent;
	bool addpath;
};

static const struct form forms[] = {
    [MRT_BGP4MP_STATE_CHANGE] = {.read = true, .state = true},
    [MRT_BGP4MP_MESSAGE] = {.read = true},
    [MRT_BGP4MP_ENTRY] = {.read = false},
    [MRT_BGP4MP_SNAPSHOT] = {.read = false},
    [MRT_BGP4MP_MESSAGE_AS4] = {.read = true, .as4 = true},
    [MRT_BGP4MP_STATE_CHANGE_AS4] = {.read = true, .state = true, .as4 = true},
    [MRT_BGP4MP_MESSAGE_LOCAL] = {.read = true, .sent = true},
    [MRT_BGP4MP_MESSAGE_AS4_LOCAL] = {.read = true, .as4 = true, .sent = true},
    [MRT_BGP4MP_MESSAGE_ADDPATH] = {.read = true, .addpath = true},
    [MRT_BGP4MP_MESSAGE_AS4_ADDPATH] = {.read = true,
	.as4 = true,
	.addpath = true},
    [MRT_BGP4MP_MESSAGE_LOCAL_ADDPATH] = {.read = true,
	.sent = true,
	.addpath = true},
    [MRT_BGP4MP_MESSAGE_AS4_LOCAL_ADDPATH] = {.read = true,
	.as4 = true,
	.sent = true,
	.addpath = true},
};

static void
read_as_numbers(struct cursor *c, bool as4, struct mrt_message *out)
{
	out->peer_as = as4 ? cur_be32(c) : cur_be16(c);
	out->local_as = as4 ? cur_be32(c) : cur_be16(c);
}

/*
 * Zebra and FRR write a session without addresses by leaving out everything
 * between the AS numbers and the payload, which then starts with the 16 bytes
 * 0xFF of a BGP marker, or is all of the two states.
 */
static inline bool
lacks_addresses(struct cursor c, bool state)
{
	unsigned ff = 0;

	if (state)
		return cur_left(&c) == 4;
	while (ff < 16 && cur_u8(&c) == 0xff)
		ff++;
	return ff == 16;
}

static enum blk_status
read_addresses(struct cursor *c, struct mrt_message *out)
{
	unsigned afi;

	cur_skip(c, 2); /* interface index */
	afi = cur_be16(c);
	if (!cur_ok(c))
		return BLK_ETRUNC;
	if (afi_bits(afi) == 0)
		return BLK_EUNSUP;
	ipaddr_read(c, (enum afi)afi, &out->peer_addr);
	ipaddr_read(c, (enum afi)afi, &out->local_addr);
	return cur_ok(c) ? BLK_OK : BLK_ETRUNC;
}

static enum blk_status
read_states(struct cursor *c, struct mrt_message *out)
{
	out->kind = MRT_MSG_STATE;
	out->old_state = cur_be16(c);
	out->new_state = cur_be16(c);
	if (!cur_ok(c))
		return BLK_ETRUNC;
	return cur_done(c) ? BLK_OK : BLK_EBAD;
}

/* Field by field: to clear the whole is what takes longest here. */
static void
set_form(struct mrt_message *out, const struct form *form)
{
	out->as4 = form->as4;
	out->addpath = form->addpath;
	out->sent = form->sent;
	out->old_state = 0;
	out->new_state = 0;
	out->msg = cur_empty();
}

static void
set_no_addresses(struct mrt_message *out)
{
	static const struct ipaddr none;

	out->peer_addr = none;
	out->local_addr = none;
}

static enum blk_status
read_bgp4mp(
    struct cursor c, const struct form *form, bool as4, struct mrt_message *out)
{
	enum blk_status status;

	set_form(out, form);
	read_as_numbers(&c, as4, out);
	if (lacks_addresses(c, form->state)) {
		set_no_addresses(out);
	} else {
		status = read_addresses(&c, out);
		if (status != BLK_OK)
			return status;
	}
	if (form->state)
		return read_states(&c, out);
	out->kind = MRT_MSG_BGP;
	out->msg = mrt_rest(&c);
	return BLK_OK;
}

static enum blk_status
bgp4mp_read(const struct mrt_record *rec, struct mrt_message *out)
{
	const struct form *form;
	enum blk_status status;

	if (rec->subtype >= COUNT(forms) || !forms[rec->subtype].read)
		return BLK_EUNSUP;
	form = &forms[rec->subtype];
	status = read_bgp4mp(rec->body, form, form->as4, out);
	if (status == BLK_OK || !form->state)
		return status;

	/* A state change says its length, so a wrong width shows. */
	if (read_bgp4mp(rec->body, form, !form->as4, out) == BLK_OK)
		return BLK_OK;
	return status;
}

static enum blk_status
legacy_read(const struct mrt_record *rec, struct mrt_message *out)
{
	static const struct form none = {0};
	struct cursor c = rec->body;

	set_form(out, &none);
	set_no_addresses(out);
	out->peer_as = 0;
	out->local_as = 0;
	out->kind = MRT_MSG_OTHER;
	if (rec->subtype != MRT_BGP_UPDATE &&
	    rec->subtype != MRT_BGP_STATE_CHANGE)
		return rec->subtype <= MRT_BGP_KEEPALIVE ? BLK_OK : BLK_EUNSUP;

	out->peer_as = cur_be16(&c);
	ipaddr_read(&c, AFI_IPV4, &out->peer_addr);
	if (rec->subtype == MRT_BGP_STATE_CHANGE)
		return read_states(&c, out);
	out->local_as = cur_be16(&c);
	ipaddr_read(&c, AFI_IPV4, &out->local_addr);
	out->kind = MRT_MSG_UPDATE;
	out->msg = mrt_rest(&c);
	return cur_ok(&c) ? BLK_OK : BLK_ETRUNC;
}

enum blk_status
mrt_message_read(const struct mrt_record *rec, struct mrt_message *out)
{
	if (rec->type == MRT_BGP4MP || rec->type == MRT_BGP4MP_ET)
		return bgp4mp_read(rec, out);
	if (rec->type == MRT_BGP)
		return legacy_read(rec, out);
	return BLK_EUNSUP;
}

/*
 * What lacks addresses is no head: either its AFI, the last two of the twelve
 * bytes that are looked at here, is 0xffff, or it is too short.
 */
struct cursor
mrt_message_head(const struct mrt_record *rec, struct cursor *msg)
{
	struct cursor c = rec->body;
	const struct form *form;
	unsigned afi;
	size_t len;

	if ((rec->type != MRT_BGP4MP && rec->type != MRT_BGP4MP_ET) ||
	    rec->subtype >= COUNT(forms))
		return cur_empty();
	form = &forms[rec->subtype];
	if (!form->read || form->state)
		return cur_empty();
	len = form->as4 ? 10 : 6;
	cur_skip(&c, len);
	afi = cur_be16(&c);
	len += 2 + 2 * (afi_bits(afi) / 8);
	if (afi_bits(afi) == 0 || cur_left(&rec->body) < len)
		return cur_empty();
	*msg = rec->body;
	return cur_sub(msg, len);
}
