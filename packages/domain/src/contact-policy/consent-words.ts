import { type ConsentState, type EventDataOf, isErased } from '@tact/contracts';
import { type ConsentEntry, consentKey, type ContactPolicyState } from './policy-state.ts';
import { joinedSince, withLateAgreement } from './taken-over.ts';

/** The latest of two instants, either of which may not be known. */
export const latest = (one: string | undefined, other: string | undefined): string | undefined => {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(other) > Date.parse(one) ? other : one;
};

const stated = <Field extends string>(acts: Readonly<Record<Field, string | undefined>>) =>
  Object.fromEntries(Object.entries(acts).filter(([, at]) => at !== undefined)) as Partial<
    Record<Field, string>
  >;

/** The person's own acts on one purpose and channel, whatever was told of them since and in whatever order. */
const actsOf = (
  known: ConsentEntry | undefined,
  { at, witness, by }: Pick<EventDataOf<'ConsentGiven'>, 'at' | 'witness' | 'by'>,
  next: ConsentState,
): Pick<ConsentEntry, 'witnessedAt' | 'withdrawnAt' | 'confirmedAt' | 'leftAt'> => {
  const withdrawnAt = latest(known?.withdrawnAt, next === 'withdrawn' ? at : undefined);
  const witnessedAt = latest(known?.witnessedAt, witness === undefined ? undefined : at);
  const own = by === 'person' ? next : undefined;
  const confirmedAt = latest(known?.confirmedAt, own === 'given' ? at : undefined);
  const leftAt = latest(known?.leftAt, own === 'withdrawn' ? at : undefined);
  return stated({ withdrawnAt, witnessedAt, confirmedAt, leftAt });
};

const wordOf = (
  { at, proof, through }: EventDataOf<'ConsentGiven'>,
  state: ConsentState,
): ConsentEntry => {
  const isUnreadable = isErased(proof) || isErased(proof.source);
  const unreadable = isUnreadable ? { unreadable: true as const } : {};
  return { state, at, ...unreadable, ...(through === undefined ? {} : { through }) };
};

/** What the person allows once an agreement or its withdrawal was told. */
export const withConsent = (
  state: ContactPolicyState,
  consent: EventDataOf<'ConsentGiven'>,
  next: ConsentState,
): ContactPolicyState => {
  const { purpose, channel, at } = consent;
  const key = consentKey(purpose, channel);
  const joinedAt = joinedSince(state, at);
  if (next === 'given' && joinedAt !== undefined) return withLateAgreement(state, key, joinedAt);
  const known = state.consents[key];
  const acts = actsOf(known, consent, next);
  // Ordered by the time of the act. At the same instant the withdrawal stands.
  const [since, before] = [Date.parse(at), known === undefined ? -Infinity : Date.parse(known.at)];
  const isLater = since > before || (since === before && next === 'withdrawn');
  const stands = isLater || known === undefined ? wordOf(consent, next) : known;
  return { ...state, consents: { ...state.consents, [key]: { ...stands, ...acts } } };
};
