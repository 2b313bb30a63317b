/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The directory of groups: which numbers are installed, each with its device.
 *
 * It holds one reference to each group. A mutex guards it, so that two who
 * install one number make one group, and so that a number is not installed
 * anew before its old device is gone. The mutex is taken with nothing else
 * held but the lock of the module's parameters; sysfs attributes of a group must not
 * take it, since removal waits for them.
 */
#ifndef SM_GROUP_DIRECTORY_H
#define SM_GROUP_DIRECTORY_H

struct sm_account;
struct sm_group;

/**
 * sm_group_install() - make sure that a group exists
 * @descriptor: its number, 1 to SYNCHMESS_MAX_DESCRIPTOR
 * @owner: whose account to charge if it has to be made
 *
 * Context: may sleep.
 * Return: 0, -EUSERS, -EDQUOT, -ENOMEM, -EINTR when the caller is being killed, or
 * what the driver core fails with.
 */
int sm_group_install(unsigned int descriptor, struct sm_account *owner);

/**
 * sm_group_find() - look a group up
 * @descriptor: its number
 *
 * Context: may sleep.
 * Return: the group with a reference taken, or ERR_PTR of -ENXIO, or of -EINTR
 * when the caller is being killed.
 */
struct sm_group *sm_group_find(unsigned int descriptor);

/**
 * sm_group_remove() - remove a group and its device
 * @descriptor: its number
 *
 * Who has it open gets -ENODEV from then on. Context: may sleep.
 * Return: 0 or -ENOENT.
 */
int sm_group_remove(unsigned int descriptor);

/* Removes all groups: nobody has one open, and nobody can install another. */
void sm_group_directory_module_exit(void);

#endif /* SM_GROUP_DIRECTORY_H */
