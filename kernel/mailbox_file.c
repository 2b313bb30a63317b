// SPDX-License-Identifier: GPL-2.0
#include "mailbox_file.h"

#include "bell.h"
#include "failure.h"
#include "mailbox.h"
#include "mailbox_directory.h"
#include "mailbox_text.h"
#include "parameter.h"
#include "port.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uio.h>

static struct sm_parameter CMD_BUF_SIZE = { .value = 1024, .min = 16, .max = 65536 };
SM_PARAMETER(CMD_BUF_SIZE, 0444, "bytes of the longest mailbox command (default 1024)");

/**
 * struct mailbox_file - a /dev/mq that somebody opened
 * @port: what any open file has
 * @lock: guards @own
 * @own: the mailbox that this file registered, referenced, or NULL
 */
struct mailbox_file {
	struct sm_port port;
	struct mutex lock;	/* guards own */
	struct sm_mailbox *own;
};

static struct mailbox_file *opened_as(struct file *file)
{
	struct sm_port *port = file->private_data;

	return container_of(port, struct mailbox_file, port);
}

/* The file's mailbox with a reference taken, or NULL. */
static struct sm_mailbox *get_own(struct mailbox_file *opened)
{
	struct sm_mailbox *own;

	mutex_lock(&opened->lock);
	own = opened->own;
	if (own)
		sm_mailbox_get(own);
	mutex_unlock(&opened->lock);
	return own;
}

static int register_locked(struct mailbox_file *opened, const struct sm_span *name)
{
	struct sm_mailbox *mailbox;

	lockdep_assert_held(&opened->lock);

	if (opened->own)
		return -EEXIST;
	mailbox = sm_mailbox_register(name, opened->port.account, opened->port.bell);
	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	opened->own = mailbox;
	return 0;
}

static int do_register(struct mailbox_file *opened, const struct sm_span *name)
{
	int err;

	mutex_lock(&opened->lock);
	err = register_locked(opened, name);
	mutex_unlock(&opened->lock);
	return err;
}

static int do_unregister(struct mailbox_file *opened)
{
	int err = -ENOENT;

	mutex_lock(&opened->lock);
	if (opened->own) {
		sm_mailbox_unregister(opened->own);
		opened->own = NULL;
		err = 0;
	}
	mutex_unlock(&opened->lock);
	return err;
}

static int do_send(struct mailbox_file *opened, const struct sm_command *command)
{
	struct sm_mailbox *own = get_own(opened);
	int err;

	if (!own)
		return -EACCES;
	if (command->verb == SM_SEND)
		err = sm_mailbox_send(&command->name, opened->port.account, &command->text);
	else
		err = sm_mailbox_broadcast(own, opened->port.account, &command->text);
	sm_mailbox_put(own);
	return err;
}

static int execute(struct mailbox_file *opened, const struct sm_command *command)
{
	switch (command->verb) {
	case SM_REGISTER:
		return do_register(opened, &command->name);
	case SM_UNREGISTER:
		return do_unregister(opened);
	case SM_SEND:
	case SM_BROADCAST:
		return do_send(opened, command);
	}
	return -EINVAL;
}

static int understand_and_execute(struct mailbox_file *opened, const char *bytes, size_t length)
{
	struct sm_command command;
	int err;

	err = sm_command_parse(bytes, length, &command);
	return err ?: execute(opened, &command);
}

static ssize_t mailbox_write(struct kiocb *iocb, struct iov_iter *from)
{
	size_t length = iov_iter_count(from);
	char *bytes;
	int err;

	if (length > sm_parameter_get(&CMD_BUF_SIZE))
		return -EMSGSIZE;

	bytes = kvmalloc(length, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!bytes)
		return -ENOMEM;
	if (!sm_failure(SM_FAIL_COPY) && copy_from_iter_full(bytes, length, from))
		err = understand_and_execute(opened_as(iocb->ki_filp), bytes, length);
	else
		err = -EFAULT;
	kvfree(bytes);
	return err ?: length;
}

static ssize_t mailbox_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct sm_mailbox *own = get_own(opened_as(iocb->ki_filp));
	ssize_t got;

	if (!own)
		return -ENOENT;
	got = sm_port_read(&own->queue, iocb, to);
	sm_mailbox_put(own);
	/* Unregistered meanwhile, by another thread: as if that had come first. */
	return got == -ENODEV ? -ENOENT : got;
}

/* A command can be written at any time. */
static __poll_t mailbox_poll(struct file *file, struct poll_table_struct *wait)
{
	__poll_t writable = file->f_mode & FMODE_WRITE ? EPOLLOUT | EPOLLWRNORM : 0;
	struct sm_mailbox *own;
	__poll_t readable = 0;

	sm_port_wait(file, wait);
	own = get_own(opened_as(file));
	if (own) {
		readable = sm_port_poll(file, &own->queue) & (EPOLLIN | EPOLLRDNORM);
		sm_mailbox_put(own);
	}
	return readable | writable;
}

static int mailbox_open(struct inode *inode, struct file *file)
{
	struct mailbox_file *opened;
	struct sm_bell *bell;
	int err;

	opened = kzalloc(sizeof(*opened), GFP_KERNEL_ACCOUNT);
	if (!opened)
		return -ENOMEM;
	mutex_init(&opened->lock);

	bell = sm_bell_create();
	err = bell ? sm_port_open(&opened->port, inode, file, bell) : -ENOMEM;
	if (bell)
		sm_bell_put(bell);
	if (err)
		kfree(opened);
	return err;
}

static int mailbox_release(struct inode *inode, struct file *file)
{
	struct mailbox_file *opened = opened_as(file);

	do_unregister(opened);
	sm_port_release(&opened->port);
	kfree(opened);
	return 0;
}

static void mailbox_show_fdinfo(struct seq_file *seq, struct file *file)
{
	struct sm_mailbox *own = get_own(opened_as(file));

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
	.read_iter = mailbox_read,
	.write_iter = mailbox_write,
	.poll = mailbox_poll,
	.fasync = sm_port_fasync,
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
