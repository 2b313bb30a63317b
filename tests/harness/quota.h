/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TESTS_QUOTA_H
#define TESTS_QUOTA_H

/*
 * Bytes that all messages of the module take now, with what open files keep for their
 * next ones, and one small one besides. Found out by trying which max_total_size is enough.
 */
long quota_charged(void);

#endif /* TESTS_QUOTA_H */
