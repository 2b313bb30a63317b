// SPDX-License-Identifier: GPL-2.0
#include "copy.h"

#include <linux/fault-inject-usercopy.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

/* Bytes; processors have as much, or less, for themselves. */
#define LARGE	SZ_1M

#define WORD	sizeof(long)
#define BLOCK	(8 * WORD)

#define GET_WORD(n)									\
	unsafe_get_user(((unsigned long *)to)[n], (unsigned long __user *)from + (n), fault)
#define PUT_WORD(n)									\
	unsafe_put_user(((unsigned long *)from)[n], (unsigned long __user *)to + (n), fault)

bool sm_copy_words_in(void *to, const void __user *from, size_t size)
{
	if (should_fail_usercopy() || !user_read_access_begin(from, size))
		return false;
	for (; size >= BLOCK; size -= BLOCK, to += BLOCK, from += BLOCK) {
		GET_WORD(0);
		GET_WORD(1);
		GET_WORD(2);
		GET_WORD(3);
		GET_WORD(4);
		GET_WORD(5);
		GET_WORD(6);
		GET_WORD(7);
	}
	for (; size >= WORD; size -= WORD, to += WORD, from += WORD)
		GET_WORD(0);
	while (size--)
		unsafe_get_user(*(u8 *)to++, (u8 __user *)from++, fault);
	user_read_access_end();
	return true;

fault:
	user_read_access_end();
	return false;
}

bool sm_copy_words_out(void __user *to, const void *from, size_t size)
{
	if (should_fail_usercopy() || !user_write_access_begin(to, size))
		return false;
	for (; size >= BLOCK; size -= BLOCK, to += BLOCK, from += BLOCK) {
		PUT_WORD(0);
		PUT_WORD(1);
		PUT_WORD(2);
		PUT_WORD(3);
		PUT_WORD(4);
		PUT_WORD(5);
		PUT_WORD(6);
		PUT_WORD(7);
	}
	for (; size >= WORD; size -= WORD, to += WORD, from += WORD)
		PUT_WORD(0);
	while (size--)
		unsafe_put_user(*(u8 *)from++, (u8 __user *)to++, fault);
	user_write_access_end();
	return true;

fault:
	user_write_access_end();
	return false;
}

/*
 * What is larger than a processor's own caches would be gone from there before
 * anybody reads it, and so would all else: it goes past them.
 */
static bool pass_by_caches(void *to, const void __user *from, size_t size)
{
	struct iov_iter iter;

	iov_iter_ubuf(&iter, WRITE, (void __user *)from, size);
	return access_ok(from, size) && copy_from_iter_nocache(to, size, &iter) == size;
}

bool sm_copy_many_in(void *to, const void __user *from, size_t size)
{
	if (size >= LARGE)
		return pass_by_caches(to, from, size);
	return !copy_from_user(to, from, size);
}

bool sm_copy_many_out(void __user *to, const void *from, size_t size)
{
	return !copy_to_user(to, from, size);
}
