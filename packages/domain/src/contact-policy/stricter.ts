import { Channel, Purpose, SuppressionScope } from '@tact/contracts';
import { countedTogether } from './outbound.ts';
import {
  consentKey,
  type ConsentEntry,
  type ContactPolicyState,
  type StandingPreferences,
  type Suppression,
  type Suppressions,
} from './policy-state.ts';
import { stricterPreferences } from './preferences.ts';
import { standingConsent } from './standing-consent.ts';
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

/** One confirmed, or each of them: the stricter reading is that what either confirmed hangs on its address. */
const confirmationOf = (
  own: ConsentEntry,
  other: ConsentEntry,
): Pick<ConsentEntry, 'confirmedAt' | 'through'> => {
  const through = own.through ?? other.through;
  const [mine, theirs] = [own.confirmedAt, other.confirmedAt];
  const isBoth = mine !== undefined && theirs !== undefined;
  return {
    ...(through === undefined ? {} : { through }),
    ...(isBoth ? { confirmedAt: Date.parse(mine) < Date.parse(theirs) ? mine : theirs } : {}),
  };
};

const givenByBoth = (own: ConsentEntry, other: ConsentEntry): ConsentEntry => ({
  state: 'given',
  at: Date.parse(own.at) < Date.parse(other.at) ? own.at : other.at,
  ...(own.unreadable || other.unreadable ? { unreadable: true as const } : {}),
  ...witnessOf(own, other),
  ...confirmationOf(own, other),
});

/** Of what one or both of them said on a purpose and channel. */
const consentOf = (words: readonly ConsentEntry[], at: string): ConsentEntry => {
  const withdrawnAt = latestOf(...words.map((word) => word.withdrawnAt));
  const leftAt = latestOf(...words.map((word) => word.leftAt));
  const acts = {
    ...(withdrawnAt === undefined ? {} : { withdrawnAt }),
    ...(leftAt === undefined ? {} : { leftAt }),
  };
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

/** What both said is loosened by neither address alone. */
const throughOf = (
  mine: StandingPreferences | undefined,
  theirs: StandingPreferences | undefined,
): Pick<StandingPreferences, 'through'> => {
  const isOne = mine === undefined || theirs === undefined || mine.through === theirs.through;
  const through = isOne ? (mine ?? theirs)?.through : undefined;
  return through === undefined ? {} : { through };
};

const preferencesOf = (
  mine: StandingPreferences | undefined,
  theirs: StandingPreferences | undefined,
): StandingPreferences | undefined => {
  if (mine === undefined && theirs === undefined) return undefined;
  const { through: _, ...stated } = mine ?? {};
  return {
    ...stated,
    ...stricterPreferences(mine ?? {}, theirs ?? {}),
    ...throughOf(mine, theirs),
  };
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
  const joined = Purpose.options.flatMap((purpose) =>
    Channel.options.flatMap((channel): [string, ConsentEntry][] => {
      const key = consentKey(purpose, channel);
      if (!keys.has(key)) return [];
      const words = [own, other].flatMap(
        (side) => standingConsent(side, { purpose, channel }) ?? [],
      );
      return [[key, consentOf(words, at)]];
    }),
  );
  const scopes = SuppressionScope.options.filter(
    (scope) => own.suppressions[scope] !== undefined || other.suppressions[scope] !== undefined,
  );
  const suppressions = scopes.map((scope): [SuppressionScope, Suppression] => [
    scope,
    suppressionOf(own.suppressions, other.suppressions, scope),
  ]);
  const preferences = preferencesOf(own.preferences, other.preferences);
  return {
    ...own,
    ...(preferences === undefined ? {} : { preferences }),
    consents: Object.fromEntries(joined),
    suppressions: Object.fromEntries(suppressions),
    // In another zone than either counts in, neither's day could be kept.
    timeZone: own.timeZone === other.timeZone ? own.timeZone : undefined,
    outbound: countedTogether(own.outbound, other.outbound),
  };
};
