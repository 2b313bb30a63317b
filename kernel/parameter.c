// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "parameter.h"

#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/sysfs.h>

static int parameter_set(const char *text, const struct kernel_param *kp)
{
	struct sm_parameter *parameter = kp->arg;
	unsigned long value;

	if (kstrtoul(text, 0, &value) || value < parameter->min || value > parameter->max) {
		pr_err("%s=%.*s is refused: it takes a number from %lu to %lu\n", kp->name,
		       (int)strcspn(text, "\n"), text, parameter->min, parameter->max);
		return -EINVAL;
	}

	WRITE_ONCE(parameter->value, value);
	if (parameter->changed)
		parameter->changed();
	return 0;
}

static int parameter_get(char *page, const struct kernel_param *kp)
{
	return sysfs_emit(page, "%lu\n", sm_parameter_get(kp->arg));
}

const struct kernel_param_ops sm_parameter_ops = {
	.set = parameter_set,
	.get = parameter_get,
};
