/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The events that tracefs shows under events/synchmess: one for each change of state of
 * a message, a group, a mailbox, a barrier and a rendezvous. docs/tracing.md promises
 * their names and fields.
 *
 * They are recorded under the lock that guards what changes, but for what nobody else
 * can see any more, as the messages of a dead queue. So those of one queue
 * come in the order in which it happened. Pids are those of the initial namespace.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM synchmess

#if !defined(SM_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SM_TRACE_H

#include "label.h"
#include "message.h"
#include "sender.h"

#include <linux/errno.h>
#include <linux/pid.h>
#include <linux/string.h>
#include <linux/synchmess.h>
#include <linux/tracepoint.h>

/* ---- messages */

DECLARE_EVENT_CLASS(message,
	TP_PROTO(const struct sm_label *label, const struct sm_message *message),
	TP_ARGS(label, message),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u32, group)
		__array(char, mailbox, SM_LABEL_MAILBOX)
		__field(u32, size)
		__field(s32, sender)
		__field(u16, deliveries)
		__field(u8, priority)
	),
	TP_fast_assign(
		__entry->id = message->id;
		__entry->group = label->group;
		memcpy(__entry->mailbox, label->mailbox, SM_LABEL_MAILBOX);
		__entry->size = message->size;
		__entry->sender = pid_nr(message->sender->process);
		__entry->deliveries = message->deliveries;
		__entry->priority = message->priority;
	),
	TP_printk("group=%u mailbox=%s id=%llu size=%u priority=%u deliveries=%u sender=%d",
		  __entry->group, __entry->mailbox, __entry->id, __entry->size,
		  __entry->priority, __entry->deliveries, __entry->sender)
);

#define MESSAGE_EVENT(name)							\
DEFINE_EVENT(message, name,							\
	TP_PROTO(const struct sm_label *label, const struct sm_message *message),	\
	TP_ARGS(label, message))

/* Accepted, and readable at once. */
MESSAGE_EVENT(message_sent);
/* Accepted, and delayed. */
MESSAGE_EVENT(message_scheduled);
/* Its delay is over, or was flushed. */
MESSAGE_EVENT(message_published);
/* A reader has it. */
MESSAGE_EVENT(message_received);
/* Back at its place: its lease has ended, or the buffer was bad. */
MESSAGE_EVENT(message_returned);
/* Its lease has ended, and it was received as often as it may be. */
MESSAGE_EVENT(message_exhausted);
/* Taken back before anybody read it. */
MESSAGE_EVENT(message_revoked);
/* Its lifetime has run out. */
MESSAGE_EVENT(message_expired);
/* Gone because the queue was full. */
MESSAGE_EVENT(message_overwritten);
/* Gone with the queue, or because nobody was done with it. */
MESSAGE_EVENT(message_dropped);

#undef MESSAGE_EVENT

DECLARE_EVENT_CLASS(lease,
	TP_PROTO(const struct sm_label *label, const struct sm_message *message, u64 token),
	TP_ARGS(label, message, token),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u64, token)
		__field(u32, group)
		__array(char, mailbox, SM_LABEL_MAILBOX)
		__field(u16, deliveries)
	),
	TP_fast_assign(
		__entry->id = message->id;
		__entry->token = token;
		__entry->group = label->group;
		memcpy(__entry->mailbox, label->mailbox, SM_LABEL_MAILBOX);
		__entry->deliveries = message->deliveries;
	),
	TP_printk("group=%u mailbox=%s id=%llu token=%llu deliveries=%u", __entry->group,
		  __entry->mailbox, __entry->id, __entry->token, __entry->deliveries)
);

#define LEASE_EVENT(name)							\
DEFINE_EVENT(lease, name,							\
	TP_PROTO(const struct sm_label *label, const struct sm_message *message, u64 token), \
	TP_ARGS(label, message, token))

/* A reader takes it, to say later what becomes of it. */
LEASE_EVENT(message_leased);
/* Its reader is done with it. */
LEASE_EVENT(message_acked);
/* Its lease ends at another time. */
LEASE_EVENT(message_extended);
/* Its lease is nobody's any more: it is returned later. */
LEASE_EVENT(message_postponed);

#undef LEASE_EVENT

/* ---- groups and mailboxes */

DECLARE_EVENT_CLASS(group,
	TP_PROTO(unsigned int number, const char *name),
	TP_ARGS(number, name),
	TP_STRUCT__entry(
		__field(u32, group)
		__array(char, name, SYNCHMESS_GROUP_NAME_MAX + 1)
	),
	TP_fast_assign(
		__entry->group = number;
		memcpy(__entry->name, name, sizeof(__entry->name));
	),
	TP_printk("group=%u name=%s", __entry->group, __entry->name)
);

DEFINE_EVENT(group, group_created,
	TP_PROTO(unsigned int number, const char *name), TP_ARGS(number, name));
DEFINE_EVENT(group, group_removed,
	TP_PROTO(unsigned int number, const char *name), TP_ARGS(number, name));

