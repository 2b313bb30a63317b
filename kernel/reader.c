// SPDX-License-Identifier: GPL-2.0
#include "reader.h"

#include "deadline.h"
#include "sender.h"

#include <linux/build_bug.h>
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/string.h>
#include <linux/synchmess.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

void sm_reader_init(struct sm_reader *reader)
{
	reader->clock = sm_clock_offset();
	reader->seen = 0;
}

void sm_reader_look_at(struct sm_reader *reader, const struct sm_sender *sender,
		       struct pid_namespace *pids, struct user_namespace *users)
{
	BUILD_BUG_ON(sizeof(reader->name) != sizeof(sender->name));
	reader->seen = sender->number;
	reader->pid = pid_nr_ns(sender->process, pids);
	reader->tid = pid_nr_ns(sender->thread, pids);
	/* Most readers see numbers as they are: those need no maps. */
	if (likely(users == &init_user_ns)) {
		reader->uid = __kuid_val(sender->uid);
		reader->gid = __kgid_val(sender->gid);
	} else {
		reader->uid = from_kuid_munged(users, sender->uid);
		reader->gid = from_kgid_munged(users, sender->gid);
	}
	reader->flags = sender->process ? 0 : SYNCHMESS_FROM_KERNEL;
	memcpy(reader->name, sender->name, sizeof(reader->name));
}

void sm_onlooker_init(struct sm_onlooker *onlooker)
{
	onlooker->pids = get_pid_ns(task_active_pid_ns(current));
	onlooker->cred = sm_sender_cred_get();
	sm_reader_init(&onlooker->reader);
}

void sm_onlooker_release(struct sm_onlooker *onlooker)
{
	put_cred(onlooker->cred);
	put_pid_ns(onlooker->pids);
}

void sm_onlooker_look_at(struct sm_onlooker *onlooker, const struct sm_sender *sender)
{
	sm_reader_look_at(&onlooker->reader, sender, onlooker->pids, onlooker->cred->user_ns);
}
