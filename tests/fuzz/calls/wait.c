// SPDX-License-Identifier: GPL-2.0
/* Waiting for several files at once. */
#include "fuzz/calls/area.h"
#include "fuzz/calls/file.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/stream.h"

#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

#define MOST_FILES 4
#define MOST_MILLISECONDS 3

void op_poll(struct stream *stream, const struct step *step)
{
	struct pollfd files[MOST_FILES];
	nfds_t count = step->extra % (MOST_FILES + 1), i;
	struct question question = { .call = CALL_POLL, .length = count * sizeof(files[0]) };
	struct pollfd *where = area_is_bad(step) && count ? area_bad(step) : files;
	long ready;

	for (i = 0; i < count; i++) {
		struct file *file = &stream->worker->files[(step->slot + i) % FILES];

		files[i].fd = file_descriptor(stream, file);
		files[i].events = step->size;
	}
	question.valid = where == files ? question.length : 0;
	ready = judge(stream, &question,
		      outcome(poll(where, count, step->flags % (MOST_MILLISECONDS + 1))));
	if (ready > (long)count)
		fail(stream, "poll finds %ld of %lu files ready", ready, (unsigned long)count);
}

void op_select(struct stream *stream, const struct step *step)
{
	struct question question = { .call = CALL_SELECT };
	struct timeval patience = { .tv_usec = step->size % (MOST_MILLISECONDS * 1000) };
	fd_set sets[3];
	int i;

	for (i = 0; i < 3; i++) {
		FD_ZERO(&sets[i]);
		FD_SET(file_descriptor(stream, file_any(stream, step)), &sets[i]);
		FD_SET(FIRST_DESCRIPTOR + (step->value >> 8 * i) % FILES, &sets[i]);
	}
	judge(stream, &question,
	      outcome(select(FIRST_DESCRIPTOR + FILES, step->flags & 1 ? &sets[0] : NULL,
			     step->flags & 2 ? &sets[1] : NULL,
			     step->flags & 4 ? &sets[2] : NULL, &patience)));
}

static void add_and_change(struct stream *stream, const struct step *step, int set)
{
	static const int changes[] = { EPOLL_CTL_ADD, EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL };
	struct file *file = file_any(stream, step);
	const struct question question = question_of(CALL_EPOLL_CTL, file);
	unsigned int i;

	for (i = 0; i < 3; i++) {
		struct epoll_event event = { .events = step->value >> 8 * i };
		int change = changes[(step->extra >> 2 * i) % 4];

		/* The kernel wants this flag alone. */
		event.events &= ~EPOLLEXCLUSIVE;
		judge(stream, &question,
		      outcome(epoll_ctl(set, change, file_descriptor(stream, file), &event)));
	}
}

void op_epoll(struct stream *stream, const struct step *step)
{
	const struct question question = { .call = CALL_EPOLL_WAIT };
	struct epoll_event events[MOST_FILES];
	int set = epoll_create1(EPOLL_CLOEXEC);

	if (set < 0)
		return;
	add_and_change(stream, step, set);
	judge(stream, &question,
	      outcome(epoll_wait(set, events, MOST_FILES, step->flags % MOST_MILLISECONDS)));
	close(set);
}
