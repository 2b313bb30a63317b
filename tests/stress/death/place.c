// SPDX-License-Identifier: GPL-2.0
#include "stress/death/place.h"

#include "harness/group.h"
#include "harness/mailbox.h"
#include "harness/sysfs.h"

#include <linux/synchmess.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int kept[PLACES];

bool place_is_mailbox(int place)
{
	return place >= FIRST_MAILBOX;
}

bool place_is_kept(int place)
{
	return place < KEPT_GROUPS || (place >= FIRST_MAILBOX && place < FIRST_PASSING);
}

unsigned int place_number(int group)
{
	return 2001 + group;
}

const char *place_name(int mailbox)
{
	static _Thread_local char name[SYNCHMESS_MAILBOX_NAME_MAX + 1];

	snprintf(name, sizeof(name), "box%d", mailbox % 1000);
	return name;
}

/* Half of the groups let readers sleep from the beginning. */
static void make_group(int group)
{
	group_fresh(place_number(group));
	if (group % 2)
		group_set(place_number(group), "empty_read", "block");
	kept[group] = group_open(place_number(group), O_RDWR | O_NONBLOCK);
}

void places_make(void)
{
	int place;

	for (place = 0; place < PLACES; place++) {
		if (!place_is_kept(place))
			continue;
		if (place_is_mailbox(place))
			kept[place] = mailbox_register(place_name(place));
		else
			make_group(place);
	}
}

static void remove_if_there(int group)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", place_number(group));
	if (sysfs_try_write("/sys/class/synchmess/synchmess/remove", number))
		assert_int_equal(errno, ENOENT);
}

void places_remove(void)
{
	int place;

	for (place = 0; place < PLACES; place++) {
		if (!place_is_mailbox(place))
			remove_if_there(place);
		if (place_is_kept(place))
			assert_ok(close(kept[place]));
	}
}

int place_kept_fd(int place)
{
	return dup(kept[place]);
}

int place_open(int group, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), SYNCHMESS_MASTER_PATH "%u", place_number(group));
	return open(path, flags | O_CLOEXEC);
}
