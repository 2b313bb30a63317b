/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a step can be. An operation makes one call, or the few that belong
 * together, and has each of them judged. What it does depends on its step and on
 * which files are open; the steps depend on the seed alone.
 */
#ifndef FUZZ_OPERATION_H
#define FUZZ_OPERATION_H

#include "fuzz/calls/errnos.h"

struct file;
struct step;
struct stream;

void operation_init(void);
void operation_run(struct stream *stream, const struct step *step);

/* open.c */
void op_open(struct stream *stream, const struct step *step);
void op_close(struct stream *stream, const struct step *step);
void op_dup(struct stream *stream, const struct step *step);
void open_default(struct stream *stream, struct file *file, enum kind kind, unsigned int place);

/* transfer.c */
void op_read(struct stream *stream, const struct step *step);
void op_readv(struct stream *stream, const struct step *step);
void op_write(struct stream *stream, const struct step *step);
void op_writev(struct stream *stream, const struct step *step);

/* ioctl.c */
void op_install(struct stream *stream, const struct step *step);
void op_sleep(struct stream *stream, const struct step *step);
void op_awake(struct stream *stream, const struct step *step);
void op_delay(struct stream *stream, const struct step *step);
void op_revoke(struct stream *stream, const struct step *step);
void op_any_ioctl(struct stream *stream, const struct step *step);
void op_generic_ioctl(struct stream *stream, const struct step *step);
void install_group(struct stream *stream, unsigned int number);

/* send.c, receive.c */
void op_send(struct stream *stream, const struct step *step);
void op_receive(struct stream *stream, const struct step *step);

/* settle.c */
void op_settle(struct stream *stream, const struct step *step);
void op_retries(struct stream *stream, const struct step *step);

/* reading.c */
void op_reading(struct stream *stream, const struct step *step);

/* barrier.c, watch.c, rendezvous.c */
void op_sleep_until(struct stream *stream, const struct step *step);
void op_awake_some(struct stream *stream, const struct step *step);
void op_barrier(struct stream *stream, const struct step *step);
void op_watch(struct stream *stream, const struct step *step);
void op_join(struct stream *stream, const struct step *step);
void op_leave(struct stream *stream, const struct step *step);
void op_meet(struct stream *stream, const struct step *step);

/* lending.c, meetings.c: many calls on a group of one's own */
void op_lend(struct stream *stream, const struct step *step);
void op_meet_alone(struct stream *stream, const struct step *step);

/* queue.c */
void op_revoke_messages(struct stream *stream, const struct step *step);
void op_set(struct stream *stream, const struct step *step);
void op_query(struct stream *stream, const struct step *step);
void op_why(struct stream *stream, const struct step *step);

/* look.c */
void op_stat(struct stream *stream, const struct step *step);
void op_list(struct stream *stream, const struct step *step);

/* create.c */
void op_create(struct stream *stream, const struct step *step);
void op_remove_group(struct stream *stream, const struct step *step);

/* registration.c */
void op_register(struct stream *stream, const struct step *step);
void op_unregister(struct stream *stream, const struct step *step);
void op_open_mailbox(struct stream *stream, const struct step *step);
void open_handle(struct stream *stream, const struct step *step, struct file *file);

/* compat.c */
void compat_init(void);
void op_compat_ioctl(struct stream *stream, const struct step *step);

/* descriptor.c */
void op_fsync(struct stream *stream, const struct step *step);
void op_lseek(struct stream *stream, const struct step *step);
void op_fcntl(struct stream *stream, const struct step *step);
void op_mmap(struct stream *stream, const struct step *step);
void op_splice(struct stream *stream, const struct step *step);
void op_fdinfo(struct stream *stream, const struct step *step);

/* wait.c */
void op_poll(struct stream *stream, const struct step *step);
void op_select(struct stream *stream, const struct step *step);
void op_epoll(struct stream *stream, const struct step *step);

/* sysfs.c */
void op_attribute(struct stream *stream, const struct step *step);
void op_parameter(struct stream *stream, const struct step *step);
void op_remove(struct stream *stream, const struct step *step);

/* command.c */
void op_command(struct stream *stream, const struct step *step);

/* asynchronous.c */
void op_ring(struct stream *stream, const struct step *step);

/* second.c */
void op_thread(struct stream *stream, const struct step *step);
void op_child(struct stream *stream, const struct step *step);

#endif /* FUZZ_OPERATION_H */
