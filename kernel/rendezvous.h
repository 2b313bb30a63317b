/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A rendezvous: parties meet, that is each waits until all are there, again and
 * again. Nobody waits for a party that is gone: then the meeting is broken, and who
 * survives is told once who is to blame.
 *
 * There is one meeting at a time, and they are numbered. Two kinds of parties can meet:
 *
 * - members, who have joined. All of them take part in each meeting. A member that is
 *   lost breaks the meeting in progress also for those who have not arrived yet.
 * - as long as there are no members, threads: as many as they say. A thread is a party
 *   while it waits.
 *
 * Owner: the group in which it is embedded; a member is embedded in an open file. A
 * rendezvous dies once, when the group is removed.
 *
 * Locks: @lock guards everything behind it, and all members; a leaf, but for that of
 * the signals of the calling thread. Nobody is woken under it.
 */
#ifndef SM_RENDEZVOUS_H
#define SM_RENDEZVOUS_H

#include "waiter.h"

#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct pid;
struct sm_label;

/**
 * struct sm_party - who breaks a meeting
 * @process: the thread group, referenced, or NULL
 * @thread: the thread, referenced, or NULL
 * @how: SYNCHMESS_GONE_*
 */
struct sm_party {
	struct pid *process;
	struct pid *thread;
	unsigned int how;
};

/**
 * struct sm_member - a party that is expected at each meeting
 * @has_joined: it is one
 * @has_arrived: a thread waits in its place
 * @meeting: the first that it does not know the end of
 * @party: who has joined
 */
struct sm_member {
	bool has_joined;
	bool has_arrived;
	u64 meeting;
	struct sm_party party;
};

/**
 * struct sm_rendezvous - where parties meet
 * @label: whose it is, for who looks; constant once somebody can come
 * @lock: guards all that follows
 * @meeting: the number of the one in progress, from 1
 * @broken: the number of the latest that was broken, or 0
 * @culprit: who broke that one
 * @members: how many have joined
 * @parties: how many threads are to meet, if some wait and there are no members
 * @arrived: how many wait
 * @waiting: who waits, a struct sm_meeting each
 * @dead: the group was removed
 */
struct sm_rendezvous {
	const struct sm_label *label;
	spinlock_t lock;	/* guards the rest */
	u64 meeting;
	u64 broken;
	struct sm_party culprit;
	unsigned int members;
	unsigned int parties;
	unsigned int arrived;
	struct list_head waiting;
	bool dead;
};

/**
 * struct sm_meeting - how somebody wants to meet, and what came of it
 * @parties: threads, himself included; 0: he is a member
 * @deadline: until when he waits
 * @number: in: of the meeting that he means, 0: the one in progress; of a member it is not
 *	looked at. Out: of his next one, unless he has not been at any
 * @culprit: out, with -EOWNERDEAD: who broke it; to be given to sm_party_put()
 * @member: in whose place he waits, or NULL; the rendezvous's, as is the next
 * @waiter: himself, while he waits
 */
struct sm_meeting {
	unsigned int parties;
	ktime_t deadline;
	u64 number;
	struct sm_party culprit;
	struct sm_member *member;
	struct sm_waiter waiter;
};

void sm_party_put(struct sm_party *party);

void sm_rendezvous_init(struct sm_rendezvous *rendezvous);

/* Nobody may be there any more. */
void sm_rendezvous_destroy(struct sm_rendezvous *rendezvous);

/**
 * sm_rendezvous_kill() - nobody meets here any more
 * @rendezvous: the rendezvous; who waits returns -ENODEV
 */
void sm_rendezvous_kill(struct sm_rendezvous *rendezvous);

/**
 * sm_rendezvous_join() - become a member, with the meeting in progress
 * @rendezvous: the rendezvous
 * @member: none yet
 *
 * The caller is the party that the others are told of if it is lost.
 *
 * Return: 0, -EEXIST, -EBUSY when threads meet here, -ENODEV.
 */
int sm_rendezvous_join(struct sm_rendezvous *rendezvous, struct sm_member *member);

/**
 * sm_rendezvous_leave() - be a member no more: nobody is told
 * @rendezvous: the rendezvous
 * @member: a member; if all others have arrived they meet
 *
 * Return: 0, -ENOENT, -EBUSY when a thread waits in its place, -ENODEV.
 */
int sm_rendezvous_leave(struct sm_rendezvous *rendezvous, struct sm_member *member);

/**
 * sm_rendezvous_lose() - a member is gone without having left
 * @rendezvous: the rendezvous
 * @member: perhaps a member
 * @how: SYNCHMESS_GONE_*
 */
void sm_rendezvous_lose(struct sm_rendezvous *rendezvous, struct sm_member *member,
			unsigned int how);

/**
 * sm_rendezvous_exit() - the calling process ends
 * @rendezvous: the rendezvous
 * @member: lost, if it is this process that has joined
 */
void sm_rendezvous_exit(struct sm_rendezvous *rendezvous, struct sm_member *member);

/**
 * sm_rendezvous_meet() - arrive, and wait until all others have
 * @rendezvous: the rendezvous
 * @member: for whom, if @meeting has no number of parties
 * @meeting: how; filled in
 *
 * Return: 1 for who came last, 0 for the others, also if a signal, the deadline, or the
 * loss of somebody came at the same time; -EOWNERDEAD when it is broken; -ETIMEDOUT,
 * which breaks it; -ERESTARTSYS, as if he had not arrived; -EAGAIN with SM_AT_ONCE when he
 * would have to wait; -ENOENT when he is no member; -EBUSY when a thread waits for that
 * member already, or others meet in another way; -ESTALE when the meeting is over;
 * -EINVAL when it has not begun; -ENODEV.
 */
int sm_rendezvous_meet(struct sm_rendezvous *rendezvous, struct sm_member *member,
		       struct sm_meeting *meeting);

/**
 * sm_rendezvous_meet_members() - the same of a member who wants to be told no more
 * @rendezvous: the rendezvous
 * @member: for whom
 * @deadline: until when he waits
 *
 * Return: as sm_rendezvous_meet().
 */
int sm_rendezvous_meet_members(struct sm_rendezvous *rendezvous, struct sm_member *member,
			       ktime_t deadline);

/**
 * struct sm_attendance - who is there
 * @meeting: the number of the one in progress
 * @members: how many have joined
 * @parties: how many threads are to meet, if some wait
 * @arrived: how many wait
 */
struct sm_attendance {
	u64 meeting;
	unsigned int members;
	unsigned int parties;
	unsigned int arrived;
};

void sm_rendezvous_show(struct sm_rendezvous *rendezvous, struct sm_attendance *attendance);

#endif /* SM_RENDEZVOUS_H */
