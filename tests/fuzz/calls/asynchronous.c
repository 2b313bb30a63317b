// SPDX-License-Identifier: GPL-2.0
/* Calls through io_uring. */
#include "fuzz/calls/area.h"
#include "fuzz/calls/file.h"
#include "fuzz/calls/opened.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/stream.h"

#define MOST_NANOSECONDS 3000000

static struct io_uring_sqe *ask(struct stream *stream, const struct step *step,
				struct question *question, unsigned char opcode)
{
	long patience = 1 + step->value % MOST_NANOSECONDS;
	int fd = file_descriptor(stream, question->file);
	bool asynchronous = step->flags >= 224;
	struct io_uring_sqe *entry;

	/* The answer may come when something else stands in the file's place. */
	question->file = NULL;
	/* Then even the descriptor is looked up by the kernel's own thread. */
	if (asynchronous)
		question->kind = KIND_ANY;
	entry = ring_ask(stream, question, patience);
	entry->opcode = opcode;
	entry->fd = fd;
	entry->flags |= asynchronous ? IOSQE_ASYNC : 0;
	return entry;
}

static void ask_transfer(struct stream *stream, const struct step *step, struct file *file)
{
	bool reads = step->flags % 2;
	size_t length = area_length(step);
	struct area area = reads ? area_to(stream->ring.room, step, length) :
		area_from(step, length);
	struct question question = question_of(reads ? CALL_RING_READ : CALL_RING_WRITE, file);
	struct io_uring_sqe *entry;

	if (reads)
		opened_read_elsewhere(stream->worker);
	question.length = length;
	question.valid = area.valid;
	entry = ask(stream, step, &question, reads ? IORING_OP_READ : IORING_OP_WRITE);
	entry->addr = (unsigned long)area.start;
	entry->len = length;
	entry->off = -1;
}

void op_ring(struct stream *stream, const struct step *step)
{
	struct file *file = file_any(stream, step);
	struct question question;

	if (stream->ring.descriptor < 0 || stream->worker->shared_with != ALONE)
		return;
	switch (step->extra % 8) {
	case 0:
		question = question_of(CALL_RING_FSYNC, file);
		ask(stream, step, &question, IORING_OP_FSYNC);
		break;
	case 1:
		question = question_of(CALL_RING_POLL, file);
		ask(stream, step, &question, IORING_OP_POLL_ADD)->poll32_events = step->size;
		break;
	default:
		ask_transfer(stream, step, file);
	}
	ring_enter(stream);
}
