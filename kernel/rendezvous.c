// SPDX-License-Identifier: GPL-2.0
#include "rendezvous.h"

#include "deadline.h"
#include "label.h"
#include "trace.h"
#include "waiter.h"

#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/synchmess.h>

/* ---- parties */

static struct sm_party caller(unsigned int how)
{
	return (struct sm_party){
		.process = get_pid(task_tgid(current)),
		.thread = get_pid(task_pid(current)),
		.how = how,
	};
}

static struct sm_party party_get(const struct sm_party *party)
{
	get_pid(party->process);
	get_pid(party->thread);
	return *party;
}

void sm_party_put(struct sm_party *party)
{
	put_pid(party->process);
	put_pid(party->thread);
	*party = (struct sm_party){ };
}

/* ---- the meeting in progress and its end */

void sm_rendezvous_init(struct sm_rendezvous *rendezvous)
{
	*rendezvous = (struct sm_rendezvous){ .label = &sm_label_none, .meeting = 1 };
	spin_lock_init(&rendezvous->lock);
	INIT_LIST_HEAD(&rendezvous->waiting);
}

void sm_rendezvous_destroy(struct sm_rendezvous *rendezvous)
{
	sm_party_put(&rendezvous->culprit);
}

/* The others go, and the next meeting begins. */
static __always_inline void end_locked(struct sm_rendezvous *rendezvous, int result,
				       struct list_head *ended)
{
	struct sm_meeting *other;
	u64 next;

	lockdep_assert_held(&rendezvous->lock);

	next = ++rendezvous->meeting;
	rendezvous->arrived = 0;
	rendezvous->parties = 0;
	list_for_each_entry(other, &rendezvous->waiting, waiter.in_line) {
		struct sm_member *member = other->member;

		if (member) {
			member->has_arrived = false;
			member->meeting = next;
		}
		sm_waiter_end_locked(&other->waiter, result);
	}
	list_replace_init(&rendezvous->waiting, ended);
}

/* All are there. */
static __always_inline void meet_all_locked(struct sm_rendezvous *rendezvous,
					    struct list_head *ended)
{
	trace_rendezvous_met(rendezvous->label, rendezvous->meeting, rendezvous->members,
			     rendezvous->arrived);
	end_locked(rendezvous, 0, ended);
}

/* Takes the reference to the culprit over. */
static void break_locked(struct sm_rendezvous *rendezvous, struct sm_party culprit,
			 struct list_head *ended)
{
	struct sm_meeting *other;

	lockdep_assert_held(&rendezvous->lock);

	trace_rendezvous_broken(rendezvous->label, rendezvous->meeting, culprit.process,
				culprit.thread, culprit.how);
	sm_party_put(&rendezvous->culprit);
	rendezvous->culprit = culprit;
	rendezvous->broken = rendezvous->meeting;
	list_for_each_entry(other, &rendezvous->waiting, waiter.in_line)
		other->culprit = party_get(&rendezvous->culprit);
	end_locked(rendezvous, -EOWNERDEAD, ended);
}

void sm_rendezvous_kill(struct sm_rendezvous *rendezvous)
{
	LIST_HEAD(ended);

	spin_lock(&rendezvous->lock);
	rendezvous->dead = true;
	end_locked(rendezvous, -ENODEV, &ended);
	spin_unlock(&rendezvous->lock);

	sm_waiters_wake(&ended);
}

/* ---- members */

static int join_locked(struct sm_rendezvous *rendezvous, struct sm_member *member)
{
	lockdep_assert_held(&rendezvous->lock);

	if (rendezvous->dead)
		return -ENODEV;
	if (member->has_joined)
		return -EEXIST;
	if (rendezvous->parties)
		return -EBUSY;
	rendezvous->members++;
	member->has_joined = true;
	member->meeting = rendezvous->meeting;
	member->party = caller(0);
	trace_rendezvous_joined(rendezvous->label, rendezvous->meeting, rendezvous->members,
				rendezvous->arrived);
	return 0;
}

