// SPDX-License-Identifier: GPL-2.0
#include "cases/cases.h"
#include "bounds.h"
#include "must.h"
#include "options.h"
#include "process.h"
#include "result.h"

#include <stdio.h>
#include <stdlib.h>

static void list(void)
{
	const struct bench_case *one;

	for (one = cases; one->name; one++)
		puts(one->name);
}

int main(int argc, char **argv)
{
	options_parse(argc, argv);
	if (options.list) {
		list();
		return 0;
	}
	cases_choose(options.cases);
	bounds_raise();
	process_watch();
	result_print_machine();
	cases_run();
	return 0;
}
