// SPDX-License-Identifier: GPL-2.0
#include "harness/slow_page.h"

#include "harness/clock.h"
#include "harness/suite.h"

#include <linux/userfaultfd.h>

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096

int slow_page_make(struct slow_page *page)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register missing = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	page->bytes = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page->bytes == MAP_FAILED)
		return -1;
	/* Faults of the kernel, too: only root may have them. */
	page->faults = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (page->faults < 0 || ioctl(page->faults, UFFDIO_API, &api))
		return -1;
	missing.range.start = (uintptr_t)page->bytes;
	missing.range.len = PAGE;
	return ioctl(page->faults, UFFDIO_REGISTER, &missing);
}

void slow_page_await(struct slow_page *page)
{
	struct pollfd touched = { .fd = page->faults, .events = POLLIN };
	struct uffd_msg fault;

	assert_int_equal(poll(&touched, 1, PATIENCE_S * 1000), 1);
	assert_int_equal(read(page->faults, &fault, sizeof(fault)), sizeof(fault));
	assert_int_equal(fault.event, UFFD_EVENT_PAGEFAULT);
}

/* Nothing stops any more, and who has stopped tries again. */
static void let_go(struct slow_page *page)
{
	assert_ok(close(page->faults));
}

void slow_page_fill(struct slow_page *page, const char *text)
{
	char content[PAGE] = "";
	struct uffdio_copy copy = {
		.dst = (uintptr_t)page->bytes, .src = (uintptr_t)content, .len = PAGE
	};

	memcpy(content, text, strlen(text));
	assert_ok(ioctl(page->faults, UFFDIO_COPY, &copy));
	let_go(page);
}

void slow_page_break(struct slow_page *page)
{
	assert_ok(mprotect(page->bytes, PAGE, PROT_NONE));
	let_go(page);
}
