// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin for QEMU: how many instructions did the guest execute, and where?
 * At the end the file of the argument out=FILE has a line for each block of code:
 * its virtual address and how many instructions were executed there.
 *
 * Of a block that an exception leaves before its end all are counted.
 */
#include "qemu.h"

#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct block {
	uint64_t address;
	uint64_t instructions;
};

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

/* By address: code that is translated anew goes on with its old count. */
static void *blocks;
static FILE *out;

static int compare(const void *left, const void *right)
{
	const struct block *a = left, *b = right;

	return (a->address > b->address) - (a->address < b->address);
}

static struct block *block_at(uint64_t address)
{
	struct block key = { .address = address };
	struct block **found = tfind(&key, &blocks, compare);
	struct block *block;

	if (found)
		return *found;
	block = malloc(sizeof(*block));
	if (!block)
		abort();
	*block = key;
	if (!tsearch(block, &blocks, compare))
		abort();
	return block;
}

static void count(uint64_t id, struct qemu_plugin_tb *translated)
{
	struct block *block = block_at(qemu_plugin_tb_vaddr(translated));

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(translated, QEMU_PLUGIN_INLINE_ADD_U64,
						 &block->instructions,
						 qemu_plugin_tb_n_insns(translated));
}

static void write_block(const void *node, VISIT visit, int depth)
{
	const struct block *block = *(struct block * const *)node;

	(void)depth;
	if (visit == postorder || visit == leaf)
		fprintf(out, "%" PRIx64 " %" PRIu64 "\n", block->address, block->instructions);
}

static void finish(uint64_t id, void *data)
{
	(void)id;
	(void)data;
	twalk(blocks, write_block);
	if (fclose(out))
		perror("blocks");
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fprintf(stderr, "blocks: the argument out=FILE is wanted\n");
		return 1;
	}
	out = fopen(argv[0] + 4, "w");
	if (!out) {
		perror(argv[0] + 4);
		return 1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, count);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
