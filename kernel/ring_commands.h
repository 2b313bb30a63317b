/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program does with a ring of its own: SYNCHMESS_RING, SYNCHMESS_RING_WAIT and
 * mmap(2). docs/interface-2.md is the specification.
 */
#ifndef SM_RING_COMMANDS_H
#define SM_RING_COMMANDS_H

#include <linux/types.h>

struct file;
struct sm_call;
struct sm_port;
struct sm_queue;
struct vm_area_struct;

/**
 * sm_ring_attach() - SYNCHMESS_RING
 * @file: whose private data is a port; it has the ring until its release
 * @queue: that it reads
 * @call: learns which limit refuses it
 * @argument: the program's struct synchmess_ring
 * @size: bytes of it
 *
 * Return: 0, or an error.
 */
long sm_ring_attach(struct file *file, struct sm_queue *queue, struct sm_call *call,
		    void __user *argument, size_t size);

/**
 * sm_ring_wait() - SYNCHMESS_RING_WAIT
 * @file: whose private data is a port
 * @queue: that it reads
 * @call: how it came
 * @argument: the program's struct synchmess_ring_wait
 * @size: bytes of it
 *
 * Return: 0 when there is something in the ring, or an error.
 */
long sm_ring_wait(struct file *file, struct sm_queue *queue, const struct sm_call *call,
		  void __user *argument, size_t size);

/* The file operation. */
int sm_ring_mmap(struct file *file, struct vm_area_struct *area);

/* The file is released; its queue is still there. */
void sm_ring_give_up(struct sm_port *port, struct sm_queue *queue);

#endif /* SM_RING_COMMANDS_H */
