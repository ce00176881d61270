import {
  type Channel,
  type EventDataOf,
  type EventOfType,
  type EventType,
  isErased,
  type Purpose,
  type Reading,
  typesRead,
} from '@tact/contracts';
import { assertNever } from '../signals/assert-never.ts';
import { counted, outboundOf, type SeenLeaving } from './outbound.ts';
import { latest, withConsent } from './consent-words.ts';
import { consentKey, type ContactPolicyState, type DecideContact } from './policy-state.ts';
import {
  preferenceRefusals,
  preferencesAfter,
  readablePreferences,
  throughAfter,
  voiceOf,
} from './preferences.ts';
import { contactPolicyId, currentPolicy } from './policy-versions.ts';
import { isTimeZone } from '../calendar/civil-days.ts';
import { purposes } from './purposes.ts';
import { walkRules } from './rules.ts';
import { stricterOf } from './stricter.ts';
import { hasLeft } from './standing-consent.ts';
import { isRefusedEverywhere, withLift } from './suppression.ts';
import { joinedSince, refusedSince, stateTakenOver, withRefusal } from './taken-over.ts';

// Events

/** All the log carries of a person's policy is in this stream. */
const reported = {
  ConsentGiven: true,
  ConsentWithdrawn: true,
  ContactAllowed: true,
  ContactDenied: true,
  ContactSuppressed: true,
  SuppressionLifted: true,
  PolicyTakenOver: true,
  PreferencesSet: true,
} as const satisfies Reading<'contact-policies.v1' | 'contact-decisions.v1'>;

/** Every type of this stream; the last three are told to nobody. */
export const contactPolicyEventTypes = [
  ...typesRead(reported),
  'ContactTimeZoneSet',
  'OutboundMessageCounted',
  'OutboundMessageDiscounted',
] as const satisfies readonly EventType[];
export type ContactPolicyEvent = EventOfType<(typeof contactPolicyEventTypes)[number]>;

// Commands

type Act = Pick<EventDataOf<'ConsentGiven'>, 'by'>;
type Consent = Act & {
  readonly contactId: string;
  readonly consentId: string;
  readonly purpose: Purpose;
  readonly channel: Channel;
  readonly at: string;
  readonly proof: EventDataOf<'ConsentGiven'>['proof'];
};

type Witnessed = Pick<EventDataOf<'ConsentGiven'>, 'witness' | 'through'>;

export type ContactPolicyCommand =
  | ({ readonly kind: 'give-consent' } & Consent & Witnessed)
  | ({ readonly kind: 'withdraw-consent' } & Consent)
  | ({ readonly kind: 'unsubscribe' } & Consent)
  | ({ readonly kind: 'suppress' } & EventDataOf<'ContactSuppressed'>)
  | ({ readonly kind: 'object' } & EventDataOf<'ContactSuppressed'>)
  | ({ readonly kind: 'lift-suppression' } & EventDataOf<'SuppressionLifted'>)
  | ({ readonly kind: 'take-over' } & EventDataOf<'PolicyTakenOver'>)
  | ({ readonly kind: 'set-preferences' } & EventDataOf<'PreferencesSet'>)
  | { readonly kind: 'set-time-zone'; readonly contactId: string; readonly timeZone: string }
  | ({ readonly kind: 'count-outbound'; readonly contactId: string } & SeenLeaving)
  | { readonly kind: 'discount-outbound'; readonly contactId: string; readonly messageRef: string }
  | DecideContact;

// Fold

const isCounted = ({ outbound }: ContactPolicyState, messageRef: string | undefined): boolean =>
  messageRef !== undefined && outbound.some((one) => one.messageRef === messageRef);

/** Known to be no message, whichever is told first: that it left, or that it is none. */
const isNone = ({ noMessages = [] }: ContactPolicyState, messageRef: string | undefined): boolean =>
  messageRef !== undefined && noMessages.includes(messageRef);

/** Statuses follow within days, in which a person gets fewer reactions than these. */
const NONE_KEPT_MAX = 100;

