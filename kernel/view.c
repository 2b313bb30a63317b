// SPDX-License-Identifier: GPL-2.0
#include "view.h"

#include "audience.h"
#include "crowd.h"
#include "debugfs.h"
#include "group.h"
#include "group_directory.h"
#include "histogram.h"
#include "label.h"
#include "mailbox.h"
#include "mailbox_directory.h"

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kstrtox.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

/* So many leases are looked at under one lock. */
#define PORTION 64

static struct dentry *waiting, *leases, *histograms;

/* ---- all there is */

/* What a file says of one queue, and of what else a group has. */
struct aspect {
	int (*show_queue)(struct seq_file *seq, struct sm_schedule *schedule);
	int (*show_group)(struct seq_file *seq, struct sm_group *group);
};

/* A text that does not fit is begun anew: no need to go on. */
static int state_of(struct seq_file *seq)
{
	if (fatal_signal_pending(current))
		return -EINTR;
	cond_resched();
	return seq_has_overflowed(seq);
}

static int show_group(struct seq_file *seq, const struct aspect *aspect, struct sm_group *group)
{
	int err = aspect->show_queue(seq, &group->schedule);

	if (!err && aspect->show_group)
		err = aspect->show_group(seq, group);
	return err ?: state_of(seq);
}

static int show_groups(struct seq_file *seq, const struct aspect *aspect)
{
	unsigned int number = 0;
	struct sm_group *group;
	int err = 0;

	while (!err && (group = sm_group_next(number))) {
		if (IS_ERR(group))
			return PTR_ERR(group);
		number = group->node.number;
		err = show_group(seq, aspect, group);
		sm_group_put(group);
	}
	return err;
}

static int show_mailboxes(struct seq_file *seq, const struct aspect *aspect)
{
	struct sm_mailbox *mailbox = NULL;
	int err = 0;

	while ((mailbox = sm_mailbox_next(mailbox))) {
		if (IS_ERR(mailbox))
			return PTR_ERR(mailbox);
		err = aspect->show_queue(seq, &mailbox->schedule) ?: state_of(seq);
		if (err) {
			sm_mailbox_put(mailbox);
			break;
		}
	}
	return err;
}

static int show_all(struct seq_file *seq, const struct aspect *aspect)
{
	int err = show_groups(seq, aspect) ?: show_mailboxes(seq, aspect);

	return min(err, 0);
}

static u64 ms_since(unsigned long then)
{
	return jiffies64_to_msecs(jiffies - then);
}

/* ---- who waits */

/* Whoever waits for the same: how to see them, and what for. */
struct place {
	const struct sm_label *label;
	const char *what;
	void (*look)(struct sm_crowd *crowd, void *where);
	void *where;
};

static void look_for_readers(struct sm_crowd *crowd, void *queue)
{
	sm_audience_look(queue, crowd);
}

static void look_for_writers(struct sm_crowd *crowd, void *where)
{
	struct sm_queue *queue = where;

	sm_crowd_look(crowd, &queue->room.line, &queue->lock);
}

static void look_for_sleepers(struct sm_crowd *crowd, void *where)
{
	struct sm_barrier *barrier = where;

	sm_crowd_look(crowd, &barrier->sleepers, &barrier->lock);
}

static void look_for_parties(struct sm_crowd *crowd, void *where)
{
	struct sm_rendezvous *rendezvous = where;

	sm_crowd_look(crowd, &rendezvous->waiting, &rendezvous->lock);
}

static void show_crowd(struct seq_file *seq, const struct place *place,
		       const struct sm_crowd *crowd)
{
	unsigned int i;

	for (i = 0; i < crowd->count; i++) {
		const struct sm_person *person = &crowd->people[i];

		sm_label_show(seq, place->label);
		seq_printf(seq, "%-8s %-8d %-8d %llu\n", place->what, person->pid, person->tid,
			   ms_since(person->since));
	}
}

static int show_place(struct seq_file *seq, const struct place *place)
{
	struct sm_crowd crowd = { };
	int err;

	do {
		crowd.count = 0;
		place->look(&crowd, place->where);
		err = crowd.count ? sm_crowd_grow(&crowd) : 0;
	} while (err > 0);
	if (!err)
		show_crowd(seq, place, &crowd);
	sm_crowd_free(&crowd);
	return err;
}

static int show_queue_waiting(struct seq_file *seq, struct sm_schedule *schedule)
{
	struct sm_queue *queue = schedule->queue;
	const struct place readers = { queue->label, "message", look_for_readers, queue };
	const struct place writers = { queue->label, "room", look_for_writers, queue };

	return show_place(seq, &readers) ?: show_place(seq, &writers);
}

