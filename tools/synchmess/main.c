// SPDX-License-Identifier: GPL-2.0
/*
 * synchmess: groups and their messages, from a shell. Here are the commands,
 * and how they are called; what they do is in the files beside this one.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/synchmess.h>

#include "command.h"
#include "group.h"
#include "number.h"
#include "report.h"

/* So that it can be said in nanoseconds. */
#define MOST_MS (LONG_MAX / 1000000)

static const struct command commands[] = {
	{
		.name = "create", .synopsis = "[--mode=MODE] NAME...",
		.help = "Create groups with names, and print their paths.",
		.details = "  -m, --mode=MODE    permissions, octal; 600 if not given\n",
		.options = "m:", .min = 1, .max = INT_MAX, .run = run_create,
	}, {
		.name = "install", .synopsis = "[--no-wait] N...",
		.help = "Install the groups, unless they exist, and print their paths.",
		.details = "  -n, --no-wait      do not wait until the devices can be opened\n",
		.options = "n", .min = 1, .max = INT_MAX, .run = run_install,
	}, {
		.name = "remove", .synopsis = "N",
		.help = "Remove the group and its messages. Needs root.",
		.takes_group = true, .run = run_remove,
	}, {
		.name = "list", .synopsis = "[--json]",
		.help = "Show all groups.",
		.details = "  -j, --json         as JSON, with all that is counted\n",
		.options = "j", .run = run_list,
	}, {
		.name = "monitor", .synopsis = "[N | --mailbox=NAME] [--json]",
		.help = "Print what happens inside, as it happens. Needs root.",
		.details = "  -M, --mailbox=NAME only with that mailbox\n"
			   "  -j, --json         a JSON object for each event\n",
		.options = "M:j", .max = 1, .run = run_monitor,
	}, {
		.name = "send", .synopsis = "N [OPTION]... [--raw | TEXT...]",
		.help = "Send each TEXT, or each line of standard input, as a message.",
		.details = "  -p, --priority=P   0 to 7; the highest is read first\n"
			   "  -d, --delay=MS     nobody can read it before\n"
			   "  -l, --lifetime=MS  nobody can read it afterwards\n"
			   "  -t, --tag=NUMBER   for the receiver\n"
			   "  -r, --raw          send all of standard input as one message\n",
		.options = "p:d:l:t:r", .takes_group = true, .max = INT_MAX, .run = run_send,
	}, {
		.name = "recv",
		.synopsis = "N [OPTION]...",
		.help = "Take messages and print them; fails when there is none.",
		.details = "  -a, --all          take all messages, not only one\n"
			   "  -c, --count=K      take up to K messages\n"
			   "  -k, --peek         show the next message and leave it there\n"
			   "  -w, --wait         wait for messages; with --all: for ever\n"
			   "  -W, --timeout=MS   wait for each message, but no longer than that\n"
			   "  -s, --stamp        print who sent it, and what else is known of it\n"
			   "  -r, --raw          print nothing behind a message\n"
			   "  -0, --null         print a NUL behind a message, not a newline\n",
		.options = "ac:kwW:sr0", .takes_group = true, .run = run_recv,
	}, {
		.name = "work", .synopsis = "N [OPTION]... -- COMMAND [ARGUMENT]...",
		.help = "Take a message and give it to COMMAND; it is done when that succeeds.",
		.details = "  -a, --all          one after the other, until COMMAND fails\n"
			   "  -d, --delay=MS     what is not done comes back so much later\n"
			   "  -w, --wait         wait for messages; with --all: for ever\n"
			   "  -W, --timeout=MS   wait for each message, but no longer than that\n",
		.options = "ad:wW:", .takes_group = true, .min = 1, .max = INT_MAX,
		.run = run_work,
	}, {
		.name = "retries", .synopsis = "N MOST [GROUP]",
		.help = "A message that was worked on MOST times in vain goes to GROUP; 0: never.",
		.takes_group = true, .min = 1, .max = 2, .run = run_retries,
	}, {
		.name = "delay", .synopsis = "N MILLISECONDS",
		.help = "Delay what is sent to the group from now on; 0: no longer.",
		.takes_group = true, .min = 1, .max = 1, .run = run_delay,
	}, {
		.name = "flush", .synopsis = "N",
		.help = "Make the delayed messages readable now.",
		.takes_group = true, .run = run_flush,
	}, {
		.name = "revoke", .synopsis = "N [ID]",
		.help = "Drop the delayed messages, or the one with that number.",
		.takes_group = true, .max = 1, .run = run_revoke,
	}, {
		.name = "sleep", .synopsis = "N [--timeout=MS]",
		.help = "Sleep until somebody awakes the group.",
		.details = "  -W, --timeout=MS   sleep no longer than that, and fail\n",
		.options = "W:", .takes_group = true, .run = run_sleep,
	}, {
		.name = "awake", .synopsis = "N [COUNT]",
		.help = "Wake all who sleep on the group, or COUNT of them, and print how many.",
		.takes_group = true, .max = 1, .run = run_awake,
	}, {
		.name = "meet", .synopsis = "N PARTIES [--timeout=MS]",
		.help = "Wait until as many have called this; fails if one of them dies.",
		.details = "  -W, --timeout=MS   wait no longer than that, and fail for all\n",
		.options = "W:", .takes_group = true, .min = 1, .max = 1, .run = run_meet,
	}, {
		.name = "get", .synopsis = "N ATTRIBUTE",
		.help = "Print an attribute of the group.",
		.takes_group = true, .min = 1, .max = 1, .run = run_get,
	}, {
		.name = "set", .synopsis = "N ATTRIBUTE VALUE",
		.help = "Change an attribute of the group.",
		.takes_group = true, .min = 2, .max = 2, .run = run_set,
	},
	{ }
};

