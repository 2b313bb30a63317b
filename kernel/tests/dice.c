// SPDX-License-Identifier: GPL-2.0
#include "dice.h"

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/random.h>

static unsigned int seed;
module_param(seed, uint, 0444);
MODULE_PARM_DESC(seed, "of all random numbers (default 0: another one each time)");

static unsigned int steps = 2000;
module_param(steps, uint, 0444);
MODULE_PARM_DESC(steps, "that a random test takes (default 2000)");

unsigned int sm_dice_seed(void)
{
	while (!seed)
		seed = get_random_u32();
	return seed;
}

unsigned int sm_dice_steps(void)
{
	return steps;
}

void sm_dice_init(struct sm_dice *dice)
{
	prandom_seed_state(&dice->state, sm_dice_seed());
	dice->step = 0;
}

u32 sm_dice_below(struct sm_dice *dice, u32 bound)
{
	return reciprocal_scale(prandom_u32_state(&dice->state), bound);
}

void sm_dice_fill(struct sm_dice *dice, void *bytes, size_t count)
{
	prandom_bytes_state(&dice->state, bytes, count);
}
