import type { Identities, SignalRecorded } from '@tact/contracts';
import type { Admission } from './consent-gate.ts';

/** A fact about one person, as an edge read it: who, what, and the id the same fact always gets. */
export type FactAbout = {
  readonly who: Identities | { readonly contactId: string };
  /** A uuid from the fact itself: 50 copies of one webhook are one event. */
  readonly eventId: string;
  readonly signal: Omit<SignalRecorded, 'contactId'>;
};

/** What became of a fact. `duplicate`: it was known; the others say why nothing was stored. */
export type Recorded = 'recorded' | 'duplicate' | Exclude<Admission, object> | 'contact-erased';
