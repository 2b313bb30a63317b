/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Structures of programs that were compiled with an older or a newer header.
 * They grow at their end, and each comes with its size.
 */
#ifndef SM_ABI_H
#define SM_ABI_H

#include <linux/ioctl.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/types.h>

/* A command without the size of its structure. */
#define SM_COMMAND(command)	((command) & ~IOCSIZE_MASK)

/* Bytes of the first published version of each structure: these never change. */
#define SM_FIRST_QUERY		40
#define SM_FIRST_WHY		32
#define SM_FIRST_BATCH		48
#define SM_FIRST_OUT		56
#define SM_FIRST_IN		104
#define SM_FIRST_REVOKE		16
#define SM_FIRST_SETTINGS	32
#define SM_FIRST_CREATE		104
#define SM_FIRST_TARGET		72
#define SM_FIRST_STAT		200
#define SM_FIRST_LIST		24
#define SM_FIRST_MAILBOX	32
#define SM_FIRST_SETTLE		24
#define SM_FIRST_RETRIES	8
#define SM_FIRST_READING	16
#define SM_FIRST_RING		32
#define SM_FIRST_RING_WAIT	16
#define SM_FIRST_SLEEP		24
#define SM_FIRST_AWAKE		16
#define SM_FIRST_WATCH		16
#define SM_FIRST_BARRIER	32
#define SM_FIRST_MEET		40

/**
 * sm_abi_get() - take a structure from a program
 * @to: ours
 * @size: bytes of ours
 * @from: the program's
 * @given: bytes of the program's
 * @first: the least that it may have, SM_FIRST_*
 *
 * Context: may sleep.
 * Return: 0, -EFAULT, -EINVAL when it is too small, -E2BIG when it has something that
 * we do not know.
 */
int sm_abi_get(void *to, size_t size, const void __user *from, size_t given, size_t first);

/* For sm_abi_check_rest(). */
int sm_abi_check_longer(const void __user *from, size_t size, size_t given);

/**
 * sm_abi_check_rest() - may a structure be taken from a program field by field
 * @from: the program's
 * @given: bytes of the program's
 * @size: bytes of ours
 * @first: the least that it may have, SM_FIRST_*
 *
 * Context: may sleep.
 * Return: as sm_abi_get().
 */
static inline int sm_abi_check_rest(const void __user *from, size_t given, size_t size,
				    size_t first)
{
	if (unlikely(given < first))
		return -EINVAL;
	return likely(given <= size) ? 0 : sm_abi_check_longer(from, size, given);
}

/**
 * sm_abi_put() - give a structure to a program
 * @to: the program's
 * @given: bytes of the program's; what it does not know is cut off
 * @from: ours
 * @size: bytes of ours
 * @first: the least that the program's may have, SM_FIRST_*
 *
 * Context: may sleep.
 * Return: 0, -EFAULT, or -EINVAL when it is too small.
 */
int sm_abi_put(void __user *to, size_t given, const void *from, size_t size, size_t first);

/**
 * sm_abi_text_length() - is this field a text, padded with zeros
 * @field: from a program
 * @size: bytes of it
 *
 * Return: its length, less than @size, or -EINVAL.
 */
int sm_abi_text_length(const char *field, size_t size);

#endif /* SM_ABI_H */
