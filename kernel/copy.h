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
#include <linux/kconfig.h>
#include <linux/types.h>

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
static __always_inline bool __must_check sm_copy_in(void *to, const void __user *from, size_t size)
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
static __always_inline bool __must_check sm_copy_out(void __user *to, const void *from, size_t size)
{
	return likely(sm_copy_is_short(size)) ? sm_copy_words_out(to, from, size) :
						sm_copy_many_out(to, from, size);
}

#endif /* SM_COPY_H */
