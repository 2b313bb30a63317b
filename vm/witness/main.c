// SPDX-License-Identifier: GPL-2.0
/*
 * witness: a module of deliberate bugs, to prove that the laboratory sees them.
 * Reading /sys/kernel/debug/witness lists the bugs, writing the name of one does
 * it.
 */
#include "bugs.h"

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

/* For those who only want a system call. */
static int none(void)
{
	return 0;
}

#define ENTRY(function) { #function, function }

static const struct {
	const char *name;
	int (*provoke)(void);
} bugs[] = {
	ENTRY(none),
	ENTRY(use_after_free),
	ENTRY(double_free),
	ENTRY(slab_out_of_bounds),
	ENTRY(vmalloc_out_of_bounds),
	ENTRY(shift_out_of_bounds),
	ENTRY(index_out_of_bounds),
	ENTRY(user_copy_too_long),
	ENTRY(leak),
	ENTRY(leaked_reference),
	ENTRY(list_corruption),
	ENTRY(refcount_underflow),
	ENTRY(freed_timer),
	ENTRY(freed_work),
	ENTRY(lock_inversion),
	ENTRY(lock_recursion),
	ENTRY(lock_in_interrupt),
	ENTRY(lock_held_on_return),
	ENTRY(allocation_in_atomic),
	ENTRY(sleep_in_atomic),
	ENTRY(suspicious_rcu),
	ENTRY(preemptible_processor_id),
	ENTRY(hung_task),
	ENTRY(soft_lockup),
	ENTRY(rcu_stall),
	ENTRY(workqueue_lockup),
	ENTRY(race),
};

static struct dentry *file;

static int provoke(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bugs); i++) {
		if (sysfs_streq(name, bugs[i].name))
			return bugs[i].provoke();
	}
	return -EINVAL;
}

static ssize_t witness_write(struct file *unused, const char __user *buffer, size_t size,
			     loff_t *position)
{
	char *name = memdup_user_nul(buffer, size);
	int err;

	if (IS_ERR(name))
		return PTR_ERR(name);
	err = provoke(name);
	kfree(name);
	return err ?: size;
}

static int witness_show(struct seq_file *list, void *unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bugs); i++)
		seq_printf(list, "%s\n", bugs[i].name);
	return 0;
}

static int witness_open(struct inode *inode, struct file *opened)
{
	return single_open(opened, witness_show, NULL);
}

static const struct file_operations witness_fops = {
	.owner = THIS_MODULE,
	.open = witness_open,
	.read = seq_read,
	.write = witness_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static int __init witness_init(void)
{
	file = debugfs_create_file("witness", 0600, NULL, NULL, &witness_fops);
	return PTR_ERR_OR_ZERO(file);
}

static void __exit witness_exit(void)
{
	debugfs_remove(file);
}

module_init(witness_init);
module_exit(witness_exit);
MODULE_DESCRIPTION("Deliberate bugs, to see who notices");
MODULE_LICENSE("GPL");