int sm_rendezvous_join(struct sm_rendezvous *rendezvous, struct sm_member *member)
{
	int err;

	spin_lock(&rendezvous->lock);
	err = join_locked(rendezvous, member);
	spin_unlock(&rendezvous->lock);
	return err;
}

/* Returns the member's reference to who it was. */
static struct sm_party remove_locked(struct sm_rendezvous *rendezvous, struct sm_member *member)
{
	struct sm_party party = member->party;

	lockdep_assert_held(&rendezvous->lock);

	member->party = (struct sm_party){ };
	member->has_joined = false;
	rendezvous->members--;
	return party;
}

static int leave_locked(struct sm_rendezvous *rendezvous, struct sm_member *member,
			struct list_head *ended)
{
	struct sm_party party;

	lockdep_assert_held(&rendezvous->lock);

	if (rendezvous->dead)
		return -ENODEV;
	if (!member->has_joined)
		return -ENOENT;
	if (member->has_arrived)
		return -EBUSY;
	party = remove_locked(rendezvous, member);
	sm_party_put(&party);
	trace_rendezvous_left(rendezvous->label, rendezvous->meeting, rendezvous->members,
			      rendezvous->arrived);
	if (rendezvous->members && rendezvous->arrived == rendezvous->members)
		meet_all_locked(rendezvous, ended);
	return 0;
}

int sm_rendezvous_leave(struct sm_rendezvous *rendezvous, struct sm_member *member)
{
	LIST_HEAD(ended);
	int err;

	spin_lock(&rendezvous->lock);
	err = leave_locked(rendezvous, member, &ended);
	spin_unlock(&rendezvous->lock);

	sm_waiters_wake(&ended);
	return err;
}

static void lose_locked(struct sm_rendezvous *rendezvous, struct sm_member *member,
			unsigned int how, struct list_head *ended)
{
	struct sm_party culprit;

	lockdep_assert_held(&rendezvous->lock);

	if (!member->has_joined)
		return;
	culprit = remove_locked(rendezvous, member);
	culprit.how = how;
	break_locked(rendezvous, culprit, ended);
}

void sm_rendezvous_lose(struct sm_rendezvous *rendezvous, struct sm_member *member,
			unsigned int how)
{
	LIST_HEAD(ended);

	spin_lock(&rendezvous->lock);
	lose_locked(rendezvous, member, how, &ended);
	spin_unlock(&rendezvous->lock);

	sm_waiters_wake(&ended);
}

void sm_rendezvous_exit(struct sm_rendezvous *rendezvous, struct sm_member *member)
{
	LIST_HEAD(ended);

	spin_lock(&rendezvous->lock);
	if (member->party.process == task_tgid(current))
		lose_locked(rendezvous, member, SYNCHMESS_GONE_DIED, &ended);
	spin_unlock(&rendezvous->lock);

	sm_waiters_wake(&ended);
}

/* ---- meeting */

/* A signal that dumps core has not killed anybody yet, but it will. */
static bool is_dying(void)
{
	struct sighand_struct *sighand = rcu_dereference_raw(current->sighand);
	bool dying = fatal_signal_pending(current);
	sigset_t pending;
	int signal;

	spin_lock_irq(&sighand->siglock);
	sigorsets(&pending, &current->pending.signal, &current->signal->shared_pending.signal);
	sigandnsets(&pending, &pending, &current->blocked);
	for (signal = 1; signal < SIGRTMIN; signal++) {
		if (sigismember(&pending, signal) && sig_kernel_coredump(signal) &&
		    sighand->action[signal - 1].sa.sa_handler == SIG_DFL)
			dying = true;
	}
	spin_unlock_irq(&sighand->siglock);
	return dying;
}

/* The meeting was broken, or over, before he came: he takes part in the next. */
static noinline int tell_late_locked(struct sm_rendezvous *rendezvous,
				     struct sm_meeting *meeting)
{
	bool was_broken = meeting->number <= rendezvous->broken;

