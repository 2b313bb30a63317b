// SPDX-License-Identifier: GPL-2.0
#include "barrier_commands.h"

#include "abi.h"
#include "group.h"
#include "port.h"
#include "queue.h"
#include "watch.h"

#include <linux/errno.h>
#include <linux/fault-inject-usercopy.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/synchmess.h>
#include <linux/uaccess.h>

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

/* Each command has a frame of its own, so that the short ones do not pay for the long ones. */

/* ---- the barrier */

static noinline long sleep(struct file *file, struct sm_barrier *barrier,
			   void __user *argument, size_t size)
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

static noinline long awake(struct sm_barrier *barrier, void __user *argument, size_t size)
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

static noinline long watch(struct sm_group *group, void __user *argument, size_t size)
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

static noinline long show(struct sm_group *group, void __user *argument, size_t size)
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

#define ASK(value, from)	unsafe_get_user(value, from, fault)
#define TELL(value, to)		unsafe_put_user(value, to, fault)

/* What is needed. A place where the answer can begin and end has room for all of it. */
static __always_inline int ask(struct synchmess_meet __user *program,
			       struct sm_meeting *meeting, u64 *deadline, u32 *flags)
{
	u32 how, reserved;

	if (should_fail_usercopy() || !user_access_begin(program, sizeof(*program)))
		return -EFAULT;
	ASK(meeting->number, &program->meeting);
	ASK(*deadline, &program->deadline);
	ASK(meeting->parties, &program->parties);
	ASK(*flags, &program->flags);
	ASK(how, &program->how);
	ASK(reserved, &program->reserved);
	TELL(meeting->number, &program->meeting);
	TELL(how, &program->how);
	user_access_end();
	return reserved || *flags & ~SYNCHMESS_NOWAIT ? -EINVAL : 0;

fault:
	user_access_end();
	return -EFAULT;
}

/* As answer(). */
static __always_inline void tell(struct synchmess_meet __user *program, u64 meeting, u32 pid,
				 u32 tid, u32 how)
{
	if (!user_write_access_begin(program, sizeof(*program)))
		return;
	TELL(meeting, &program->meeting);
	TELL(pid, &program->pid);
	TELL(tid, &program->tid);
	TELL(how, &program->how);
fault:
	user_write_access_end();
}

static noinline void tell_broken(struct synchmess_meet __user *program,
				 struct sm_meeting *meeting)
{
	struct sm_party *culprit = &meeting->culprit;

	tell(program, meeting->number, pid_vnr(culprit->process), pid_vnr(culprit->thread),
	     culprit->how);
	sm_party_put(culprit);
}

static noinline long meet(struct file *file, struct sm_rendezvous *rendezvous,
			  struct sm_member *member, struct synchmess_meet __user *program,
			  size_t size)
{
	struct sm_meeting meeting;
	u64 deadline;
	u32 flags;
	int result;

	result = sm_abi_check_rest(program, size, sizeof(*program), SM_FIRST_MEET) ?:
		 ask(program, &meeting, &deadline, &flags);
	if (result)
		return result;
	meeting.deadline = sm_port_until(file, flags & SYNCHMESS_NOWAIT, deadline);
	result = sm_rendezvous_meet(rendezvous, member, &meeting);
	if (unlikely(result == -EOWNERDEAD))
		tell_broken(program, &meeting);
	else
		tell(program, meeting.number, 0, 0, 0);
	return result;
}

/* ---- all commands */

/* A group that is being removed is so for the barrier, too, once its queue has said so. */
static int check(struct file *file, struct sm_group *group, fmode_t mode)
{
	int err = sm_port_check(file, mode);

	return err ?: sm_queue_is_dead(&group->queue) ? -ENODEV : 0;
}

static noinline long execute(struct file *file, unsigned int command, void __user *argument,
			     struct sm_group *group, struct sm_member *member)
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

/* The shortest does not wait until the others are ruled out. */
long sm_barrier_commands(struct file *file, unsigned int command, void __user *argument,
			 struct sm_group *group, struct sm_member *member)
{
	if (likely(SM_COMMAND(command) == SM_COMMAND(SYNCHMESS_MEET) && !argument))
		return check(file, group, SM_BOTH) ?:
		       sm_rendezvous_meet_members(&group->rendezvous, member,
						  sm_port_patience(file, false));
	return execute(file, command, argument, group, member);
}
