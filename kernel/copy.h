/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Copying to and from programs. What is short is copied word by word: that takes
 * fewer instructions than to call a routine made for any length, and to have it check
 * that no more is shown than the object has.
 *
 * Context of all: may sleep, no lock held. No locks of its own.
 */
#ifndef SM_COPY_H
#define SM_COPY_H

#include <linux/compiler.h>
#include <linux/fault-inject-usercopy.h>
#include <linux/kconfig.h>
#include <linux/types.h>
#include <linux/uaccess.h>

/* Bytes that are short; for more a processor's own way to move them is as good. */
#define SM_COPY_SHORT	192

/* For sm_copy_in() and sm_copy_out(). */
bool sm_copy_words_in(void *to, const void __user *from, size_t size);
bool sm_copy_words_out(void __user *to, const void *from, size_t size);
bool sm_copy_many_in(void *to, const void __user *from, size_t size);
bool sm_copy_many_out(void __user *to, const void *from, size_t size);

static inline bool sm_copy_is_short(size_t size)
{
	return IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS) && size <= SM_COPY_SHORT;
}

/**
 * sm_copy_in() - copy from a program
 * @to: the kernel's memory
 * @from: the program's
 * @size: bytes
 *
 * Return: whether all could be read; if not, @to may have changed.
 */
static inline bool __must_check sm_copy_in(void *to, const void __user *from, size_t size)
{
	return likely(sm_copy_is_short(size)) ? sm_copy_words_in(to, from, size) :
						sm_copy_many_in(to, from, size);
}

/**
 * sm_copy_out() - copy to a program
 * @to: the program's memory
 * @from: the kernel's, all of it meant to be seen
 * @size: bytes
 *
 * Return: whether all could be written; if not, @to may have changed.
 */
static inline bool __must_check sm_copy_out(void __user *to, const void *from, size_t size)
{
	return likely(sm_copy_is_short(size)) ? sm_copy_words_out(to, from, size) :
						sm_copy_many_out(to, from, size);
}

/**
 * sm_copy_struct_in() - copy a structure from a program
 * @to: the kernel's
 * @from: the program's
 * @size: bytes; a constant that is a multiple of 8
 *
 * Return: whether all could be read; if not, @to may have changed.
 */
static __always_inline bool __must_check sm_copy_struct_in(void *to, const void __user *from,
							   const size_t size)
{
	size_t i;

	if (!IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS))
		return sm_copy_many_in(to, from, size);
	if (should_fail_usercopy() || !user_read_access_begin(from, size))
		return false;
#pragma GCC unroll 32
	for (i = 0; i < size / sizeof(long); i++)
		unsafe_get_user(((unsigned long *)to)[i], (unsigned long __user *)from + i,
				fault);
	user_read_access_end();
	return true;

fault:
	user_read_access_end();
	return false;
}

/**
 * sm_copy_struct_out() - copy a structure to a program
 * @to: the program's
 * @from: the kernel's
 * @size: bytes; a constant that is a multiple of 8
 *
 * Return: whether all could be written; if not, @to may have changed.
 */
static __always_inline bool __must_check sm_copy_struct_out(void __user *to, const void *from,
							    const size_t size)
{
	size_t i;

	if (!IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS))
		return sm_copy_many_out(to, from, size);
	if (should_fail_usercopy() || !user_write_access_begin(to, size))
		return false;
#pragma GCC unroll 32
	for (i = 0; i < size / sizeof(long); i++)
		unsafe_put_user(((unsigned long *)from)[i], (unsigned long __user *)to + i,
				fault);
	user_write_access_end();
	return true;

fault:
	user_write_access_end();
	return false;
}

#endif /* SM_COPY_H */
