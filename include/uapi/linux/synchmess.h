/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * SynchMess: messages and thread synchronisation without a daemon.
 *
 * What a program needs to talk to /dev/synch/synchmess, to the groups
 * /dev/synch/synchmess<N> and to the mailboxes of /dev/mq. The header compiles
 * alone, in C and in C++. docs/interface-1.md and docs/interface-2.md are the
 * specification.
 */
#ifndef _UAPI_LINUX_SYNCHMESS_H
#define _UAPI_LINUX_SYNCHMESS_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Device nodes, as the module and its udev rules make them. */
#define SYNCHMESS_MASTER_PATH	"/dev/synch/synchmess"
#define SYNCHMESS_MAILBOX_PATH	"/dev/mq"

/* Group descriptors are 1 to SYNCHMESS_MAX_DESCRIPTOR. */
#define SYNCHMESS_MAX_DESCRIPTOR	65535

/* No message is ever longer than this, whatever sysfs says. Bytes. */
#define SYNCHMESS_MAX_MESSAGE_SIZE	(16 * 1024 * 1024)

/* A mailbox name has 1 to this many bytes; no blanks, no control characters. */
#define SYNCHMESS_MAILBOX_NAME_MAX	8

#define SYNCHMESS_IOC_MAGIC	211

/**
 * struct group_t - a group, as IOCTL_INSTALL_GROUP sees it
 * @descriptor: in: the group's number, 1 to SYNCHMESS_MAX_DESCRIPTOR
 * @device_path: out: the group's device, NUL-terminated, the rest zeros
 */
struct group_t {
	unsigned int descriptor;
	char device_path[256];
};

/*
 * The size that is encoded in INSTALL_GROUP and SET_SEND_DELAY is that of a
 * pointer, as the first clients had it. 32-bit programs therefore use other
 * numbers; the module takes both.
 */

/* Master device: make the group unless it exists, and tell its path. */
#define IOCTL_INSTALL_GROUP \
	_IOWR(SYNCHMESS_IOC_MAGIC, 1, struct group_t *)

/* Group device: sleep until IOCTL_AWAKE. */
#define IOCTL_SLEEP			_IO(SYNCHMESS_IOC_MAGIC, 2)

/* Group device: wake all that sleep; returns how many. */
#define IOCTL_AWAKE			_IO(SYNCHMESS_IOC_MAGIC, 3)

/* Group device: publish what is sent from now on after so many milliseconds. */
#define IOCTL_SET_SEND_DELAY \
	_IOW(SYNCHMESS_IOC_MAGIC, 4, unsigned int *)

/* Group device: drop every message whose delay has not run out. */
#define IOCTL_REVOKE_DELAYED_MESSAGES	_IO(SYNCHMESS_IOC_MAGIC, 5)

/*
 * The second interface.
 *
 * Every structure may grow at its end. The size in a command's number, or the
 * size that goes with a pointer, says which one a program was compiled with. The
 * module takes smaller ones, as if the rest were zero, and larger ones if what it
 * does not know is zero (E2BIG otherwise). Flags that it does not know and reserved
 * fields that are not zero: EINVAL. Layouts are the same for 32 and 64 bit; a
 * pointer is a __u64.
 *
 * Points of time are nanoseconds of CLOCK_MONOTONIC, spans are nanoseconds.
 *
 * SEND, RECEIVE, REVOKE, SET, SETTLE, RETRIES, RING, RING_WAIT and READING can also be asked for
 * by io_uring: IORING_OP_URING_CMD with the command's number in cmd_op, the address of its
 * structure in the first 8 bytes of cmd, and zeros in the next 8. The result is that of
 * ioctl(2).
 */

