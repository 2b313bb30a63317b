// SPDX-License-Identifier: GPL-2.0
/* The commands as a 32-bit program calls them. */
#include "fuzz/calls/area.h"
#include "fuzz/calls/file.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/stream.h"

#include <linux/synchmess.h>

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the table of 32-bit programs. */
#define NUMBER_OF_GETPID 20
#define NUMBER_OF_IOCTL 54

static bool has_compat;

static long call_of_32_bit(long number, long first, long second, long third)
{
	long result = 0;

#ifdef __x86_64__
	asm volatile("int $0x80"
		     : "=a"(result) : "a"(number), "b"(first), "c"(second), "d"(third)
		     : "memory", "r8", "r9", "r10", "r11");
#endif
	return (int)result;
}

/* Where there is no such call, whoever tries it dies. */
void compat_init(void)
{
	pid_t child = fork();
	int status;

	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		_exit(call_of_32_bit(NUMBER_OF_GETPID, 0, 0, 0) != getpid());
	}
	has_compat = waitpid(child, &status, 0) == child && !status;
}

#define WITH_SIZE_4(direction, number) _IOC(direction, SYNCHMESS_IOC_MAGIC, number, 4)

static const struct compat_command {
	unsigned int command;
	enum call call;
	size_t length;
	enum kind kind;
} compat_commands[] = {
	{ WITH_SIZE_4(_IOC_READ | _IOC_WRITE, 1), CALL_INSTALL, sizeof(struct group_t),
	  KIND_MASTER },
	{ IOCTL_INSTALL_GROUP, CALL_INSTALL, sizeof(struct group_t), KIND_MASTER },
	{ WITH_SIZE_4(_IOC_WRITE, 4), CALL_SET_DELAY, sizeof(unsigned int), KIND_GROUP },
	{ IOCTL_SET_SEND_DELAY, CALL_SET_DELAY, sizeof(unsigned int), KIND_GROUP },
	{ IOCTL_AWAKE, CALL_AWAKE, 0, KIND_GROUP },
	{ IOCTL_REVOKE_DELAYED_MESSAGES, CALL_REVOKE, 0, KIND_GROUP },
	{ WITH_SIZE_4(_IOC_READ, 4), CALL_UNKNOWN_IOCTL, 0, KIND_GROUP },
};

/* A group's number and delay at an address of 32 bits, or an address where nothing is. */
void op_compat_ioctl(struct stream *stream, const struct step *step)
{
	static unsigned int *low;
	const struct compat_command *command = &compat_commands[step->extra % 7];
	struct file *file = file_of(stream, step, command->kind);
	struct question question = question_of(command->call, file);
	unsigned long argument;
	int fd = file_descriptor(stream, file);

	if (!has_compat)
		return;
	if (!low)
		low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	*low = command->call == CALL_INSTALL ? group_numbers[step->size % GROUPS] : step->size % 16;
	argument = area_is_bad(step) ? 8 : (unsigned long)low;
	question.length = command->length;
	question.valid = area_is_bad(step) ? 0 : command->length;
	judge(stream, &question, call_of_32_bit(NUMBER_OF_IOCTL, fd, command->command, argument));
}
