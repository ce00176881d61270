import { wishOf } from '@tact/domain';
import { type AttributedSignal, isDatedAhead } from './attributed-signal.ts';

/**
 * A wish holds from when it is heard, whatever time it bears: waiting for a wrong clock would be a message too many, an
 * objection dated ahead would outlive the consent that follows it, and a resume that waited would undo the stop after it.
 */
export const receivedNow = (fact: AttributedSignal, now: Date): AttributedSignal =>
  wishOf(fact.signal) !== undefined && isDatedAhead(Date.parse(fact.signal.occurredAt), now)
    ? { ...fact, signal: { ...fact.signal, occurredAt: now.toISOString() } }
    : fact;
