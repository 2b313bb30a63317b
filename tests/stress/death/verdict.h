/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verdict, when all victims are dead: the kept places are drained, and the
 * ledger is compared with itself and with the kernel's own books.
 */
#ifndef DEATH_VERDICT_H
#define DEATH_VERDICT_H

/*
 * - Nobody saw a message twice, one that was refused, or one that went elsewhere.
 * - Each message that was accepted by a kept place was seen there, unless the
 *   kernel says that so many were revoked or overwritten.
 * - As many were seen as the kernel says it delivered.
 * - Nobody sleeps; not more were awake than were woken; no mailbox is left.
 *
 * Faults are noted in the ledger.
 */
void verdict_find(void);

#endif /* DEATH_VERDICT_H */