	lockdep_assert_held(&rendezvous->lock);

	if (was_broken)
		meeting->culprit = party_get(&rendezvous->culprit);
	meeting->number = rendezvous->meeting;
	return was_broken ? -EOWNERDEAD : -ESTALE;
}

/* Is the meeting that he means the one in progress? */
static __always_inline int check_number_locked(struct sm_rendezvous *rendezvous,
					       struct sm_meeting *meeting)
{
	lockdep_assert_held(&rendezvous->lock);

	if (likely(meeting->number == rendezvous->meeting))
		return 0;
	return meeting->number < rendezvous->meeting ? tell_late_locked(rendezvous, meeting) :
						       -EINVAL;
}

static __always_inline int check_member_locked(struct sm_rendezvous *rendezvous,
					       struct sm_member *member,
					       struct sm_meeting *meeting)
{
	lockdep_assert_held(&rendezvous->lock);

	if (!member->has_joined)
		return -ENOENT;
	if (member->has_arrived)
		return -EBUSY;
	meeting->number = member->meeting;
	member->meeting = rendezvous->meeting;
	return check_number_locked(rendezvous, meeting);
}

static int check_thread_locked(struct sm_rendezvous *rendezvous, unsigned int parties,
			       struct sm_meeting *meeting)
{
	int err;

	lockdep_assert_held(&rendezvous->lock);

	if (rendezvous->members)
		return -EBUSY;
	if (!meeting->number)
		meeting->number = rendezvous->meeting;
	err = check_number_locked(rendezvous, meeting);
	if (err)
		return err;
	return rendezvous->parties && rendezvous->parties != parties ? -EBUSY : 0;
}

static __always_inline int check_locked(struct sm_rendezvous *rendezvous, unsigned int parties,
					struct sm_member *member, struct sm_meeting *meeting)
{
	lockdep_assert_held(&rendezvous->lock);

	if (rendezvous->dead)
		return -ENODEV;
	return parties ? check_thread_locked(rendezvous, parties, meeting) :
			 check_member_locked(rendezvous, member, meeting);
}

static __always_inline void enter_locked(struct sm_rendezvous *rendezvous, unsigned int parties,
					 struct sm_member *member, struct sm_meeting *meeting)
{
	lockdep_assert_held(&rendezvous->lock);

	meeting->member = parties ? NULL : member;
	if (!parties)
		member->has_arrived = true;
	rendezvous->arrived++;
	rendezvous->parties = parties;
	trace_rendezvous_arrived(rendezvous->label, rendezvous->meeting, rendezvous->members,
				 rendezvous->arrived);
	sm_waiter_stand_locked(&meeting->waiter, &rendezvous->waiting, &rendezvous->lock);
}

static void withdraw_locked(struct sm_rendezvous *rendezvous, struct sm_meeting *meeting)
{
	lockdep_assert_held(&rendezvous->lock);

	rendezvous->arrived--;
	if (!rendezvous->arrived)
		rendezvous->parties = 0;
	if (meeting->member)
		meeting->member->has_arrived = false;
	trace_rendezvous_withdrawn(rendezvous->label, rendezvous->meeting, rendezvous->members,
				   rendezvous->arrived);
}

/* He goes before the meeting has ended. A dying member is lost when its file is. */
static void give_up_locked(struct sm_rendezvous *rendezvous, struct sm_meeting *meeting,
			   int reason, struct list_head *ended)
{
	lockdep_assert_held(&rendezvous->lock);

	withdraw_locked(rendezvous, meeting);
	if (reason == -ETIMEDOUT) {
		if (meeting->member)
			meeting->member->meeting = rendezvous->meeting + 1;
		break_locked(rendezvous, caller(SYNCHMESS_GONE_TIMED_OUT), ended);
	} else if (!meeting->member && is_dying()) {
		break_locked(rendezvous, caller(SYNCHMESS_GONE_DIED), ended);
	}
}

