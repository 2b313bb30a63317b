/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The directory of groups: which numbers and names are installed, each with its
 * device.
 *
 * It holds one reference to each group. A mutex guards it, so that two who
 * install one number make one group, and so that a number is not installed
 * anew before its old device is gone. The mutex is taken with nothing else
 * held but the lock of the module's parameters; sysfs attributes of a group must not
 * take it, since removal waits for them.
 *
 * Who is being killed does not wait for the mutex and gets -EINTR.
 */
#ifndef SM_GROUP_DIRECTORY_H
#define SM_GROUP_DIRECTORY_H

struct sm_account;
struct sm_group;
struct sm_group_plan;
struct sm_refusal;
struct synchmess_target;

/**
 * sm_group_install() - make sure that a group of the first interface exists
 * @descriptor: its number, 1 to SYNCHMESS_MAX_DESCRIPTOR
 * @owner: whose account to charge if it has to be made
 * @why: filled in if a limit refuses it
 *
 * Context: may sleep.
 * Return: 0, -EUSERS, -EDQUOT, -ENOMEM, -EINTR, or what the driver core fails with.
 */
int sm_group_install(unsigned int descriptor, struct sm_account *owner, struct sm_refusal *why);

/**
 * sm_group_make() - make a group of the second interface, unless there is one
 * @plan: how; a number of 0 becomes a free one
 * @owner: whose account to charge
 * @why: filled in if a limit refuses it
 *
 * Context: may sleep.
 * Return: the group with a reference taken and open, or ERR_PTR: -EEXIST when there
 * is one of that number or name, otherwise as sm_group_install().
 */
struct sm_group *sm_group_make(struct sm_group_plan *plan, struct sm_account *owner,
			       struct sm_refusal *why);

/**
 * sm_group_open() - look a group up for who opens its device
 * @minor: of the device
 *
 * Context: may sleep.
 * Return: the group with a reference taken and open, or ERR_PTR of -ENXIO or -EINTR.
 */
struct sm_group *sm_group_open(unsigned int minor);

/**
 * sm_group_close() - undo sm_group_open() and sm_group_make()
 * @group: the group
 *
 * Context: may sleep.
 */
void sm_group_close(struct sm_group *group);

/**
 * sm_group_find() - look a group up by number, by name, or by both
 * @target: 0 for any number, an empty name for any name
 *
 * Context: may sleep.
 * Return: the group with a reference taken, or ERR_PTR of -ENOENT, -EINTR, or -EEXIST when
 * there is one of this number or name, but it is not both.
 */
struct sm_group *sm_group_find(const struct synchmess_target *target);

/**
 * sm_group_next() - the group with the smallest number above another
 * @descriptor: the other; need not exist
 *
 * Context: may sleep.
 * Return: the group with a reference taken, NULL at the end, or ERR_PTR(-EINTR).
 */
struct sm_group *sm_group_next(unsigned int descriptor);

/**
 * sm_group_remove() - remove a group and its device
 * @descriptor: its number
 *
 * Who has it open gets -ENODEV from then on. Context: may sleep.
 * Return: 0 or -ENOENT.
 */
int sm_group_remove(unsigned int descriptor);

/**
 * sm_group_remove_this() - remove this group, and not another that has its number now
 * @group: the group, referenced
 *
 * Context: may sleep.
 * Return: 0 or -ENOENT.
 */
int sm_group_remove_this(struct sm_group *group);

int sm_group_directory_module_init(void);

/* Removes all groups: nobody has one open, and nobody can install another. */
void sm_group_directory_module_exit(void);

#endif /* SM_GROUP_DIRECTORY_H */
