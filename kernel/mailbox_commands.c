// SPDX-License-Identifier: GPL-2.0
#include "mailbox_commands.h"

#include "abi.h"
#include "call.h"
#include "commands.h"
#include "deadline.h"
#include "group_file.h"
#include "mailbox.h"
#include "mailbox_directory.h"
#include "mailbox_handle.h"
#include "mailbox_owner.h"
#include "mailbox_text.h"
#include "message.h"
#include "uring.h"
#include "settings.h"
#include "transfer.h"

#include <linux/compat.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/synchmess.h>
#include <linux/uaccess.h>

/* So many mailboxes are listed under one lock. */
#define LISTED_AT_ONCE	16

/* A name from a field padded with zeros. */
static int get_name(const char *field, size_t size, struct sm_span *name)
{
	int length = sm_abi_text_length(field, size);

	if (length < 0)
		return length;
	name->start = field;
	name->length = length;
	return sm_name_check(name);
}

/* ---- names */

static long register_mailbox(struct sm_mailbox_owner *owner, struct sm_call *call,
			     const struct synchmess_mailbox *given)
{
	struct synchmess_settings settings;
	struct sm_span name;
	struct sm_mailbox_plan plan = { .name = &name, .empty = SM_EMPTY_BLOCK };
	int err;

	err = get_name(given->name, sizeof(given->name), &name);
	if (!err && given->open_flags)
		err = -EINVAL;
	if (!err && given->settings) {
		plan.settings = &settings;
		err = sm_settings_get(&settings, u64_to_user_ptr(given->settings),
				      given->settings_size);
	}
	return err ?: sm_mailbox_owner_register(owner, &plan, call);
}

static struct file *open_handle(struct sm_mailbox *own, const struct sm_span *name,
				unsigned int flags)
{
	struct sm_mailbox *recipient;
	struct file *file;

	if (!own)
		return ERR_PTR(-EACCES);
	recipient = sm_mailbox_find(name);
	if (IS_ERR(recipient))
		return ERR_CAST(recipient);
	file = sm_mailbox_handle_create(own, recipient, flags & O_NONBLOCK);
	sm_mailbox_put(recipient);
	return file;
}

static long open_mailbox(struct sm_mailbox *own, const struct synchmess_mailbox *given)
{
	struct sm_span name;
	struct file *file;
	int err, fd;

	err = get_name(given->name, sizeof(given->name), &name);
	if (err)
		return err;
	if (given->open_flags & ~(O_CLOEXEC | O_NONBLOCK) || given->settings ||
	    given->settings_size)
		return -EINVAL;

	fd = get_unused_fd_flags(given->open_flags & O_CLOEXEC);
	if (fd < 0)
		return fd;
	file = open_handle(own, &name, given->open_flags);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	fd_install(fd, file);
	return fd;
}

static int put_entries(const struct synchmess_list *list, u32 first,
		       const struct synchmess_stat *stats, int count)
{
	char __user *entry = u64_to_user_ptr(list->entries) + (u64)first * list->entry_size;
	int i, err;

	for (i = 0; i < count; i++, entry += list->entry_size) {
		err = sm_abi_put(entry, list->entry_size, &stats[i], sizeof(*stats),
				 SM_FIRST_STAT);
		if (err)
			return err;
	}
	return 0;
}

static long fill_list(struct synchmess_list *list)
{
	struct synchmess_stat *stats;
	u32 done = 0;
	int count;

	stats = kcalloc(LISTED_AT_ONCE, sizeof(*stats), GFP_KERNEL_ACCOUNT);
	if (!stats)
		return -ENOMEM;
	do {
		count = sm_mailbox_list(&list->cursor, stats,
					min_t(u32, LISTED_AT_ONCE, list->count - done));
		if (count > 0)
			count = put_entries(list, done, stats, count) ?: count;
		done += max(count, 0);
		if (fatal_signal_pending(current))
			count = -EINTR;
	} while (count == LISTED_AT_ONCE);
	kfree(stats);
	return count < 0 ? (long)count : done;
}

/* A name, or, if there is none, the file's own. */
static struct sm_mailbox *find_or_own(struct sm_mailbox *own, const char *field, size_t size)
{
	struct sm_span name;
	int err;

	if (!memchr_inv(field, 0, size)) {
		if (own)
			sm_mailbox_get(own);
		return own ?: ERR_PTR(-ENOENT);
	}
	err = get_name(field, size, &name);
	return err ? ERR_PTR(err) : sm_mailbox_find(&name);
}

static long stat(struct sm_mailbox *own, struct synchmess_stat __user *argument, size_t size)
{
	struct sm_mailbox *mailbox;
	struct synchmess_stat stat;
	int err;

	err = sm_abi_get(&stat, sizeof(stat), argument, size, SM_FIRST_STAT);
	if (err)
		return err;
	if (stat.reserved)
		return -EINVAL;
	mailbox = find_or_own(own, stat.name, sizeof(stat.name));
	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	sm_mailbox_show(mailbox, &stat);
	sm_mailbox_put(mailbox);
	return sm_abi_put(argument, size, &stat, sizeof(stat), SM_FIRST_STAT);
}

/* ---- sending */

static long send_to_name(const char *to, size_t size, struct sm_call *call,
			 const struct sm_batch *batch)
{
	struct sm_mailbox *mailbox;
	struct sm_span name;
	long result;

	result = get_name(to, size, &name);
	if (result)
		return result;
	mailbox = sm_mailbox_find(&name);
	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	result = sm_transfer_send(&mailbox->schedule, call, batch);
	sm_mailbox_put(mailbox);
	return result;
}

