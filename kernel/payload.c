// SPDX-License-Identifier: GPL-2.0
#include "payload.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

int sm_payload_open(struct sm_payload *payload, unsigned int direction, u64 data, u32 size,
		    u32 parts)
{
	void __user *bytes = u64_to_user_ptr(data);
	ssize_t total;

	payload->parts = NULL;
	if (!parts) {
		if (!access_ok(bytes, size))
			return -EFAULT;
		iov_iter_ubuf(&payload->iter, direction, bytes, size);
		return 0;
	}
	if (size)
		return -EINVAL;
	payload->parts = payload->few;
	total = import_iovec(direction, bytes, parts, ARRAY_SIZE(payload->few), &payload->parts,
			     &payload->iter);
	return total < 0 ? total : 0;
}

void sm_payload_close(struct sm_payload *payload)
{
	kfree(payload->parts);
}
