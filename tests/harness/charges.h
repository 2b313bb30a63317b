/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether as much is charged as there is, neither more nor less. Found out by
 * filling what is left; for root, and while nobody else uses the module.
 */
#ifndef TESTS_CHARGES_H
#define TESTS_CHARGES_H

void charges_expect_groups(void);
void charges_expect_mailboxes(void);

#endif /* TESTS_CHARGES_H */
