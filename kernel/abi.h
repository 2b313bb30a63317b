/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Structures of programs that were compiled with an older or a newer header.
 * They grow at their end, and each comes with its size.
 */
#ifndef SM_ABI_H
#define SM_ABI_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* A command without the size of its structure. */
#define SM_COMMAND(command)	((command) & ~IOCSIZE_MASK)

/**
 * sm_abi_get() - take a structure from a program
 * @to: ours
 * @size: bytes of ours
 * @from: the program's
 * @given: bytes of the program's; at least those of the structure's first version, @first
 * @first: see there
 *
 * Context: may sleep.
 * Return: 0, -EFAULT, -EINVAL when it is too small, -E2BIG when it has something that
 * we do not know.
 */
int sm_abi_get(void *to, size_t size, const void __user *from, size_t given, size_t first);

/**
 * sm_abi_put() - give a structure to a program
 * @to: the program's
 * @given: bytes of the program's; what it does not know is cut off
 * @from: ours
 * @size: bytes of ours
 *
 * Context: may sleep.
 * Return: 0 or -EFAULT.
 */
int sm_abi_put(void __user *to, size_t given, const void *from, size_t size);

/**
 * sm_abi_text_length() - is this field a text, padded with zeros
 * @field: from a program
 * @size: bytes of it
 *
 * Return: its length, less than @size, or -EINVAL.
 */
int sm_abi_text_length(const char *field, size_t size);

#endif /* SM_ABI_H */
