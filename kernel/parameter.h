/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A module parameter: a number with a range that is checked when the module is
 * loaded and whenever sysfs changes it. A value out of range is refused, and
 * the kernel log says which one and what it may be.
 *
 * Owner: the room that defines it. Values are read and written with
 * READ_ONCE/WRITE_ONCE; a reader sees the old or the new one.
 */
#ifndef SM_PARAMETER_H
#define SM_PARAMETER_H

#include <linux/compiler.h>
#include <linux/moduleparam.h>

/**
 * struct sm_parameter - a number that can be set from outside
 * @value: what it is now
 * @min: smallest accepted value
 * @max: largest accepted value
 * @changed: called after a change, or NULL; may sleep
 */
struct sm_parameter {
	unsigned long value;
	unsigned long min;
	unsigned long max;
	void (*changed)(void);
};

extern const struct kernel_param_ops sm_parameter_ops;

/* Set at load time only (mode 0444) or also through sysfs (mode 0644). */
#define SM_PARAMETER(name, mode, about) \
	module_param_cb(name, &sm_parameter_ops, &name, mode); \
	MODULE_PARM_DESC(name, about)

/**
 * sm_parameter_get() - the present value, from any context
 * @parameter: the parameter
 */
static inline unsigned long sm_parameter_get(const struct sm_parameter *parameter)
{
	return READ_ONCE(parameter->value);
}

#endif /* SM_PARAMETER_H */
