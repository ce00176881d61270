import { type Reason, DAY_MS } from '@tact/contracts';

/** The rules there are; a version says which of them are walked, and in what order. */
export type RuleId =
  | 'no-probing'
  | 'suppression'
  | 'consent'
  | 'preferences'
  | 'time-zone'
  | 'quiet-hours'
  | 'pressure-cap';

type PolicyVersion = {
  /** Its name: the day it was written. Which version decides is said by the order of the list alone. */
  readonly version: string;
  /** Walked in this order, each with the reasons it may deny by. */
  readonly rules: readonly { readonly id: RuleId; readonly denies: readonly Reason[] }[];
  /** Most messages to one person in a day, over everything sent (outreach R3). */
  readonly messagesPerDayMax: number;
  /** The rolling day the cap looks back, beside the person's calendar day. */
  readonly capWindowMs: number;
  /**
   * A message seen leaving this soon before or after a reservation is the one that was promised: it takes the
   * reservation's place instead of counting twice. WhatsApp gives times in whole seconds.
   */
  readonly promiseKept: { readonly beforeMs: number; readonly afterMs: number };
};

/** Name of the rules; a decision says it with the version it was made by. */
export const contactPolicyId = 'consent-and-pressure';

/**
 * Every version that ever decided, the newest first. A changed rule is a new one: a test holds the limits of each to
 * their digest, and what the newest answers, folds and hears as a wish to its own.
 */
export const policyVersions = [
  // How the person wants to be written to: on which channels and for what, when not, and how often at most.
  {
    version: '2026-12-01',
    rules: [
      { id: 'no-probing', denies: ['no-probing'] },
      { id: 'suppression', denies: ['suppressed'] },
      { id: 'consent', denies: ['consent-missing', 'consent-withdrawn', 'consent-unreadable'] },
      { id: 'preferences', denies: ['channel-unwanted', 'purpose-unwanted'] },
      { id: 'time-zone', denies: ['time-zone-unknown'] },
      { id: 'quiet-hours', denies: ['quiet-hours'] },
      { id: 'pressure-cap', denies: ['pressure-cap-reached'] },
    ],
    messagesPerDayMax: 3,
    capWindowMs: DAY_MS,
    promiseKept: { beforeMs: 2_000, afterMs: 15 * 60_000 },
  },
  // A refusal that comes with a code that floods the tenant is heeded as any other; a decision tells its hour alone.
  {
    version: '2026-11-30',
    rules: [
      { id: 'no-probing', denies: ['no-probing'] },
      { id: 'suppression', denies: ['suppressed'] },
      { id: 'consent', denies: ['consent-missing', 'consent-withdrawn', 'consent-unreadable'] },
      { id: 'time-zone', denies: ['time-zone-unknown'] },
      { id: 'pressure-cap', denies: ['pressure-cap-reached'] },
    ],
    messagesPerDayMax: 3,
    capWindowMs: DAY_MS,
    promiseKept: { beforeMs: 2_000, afterMs: 15 * 60_000 },
  },
  // Only the person reopens, and a word that reopens does so where it was said; in doubt marketing stops.
  {
    version: '2026-11-29',
    rules: [
      { id: 'no-probing', denies: ['no-probing'] },
      { id: 'suppression', denies: ['suppressed'] },
      { id: 'consent', denies: ['consent-missing', 'consent-withdrawn', 'consent-unreadable'] },
      { id: 'time-zone', denies: ['time-zone-unknown'] },
      { id: 'pressure-cap', denies: ['pressure-cap-reached'] },
    ],
    messagesPerDayMax: 3,
    capWindowMs: DAY_MS,
    promiseKept: { beforeMs: 2_000, afterMs: 15 * 60_000 },
  },
  {
    version: '2026-11-26',
    rules: [
      { id: 'no-probing', denies: ['no-probing'] },
      { id: 'suppression', denies: ['suppressed'] },
      { id: 'consent', denies: ['consent-missing', 'consent-withdrawn', 'consent-unreadable'] },
      { id: 'time-zone', denies: ['time-zone-unknown'] },
      { id: 'pressure-cap', denies: ['pressure-cap-reached'] },
    ],
    messagesPerDayMax: 3,
    capWindowMs: DAY_MS,
    promiseKept: { beforeMs: 2_000, afterMs: 15 * 60_000 },
  },
] as const satisfies readonly [PolicyVersion, ...PolicyVersion[]];

/** The version that decides, from the release on that brings it. */
export const currentPolicy: PolicyVersion = policyVersions[0];