const withNone = (state: ContactPolicyState, messageRef: string): ContactPolicyState => ({
  ...state,
  outbound: state.outbound.filter((one) => one.messageRef !== messageRef),
  noMessages: [...(state.noMessages ?? []), messageRef].slice(-NONE_KEPT_MAX),
});

const joined = (
  state: ContactPolicyState,
  data: EventDataOf<'PolicyTakenOver'>,
): ContactPolicyState => {
  const both = stricterOf(state, stateTakenOver(data), data.at);
  return { ...both, joinedAt: latest(state.joinedAt, data.at) ?? data.at };
};

const evolve = (state: ContactPolicyState, event: ContactPolicyEvent): ContactPolicyState => {
  switch (event.type) {
    case 'ConsentGiven':
      return withConsent(state, event.data, 'given');
    case 'ConsentWithdrawn':
      return withConsent(state, event.data, 'withdrawn');
    case 'ContactSuppressed':
      return { ...state, suppressions: withRefusal(state, event.data) };
    case 'SuppressionLifted':
      if (joinedSince(state, event.data.at) !== undefined) return state;
      return { ...state, suppressions: withLift(state.suppressions, event.data) };
    case 'ContactTimeZoneSet':
      return {
        ...state,
        timeZone: isTimeZone(event.data.timeZone) ? event.data.timeZone : undefined,
      };
    case 'OutboundMessageCounted': {
      const { at, messageRef } = event.data;
      // Whose key is gone is not written to any more, and no cap is left to count in.
      if (isErased(at)) return state;
      // Counted once, wherever it is kept.
      if (isCounted(state, messageRef) || isNone(state, messageRef)) return state;
      return { ...state, outbound: counted(state.outbound, outboundOf(event.data)) };
    }
    case 'OutboundMessageDiscounted':
      return withNone(state, event.data.messageRef);
    case 'ContactAllowed': {
      const { reserved, purpose, at, channel } = event.data;
      if (!reserved || !purposes[purpose].usesCap) return state;
      const promise = { atMs: Date.parse(at), messageRef: undefined, isFree: false };
      return { ...state, outbound: counted(state.outbound, { ...promise, promisedOn: channel }) };
    }
    case 'ContactDenied':
      return state;
    case 'PolicyTakenOver':
      return joined(state, event.data);
    case 'PreferencesSet': {
      const { by, at, through } = event.data;
      const own = through === undefined ? {} : { through };
      const preferences = { ...readablePreferences(event.data), by, ...own, at };
      return { ...state, preferences };
    }
    default:
      return assertNever(event);
  }
};

// Decisions

type Walked = ReturnType<typeof walkRules>;

/** What stands against a message still does; no time is given, because waiting alone brings back nothing. */
const unknown = ({ rules, reasons }: Walked, missed: readonly string[]): Walked => ({
  rules: [
    { id: 'policy-known', verdict: 'denied', inputs: { missed: missed.join(' ') } },
    ...rules,
  ],
  reasons: ['policy-unknown', ...reasons],
  nextAllowedAt: undefined,
});

const decideContact = (
  command: DecideContact,
  state: ContactPolicyState,
): readonly [ContactPolicyEvent] => {
  const { contactId, decisionId, channel, purpose, reserve, now, missed = [] } = command;
  const walked = walkRules(command, state);
  const { rules, reasons, nextAllowedAt } = missed.length === 0 ? walked : unknown(walked, missed);
  const policy = `${contactPolicyId}@${currentPolicy.version}`;
  const decision = {
    contactId,
    decisionId,
    channel,
    purpose,
    at: now.toISOString(),
    policy,
    rules,
  };
  if (reasons.length === 0) {
    const data = { ...decision, reasons: ['allowed' as const], reserved: reserve };
    return [{ type: 'ContactAllowed', data }];
  }
  const when = nextAllowedAt === undefined ? {} : { nextAllowedAt };
  return [{ type: 'ContactDenied', data: { ...decision, reasons: [...reasons], ...when } }];
};

