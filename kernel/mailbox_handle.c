// SPDX-License-Identifier: GPL-2.0
#include "mailbox_handle.h"

#include "abi.h"
#include "call.h"
#include "commands.h"
#include "mailbox.h"
#include "payload.h"
#include "port.h"
#include "uring.h"

#include <linux/anon_inodes.h>
#include <linux/compat.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/synchmess.h>

/**
 * struct handle - an open file that sends to one mailbox
 * @port: what any open file has
 * @sender: on whose behalf, referenced
 * @recipient: to whom, referenced
 */
struct handle {
	struct sm_port port;
	struct sm_mailbox *sender;
	struct sm_mailbox *recipient;
};

static struct handle *handle_of(struct file *file)
{
	struct sm_port *port = file->private_data;

	return container_of(port, struct handle, port);
}

/* The first of the two errors of /msg that applies. */
static int check(struct handle *handle, struct sm_call *call)
{
	if (sm_queue_is_dead(&handle->sender->queue))
		return sm_port_end(&handle->port, call, -EACCES);
	if (sm_queue_is_dead(&handle->recipient->queue))
		return sm_port_end(&handle->port, call, -ENOENT);
	return 0;
}

static ssize_t send(struct file *file, const struct sm_payload *from, bool nowait)
{
	struct handle *handle = handle_of(file);
	struct sm_call call = { };

	return check(handle, &call) ?: sm_port_write(&handle->port, &handle->recipient->schedule,
						     sm_port_patience(file, nowait), from,
						     &sm_terms_plain);
}

static ssize_t handle_write(struct file *file, const char __user *bytes, size_t size, loff_t *pos)
{
	struct sm_payload from = sm_payload_of_piece((void __user *)bytes, size);

	return send(file, &from, false);
}

static ssize_t handle_write_iter(struct kiocb *iocb, struct iov_iter *parts)
{
	struct sm_payload from = sm_payload_of_parts(parts);

	return send(iocb->ki_filp, &from, iocb->ki_flags & IOCB_NOWAIT);
}

static long execute(struct file *file, struct sm_call *call, unsigned int command,
		    void __user *argument)
{
	struct handle *handle = handle_of(file);
	struct synchmess_stat stat;
	long result;

	if (SM_COMMAND(command) == SM_COMMAND(SYNCHMESS_STAT)) {
		sm_mailbox_show(handle->recipient, &stat);
		return sm_abi_put(argument, _IOC_SIZE(command), &stat, sizeof(stat), SM_FIRST_STAT);
	}
	result = sm_commands_any(&handle->port, command, argument);
	if (result != -ENOTTY || !sm_commands_need_queue(command))
		return result;
	result = check(handle, call);
	if (result)
		return result;
	/* A handle is never open for reading, too. */
	if (SM_COMMAND(command) == SM_COMMAND(SYNCHMESS_RETRIES))
		return sm_port_end(&handle->port, call, -EBADF);
	return sm_commands_queue(file, &handle->recipient->schedule, call, command, argument);
}

static long handle_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct sm_call call = { };

	return execute(file, &call, command, (void __user *)argument);
}

#ifdef CONFIG_COMPAT
static long handle_compat_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct sm_call call = { .is_compat = true };

	return execute(file, &call, command, compat_ptr(argument));
}
#endif

static int handle_uring_cmd(struct io_uring_cmd *cmd, unsigned int flags)
{
	return sm_uring_execute(cmd, flags, execute);
}

static __poll_t handle_poll(struct file *file, struct poll_table_struct *wait)
{
	sm_port_wait(file, wait);
	return sm_port_poll(file, &handle_of(file)->recipient->queue);
}

static void handle_show_fdinfo(struct seq_file *seq, struct file *file)
{
	seq_printf(seq, "sends-to:\t%s\n", handle_of(file)->recipient->name);
}

static void handle_free(struct handle *handle)
{
	sm_mailbox_put(handle->recipient);
	sm_mailbox_put(handle->sender);
	kfree(handle);
}

static int handle_release(struct inode *inode, struct file *file)
{
	struct handle *handle;

	/* It has never been one. */
	if (!file->private_data)
		return 0;
	handle = handle_of(file);
	sm_port_release(&handle->port);
	handle_free(handle);
	return 0;
}

static const struct file_operations handle_operations = {
	.owner = THIS_MODULE,
	.release = handle_release,
	.write = handle_write,
	.write_iter = handle_write_iter,
	.poll = handle_poll,
	.fasync = sm_port_fasync,
	.unlocked_ioctl = handle_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = handle_compat_ioctl,
#endif
	.uring_cmd = handle_uring_cmd,
	.show_fdinfo = handle_show_fdinfo,
};

struct file *sm_mailbox_handle_create(struct sm_mailbox *sender, struct sm_mailbox *recipient,
				      unsigned int flags)
{
	struct handle *handle;
	struct file *file;
	int err;

	handle = kzalloc(sizeof(*handle), GFP_KERNEL_ACCOUNT);
	if (!handle)
		return ERR_PTR(-ENOMEM);
	sm_mailbox_get(sender);
	handle->sender = sender;
	sm_mailbox_get(recipient);
	handle->recipient = recipient;
	handle->port.is_mailbox = true;

	file = anon_inode_getfile("[synchmess-mailbox]", &handle_operations, NULL,
				  O_WRONLY | flags);
	if (IS_ERR(file)) {
		handle_free(handle);
		return file;
	}
	err = sm_port_open(&handle->port, file, recipient->queue.bell);
	if (err) {
		handle_free(handle);
		fput(file);
		return ERR_PTR(err);
	}
	sm_port_set_mailbox(&handle->port, sender->name);
	return file;
}
