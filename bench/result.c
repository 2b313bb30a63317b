// SPDX-License-Identifier: GPL-2.0
#include "result.h"

#include "cases/cases.h"
#include "must.h"
#include "options.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static void print(json_t *line)
{
	must(json_dumpf(line, stdout, JSON_COMPACT | JSON_REAL_PRECISION(12)));
	must(putchar('\n'));
	must(fflush(stdout));
	json_decref(line);
}

static json_t *module_version(void)
{
	FILE *file = fopen("/sys/module/synchmess/version", "re");
	char text[64] = "";

	if (!file)
		return json_null();
	if (fgets(text, sizeof(text), file))
		text[strcspn(text, "\n")] = '\0';
	fclose(file);
	return json_string(text);
}

const char *result_time_unit(void)
{
	return options.instructions ? "instructions" : "ns";
}

void result_print_machine(void)
{
	struct utsname system;

	must(uname(&system));
	print(json_pack("{s{ss si ss so}}", "machine", "kernel", system.release,
			"cpus", (int)sysconf(_SC_NPROCESSORS_ONLN),
			"unit", result_time_unit(), "module", module_version()));
}

/* A tenth is more than can be trusted. */
static json_t *number(double value)
{
	value = round(value * 10) / 10;
	return value == floor(value) ? json_integer(value) : json_real(value);
}

static json_t *value_of(const struct plan *plan)
{
	if (!plan->parameter)
		return json_null();
	return plan->text ? json_string(plan->text) : number(plan->value);
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

void result_print(const struct plan *plan, const char *unit, double *samples, unsigned int count)
{
	double median;

	qsort(samples, count, sizeof(*samples), compare);
	median = (samples[(count - 1) / 2] + samples[count / 2]) / 2;
	print(json_pack("{ss,ss,ss?,so,ss,ss,so,so,so,si}", "case", case_running(),
			"subject", plan->subject, "parameter", plan->parameter,
			"value", value_of(plan), "unit", unit, "per", plan->per,
			"median", number(median), "low", number(samples[0]),
			"high", number(samples[count - 1]), "repetitions", (int)count));
}
