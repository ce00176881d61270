import { type SignalFamily, type SignalKind } from '@tact/contracts';
/** One observation about one contact. `occurredAt` is when it happened, epoch milliseconds. */
export type SignalFact = {
  readonly kind: SignalKind;
  readonly occurredAt: number;
  readonly messageRef?: string | undefined;
  /** Error code of a failed message. */
  readonly code?: number | undefined;
};
/** A message of ours as its statuses tell it, whatever the order they came in. */
export type Message = {
  sentAt: number | undefined;
  /** Delivered, read and played: each says that the phone took it. Earliest of each kind. */
  readonly arrivals: Map<SignalKind, number>;
  failedAt: number | undefined;
  codes: Set<number | undefined>;
  droppedAt: number | undefined;
};
/** Everything known of a contact by an instant, without repeats. */
export type History = {
  readonly startAt: number;
  readonly messages: readonly Message[];
  /** Facts that are not about a message of ours, by kind, each instant once. */
  readonly others: ReadonlyMap<
    SignalKind,
    {
      readonly family: SignalFamily;
      readonly instants: readonly number[];
    }
  >;
  readonly families: ReadonlySet<SignalFamily>;
};
/** What is known at `asOf`. After a change of number only the new number's facts speak. */
export declare const historyOf: (facts: readonly SignalFact[], asOf: number) => History | undefined;
export type Fate = 'arrived' | 'unreachable' | 'censored' | 'waiting';
/** What became of a message. A failure never cancels a proved arrival; an unknown code proves nothing. */
export declare const fateOf: ({ arrivals: proofs, codes }: Message) => Fate;
export declare const hasEvidence: (
  { codes }: Message,
  wanted: 'opt_out' | 'risk_factor',
) => boolean;
