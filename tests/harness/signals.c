// SPDX-License-Identifier: GPL-2.0
#include "harness/signals.h"

#include "harness/suite.h"

atomic_int signals_handled;

static void handler(int signal)
{
	(void)signal;
	signals_handled++;
}

void signals_install(void)
{
	struct sigaction action = { .sa_handler = handler };

	signals_handled = 0;
	assert_ok(sigaction(INTERRUPTS, &action, NULL));
	action.sa_flags = SA_RESTART;
	assert_ok(sigaction(RESTARTS, &action, NULL));
}
