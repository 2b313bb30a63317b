// SPDX-License-Identifier: GPL-2.0
/*
 * mq: the mailbox client. It reads commands from a terminal, from a pipe or
 * from its own arguments, and gives them to one open file of the device.
 */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"
#include "session.h"
#include "terminal.h"

static const char help[] =
"Usage: mq [OPTION]...\n"
"Send and read messages of the mailboxes of SynchMess.\n"
"\n"
"  -c, --command=COMMAND  run COMMAND instead of what standard input says;\n"
"                         may be given several times\n"
"  -d, --device=PATH      the device, else " SYNCHMESS_MAILBOX_PATH "\n"
"  -e, --exit-on-error    end at the first command that fails\n"
"  -n, --name=NAME        register under NAME first\n"
"  -h, --help             show this help\n"
"  -V, --version          show the version\n"
"\n"
"The command /help lists the commands. See mq(1).\n";

static const struct option long_options[] = {
	{ "command", required_argument, NULL, 'c' },
	{ "device", required_argument, NULL, 'd' },
	{ "exit-on-error", no_argument, NULL, 'e' },
	{ "help", no_argument, NULL, 'h' },
	{ "name", required_argument, NULL, 'n' },
	{ "version", no_argument, NULL, 'V' },
	{ }
};

struct options {
	const char *device;
	const char *name;
	const char **commands;
	int count;
	bool exit_on_error;
};

static void usage_error(void)
{
	fputs("Try 'mq --help'.\n", stderr);
	exit(EXIT_USAGE);
}

static void parse(struct options *options, int argc, char *argv[])
{
	int option;

	while ((option = getopt_long(argc, argv, "c:d:ehn:V", long_options, NULL)) != -1) {
		switch (option) {
		case 'c':
			options->commands[options->count++] = optarg;
			break;
		case 'd':
			options->device = optarg;
			break;
		case 'e':
			options->exit_on_error = true;
			break;
		case 'h':
			fputs(help, stdout);
			exit(EXIT_DONE);
		case 'n':
			options->name = optarg;
			break;
		case 'V':
			print_version();
			exit(EXIT_DONE);
		default:
			usage_error();
		}
	}
	if (optind < argc) {
		report("unexpected argument: %s", argv[optind]);
		usage_error();
	}
}

static void run_name(struct session *session, const char *name)
{
	char *line;
	int length = asprintf(&line, "/reg %s", name);

	if (length < 0) {
		report("%s", strerror(errno));
		exit(EXIT_FAILED);
	}
	strcpy(session->where, "--name: ");
	session_run(session, line, length);
	free(line);
}

static void run_arguments(struct session *session, const struct options *options)
{
	int i;

	for (i = 0; i < options->count && !session->over; i++) {
		snprintf(session->where, sizeof(session->where),
			 "command %d: ", i + 1);
		session_run(session, options->commands[i],
			    strlen(options->commands[i]));
	}
}

static void run_stream(struct session *session)
{
	unsigned long number = 0;
	size_t size = 0;
	char *line = NULL;
	ssize_t length;

	while (!session->over) {
		/* Not fgets(): a message may have NULs in it. */
		length = getline(&line, &size, stdin);
		if (length < 0)
			break;
		if (line[length - 1] == '\n')
			line[--length] = '\0';
		snprintf(session->where, sizeof(session->where),
			 "line %lu: ", ++number);
		session_run(session, line, length);
	}
	if (ferror(stdin)) {
		report("standard input: %s", strerror(errno));
		session->failed = true;
	}
	free(line);
}

static void run(struct session *session, const struct options *options)
{
	if (options->name)
		run_name(session, options->name);

	if (options->count) {
		run_arguments(session, options);
	} else if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
		session->where[0] = '\0';
		terminal_run(session);
	} else {
		run_stream(session);
	}
}

int main(int argc, char *argv[])
{
	struct options options = { .device = SYNCHMESS_MAILBOX_PATH };
	struct session session = { };

	setlocale(LC_CTYPE, "");
	/* No more commands than arguments. */
	options.commands = calloc(argc, sizeof(*options.commands));
	if (!options.commands) {
		report("%s", strerror(errno));
		return EXIT_FAILED;
	}
	parse(&options, argc, argv);
	session.exit_on_error = options.exit_on_error;

	if (!session_open(&session, options.device))
		exit(EXIT_USAGE);
	run(&session, &options);
	free(options.commands);
	return session.failed ? EXIT_FAILED : EXIT_DONE;
}
