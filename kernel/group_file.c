// SPDX-License-Identifier: GPL-2.0
#include "group_file.h"

#include "device.h"
#include "group.h"
#include "group_directory.h"
#include "message.h"
#include "port.h"

#include <linux/cdev.h>
#include <linux/compat.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/synchmess.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

/**
 * struct group_file - a group that somebody opened
 * @port: what any open file has
 * @group: the group, referenced
 */
struct group_file {
	struct sm_port port;
	struct sm_group *group;
};

static struct group_file *opened_as(struct file *file)
{
	struct sm_port *port = file->private_data;

	return container_of(port, struct group_file, port);
}

static struct sm_group *group_of(struct file *file)
{
	return opened_as(file)->group;
}

static int group_open(struct inode *inode, struct file *file)
{
	struct group_file *opened;
	int err;

	opened = kzalloc(sizeof(*opened), GFP_KERNEL_ACCOUNT);
	if (!opened)
		return -ENOMEM;

	opened->group = sm_group_find(iminor(inode));
	if (IS_ERR(opened->group)) {
		err = PTR_ERR(opened->group);
		goto free_opened;
	}
	err = sm_port_open(&opened->port, inode, file, opened->group->queue.bell);
	if (err)
		goto put_group;
	return 0;

put_group:
	sm_group_put(opened->group);
free_opened:
	kfree(opened);
	return err;
}

static int group_release(struct inode *inode, struct file *file)
{
	struct group_file *opened = opened_as(file);

	sm_port_release(&opened->port);
	sm_group_put(opened->group);
	kfree(opened);
	return 0;
}

static ssize_t group_read(struct kiocb *iocb, struct iov_iter *to)
{
	return sm_port_read(&group_of(iocb->ki_filp)->queue, iocb, to);
}

static ssize_t group_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct group_file *opened = opened_as(iocb->ki_filp);
	size_t size = iov_iter_count(from);
	struct sm_message *message;
	int err;

	err = sm_queue_check(&opened->group->queue, size);
	if (err || !size)
		return err;

	message = sm_message_from_user(opened->port.account, from);
	if (IS_ERR(message))
		return PTR_ERR(message);

	err = sm_schedule_send(&opened->group->schedule, message, sm_port_deadline(iocb));
	if (err) {
		sm_message_free(message);
		return err;
	}
	return size;
}

static __poll_t group_poll(struct file *file, struct poll_table_struct *wait)
{
	sm_port_wait(file, wait);
	return sm_port_poll(file, &group_of(file)->queue);
}

static int group_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	return sm_schedule_flush(&group_of(file)->schedule);
}

static long set_send_delay(struct sm_group *group, const unsigned int __user *from)
{
	unsigned int delay_ms;

	if (get_user(delay_ms, from))
		return -EFAULT;
	WRITE_ONCE(group->schedule.delay_ms, delay_ms);
	return 0;
}

static long revoke(struct sm_group *group)
{
	sm_schedule_revoke(&group->schedule);
	return 0;
}

/* Whatever concerns more than the caller's own messages needs both directions. */
static int check_control(struct file *file)
{
	const fmode_t both = FMODE_READ | FMODE_WRITE;

	if ((file->f_mode & both) != both)
		return -EBADF;
	return sm_queue_check(&group_of(file)->queue, 0);
}

static long group_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct sm_group *group = group_of(file);
	int err = check_control(file);

	switch (command) {
	case IOCTL_SLEEP:
		return err ?: sm_barrier_sleep(&group->barrier);
	case IOCTL_AWAKE:
		return err ?: sm_barrier_awake(&group->barrier);
	case IOCTL_SET_SEND_DELAY:
		return err ?: set_send_delay(group, (const unsigned int __user *)argument);
	case IOCTL_REVOKE_DELAYED_MESSAGES:
		return err ?: revoke(group);
	default:
		return -ENOTTY;
	}
}

#ifdef CONFIG_COMPAT
/* The number as 32-bit programs have it: with the size of their pointers. */
#define IOCTL_SET_SEND_DELAY_32	_IOW(SYNCHMESS_IOC_MAGIC, 4, compat_uptr_t)

static long group_compat_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	if (command == IOCTL_SET_SEND_DELAY_32)
		command = IOCTL_SET_SEND_DELAY;
	return group_ioctl(file, command, (unsigned long)compat_ptr(argument));
}
#endif

static void group_show_fdinfo(struct seq_file *seq, struct file *file)
{
	struct sm_group *group = group_of(file);

	seq_printf(seq, "group:\t%u\n", group->descriptor);
	sm_port_show_queue(seq, &group->queue);
}

static const struct file_operations group_operations = {
	.owner = THIS_MODULE,
	.open = group_open,
	.release = group_release,
	.read_iter = group_read,
	.write_iter = group_write,
	.poll = group_poll,
	.fasync = sm_port_fasync,
	.fsync = group_fsync,
	.unlocked_ioctl = group_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = group_compat_ioctl,
#endif
	.show_fdinfo = group_show_fdinfo,
};

static struct cdev group_devices;

int sm_group_file_module_init(void)
{
	cdev_init(&group_devices, &group_operations);
	group_devices.owner = THIS_MODULE;
	return cdev_add(&group_devices, sm_device_number(1), SYNCHMESS_MAX_DESCRIPTOR);
}

void sm_group_file_module_exit(void)
{
	cdev_del(&group_devices);
}
