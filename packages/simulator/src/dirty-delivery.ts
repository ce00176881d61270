import type { SignalFact } from '@tact/domain';
import { HOUR_MS } from '@tact/contracts';
import { shuffled, type Chance } from './chance.ts';

/** WhatsApp repeats a webhook for seven days; later than that nothing comes any more. */
const LATE_HOURS_MAX = 7 * 24 - 1;

export type Delivery = { readonly fact: SignalFact; readonly receivedAt: number };

/**
 * The same facts as webhooks bring them: some twice or three times, some days late, and what comes
 * within the same hour in any order.
 */
export const dirtyDelivery = (
  facts: readonly SignalFact[],
  chance: Chance,
): readonly Delivery[] => {
  const copies = facts.flatMap((fact) => {
    const count = 1 + Number(chance.happens(0.3)) + Number(chance.happens(0.1));
    return Array.from({ length: count }, (): Delivery => {
      const hoursLate = chance.happens(0.1) ? chance.whole(1, LATE_HOURS_MAX) : 0;
      return { fact, receivedAt: fact.occurredAt + hoursLate * HOUR_MS };
    });
  });
  const hourOf = ({ receivedAt }: Delivery) => Math.floor(receivedAt / HOUR_MS);
  return shuffled(copies, chance).toSorted((one, other) => hourOf(one) - hourOf(other));
};
