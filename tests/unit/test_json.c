#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/json.h"

/* What is written as it is made looks as if it had been made first. */

static cJSON *
item(unsigned n)
{
	cJSON *object = cJSON_CreateObject(), *list = cJSON_CreateArray();
	struct json j = {0};

	for (unsigned i = 0; i < n; i++)
		json_add(&j, list, cJSON_CreateNumber(i));
	json_put(&j, object, "text", json_text("line\nline \"two\"\t"));
	json_put(&j, object, "list", list);
	json_put(&j, object, "empty", cJSON_CreateObject());
	assert_false(j.failed);
	return object;
}

static cJSON *
tree(unsigned n)
{
	cJSON *top = cJSON_CreateObject(), *list = cJSON_CreateArray();
	cJSON *inner = cJSON_CreateObject();
	struct json j = {0};

	json_put_number(&j, top, "first", 1);
	json_put(&j, top, "item", item(n));
	for (unsigned i = 0; i < n; i++) {
		cJSON *in_list = item(i);

		json_put(&j, in_list, "more", cJSON_CreateArray());
		json_add(&j, list, in_list);
	}
	json_put(&j, top, "list", list);
	json_put(&j, inner, "x", item(1));
	json_put(&j, top, "inner", inner);
	assert_false(j.failed);
	return top;
}

static void
write_page(FILE *out, struct json *j, unsigned n)
{
	struct json_page p;
	cJSON *head = cJSON_CreateObject();

	json_page_begin(&p, out, j);
	json_put_number(j, head, "first", 1);
	json_put(j, head, "item", item(n));
	json_page_put_all(&p, head);
	json_page_array(&p, "list");
	for (unsigned i = 0; i < n; i++) {
		json_page_object(&p, NULL);
		json_page_put_all(&p, item(i));
		json_page_array(&p, "more");
		json_page_close(&p);
		json_page_close(&p);
	}
	json_page_close(&p);
	json_page_object(&p, "inner");
	json_page_put(&p, "x", item(1));
	json_page_close(&p);
	json_page_close(&p);
}

static void
test_a_page_is_a_tree(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 4; n++) {
		char *one = NULL, *other = NULL;
		size_t one_n, other_n;
		FILE *out = open_memstream(&one, &one_n);
		struct json j = {0};

		assert_non_null(out);
		write_page(out, &j, n);
		assert_false(j.failed);
		assert_int_equal(fclose(out), 0);
		out = open_memstream(&other, &other_n);
		assert_non_null(out);
		assert_int_equal(json_print(out, &j, tree(n), true), BLK_OK);
		assert_int_equal(fclose(out), 0);
		assert_string_equal(one, other);
		free(one);
		free(other);
	}
}

static void
test_what_could_not_be_made_is_noted(void **state)
{
	FILE *out = fopen("/dev/null", "w");
	struct json j = {0};
	struct json_page p;

	(void)state;
	assert_non_null(out);
	json_page_begin(&p, out, &j);
	json_page_put(&p, "x", NULL);
	json_page_close(&p);
	assert_true(j.failed);
	fclose(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_page_is_a_tree),
	    cmocka_unit_test(test_what_could_not_be_made_is_noted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
