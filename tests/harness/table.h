/* SPDX-License-Identifier: GPL-2.0 */
/* The tables that the module shows in debugfs. */
#ifndef TESTS_TABLE_H
#define TESTS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#define TABLE_FOLDER "/sys/kernel/debug/synchmess/"

/*
 * Reads a line that begins with these words, however far apart they stand there; leaves
 * what is behind them. Returns false when there is none.
 */
bool table_find(const char *table, const char *words, char *rest, size_t size);

/* The line is there; its COLUMN behind the words, from 0, as a number. */
long table_number(const char *table, const char *words, unsigned int column);

/* How many lines begin with these words. */
unsigned int table_count(const char *table, const char *words);

/* So many lines begin with these words. */
void table_expect_count(const char *table, const char *words, unsigned int count);

#endif /* TESTS_TABLE_H */
