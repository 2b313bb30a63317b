// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/options.h"

#include "fuzz/calls/shared.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char usage[] =
	"usage: test-fuzz-calls [OPTION]...\n"
	"\n"
	"Random system calls on groups and mailboxes, from several processes at once.\n"
	"\n"
	"  --seed N          repeat a run (the environment's SEED does it, too)\n"
	"  --calls N         stop after so many calls (100000)\n"
	"  --duration S      stop after S seconds\n"
	"  --workers N       so many processes (6)\n"
	"  --worker K        only the Kth of them\n"
	"  --round R         only this round\n"
	"  --blind           use no coverage where the kernel has it: the seed alone decides\n"
	"  --program HEX     run nothing but this program, as a failure prints it\n";

static void __attribute__((noreturn)) refuse(void)
{
	fputs(usage, stderr);
	exit(2);
}

static unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (end == text || *end)
		refuse();
	return value;
}

static void take(struct options *options, int option)
{
	switch (option) {
	case 's':
		setenv("SEED", optarg, true);
		break;
	case 'c':
		options->calls = number(optarg);
		break;
	case 'd':
		options->duration = number(optarg);
		options->calls = -1ul;
		break;
	case 'w':
		options->workers = number(optarg);
		break;
	case 'k':
		options->worker = number(optarg);
		break;
	case 'r':
		options->round = number(optarg);
		break;
	case 'b':
		options->blind = true;
		break;
	case 'p':
		if (!program_parse(&options->program, optarg))
			refuse();
		break;
	default:
		refuse();
	}
}

void options_parse(struct options *options, int argc, char **argv)
{
	static const struct option known[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "calls", required_argument, NULL, 'c' },
		{ "duration", required_argument, NULL, 'd' },
		{ "workers", required_argument, NULL, 'w' },
		{ "worker", required_argument, NULL, 'k' },
		{ "round", required_argument, NULL, 'r' },
		{ "blind", no_argument, NULL, 'b' },
		{ "program", required_argument, NULL, 'p' },
		{ }
	};
	int option;

	*options = (struct options){ .calls = 100000, .workers = 6, .worker = -1, .round = -1 };
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
		take(options, option);
	if (optind < argc || !options->workers || options->workers > MOST_WORKERS ||
	    options->worker >= (int)options->workers)
		refuse();
}