/* What SYNCHMESS_QUERY says of itself in @features. */
#define SYNCHMESS_FEATURE_MESSAGES	(1ULL << 0)	/* all without a line of its own */
#define SYNCHMESS_FEATURE_BARRIER	(1ULL << 1)	/* 64 to 70 */
#define SYNCHMESS_FEATURE_LEASES	(1ULL << 2)	/* SYNCHMESS_LEASE, _SETTLE, _RETRIES */
#define SYNCHMESS_FEATURE_FROM_KERNEL	(1ULL << 3)	/* modules of the kernel can send */
#define SYNCHMESS_FEATURE_ACKS		(1ULL << 4)	/* RECEIVE can ack: @ack_count */
#define SYNCHMESS_FEATURE_URING		(1ULL << 5)	/* 39 to 43, 45 to 47 by io_uring */
#define SYNCHMESS_FEATURE_RING		(1ULL << 6)	/* SYNCHMESS_RING, _RING_WAIT */
#define SYNCHMESS_FEATURE_READING	(1ULL << 7)	/* SYNCHMESS_READING, also by io_uring */
#define SYNCHMESS_FEATURE_MEMBERS	(1ULL << 8)	/* MEET takes a null pointer */

/**
 * struct synchmess_query - what the module can do, and the limits built into it
 * @features: SYNCHMESS_FEATURE_*
 * @max_message_size: bytes that no message exceeds
 * @max_descriptor: largest number of a group
 * @max_batch: messages in one call
 * @max_parts: parts of one message's payload
 * @priorities: 0 to one less
 * @group_name_max: characters of a group's name
 * @mailbox_name_max: characters of a mailbox's name
 */
struct synchmess_query {
	__u64 features;
	__u64 max_message_size;
	__u32 max_descriptor;
	__u32 max_batch;
	__u32 max_parts;
	__u32 priorities;
	__u32 group_name_max;
	__u32 mailbox_name_max;
};

/* Which limit or rule refused a call: @rule of struct synchmess_why. */
#define SYNCHMESS_WHY_NONE		0	/* no limit; the errno says it all */
#define SYNCHMESS_WHY_MESSAGE_SIZE	1	/* the queue's longest message, bytes */
#define SYNCHMESS_WHY_STORAGE		2	/* the queue's storage, bytes */
#define SYNCHMESS_WHY_MESSAGES		3	/* the queue's length, messages */
#define SYNCHMESS_WHY_USER_MEMORY	4	/* the user's share of the next */
#define SYNCHMESS_WHY_MEMORY		5	/* max_total_size, bytes */
#define SYNCHMESS_WHY_USER_GROUPS	6	/* the user's share of the next */
#define SYNCHMESS_WHY_GROUPS		7	/* max_groups */
#define SYNCHMESS_WHY_USER_MAILBOXES	8	/* the user's share of the next */
#define SYNCHMESS_WHY_MAILBOXES		9	/* MAX_DEVICES */
#define SYNCHMESS_WHY_COMMAND_SIZE	10	/* CMD_BUF_SIZE, bytes */

/**
 * struct synchmess_why - why a call on this open file was refused
 * @error: the errno of the latest call that failed; 0 if none has
 * @rule: SYNCHMESS_WHY_*
 * @value: what was taken already, or, of a size, what was asked for
 * @bound: what may be taken, or asked for
 * @uid: whose: the user who is charged; -1 where it is no user's
 * @tid: the thread that was refused
 */
struct synchmess_why {
	__s32 error;
	__u32 rule;
	__u64 value;
	__u64 bound;
	__u32 uid;
	__u32 tid;
};

#define SYNCHMESS_PRIORITIES	8	/* 0 to 7; the highest is read first */

/**
 * struct synchmess_out - a message to send
 * @data: the payload, or, if @parts is not 0, an array of struct iovec
 * @size: bytes at @data; 0 if @parts is not 0
 * @parts: how many iovecs
 * @tag: for the receiver; the module does not look at it
 * @delay: how long nobody can read it, from now
 * @lifetime: after this time from now it expires; more than @delay; 0: never
 * @priority: 0 to SYNCHMESS_PRIORITIES - 1
 * @flags: 0
 * @id: out: its number, for SYNCHMESS_REVOKE; no other of the same queue ever has it
 */
struct synchmess_out {
	__u64 data;
	__u32 size;
	__u32 parts;
	__u64 tag;
	__u64 delay;
	__u64 lifetime;
	__u32 priority;
	__u32 flags;
	__u64 id;
};