static const struct option long_options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "count", required_argument, NULL, 'c' },
	{ "delay", required_argument, NULL, 'd' },
	{ "help", no_argument, NULL, 'h' },
	{ "json", no_argument, NULL, 'j' },
	{ "lifetime", required_argument, NULL, 'l' },
	{ "mailbox", required_argument, NULL, 'M' },
	{ "mode", required_argument, NULL, 'm' },
	{ "no-wait", no_argument, NULL, 'n' },
	{ "null", no_argument, NULL, '0' },
	{ "peek", no_argument, NULL, 'k' },
	{ "priority", required_argument, NULL, 'p' },
	{ "raw", no_argument, NULL, 'r' },
	{ "stamp", no_argument, NULL, 's' },
	{ "tag", required_argument, NULL, 't' },
	{ "timeout", required_argument, NULL, 'W' },
	{ "version", no_argument, NULL, 'V' },
	{ "wait", no_argument, NULL, 'w' },
	{ }
};

static void print_help(void)
{
	const struct command *command;

	printf("Usage: synchmess COMMAND [OPTION]... [ARGUMENT]...\n"
	       "Messages and thread synchronisation by group; N is a group: its number, or its name.\n\n");
	for (command = commands; command->name; command++)
		printf("  %-8s %s\n", command->name, command->help);
	printf("\n"
	       "  -h, --help       show this help, or that of a command\n"
	       "  -V, --version    show the version\n"
	       "\n"
	       "See synchmess(1).\n");
}

static void print_command_help(const struct command *command)
{
	printf("Usage: synchmess %s %s\n%s\n\n%s  -h, --help         show this help\n",
	       command->name, command->synopsis, command->help,
	       command->details ? command->details : "");
}

static int try_help(const char *command)
{
	fprintf(stderr, "Try 'synchmess%s%s --help'.\n", *command ? " " : "", command);
	return EXIT_USAGE;
}

int usage_error(const struct request *request, const char *problem, const char *what)
{
	report("%s: %s: %s", request->command->name, problem, what);
	return try_help(request->command->name);
}

