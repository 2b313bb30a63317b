// SPDX-License-Identifier: GPL-2.0
#include "commands.h"

#include "abi.h"
#include "call.h"
#include "port.h"
#include "queue.h"
#include "reading.h"
#include "ring_commands.h"
#include "schedule.h"
#include "settings.h"
#include "settlement.h"
#include "transfer.h"

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/synchmess.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

static long query(void __user *argument, size_t size)
{
	const struct synchmess_query query = {
		.features = SYNCHMESS_FEATURE_MESSAGES | SYNCHMESS_FEATURE_BARRIER |
			    SYNCHMESS_FEATURE_LEASES | SYNCHMESS_FEATURE_FROM_KERNEL |
			    SYNCHMESS_FEATURE_ACKS | SYNCHMESS_FEATURE_URING |
			    SYNCHMESS_FEATURE_RING | SYNCHMESS_FEATURE_READING |
			    SYNCHMESS_FEATURE_MEMBERS,
		.max_message_size = SYNCHMESS_MAX_MESSAGE_SIZE,
		.max_descriptor = SYNCHMESS_MAX_DESCRIPTOR,
		.max_batch = SYNCHMESS_MAX_BATCH,
		.max_parts = UIO_MAXIOV,
		.priorities = SYNCHMESS_PRIORITIES,
		.group_name_max = SYNCHMESS_GROUP_NAME_MAX,
		.mailbox_name_max = SYNCHMESS_MAILBOX_NAME_MAX,
	};

	return sm_abi_put(argument, size, &query, sizeof(query), SM_FIRST_QUERY);
}

long sm_commands_any(struct sm_port *port, unsigned int command, void __user *argument)
{
	switch (SM_COMMAND(command)) {
	case SM_COMMAND(SYNCHMESS_QUERY):
		return query(argument, _IOC_SIZE(command));
	case SM_COMMAND(SYNCHMESS_WHY):
		return sm_port_why(port, argument, _IOC_SIZE(command));
	}
	return -ENOTTY;
}

long sm_commands_list(void __user *argument, size_t size,
		      long (*fill)(struct synchmess_list *list))
{
	struct synchmess_list __user *user = argument;
	struct synchmess_list list;
	long count;
	int err;

	err = sm_abi_get(&list, sizeof(list), user, size, SM_FIRST_LIST);
	if (err)
		return err;
	if (list.entry_size < SM_FIRST_STAT || list.entry_size > PAGE_SIZE)
		return -EINVAL;
	count = fill(&list);
	if (count >= 0 && put_user(list.cursor, &user->cursor))
		return -EFAULT;
	return count;
}

static int begin(struct file *file, struct sm_call *call, fmode_t mode, void __user *argument,
		 size_t size, struct sm_batch *batch)
{
	struct synchmess_batch given;
	int err;

	if (!(file->f_mode & mode))
		return -EBADF;
	err = sm_transfer_begin(file, call, argument, size, &given, batch);
	/* Only a mailbox sends to somebody. */
	if (!err && unlikely(sm_transfer_has_name(&given)))
		err = -EINVAL;
	return err;
}

static long send(struct file *file, struct sm_schedule *schedule, struct sm_call *call,
		 void __user *argument, size_t size)
{
	struct sm_port *port = file->private_data;
	struct sm_batch batch;
	long result;

	result = begin(file, call, FMODE_WRITE, argument, size, &batch);
	if (!result)
		result = sm_port_begin(port, call);
	if (!result)
		result = sm_transfer_send(schedule, call, &batch);
	return sm_port_end(port, call, result);
}

static long receive(struct file *file, struct sm_schedule *schedule, struct sm_call *call,
		    void __user *argument, size_t size)
{
	struct sm_batch batch;
	long result;

	result = begin(file, call, FMODE_READ, argument, size, &batch);
	if (!result && sm_port_is_shut_out(file->private_data, schedule->queue))
		result = -EBUSY;
	if (!result)
		result = sm_transfer_receive(schedule, call, &batch);
	return sm_port_end(file->private_data, call, result);
}

