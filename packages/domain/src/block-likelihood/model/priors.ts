import type { Liveness, Trait } from './states.ts';

/** One assumed number and where it comes from: nothing here was measured on real customers. */
export type Assumed = { readonly value: number; readonly source: string };
type PerLiveness = Readonly<Record<Liveness, Assumed>>;

/** Everything the model believes before it sees a contact. Rates are per day, probabilities 0 to 1. */
export type Priors = {
  readonly version: string;
  /** How what the filter says reads in what was so; absent where nothing was measured. */
  readonly calibration?: { readonly slope: number; readonly intercept: number };
  readonly block: {
    readonly initially: Assumed;
    readonly perDay: Assumed;
    readonly unblockPerDay: Assumed;
    readonly complaintFactor: Assumed;
    readonly complaintDays: Assumed;
    readonly frequentFactor: Assumed;
    readonly frequentAbove: Assumed;
    readonly optOutFactor: Assumed;
    /** Share of a day in which someone in this state can block or unblock. */
    readonly share: PerLiveness;
  };
  readonly liveness: {
    readonly initially: PerLiveness;
    readonly toPatchy: Assumed;
    readonly fromPatchy: Assumed;
    readonly toOffDays: Assumed;
    readonly fromOffDays: Assumed;
    readonly toOffWeeks: Assumed;
    readonly fromOffWeeks: Assumed;
    readonly toChurned: Assumed;
  };
  readonly delivery: {
    readonly arrives: PerLiveness;
    readonly unreachableCode: PerLiveness;
    readonly unreachableCodeWhenBlocked: Assumed;
    readonly waitHoursMin: Assumed;
    readonly timeToLiveDays: Assumed;
  };
  readonly inbound: {
    readonly writerShare: Assumed;
    readonly writerPerDay: Assumed;
    readonly quietPerDay: Assumed;
    readonly share: PerLiveness;
  };
  readonly call: { readonly rings: PerLiveness; readonly ringsWhenBlocked: Assumed };
  readonly group: { readonly receipt: PerLiveness };
  readonly traits: Readonly<Record<Trait, TraitPriors>>;
  readonly leak: { readonly block: Assumed; readonly liveness: Assumed };
  readonly publishing: {
    readonly probable: Assumed;
    readonly probableWithoutOneFamily: Assumed;
    readonly suspected: Assumed;
    readonly suspectedByOneFamily: Assumed;
    readonly otherCause: Assumed;
    readonly reachable: Assumed;
    readonly negativeFamiliesMin: Assumed;
  };
};

/** What a look can find: a setting that is open, closed, or was never there. */
export type TraitPriors = {
  readonly neverInitially: Assumed;
  readonly closedInitially: Assumed;
  readonly closesPerDay: Assumed;
  readonly opensPerDay: Assumed;
  readonly seenWhenOpen: Assumed;
  readonly seenWhenClosed: Assumed;
  readonly seenWhenBlocked: Assumed;
};
