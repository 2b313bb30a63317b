// SPDX-License-Identifier: GPL-2.0
#include "harness/quota.h"

#include "harness/group.h"
#include "harness/parameters.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <unistd.h>

#define PROBE 65000
#define MOST 1000000000

static bool is_enough(int fd, long total)
{
	parameter_set("max_total_size", total);
	if (write(fd, "x", 1) != 1) {
		assert_int_equal(errno, ENOSPC);
		return false;
	}
	group_expect(fd, "x");
	return true;
}

long quota_charged(void)
{
	long total = parameter_get("max_total_size"), refused = 0, enough = MOST;
	int fd;

	group_fresh(PROBE);
	fd = group_open(PROBE, O_RDWR);
	while (enough - refused > 1) {
		long middle = (refused + enough) / 2;

		if (is_enough(fd, middle))
			enough = middle;
		else
			refused = middle;
	}
	close(fd);
	group_remove(PROBE);
	parameter_set("max_total_size", total);
	return enough;
}
