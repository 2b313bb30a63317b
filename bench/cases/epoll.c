// SPDX-License-Identifier: GPL-2.0
/* A message in, news of it, and the message out. */
#include "cases/cases.h"
#include "cases/exchange.h"
#include "must.h"

#include <sys/epoll.h>
#include <unistd.h>

#define SIZE		64
#define OPERATIONS	2000

struct watch {
	struct exchange exchange;
	int epoll;
};

static const struct channel_kind * const kinds[] = {
	&synchmess_channel, &synchmess_send_channel, &synchmess_mailbox_channel, &mqueue_channel,
	&seqpacket_channel, &pipe_channel, &eventfd_channel,
};

static uint64_t look_and_receive(void *context, unsigned long operations)
{
	struct watch *watch = context;
	struct exchange *exchange = &watch->exchange;
	struct epoll_event event;
	uint64_t start = now();

	while (operations--) {
		channel_send(&exchange->channel, exchange->letter, SIZE);
		must_be(1, epoll_wait(watch->epoll, &event, 1, -1));
		channel_receive(&exchange->channel, exchange->letter, SIZE);
	}
	return now() - start;
}

static void measure_epoll(const struct channel_kind *kind)
{
	const struct plan plan = {
		.subject = kind->name, .parameter = "bytes", .value = SIZE, .per = "pair",
		.operations = OPERATIONS,
	};
	struct epoll_event event = { .events = EPOLLIN };
	struct watch watch;

	if (!exchange_open(&watch.exchange, kind, SIZE, 1, 0))
		return;
	watch.epoll = must(epoll_create1(EPOLL_CLOEXEC));
	must(epoll_ctl(watch.epoll, EPOLL_CTL_ADD, watch.exchange.channel.from, &event));
	measure(&plan, look_and_receive, &watch);
	must(close(watch.epoll));
	exchange_close(&watch.exchange);
}

void case_epoll(void)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		measure_epoll(kinds[i]);
}
