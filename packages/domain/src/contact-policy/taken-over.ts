import { type EventDataOf, isErased } from '@tact/contracts';
import { isTimeZone } from '../calendar/civil-days.ts';
import {
  consentKey,
  type ConsentEntry,
  type ContactPolicyState,
  type Suppression,
  type Suppressions,
} from './policy-state.ts';
import {
  suppressedSince,
  suppressionScopes,
  unreadableRefusalAt,
  withSuppression,
} from './suppression.ts';

type Data = EventDataOf<'PolicyTakenOver'>;
type Carried = Pick<Data, 'suppressions' | 'consents' | 'timeZone' | 'messages'>;

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
    const [purpose, channel] = key.split('/');
    return { ...entry, purpose, channel } as Data['consents'][number];
  }),
  ...(state.timeZone === undefined ? {} : { timeZone: state.timeZone }),
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
  outbound: isErased(messages)
    ? []
    : messages.map(
        ({ messageRef, ...one }) =>
          ({ ...one, messageRef }) as ContactPolicyState['outbound'][number],
      ),
});

/**
 * Whether a word is of before the take-over and is heard only now. It may be either contact's, and was not weighed with
 * the rest: it takes away what it takes away, and gives nothing.
 */
export const isBelated = ({ joinedAt }: ContactPolicyState, at: string): boolean =>
  joinedAt !== undefined && Date.parse(at) <= Date.parse(joinedAt);

/** What one of two contacts agreed to and was not there to be joined: asked for anew, unless more is known since. */
export const withLateAgreement = (state: ContactPolicyState, key: string): ContactPolicyState => {
  const { joinedAt, consents } = state;
  if (joinedAt === undefined || consents[key] !== undefined) return state;
  const alone: ConsentEntry = { state: 'given', at: joinedAt, ofOneAlone: true };
  return { ...state, consents: { ...consents, [key]: alone } };
};

type Refusal = Pick<EventDataOf<'ContactSuppressed'>, 'scope' | 'ground' | 'at'>;

/**
 * A refusal heard late stands whatever either contact lifted before they became one. One that stands with its own time
 * is the word that was taken over, told again.
 */
export const withRefusal = (state: ContactPolicyState, refusal: Refusal): Suppressions => {
  const { joinedAt, suppressions } = state;
  const { scope, at } = refusal;
  const since = suppressedSince(suppressions, scope);
  const isKnown = since !== undefined && Date.parse(since) === Date.parse(at);
  const isLate = joinedAt !== undefined && isBelated(state, at) && !isKnown;
  return withSuppression(suppressions, isLate ? { ...refusal, at: joinedAt } : refusal);
};
