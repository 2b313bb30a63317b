// SPDX-License-Identifier: GPL-2.0
#include "histogram.h"

#include "label.h"

#include <linux/bits.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

DEFINE_STATIC_KEY_FALSE(sm_histograms_wanted);

static DEFINE_MUTEX(switching);
static u64 turns;	/* written under switching */

void sm_histograms_switch(bool on)
{
	mutex_lock(&switching);
	/* What is on counts on while it is cleared: from when each queue notices. */
	if (on) {
		WRITE_ONCE(turns, turns + 1);
		static_branch_enable(&sm_histograms_wanted);
	} else {
		static_branch_disable(&sm_histograms_wanted);
	}
	mutex_unlock(&switching);
}

/* Without memory nothing is counted, and nobody fails. */
static struct sm_histogram *current_of(struct sm_histogram **histogram)
{
	u64 turn = READ_ONCE(turns);

	if (!*histogram)
		*histogram = kzalloc(sizeof(**histogram),
				     GFP_NOWAIT | __GFP_NOWARN | __GFP_ACCOUNT);
	if (*histogram && (*histogram)->turn != turn)
		**histogram = (struct sm_histogram){ .turn = turn };
	return *histogram;
}

static void count(u64 *buckets, unsigned int last, u64 value)
{
	buckets[value ? min_t(unsigned int, ilog2(value), last) : 0]++;
}

void sm_histogram_add_wait(struct sm_histogram **histogram, ktime_t published_at)
{
	struct sm_histogram *now = current_of(histogram);

	if (now)
		count(now->wait, SM_WAIT_BUCKETS - 1,
		      ktime_to_ns(ktime_sub(ktime_get(), published_at)));
}

void sm_histogram_add_depth(struct sm_histogram **histogram, u64 depth)
{
	struct sm_histogram *now = current_of(histogram);

	if (now)
		count(now->depth, SM_DEPTH_BUCKETS - 1, depth);
}

void sm_histogram_free(struct sm_histogram *histogram)
{
	kfree(histogram);
}

static void show_buckets(struct seq_file *seq, const struct sm_label *label, const char *what,
			 const u64 *buckets, unsigned int how_many)
{
	unsigned int bucket;

	for (bucket = 0; bucket < how_many; bucket++) {
		if (!buckets[bucket])
			continue;
		sm_label_show(seq, label);
		seq_printf(seq, "%-8s %-12llu %llu\n", what, bucket ? BIT_ULL(bucket) : 0,
			   buckets[bucket]);
	}
}

void sm_histogram_show(struct seq_file *seq, const struct sm_label *label,
		       const struct sm_histogram *histogram)
{
	if (histogram->turn != READ_ONCE(turns))
		return;
	show_buckets(seq, label, "wait-ns", histogram->wait, SM_WAIT_BUCKETS);
	show_buckets(seq, label, "depth", histogram->depth, SM_DEPTH_BUCKETS);
}
