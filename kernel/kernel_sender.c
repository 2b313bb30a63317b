// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel senders: what other modules can do, as include/linux/synchmess.h says.
 *
 * A handle belongs to the module that got it, and has references to its group and to the
 * sender that all its messages share. What changes in it, its listener, is changed by
 * one caller at a time; so it needs no lock.
 */
#include "compat/export.h"
#include "call.h"
#include "deadline.h"
#include "group.h"
#include "group_directory.h"
#include "listener.h"
#include "message.h"
#include "quota.h"
#include "sender.h"

#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/synchmess.h>

/**
 * struct synchmess_group - a handle
 * @group: the group, referenced
 * @sender: the module, referenced
 * @listens: @listener was started
 * @listener: whom to call
 */
struct synchmess_group {
	struct sm_group *group;
	struct sm_sender *sender;
	bool listens;
	struct sm_listener listener;
};

/* ---- handles */

static struct sm_sender *sender_create(const char *module)
{
	struct sm_account *account = sm_account_of_kernel();
	struct sm_sender *sender;

	if (IS_ERR(account))
		return NULL;
	sender = sm_sender_of_module(account, module);
	sm_account_put(account);
	return sender;
}

static struct sm_group *find(unsigned int descriptor, const char *name)
{
	struct synchmess_target target = { .descriptor = descriptor };

	if (!descriptor &&
	    (!name || strscpy_pad(target.name, name, sizeof(target.name)) <= 0))
		return ERR_PTR(-EINVAL);
	return sm_group_find(&target);
}

static struct synchmess_group *handle_create(const char *module)
{
	struct synchmess_group *handle = kzalloc(sizeof(*handle), GFP_KERNEL);

	if (!handle)
		return NULL;
	handle->sender = sender_create(module);
	if (!handle->sender) {
		kfree(handle);
		return NULL;
	}
	return handle;
}

static void handle_free(struct synchmess_group *handle)
{
	sm_sender_put(handle->sender);
	kfree(handle);
}

struct synchmess_group *synchmess_group_get_as(const char *module, unsigned int descriptor,
					       const char *name)
{
	struct synchmess_group *handle = handle_create(module);
	struct sm_group *group;

	if (!handle)
		return ERR_PTR(-ENOMEM);
	group = find(descriptor, name);
	if (IS_ERR(group)) {
		handle_free(handle);
		return ERR_CAST(group);
	}
	handle->group = group;
	return handle;
}

SM_EXPORT(synchmess_group_get_as);

void synchmess_group_put(struct synchmess_group *handle)
{
	if (!handle)
		return;
	synchmess_unlisten(handle);
	sm_group_put(handle->group);
	handle_free(handle);
}

SM_EXPORT(synchmess_group_put);

/* ---- sending */

int synchmess_post(struct synchmess_group *handle, const void *data, size_t size,
		   unsigned int priority, u64 tag)
{
	const struct sm_terms terms = { .tag = tag, .priority = priority };
	struct sm_call call = { .sender = handle->sender, .deadline = SM_AT_ONCE };
	struct sm_group *group = handle->group;
	struct sm_message *message;
	int err;

	if (priority >= SYNCHMESS_PRIORITIES)
		return -EINVAL;
	err = sm_queue_check(&group->queue, size, &call.why);
	if (err)
		return err;
	message = sm_message_from_kernel(&call, &terms, data, size);
	if (IS_ERR(message))
		return PTR_ERR(message);
	err = sm_schedule_post(&group->schedule, message);
	if (err)
		sm_message_free(message);
	return err;
}

SM_EXPORT(synchmess_post);

/* ---- listening */

int synchmess_listen(struct synchmess_group *handle, void (*readable)(void *data), void *data)
{
	struct sm_queue *queue = &handle->group->queue;

	if (handle->listens)
		return -EBUSY;
	if (sm_queue_is_dead(queue))
		return -ENODEV;
	handle->listens = true;
	sm_listener_start(&handle->listener, queue, readable, data);
	return 0;
}

SM_EXPORT(synchmess_listen);

void synchmess_unlisten(struct synchmess_group *handle)
{
	if (handle->listens)
		sm_listener_stop(&handle->listener);
	handle->listens = false;
}

SM_EXPORT(synchmess_unlisten);
