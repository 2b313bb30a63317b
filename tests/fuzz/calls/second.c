// SPDX-License-Identifier: GPL-2.0
/* The rest of the program, twice: on the same open files, at the same time. */
#include "fuzz/calls/operation.h"
#include "fuzz/calls/stream.h"

void op_thread(struct stream *stream, const struct step *step)
{
	(void)step;
	if (stream->worker->shared_with == ALONE)
		stream_start_thread(stream);
}

void op_child(struct stream *stream, const struct step *step)
{
	(void)step;
	if (stream->worker->shared_with == ALONE)
		stream_start_child(stream);
}
