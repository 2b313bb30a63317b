// SPDX-License-Identifier: GPL-2.0
#include "bell.h"

#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/slab.h>

struct sm_bell *sm_bell_create(void)
{
	struct sm_bell *bell = kzalloc(sizeof(*bell), GFP_KERNEL_ACCOUNT);

	if (!bell)
		return NULL;
	kref_init(&bell->refs);
	init_waitqueue_head(&bell->readers);
	init_waitqueue_head(&bell->writers);
	return bell;
}

static void bell_free(struct kref *refs)
{
	kfree(container_of(refs, struct sm_bell, refs));
}

void sm_bell_put(struct sm_bell *bell)
{
	kref_put(&bell->refs, bell_free);
}

void sm_bell_ring_listening_readers(struct sm_bell *bell, unsigned int messages)
{
	__wake_up(&bell->readers, TASK_INTERRUPTIBLE, messages,
		  poll_to_key(EPOLLIN | EPOLLRDNORM));
	kill_fasync(&bell->owners, SIGIO, POLL_IN);
}

void sm_bell_ring_writers(struct sm_bell *bell)
{
	wake_up_interruptible_poll(&bell->writers, EPOLLOUT | EPOLLWRNORM);
	kill_fasync(&bell->owners, SIGIO, POLL_OUT);
}

void sm_bell_ring_all(struct sm_bell *bell)
{
	wake_up_all(&bell->readers);
	wake_up_all(&bell->writers);
	kill_fasync(&bell->owners, SIGIO, POLL_HUP);
}
