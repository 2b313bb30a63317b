// SPDX-License-Identifier: GPL-2.0
#include "shortcut.h"

#include "admission.h"
#include "bell.h"
#include "message.h"
#include "ring.h"
#include "trace.h"

#include <linux/kernel.h>
#include <linux/ktime.h>

/* The last is there for what is not a whole one. */
#define WORD	sizeof(long)
#define WORDS	(SM_COPY_SHORT / WORD + 1)

/* Who looks at each message is shown it on the long way. */
static __always_inline bool is_watched(void)
{
	return trace_message_sent_enabled() || trace_message_received_enabled() ||
	       sm_histograms_are_on();
}

static __always_inline bool is_open_locked(const struct sm_queue *queue, size_t size)
{
	return queue->ring && !queue->priorities && !is_watched() &&
	       sm_ring_fits_locked(queue->ring, size);
}

/* It is sent, and the reader has it. */
static __always_inline void number_locked(struct sm_queue *queue, struct sm_message *message)
{
	message->sent_at = ktime_get();
	message->id = ++queue->ledger.sent;
	message->place = ++queue->published;
	queue->ledger.delivered++;
}

static __always_inline void put_words_locked(struct sm_ring *ring,
					     const struct sm_message *message,
					     const unsigned long *words)
{
	unsigned long *to = sm_ring_begin_locked(ring, message, 0, message->sent_at);
	const unsigned long *end = words + DIV_ROUND_UP(message->size, WORD);

	while (words < end)
		*to++ = *words++;
	sm_ring_end_locked(ring, message->size);
}

bool sm_shortcut_write(struct sm_queue *queue, struct sm_sender *sender,
		       const struct sm_payload *from)
{
	unsigned long words[WORDS] __uninitialized;
	struct sm_message message = { .sender = sender, .size = from->size };
	bool open;

	/* The reader is to see nothing else. */
	words[message.size / WORD] = 0;
	/* What is wrong the long way says. */
	if (!sm_payload_get(from, words))
		return false;
	sm_queue_lock(queue);
	open = is_open_locked(queue, message.size) &&
	       sm_admission_is_open_locked(queue, message.size);
	if (likely(open)) {
		number_locked(queue, &message);
		put_words_locked(queue->ring, &message, words);
	}
	spin_unlock(&queue->lock);
	if (likely(open))
		sm_bell_ring_readers(queue->bell, 1);
	return open;
}

/* It needs none in the queue. */
static void give_room_locked(struct sm_queue *queue, struct sm_message *message,
			     struct sm_after *after)
{
	if (!message->has_room)
		return;
	message->has_room = false;
	sm_queue_release_locked(queue, message->size, after);
}

bool sm_shortcut_take_locked(struct sm_queue *queue, struct sm_message *message,
			     struct sm_after *after)
{
	lockdep_assert_held(&queue->lock);

	if (!sm_message_is_plain(message) || !sm_ring_suits(queue->ring, message->size) ||
	    !is_open_locked(queue, message->size))
		return false;
	if (!message->has_room && !sm_admission_is_open_locked(queue, message->size))
		return false;
	give_room_locked(queue, message, after);
	number_locked(queue, message);
	sm_ring_put_locked(queue->ring, message, message->sent_at);
	list_add_tail(&message->ready, &after->gone);
	after->published++;
	return true;
}
