// SPDX-License-Identifier: GPL-2.0
#include "harness/user.h"

#include "harness/suite.h"

#include <linux/capability.h>

#include <sys/syscall.h>
#include <unistd.h>

/* The group of those who may use the devices, in the guest. */
#define SYNCH_GID 900

const struct person everybody[PERSONS] = {
	{ 0, true }, { 0, false }, { ALICE, true }, { ALICE, false },
};

static void set_capability(int capability, bool on)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
	__u32 *effective = &sets[CAP_TO_INDEX(capability)].effective;

	assert_ok(syscall(SYS_capget, &header, sets));
	if (on)
		*effective |= CAP_TO_MASK(capability);
	else
		*effective &= ~CAP_TO_MASK(capability);
	assert_ok(syscall(SYS_capset, &header, sets));
}

void user_become(uid_t user, bool capable)
{
	int saved = errno;

	/* Only root may choose. That stays root's real user keeps what it may take up again. */
	assert_ok(seteuid(0));
	assert_ok(setegid(user ? SYNCH_GID : 0));
	assert_ok(seteuid(user));
	set_capability(CAP_SYS_RESOURCE, capable);
	errno = saved;
}
