// SPDX-License-Identifier: GPL-2.0
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_LOAD 1000000

struct options options = { .repetitions = 3, .scale = 100 };

static const char usage[] =
	"usage: bench [OPTION]...\n"
	"\n"
	"Measure SynchMess and its peers, as root; one JSON line for each result.\n"
	"\n"
	"  --list              name the cases\n"
	"  --case NAME,...     only these\n"
	"  --repetitions N     of which the median is told, after a warm-up (3)\n"
	"  --scale PERCENT     of the operations; small ones also leave out large loads (100)\n"
	"  --instructions      the machine counts: a nanosecond is an instruction\n"
	"  --help              this text\n";

static const struct option names[] = {
	{ "list", no_argument, NULL, 'l' },
	{ "case", required_argument, NULL, 'c' },
	{ "repetitions", required_argument, NULL, 'r' },
	{ "scale", required_argument, NULL, 's' },
	{ "instructions", no_argument, NULL, 'i' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static unsigned int parse_number(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (*end || end == text || !number || number > 1000) {
		fprintf(stderr, "bench: %s is no number from 1 to 1000\n", text);
		exit(2);
	}
	return number;
}

static void parse_option(int option)
{
	switch (option) {
	case 'l':
		options.list = true;
		break;
	case 'c':
		options.cases = optarg;
		break;
	case 'r':
		options.repetitions = parse_number(optarg);
		break;
	case 's':
		options.scale = parse_number(optarg);
		break;
	case 'i':
		options.instructions = true;
		break;
	case 'h':
		fputs(usage, stdout);
		exit(0);
	default:
		fputs(usage, stderr);
		exit(2);
	}
}

void options_parse(int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1)
		parse_option(option);
	if (optind < argc) {
		fputs(usage, stderr);
		exit(2);
	}
}

unsigned long options_scale(unsigned long operations)
{
	operations = operations * options.scale / 100;
	return operations ? operations : 1;
}

bool options_bear(unsigned long load)
{
	return load * 100 <= LARGEST_LOAD * (unsigned long)options.scale;
}
