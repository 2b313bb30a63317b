// SPDX-License-Identifier: GPL-2.0
#include "harness/bulk.h"

#include "harness/fdinfo.h"
#include "harness/suite.h"

#include <linux/synchmess.h>

#include <unistd.h>

char *bulk(void)
{
	static char bytes[SYNCHMESS_MAX_MESSAGE_SIZE + 1];

	return bytes;
}

void bulk_send(int fd, size_t size)
{
	assert_int_equal(write(fd, bulk(), size), size);
}

void bulk_take(int fd)
{
	char got[1];

	assert_int_equal(read(fd, got, 1), 1);
}

void bulk_refused(int fd, size_t size, int error)
{
	struct fdinfo before, after;

	fdinfo_read(fd, &before);
	assert_fails(write(fd, bulk(), size), error);
	fdinfo_read(fd, &after);
	assert_string_equal(after.text, before.text);
}

long bulk_fill(int fd, size_t size)
{
	long count = 0;

	while (write(fd, bulk(), size) == (ssize_t)size)
		count++;
	return count;
}
