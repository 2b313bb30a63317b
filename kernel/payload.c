// SPDX-License-Identifier: GPL-2.0
#include "payload.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

static int open_parts(struct sm_payload *payload, struct sm_parts *parts, unsigned int direction,
		      const struct iovec __user *array, u32 count)
{
	ssize_t size;

	parts->all = parts->few;
	size = import_iovec(direction, array, count, ARRAY_SIZE(parts->few), &parts->all,
			    &parts->iter);
	*payload = sm_payload_of_parts(&parts->iter);
	return size < 0 ? size : 0;
}

int sm_payload_open(struct sm_payload *payload, struct sm_parts *parts, unsigned int direction,
		    u64 data, u32 size, u32 count)
{
	void __user *bytes = u64_to_user_ptr(data);

	parts->all = NULL;
	if (unlikely(count))
		return size ? -EINVAL : open_parts(payload, parts, direction, bytes, count);
	*payload = sm_payload_of_piece(bytes, size);
	return access_ok(bytes, size) ? 0 : -EFAULT;
}

void sm_payload_close(struct sm_parts *parts)
{
	if (unlikely(parts->all))
		kfree(parts->all);
}

bool sm_payload_get_parts(const struct sm_payload *payload, void *to)
{
	return copy_from_iter_full(to, payload->size, payload->parts);
}

bool sm_payload_put_parts(const struct sm_payload *payload, const void *from, size_t size)
{
	return copy_to_iter(from, size, payload->parts) == size;
}
