/* SPDX-License-Identifier: GPL-2.0 */
/* The namespace of a symbol is a word up to 6.12 and a string from 6.13 on. */
#ifndef SM_COMPAT_EXPORT_H
#define SM_COMPAT_EXPORT_H

#include <linux/export.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define SM_EXPORT(symbol)	EXPORT_SYMBOL_NS_GPL(symbol, SYNCHMESS)
#else
#define SM_EXPORT(symbol)	EXPORT_SYMBOL_NS_GPL(symbol, "SYNCHMESS")
#endif

#endif /* SM_COMPAT_EXPORT_H */
