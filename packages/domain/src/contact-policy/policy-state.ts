import type {
  Channel,
  ConsentState,
  Preferences,
  Purpose,
  SuppressionGround,
  SuppressionScope,
} from '@tact/contracts';
import type { Outbound } from './pressure-cap.ts';

export type ConsentEntry = {
  readonly state: ConsentState;
  readonly at: string;
  /** The proof cannot be read any more, so the agreement cannot be shown. */
  readonly unreadable?: true;
  /** One of two contacts that are one person agreed to it, and the other never did: it is to be asked for anew. */
  readonly ofOneAlone?: true;
  /** The latest agreement before a witness: it outlives the refusals made before it, as no other does. */
  readonly witnessedAt?: string;
  /** The latest withdrawal: a witness of what was agreed before it counts for nothing. */
  readonly withdrawnAt?: string;
  /** The latest agreement that the person confirmed on a page of ours. */
  readonly confirmedAt?: string;
  /** The latest withdrawal on a page of ours or by one click: nobody else takes it back. */
  readonly leftAt?: string;
  /** The address at which what stands was confirmed. */
  readonly through?: string;
};

/** The latest words on one scope: ordered by the time of the act, never by the order they came in. */
export type Suppression = {
  readonly suppressedAt: string | undefined;
  /** How the latest of them was told. */
  readonly ground?: SuppressionGround;
  /** The person's latest word that opens a channel again. */
  readonly liftedOn: Readonly<Partial<Record<Channel, string>>>;
};
export type Suppressions = Readonly<Partial<Record<SuppressionScope, Suppression>>>;

/** How a person wants to be written to, and who said so last. */
export type StandingPreferences = Preferences & {
  readonly by?: 'person' | 'business';
  /** The address through which alone it is loosened. */
  readonly through?: string | undefined;
  /** RFC 3339 UTC. */
  readonly at?: string;
};

/** Where a consent stands in the state. */
export const consentKey = (purpose: Purpose, channel: Channel): string => `${purpose}/${channel}`;

export type ContactPolicyState = {
  /** Latest word by `consentKey`. */
  readonly consents: Readonly<Record<string, ConsentEntry>>;
  readonly suppressions: Suppressions;
  /** When another contact last became one with this one: of what is dated before, nobody can tell whose word it was. */
  readonly joinedAt?: string;
  readonly timeZone: string | undefined;
  /** Absent where nobody ever said. */
  readonly preferences?: StandingPreferences;
  /** Messages sent or promised, oldest first, as far back as the cap looks. */
  readonly outbound: readonly Outbound[];
  /** What was seen leaving and is no message, by its reference, the latest ones. */
  readonly noMessages?: readonly string[];
};

export type DecideContact = {
  readonly kind: 'decide-contact';
  readonly contactId: string;
  readonly decisionId: string;
  readonly channel: Channel;
  readonly purpose: Purpose;
  readonly reserve: boolean;
  readonly now: Date;
  /** Sources of what the person wishes that have missed something: whatever the rules say, nothing is allowed. */
  readonly missed?: readonly string[];
  /** Fingerprints of the addresses that are the contact's now: what was confirmed at another counts for nothing. */
  readonly addresses?: readonly string[];
};