/** Whoever asks sees by what stands afterwards whether it was taken. */
const setPreferences = (
  { contactId, by, at, through, ...asked }: EventDataOf<'PreferencesSet'>,
  { preferences: standing = {} }: ContactPolicyState,
): readonly ContactPolicyEvent[] => {
  const stated = readablePreferences(asked);
  const voice = voiceOf(standing, { by, through });
  if (preferenceRefusals(stated, standing, voice).length > 0) return [];
  const stands = preferencesAfter(standing, stated);
  if (JSON.stringify(stands) === JSON.stringify(preferencesAfter(standing, {}))) return [];
  const address = throughAfter(standing, { by, through });
  const own = address === undefined ? {} : { through: address };
  return [{ type: 'PreferencesSet', data: { contactId, ...stands, by, ...own, at } }];
};

/** Raised when the shape of the state changes, or its meaning; a new policy raises it by itself. */
const STATE_VERSION = 4;

/** What a person allows, in one stream: consent, counted messages and decisions are linearised by it. */
export const contactPolicyDecider = {
  /** The state is as large as the purposes, the channels and the messages that the cap looks back at, and no larger. */
  snapshots: {
    name: 'contact-policy',
    version: `${currentPolicy.version}/${STATE_VERSION}`,
    types: contactPolicyEventTypes,
    personal: true,
  },

  initial: (): ContactPolicyState => ({
    consents: {},
    suppressions: {},
    timeZone: undefined,
    outbound: [],
  }),

  evolve,

  decide(command: ContactPolicyCommand, state: ContactPolicyState): readonly ContactPolicyEvent[] {
    switch (command.kind) {
      case 'give-consent': {
        const { kind: _, ...data } = command;
        return [{ type: 'ConsentGiven', data }];
      }
      case 'withdraw-consent': {
        const { kind: _, ...data } = command;
        return [{ type: 'ConsentWithdrawn', data }];
      }
      case 'unsubscribe': {
        const { kind: _, ...data } = command;
        // One click is heard once, however often a mail program sends it.
        const known = state.consents[consentKey(data.purpose, data.channel)] ?? {};
        const isNew = !hasLeft(known, state.suppressions, data.channel);
        return isNew ? [{ type: 'ConsentWithdrawn', data: { ...data, by: 'person' } }] : [];
      }
      case 'object': {
        const { kind: _, ...data } = command;
        return isRefusedEverywhere(state, data.scope) ? [] : [{ type: 'ContactSuppressed', data }];
      }
      case 'suppress': {
        const { kind: _, ...data } = command;
        // Said with the time it stands by, so that who else follows the ledger needs no rule for it.
        return [{ type: 'ContactSuppressed', data: { ...data, at: refusedSince(state, data) } }];
      }
      case 'lift-suppression': {
        const { kind: _, ...data } = command;
        if (joinedSince(state, data.at) !== undefined) return [];
        return [{ type: 'SuppressionLifted', data }];
      }
      case 'take-over': {
        const { kind: _, ...data } = command;
        return [{ type: 'PolicyTakenOver', data }];
      }
      case 'set-preferences':
        return setPreferences(command, state);
      case 'set-time-zone': {
        const { contactId, timeZone } = command;
        if (timeZone === state.timeZone) return [];
        return [{ type: 'ContactTimeZoneSet', data: { contactId, timeZone } }];
      }
      case 'count-outbound': {
        const { kind: _, ...data } = command;
        const { messageRef } = data;
        if (isCounted(state, messageRef) || isNone(state, messageRef)) return [];
        return [{ type: 'OutboundMessageCounted', data }];
      }
      case 'discount-outbound': {
        const { kind: _, ...data } = command;
        if (isNone(state, data.messageRef)) return [];
        return [{ type: 'OutboundMessageDiscounted', data }];
      }
      case 'decide-contact':
        return decideContact(command, state);
      default:
        return assertNever(command);
    }
  },
};