/**
 * struct synchmess_in - a message that is received, with its stamp
 * @data: in: where to put the payload, or an array of struct iovec
 * @size: in: bytes at @data; 0 if @parts is not 0
 * @parts: in: how many iovecs
 * @id: the number that its sender got
 * @sequence: its place in the order in which the queue's messages became readable
 * @tag: what the sender gave
 * @sent_at: when it was accepted
 * @published_at: when it became readable; of a dead letter: in the queue to which it was sent
 * @length: bytes that it has, also when fewer fit
 * @priority: what the sender gave
 * @deliveries: how often it was received before; SYNCHMESS_MAX_DELIVERIES: or more
 * @pid: the sender's process, as the receiver's PID namespace has it; 0: not there
 * @tid: the sender's thread, likewise
 * @uid: the sender's effective user, as the receiver's user namespace has it
 * @gid: the sender's effective group, likewise
 * @flags: SYNCHMESS_DEAD_LETTER, SYNCHMESS_FROM_KERNEL
 * @mailbox: the sender's mailbox, padded with zeros; empty if it has none; with
 *	SYNCHMESS_FROM_KERNEL the first 15 bytes of the module's name
 * @token: of the lease, for SYNCHMESS_SETTLE; 0 without SYNCHMESS_LEASE
 * @origin: of a dead letter: the group to which it was sent; 0: a mailbox
 * @reserved: 0
 */
struct synchmess_in {
	__u64 data;
	__u32 size;
	__u32 parts;
	__u64 id;
	__u64 sequence;
	__u64 tag;
	__u64 sent_at;
	__u64 published_at;
	__u32 length;
	__u32 priority;
	__u32 deliveries;
	__u32 pid;
	__u32 tid;
	__u32 uid;
	__u32 gid;
	__u32 flags;
	char mailbox[16];
	__u64 token;
	__u32 origin;
	__u32 reserved;
};

/* @flags of struct synchmess_in: received as often as may be, and nobody was done with it */
#define SYNCHMESS_DEAD_LETTER	(1U << 0)
/* Likewise: a module of the kernel sent it; @pid, @tid, @uid and @gid are 0, or overflow */
#define SYNCHMESS_FROM_KERNEL	(1U << 1)

#define SYNCHMESS_NOWAIT	(1U << 0)	/* as if the file were O_NONBLOCK */
#define SYNCHMESS_PEEK		(1U << 1)	/* RECEIVE: the message stays */
#define SYNCHMESS_WHOLE		(1U << 2)	/* RECEIVE: EMSGSIZE rather than cut it off */
#define SYNCHMESS_ALL		(1U << 3)	/* SEND on /dev/mq: to all other mailboxes */
#define SYNCHMESS_LEASE		(1U << 4)	/* RECEIVE: hidden until it is settled */

#define SYNCHMESS_MAX_BATCH	1024

/**
 * struct synchmess_batch - messages to send, or to receive
 * @flags: SYNCHMESS_NOWAIT, ...
 * @count: how many; at most SYNCHMESS_MAX_BATCH
 * @message_size: bytes of one element of @messages
 * @ack_count: RECEIVE: in: how many tokens at @acks; at most SYNCHMESS_MAX_BATCH; out:
 *	how many of them are left, the last ones; SEND: 0
 * @messages: an array of struct synchmess_out, or of struct synchmess_in
 * @deadline: until when to wait; 0: for ever
 * @to: SEND on /dev/mq: the mailbox, padded with zeros; else zeros
 * @lease: with SYNCHMESS_LEASE: for so long; 0: until the file is closed
 * @acks: RECEIVE: an array of __u64, tokens to ack before anything is received
 */
struct synchmess_batch {
	__u32 flags;
	__u32 count;
	__u32 message_size;
	__u32 ack_count;
	__u64 messages;
	__u64 deadline;
	char to[16];
	__u64 lease;
	__u64 acks;
};

#define SYNCHMESS_ACK		1	/* done: it counts as delivered */
#define SYNCHMESS_RETURN	2	/* back to its place */
#define SYNCHMESS_EXTEND	3	/* not done yet */

