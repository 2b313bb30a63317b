// SPDX-License-Identifier: GPL-2.0
#include "payload.h"

#include <linux/compat.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

static int get_part(struct iovec *part, const void __user *array, u32 i, bool is_compat)
{
	const struct compat_iovec __user *small = array;
	compat_uptr_t base;
	compat_ssize_t len;

	if (!is_compat)
		return copy_from_user(part, (const struct iovec __user *)array + i,
				      sizeof(*part)) ? -EFAULT : 0;
	if (get_user(base, &small[i].iov_base) || get_user(len, &small[i].iov_len))
		return -EFAULT;
	*part = (struct iovec){ compat_ptr(base), (ssize_t)len };
	return 0;
}

static ssize_t get_parts(struct iovec *parts, const void __user *array, u32 count,
			 bool is_compat)
{
	size_t size = 0;
	u32 i;
	int err;

	for (i = 0; i < count; i++) {
		err = get_part(&parts[i], array, i, is_compat);
		if (err)
			return err;
		if ((ssize_t)parts[i].iov_len < 0)
			return -EINVAL;
		if (!access_ok(parts[i].iov_base, parts[i].iov_len))
			return -EFAULT;
		parts[i].iov_len = min(parts[i].iov_len, MAX_RW_COUNT - size);
		size += parts[i].iov_len;
	}
	return size;
}

/* As import_iovec(), which takes the caller's own kind, and that may be a ring's thread. */
static ssize_t import_other_kind(struct sm_parts *parts, unsigned int direction,
				 const void __user *array, u32 count, bool is_compat)
{
	ssize_t size;

	if (count > UIO_MAXIOV)
		return -EINVAL;
	parts->all = kmalloc_array(count, sizeof(*parts->all), GFP_KERNEL_ACCOUNT);
	if (!parts->all)
		return -ENOMEM;
	size = get_parts(parts->all, array, count, is_compat);
	if (size < 0)
		kfree(parts->all);
	else
		iov_iter_init(&parts->iter, direction, parts->all, count, size);
	return size;
}

int sm_parts_open(struct sm_parts *parts, unsigned int direction,
		  const struct iovec __user *array, u32 count, bool is_compat,
		  struct sm_payload *payload)
{
	ssize_t size;

	parts->all = parts->few;
	if (likely(is_compat == in_compat_syscall()))
		size = import_iovec(direction, array, count, ARRAY_SIZE(parts->few),
				    &parts->all, &parts->iter);
	else
		size = import_other_kind(parts, direction, array, count, is_compat);
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
