import { Injectable } from '@nestjs/common';
import { ContactId, type EventDataOf, HOUR_MS, isErased } from '@tact/contracts';
import { EventStore, type Job, type JobHandler, jobKind, type Queryable } from '@tact/platform';
import { z } from 'zod';
import { WishesOfStrangers } from '../wishes/wishes-of-strangers.ts';

/** One a contact whose number another one took the place of. */
export const followMovedNumber = jobKind({
  name: 'follow-moved-number',
  payload: z.object({ contactId: ContactId }),
});

type Story = EventDataOf<'ContactUpdated'>;
type Move = { readonly previous: string; readonly current: string; readonly occurredAt: number };

/**
 * What was refused under the old number until then is refused under the new one, also when the contact is erased and the
 * number registered anew. The index holds no number, so the contact's own story is read for it.
 */
@Injectable()
export class FollowMovedNumbers implements JobHandler<{ contactId: string }> {
  readonly kind = followMovedNumber;

  constructor(
    private readonly store: EventStore,
    private readonly strangers: WishesOfStrangers,
  ) {}

  async handle(tx: Queryable, jobs: readonly Job<{ contactId: string }>[]): Promise<void> {
    for (const { payload } of jobs) {
      const { events } = await this.store.load(`contact-${payload.contactId}`);
      const tenantId = events[0]?.tenantid;
      if (tenantId === undefined) continue;
      for (const { previous, current, occurredAt } of movesIn(events)) {
        await this.strangers.follow(tx, tenantId, {
          previous: { phone: previous },
          current: { phone: current },
          occurredAt,
        });
      }
    }
  }
}

const movesIn = (events: Awaited<ReturnType<EventStore['load']>>['events']): readonly Move[] => {
  const moves: Move[] = [];
  let previous: string | undefined;
  for (const { type, data, time } of events) {
    if (type !== 'ContactRegistered' && type !== 'ContactUpdated') continue;
    const { identities, replaced = [] } = data as Story;
    const current = identities.phone;
    if (current === undefined || isErased(current)) continue;
    if (previous !== undefined && replaced.includes('phone')) {
      // The envelope tells the hour alone.
      moves.push({ previous, current, occurredAt: Date.parse(time) + HOUR_MS });
    }
    previous = current;
  }
  return moves;
};
