import { type Sentence, DAY_MS, HOUR_MS } from '@tact/contracts';
import {
  type Assessment,
  type CensoredWindow,
  type Priors,
  type SignalFact,
  assessContact,
  assumedPriors,
} from '@tact/domain';

/** A UTC calendar day, `2026-11-23`. Days compare as text. */
export type Day = string;

export type DatedAssessment = {
  readonly assessment: Assessment;
  /** RFC 3339 UTC, to the hour: facts and silence up to within it. The exact instant would be the last fact's. */
  readonly at: string;
  /** Tomorrow it will say something else, without any new fact. */
  readonly ages: boolean;
};

/** Of tenants that promoted no other. */
export const modelVersion = assumedPriors.version;

/** A message can wait this long at WhatsApp; its silence counts until then, and its echo for as long again. */
const AGEING_DAYS = 60;

export const dayOf = (instant: Date): Day => instant.toISOString().slice(0, 10);
export const laterOf = (one: Day, other: Day): Day => (one > other ? one : other);

/**
 * The instant a day's assessment is made for: the start of the UTC day, or the latest fact within it.
 * Never the clock: whoever assesses the same facts on the same day, and however often, gets the same bytes.
 * Facts of a later day (a clock of the outside that runs fast) wait for theirs.
 */
export const instantOf = (facts: readonly SignalFact[], day: Day): number => {
  const start = Date.parse(`${day}T00:00:00.000Z`);
  const within = facts.filter(({ occurredAt }) => occurredAt < start + DAY_MS);
  return within.reduce((latest, { occurredAt }) => Math.max(latest, occurredAt), start);
};

/** Whether time alone can still change the row: a recent fact, a fact yet to come, or a verdict that will fade. */
export const canStillChange = (
  facts: readonly SignalFact[],
  { band }: Assessment,
  at: number,
): boolean =>
  (band !== 'reachable' && band !== 'undetermined') ||
  facts.some(({ occurredAt }) => occurredAt > at - AGEING_DAYS * DAY_MS);

/** What is known of the tenant; the assumed model and no incident where nothing is. */
export type Knowledge = {
  readonly priors?: Priors;
  readonly incidents?: readonly CensoredWindow[];
};

/** Assesses one contact as of a UTC day. Pure: the order of the facts and repeats of them change nothing. */
export const assess = (
  facts: readonly SignalFact[],
  day: Day,
  { priors = assumedPriors, incidents = [] }: Knowledge = {},
): DatedAssessment => {
  const at = instantOf(facts, day);
  const assessment = assessContact(facts, { priors, asOf: at, incidents });
  return {
    assessment,
    at: new Date(at - (at % HOUR_MS)).toISOString(),
    ages: canStillChange(facts, assessment, at),
  };
};

/** One sentence for a list: what weighs most towards a block, or else what the publishing rule says. */
export const reasonOf = ({ families, rule }: Assessment): Sentence => {
  const [heaviest] = families.toSorted((one, other) => other.contribution - one.contribution);
  return heaviest !== undefined && heaviest.contribution > 0 ? heaviest.sentence : rule.sentence;
};
