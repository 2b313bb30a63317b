// SPDX-License-Identifier: GPL-2.0
#include "mailbox_directory.h"

#include "admission.h"
#include "call.h"
#include "deadline.h"
#include "debugfs.h"
#include "mailbox.h"
#include "mailbox_text.h"
#include "message.h"
#include "quota.h"
#include "trace.h"

#include <linux/compiler.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/llist.h>
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
static unsigned int registered;		/* guarded by directory_lock */
static u64 registrations;		/* guarded by directory_lock */

static struct dentry *shown;

static struct sm_mailbox *find_locked(const struct sm_span *name)
{
	/* The table hashes words. */
	char key[SYNCHMESS_MAILBOX_NAME_MAX] __aligned(4) = { };

	lockdep_assert_held(&directory_lock);

	memcpy(key, name->start, name->length);
	return rhashtable_lookup_fast(&names, key, by_name);
}

struct sm_mailbox *sm_mailbox_find(const struct sm_span *name)
{
	struct sm_mailbox *mailbox;

	if (down_read_killable(&directory_lock))
		return ERR_PTR(-EINTR);
	mailbox = find_locked(name);
	if (mailbox)
		sm_mailbox_get(mailbox);
	up_read(&directory_lock);
	return mailbox ?: ERR_PTR(-ENOENT);
}

static int insert(struct sm_mailbox *mailbox)
{
	int err;

	if (down_write_killable(&directory_lock))
		return -EINTR;
	err = rhashtable_lookup_insert_fast(&names, &mailbox->by_name, by_name);
	if (!err) {
		list_add_tail(&mailbox->in_order, &mailboxes);
		mailbox->number = ++registrations;
		registered++;
		trace_mailbox_registered(&mailbox->label, mailbox->process);
	}
	up_write(&directory_lock);
	/* How the table fails to grow is its own affair. */
	return err == -EBUSY || err == -E2BIG ? -ENOMEM : err;
}

struct sm_mailbox *sm_mailbox_register(const struct sm_mailbox_plan *plan,
				       struct sm_refusal *why)
{
	struct sm_mailbox *mailbox;
	int err;

	/* A name that is taken is refused for that, not for what a new one would cost. */
	mailbox = sm_mailbox_find(plan->name);
	if (!IS_ERR(mailbox)) {
		sm_mailbox_put(mailbox);
		return ERR_PTR(-EEXIST);
	}

	mailbox = sm_mailbox_create(plan, why);
	if (IS_ERR(mailbox))
		return mailbox;
	err = insert(mailbox);
	if (err) {
		sm_mailbox_kill(mailbox);
		sm_mailbox_put(mailbox);
		return ERR_PTR(err);
	}
	return mailbox;
}

void sm_mailbox_unregister(struct sm_mailbox *mailbox)
{
	down_write(&directory_lock);
	rhashtable_remove_fast(&names, &mailbox->by_name, by_name);
	list_del_init(&mailbox->in_order);
	registered--;
	trace_mailbox_unregistered(&mailbox->label, mailbox->process);
	up_write(&directory_lock);

	sm_mailbox_kill(mailbox);
	sm_mailbox_put(mailbox);
}

static int send_text(struct sm_mailbox *mailbox, struct sm_call *call,
		     const struct sm_span *text)
{
	struct sm_message *message;
	int err;

	err = sm_queue_check(&mailbox->queue, text->length, &call->why);
	if (err == -EMSGSIZE)
		return err;
	message = sm_message_from_text(call, text->start, text->length);
	if (IS_ERR(message))
		return PTR_ERR(message);

	err = sm_schedule_send(&mailbox->schedule, message, call);
	if (err)
		sm_message_free(message);
	/* Unregistered meanwhile: as if that had come first. */
	return err == -ENODEV ? -ENOENT : err;
}

int sm_mailbox_send_text(const struct sm_span *name, struct sm_call *call,
			 const struct sm_span *text)
{
	struct sm_mailbox *mailbox = sm_mailbox_find(name);
	int err;

	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	err = send_text(mailbox, call, text);
	sm_mailbox_put(mailbox);
	return err;
}

/* ---- broadcasts */

/* For so many recipients nothing else runs, where it cannot interrupt. */
#define PORTION	64

/* Returns whether it may have rested. */
static bool rest_after_portion(unsigned int *count)
{
	if (++*count % PORTION)
		return false;
	cond_resched();
	return true;
}

static struct sm_message *copy_of(struct llist_node *unsent)
{
	return llist_entry(unsent, struct sm_message, unsent);
}

static void free_copies(struct llist_head *copies)
{
	struct sm_message *copy, *next;

	llist_for_each_entry_safe(copy, next, copies->first, unsent) {
		sm_message_free(copy);
		cond_resched();
	}
}

/* As if the sender had a name; how many there are is seen under the lock. */
static unsigned int guess_recipients(void)
{
	/* Others change it meanwhile: any value that it has had will do. */
	unsigned int count = data_race(READ_ONCE(registered));

	return count ? count - 1 : 0;
}

static unsigned int count_recipients_locked(const struct sm_mailbox *sender)
{
	lockdep_assert_held_read(&directory_lock);

	/* The sender may have been unregistered by another thread. */
	return registered - !list_empty(&sender->in_order);
}

