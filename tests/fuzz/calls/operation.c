// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/operation.h"

#include "fuzz/calls/program.h"

#include <stddef.h>

/* Rare is what takes long: new groups, blocking calls, second streams. */
static const struct operation {
	unsigned int weight;
	void (*run)(struct stream *stream, const struct step *step);
} operations[] = {
	{ 400, op_read },
	{ 200, op_readv },
	{ 420, op_write },
	{ 200, op_writev },
	{ 320, op_command },
	{ 30, op_install },
	{ 8, op_sleep },
	{ 80, op_awake },
	{ 60, op_delay },
	{ 40, op_revoke },
	{ 60, op_any_ioctl },
	{ 400, op_send },
	{ 400, op_receive },
	{ 150, op_settle },
	{ 15, op_retries },
	{ 10, op_reading },
	{ 40, op_sleep_until },
	{ 40, op_awake_some },
	{ 30, op_barrier },
	{ 15, op_watch },
	{ 15, op_join },
	{ 10, op_leave },
	{ 40, op_meet },
	{ 4, op_lend },
	{ 4, op_meet_alone },
	{ 80, op_revoke_messages },
	{ 40, op_set },
	{ 20, op_query },
	{ 20, op_why },
	{ 60, op_stat },
	{ 30, op_list },
	{ 30, op_create },
	{ 3, op_remove_group },
	{ 50, op_register },
	{ 5, op_unregister },
	{ 50, op_open_mailbox },
	{ 20, op_compat_ioctl },
	{ 20, op_generic_ioctl },
	{ 80, op_fsync },
	{ 20, op_lseek },
	{ 50, op_fcntl },
	{ 8, op_mmap },
	{ 8, op_splice },
	{ 10, op_fdinfo },
	{ 8, op_poll },
	{ 6, op_select },
	{ 3, op_epoll },
	{ 40, op_open },
	{ 30, op_close },
	{ 20, op_dup },
	{ 15, op_attribute },
	{ 2, op_parameter },
	{ 3, op_remove },
	{ 15, op_ring },
	{ 2, op_thread },
	{ 1, op_child },
};

static unsigned int weights;	/* of all */

void operation_init(void)
{
	size_t i;

	for (i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		weights += operations[i].weight;
}

void operation_run(struct stream *stream, const struct step *step)
{
	unsigned int left = step->operation % weights;
	const struct operation *operation = operations;

	while (left >= operation->weight)
		left -= operation++->weight;
	operation->run(stream, step);
}
