/* SPDX-License-Identifier: GPL-2.0 */
/* Two signals that are handled: one ends a blocking call, one restarts it. */
#ifndef TESTS_SIGNALS_H
#define TESTS_SIGNALS_H

#include <signal.h>
#include <stdatomic.h>

#define INTERRUPTS SIGUSR1	/* its handler has no SA_RESTART */
#define RESTARTS SIGUSR2	/* its handler has */

/* How many were handled since the handlers were installed. */
extern atomic_int signals_handled;

void signals_install(void);

#endif /* TESTS_SIGNALS_H */
