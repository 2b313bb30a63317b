// SPDX-License-Identifier: GPL-2.0
#include "payload.h"

#include <linux/kernel.h>
#include <linux/slab.h>

int sm_parts_open(struct sm_parts *parts, unsigned int direction,
		  const struct iovec __user *array, u32 count, struct sm_payload *payload)
{
	ssize_t size;

	parts->all = parts->few;
	size = import_iovec(direction, array, count, ARRAY_SIZE(parts->few), &parts->all,
			    &parts->iter);
	*payload = sm_payload_of_parts(&parts->iter);
	return size < 0 ? size : 0;
}

void sm_parts_close(struct sm_parts *parts)
{
	kfree(parts->all);
}

bool sm_payload_get_parts(struct iov_iter *parts, void *to, size_t size)
{
	return copy_from_iter_full(to, size, parts);
}

bool sm_payload_put_parts(struct iov_iter *parts, const void *from, size_t size)
{
	return copy_to_iter(from, size, parts) == size;
}
