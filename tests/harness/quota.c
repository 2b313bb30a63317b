// SPDX-License-Identifier: GPL-2.0
#include "harness/quota.h"

#include "harness/group.h"
#include "harness/parameters.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <unistd.h>

#define PROBE 65000
#define MOST 1000000000

/* Each time through another file: what one has sent with it can send with again. */
static bool is_enough(long total)
{
	int fd = group_open(PROBE, O_RDWR), error = 0;

	parameter_set("max_total_size", total);
	if (write(fd, "x", 1) == 1)
		group_expect(fd, "x");
	else
		error = errno;
	close(fd);
	assert_true(!error || error == ENOSPC);
	return !error;
}

long quota_charged(void)
{
	long total = parameter_get("max_total_size"), refused = 0, enough = MOST;

	group_fresh(PROBE);
	while (enough - refused > 1) {
		long middle = (refused + enough) / 2;

		if (is_enough(middle))
			enough = middle;
		else
			refused = middle;
	}
	group_remove(PROBE);
	parameter_set("max_total_size", total);
	return enough;
}
