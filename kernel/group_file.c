// SPDX-License-Identifier: GPL-2.0
#include "group_file.h"

#include "abi.h"
#include "barrier_commands.h"
#include "call.h"
#include "commands.h"
#include "deadline.h"
#include "device.h"
#include "grave.h"
#include "group.h"
#include "group_directory.h"
#include "lending.h"
#include "payload.h"
#include "port.h"
#include "reading.h"
#include "revocation.h"
#include "ring_commands.h"
#include "uring.h"

#include <linux/anon_inodes.h>
#include <linux/cdev.h>
#include <linux/compat.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/synchmess.h>
#include <linux/time64.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

/**
 * struct group_file - a group that somebody opened
 * @port: what any open file has
 * @group: the group, referenced
 * @member: of the group's rendezvous, if the file has joined
 */
struct group_file {
	struct sm_port port;
	struct sm_group *group;
	struct sm_member member;
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

/* The group is the file's from here on, also on error. */
static int open_file(struct sm_group *group, struct file *file)
{
	struct group_file *opened;
	int err;

	opened = kzalloc(sizeof(*opened), GFP_KERNEL_ACCOUNT);
	if (!opened) {
		err = -ENOMEM;
		goto close_group;
	}
	opened->group = group;
	err = sm_port_open(&opened->port, file, group->queue.bell);
	if (err)
		goto free_opened;
	return 0;

free_opened:
	kfree(opened);
close_group:
	sm_group_close(group);
	return err;
}

static int group_open(struct inode *inode, struct file *file)
{
	struct sm_group *group = sm_group_open(iminor(inode));

	return IS_ERR(group) ? PTR_ERR(group) : open_file(group, file);
}

/* Its process ends, though others may keep the file open. */
static int group_flush(struct file *file, fl_owner_t owner)
{
	struct group_file *opened = opened_as(file);

	if (!atomic_read(&current->signal->live))
		sm_rendezvous_exit(&opened->group->rendezvous, &opened->member);
	return 0;
}

static int group_release(struct inode *inode, struct file *file)
{
	struct group_file *opened;

	/* It was never opened. */
	if (!file->private_data)
		return 0;
	opened = opened_as(file);
	sm_lending_forsake(&opened->group->schedule, &opened->port.holder);
	sm_ring_give_up(&opened->port, &opened->group->queue);
	sm_rendezvous_lose(&opened->group->rendezvous, &opened->member, SYNCHMESS_GONE_CLOSED);
	sm_reading_free(opened->port.reading);
	sm_port_release(&opened->port);
	sm_group_close(opened->group);
	kfree(opened);
	return 0;
}

static __always_inline ssize_t take(struct file *file, const struct sm_payload *to, bool nowait)
{
	struct group_file *opened = opened_as(file);
	struct sm_schedule *schedule = &opened->group->schedule;

	return sm_reading_read(&opened->port, schedule, sm_port_patience(file, nowait), to);
}

static noinline ssize_t send_later(struct group_file *opened, ktime_t deadline,
				   const struct sm_payload *from, unsigned int delay_ms)
{
	const struct sm_terms terms = { .delay = (u64)delay_ms * NSEC_PER_MSEC };

	return sm_port_write(&opened->port, &opened->group->schedule, deadline, from, &terms);
}

static __always_inline ssize_t send(struct file *file, const struct sm_payload *from, bool nowait)
{
	ktime_t deadline = sm_port_patience(file, nowait);
	struct group_file *opened = opened_as(file);
	struct sm_group *group = opened->group;
	unsigned int delay_ms = READ_ONCE(group->send_delay_ms);

	if (unlikely(delay_ms))
		return send_later(opened, deadline, from, delay_ms);
	return sm_port_write(&opened->port, &group->schedule, deadline, from, &sm_terms_plain);
}

/* What most programs call is spared what only the others need. */
static ssize_t group_read(struct file *file, char __user *bytes, size_t size, loff_t *pos)
{
	struct sm_payload to = sm_payload_of_piece(bytes, size);

	return take(file, &to, false);
}

static ssize_t group_write(struct file *file, const char __user *bytes, size_t size, loff_t *pos)
{
	struct sm_payload from = sm_payload_of_piece((void __user *)bytes, size);

	return send(file, &from, false);
}

static ssize_t group_read_iter(struct kiocb *iocb, struct iov_iter *parts)
{
	struct sm_payload to = sm_payload_of_parts(parts);

	return take(iocb->ki_filp, &to, iocb->ki_flags & IOCB_NOWAIT);
}

static ssize_t group_write_iter(struct kiocb *iocb, struct iov_iter *parts)
{
	struct sm_payload from = sm_payload_of_parts(parts);

	return send(iocb->ki_filp, &from, iocb->ki_flags & IOCB_NOWAIT);
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
	WRITE_ONCE(group->send_delay_ms, delay_ms);
	return 0;
}

static long revoke(struct sm_group *group)
{
	long revoked = sm_revocation_revoke_delayed(&group->schedule);

	return min(revoked, 0L);
}

static int check_control(struct file *file)
{
	int err = sm_port_check(file, SM_BOTH);

	return err ?: sm_queue_is_dead(&group_of(file)->queue) ? -ENODEV : 0;
}

static long show(struct sm_group *group, void __user *argument, size_t size)
{
	struct synchmess_stat stat;

	sm_group_show(group, &stat);
	return sm_abi_put(argument, size, &stat, sizeof(stat), SM_FIRST_STAT);
}

static long second_interface(struct file *file, struct sm_call *call, unsigned int command,
			     void __user *argument)
{
	struct sm_group *group = group_of(file);
	size_t size = _IOC_SIZE(command);
	long result;

	/* What is called most often first. */
	result = sm_commands_queue(file, &group->schedule, call, command, argument);
	if (likely(result != -ENOTTY))
		return result;
	switch (SM_COMMAND(command)) {
	case SM_COMMAND(SYNCHMESS_STAT):
		return show(group, argument, size);
	case SM_COMMAND(SYNCHMESS_RETRIES):
		return sm_group_file_set_retries(file, &group->schedule, group->node.number,
						 call, argument, size);
	}
	return -ENOTTY;
}

static noinline long first_interface(struct file *file, unsigned int command,
				     unsigned long argument)
{
	struct sm_group *group = group_of(file);
	int err = check_control(file);
	u64 any = 0;

	if (err)
		return err;
	switch (command) {
	case IOCTL_SLEEP:
		return sm_barrier_sleep(&group->barrier, &any, SM_NEVER);
	case IOCTL_AWAKE:
		return sm_barrier_awake(&group->barrier, UINT_MAX, NULL);
	case IOCTL_SET_SEND_DELAY:
		return set_send_delay(group, (const unsigned int __user *)argument);
	default:
		return revoke(group);
	}
}

static noinline long execute_with_call(struct file *file, unsigned int command,
				       unsigned long argument, bool is_compat)
{
	struct sm_call call = { .is_compat = is_compat };

	switch (command) {
	case IOCTL_SLEEP:
	case IOCTL_AWAKE:
	case IOCTL_SET_SEND_DELAY:
	case IOCTL_REVOKE_DELAYED_MESSAGES:
		return first_interface(file, command, argument);
	}
	return second_interface(file, &call, command, (void __user *)argument);
}

/* What takes the fewest instructions does not pay for a call, which it does not need. */
static __always_inline long execute(struct file *file, unsigned int command,
				    unsigned long argument, bool is_compat)
{
	struct group_file *opened = opened_as(file);

	if (_IOC_NR(command) >= _IOC_NR(SYNCHMESS_SLEEP))
		return sm_barrier_commands(file, command, (void __user *)argument, opened->group,
					   &opened->member);
	return execute_with_call(file, command, argument, is_compat);
}

static long group_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	return execute(file, command, argument, false);
}

