import { type Identities, type SignalRecorded, HOUR_MS } from '@tact/contracts';
import type { Admission } from '../consent-gate/consent-gate.ts';

/** A fact about one person, as an edge read it: who, what, and the id the same fact always gets. */
export type AttributedSignal = {
  readonly who: Identities | { readonly contactId: string };
  /** A uuid from the fact itself: 50 copies of one webhook are one event. */
  readonly eventId: string;
  readonly signal: Omit<SignalRecorded, 'contactId'>;
};

/** What became of a fact. `duplicate`: it was known; the others say why nothing was recorded. */
export type Recorded =
  | 'recorded'
  | 'duplicate'
  | Exclude<Admission, object>
  | 'contact-erased'
  | 'waits-for-its-time';

/** Clocks differ, and so do their zones' rules; what is dated further ahead has not happened yet by our clock. */
const CLOCK_SKEW_MAX_MS = 2 * HOUR_MS;

export const isDatedAhead = (occurredAt: number, now: Date): boolean =>
  occurredAt > now.getTime() + CLOCK_SKEW_MAX_MS;
