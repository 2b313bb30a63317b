// SPDX-License-Identifier: GPL-2.0
#include "label.h"

#include <linux/seq_file.h>

const struct sm_label sm_label_none;

void sm_label_show(struct seq_file *seq, const struct sm_label *label)
{
	if (label->group)
		seq_printf(seq, "group   %-8u ", label->group);
	else
		seq_printf(seq, "mailbox %-8s ", label->mailbox);
}