#ifdef CONFIG_COMPAT
/* The number as 32-bit programs have it: with the size of their pointers. */
#define IOCTL_SET_SEND_DELAY_32	_IOW(SYNCHMESS_IOC_MAGIC, 4, compat_uptr_t)

static long group_compat_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	if (command == IOCTL_SET_SEND_DELAY_32)
		command = IOCTL_SET_SEND_DELAY;
	return execute(file, command, (unsigned long)compat_ptr(argument), true);
}
#endif

static int group_uring_cmd(struct io_uring_cmd *cmd, unsigned int flags)
{
	return sm_uring_execute(cmd, flags, second_interface);
}

static void group_show_fdinfo(struct seq_file *seq, struct file *file)
{
	struct sm_group *group = group_of(file);

	seq_printf(seq, "group:\t%u\n", group->node.number);
	seq_printf(seq, "name:\t%s\n", group->node.name);
	sm_port_show_queue(seq, &group->queue);
}

static const struct file_operations group_operations = {
	.owner = THIS_MODULE,
	.open = group_open,
	.flush = group_flush,
	.release = group_release,
	.read = group_read,
	.write = group_write,
	.read_iter = group_read_iter,
	.write_iter = group_write_iter,
	.poll = group_poll,
	.mmap = sm_ring_mmap,
	.fasync = sm_port_fasync,
	.fsync = group_fsync,
	.unlocked_ioctl = group_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = group_compat_ioctl,
#endif
	.uring_cmd = group_uring_cmd,
	.show_fdinfo = group_show_fdinfo,
};