static const struct command *find(const char *name)
{
	const struct command *command;

	for (command = commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command;
	return NULL;
}

/* Returns false, after a complaint, when it is not one. */
static bool set_number(struct request *request, const char *what, unsigned long min,
		       unsigned long max, unsigned long *number, bool *is_given)
{
	if (!number_parse(optarg, min, max, number)) {
		usage_error(request, what, optarg);
		return false;
	}
	if (is_given)
		*is_given = true;
	return true;
}

static bool set_mode(struct request *request)
{
	request->mode_is_given = number_parse_mode(optarg, &request->mode);
	if (!request->mode_is_given)
		usage_error(request, "not a mode, 0 to 666 octal", optarg);
	return request->mode_is_given;
}

/* Returns false, after a complaint, when LETTER's value is not one. */
static bool set_option(struct request *request, int letter)
{
	const char *ms = "not a number of milliseconds";

	switch (letter) {
	case 'c':
		return set_number(request, "not a number of messages", 1, ULONG_MAX,
				  &request->limit, NULL);
	case 'd':
		return set_number(request, ms, 0, MOST_MS, &request->delay, &request->has_terms);
	case 'l':
		return set_number(request, ms, 1, MOST_MS, &request->lifetime,
				  &request->has_terms);
	case 'm':
		return set_mode(request);
	case 'p':
		return set_number(request, "not a priority, 0 to 7", 0, SYNCHMESS_PRIORITIES - 1,
				  &request->priority, &request->has_terms);
	case 't':
		return set_number(request, "not a tag", 0, ULONG_MAX, &request->tag,
				  &request->has_terms);
	case 'W':
		request->wait = true;
		return set_number(request, ms, 0, INT_MAX, &request->timeout,
				  &request->timeout_is_given);
	case 'a':
		request->all = true;
		break;
	case 'M':
		request->mailbox = optarg;
		break;
	case 'k':
		request->peek = true;
		break;
	case 's':
		request->stamp = true;
		break;
	case 'j':
		request->json = true;
		break;
	case 'n':
		request->no_wait = true;
		break;
	case 'r':
		request->raw = true;
		break;
	case 'w':
		request->wait = true;
		break;
	case '0':
		request->null = true;
		break;
	}
	return true;
}

static bool set_options(struct request *request, int argc, char *argv[])
{
	const struct command *command = request->command;
	const char *own = command->options ? command->options : "";
	char letters[16];
	int letter;

	snprintf(letters, sizeof(letters), "h%s", own);
	while ((letter = getopt_long(argc, argv, letters, long_options, NULL)) != -1) {
		if (letter == 'h') {
			print_command_help(command);
			exit(EXIT_DONE);
		}
		if (letter == '?') {
			try_help(command->name);
			return false;
		}
		if (!strchr(own, letter)) {
			usage_error(request, "no such option", argv[optind - 1]);
			return false;
		}
		if (!set_option(request, letter))
			return false;
	}
	return true;
}

static bool set_arguments(struct request *request, int count, char *arguments[])
{
	const struct command *command = request->command;

	if (command->takes_group && count) {
		if (!group_find(*arguments, &request->group))
			return false;
		arguments++;
		count--;
	} else if (command->takes_group) {
		usage_error(request, "which group?", command->synopsis);
		return false;
	}

	if (count < command->min || count > command->max) {
		usage_error(request, count < command->min ? "too few arguments" :
			    "too many arguments", command->synopsis);
		return false;
	}
	request->count = count;
	request->arguments = arguments;
	return true;
}

static int run_command(const struct command *command, int argc, char *argv[])
{
	struct request request = { .command = command };
	char name[32];
	int status;

	/* What getopt_long() begins its complaints with. */
	snprintf(name, sizeof(name), "synchmess: %s", command->name);
	argv[0] = name;

	if (!set_options(&request, argc, argv) ||
	    !set_arguments(&request, argc - optind, argv + optind))
		return EXIT_USAGE;

	status = command->run(&request);
	if (fflush(stdout)) {
		report("standard output: %s", strerror(errno));
		status = EXIT_FAILED;
	}
	return status;
}

int main(int argc, char *argv[])
{
	const char *name = argv[1];
	const struct command *command;

	setlocale(LC_CTYPE, "");
	if (!name) {
		report("which command?");
		return try_help("");
	}
	if (!strcmp(name, "-h") || !strcmp(name, "--help")) {
		print_help();
		return EXIT_DONE;
	}
	if (!strcmp(name, "-V") || !strcmp(name, "--version")) {
		print_version();
		return EXIT_DONE;
	}

	command = find(name);
	if (!command) {
		report("no such command: %s", name);
		return try_help("");
	}
	return run_command(command, argc - 1, argv + 1);
}
