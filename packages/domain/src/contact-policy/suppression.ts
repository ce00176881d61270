import {
  type Channel,
  type EventDataOf,
  isErased,
  Purpose,
  type SuppressionGround,
  type SuppressionScope,
} from '@tact/contracts';
import {
  consentKey,
  type ConsentEntry,
  type Suppression,
  type Suppressions,
} from './policy-state.ts';
import { channels } from './channels.ts';
import { purposes } from './purposes.ts';

const later = (one: string | undefined, other: string): string =>
  one === undefined || Date.parse(other) > Date.parse(one) ? other : one;

const channelNames = Object.keys(channels) as readonly Channel[];

/** Of a refusal whose time cannot be read any more: nothing can be later, so it stands. */
export const unreadableRefusalAt = '9999-12-31T23:00:00.000Z';

const none: Suppression = { suppressedAt: undefined, liftedOn: {} };

/** The channel of the lifts that were told before channels were: all came from WhatsApp. */
const firstChannel = 'whatsapp' satisfies Channel;

/** The later word stands; of two at one instant it is the same one, whichever comes first. */
const isOutdated = (
  next: { readonly suppressedAt: string; readonly ground: SuppressionGround },
  { suppressedAt, ground }: Suppression,
): boolean => {
  if (suppressedAt === undefined) return false;
  const aheadMs = Date.parse(suppressedAt) - Date.parse(next.suppressedAt);
  return aheadMs > 0 || (aheadMs === 0 && String(ground) <= next.ground);
};

export const withSuppression = (
  known: Suppressions,
  { scope, ground, at }: Pick<EventDataOf<'ContactSuppressed'>, 'scope' | 'ground' | 'at'>,
): Suppressions => {
  const before = known[scope] ?? none;
  const next = { suppressedAt: isErased(at) ? unreadableRefusalAt : at, ground };
  return isOutdated(next, before) ? known : { ...known, [scope]: { ...before, ...next } };
};

export const withLift = (
  known: Suppressions,
  {
    scope,
    channel = firstChannel,
    at,
  }: Pick<EventDataOf<'SuppressionLifted'>, 'scope' | 'channel' | 'at'>,
): Suppressions => {
  // It cannot be told what it came after: then it lifts nothing.
  if (isErased(at)) return known;
  const before = known[scope] ?? none;
  const liftedOn = { ...before.liftedOn, [channel]: later(before.liftedOn[channel], at) };
  return { ...known, [scope]: { ...before, liftedOn } };
};

/**
 * Since when a scope is suppressed, on a channel or, without one, anywhere; at the same instant the suppression
 * stands.
 */
export const suppressedSince = (
  known: Suppressions,
  scope: SuppressionScope,
  channel?: Channel,
): string | undefined => {
  const { suppressedAt, liftedOn } = known[scope] ?? none;
  if (suppressedAt === undefined) return undefined;
  const liftedAt = channel === undefined ? undefined : liftedOn[channel];
  const isLifted = liftedAt !== undefined && Date.parse(liftedAt) > Date.parse(suppressedAt);
  return isLifted ? undefined : suppressedAt;
};

/** What a person asked us to stop, the widest first, and the channels on which they asked to hear from us again. */
export const listedSuppressions = (
  known: Suppressions,
): readonly {
  readonly scope: SuppressionScope;
  readonly ground: SuppressionGround;
  readonly at: string;
  readonly liftedOn: readonly Channel[];
}[] =>
  suppressionScopes.flatMap((scope) => {
    const { suppressedAt: at, ground = 'objection' } = known[scope] ?? none;
    if (at === undefined) return [];
    const isLifted = (channel: Channel) => suppressedSince(known, scope, channel) === undefined;
    return [{ scope, ground, at, liftedOn: channelNames.filter(isLifted) }];
  });

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

/** Whether what the person agreed to, as a witness heard it, came after a refusal and stands. */
const reopens = (consent: ConsentEntry | undefined, since: string): boolean => {
  if (consent?.state !== 'given' || consent.witnessedAt === undefined) return false;
  const { witnessedAt, withdrawnAt } = consent;
  const isAfter = (at: string) => Date.parse(witnessedAt) > Date.parse(at);
  return isAfter(since) && (withdrawnAt === undefined || isAfter(withdrawnAt));
};

/**
 * What stands against a message of this purpose, from whatever number. Only the person reopens: by a word on the
 * channel, or by an agreement later than the refusal that a member of staff witnessed. What a file, a connector or a
 * key says of an agreement opens nothing, whatever date and proof it carries.
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
    const since = scopes[scope].closes(purpose)
      ? suppressedSince(suppressions, scope, channel)
      : undefined;
    if (since === undefined) continue;
    if (!reopens(consent, since)) return { scope, since };
  }
  return undefined;
};

/** Whether nothing of a scope reaches the person any more: for no purpose that it closes, on no channel. */
export const isRefusedEverywhere = (
  state: Parameters<typeof suppressionAgainst>[0],
  scope: SuppressionScope,
): boolean =>
  Purpose.options.every(
    (purpose) =>
      !scopes[scope].closes(purpose) ||
      channelNames.every(
        (channel) => suppressionAgainst(state, { purpose, channel }) !== undefined,
      ),
  );
