import { type DecisionRule, HOUR_MS, type Reason } from '@tact/contracts';
import {
  type ConsentEntry,
  consentKey,
  type ContactPolicyState,
  type DecideContact,
} from './policy-state.ts';
import { currentPolicy, type RuleId } from './policy-versions.ts';
import { capUsage } from './pressure-cap.ts';
import { purposes } from './purposes.ts';
import { quietUntil } from './quiet-hours.ts';
import { hasLeft, standingConsent } from './standing-consent.ts';
import { suppressionAgainst } from './suppression.ts';

type Verdict = Omit<DecisionRule, 'id'> & {
  readonly reason: Reason;
  readonly nextAllowedAt?: string;
};

type Rule = (command: DecideContact, state: ContactPolicyState) => Verdict;

/** An agreement dated in the future is not one yet. */
const isYetToCome = ({ state, at }: ConsentEntry, now: Date): boolean =>
  state === 'given' && Date.parse(at) > now.getTime();

/** Hers, made by now, and confirmed, if it was, at an address that is still the contact's. */
const isOfNow = (
  known: ConsentEntry,
  { now, addresses }: { readonly now: Date; readonly addresses: readonly string[] },
): boolean => {
  const { ofOneAlone = false, through } = known;
  const isHeld = through === undefined || addresses.includes(through);
  return isHeld && !ofOneAlone && !isYetToCome(known, now);
};

/** A decision is kept in clear, and told: of what a person said it holds the hour, RFC 3339 UTC. */
const hourOf = (at: string): string =>
  new Date(Math.floor(Date.parse(at) / HOUR_MS) * HOUR_MS).toISOString();

const rules: Record<RuleId, Rule> = {
  /** Agreeing to be analysed is no agreement to be written to: a message sent only to observe is refused. */
  'no-probing'({ purpose }) {
    const inputs = { purpose };
    return purposes[purpose].isWrittenFor
      ? { verdict: 'passed', reason: 'allowed', inputs }
      : { verdict: 'denied', reason: 'no-probing', inputs };
  },

  /** Who asked to be left alone is, on every channel and from every number of ours. */
  suppression({ purpose, channel }, state) {
    const against = suppressionAgainst(state, { purpose, channel });
    const since = against === undefined ? null : hourOf(against.since);
    const inputs = { scope: against?.scope ?? null, since };
    return against === undefined
      ? { verdict: 'passed', reason: 'allowed', inputs }
      : { verdict: 'denied', reason: 'suppressed', inputs };
  },

  /** Without an active consent for this purpose on this channel, nothing is sent. */
  consent({ purpose, channel, now, addresses = [] }, state) {
    const known = standingConsent(state, { purpose, channel });
    const inputs = { purpose, channel, state: known?.state ?? null, since: known?.at ?? null };
    if (known === undefined || !isOfNow(known, { now, addresses })) {
      return { verdict: 'denied', reason: 'consent-missing', inputs };
    }
    if (known.state === 'withdrawn') {
      return { verdict: 'denied', reason: 'consent-withdrawn', inputs };
    }
    if (known.unreadable) return { verdict: 'denied', reason: 'consent-unreadable', inputs };
    return { verdict: 'passed', reason: 'allowed', inputs };
  },

  /** Nobody is written to where, or for what, they said they do not want it. */
  preferences({ purpose, channel }, { preferences: { channels, purposes: allowed } = {} }) {
    const isChannelAllowed = channels?.includes(channel) ?? true;
    const isPurposeAllowed = allowed?.includes(purpose) ?? true;
    const inputs = { isChannelAllowed, isPurposeAllowed };
    if (isChannelAllowed && isPurposeAllowed) {
      return { verdict: 'passed', reason: 'allowed', inputs };
    }
    const reason = isChannelAllowed ? 'purpose-unwanted' : 'channel-unwanted';
    return { verdict: 'denied', reason, inputs };
  },

  /** A local day cannot be counted in an unknown zone, and no zone is ever assumed. */
  'time-zone'(_command, { timeZone }) {
    const inputs = { known: timeZone !== undefined };
    return timeZone === undefined
      ? { verdict: 'denied', reason: 'time-zone-unknown', inputs }
      : { verdict: 'passed', reason: 'allowed', inputs };
  },

  /** By the person's own clock; where her zone is not known, that alone stands against the message. */
  'quiet-hours'({ now }, { preferences: { quietHours = [] } = {}, timeZone }) {
    const hours = quietHours.length;
    if (timeZone === undefined) return { verdict: 'passed', reason: 'allowed', inputs: { hours } };
    const untilMs = quietUntil(quietHours, now.getTime(), timeZone);
    if (untilMs === undefined) {
      return { verdict: 'passed', reason: 'allowed', inputs: { hours, isQuiet: false } };
    }
    const inputs = { hours, isQuiet: true };
    const ends = untilMs === Infinity ? {} : { nextAllowedAt: new Date(untilMs).toISOString() };
    return { verdict: 'denied', reason: 'quiet-hours', inputs, ...ends };
  },

  /** Service messages do not use the cap up and are not held back by it; their usage is shown. */
  'pressure-cap'({ now, purpose }, { outbound, timeZone, preferences = {} }) {
    if (timeZone === undefined) return { verdict: 'passed', reason: 'allowed', inputs: {} };
    const { perDayMax = Infinity } = preferences;
    const messagesPerDayMax = Math.min(currentPolicy.messagesPerDayMax, perDayMax);
    const usage = capUsage(outbound, {
      nowMs: now.getTime(),
      timeZone,
      max: messagesPerDayMax,
      windowMs: currentPolicy.capWindowMs,
    });
    const { rolling, localDay, free, roomAtMs } = usage;
    const inputs = { messagesPerDayMax, rolling24h: rolling, localDay, free24h: free };
    const full = Math.max(rolling, localDay) >= messagesPerDayMax;
    if (!full || !purposes[purpose].usesCap) {
      return { verdict: 'passed', reason: 'allowed', inputs };
    }
    // Who wants none at all is not written to tomorrow either.
    const room = messagesPerDayMax === 0 ? {} : { nextAllowedAt: new Date(roomAtMs).toISOString() };
    return { verdict: 'denied', reason: 'pressure-cap-reached', inputs, ...room };
  },
};