static int show_group_waiting(struct seq_file *seq, struct sm_group *group)
{
	const struct place sleepers = {
		&group->label, "awake", look_for_sleepers, &group->barrier
	};
	const struct place parties = {
		&group->label, "meeting", look_for_parties, &group->rendezvous
	};

	return show_place(seq, &sleepers) ?: show_place(seq, &parties);
}

static int waiting_show(struct seq_file *seq, void *unused)
{
	static const struct aspect aspect = { show_queue_waiting, show_group_waiting };

	seq_puts(seq, "KIND    NAME     FOR      PID      TID      MS\n");
	return show_all(seq, &aspect);
}
DEFINE_SHOW_ATTRIBUTE(waiting);

/* ---- who has leased what */

static void show_lease(struct seq_file *seq, const struct sm_label *label,
		       const struct sm_lease_sight *sight)
{
	s64 left = ktime_to_ms(ktime_sub(sight->end, ktime_get()));

	sm_label_show(seq, label);
	seq_printf(seq, "%-8d %-10llu %-10llu %-8u %-10u %-10llu ", sight->holder_pid,
		   sight->id, sight->token, sight->size, sight->deliveries,
		   ms_since(sight->since));
	if (sight->end == KTIME_MAX)
		seq_puts(seq, "-\n");
	else
		seq_printf(seq, "%lld\n", max(left, 0LL));
}

static int show_queue_leases(struct seq_file *seq, struct sm_schedule *schedule)
{
	struct sm_lease_sight *sights;
	unsigned int count, i;
	int err = 0;

	sights = kcalloc(PORTION + 1, sizeof(*sights), GFP_KERNEL_ACCOUNT);
	if (!sights)
		return -ENOMEM;
	do {
		/* The last one of a portion is where the next begins. */
		count = sm_leases_look(&schedule->leases, &sights[PORTION], sights, PORTION);
		for (i = 0; i < count; i++)
			show_lease(seq, schedule->queue->label, &sights[i]);
		if (count)
			sights[PORTION] = sights[count - 1];
		err = state_of(seq);
	} while (!err && count == PORTION);
	kfree(sights);
	return err;
}

static int leases_show(struct seq_file *seq, void *unused)
{
	static const struct aspect aspect = { show_queue_leases };

	seq_puts(seq, "KIND    NAME     HOLDER   ID         TOKEN      SIZE     DELIVERIES HELD-MS    LEFT-MS\n");
	return show_all(seq, &aspect);
}
DEFINE_SHOW_ATTRIBUTE(leases);

/* ---- how long messages wait */

static int show_queue_histogram(struct seq_file *seq, struct sm_schedule *schedule)
{
	struct sm_histogram *copy = kmalloc(sizeof(*copy), GFP_KERNEL_ACCOUNT);

	if (!copy)
		return -ENOMEM;
	if (sm_queue_read_histogram(schedule->queue, copy))
		sm_histogram_show(seq, schedule->queue->label, copy);
	kfree(copy);
	return 0;
}

static int histograms_show(struct seq_file *seq, void *unused)
{
	static const struct aspect aspect = { show_queue_histogram };

	seq_puts(seq, "KIND    NAME     WHAT     FROM         COUNT\n");
	return show_all(seq, &aspect);
}

static int histograms_open(struct inode *inode, struct file *file)
{
	return single_open(file, histograms_show, NULL);
}

static ssize_t histograms_write(struct file *file, const char __user *from, size_t size,
				loff_t *offset)
{
	bool on;
	int err = kstrtobool_from_user(from, size, &on);

	if (err)
		return err;
	sm_histograms_switch(on);
	return size;
}

static const struct file_operations histograms_fops = {
	.owner = THIS_MODULE,
	.open = histograms_open,
	.read = seq_read,
	.write = histograms_write,
	.llseek = seq_lseek,
	.release = single_release,
};

void sm_view_module_init(void)
{
	struct dentry *folder = sm_debugfs_folder();

	waiting = debugfs_create_file("waiting", 0400, folder, NULL, &waiting_fops);
	leases = debugfs_create_file("leases", 0400, folder, NULL, &leases_fops);
	histograms = debugfs_create_file("histograms", 0600, folder, NULL, &histograms_fops);
}

void sm_view_module_exit(void)
{
	debugfs_remove(histograms);
	debugfs_remove(leases);
	debugfs_remove(waiting);
}
