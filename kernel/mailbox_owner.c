// SPDX-License-Identifier: GPL-2.0
#include "mailbox_owner.h"

#include "call.h"
#include "mailbox.h"
#include "mailbox_directory.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/lockdep.h>

struct sm_mailbox_owner *sm_mailbox_owner_of(struct file *file)
{
	struct sm_port *port = file->private_data;

	return container_of(port, struct sm_mailbox_owner, port);
}

struct sm_mailbox *sm_mailbox_owner_get_own(struct sm_mailbox_owner *owner)
{
	struct sm_mailbox *own;

	mutex_lock(&owner->lock);
	own = owner->own;
	if (own)
		sm_mailbox_get(own);
	mutex_unlock(&owner->lock);
	return own;
}

static int register_locked(struct sm_mailbox_owner *owner, const struct sm_mailbox_plan *plan,
			   struct sm_call *call)
{
	struct sm_mailbox *mailbox;

	lockdep_assert_held(&owner->lock);

	if (owner->own)
		return -EEXIST;
	mailbox = sm_mailbox_register(plan, &call->why);
	if (IS_ERR(mailbox))
		return PTR_ERR(mailbox);
	owner->own = mailbox;
	/* What was read of the one before is nothing to ack. See struct sm_holder. */
	owner->port.holder.latest = 0;
	sm_port_set_mailbox(&owner->port, mailbox->name);
	return 0;
}

int sm_mailbox_owner_register(struct sm_mailbox_owner *owner, struct sm_mailbox_plan *plan,
			      struct sm_call *call)
{
	int err;

	plan->owner = owner->port.account;
	plan->bell = owner->port.bell;
	mutex_lock(&owner->lock);
	err = register_locked(owner, plan, call);
	mutex_unlock(&owner->lock);
	return err;
}

int sm_mailbox_owner_unregister(struct sm_mailbox_owner *owner)
{
	int err = -ENOENT;

	mutex_lock(&owner->lock);
	if (owner->own) {
		sm_port_set_mailbox(&owner->port, "");
		sm_mailbox_unregister(owner->own);
		owner->own = NULL;
		err = 0;
	}
	mutex_unlock(&owner->lock);
	return err;
}
