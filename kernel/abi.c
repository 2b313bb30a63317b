// SPDX-License-Identifier: GPL-2.0
#include "abi.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

int sm_abi_get(void *to, size_t size, const void __user *from, size_t given, size_t first)
{
	if (given < first)
		return -EINVAL;
	/* What is beyond is looked at byte by byte. */
	if (given > PAGE_SIZE)
		return -E2BIG;
	return copy_struct_from_user(to, size, from, given);
}

int sm_abi_put(void __user *to, size_t given, const void *from, size_t size, size_t first)
{
	size_t known = min(given, size);

	if (given < first)
		return -EINVAL;
	if (copy_to_user(to, from, known))
		return -EFAULT;
	if (clear_user((char __user *)to + known, given - known))
		return -EFAULT;
	return 0;
}

int sm_abi_text_length(const char *field, size_t size)
{
	size_t length = strnlen(field, size);

	if (length == size || memchr_inv(field + length, 0, size - length))
		return -EINVAL;
	return length;
}