/**
 * struct synchmess_settle - what is to become of leased messages
 * @what: SYNCHMESS_ACK, ...
 * @count: how many tokens; at most SYNCHMESS_MAX_BATCH
 * @tokens: an array of __u64
 * @time: RETURN: after so long, 0: at once; EXTEND: for so long from now, 0: until the
 *	file is closed; ACK: 0
 */
struct synchmess_settle {
	__u32 what;
	__u32 count;
	__u64 tokens;
	__u64 time;
};

/**
 * struct synchmess_reading - what read(2) does on this open file
 * @flags: SYNCHMESS_LEASE: each message is leased until the next read, which acks it
 * @header_size: bytes of a struct synchmess_in with which each read begins; 0: none
 * @lease: with SYNCHMESS_LEASE: for so long; 0: until the file is closed
 *
 * In that structure @data and @parts are 0, and @size is how many bytes follow it.
 */
struct synchmess_reading {
	__u32 flags;
	__u32 header_size;
	__u64 lease;
};

#define SYNCHMESS_MAX_DELIVERIES	65535

/**
 * struct synchmess_retries - how often a message may be leased in vain
 * @max_deliveries: after so many leases that ended without an ack it is a dead letter;
 *	0: never; at most SYNCHMESS_MAX_DELIVERIES
 * @dead_letters: a descriptor of the group that takes it, open for writing; -1: it is
 *	dropped
 */
struct synchmess_retries {
	__u32 max_deliveries;
	__s32 dead_letters;
};

#define SYNCHMESS_REVOKE_ID		1	/* the message with @id */
#define SYNCHMESS_REVOKE_SENDER		2	/* all of the process @pid */
#define SYNCHMESS_REVOKE_DELAYED	3	/* all whose delay has not run out */
#define SYNCHMESS_REVOKE_EVERYTHING	4

/**
 * struct synchmess_revoke - messages that nobody is to receive any more
 * @what: SYNCHMESS_REVOKE_*
 * @pid: a process, as the caller's PID namespace has it; 0: the caller's own
 * @id: what SYNCHMESS_SEND returned
 */
struct synchmess_revoke {
	__u32 what;
	__u32 pid;
	__u64 id;
};

#define SYNCHMESS_MAX_RING		(16 * 1024 * 1024)	/* bytes for records */
#define SYNCHMESS_MAX_RECORD_LENGTH	65536	/* bytes of a message's payload in a ring */

/**
 * struct synchmess_ring - a ring that a reader has in its memory
 * @size: bytes for records: a power of two, at least a page, at most SYNCHMESS_MAX_RING
 * @map_size: out: how many bytes to mmap(2), from offset 0, shared
 * @data_offset: out: where in there the bytes for records begin; before them stands a
 *	struct synchmess_ring_control
 * @header_size: out: bytes of the struct synchmess_in with which each record begins
 * @flags: 0
 * @reserved: 0
 *
 * The bytes for records are mapped twice, one behind the other, so a record never has to
 * be put together. It begins at @data_offset + (position & (@size - 1)) with its stamp,
 * then @size of the stamp bytes of payload, and the next begins at the next multiple of 8.
 */
struct synchmess_ring {
	__u64 size;
	__u64 map_size;
	__u32 data_offset;
	__u32 header_size;
	__u32 flags;
	__u32 reserved;
};

/* @flags of struct synchmess_ring_control */
#define SYNCHMESS_RING_MORE	(1U << 0)	/* the queue has messages for SYNCHMESS_RING_WAIT */
#define SYNCHMESS_RING_DEAD	(1U << 1)	/* group or mailbox are gone */

/**
 * struct synchmess_ring_control - how far a ring was written and read
 * @head: by the module: the position behind the last record; to be read with acquire
 * @flags: by the module: SYNCHMESS_RING_MORE, ...
 * @tail: by the reader: the position of the first record that it has not done with; to be
 *	written with release
 *
 * Positions count bytes from the beginning, and never wrap.
 */
