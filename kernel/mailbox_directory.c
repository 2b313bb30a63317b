// SPDX-License-Identifier: GPL-2.0
#include "mailbox_directory.h"

#include "mailbox.h"
#include "mailbox_text.h"
#include "message.h"
#include "quota.h"

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/rhashtable.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

static const struct rhashtable_params by_name = {
	.key_len = SYNCHMESS_MAILBOX_NAME_MAX,
	.key_offset = offsetof(struct sm_mailbox, name),
	.head_offset = offsetof(struct sm_mailbox, by_name),
	.automatic_shrinking = true,
};

static DECLARE_RWSEM(directory_lock);
static struct rhashtable names;		/* guarded by directory_lock */
static LIST_HEAD(mailboxes);		/* guarded by directory_lock */

static struct dentry *debugfs_directory;

static struct sm_mailbox *find_locked(const struct sm_span *name)
{
	char key[SYNCHMESS_MAILBOX_NAME_MAX] = { };

	lockdep_assert_held(&directory_lock);

	memcpy(key, name->start, name->length);
	return rhashtable_lookup_fast(&names, key, by_name);
}

static struct sm_mailbox *register_locked(const struct sm_span *name, struct sm_account *owner)
{
	struct sm_mailbox *mailbox;
	int err;

	lockdep_assert_held_write(&directory_lock);

	if (find_locked(name))
		return ERR_PTR(-EEXIST);

	mailbox = sm_mailbox_create(name, owner);
	if (IS_ERR(mailbox))
		return mailbox;

	err = rhashtable_insert_fast(&names, &mailbox->by_name, by_name);
	if (err) {
		sm_mailbox_put(mailbox);
		return ERR_PTR(err);
	}
	list_add_tail(&mailbox->in_order, &mailboxes);
	return mailbox;
}

struct sm_mailbox *sm_mailbox_register(const struct sm_span *name, struct sm_account *owner)
{
	struct sm_mailbox *mailbox;

	down_write(&directory_lock);
	mailbox = register_locked(name, owner);
	up_write(&directory_lock);
	return mailbox;
}

void sm_mailbox_unregister(struct sm_mailbox *mailbox)
{
	down_write(&directory_lock);
	rhashtable_remove_fast(&names, &mailbox->by_name, by_name);
	list_del(&mailbox->in_order);
	up_write(&directory_lock);

	sm_queue_kill(&mailbox->queue);
	sm_mailbox_put(mailbox);
}

static int send_locked(const struct sm_span *name, struct sm_account *payer,
		       const struct sm_span *text)
{
	struct sm_mailbox *mailbox = find_locked(name);
	struct sm_message *message;
	int err;

	if (!mailbox)
		return -ENOENT;

	message = sm_message_from_text(payer, text->start, text->length);
	if (IS_ERR(message))
		return PTR_ERR(message);

	err = sm_queue_send(&mailbox->queue, message);
	if (err)
		sm_message_free(message);
	return err;
}

int sm_mailbox_send(const struct sm_span *name, struct sm_account *payer,
		    const struct sm_span *text)
{
	int err;

	down_read(&directory_lock);
	err = send_locked(name, payer, text);
	up_read(&directory_lock);
	return err;
}

/* One message for each mailbox but the sender's: all of them, or an error. */
static int prepare_locked(const struct sm_mailbox *sender, struct sm_account *payer,
			  const struct sm_span *text, struct list_head *messages)
{
	struct sm_message *first = NULL, *message;
	const struct sm_mailbox *mailbox;

	lockdep_assert_held(&directory_lock);

	list_for_each_entry(mailbox, &mailboxes, in_order) {
		if (mailbox == sender)
			continue;
		if (first)
			message = sm_message_copy(first);
		else
			message = sm_message_from_text(payer, text->start, text->length);
		if (IS_ERR(message)) {
			sm_message_free_list(messages);
			return PTR_ERR(message);
		}
		if (!first)
			first = message;
		list_add_tail(&message->ready, messages);
		cond_resched();
	}
	return 0;
}

/* Must not fail: the mailboxes are alive, and each makes room by itself. */
static void distribute_locked(const struct sm_mailbox *sender, struct list_head *messages)
{
	struct sm_mailbox *mailbox;
	struct sm_message *message;

	lockdep_assert_held(&directory_lock);

	list_for_each_entry(mailbox, &mailboxes, in_order) {
		if (mailbox == sender)
			continue;
		message = list_first_entry(messages, struct sm_message, ready);
		list_del(&message->ready);
		if (WARN_ON_ONCE(sm_queue_send(&mailbox->queue, message)))
			sm_message_free(message);
		cond_resched();
	}
}

int sm_mailbox_broadcast(const struct sm_mailbox *sender, struct sm_account *payer,
			 const struct sm_span *text)
{
	LIST_HEAD(messages);
	int err;

	down_read(&directory_lock);
	err = prepare_locked(sender, payer, text, &messages);
	if (!err)
		distribute_locked(sender, &messages);
	up_read(&directory_lock);
	return err;
}

static int mailboxes_show(struct seq_file *seq, void *unused)
{
	struct sm_mailbox *mailbox;
	struct sm_ledger ledger;
	unsigned long stored;

	seq_puts(seq, "NAME     PID     UID     QUEUED OVERWRITTEN\n");
	down_read(&directory_lock);
	list_for_each_entry(mailbox, &mailboxes, in_order) {
		sm_queue_read_ledger(&mailbox->queue, &ledger, &stored);
		seq_printf(seq, "%-8s %-7d %-7u %-6llu %llu\n", mailbox->name,
			   pid_vnr(mailbox->process),
			   from_kuid_munged(current_user_ns(), mailbox->owner->uid),
			   ledger.queued, ledger.overwritten);
	}
	up_read(&directory_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(mailboxes);

int sm_mailbox_directory_module_init(void)
{
	int err;

	err = rhashtable_init(&names, &by_name);
	if (err)
		return err;

	debugfs_directory = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("mailboxes", 0400, debugfs_directory, NULL, &mailboxes_fops);
	return 0;
}

void sm_mailbox_directory_module_exit(void)
{
	debugfs_remove(debugfs_directory);
	rhashtable_destroy(&names);
}
