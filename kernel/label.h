/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A label: what a queue, a barrier or a rendezvous is called where somebody looks from
 * outside. They know nothing of groups and mailboxes but this.
 *
 * Owner: the group or mailbox of which they are a part. Constant from before anybody can
 * use that. No locks.
 */
#ifndef SM_LABEL_H
#define SM_LABEL_H

#include <linux/types.h>

/* The longest name of a mailbox, padded with zeros to whole words. */
#define SM_LABEL_MAILBOX	12

struct seq_file;

/**
 * struct sm_label - a name
 * @group: the number of the group; 0: it is a mailbox
 * @mailbox: the name of the mailbox, or ""
 */
struct sm_label {
	unsigned int group;
	char mailbox[SM_LABEL_MAILBOX];
};

/* Of what has no owner. */
extern const struct sm_label sm_label_none;

/* The first two columns of a table: what it is, and which. */
void sm_label_show(struct seq_file *seq, const struct sm_label *label);

#endif /* SM_LABEL_H */
