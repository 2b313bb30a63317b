// SPDX-License-Identifier: GPL-2.0
#include "watch.h"

#include "barrier.h"
#include "deadline.h"
#include "group.h"
#include "port.h"

#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/wait.h>

/**
 * struct watch - an open file
 * @group: whose barrier is watched, referenced
 * @seen: the generation that was read last; guarded by the barrier's lock
 */
struct watch {
	struct sm_group *group;
	u64 seen;
};

static int await_news(struct watch *watch, ktime_t deadline, u64 *generation)
{
	struct sm_barrier *barrier = &watch->group->barrier;
	int result, err;

	result = sm_barrier_has_news(barrier, &watch->seen, generation);
	if (result)
		return result;
	if (deadline == SM_AT_ONCE)
		return -EAGAIN;
	err = wait_event_interruptible(barrier->watchers,
				       (result = sm_barrier_has_news(barrier, &watch->seen,
								     generation)));
	return err ?: result;
}

/* It has seen only what it got: a buffer that faults loses nothing. */
static ssize_t watch_read(struct kiocb *iocb, struct iov_iter *to)
{
	ktime_t deadline = sm_port_patience(iocb->ki_filp, iocb->ki_flags & IOCB_NOWAIT);
	struct watch *watch = iocb->ki_filp->private_data;
	u64 generation;
	int result;

	if (iov_iter_count(to) < sizeof(generation))
		return -EINVAL;
	result = await_news(watch, deadline, &generation);
	if (result < 0)
		return result;
	if (copy_to_iter(&generation, sizeof(generation), to) != sizeof(generation))
		return -EFAULT;
	sm_barrier_see(&watch->group->barrier, &watch->seen, generation);
	return sizeof(generation);
}

static __poll_t watch_poll(struct file *file, struct poll_table_struct *wait)
{
	struct watch *watch = file->private_data;
	struct sm_barrier *barrier = &watch->group->barrier;
	u64 generation;
	int news;

	poll_wait(file, &barrier->watchers, wait);
	news = sm_barrier_has_news(barrier, &watch->seen, &generation);
	if (news < 0)
		return EPOLLHUP | EPOLLERR;
	return news ? EPOLLIN | EPOLLRDNORM : 0;
}

static int watch_release(struct inode *inode, struct file *file)
{
	struct watch *watch = file->private_data;

	sm_group_put(watch->group);
	kfree(watch);
	return 0;
}

static void watch_show_fdinfo(struct seq_file *seq, struct file *file)
{
	struct watch *watch = file->private_data;

	seq_printf(seq, "watches-group:\t%u\n", watch->group->node.number);
}

static const struct file_operations watch_operations = {
	.owner = THIS_MODULE,
	.release = watch_release,
	.read_iter = watch_read,
	.poll = watch_poll,
	.show_fdinfo = watch_show_fdinfo,
};

static struct file *create(struct sm_group *group, u64 seen, unsigned int flags)
{
	struct watch *watch = kzalloc(sizeof(*watch), GFP_KERNEL_ACCOUNT);
	struct file *file;

	if (!watch)
		return ERR_PTR(-ENOMEM);
	watch->group = group;
	watch->seen = seen;
	file = anon_inode_getfile("[synchmess-watch]", &watch_operations, watch, O_RDONLY | flags);
	if (IS_ERR(file)) {
		kfree(watch);
		return file;
	}
	sm_group_get(group);
	file->f_mode |= FMODE_NOWAIT;
	stream_open(file_inode(file), file);
	return file;
}

int sm_watch_open(struct sm_group *group, u64 seen, unsigned int flags)
{
	struct file *file;
	u64 generation;
	int fd;

	fd = sm_barrier_has_news(&group->barrier, &seen, &generation);
	if (fd < 0)
		return fd;
	if (seen > generation)
		return -EINVAL;
	fd = get_unused_fd_flags(flags & O_CLOEXEC);
	if (fd < 0)
		return fd;
	file = create(group, seen ?: generation, flags);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	fd_install(fd, file);
	return fd;
}
