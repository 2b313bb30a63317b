/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that a call is given, and that we can look at and change whatever the
 * call may do with it: mapped once for each of the two, with nothing behind.
 */
#ifndef FUZZ_SHEET_H
#define FUZZ_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct sheet - some pages
 * @writable: their address
 * @constant: the same, where they can only be read
 * @size: bytes
 */
struct sheet {
	unsigned char *writable, *constant;
	size_t size;
};

/**
 * struct place - where a call finds its argument
 * @start: the address that it is told
 * @copy: the same bytes for us; NULL if there are none
 * @valid: so many bytes are there
 * @constant: the call cannot write there
 */
struct place {
	void *start;
	unsigned char *copy;
	size_t valid;
	bool constant;
};

/* Pages for at least @size bytes, which are zero. */
void sheet_make(struct sheet *sheet, size_t size);

/* Mostly aligned and good for @size bytes; now and then across the end, read-only, bad. */
struct place sheet_place(const struct sheet *sheet, size_t size, uint64_t *random);

#endif /* FUZZ_SHEET_H */
