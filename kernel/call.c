// SPDX-License-Identifier: GPL-2.0
#include "call.h"

void sm_refuse(struct sm_refusal *why, unsigned int rule, u64 value, u64 bound)
{
	why->rule = rule;
	why->value = value;
	why->bound = bound;
	why->uid = INVALID_UID;
}
