/* SPDX-License-Identifier: GPL-2.0 */
/* Groups of the second interface: how they are made, looked at and removed. */
#ifndef TESTS_NAMED_H
#define TESTS_NAMED_H

#include <linux/synchmess.h>

#include <stdbool.h>
#include <stddef.h>

/* For both directions, 0660, the caller's; NULL: without a name. */
struct synchmess_create named_plan(const char *name);

/* As the system calls return it, with errno. */
int named_create(struct synchmess_create *plan);
int named_remove(unsigned int number, const char *name);
int named_stat(unsigned int number, const char *name, struct synchmess_stat *stat);

/* Is there such a group? */
bool named_exists(unsigned int number, const char *name);

/* The path of a group's node. */
const char *named_node(unsigned int number);

/* Waits until udev has done what it has to do. */
void named_settle(void);

/* All groups, by LIST, @page at once; returns how many. */
size_t named_list(struct synchmess_stat *stats, size_t room, unsigned int page);

#endif /* TESTS_NAMED_H */
