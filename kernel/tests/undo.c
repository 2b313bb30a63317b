// SPDX-License-Identifier: GPL-2.0
#include "undo.h"

#include <kunit/test.h>

struct undo {
	void (*function)(void *data);
	void *data;
};

static int resource_init(struct kunit_resource *resource, void *undo)
{
	resource->data = undo;
	return 0;
}

static void resource_free(struct kunit_resource *resource)
{
	const struct undo *undo = resource->data;

	undo->function(undo->data);
}

void sm_undo_later(struct kunit *test, void (*function)(void *data), void *data)
{
	struct undo *undo = kunit_kzalloc(test, sizeof(*undo), GFP_KERNEL);

	if (undo) {
		undo->function = function;
		undo->data = data;
		undo = kunit_alloc_resource(test, resource_init, resource_free, GFP_KERNEL, undo);
	}
	if (!undo) {
		function(data);
		KUNIT_ASSERT_FAILURE(test, "no memory");
	}
}
