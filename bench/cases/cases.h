/* SPDX-License-Identifier: GPL-2.0 */
/* What can be measured. */
#ifndef BENCH_CASES_H
#define BENCH_CASES_H

struct bench_case {
	const char *name;
	void (*run)(void);
};

/* In the order in which they run; without a name behind the last. */
extern const struct bench_case cases[];

/* These, with commas between, NULL: all. Ends the program if there is no such case. */
void cases_choose(const char *names);
void cases_run(void);

/* The name of the one that runs. */
const char *case_running(void);

void case_null(void);
void case_pair(void);
void case_ring(void);
void case_burst(void);
void case_pingpong(void);
void case_crowd(void);
void case_batch(void);
void case_priority(void);
void case_lease(void);
void case_stamp(void);
void case_broadcast(void);
void case_awake(void);
void case_rendezvous(void);
void case_depth(void);
void case_schedule(void);
void case_many(void);
void case_epoll(void);
void case_uring(void);
void case_uring_batch(void);
void case_memory(void);
void case_latency(void);
void case_load(void);

#endif /* BENCH_CASES_H */
