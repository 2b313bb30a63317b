/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Deliberate bugs, one a function, so that a report names the bug. A function
 * returns 0 when its bug is done and nobody stopped it.
 */
#ifndef WITNESS_BUGS_H
#define WITNESS_BUGS_H

/* memory.c */
int use_after_free(void);
int double_free(void);
int slab_out_of_bounds(void);
int vmalloc_out_of_bounds(void);
int shift_out_of_bounds(void);
int index_out_of_bounds(void);
int user_copy_too_long(void);
int leak(void);
int leaked_reference(void);

/* objects.c */
int list_corruption(void);
int refcount_underflow(void);
int freed_timer(void);
int freed_work(void);

/* locks.c */
int lock_inversion(void);
int lock_recursion(void);
int lock_in_interrupt(void);
int lock_held_on_return(void);
int allocation_in_atomic(void);
int sleep_in_atomic(void);
int suspicious_rcu(void);
int preemptible_processor_id(void);

/* stuck.c */
int hung_task(void);
int soft_lockup(void);
int rcu_stall(void);
int workqueue_lockup(void);

/* race.c */
int race(void);

#endif /* WITNESS_BUGS_H */
