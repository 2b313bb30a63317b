/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A histogram: how long the messages of a queue waited to be taken, and how many were
 * there. Off unless somebody has switched it on for all queues; then it costs memory
 * only where there is something to count.
 *
 * Owner: the queue, which guards its own by its lock. Each turn of the switch begins
 * anew; what was counted stays to be looked at when it is switched off.
 */
#ifndef SM_HISTOGRAM_H
#define SM_HISTOGRAM_H

#include <linux/jump_label.h>
#include <linux/ktime.h>
#include <linux/types.h>

struct seq_file;
struct sm_label;

/* Bucket n counts what is at least 2^n, the last one all that is more. */
#define SM_WAIT_BUCKETS		40
#define SM_DEPTH_BUCKETS	22

/**
 * struct sm_histogram - what was counted
 * @turn: of the switch, at which this began
 * @wait: nanoseconds from publication until a message was taken
 * @depth: messages that could be read when one was published, itself included
 */
struct sm_histogram {
	u64 turn;
	u64 wait[SM_WAIT_BUCKETS];
	u64 depth[SM_DEPTH_BUCKETS];
};

DECLARE_STATIC_KEY_FALSE(sm_histograms_wanted);

static inline bool sm_histograms_are_on(void)
{
	return static_branch_unlikely(&sm_histograms_wanted);
}

/**
 * sm_histograms_switch() - begin anew, or stop
 * @on: which
 *
 * Context: may sleep.
 */
void sm_histograms_switch(bool on);

/**
 * sm_histogram_add_wait() - a message is taken
 * @histogram: of the queue; made if it is NULL and there is memory
 * @published_at: since when it could be read
 *
 * Context: the lock of the queue is held.
 */
void sm_histogram_add_wait(struct sm_histogram **histogram, ktime_t published_at);

/**
 * sm_histogram_add_depth() - a message is published
 * @histogram: of the queue; made if it is NULL and there is memory
 * @depth: how many can be read
 *
 * Context: the lock of the queue is held.
 */
void sm_histogram_add_depth(struct sm_histogram **histogram, u64 depth);

void sm_histogram_free(struct sm_histogram *histogram);

/* A line for each bucket that is not empty. */
void sm_histogram_show(struct seq_file *seq, const struct sm_label *label,
		       const struct sm_histogram *histogram);

#endif /* SM_HISTOGRAM_H */
