// SPDX-License-Identifier: GPL-2.0
#include "abi.h"

#include "copy.h"

#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/synchmess.h>
#include <linux/uaccess.h>

/* Where the first version ends never moves, and nobody finds a hole there. */
#define CHECK_FIRST(name, last, size) \
	static_assert(offsetofend(struct synchmess_##name, last) == (size))

CHECK_FIRST(query, mailbox_name_max, SM_FIRST_QUERY);
CHECK_FIRST(why, tid, SM_FIRST_WHY);
CHECK_FIRST(batch, to, SM_FIRST_BATCH);
CHECK_FIRST(out, id, SM_FIRST_OUT);
CHECK_FIRST(in, mailbox, SM_FIRST_IN);
CHECK_FIRST(revoke, id, SM_FIRST_REVOKE);
CHECK_FIRST(settings, empty, SM_FIRST_SETTINGS);
CHECK_FIRST(create, name, SM_FIRST_CREATE);
CHECK_FIRST(target, name, SM_FIRST_TARGET);
CHECK_FIRST(stat, name, SM_FIRST_STAT);
CHECK_FIRST(list, entry_size, SM_FIRST_LIST);
CHECK_FIRST(mailbox, settings, SM_FIRST_MAILBOX);
CHECK_FIRST(settle, time, SM_FIRST_SETTLE);
CHECK_FIRST(retries, dead_letters, SM_FIRST_RETRIES);
CHECK_FIRST(reading, lease, SM_FIRST_READING);
CHECK_FIRST(ring, reserved, SM_FIRST_RING);
CHECK_FIRST(ring_wait, reserved, SM_FIRST_RING_WAIT);
CHECK_FIRST(sleep, reserved, SM_FIRST_SLEEP);
CHECK_FIRST(awake, flags, SM_FIRST_AWAKE);
CHECK_FIRST(watch, reserved, SM_FIRST_WATCH);
CHECK_FIRST(barrier, arrived, SM_FIRST_BARRIER);
CHECK_FIRST(meet, reserved, SM_FIRST_MEET);

int sm_abi_get(void *to, size_t size, const void __user *from, size_t given, size_t first)
{
	if (given < first)
		return -EINVAL;
	if (likely(given == size))
		return sm_copy_in(to, from, size) ? 0 : -EFAULT;
	/* What is beyond is looked at byte by byte. */
	if (given > PAGE_SIZE)
		return -E2BIG;
	return copy_struct_from_user(to, size, from, given);
}

int sm_abi_check_longer(const void __user *from, size_t size, size_t given)
{
	int zeros;

	/* What is beyond is looked at byte by byte. */
	if (given > PAGE_SIZE)
		return -E2BIG;
	zeros = check_zeroed_user(from + size, given - size);
	return zeros < 0 ? zeros : zeros ? 0 : -E2BIG;
}

int sm_abi_put(void __user *to, size_t given, const void *from, size_t size, size_t first)
{
	size_t known = min(given, size);

	if (given < first)
		return -EINVAL;
	if (!sm_copy_out(to, from, known))
		return -EFAULT;
	if (unlikely(given > known) && clear_user((char __user *)to + known, given - known))
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
