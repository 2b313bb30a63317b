// SPDX-License-Identifier: GPL-2.0
#include "program.h"

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

static struct mm_struct *program;
static unsigned long memory;

int sm_program_open(struct kunit_suite *suite)
{
	int err;

	memory = vm_mmap(NULL, 0, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (IS_ERR_VALUE(memory))
		return memory;
	err = vm_munmap(memory + PAGE_SIZE, PAGE_SIZE);
	if (err) {
		vm_munmap(memory, 2 * PAGE_SIZE);
		return err;
	}
	program = current->mm;
	mmget(program);
	return 0;
}

void sm_program_close(struct kunit_suite *suite)
{
	if (!program)
		return;
	vm_munmap(memory, PAGE_SIZE);
	mmput(program);
	program = NULL;
}

u8 __user *sm_program_memory(void)
{
	return (u8 __user *)memory;
}

size_t sm_program_size(void)
{
	return PAGE_SIZE;
}

void sm_program_enter(void)
{
	kthread_use_mm(program);
}

void sm_program_leave(void)
{
	kthread_unuse_mm(program);
}
