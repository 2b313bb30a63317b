// SPDX-License-Identifier: GPL-2.0
/* Attributes of groups, parameters of the module, the master's `remove`. */
#include "fuzz/calls/area.h"
#include "fuzz/calls/file.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/oracle.h"
#include "fuzz/calls/stream.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CLASS "/sys/class/synchmess/synchmess"
#define PARAMETERS "/sys/module/synchmess/parameters/"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static long open_sysfs(struct stream *stream, const char *path, int flags)
{
	const struct question question = { .call = CALL_SYSFS_OPEN };

	return judge(stream, &question, outcome(open(path, flags | O_CLOEXEC)));
}

static void write_text(struct stream *stream, enum call call, const char *path, const char *text)
{
	const struct question question = { .call = call };
	long fd = open_sysfs(stream, path, O_WRONLY), written;
	size_t length = strlen(text);

	if (fd < 0)
		return;
	written = judge(stream, &question, outcome(write(fd, text, length)));
	if (written >= 0 && (size_t)written != length)
		fail(stream, "%s takes %ld bytes of \"%s\"", path, written, text);
	close(fd);
}

static void read_text(struct stream *stream, const char *path)
{
	const struct question question = { .call = CALL_SYSFS_READ };
	long fd = open_sysfs(stream, path, O_RDONLY), got;
	char text[64];

	if (fd < 0)
		return;
	got = judge(stream, &question, outcome(read(fd, text, sizeof(text))));
	if (got == 0 || (got > 0 && text[got - 1] != '\n'))
		fail(stream, "%s shows no line", path);
	close(fd);
}

/* What attributes take, and what they do not. */
static const char *text_of(const struct step *step)
{
	static const char * const texts[] = {
		"0", "0", "0", "1", "5", "10", "100", "4096", "65536", "1048576\n", "16777216",
		"0x40", "010", "+7", "eof", "again", "block", "fail", "drop-oldest",
		"16777217", "-1", "4294967295", "4294967296", "9223372036854775807",
		"9223372036854775808", "99999999999999999999", "", "\n", " 5", "5 ", "5\n\n",
		"0x", "eo", "eofx", "BLOCK", "block ", "\x7f\x80\xff",
	};
	static __thread char random[64];

	if (step->flags < 240)
		return texts[step->size % COUNT(texts)];
	snprintf(random, sizeof(random), "%.*s", step->extra % 40,
		 (const char *)area_pattern(step->extra | 1));
	return random;
}

/* An answer to a read when it is empty, to a write when it is full, or anything. */
static const char *word_of(const struct step *step, bool full)
{
	static const char * const words[][4] = {
		{ "eof", "again\n", "block", "block\n" },
		{ "fail", "drop-oldest\n", "block", "block\n" },
	};

	return step->flags & 6 ? words[full][step->size % COUNT(words[full])] : text_of(step);
}

void op_attribute(struct stream *stream, const struct step *step)
{
	static const char * const names[] = {
		"empty_read", "full_write", "max_message_size", "max_storage_size", "send_delay",
		"sleepers", "statistics/sent", "statistics/delivered", "statistics/queued",
		"statistics/scheduled", "statistics/leased", "statistics/revoked",
		"statistics/expired", "statistics/overwritten", "statistics/dropped",
		"statistics/stored", "dev",
	};
	/* Mostly what can be written. */
	unsigned int name = step->slot % (step->slot & 0x80 ? COUNT(names) : 5);
	const char *text = name < 2 ? word_of(step, name) : text_of(step);
	char path[128];

	snprintf(path, sizeof(path), CLASS "%u/%s", group_numbers[step->extra % GROUPS],
		 names[name]);
	if (name < 5 ? step->flags & 1 : !step->flags)
		write_text(stream, CALL_SYSFS_WRITE, path, text);
	else
		read_text(stream, path);
}

/* Bounds that keep the guest's memory free; what is refused is logged, so it is rare. */
void op_parameter(struct stream *stream, const struct step *step)
{
	static const struct {
		const char *name;
		const char *values[8];
	} parameters[] = {
		{ "max_message_size", { "65536", "65536", "65536", "1024", "1", "131072",
					"16777216", "0" } },
		{ "max_storage_size", { "1048576", "1048576", "65536", "1000", "1", "16777216",
					"9223372036854775807", "9223372036854775808" } },
		{ "max_total_size", { "16777216", "16777216", "1048576", "65536", "1", "33554432",
				      "16777216", "0" } },
		{ "max_groups", { "8192", "8192", "8192", "4", "5", "65535", "4", "65536" } },
		{ "user_share", { "75", "75", "100", "10", "1", "50", "75", "101" } },
		{ "QUEUE_LEN", { "1", "1", "1", "1", "1", "1", "1", "1" } },
	};
	unsigned int which = step->slot % COUNT(parameters);
	/* Mostly what lets the others work. */
	unsigned int value = step->extra % 4 ? 0 : step->size % 8;
	char path[128];

	snprintf(path, sizeof(path), PARAMETERS "%s", parameters[which].name);
	if (value == 7 && step->flags >= 16)
		read_text(stream, path);
	else
		write_text(stream, CALL_SYSFS_WRITE, path, parameters[which].values[value]);
}

void op_remove(struct stream *stream, const struct step *step)
{
	char number[32];

	snprintf(number, sizeof(number), "%u\n", group_numbers[step->extra % GROUPS]);
	if (step->flags >= 224)
		write_text(stream, CALL_REMOVE, CLASS "/remove", text_of(step));
	else
		write_text(stream, CALL_REMOVE, CLASS "/remove", number);
}
