/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random numbers that can be replayed: `insmod synchmess_kunit.ko seed=N`. Each
 * test starts anew from the seed, so it does not matter which ran before it.
 */
#ifndef SM_DICE_H
#define SM_DICE_H

#include <linux/prandom.h>
#include <linux/types.h>

/**
 * struct sm_dice - a source of random numbers
 * @state: what the next number comes from
 * @step: which step of its test this is, for messages
 */
struct sm_dice {
	struct rnd_state state;
	unsigned int step;
};

/* The module's parameter, or what was chosen in its place. */
unsigned int sm_dice_seed(void);

/* How many steps a random test takes: the module's parameter. */
unsigned int sm_dice_steps(void);

void sm_dice_init(struct sm_dice *dice);

/* 0 to @bound - 1. */
u32 sm_dice_below(struct sm_dice *dice, u32 bound);

void sm_dice_fill(struct sm_dice *dice, void *bytes, size_t count);

/* Fails with what is needed to see it again. */
#define SM_ASSERT_EQ(test, dice, left, right)					\
	KUNIT_ASSERT_EQ_MSG(test, left, right, "seed=%u, step %u",		\
			    sm_dice_seed(), (dice)->step)

#endif /* SM_DICE_H */
