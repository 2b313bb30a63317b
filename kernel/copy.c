// SPDX-License-Identifier: GPL-2.0
#include "copy.h"

#include <linux/kconfig.h>
#include <linux/uaccess.h>

/* Beyond, a processor's own way to move bytes is as good. */
#define SHORT 192

static bool is_short(size_t size)
{
	return IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS) && size <= SHORT;
}

static bool get_words(void *to, const void __user *from, size_t size)
{
	if (!user_read_access_begin(from, size))
		return false;
	for (; size >= sizeof(long); size -= sizeof(long)) {
		unsafe_get_user(*(unsigned long *)to, (unsigned long __user *)from, fault);
		to += sizeof(long);
		from += sizeof(long);
	}
	while (size--)
		unsafe_get_user(*(u8 *)to++, (u8 __user *)from++, fault);
	user_read_access_end();
	return true;

fault:
	user_read_access_end();
	return false;
}

static bool put_words(void __user *to, const void *from, size_t size)
{
	if (!user_write_access_begin(to, size))
		return false;
	for (; size >= sizeof(long); size -= sizeof(long)) {
		unsafe_put_user(*(unsigned long *)from, (unsigned long __user *)to, fault);
		to += sizeof(long);
		from += sizeof(long);
	}
	while (size--)
		unsafe_put_user(*(u8 *)from++, (u8 __user *)to++, fault);
	user_write_access_end();
	return true;

fault:
	user_write_access_end();
	return false;
}

bool sm_copy_in(void *to, const void __user *from, size_t size)
{
	if (is_short(size))
		return get_words(to, from, size);
	return !copy_from_user(to, from, size);
}

bool sm_copy_out(void __user *to, const void *from, size_t size)
{
	if (is_short(size))
		return put_words(to, from, size);
	return !copy_to_user(to, from, size);
}
