// SPDX-License-Identifier: GPL-2.0
#include "mailbox_file.h"

#include "bell.h"
#include "call.h"
#include "mailbox.h"
#include "mailbox_commands.h"
#include "mailbox_directory.h"
#include "mailbox_owner.h"
#include "mailbox_text.h"
#include "message.h"
#include "parameter.h"
#include "payload.h"
#include "port.h"
#include "reading.h"
#include "ring_commands.h"

#include <linux/compat.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/synchmess.h>

/* ---- text commands */

static int register_name(struct sm_mailbox_owner *owner, const struct sm_span *name,
			 struct sm_call *call)
{
	struct sm_mailbox_plan plan = { .name = name, .empty = SM_EMPTY_AGAIN };

	return sm_mailbox_owner_register(owner, &plan, call);
}

static int broadcast(struct sm_mailbox *own, struct sm_call *call, const struct sm_span *text)
{
	struct sm_message *message = sm_message_from_text(call, text->start, text->length);

	return IS_ERR(message) ? PTR_ERR(message) : sm_mailbox_broadcast(own, call, message);
}

static int send(struct sm_mailbox_owner *owner, const struct sm_command *command,
		struct sm_call *call)
{
	struct sm_mailbox *own = sm_mailbox_owner_get_own(owner);
	int err;

	if (!own)
		return -EACCES;
	if (command->verb == SM_SEND)
		err = sm_mailbox_send_text(&command->name, call, &command->text);
	else
		err = broadcast(own, call, &command->text);
	sm_mailbox_put(own);
	return err;
}

static int execute(struct sm_mailbox_owner *owner, const struct sm_command *command,
		   struct sm_call *call)
{
	switch (command->verb) {
	case SM_REGISTER:
		return register_name(owner, &command->name, call);
	case SM_UNREGISTER:
		return sm_mailbox_owner_unregister(owner);
	case SM_SEND:
	case SM_BROADCAST:
		return send(owner, command, call);
	}
	return -EINVAL;
}

static int understand_and_execute(struct sm_mailbox_owner *owner, const struct sm_payload *from,
				  struct sm_call *call)
{
	size_t most = sm_parameter_get(&sm_command_size);
	struct sm_command command;
	char *bytes;
	int err;

	if (from->size > most) {
		sm_refuse(&call->why, SYNCHMESS_WHY_COMMAND_SIZE, from->size, most);
		return -EMSGSIZE;
	}
	bytes = kvmalloc(from->size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!bytes)
		return -ENOMEM;
	err = -EFAULT;
	if (sm_payload_get(from, bytes))
		err = sm_command_parse(bytes, from->size, &command) ?:
		      execute(owner, &command, call);
	kvfree(bytes);
	return err;
}

static ssize_t command(struct file *file, const struct sm_payload *from, bool nowait)
{
	struct sm_mailbox_owner *owner = sm_mailbox_owner_of(file);
	struct sm_call call = { .deadline = sm_port_patience(file, nowait) };
	int err;

	err = sm_port_begin(&owner->port, &call);
	if (!err)
		err = understand_and_execute(owner, from, &call);
	return sm_port_end(&owner->port, &call, err ?: from->size);
}

static ssize_t mailbox_write(struct file *file, const char __user *bytes, size_t size,
			     loff_t *pos)
{
	struct sm_payload from = sm_payload_of_piece((void __user *)bytes, size);

	return command(file, &from, false);
}

static ssize_t mailbox_write_iter(struct kiocb *iocb, struct iov_iter *parts)
{
	struct sm_payload from = sm_payload_of_parts(parts);

	return command(iocb->ki_filp, &from, iocb->ki_flags & IOCB_NOWAIT);
}

/* ---- the other calls */

static __always_inline ssize_t take(struct file *file, const struct sm_payload *to, bool nowait)
{
	struct sm_mailbox *own = sm_mailbox_owner_get_own(sm_mailbox_owner_of(file));
	ssize_t got;

	if (!own)
		return -ENOENT;
	got = sm_reading_read(file->private_data, &own->schedule, sm_port_patience(file, nowait),
			      to);
	sm_mailbox_put(own);
	/* Unregistered meanwhile, by another thread: as if that had come first. */
	return got == -ENODEV ? -ENOENT : got;
}