/* Each message to all or to none; their numbers are different everywhere. */
static long send_to_all(struct sm_mailbox *own, struct sm_call *call,
			const struct sm_batch *batch)
{
	struct sm_message *message;
	unsigned int done;
	long err = 0;

	if (batch->flags & ~(SYNCHMESS_NOWAIT | SYNCHMESS_ALL) || batch->lease ||
	    batch->ack_count)
		return -EINVAL;
	for (done = 0; done < batch->count; done++) {
		/* What limits it is a matter of each recipient. */
		message = sm_transfer_make(NULL, call, batch, done);
		err = IS_ERR(message) ? PTR_ERR(message) :
					sm_mailbox_broadcast(own, call, message);
		if (err)
			break;
	}
	return done ?: err;
}

static long send(struct file *file, struct sm_mailbox *own, struct sm_call *call,
		 void __user *argument, size_t size)
{
	struct sm_port *port = file->private_data;
	struct synchmess_batch given;
	struct sm_batch batch;
	long result;

	result = sm_transfer_begin(file, call, argument, size, &given, &batch);
	if (!result && batch.flags & SYNCHMESS_ALL && sm_transfer_has_name(&given))
		result = -EINVAL;
	if (!result && !own)
		result = -EACCES;
	if (!result)
		result = sm_port_begin(port, call);
	if (result)
		return sm_port_end(port, call, result);
	if (batch.flags & SYNCHMESS_ALL)
		result = send_to_all(own, call, &batch);
	else
		result = send_to_name(given.to, sizeof(given.to), call, &batch);
	return sm_port_end(port, call, result);
}

/* ---- all commands */

/* Those that need no mailbox of one's own, or say so themselves. */
static long execute(struct file *file, struct sm_mailbox *own, struct sm_call *call,
		    unsigned int command, void __user *argument)
{
	struct sm_mailbox_owner *owner = sm_mailbox_owner_of(file);
	size_t size = _IOC_SIZE(command);
	struct synchmess_mailbox given;
	bool opens = SM_COMMAND(command) == SM_COMMAND(SYNCHMESS_OPEN_MAILBOX);
	long result;

	switch (SM_COMMAND(command)) {
	case SM_COMMAND(SYNCHMESS_REGISTER):
	case SM_COMMAND(SYNCHMESS_OPEN_MAILBOX):
		result = sm_abi_get(&given, sizeof(given), argument, size, SM_FIRST_MAILBOX);
		if (result)
			return result;
		return opens ? open_mailbox(own, &given) : register_mailbox(owner, call, &given);
	case SM_COMMAND(SYNCHMESS_UNREGISTER):
		return sm_mailbox_owner_unregister(owner);
	case SM_COMMAND(SYNCHMESS_LIST):
		return sm_commands_list(argument, size, fill_list);
	case SM_COMMAND(SYNCHMESS_STAT):
		return stat(own, argument, size);
	}
	return -ENOTTY;
}

static bool needs_writing(unsigned int command)
{
	switch (SM_COMMAND(command)) {
	case SM_COMMAND(SYNCHMESS_REGISTER):
	case SM_COMMAND(SYNCHMESS_UNREGISTER):
	case SM_COMMAND(SYNCHMESS_OPEN_MAILBOX):
	case SM_COMMAND(SYNCHMESS_SEND):
		return true;
	}
	return false;
}

static long dispatch(struct file *file, struct sm_mailbox *own, struct sm_call *call,
		     unsigned int command, void __user *argument)
{
	long result;

	if (needs_writing(command) && !(file->f_mode & FMODE_WRITE))
		return sm_port_end(file->private_data, call, -EBADF);
	if (SM_COMMAND(command) == SM_COMMAND(SYNCHMESS_SEND))
		return send(file, own, call, argument, _IOC_SIZE(command));
	result = execute(file, own, call, command, argument);
	if (result != -ENOTTY)
		return sm_port_end(file->private_data, call, result);
	if (!sm_commands_need_queue(command))
		return -ENOTTY;
	if (!own)
		return sm_port_end(file->private_data, call, -ENOENT);
	if (SM_COMMAND(command) == SM_COMMAND(SYNCHMESS_RETRIES))
		return sm_group_file_set_retries(file, &own->schedule, 0, call, argument,
						 _IOC_SIZE(command));
	return sm_commands_queue(file, &own->schedule, call, command, argument);
}

static long execute_any(struct file *file, struct sm_call *call, unsigned int command,
			void __user *argument)
{
	struct sm_mailbox *own;
	long result;

	result = sm_commands_any(file->private_data, command, argument);
	if (result != -ENOTTY)
		return result;
	own = sm_mailbox_owner_get_own(sm_mailbox_owner_of(file));
	result = dispatch(file, own, call, command, argument);
	if (own)
		sm_mailbox_put(own);
	return result;
}

long sm_mailbox_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct sm_call call = { };

	return execute_any(file, &call, command, (void __user *)argument);
}

#ifdef CONFIG_COMPAT
long sm_mailbox_compat_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct sm_call call = { .is_compat = true };

	return execute_any(file, &call, command, compat_ptr(argument));
}
#endif

int sm_mailbox_uring_cmd(struct io_uring_cmd *cmd, unsigned int flags)
{
	return sm_uring_execute(cmd, flags, execute_any);
}
