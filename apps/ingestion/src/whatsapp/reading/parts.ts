import { wishOf } from '@tact/domain';
import type { Identities, SenderSignalKind, SignalKind, WithoutEffect } from '@tact/contracts';

/** Where a part of a webhook was found. */
export type Place = {
  readonly wabaId: string;
  /** Our sending number, WhatsApp's phone_number_id. */
  readonly sender?: string;
  /** Milliseconds since the epoch: when the entry was made, or received where it does not say. */
  readonly entryAt: number;
};

/** One thing a webhook says about one person, in our words. It still names the person: never stored. */
export type Observation = {
  readonly about: 'person';
  readonly identities: Identities;
  readonly kind: SignalKind;
  /** Milliseconds since the epoch, by WhatsApp's clock. */
  readonly occurredAt: number;
  /** What makes the fact one fact, whatever envelope it comes in: duplicates share it. */
  readonly factKey: readonly string[];
  readonly wamid?: string;
  readonly sender?: string;
  readonly code?: number;
  readonly messageCategory?: 'marketing' | 'utility' | 'authentication' | 'service';
  readonly inboundType?: string;
  /** Told by a synchronised history: it seeds the story and counts in no cap. */
  readonly backfill?: true;
};

/** A failure that names nobody, as WhatsApp sends it for a phone: it waits for its message to turn up. */
export type OrphanFailure = Omit<Observation, 'about' | 'identities' | 'wamid'> & {
  readonly about: 'message';
  readonly wamid: string;
};

/** Something about the business's own sending. */
export type SenderObservation = {
  readonly about: 'sender';
  readonly kind: SenderSignalKind;
  readonly occurredAt: number;
  readonly factKey: readonly string[];
  readonly wabaId: string;
  readonly sender?: string;
  readonly template?: string;
  readonly state?: string;
  readonly previousState?: string;
  readonly code?: number;
};

/** The person goes on under other identities. */
export type IdentityChange = {
  readonly about: 'identity';
  readonly because: 'number-changed' | 'user-id-changed';
  readonly previous: Identities;
  readonly current: Identities;
  readonly occurredAt: number;
  readonly factKey: readonly string[];
};

/** Names of one person: by more than one identity, so that who knows one of them learns the others. */
export type Acquaintance = { readonly about: 'acquaintance'; readonly identities: Identities };

/** Why a part has no effect: nothing is dropped silently. */
export type SkipReason = Extract<
  WithoutEffect,
  | 'foreign-object'
  | 'foreign-account'
  | 'field-not-supported'
  | 'value-unreadable'
  | 'nothing-told'
  | 'status-unknown'
  | 'group-message'
  | 'group-change'
  | 'message-not-from-contact'
  | 'call-without-evidence'
  | 'contact-book'
  | 'history-declined'
  | 'person-not-named'
  | 'not-a-message'
>;

export type Part =
  | Observation
  | OrphanFailure
  | SenderObservation
  | IdentityChange
  | Acquaintance
  | SkipReason;

/** What is read of something is never nothing: a fact, or why there is none. No reader can drop a part silently. */
export type Parts = readonly [Part, ...Part[]];

/** Of lists that may all be empty, which is a reason too. */
export const partsOf = (parts: readonly Part[]): Parts => {
  const [first, ...others] = parts;
  return first === undefined ? ['nothing-told'] : [first, ...others];
};

/**
 * When it was: by its own time in seconds, or, of what bears none that can be read, by its entry's. Milliseconds since the
 * epoch. The entry's time is good enough for a stop, which holds whenever it was said; it is no evidence of a day, and a
 * word that lets us write again must not be made younger than a stop after it.
 */
export const timeOf = (timestamp: number | undefined, place: Place): number =>
  timestamp === undefined ? place.entryAt : timestamp * 1000;

/** Whether it asks us to stop: such a part is kept though its time cannot be read. */
export const isStop = (part: Part): boolean =>
  typeof part === 'object' &&
  (part.about === 'person' || part.about === 'message') &&
  wishOf(part)?.asks === 'stop';

/** Reads the value of one change, whatever its field. */
export type ReadValue = (value: unknown, place: Place) => Parts;

export const senderOf = ({ sender }: Place): { sender?: string } =>
  sender === undefined ? {} : { sender };

type Named = {
  readonly phone?: string | undefined;
  readonly bsuid?: string | undefined;
  readonly parentBsuid?: string | undefined;
};

/** WhatsApp writes E.164 without its plus sign. */
export const identitiesOf = ({ phone, bsuid, parentBsuid }: Named): Identities => ({
  ...(phone === undefined ? {} : { phone: phone.startsWith('+') ? phone : `+${phone}` }),
  ...(bsuid === undefined ? {} : { bsuid }),
  ...(parentBsuid === undefined ? {} : { parentBsuid }),
});

export const isNamed = (identities: Identities): boolean => Object.keys(identities).length > 0;