/** A time to try again exists only when waiting is all that is needed. */
const waitedFor = (denied: readonly Pick<Verdict, 'nextAllowedAt'>[]): string | undefined => {
  const waits = denied.map(({ nextAllowedAt }) => nextAllowedAt);
  const latest = waits
    .filter((wait) => wait !== undefined)
    .toSorted()
    .at(-1);
  return waits.every((wait) => wait !== undefined) ? latest : undefined;
};

const isDenied = ({ verdict }: Verdict): boolean => verdict === 'denied';

const reasonsOf = (verdicts: readonly Verdict[]): readonly Reason[] => [
  ...new Set(verdicts.map(({ reason }) => reason)),
];

type AgainstAsking = {
  readonly reasons: readonly Reason[];
  /** Those that waiting alone does not end, and that end what was asked before them. */
  readonly lasting: readonly Reason[];
  readonly nextAllowedAt: string | undefined;
  /** When it is no longer quiet; the person's zone is known. */
  readonly quietUntil: string | undefined;
};

/**
 * What stands against a mail that asks for a consent: the rules of decisions, but that none was given yet. It is heeded for
 * the channel that is asked about and for the mail itself, and uses the cap whatever it asks for. Who took the consent back
 * by an act of their own is not asked for it again, nor by mail for what they took back of mails.
 */
export const reasonsAgainstAsking = (
  { purpose, channel, now }: Pick<DecideContact, 'purpose' | 'channel' | 'now'>,
  state: ContactPolicyState,
): AgainstAsking => {
  const asked = { kind: 'decide-contact', contactId: '', decisionId: '', reserve: true } as const;
  const meant: DecideContact = { ...asked, purpose, channel, now };
  const mail: DecideContact = { ...meant, channel: 'email' };
  const isLeft = [meant, mail].some((one) => {
    const known = state.consents[consentKey(purpose, one.channel)] ?? {};
    return hasLeft(known, state.suppressions, one.channel);
  });
  const left: Verdict = { verdict: 'denied', reason: 'consent-withdrawn', inputs: {} };
  const quiet = rules['quiet-hours'](mail, state);
  const cap = rules['pressure-cap']({ ...mail, purpose: 'marketing' }, state);
  const refusals = [
    ...[meant, mail].map((one) => rules.suppression(one, state)),
    ...(isLeft ? [left] : []),
    ...[meant, mail].map((one) => rules.preferences(one, state)),
    // Nothing is wanted a day, or no hour is left.
    ...[quiet, cap].filter(({ nextAllowedAt }) => nextAllowedAt === undefined),
  ];
  const denied = [...refusals, rules['time-zone'](mail, state), quiet, cap].filter(isDenied);
  return {
    reasons: reasonsOf(denied),
    lasting: reasonsOf(refusals.filter(isDenied)),
    nextAllowedAt: waitedFor(denied),
    quietUntil: quiet.nextAllowedAt,
  };
};

/** Walks every rule, so that a person reads all that stands against a message, not the first thing. */
export const walkRules = (command: DecideContact, state: ContactPolicyState) => {
  const verdicts = currentPolicy.rules.map(({ id }) => ({
    id,
    ...rules[id](command, state),
  }));
  const denied = verdicts.filter(({ verdict }) => verdict === 'denied');
  return {
    rules: verdicts.map(({ id, verdict, inputs }): DecisionRule => ({ id, verdict, inputs })),
    reasons: denied.map(({ reason }) => reason),
    nextAllowedAt: waitedFor(denied),
  };
};