static noinline int stop_waiting(struct sm_rendezvous *rendezvous, struct sm_meeting *meeting,
				 int reason)
{
	LIST_HEAD(ended);
	bool has_left;

	spin_lock(&rendezvous->lock);
	has_left = sm_waiter_leave_locked(&meeting->waiter);
	if (has_left)
		give_up_locked(rendezvous, meeting, reason, &ended);
	spin_unlock(&rendezvous->lock);

	sm_waiters_wake(&ended);
	return has_left ? reason : sm_waiter_await_result(&meeting->waiter);
}

static __always_inline int wait_for_others(struct sm_rendezvous *rendezvous, ktime_t deadline,
					   struct sm_meeting *meeting)
{
	int err = sm_waiter_sleep(&meeting->waiter, deadline);
	int result = unlikely(err) ? stop_waiting(rendezvous, meeting, err) :
				     meeting->waiter.result;

	/* Who is interrupted still means this one when he comes again. */
	if (result != -ERESTARTSYS)
		meeting->number++;
	return result;
}

/* Returns 0 when the caller has entered, 1 when all others have. */
static __always_inline int arrive_locked(struct sm_rendezvous *rendezvous, unsigned int parties,
					 struct sm_member *member, ktime_t deadline,
					 struct sm_meeting *meeting)
{
	int err = check_locked(rendezvous, parties, member, meeting);

	lockdep_assert_held(&rendezvous->lock);

	if (err)
		return err;
	if (rendezvous->arrived + 1 >= (parties ?: rendezvous->members))
		return 1;
	if (deadline == SM_AT_ONCE)
		return -EAGAIN;
	enter_locked(rendezvous, parties, member, meeting);
	return 0;
}

/* The caller has come last. */
static __always_inline int meet_others(struct sm_rendezvous *rendezvous, unsigned int parties,
				       struct sm_member *member, struct sm_meeting *meeting)
	__releases(&rendezvous->lock)
{
	LIST_HEAD(ended);

	meet_all_locked(rendezvous, &ended);
	meeting->number = rendezvous->meeting;
	if (!parties)
		member->meeting = rendezvous->meeting;
	spin_unlock(&rendezvous->lock);

	sm_waiters_wake(&ended);
	return 1;
}

/* Without @parties, which are threads, he is a member. */
static __always_inline int meet(struct sm_rendezvous *rendezvous, unsigned int parties,
				struct sm_member *member, ktime_t deadline,
				struct sm_meeting *meeting)
{
	int result;

	spin_lock(&rendezvous->lock);
	result = arrive_locked(rendezvous, parties, member, deadline, meeting);
	if (result > 0)
		return meet_others(rendezvous, parties, member, meeting);
	spin_unlock(&rendezvous->lock);

	return result ?: wait_for_others(rendezvous, deadline, meeting);
}

int sm_rendezvous_meet(struct sm_rendezvous *rendezvous, struct sm_member *member,
		       struct sm_meeting *meeting)
{
	return meet(rendezvous, meeting->parties, member, meeting->deadline, meeting);
}

/* Made of the same parts, but nothing in it asks about threads. */
int sm_rendezvous_meet_members(struct sm_rendezvous *rendezvous, struct sm_member *member,
			       ktime_t deadline)
{
	struct sm_meeting meeting __uninitialized;
	int result = meet(rendezvous, 0, member, deadline, &meeting);

	if (unlikely(result == -EOWNERDEAD))
		sm_party_put(&meeting.culprit);
	return result;
}

void sm_rendezvous_show(struct sm_rendezvous *rendezvous, struct sm_attendance *attendance)
{
	spin_lock(&rendezvous->lock);
	attendance->meeting = rendezvous->meeting;
	attendance->members = rendezvous->members;
	attendance->parties = rendezvous->parties;
	attendance->arrived = rendezvous->arrived;
	spin_unlock(&rendezvous->lock);
}
