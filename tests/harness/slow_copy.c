// SPDX-License-Identifier: GPL-2.0
#include "harness/slow_copy.h"

#include "harness/suite.h"

#include <string.h>
#include <unistd.h>

#define LONGEST 4096

static long read_into_page(void *argument)
{
	struct slow_copy *copy = argument;

	return read(copy->fd, copy->page.bytes, copy->size);
}

static long write_from_page(void *argument)
{
	struct slow_copy *copy = argument;

	return write(copy->fd, copy->page.bytes, copy->size);
}

static void start(struct slow_copy *copy, int fd, size_t size, task_call call)
{
	copy->fd = fd;
	copy->size = size;
	assert_ok(slow_page_make(&copy->page));
	task_start(&copy->task, call, copy);
	slow_page_await(&copy->page);
}

void slow_copy_read(struct slow_copy *copy, int fd)
{
	start(copy, fd, LONGEST, read_into_page);
}

void slow_copy_write(struct slow_copy *copy, int fd, size_t size)
{
	start(copy, fd, size, write_from_page);
}

void slow_copy_fail(struct slow_copy *copy)
{
	slow_page_break(&copy->page);
	task_expect(&copy->task, -1, EFAULT);
}

void slow_copy_gives(struct slow_copy *copy, const char *text)
{
	slow_page_fill(&copy->page, "");
	task_expect(&copy->task, strlen(text), 0);
	assert_string_equal(copy->page.bytes, text);
}

void slow_copy_takes(struct slow_copy *copy, const char *text)
{
	slow_page_fill(&copy->page, text);
	task_expect(&copy->task, copy->size, 0);
}

void slow_copy_refuses(struct slow_copy *copy, const char *text, int error)
{
	slow_page_fill(&copy->page, text);
	task_expect(&copy->task, -1, error);
}
