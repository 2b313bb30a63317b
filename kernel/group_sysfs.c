// SPDX-License-Identifier: GPL-2.0
#include "group_sysfs.h"

#include "group.h"
#include "parameter.h"

#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/sysfs.h>

static struct sm_group *to_group(struct device *device)
{
	return dev_get_drvdata(device);
}

static ssize_t show_limit(struct device *device, enum sm_limit limit, char *page)
{
	return sysfs_emit(page, "%lu\n", sm_room_limit(&to_group(device)->queue.room, limit));
}

/* What the default may be the group's own may be too, and 0 to follow it. */
static ssize_t store_limit(struct device *device, enum sm_limit limit, const char *text,
			   size_t length)
{
	struct sm_queue *queue = &to_group(device)->queue;
	const struct sm_parameter *range = queue->room.defaults->of[limit];
	unsigned long value;

	if (kstrtoul(text, 0, &value))
		return -EINVAL;
	if (value && (value < range->min || value > range->max))
		return -EINVAL;
	sm_room_set_limit(&queue->room, limit, value);
	sm_queue_serve(queue);
	return length;
}

static ssize_t max_message_size_show(struct device *device, struct device_attribute *attribute,
				     char *page)
{
	return show_limit(device, SM_LIMIT_MESSAGE, page);
}

static ssize_t max_message_size_store(struct device *device, struct device_attribute *attribute,
				      const char *text, size_t length)
{
	return store_limit(device, SM_LIMIT_MESSAGE, text, length);
}
static DEVICE_ATTR_RW(max_message_size);

static ssize_t max_storage_size_show(struct device *device, struct device_attribute *attribute,
				     char *page)
{
	return show_limit(device, SM_LIMIT_STORAGE, page);
}

static ssize_t max_storage_size_store(struct device *device, struct device_attribute *attribute,
				      const char *text, size_t length)
{
	return store_limit(device, SM_LIMIT_STORAGE, text, length);
}
static DEVICE_ATTR_RW(max_storage_size);

static const char * const empty_words[] = {
	[SM_EMPTY_EOF - 1] = "eof",
	[SM_EMPTY_AGAIN - 1] = "again",
	[SM_EMPTY_BLOCK - 1] = "block",
};

static ssize_t empty_read_show(struct device *device, struct device_attribute *attribute,
			       char *page)
{
	unsigned int empty = READ_ONCE(to_group(device)->queue.empty);

	return sysfs_emit(page, "%s\n", empty_words[empty - 1]);
}

static ssize_t empty_read_store(struct device *device, struct device_attribute *attribute,
				const char *text, size_t length)
{
	int empty = sysfs_match_string(empty_words, text);

	if (empty < 0)
		return empty;
	sm_queue_set_empty(&to_group(device)->queue, empty + 1);
	return length;
}
static DEVICE_ATTR_RW(empty_read);

static const char * const full_words[] = {
	[SM_FULL_FAIL - 1] = "fail",
	[SM_FULL_BLOCK - 1] = "block",
	[SM_FULL_DROP_OLDEST - 1] = "drop-oldest",
};

static ssize_t full_write_show(struct device *device, struct device_attribute *attribute,
			       char *page)
{
	unsigned int full = READ_ONCE(to_group(device)->queue.full);

	return sysfs_emit(page, "%s\n", full_words[full - 1]);
}

static ssize_t full_write_store(struct device *device, struct device_attribute *attribute,
				const char *text, size_t length)
{
	int full = sysfs_match_string(full_words, text);

	if (full < 0)
		return full;
	sm_queue_set_full(&to_group(device)->queue, full + 1);
	return length;
}
static DEVICE_ATTR_RW(full_write);

static ssize_t send_delay_show(struct device *device, struct device_attribute *attribute,
			       char *page)
{
	return sysfs_emit(page, "%u\n", READ_ONCE(to_group(device)->send_delay_ms));
}

static ssize_t send_delay_store(struct device *device, struct device_attribute *attribute,
				const char *text, size_t length)
{
	unsigned int delay_ms;

	if (kstrtouint(text, 0, &delay_ms))
		return -EINVAL;
	WRITE_ONCE(to_group(device)->send_delay_ms, delay_ms);
	return length;
}
static DEVICE_ATTR_RW(send_delay);

static ssize_t sleepers_show(struct device *device, struct device_attribute *attribute,
			     char *page)
{
	return sysfs_emit(page, "%u\n", sm_barrier_count(&to_group(device)->barrier));
}
static DEVICE_ATTR_RO(sleepers);

static struct attribute *settings[] = {
	&dev_attr_max_message_size.attr,
	&dev_attr_max_storage_size.attr,
	&dev_attr_empty_read.attr,
	&dev_attr_full_write.attr,
	&dev_attr_send_delay.attr,
	&dev_attr_sleepers.attr,
	NULL
};

static const struct attribute_group settings_group = { .attrs = settings };

#define LEDGER_ATTRIBUTE(field) \
static ssize_t field##_show(struct device *device, struct device_attribute *attribute, \
			    char *page) \
{ \
	struct sm_ledger ledger; \
	unsigned long stored; \
\
	sm_queue_read_ledger(&to_group(device)->queue, &ledger, &stored); \
	return sysfs_emit(page, "%llu\n", ledger.field); \
} \
static DEVICE_ATTR_RO(field)

LEDGER_ATTRIBUTE(sent);
LEDGER_ATTRIBUTE(delivered);
LEDGER_ATTRIBUTE(queued);
LEDGER_ATTRIBUTE(scheduled);
LEDGER_ATTRIBUTE(leased);
LEDGER_ATTRIBUTE(revoked);
LEDGER_ATTRIBUTE(expired);
LEDGER_ATTRIBUTE(overwritten);
LEDGER_ATTRIBUTE(dropped);

static ssize_t stored_show(struct device *device, struct device_attribute *attribute, char *page)
{
	struct sm_ledger ledger;
	unsigned long stored;

	sm_queue_read_ledger(&to_group(device)->queue, &ledger, &stored);
	return sysfs_emit(page, "%lu\n", stored);
}
static DEVICE_ATTR_RO(stored);

static struct attribute *statistics[] = {
	&dev_attr_sent.attr,
	&dev_attr_delivered.attr,
	&dev_attr_queued.attr,
	&dev_attr_scheduled.attr,
	&dev_attr_leased.attr,
	&dev_attr_revoked.attr,
	&dev_attr_expired.attr,
	&dev_attr_overwritten.attr,
	&dev_attr_dropped.attr,
	&dev_attr_stored.attr,
	NULL
};

static const struct attribute_group statistics_group = {
	.name = "statistics",
	.attrs = statistics,
};

const struct attribute_group *sm_group_attributes[] = {
	&settings_group,
	&statistics_group,
	NULL
};
