#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed/batch.h"

/* Three routes, as all that a message says. */
static struct event
whole(enum event_type type, enum afi afi)
{
	return (struct event){.type = (uint8_t)type,
	    .afi = (uint8_t)afi,
	    .routes = {.n = 3, .message = EVENT_WHOLE}};
}

/* What a message of one event says is what its routes are. */
static void
test_a_message_of_one_event(void **state)
{
	static const enum event_type types[] = {
	    EVENT_ANNOUNCE, EVENT_REFUSE, EVENT_WITHDRAW};
	const struct event_batch none = {.event_n = 0};

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		for (unsigned f = 0; f < 2; f++) {
			const struct event ev =
			    whole(types[i], f == 0 ? AFI_IPV4 : AFI_IPV6);
			const struct event_message m =
			    event_message(&none, &ev);
			const bool gone = types[i] == EVENT_WITHDRAW;

			assert_true(event_is_message(&ev));
			assert_int_equal(m.announce_n[f], gone ? 0 : 3);
			assert_int_equal(m.withdraw_n[f], gone ? 3 : 0);
			assert_int_equal(m.announce_n[1 - f], 0);
			assert_int_equal(m.withdraw_n[1 - f], 0);
			assert_int_equal(m.mark, 0);
			assert_int_equal(
			    event_announced(&none, &ev, f), gone ? 0 : 3);
			assert_int_equal(event_announced(&none, &ev, 1 - f), 0);
		}
}

/* What is told of a message beats its first event. */
static void
test_a_message_that_is_told_of(void **state)
{
	const struct event_message said = {
	    .announce_n = {5, 6}, .withdraw_n = {7, 8}, .mark = 9};
	struct event ev = whole(EVENT_WITHDRAW, AFI_IPV4);
	struct event_batch b = {.event_n = 0};
	struct event_message m = {.mark = 1};

	(void)state;
	assert_true(batch_tell_message(&b, &ev, &m));
	assert_true(batch_tell_message(&b, &ev, &said));
	m = event_message(&b, &ev);
	assert_memory_equal(&m, &said, sizeof(m));
	assert_int_equal(event_announced(&b, &ev, 0), 5);
	assert_int_equal(event_announced(&b, &ev, 1), 6);
	batch_clear(&b);
	assert_int_equal(b.message_n, 0);
	batch_fini(&b);
}

static void
test_what_goes_on_is_no_message(void **state)
{
	struct event ev = whole(EVENT_ANNOUNCE, AFI_IPV4);

	(void)state;
	ev.routes.message = EVENT_GOES_ON;
	assert_false(event_is_message(&ev));
	assert_false(event_begins(&ev));
	ev = (struct event){.type = EVENT_STATE, .state = {.mark = UINT64_MAX}};
	assert_false(event_is_message(&ev));
	assert_true(event_begins(&ev));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_message_of_one_event),
	    cmocka_unit_test(test_a_message_that_is_told_of),
	    cmocka_unit_test(test_what_goes_on_is_no_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
