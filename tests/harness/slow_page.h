/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A page on which whoever touches it stops, also the kernel in the midst of a
 * copy from or to the user, until the test says how that ends. Needs root.
 */
#ifndef TESTS_SLOW_PAGE_H
#define TESTS_SLOW_PAGE_H

/* Its memory stays mapped until the program ends. */
struct slow_page {
	char *bytes;
	int faults;	/* a userfaultfd */
};

/* 0, or -1 with errno: a child may make one, too. */
int slow_page_make(struct slow_page *page);

/* Waits, ten seconds at most, until somebody has touched the page. */
void slow_page_await(struct slow_page *page);

/* Who stopped goes on, and finds TEXT and zeros behind it. An ordinary page from now on. */
void slow_page_fill(struct slow_page *page, const char *text);

/* Who stopped meets a fault, and so does everybody from now on. */
void slow_page_break(struct slow_page *page);

#endif /* TESTS_SLOW_PAGE_H */
