// SPDX-License-Identifier: GPL-2.0
#include "measure.h"

#include "options.h"
#include "result.h"

void measure(const struct plan *plan, measured_body body, void *context)
{
	unsigned int repetitions = plan->once ? 1 : options.repetitions, i;
	unsigned long operations = options_scale(plan->operations);
	double each = (double)operations * (plan->each ? plan->each : 1);
	double samples[repetitions];

	if (!plan->once)
		body(context, operations);
	for (i = 0; i < repetitions; i++)
		samples[i] = body(context, operations) / each;
	result_print(plan, result_time_unit(), samples, repetitions);
}