static ssize_t mailbox_read(struct file *file, char __user *bytes, size_t size, loff_t *pos)
{
	struct sm_payload to = sm_payload_of_piece(bytes, size);

	return take(file, &to, false);
}

static ssize_t mailbox_read_iter(struct kiocb *iocb, struct iov_iter *parts)
{
	struct sm_payload to = sm_payload_of_parts(parts);

	return take(iocb->ki_filp, &to, iocb->ki_flags & IOCB_NOWAIT);
}

/* A command can be written at any time. */
static __poll_t mailbox_poll(struct file *file, struct poll_table_struct *wait)
{
	__poll_t writable = file->f_mode & FMODE_WRITE ? EPOLLOUT | EPOLLWRNORM : 0;
	struct sm_mailbox *own;
	__poll_t readable = 0;

	sm_port_wait(file, wait);
	own = sm_mailbox_owner_get_own(sm_mailbox_owner_of(file));
	if (own) {
		readable = sm_port_poll(file, &own->queue) & (EPOLLIN | EPOLLRDNORM);
		sm_mailbox_put(own);
	}
	return readable | writable;
}

static int mailbox_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	struct sm_mailbox *own;
	int err;

	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	own = sm_mailbox_owner_get_own(sm_mailbox_owner_of(file));
	if (!own)
		return -ENOENT;
	err = sm_schedule_flush(&own->schedule);
	sm_mailbox_put(own);
	return err == -ENODEV ? -ENOENT : err;
}

static int mailbox_open(struct inode *inode, struct file *file)
{
	struct sm_mailbox_owner *owner;
	struct sm_bell *bell;
	int err;

	owner = kzalloc(sizeof(*owner), GFP_KERNEL_ACCOUNT);
	if (!owner)
		return -ENOMEM;
	mutex_init(&owner->lock);
	owner->port.is_mailbox = true;

	bell = sm_bell_create();
	err = bell ? sm_port_open(&owner->port, file, bell) : -ENOMEM;
	if (bell)
		sm_bell_put(bell);
	if (err)
		kfree(owner);
	return err;
}

static int mailbox_release(struct inode *inode, struct file *file)
{
	struct sm_mailbox_owner *owner = sm_mailbox_owner_of(file);

	sm_mailbox_owner_unregister(owner);
	sm_reading_free(owner->port.reading);
	sm_port_release(&owner->port);
	kfree(owner);
	return 0;
}

static void mailbox_show_fdinfo(struct seq_file *seq, struct file *file)
{
	struct sm_mailbox *own = sm_mailbox_owner_get_own(sm_mailbox_owner_of(file));

	if (!own)
		return;
	seq_printf(seq, "mailbox:\t%s\n", own->name);
	seq_printf(seq, "registered-by:\t%d\n", pid_vnr(own->process));
	sm_port_show_queue(seq, &own->queue);
	sm_mailbox_put(own);
}

static const struct file_operations mailbox_operations = {
	.owner = THIS_MODULE,
	.open = mailbox_open,
	.release = mailbox_release,
	.read = mailbox_read,
	.write = mailbox_write,
	.read_iter = mailbox_read_iter,
	.write_iter = mailbox_write_iter,
	.poll = mailbox_poll,
	.mmap = sm_ring_mmap,
	.fasync = sm_port_fasync,
	.fsync = mailbox_fsync,
	.unlocked_ioctl = sm_mailbox_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = sm_mailbox_compat_ioctl,
#endif
	.uring_cmd = sm_mailbox_uring_cmd,
	.show_fdinfo = mailbox_show_fdinfo,
};

static struct miscdevice mailbox_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "mq",
	.mode = 0660,
	.fops = &mailbox_operations,
};

int sm_mailbox_file_module_init(void)
{
	return misc_register(&mailbox_device);
}

void sm_mailbox_file_module_exit(void)
{
	misc_deregister(&mailbox_device);
}
