/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A crowd: the threads that wait somewhere, as somebody sees them who looks. It shows
 * one moment; they may be gone when it is read.
 *
 * Owner: who looks. No locks of its own.
 */
#ifndef SM_CROWD_H
#define SM_CROWD_H

#include <linux/spinlock_types.h>
#include <linux/types.h>

struct list_head;
struct task_struct;

/**
 * struct sm_person - a thread that waits
 * @pid: its process, in the namespace of who looks; 0: not there
 * @tid: likewise
 * @since: when it began, in jiffies
 */
struct sm_person {
	pid_t pid;
	pid_t tid;
	unsigned long since;
};

/**
 * struct sm_crowd - the threads that wait somewhere
 * @count: how many there were
 * @most: how many of them can be kept in @people
 * @people: those who came first
 */
struct sm_crowd {
	unsigned int count;
	unsigned int most;
	struct sm_person *people;
};

/**
 * sm_crowd_grow() - make room for all who were there, and forget them
 * @crowd: zeros at first
 *
 * To be asked after each look. Context: may sleep.
 * Return: 1: look once more, 0: they are all in it, or -ENOMEM.
 */
int sm_crowd_grow(struct sm_crowd *crowd);

void sm_crowd_free(struct sm_crowd *crowd);

/* One more. Context: any; the thread does not end meanwhile. */
void sm_crowd_add(struct sm_crowd *crowd, struct task_struct *thread, unsigned long since);

/**
 * sm_crowd_look() - see who stands in a line
 * @crowd: they are added
 * @line: struct sm_waiter each
 * @lock: of the line; not held
 */
void sm_crowd_look(struct sm_crowd *crowd, const struct list_head *line, spinlock_t *lock);

#endif /* SM_CROWD_H */
