import { type ConsentState, type EventDataOf, isErased } from '@tact/contracts';
import { type ConsentEntry, consentKey, type ContactPolicyState } from './policy-state.ts';
import { joinedSince, withLateAgreement } from './taken-over.ts';

/** The latest of two instants, either of which may not be known. */
export const latest = (one: string | undefined, other: string | undefined): string | undefined => {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(other) > Date.parse(one) ? other : one;
};

/** The person's own acts on one purpose and channel, whatever was told of them since and in whatever order. */
const actsOf = (
  known: ConsentEntry | undefined,
  { at, witness }: Pick<EventDataOf<'ConsentGiven'>, 'at' | 'witness'>,
  next: ConsentState,
): Pick<ConsentEntry, 'witnessedAt' | 'withdrawnAt'> => {
  const withdrawnAt = latest(known?.withdrawnAt, next === 'withdrawn' ? at : undefined);
  const witnessedAt = latest(known?.witnessedAt, witness === undefined ? undefined : at);
  return {
    ...(withdrawnAt === undefined ? {} : { withdrawnAt }),
    ...(witnessedAt === undefined ? {} : { witnessedAt }),
  };
};

/** What the person allows once an agreement or its withdrawal was told. */
export const withConsent = (
  state: ContactPolicyState,
  consent: EventDataOf<'ConsentGiven'>,
  next: ConsentState,
): ContactPolicyState => {
  const { purpose, channel, at, proof } = consent;
  const key = consentKey(purpose, channel);
  const joinedAt = joinedSince(state, at);
  if (next === 'given' && joinedAt !== undefined) return withLateAgreement(state, key, joinedAt);
  const known = state.consents[key];
  const acts = actsOf(known, consent, next);
  // Ordered by the time of the act. At the same instant the withdrawal stands.
  const [since, before] = [Date.parse(at), known === undefined ? -Infinity : Date.parse(known.at)];
  const isLater = since > before || (since === before && next === 'withdrawn');
  const unreadable = isErased(proof) || isErased(proof.source) ? { unreadable: true as const } : {};
  const stands = isLater || known === undefined ? { state: next, at, ...unreadable } : known;
  return { ...state, consents: { ...state.consents, [key]: { ...stands, ...acts } } };
};
