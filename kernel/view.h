/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The view: what debugfs shows of all groups and mailboxes, for root: who waits, who has
 * leased what, how long messages wait. docs/tracing.md explains the files.
 *
 * It has no state, and looks at one queue at a time, so that nobody is kept waiting by who looks.
 */
#ifndef SM_VIEW_H
#define SM_VIEW_H

/* To be called when the load of the module cannot fail any more. */
void sm_view_module_init(void);
void sm_view_module_exit(void);

#endif /* SM_VIEW_H */
