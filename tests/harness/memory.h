/* SPDX-License-Identifier: GPL-2.0 */
/* Bad user memory. */
#ifndef TESTS_MEMORY_H
#define TESTS_MEMORY_H

/* An address where nothing is mapped. */
void *memory_bad(void);

/* The end of a page that can be read and written; nothing is mapped behind it. */
char *memory_edge(void);

#endif /* TESTS_MEMORY_H */
