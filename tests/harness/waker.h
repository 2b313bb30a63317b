/* SPDX-License-Identifier: GPL-2.0 */
/* A thread that wakes the main one whenever that sleeps on a group's barrier. */
#ifndef TESTS_WAKER_H
#define TESTS_WAKER_H

void waker_start(int fd);
void waker_stop(void);

#endif /* TESTS_WAKER_H */
