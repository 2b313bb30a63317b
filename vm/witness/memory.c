// SPDX-License-Identifier: GPL-2.0
/* Memory that is touched too late, too far, or never given back. */
#include "bugs.h"

#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#define SIZE 64

/* What the compiler cannot see through, and warn of or leave out. */
static char *hidden(char *bytes)
{
	OPTIMIZER_HIDE_VAR(bytes);
	return bytes;
}

int use_after_free(void)
{
	char *bytes = kmalloc(SIZE, GFP_KERNEL);
	char *stale = hidden(bytes);

	kfree(bytes);
	WRITE_ONCE(stale[0], 'x');
	return 0;
}

int double_free(void)
{
	char *bytes = kmalloc(SIZE, GFP_KERNEL);
	char *stale = hidden(bytes);

	kfree(bytes);
	kfree(stale);
	return 0;
}

int slab_out_of_bounds(void)
{
	char *bytes = hidden(kmalloc(SIZE, GFP_KERNEL));

	WRITE_ONCE(bytes[SIZE], 'x');
	kfree(bytes);
	return 0;
}

int vmalloc_out_of_bounds(void)
{
	char *bytes = hidden(vmalloc(SIZE));

	WRITE_ONCE(bytes[SIZE], 'x');
	vfree(bytes);
	return 0;
}

int shift_out_of_bounds(void)
{
	static int width = 40;

	return (1 << READ_ONCE(width)) & 0;
}

int index_out_of_bounds(void)
{
	static int numbers[4], index = 5;

	return READ_ONCE(numbers[READ_ONCE(index)]) & 0;
}

int user_copy_too_long(void)
{
	size_t length = 2 * SIZE;
	char *bytes = hidden(kzalloc(SIZE, GFP_KERNEL));
	unsigned long left;

	OPTIMIZER_HIDE_VAR(length);
	left = copy_to_user(NULL, bytes, length);
	kfree(bytes);
	return left ? 0 : -EIO;
}

/* Several: of one a forgotten register or stack may still hold the address. */
int leak(void)
{
	int i;

	for (i = 0; i < 8; i++) {
		if (!kmalloc(SIZE, GFP_KERNEL))
			return -ENOMEM;
	}
	return 0;
}

/* What is lost was allocated by others, long before. */
int leaked_reference(void)
{
	get_pid(task_pid(current));
	return 0;
}