DECLARE_EVENT_CLASS(mailbox,
	TP_PROTO(const struct sm_label *label, const struct pid *process),
	TP_ARGS(label, process),
	TP_STRUCT__entry(
		__array(char, mailbox, SM_LABEL_MAILBOX)
		__field(s32, owner)
	),
	TP_fast_assign(
		memcpy(__entry->mailbox, label->mailbox, SM_LABEL_MAILBOX);
		__entry->owner = pid_nr((struct pid *)process);
	),
	TP_printk("mailbox=%s owner=%d", __entry->mailbox, __entry->owner)
);

DEFINE_EVENT(mailbox, mailbox_registered,
	TP_PROTO(const struct sm_label *label, const struct pid *process),
	TP_ARGS(label, process));
DEFINE_EVENT(mailbox, mailbox_unregistered,
	TP_PROTO(const struct sm_label *label, const struct pid *process),
	TP_ARGS(label, process));

/* ---- barriers */

/* A thread goes to sleep. */
TRACE_EVENT(barrier_sleep,
	TP_PROTO(const struct sm_label *label, u64 generation),
	TP_ARGS(label, generation),
	TP_STRUCT__entry(
		__field(u64, generation)
		__field(u32, group)
	),
	TP_fast_assign(
		__entry->generation = generation;
		__entry->group = label->group;
	),
	TP_printk("group=%u generation=%llu", __entry->group, __entry->generation)
);

/* That thread sleeps no more. */
TRACE_EVENT(barrier_woken,
	TP_PROTO(const struct sm_label *label, u64 generation, int result),
	TP_ARGS(label, generation, result),
	TP_STRUCT__entry(
		__field(u64, generation)
		__field(u32, group)
		__field(s32, error)
	),
	TP_fast_assign(
		__entry->generation = generation;
		__entry->group = label->group;
		/* A program never sees the kernel's own numbers. */
		__entry->error = result == -ERESTARTSYS ? EINTR : -result;
	),
	TP_printk("group=%u generation=%llu error=%d", __entry->group, __entry->generation,
		  __entry->error)
);

/* Somebody begins another generation. */
TRACE_EVENT(barrier_awake,
	TP_PROTO(const struct sm_label *label, u64 generation, unsigned int woken),
	TP_ARGS(label, generation, woken),
	TP_STRUCT__entry(
		__field(u64, generation)
		__field(u32, group)
		__field(u32, woken)
	),
	TP_fast_assign(
		__entry->generation = generation;
		__entry->group = label->group;
		__entry->woken = woken;
	),
	TP_printk("group=%u generation=%llu woken=%u", __entry->group, __entry->generation,
		  __entry->woken)
);

/* ---- rendezvous */

DECLARE_EVENT_CLASS(rendezvous,
	TP_PROTO(const struct sm_label *label, u64 meeting, unsigned int members,
		 unsigned int arrived),
	TP_ARGS(label, meeting, members, arrived),
	TP_STRUCT__entry(
		__field(u64, meeting)
		__field(u32, group)
		__field(u32, members)
		__field(u32, arrived)
	),
	TP_fast_assign(
		__entry->meeting = meeting;
		__entry->group = label->group;
		__entry->members = members;
		__entry->arrived = arrived;
	),
	TP_printk("group=%u meeting=%llu members=%u arrived=%u", __entry->group,
		  __entry->meeting, __entry->members, __entry->arrived)
);

#define RENDEZVOUS_EVENT(name)							\
DEFINE_EVENT(rendezvous, name,							\
	TP_PROTO(const struct sm_label *label, u64 meeting, unsigned int members,	\
		 unsigned int arrived),						\
	TP_ARGS(label, meeting, members, arrived))

/* An open file is a member. */
RENDEZVOUS_EVENT(rendezvous_joined);
/* It is one no more. */
RENDEZVOUS_EVENT(rendezvous_left);
/* A party waits for the others. */
RENDEZVOUS_EVENT(rendezvous_arrived);
/* It waits no more, before the meeting has ended. */
RENDEZVOUS_EVENT(rendezvous_withdrawn);
/* All are there. */
RENDEZVOUS_EVENT(rendezvous_met);

#undef RENDEZVOUS_EVENT

/* A party is gone. */
TRACE_EVENT(rendezvous_broken,
	TP_PROTO(const struct sm_label *label, u64 meeting, const struct pid *process,
		 const struct pid *thread, unsigned int how),
	TP_ARGS(label, meeting, process, thread, how),
	TP_STRUCT__entry(
		__field(u64, meeting)
		__field(u32, group)
		__field(s32, culprit)
		__field(s32, thread)
		__field(u32, how)
	),
	TP_fast_assign(
		__entry->meeting = meeting;
		__entry->group = label->group;
		__entry->culprit = pid_nr((struct pid *)process);
		__entry->thread = pid_nr((struct pid *)thread);
		__entry->how = how;
	),
	TP_printk("group=%u meeting=%llu culprit=%d thread=%d how=%s", __entry->group,
		  __entry->meeting, __entry->culprit, __entry->thread,
		  __print_symbolic(__entry->how, { SYNCHMESS_GONE_DIED, "died" },
				   { SYNCHMESS_GONE_CLOSED, "closed" },
				   { SYNCHMESS_GONE_TIMED_OUT, "timed-out" }))
);

#endif /* SM_TRACE_H */

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
