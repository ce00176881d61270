import type { Identities, SignalLine } from '@tact/contracts';

/** One simulated person, and what no real platform would ever know about it. */
export type SimulatedPerson = {
  readonly identities: Identities;
  readonly timeZone: string;
  readonly language: string;
  /** When the person blocked the business and had not unblocked it at the end, RFC 3339. */
  readonly blockedSince?: string;
  /** A block that the person ended again, the last one, RFC 3339. */
  readonly blockedEarlier?: { readonly from: string; readonly until: string };
  /** Why messages stay without an answer when it is no block, in the simulator's own word. */
  readonly otherCause?: string;
};

/** What the demo feeds to the platform: people, and webhook bodies in time order. */
export type Population = {
  readonly people: readonly SimulatedPerson[];
  readonly startAt: string;
  readonly batches: readonly { readonly facts: number; readonly body: unknown }[];
  /** What people of the business saw and noted down in their CRM, in time order. */
  readonly observations: readonly SignalLine[];
};

/** The truth by contact id, as the platform named them. */
export type Truth = ReadonlyMap<string, SimulatedPerson>;
