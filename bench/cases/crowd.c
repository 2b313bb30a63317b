// SPDX-License-Identifier: GPL-2.0
#include "cases/cases.h"

void case_crowd(void)
{
}
