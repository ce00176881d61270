import {
  type Channel,
  type EventDataOf,
  isErased,
  type Preferences,
  type Purpose,
} from '@tact/contracts';
import { isTimeZone } from '../calendar/civil-days.ts';
import {
  consentKey,
  type ConsentEntry,
  type ContactPolicyState,
  type Suppression,
  type Suppressions,
} from './policy-state.ts';
import { readablePreferences } from './preferences.ts';
import { standingConsent } from './standing-consent.ts';
import { suppressionScopes, unreadableRefusalAt, withSuppression } from './suppression.ts';

type Data = EventDataOf<'PolicyTakenOver'>;
type Carried = Pick<Data, 'suppressions' | 'consents' | 'timeZone' | 'preferences' | 'messages'>;

const carriedPreferences = ({
  through,
  ...stated
}: Preferences & { readonly through?: string | undefined }) => ({
  ...readablePreferences(stated),
  ...(through === undefined ? {} : { through }),
});

/** A person's state as an event carries it to another contact; the inverse of `stateTakenOver`. */
export const carriedOf = (state: ContactPolicyState): Carried => ({
  suppressions: suppressionScopes.flatMap((scope) => {
    const { suppressedAt: at, ground, liftedOn = {} } = state.suppressions[scope] ?? {};
    if (at === undefined) return [];
    const lifts = Object.entries(liftedOn).map(([channel, liftedAt]) => ({
      channel,
      at: liftedAt,
    }));
    const how = ground === undefined ? {} : { ground };
    return [{ scope, ...how, at, liftedOn: lifts as Data['suppressions'][number]['liftedOn'] }];
  }),
  consents: Object.entries(state.consents).map(([key, entry]) => {
    const [purpose, channel] = key.split('/') as [Purpose, Channel];
    const stands = standingConsent(state, { purpose, channel }) ?? entry;
    return { ...stands, purpose, channel };
  }),
  ...(state.timeZone === undefined ? {} : { timeZone: state.timeZone }),
  ...(state.preferences === undefined
    ? {}
    : { preferences: carriedPreferences(state.preferences) }),
  messages: state.outbound.map((one) => ({ ...one })),
});

const suppressionsTakenOver = (suppressions: Data['suppressions']): Suppressions => {
  // What cannot be read may have been a refusal of everything, and stands.
  if (isErased(suppressions)) {
    return { everything: { suppressedAt: unreadableRefusalAt, liftedOn: {} } };
  }
  return Object.fromEntries(
    suppressions.map(({ scope, ground, at, liftedOn }): [string, Suppression] => [
      scope,
      {
        suppressedAt: at,
        ...(ground === undefined ? {} : { ground }),
        liftedOn: Object.fromEntries(liftedOn.map((lift) => [lift.channel, lift.at])),
      },
    ]),
  );
};

/** The state that an event carries. Of an erased person the messages cannot be read, and nobody is written to. */
export const stateTakenOver = ({
  suppressions,
  consents,
  timeZone,
  preferences,
  messages,
}: Carried): ContactPolicyState => ({
  suppressions: suppressionsTakenOver(suppressions),
  consents: Object.fromEntries(
    consents.map(({ purpose, channel, ...entry }): [string, ConsentEntry] => [
      consentKey(purpose, channel),
      entry as ConsentEntry,
    ]),
  ),
  timeZone: timeZone !== undefined && isTimeZone(timeZone) ? timeZone : undefined,
  ...(preferences === undefined ? {} : { preferences: carriedPreferences(preferences) }),
  outbound: isErased(messages)
    ? []
    : messages.map(
        ({ messageRef, ...one }) =>
          ({ ...one, messageRef }) as ContactPolicyState['outbound'][number],
      ),
});

/**
 * When the contact was joined, if a word is of before that and heard only now. It may be either contact's, and was not
 * weighed with the rest: it takes away what it takes away, and gives nothing.
 */
export const joinedSince = ({ joinedAt }: ContactPolicyState, at: string): string | undefined =>
  // Where nobody joined there is no instant, and nothing is before it.
  Date.parse(at) <= Date.parse(String(joinedAt)) ? joinedAt : undefined;

/** What one of two contacts agreed to and was not there to be joined: asked for anew, unless more is known. */
export const withLateAgreement = (
  state: ContactPolicyState,
  key: string,
  at: string,
): ContactPolicyState => {
  const alone: ConsentEntry = { state: 'given', at, ofOneAlone: true };
  return { ...state, consents: { [key]: alone, ...state.consents } };
};

type Refusal = Pick<EventDataOf<'ContactSuppressed'>, 'scope' | 'ground' | 'at'>;

/**
 * Since when a refusal stands: heard late, since the contact was joined, whatever was lifted before. One that stands
 * with its own time is the word that was taken over, told again.
 */
export const refusedSince = (state: ContactPolicyState, { scope, at }: Refusal): string => {
  const known = state.suppressions[scope]?.suppressedAt;
  const isKnown = Date.parse(String(known)) === Date.parse(at);
  const since = isKnown ? at : joinedSince(state, at);
  return since ?? at;
};

export const withRefusal = (state: ContactPolicyState, refusal: Refusal): Suppressions =>
  withSuppression(state.suppressions, { ...refusal, at: refusedSince(state, refusal) });
