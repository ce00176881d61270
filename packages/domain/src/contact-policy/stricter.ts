import { Channel, SuppressionScope } from '@tact/contracts';
import { countedTogether } from './outbound.ts';
import type {
  ConsentEntry,
  ContactPolicyState,
  Suppression,
  Suppressions,
} from './policy-state.ts';
import { stricterPreferences } from './preferences.ts';
import { suppressedSince } from './suppression.ts';

const latestOf = (...instants: readonly (string | undefined)[]): string | undefined =>
  instants.reduce((latest, at) => {
    if (at === undefined || latest === undefined) return latest ?? at;
    return Date.parse(at) > Date.parse(latest) ? at : latest;
  }, undefined);

/** Refused on a channel where either refused it; open again only where both are. */
const suppressionOf = (
  own: Suppressions,
  other: Suppressions,
  scope: SuppressionScope,
): Suppression => {
  const liftedOn = Channel.options.flatMap((channel): [Channel, string][] => {
    const stands = [own, other].some((side) => suppressedSince(side, scope, channel) !== undefined);
    const at = latestOf(own[scope]?.liftedOn[channel], other[scope]?.liftedOn[channel]);
    return stands || at === undefined ? [] : [[channel, at]];
  });
  const suppressedAt = latestOf(own[scope]?.suppressedAt, other[scope]?.suppressedAt);
  const latest = [own[scope], other[scope]].find((side) => side?.suppressedAt === suppressedAt);
  const ground = latest?.ground;
  return {
    suppressedAt,
    ...(ground === undefined ? {} : { ground }),
    liftedOn: Object.fromEntries(liftedOn),
  };
};

const isInForce =
  (at: string) =>
  (entry: ConsentEntry): boolean =>
    entry.ofOneAlone === undefined && Date.parse(entry.at) <= Date.parse(at);

/** What was witnessed for one of the two opens nothing that the other refused, unless it was witnessed for both. */
const witnessOf = (own: ConsentEntry, other: ConsentEntry): Pick<ConsentEntry, 'witnessedAt'> => {
  const [mine, theirs] = [own.witnessedAt, other.witnessedAt];
  if (mine === undefined || theirs === undefined) return {};
  return { witnessedAt: Date.parse(mine) < Date.parse(theirs) ? mine : theirs };
};

const givenByBoth = (own: ConsentEntry, other: ConsentEntry): ConsentEntry => ({
  state: 'given',
  at: Date.parse(own.at) < Date.parse(other.at) ? own.at : other.at,
  ...(own.unreadable || other.unreadable ? { unreadable: true as const } : {}),
  ...witnessOf(own, other),
});

/** Of what one or both of them said on a purpose and channel. */
const consentOf = (words: readonly ConsentEntry[], at: string): ConsentEntry => {
  const withdrawnAt = latestOf(...words.map((word) => word.withdrawnAt));
  const acts = withdrawnAt === undefined ? {} : { withdrawnAt };
  const latest = latestOf(...words.map((word) => word.at)) ?? at;
  if (words.some(({ state }) => state === 'withdrawn')) {
    return { state: 'withdrawn', at: latest, ...acts };
  }
  const [own, other] = words.filter(isInForce(at));
  if (own === undefined || other === undefined) {
    return { state: 'given', at: latestOf(latest, at) ?? at, ofOneAlone: true, ...acts };
  }
  return { ...givenByBoth(own, other), ...acts };
};

/**
 * Two contacts as one person: whatever either of them alone would be refused, both are. What only one of them agreed to
 * is no agreement until the person gives it anew, for if they are two people after all, one of them never did. `at`, RFC
 * 3339 UTC, is when they became one: a word of the person that is later counts as always.
 */
export const stricterOf = (
  own: ContactPolicyState,
  other: ContactPolicyState,
  at: string,
): ContactPolicyState => {
  const keys = new Set([...Object.keys(own.consents), ...Object.keys(other.consents)]);
  const joined = [...keys].map((key): [string, ConsentEntry] => [
    key,
    consentOf(
      [own, other].flatMap(({ consents }) => consents[key] ?? []),
      at,
    ),
  ]);
  const scopes = SuppressionScope.options.filter(
    (scope) => own.suppressions[scope] !== undefined || other.suppressions[scope] !== undefined,
  );
  const suppressions = scopes.map((scope): [SuppressionScope, Suppression] => [
    scope,
    suppressionOf(own.suppressions, other.suppressions, scope),
  ]);
  const { preferences: mine } = own;
  const { preferences: theirs } = other;
  const preferences =
    mine === undefined && theirs === undefined
      ? {}
      : { preferences: { ...mine, ...stricterPreferences(mine ?? {}, theirs ?? {}) } };
  return {
    ...own,
    ...preferences,
    consents: Object.fromEntries(joined),
    suppressions: Object.fromEntries(suppressions),
    // In another zone than either counts in, neither's day could be kept.
    timeZone: own.timeZone === other.timeZone ? own.timeZone : undefined,
    outbound: countedTogether(own.outbound, other.outbound),
  };
};
