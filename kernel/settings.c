// SPDX-License-Identifier: GPL-2.0
#include "settings.h"

#include "abi.h"
#include "lending.h"
#include "queue.h"
#include "schedule.h"

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/synchmess.h>

int sm_settings_get(struct synchmess_settings *settings, const void __user *from, size_t size)
{
	int err;

	err = sm_abi_get(settings, sizeof(*settings), from, size, SM_FIRST_SETTINGS);
	if (err)
		return err;
	if (settings->max_message_size > SYNCHMESS_MAX_MESSAGE_SIZE ||
	    settings->max_storage_size > LONG_MAX || settings->max_messages > LONG_MAX ||
	    settings->full > SYNCHMESS_FULL_DROP_OLDEST ||
	    settings->empty > SYNCHMESS_EMPTY_BLOCK)
		return -EINVAL;
	return 0;
}

void sm_settings_apply(const struct synchmess_settings *settings, struct sm_queue *queue)
{
	struct sm_room *room = &queue->room;
	SM_DEFINE_AFTER(after);

	/* Nobody is admitted by half of them. */
	sm_queue_lock(queue);
	sm_room_set_limit(room, SM_LIMIT_MESSAGE, settings->max_message_size);
	sm_room_set_limit(room, SM_LIMIT_STORAGE, settings->max_storage_size);
	sm_room_set_limit(room, SM_LIMIT_LENGTH, settings->max_messages);
	sm_queue_unlock(queue, &after);
	if (settings->empty)
		sm_queue_set_empty(queue, settings->empty);
	if (settings->full)
		sm_queue_set_full(queue, settings->full);
	else
		sm_queue_serve(queue);
}

static u64 limit(const struct sm_queue *queue, enum sm_limit limit)
{
	unsigned long value = sm_room_limit(&queue->room, limit);

	return value == ULONG_MAX ? U64_MAX : value;
}

void sm_settings_show(struct sm_schedule *schedule, struct synchmess_stat *stat)
{
	struct sm_queue *queue = schedule->queue;
	struct sm_ledger ledger;
	unsigned long stored;

	sm_queue_read_ledger(queue, &ledger, &stored);
	stat->max_message_size = limit(queue, SM_LIMIT_MESSAGE);
	stat->max_storage_size = limit(queue, SM_LIMIT_STORAGE);
	stat->max_messages = limit(queue, SM_LIMIT_LENGTH);
	stat->full = READ_ONCE(queue->full);
	stat->empty = READ_ONCE(queue->empty);
	stat->sent = ledger.sent;
	stat->delivered = ledger.delivered;
	stat->queued = ledger.queued;
	stat->scheduled = ledger.scheduled;
	stat->leased = ledger.leased;
	stat->revoked = ledger.revoked;
	stat->expired = ledger.expired;
	stat->overwritten = ledger.overwritten;
	stat->dropped = ledger.dropped;
	stat->stored = stored;
	sm_lending_read_retries(schedule, &stat->max_deliveries, &stat->dead_letters);
}
