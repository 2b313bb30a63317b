/* SPDX-License-Identifier: GPL-2.0 */
/* Whatever carries messages from one end to the other, behind one face. */
#ifndef BENCH_CHANNEL_H
#define BENCH_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#define LETTER_FRONT 20

/* A message. System V wants a number before the bytes, and a mailbox a command. */
struct letter {
	unsigned int priority;
	char front[LETTER_FRONT];
	char bytes[];
};

struct channel {
	const struct channel_kind *kind;
	int to;
	int from;		/* can be polled where the system can */
	size_t size;		/* of the longest message */
	void *own;
};

struct channel_kind {
	const char *name;
	size_t shortest;
	size_t longest;
	/* For so many messages of so many bytes. False: it cannot do that. */
	bool (*open)(struct channel *channel, size_t size, size_t depth);
	void (*send)(struct channel *channel, struct letter *letter, size_t size);
	void (*receive)(struct channel *channel, struct letter *letter, size_t size);
	/* The same letter so often; NULL: one by one. */
	void (*send_many)(struct channel *channel, struct letter *letter, size_t size,
			  unsigned int count);
	void (*receive_many)(struct channel *channel, struct letter *letter, size_t size,
			     unsigned int count);
	void (*close)(struct channel *channel);
};

extern const struct channel_kind synchmess_channel;	/* write and read on a group */
extern const struct channel_kind synchmess_send_channel;	/* SEND and RECEIVE */
extern const struct channel_kind synchmess_mailbox_channel;	/* /msg and read */
extern const struct channel_kind mqueue_channel;
extern const struct channel_kind sysv_channel;
extern const struct channel_kind seqpacket_channel;
extern const struct channel_kind dgram_channel;
extern const struct channel_kind pipe_channel;
extern const struct channel_kind packet_pipe_channel;
extern const struct channel_kind zeromq_channel;	/* not across a fork */
extern const struct channel_kind floor_channel;		/* two system calls, and no message */
extern const struct channel_kind eventfd_channel;	/* a signal, and no message */
extern const struct channel_kind futex_channel;		/* likewise */

/* All that carry messages; NULL behind the last. */
extern const struct channel_kind * const channel_kinds[];

bool channel_open(struct channel *channel, const struct channel_kind *kind, size_t size,
		  size_t depth);
void channel_close(struct channel *channel);

void channel_send(struct channel *channel, struct letter *letter, size_t size);
void channel_receive(struct channel *channel, struct letter *letter, size_t size);
void channel_send_many(struct channel *channel, struct letter *letter, size_t size,
		       unsigned int count);
void channel_receive_many(struct channel *channel, struct letter *letter, size_t size,
			  unsigned int count);

/* What several kinds do alike: write(2), read(2), close both ends. */
void channel_write(struct channel *channel, struct letter *letter, size_t size);
void channel_read(struct channel *channel, struct letter *letter, size_t size);
void channel_close_ends(struct channel *channel);

struct letter *letter_new(size_t size);
void letter_free(struct letter *letter);

#endif /* BENCH_CHANNEL_H */
