// SPDX-License-Identifier: GPL-2.0
#include "setting.h"

#include "../parameter.h"
#include "undo.h"

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/string.h>

const struct kernel_param *sm_setting(struct kunit *test, const char *name)
{
	unsigned int i;

	for (i = 0; i < THIS_MODULE->num_kp; i++) {
		if (!strcmp(THIS_MODULE->kp[i].name, name))
			return &THIS_MODULE->kp[i];
	}
	KUNIT_ASSERT_FAILURE(test, "no parameter %s", name);
	return NULL;
}

unsigned long sm_setting_read(struct kunit *test, const char *name)
{
	return sm_parameter_get(sm_setting(test, name)->arg);
}

struct setting {
	struct sm_parameter *parameter;
	unsigned long before;
};

static void setting_restore(void *data)
{
	const struct setting *setting = data;

	WRITE_ONCE(setting->parameter->value, setting->before);
}

int sm_setting_write(struct kunit *test, const char *name, const char *text)
{
	const struct kernel_param *param = sm_setting(test, name);
	struct setting *setting = kunit_kzalloc(test, sizeof(*setting), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, setting);
	setting->parameter = param->arg;
	setting->before = sm_parameter_get(param->arg);
	sm_undo_later(test, setting_restore, setting);
	return param->ops->set(text, param);
}

void sm_setting_change(struct kunit *test, const char *name, unsigned long value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lu\n", value);
	KUNIT_ASSERT_EQ(test, sm_setting_write(test, name, text), 0);
}