struct synchmess_ring_control {
	__u64 head;
	__u32 flags;
	__u32 reserved[13];
	__u64 tail;
};

/**
 * struct synchmess_ring_wait - until when to wait for a record
 * @deadline: until when; 0: for ever
 * @flags: SYNCHMESS_NOWAIT
 * @reserved: 0
 */
struct synchmess_ring_wait {
	__u64 deadline;
	__u32 flags;
	__u32 reserved;
};

/* What a send does when the queue is full. */
#define SYNCHMESS_FULL_FAIL		1	/* ENOSPC */
#define SYNCHMESS_FULL_BLOCK		2	/* wait */
#define SYNCHMESS_FULL_DROP_OLDEST	3

/* What a receive does when the queue is empty. */
#define SYNCHMESS_EMPTY_EOF		1	/* read(2) returns 0 */
#define SYNCHMESS_EMPTY_AGAIN		2	/* EAGAIN */
#define SYNCHMESS_EMPTY_BLOCK		3	/* wait */

/**
 * struct synchmess_settings - what can be set of a queue
 * @max_message_size: bytes; 0: the module's default
 * @max_storage_size: bytes; 0: the module's default
 * @max_messages: 0: the module's default
 * @full: SYNCHMESS_FULL_*; 0 leaves it as it is
 * @empty: SYNCHMESS_EMPTY_*; 0 leaves it as it is
 */
struct synchmess_settings {
	__u64 max_message_size;
	__u64 max_storage_size;
	__u64 max_messages;
	__u32 full;
	__u32 empty;
};

#define SYNCHMESS_GROUP_NAME_MAX	63

/* @flags of struct synchmess_create */
#define SYNCHMESS_EXCLUSIVE	(1U << 0)	/* EEXIST if there is one */
#define SYNCHMESS_TRANSIENT	(1U << 1)	/* removed with its last close */

/**
 * struct synchmess_create - a group to make, or to open
 * @flags: SYNCHMESS_EXCLUSIVE, SYNCHMESS_TRANSIENT
 * @open_flags: of the descriptor that is returned, as open(2) has them: O_RDWR, ...,
 *	O_CLOEXEC, O_NONBLOCK
 * @descriptor: in: the number, or 0 for any; out: the number
 * @mode: permissions, 0 to 0666
 * @uid: the owner; -1: the caller
 * @gid: the group of users; -1: the caller's
 * @settings: pointer to a struct synchmess_settings, or 0
 * @settings_size: bytes at @settings
 * @reserved: 0
 * @name: as well, or instead of a number: 1 to SYNCHMESS_GROUP_NAME_MAX of the letters,
 *	digits and "._-", not beginning with a dot, padded with zeros
 */
struct synchmess_create {
	__u32 flags;
	__u32 open_flags;
	__u32 descriptor;
	__u32 mode;
	__u32 uid;
	__u32 gid;
	__u64 settings;
	__u32 settings_size;
	__u32 reserved;
	char name[64];
};

/**
 * struct synchmess_target - a group, by number or by name
 * @descriptor: the number, or 0
 * @reserved: 0
 * @name: if the number is 0; padded with zeros
 */
struct synchmess_target {
	__u32 descriptor;
	__u32 reserved;
	char name[64];
};

/**
 * struct synchmess_stat - a group, or a mailbox
 * @descriptor: the group's number; 0 of a mailbox
 * @flags: SYNCHMESS_TRANSIENT
 * @mode: the group's permissions when it was made
 * @uid: the owner
 * @gid: the group of users
 * @pid: of a mailbox: who registered it
 * @sleepers: on the barrier
 * @reserved: 0
 * @max_message_size: and so on: settings as they hold now; all bits set: no limit
 * @max_storage_size: bytes
 * @max_messages: messages
 * @full: SYNCHMESS_FULL_*
 * @empty: SYNCHMESS_EMPTY_*
 * @sent: and so on: the ledger. sent = delivered + queued + scheduled + leased +
 *	revoked + expired + overwritten + dropped
 * @stored: bytes
 * @name: of the group or mailbox; may be empty
 * @leased: of the ledger
 * @max_deliveries: of struct synchmess_retries
 * @dead_letters: the number of the group that takes dead letters; 0: none
 */
