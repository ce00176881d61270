import type { Channel, EventDataOf, Purpose, SuppressionScope } from '@tact/contracts';
import {
  consentKey,
  type ConsentEntry,
  type Suppression,
  type Suppressions,
} from './policy-state.ts';
import { purposes } from './purposes.ts';

const later = (one: string | undefined, other: string): string =>
  one === undefined || Date.parse(other) > Date.parse(one) ? other : one;

const none: Suppression = { suppressedAt: undefined, liftedAt: undefined };

export const withSuppression = (
  known: Suppressions,
  { scope, at }: Pick<EventDataOf<'ContactSuppressed'>, 'scope' | 'at'>,
): Suppressions => {
  const before = known[scope] ?? none;
  return { ...known, [scope]: { ...before, suppressedAt: later(before.suppressedAt, at) } };
};

export const withLift = (
  known: Suppressions,
  { scope, at }: Pick<EventDataOf<'SuppressionLifted'>, 'scope' | 'at'>,
): Suppressions => {
  const before = known[scope] ?? none;
  return { ...known, [scope]: { ...before, liftedAt: later(before.liftedAt, at) } };
};

/** Since when a scope is suppressed; at the same instant the suppression stands. */
export const suppressedSince = (
  known: Suppressions,
  scope: SuppressionScope,
): string | undefined => {
  const { suppressedAt, liftedAt } = known[scope] ?? none;
  if (suppressedAt === undefined) return undefined;
  const isLifted = liftedAt !== undefined && Date.parse(liftedAt) > Date.parse(suppressedAt);
  return isLifted ? undefined : suppressedAt;
};

type ScopeMeaning = {
  /** The purposes for which nothing is sent any more. */
  readonly closes: (purpose: Purpose) => boolean;
  /** Who wants no promotions has not objected to being understood. */
  readonly closesAnalysis: boolean;
};

/** What each scope of a suppression means; the widest comes first. */
export const scopes: Readonly<Record<SuppressionScope, ScopeMeaning>> = {
  everything: { closes: () => true, closesAnalysis: true },
  marketing: { closes: (purpose) => purposes[purpose].isPromotion, closesAnalysis: false },
};

/** Every scope, the widest first. */
export const suppressionScopes = Object.keys(scopes) as readonly SuppressionScope[];

/**
 * What stands against a message of this purpose, on whatever channel and from whatever number. An agreement
 * given before it never reopens; a fresh one, later than it, is the person's own change of mind.
 */
export const suppressionAgainst = (
  {
    suppressions,
    consents,
  }: {
    readonly suppressions: Suppressions;
    readonly consents: Readonly<Record<string, ConsentEntry>>;
  },
  { purpose, channel }: { readonly purpose: Purpose; readonly channel: Channel },
): { readonly scope: SuppressionScope; readonly since: string } | undefined => {
  const consent = consents[consentKey(purpose, channel)];
  for (const scope of suppressionScopes) {
    const since = scopes[scope].closes(purpose) ? suppressedSince(suppressions, scope) : undefined;
    if (since === undefined) continue;
    const isFresh = consent?.state === 'given' && Date.parse(consent.at) > Date.parse(since);
    if (!isFresh) return { scope, since };
  }
  return undefined;
};