/* Here as below: recipients are all names but the sender's, and there is a copy for each. */
static void unreserve_locked(const struct sm_mailbox *sender, struct llist_head *copies)
{
	struct llist_node *copy = copies->first;
	struct sm_mailbox *mailbox;
	unsigned int count = 0;

	lockdep_assert_held_read(&directory_lock);

	list_for_each_entry(mailbox, &mailboxes, in_order) {
		if (mailbox == sender)
			continue;
		sm_admission_unreserve(&mailbox->queue, copy_of(copy));
		copy = copy->next;
		rest_after_portion(&count);
	}
}

/* Takes room in the recipients' queues: in those that overwrite, or in the others. */
static __always_inline int reserve_locked(const struct sm_mailbox *sender,
					  struct llist_head *copies, bool overwrite,
					  struct sm_call *call)
{
	struct llist_node *copy = copies->first;
	struct sm_mailbox *mailbox;
	unsigned int count = 0;
	int err;

	lockdep_assert_held_read(&directory_lock);

	list_for_each_entry(mailbox, &mailboxes, in_order) {
		if (mailbox == sender)
			continue;
		err = sm_admission_reserve(&mailbox->queue, copy_of(copy), overwrite, call);
		if (err)
			return err;
		copy = copy->next;
		rest_after_portion(&count);
	}
	return 0;
}

/* Cannot fail: the mailboxes are alive, and the copies have their room. */
static void distribute_locked(const struct sm_mailbox *sender, struct llist_head *copies,
			      struct sm_call *call)
{
	struct sm_mailbox *mailbox;
	struct sm_message *copy;
	unsigned int count = 0;
	ktime_t now = ktime_get();

	lockdep_assert_held_read(&directory_lock);

	list_for_each_entry(mailbox, &mailboxes, in_order) {
		if (mailbox == sender)
			continue;
		copy = copy_of(copies->first);
		copies->first = copy->unsent.next;
		if (WARN_ON_ONCE(sm_schedule_send_at(&mailbox->schedule, copy, call, now)))
			sm_message_free(copy);
		if (rest_after_portion(&count))
			now = ktime_get();
	}
}

/* Nobody loses his oldest message to a broadcast that another is too full for. */
static int deliver_locked(const struct sm_mailbox *sender, struct llist_head *copies,
			  struct sm_call *call)
{
	int err;

	err = reserve_locked(sender, copies, false, call);
	if (!err)
		err = reserve_locked(sender, copies, true, call);
	if (err)
		unreserve_locked(sender, copies);
	else
		distribute_locked(sender, copies, call);
	return err;
}

/* Copies are made without the lock, so that nobody waits for another's memory. */
static int broadcast(const struct sm_mailbox *sender, struct sm_call *call,
		     struct sm_message *first, struct llist_head *copies)
{
	unsigned int ready = 0, wanted = guess_recipients();
	int err;

	for (;;) {
		err = sm_message_copy(call, first, wanted - ready, copies);
		if (err)
			return err;
		ready = wanted;

		if (down_read_killable(&directory_lock))
			return -EINTR;
		wanted = count_recipients_locked(sender);
		if (ready >= wanted)
			break;
		up_read(&directory_lock);
	}
	err = deliver_locked(sender, copies, call);
	up_read(&directory_lock);
	return err;
}

int sm_mailbox_broadcast(const struct sm_mailbox *sender, struct sm_call *call,
			 struct sm_message *message)
{
	LLIST_HEAD(copies);
	int err;

	call->deadline = SM_AT_ONCE;
	err = broadcast(sender, call, message, &copies);
	free_copies(&copies);
	sm_message_free(message);
	return err;
}

/* ---- looking around */

int sm_mailbox_list(u64 *cursor, struct synchmess_stat *stats, unsigned int most)
{
	struct sm_mailbox *mailbox;
	unsigned int count = 0;

	if (down_read_killable(&directory_lock))
		return -EINTR;
	list_for_each_entry(mailbox, &mailboxes, in_order) {
		if (mailbox->number <= *cursor)
			continue;
		if (count == most)
			break;
		sm_mailbox_show(mailbox, &stats[count++]);
		*cursor = mailbox->number;
	}
	up_read(&directory_lock);
	return count;
}

/* In the order of registration, also if @last is in it no more. */
static struct sm_mailbox *next_locked(struct sm_mailbox *last)
{
	struct list_head *from = last && !list_empty(&last->in_order) ? &last->in_order :
									&mailboxes;
	struct sm_mailbox *mailbox = list_entry(from, struct sm_mailbox, in_order);

	lockdep_assert_held_read(&directory_lock);

	list_for_each_entry_continue(mailbox, &mailboxes, in_order) {
		if (!last || mailbox->number > last->number)
			return mailbox;
	}
	return NULL;
}

struct sm_mailbox *sm_mailbox_next(struct sm_mailbox *last)
{
	struct sm_mailbox *next = ERR_PTR(-EINTR);

	if (!down_read_killable(&directory_lock)) {
		next = next_locked(last);
		if (next)
			sm_mailbox_get(next);
		up_read(&directory_lock);
	}
	if (last)
		sm_mailbox_put(last);
	return next;
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

void sm_mailbox_directory_show(void)
{
	shown = debugfs_create_file("mailboxes", 0400, sm_debugfs_folder(), NULL, &mailboxes_fops);
}

int sm_mailbox_directory_module_init(void)
{
	return rhashtable_init(&names, &by_name);
}

void sm_mailbox_directory_module_exit(void)
{
	debugfs_remove(shown);
	rhashtable_destroy(&names);
}
