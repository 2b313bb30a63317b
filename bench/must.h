/* SPDX-License-Identifier: GPL-2.0 */
/* Calls that cannot fail: one that does is named on standard error, and ends the bench. */
#ifndef BENCH_MUST_H
#define BENCH_MUST_H

/* Fails below 0. */
#define must(call)		must_succeed(call, #call)

/* Fails if it is not RESULT. */
#define must_be(result, call)	must_return(result, call, #call)

/* A pointer that is not NULL. */
#define must_have(call)		must_exist(call, #call)

long must_succeed(long got, const char *call);
void must_return(long wanted, long got, const char *call);
void *must_exist(void *got, const char *call);

#endif /* BENCH_MUST_H */