struct file *sm_group_file_create(struct sm_group *group, unsigned int flags)
{
	struct file *file;
	int err;

	file = anon_inode_getfile("[synchmess]", &group_operations, NULL, flags);
	if (IS_ERR(file)) {
		sm_group_close(group);
		return file;
	}
	err = open_file(group, file);
	if (err) {
		fput(file);
		return ERR_PTR(err);
	}
	return file;
}

static void put_group_of(struct sm_schedule *schedule)
{
	sm_group_put(container_of(schedule, struct sm_group, schedule));
}

static struct sm_grave *grave_in(struct file *file, u32 from)
{
	struct sm_grave *grave;
	struct sm_group *group;

	if (file->f_op != &group_operations)
		return ERR_PTR(-EINVAL);
	if (!(file->f_mode & FMODE_WRITE))
		return ERR_PTR(-EBADF);
	group = group_of(file);
	sm_group_get(group);
	grave = sm_grave_create(&group->schedule, put_group_of, group->node.number, from);
	return grave ?: ERR_PTR(-ENOMEM);
}

/* In the group that the caller has open for writing under this descriptor; -1: none. */
static struct sm_grave *get_grave(int descriptor, u32 from)
{
	struct sm_grave *grave;
	struct file *file;

	if (descriptor == -1)
		return NULL;
	file = fget(descriptor);
	if (!file)
		return ERR_PTR(-EBADF);
	grave = grave_in(file, from);
	fput(file);
	return grave;
}

static long set_retries(struct file *file, struct sm_schedule *schedule, u32 from,
			void __user *argument, size_t size)
{
	struct synchmess_retries retries;
	struct sm_grave *grave;
	int err;

	err = sm_port_check(file, SM_BOTH) ?:
	      sm_abi_get(&retries, sizeof(retries), argument, size, SM_FIRST_RETRIES);
	if (err)
		return err;
	if (retries.max_deliveries > SYNCHMESS_MAX_DELIVERIES)
		return -EINVAL;
	grave = get_grave(retries.dead_letters, from);
	if (IS_ERR(grave))
		return PTR_ERR(grave);
	/* They would dig each other up for ever. */
	if (grave && grave->schedule == schedule) {
		sm_grave_put(grave);
		return -EINVAL;
	}
	return sm_lending_set_retries(schedule, retries.max_deliveries, grave);
}

long sm_group_file_set_retries(struct file *file, struct sm_schedule *schedule, u32 from,
			       struct sm_call *call, void __user *argument, size_t size)
{
	return sm_port_end(file->private_data, call,
			   set_retries(file, schedule, from, argument, size));
}

bool sm_group_file_is_of(struct file *file, const struct sm_group *group)
{
	return file->f_op == &group_operations && group_of(file) == group;
}

static struct cdev group_devices;

int sm_group_file_module_init(void)
{
	cdev_init(&group_devices, &group_operations);
	group_devices.owner = THIS_MODULE;
	return cdev_add(&group_devices, sm_device_number(SM_FIRST_MINOR), SM_LAST_MINOR);
}

void sm_group_file_module_exit(void)
{
	cdev_del(&group_devices);
}
