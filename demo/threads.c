// SPDX-License-Identifier: GPL-2.0
/*
 * Two processes with two threads each exchange messages through one group: the
 * threads of the first send, those of the second take. Which of them gets a
 * message is chance; that exactly one gets it is not.
 *
 * Usage: threads /dev/synch/synchmess<N>
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MESSAGES 4	/* of each sender */

static int fd;

static void die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void *send_messages(void *name)
{
	char text[64];
	int i;

	for (i = 1; i <= MESSAGES; i++) {
		int length = snprintf(text, sizeof(text), "job %s%d", (const char *)name, i);

		if (write(fd, text, length) != length)
			die("write");
		printf("process %d, thread %s: sent %s\n", getpid(), (const char *)name, text);
		usleep(100000);
	}
	return NULL;
}

/* An empty group answers 0, so this polls. */
static void *take_messages(void *name)
{
	char text[64];
	int i = 0;

	while (i < MESSAGES) {
		ssize_t length = read(fd, text, sizeof(text));

		if (length < 0)
			die("read");
		if (!length) {
			usleep(10000);
			continue;
		}
		printf("%40s process %d, thread %s: took %.*s\n", "", getpid(),
		       (const char *)name, (int)length, text);
		i++;
	}
	return NULL;
}

static void run_two(void *(*work)(void *), char *first, char *second)
{
	pthread_t threads[2];

	if (pthread_create(&threads[0], NULL, work, first) ||
	    pthread_create(&threads[1], NULL, work, second))
		die("pthread_create");
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
}

int main(int argc, char **argv)
{
	int status;
	pid_t child;

	if (argc != 2) {
		fprintf(stderr, "Usage: %s /dev/synch/synchmess<N>\n", argv[0]);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);

	/* One open for both processes; each could as well open the device itself. */
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(argv[1]);

	child = fork();
	if (child < 0)
		die("fork");
	if (!child) {
		run_two(take_messages, "C", "D");
		return EXIT_SUCCESS;
	}
	run_two(send_messages, "A", "B");
	if (waitpid(child, &status, 0) != child || status)
		return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
