// SPDX-License-Identifier: GPL-2.0
#include "barrier_commands.h"

#include "abi.h"
#include "group.h"
#include "port.h"
#include "queue.h"
#include "watch.h"

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/synchmess.h>

/* A place where the answer cannot be written is found before anything is done. */
static int get(void *to, size_t size, void __user *from, size_t given, size_t first)
{
	int err = sm_abi_get(to, size, from, given, first);

	return err ?: sm_abi_put(from, given, to, size, first);
}

/* It could be written before; who has unmapped it since learns what was done all the same. */
static long answer(void __user *to, size_t given, const void *from, size_t size, long result)
{
	sm_abi_put(to, given, from, size, 0);
	return result;
}

/* ---- the barrier */

static long sleep(struct file *file, struct sm_barrier *barrier, void __user *argument,
		  size_t size)
{
	struct synchmess_sleep given;
	ktime_t deadline;
	int result, err;

	err = get(&given, sizeof(given), argument, size, SM_FIRST_SLEEP);
	if (err)
		return err;
	if (given.flags & ~SYNCHMESS_NOWAIT || given.reserved)
		return -EINVAL;
	deadline = sm_port_until(file, given.flags & SYNCHMESS_NOWAIT, given.deadline);
	result = sm_barrier_sleep(barrier, &given.generation, deadline);
	if (result < 0)
		return result;
	return answer(argument, size, &given, sizeof(given), result);
}

static long awake(struct sm_barrier *barrier, void __user *argument, size_t size)
{
	struct synchmess_awake given;
	int woken, err;

	err = get(&given, sizeof(given), argument, size, SM_FIRST_AWAKE);
	if (err)
		return err;
	if (!given.count || given.flags)
		return -EINVAL;
	woken = sm_barrier_awake(barrier, given.count, &given.generation);
	if (woken < 0)
		return woken;
	return answer(argument, size, &given, sizeof(given), woken);
}

static long watch(struct sm_group *group, void __user *argument, size_t size)
{
	struct synchmess_watch given;
	int err;

	err = sm_abi_get(&given, sizeof(given), argument, size, SM_FIRST_WATCH);
	if (err)
		return err;
	if (given.open_flags & ~(O_CLOEXEC | O_NONBLOCK) || given.reserved)
		return -EINVAL;
	return sm_watch_open(group, given.generation, given.open_flags);
}

static long show(struct sm_group *group, void __user *argument, size_t size)
{
	struct sm_attendance attendance;
	struct synchmess_barrier shown;
	const u64 never = 0;
	int err;

	err = sm_barrier_has_news(&group->barrier, &never, &shown.generation);
	if (err < 0)
		return err;
	sm_rendezvous_show(&group->rendezvous, &attendance);
	shown.meeting = attendance.meeting;
	shown.sleepers = sm_barrier_count(&group->barrier);
	shown.members = attendance.members;
	shown.parties = attendance.parties;
	shown.arrived = attendance.arrived;
	return sm_abi_put(argument, size, &shown, sizeof(shown), SM_FIRST_BARRIER);
}

/* ---- the rendezvous */

static void tell_culprit(struct synchmess_meet *given, struct sm_party *culprit)
{
	given->pid = pid_vnr(culprit->process);
	given->tid = pid_vnr(culprit->thread);
	given->how = culprit->how;
	sm_party_put(culprit);
}

static long meet(struct file *file, struct sm_rendezvous *rendezvous, struct sm_member *member,
		 void __user *argument, size_t size)
{
	struct sm_meeting meeting = { };
	struct synchmess_meet given;
	int result, err;

	err = get(&given, sizeof(given), argument, size, SM_FIRST_MEET);
	if (err)
		return err;
	if (given.flags & ~SYNCHMESS_NOWAIT || given.reserved)
		return -EINVAL;
	meeting.parties = given.parties;
	meeting.number = given.meeting;
	meeting.deadline = sm_port_until(file, given.flags & SYNCHMESS_NOWAIT, given.deadline);
	result = sm_rendezvous_meet(rendezvous, member, &meeting);
	given.meeting = meeting.number;
	tell_culprit(&given, &meeting.culprit);
	return answer(argument, size, &given, sizeof(given), result);
}

/* ---- all commands */

/* A group that is being removed is so for the barrier, too, once its queue has said so. */
static int check(struct file *file, struct sm_group *group, fmode_t mode)
{
	int err = sm_port_check(file, mode);

	return err ?: sm_queue_is_dead(&group->queue) ? -ENODEV : 0;
}

long sm_barrier_commands(struct file *file, struct sm_group *group, struct sm_member *member,
			 unsigned int command, void __user *argument)
{
	struct sm_rendezvous *rendezvous = &group->rendezvous;
	size_t size = _IOC_SIZE(command);

	switch (SM_COMMAND(command)) {
	case SM_COMMAND(SYNCHMESS_SLEEP):
		return check(file, group, SM_BOTH) ?: sleep(file, &group->barrier, argument, size);
	case SM_COMMAND(SYNCHMESS_AWAKE):
		return check(file, group, SM_BOTH) ?: awake(&group->barrier, argument, size);
	case SM_COMMAND(SYNCHMESS_WATCH):
		return check(file, group, FMODE_READ) ?: watch(group, argument, size);
	case SM_COMMAND(SYNCHMESS_BARRIER):
		return check(file, group, 0) ?: show(group, argument, size);
	case SM_COMMAND(SYNCHMESS_JOIN):
		return check(file, group, SM_BOTH) ?: sm_rendezvous_join(rendezvous, member);
	case SM_COMMAND(SYNCHMESS_LEAVE):
		return check(file, group, SM_BOTH) ?: sm_rendezvous_leave(rendezvous, member);
	case SM_COMMAND(SYNCHMESS_MEET):
		return check(file, group, SM_BOTH) ?:
		       meet(file, rendezvous, member, argument, size);
	}
	return -ENOTTY;
}