struct synchmess_stat {
	__u32 descriptor;
	__u32 flags;
	__u32 mode;
	__u32 uid;
	__u32 gid;
	__u32 pid;
	__u32 sleepers;
	__u32 reserved;
	__u64 max_message_size;
	__u64 max_storage_size;
	__u64 max_messages;
	__u32 full;
	__u32 empty;
	__u64 sent;
	__u64 delivered;
	__u64 queued;
	__u64 scheduled;
	__u64 revoked;
	__u64 expired;
	__u64 overwritten;
	__u64 dropped;
	__u64 stored;
	char name[64];
	__u64 leased;
	__u32 max_deliveries;
	__u32 dead_letters;
};

/**
 * struct synchmess_list - groups, or mailboxes
 * @cursor: in: 0 to begin; out: where to go on
 * @entries: an array of struct synchmess_stat
 * @count: how many fit
 * @entry_size: bytes of one
 */
struct synchmess_list {
	__u64 cursor;
	__u64 entries;
	__u32 count;
	__u32 entry_size;
};

/**
 * struct synchmess_mailbox - a mailbox to register, or to send to
 * @name: padded with zeros
 * @open_flags: OPEN: O_CLOEXEC, O_NONBLOCK
 * @settings_size: REGISTER: bytes at @settings
 * @settings: REGISTER: pointer to a struct synchmess_settings, or 0
 */
struct synchmess_mailbox {
	char name[16];
	__u32 open_flags;
	__u32 settings_size;
	__u64 settings;
};

/**
 * struct synchmess_sleep - until when to sleep on a group's barrier
 * @generation: in: sleep only if it is still this one; 0: whatever it is; out: what it is now
 * @deadline: until when; 0: for ever
 * @flags: SYNCHMESS_NOWAIT
 * @reserved: 0
 */
struct synchmess_sleep {
	__u64 generation;
	__u64 deadline;
	__u32 flags;
	__u32 reserved;
};

/**
 * struct synchmess_awake - whom to wake
 * @generation: out: the one that begins
 * @count: so many at most; not 0
 * @flags: 0
 */
struct synchmess_awake {
	__u64 generation;
	__u32 count;
	__u32 flags;
};

/**
 * struct synchmess_watch - a descriptor that tells of new generations
 * @generation: what has been seen already; 0: the one that holds now
 * @open_flags: O_CLOEXEC, O_NONBLOCK
 * @reserved: 0
 */
struct synchmess_watch {
	__u64 generation;
	__u32 open_flags;
	__u32 reserved;
};

/**
 * struct synchmess_barrier - a group's barrier, and who meets there
 * @generation: raised by each waking; the first is 1
 * @meeting: the number of the meeting in progress; the first is 1
 * @sleepers: how many sleep
 * @members: how many have joined
 * @parties: how many threads are to meet, if some wait and there are no members
 * @arrived: how many wait for the others
 */
struct synchmess_barrier {
	__u64 generation;
	__u64 meeting;
	__u32 sleepers;
	__u32 members;
	__u32 parties;
	__u32 arrived;
};

/* How a party was lost that broke a meeting. */
#define SYNCHMESS_GONE_DIED		1	/* the process ended, or the thread that waited */
#define SYNCHMESS_GONE_CLOSED		2	/* its open file was closed */
#define SYNCHMESS_GONE_TIMED_OUT	3	/* its deadline came */

/**
 * struct synchmess_meet - how to meet
 * @meeting: in: the meeting that is meant; 0: the one in progress; of a member not
 *	looked at; out: the next one to take part in
 * @deadline: until when to wait; 0: for ever
 * @parties: how many threads are to meet; 0: all members
 * @flags: SYNCHMESS_NOWAIT
 * @pid: out, after EOWNERDEAD: the process that was lost, as the caller's PID namespace
 *	has it; 0: not there
 * @tid: out, after EOWNERDEAD: likewise the thread that was lost, or that had joined
 * @how: out, after EOWNERDEAD: SYNCHMESS_GONE_*
 * @reserved: 0
 *
 * A null pointer does for one of zeros, if nothing of what comes out is wanted.
 */
