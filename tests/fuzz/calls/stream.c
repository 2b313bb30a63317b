// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/stream.h"

#include "fuzz/calls/area.h"
#include "fuzz/calls/elements.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/shared.h"
#include "fuzz/calls/structure.h"
#include "harness/signals.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MILLISECOND 1000000l

static struct stream second;

void stream_make_memory(struct stream *stream)
{
	stream->room = area_make_room();
	sheet_make(&stream->structures, STRUCTURE_MOST);
	sheet_make(&stream->settings, STRUCTURE_MOST);
	sheet_make(&stream->elements, ELEMENTS_SIZE);
	sheet_make(&stream->vectors, ELEMENTS_WITH_PARTS * ELEMENT_PARTS * sizeof(struct iovec));
}

void stream_run(struct stream *stream)
{
	for (; stream->position < stream->program->length; stream->position++)
		operation_run(stream, &stream->program->steps[stream->position]);
}

static timer_t make_timer(struct stream *stream, int signal)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = signal };
	timer_t timer;

	event._sigev_un._tid = gettid();
	if (timer_create(CLOCK_MONOTONIC, &event, &timer))
		fail(stream, "timer_create fails with %s", strerrorname_np(errno));
	return timer;
}

static void start_timer(timer_t timer, long first, long interval)
{
	struct itimerspec when = { { 0, interval }, { 0, first } };

	timer_settime(timer, 0, &when, NULL);
}

void stream_begin_signals(struct stream *stream)
{
	uint64_t value = stream->program->steps[0].value;
	long interval = stream->worker->interval * MILLISECOND;

	stream->interrupts = make_timer(stream, INTERRUPTS);
	stream->restarts = make_timer(stream, RESTARTS);
	start_timer(stream->interrupts, 1 + value % interval, interval);
	start_timer(stream->restarts, 1 + (value >> 32) % interval, 0);
}

void stream_end_signals(struct stream *stream)
{
	timer_delete(stream->interrupts);
	timer_delete(stream->restarts);
}

static void prepare_second(const struct stream *first)
{
	if (!second.room)
		stream_make_memory(&second);
	second.worker = first->worker;
	second.second = true;
	second.program = first->program;
	second.position = first->position + 1;
	second.ring.descriptor = -1;
}

static void *run_second(void *unused)
{
	stream_begin_signals(&second);
	stream_run(&second);
	stream_end_signals(&second);
	return unused;
}

void stream_start_thread(struct stream *stream)
{
	prepare_second(stream);
	stream->worker->shared_with = WITH_THREAD;
	if (pthread_create(&stream->worker->thread, NULL, run_second, NULL))
		stream->worker->shared_with = ALONE;
}

void stream_start_child(struct stream *stream)
{
	pid_t child;

	prepare_second(stream);
	stream->worker->shared_with = WITH_CHILD;
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run_second(NULL);
		_exit(0);
	}
	stream->worker->child = child;
	if (child < 0)
		stream->worker->shared_with = ALONE;
}

static void join_child(struct stream *stream)
{
	int status;

	while (waitpid(stream->worker->child, &status, 0) < 0) {
		if (errno != EINTR)
			fail(stream, "waitpid fails with %s", strerrorname_np(errno));
	}
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		fail(stream, "a child died of signal %d", WTERMSIG(status));
}

/* What a thread did to the open files is not known any more. */
void stream_join(struct stream *stream)
{
	switch (stream->worker->shared_with) {
	case WITH_THREAD:
		pthread_join(stream->worker->thread, NULL);
		file_close_all(stream);
		break;
	case WITH_CHILD:
		join_child(stream);
		break;
	case ALONE:
		return;
	}
	opened_forget(stream->worker);
	stream->worker->shared_with = ALONE;
}