static long revoke(struct file *file, struct sm_schedule *schedule, struct sm_call *call,
		   void __user *argument, size_t size)
{
	long result = -EBADF;

	if (file->f_mode & FMODE_WRITE)
		result = sm_transfer_revoke(file, schedule, argument, size);
	return sm_port_end(file->private_data, call, result);
}

static long settle(struct file *file, struct sm_schedule *schedule, struct sm_call *call,
		   void __user *argument, size_t size)
{
	long result = -EBADF;

	if (file->f_mode & FMODE_READ)
		result = sm_settlement_settle(file, schedule, argument, size);
	return sm_port_end(file->private_data, call, result);
}

static int get_settings(struct file *file, struct sm_queue *queue, void __user *argument,
			size_t size, struct synchmess_settings *settings)
{
	int err = sm_port_check(file, SM_BOTH);

	if (err)
		return err;
	if (sm_queue_is_dead(queue))
		return -ENODEV;
	return sm_settings_get(settings, argument, size);
}

static long set(struct file *file, struct sm_queue *queue, struct sm_call *call,
		void __user *argument, size_t size)
{
	struct synchmess_settings settings;
	int err;

	err = get_settings(file, queue, argument, size, &settings);
	if (!err)
		sm_settings_apply(&settings, queue);
	return sm_port_end(file->private_data, call, err);
}

static long attach_ring(struct file *file, struct sm_queue *queue, struct sm_call *call,
			void __user *argument, size_t size)
{
	return sm_port_end(file->private_data, call,
			   sm_ring_attach(file, queue, call, argument, size));
}

static long wait_for_ring(struct file *file, struct sm_queue *queue, struct sm_call *call,
			  void __user *argument, size_t size)
{
	return sm_port_end(file->private_data, call,
			   sm_ring_wait(file, queue, call, argument, size));
}

bool sm_commands_need_queue(unsigned int command)
{
	switch (SM_COMMAND(command)) {
	case SM_COMMAND(SYNCHMESS_SEND):
	case SM_COMMAND(SYNCHMESS_RECEIVE):
	case SM_COMMAND(SYNCHMESS_REVOKE):
	case SM_COMMAND(SYNCHMESS_SET):
	case SM_COMMAND(SYNCHMESS_SETTLE):
	case SM_COMMAND(SYNCHMESS_RETRIES):
	case SM_COMMAND(SYNCHMESS_RING):
	case SM_COMMAND(SYNCHMESS_RING_WAIT):
	case SM_COMMAND(SYNCHMESS_READING):
		return true;
	}
	return false;
}

long sm_commands_queue(struct file *file, struct sm_schedule *schedule, struct sm_call *call,
		       unsigned int command, void __user *argument)
{
	size_t size = _IOC_SIZE(command);

	switch (SM_COMMAND(command)) {
	case SM_COMMAND(SYNCHMESS_SEND):
		return send(file, schedule, call, argument, size);
	case SM_COMMAND(SYNCHMESS_RECEIVE):
		return receive(file, schedule, call, argument, size);
	case SM_COMMAND(SYNCHMESS_REVOKE):
		return revoke(file, schedule, call, argument, size);
	case SM_COMMAND(SYNCHMESS_SETTLE):
		return settle(file, schedule, call, argument, size);
	case SM_COMMAND(SYNCHMESS_SET):
		return set(file, schedule->queue, call, argument, size);
	case SM_COMMAND(SYNCHMESS_RING):
		return attach_ring(file, schedule->queue, call, argument, size);
	case SM_COMMAND(SYNCHMESS_RING_WAIT):
		return wait_for_ring(file, schedule->queue, call, argument, size);
	case SM_COMMAND(SYNCHMESS_READING):
		return sm_port_end(file->private_data, call,
				   sm_reading_set(file, schedule->queue, argument, size));
	}
	return sm_commands_any(file->private_data, command, argument);
}