struct synchmess_meet {
	__u64 meeting;
	__u64 deadline;
	__u32 parties;
	__u32 flags;
	__u32 pid;
	__u32 tid;
	__u32 how;
	__u32 reserved;
};

/* Any device. */
#define SYNCHMESS_QUERY		_IOR(SYNCHMESS_IOC_MAGIC, 32, struct synchmess_query)
#define SYNCHMESS_WHY		_IOR(SYNCHMESS_IOC_MAGIC, 33, struct synchmess_why)

/* A group; a mailbox: /dev/mq, and what SYNCHMESS_OPEN_MAILBOX returned. */
#define SYNCHMESS_SEND		_IOWR(SYNCHMESS_IOC_MAGIC, 40, struct synchmess_batch)
#define SYNCHMESS_RECEIVE	_IOWR(SYNCHMESS_IOC_MAGIC, 41, struct synchmess_batch)
#define SYNCHMESS_REVOKE	_IOW(SYNCHMESS_IOC_MAGIC, 42, struct synchmess_revoke)
#define SYNCHMESS_SET		_IOW(SYNCHMESS_IOC_MAGIC, 43, struct synchmess_settings)
#define SYNCHMESS_STAT		_IOWR(SYNCHMESS_IOC_MAGIC, 44, struct synchmess_stat)
#define SYNCHMESS_SETTLE	_IOW(SYNCHMESS_IOC_MAGIC, 45, struct synchmess_settle)
#define SYNCHMESS_RETRIES	_IOW(SYNCHMESS_IOC_MAGIC, 46, struct synchmess_retries)

#define SYNCHMESS_READING	_IOW(SYNCHMESS_IOC_MAGIC, 38, struct synchmess_reading)
#define SYNCHMESS_RING		_IOWR(SYNCHMESS_IOC_MAGIC, 47, struct synchmess_ring)
#define SYNCHMESS_RING_WAIT	_IOW(SYNCHMESS_IOC_MAGIC, 39, struct synchmess_ring_wait)

/* The master device. */
#define SYNCHMESS_CREATE	_IOWR(SYNCHMESS_IOC_MAGIC, 48, struct synchmess_create)
#define SYNCHMESS_REMOVE	_IOW(SYNCHMESS_IOC_MAGIC, 49, struct synchmess_target)
/* Also /dev/mq. */
#define SYNCHMESS_LIST		_IOWR(SYNCHMESS_IOC_MAGIC, 50, struct synchmess_list)

/* /dev/mq. */
#define SYNCHMESS_REGISTER	_IOW(SYNCHMESS_IOC_MAGIC, 56, struct synchmess_mailbox)
#define SYNCHMESS_UNREGISTER	_IO(SYNCHMESS_IOC_MAGIC, 57)
#define SYNCHMESS_OPEN_MAILBOX	_IOW(SYNCHMESS_IOC_MAGIC, 58, struct synchmess_mailbox)

/* A group. */
#define SYNCHMESS_SLEEP		_IOWR(SYNCHMESS_IOC_MAGIC, 64, struct synchmess_sleep)
#define SYNCHMESS_AWAKE		_IOWR(SYNCHMESS_IOC_MAGIC, 65, struct synchmess_awake)
#define SYNCHMESS_WATCH		_IOW(SYNCHMESS_IOC_MAGIC, 66, struct synchmess_watch)
#define SYNCHMESS_BARRIER	_IOR(SYNCHMESS_IOC_MAGIC, 67, struct synchmess_barrier)
#define SYNCHMESS_JOIN		_IO(SYNCHMESS_IOC_MAGIC, 68)
#define SYNCHMESS_LEAVE		_IO(SYNCHMESS_IOC_MAGIC, 69)
#define SYNCHMESS_MEET		_IOWR(SYNCHMESS_IOC_MAGIC, 70, struct synchmess_meet)

#endif /* _UAPI_LINUX_SYNCHMESS_H */
