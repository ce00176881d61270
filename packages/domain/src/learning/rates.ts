import type { Assumed, Priors } from '../block-likelihood/model/priors.ts';

/** The rates that data can teach. All others stay assumed: too little in a history speaks of them. */
export const rateNames = [
  'block-per-day',
  'arrives-on',
  'arrives-patchy',
  'rings-on',
  'writer-share',
  'writer-per-day',
  'quiet-per-day',
  'says-blocked',
  'says-not-blocked',
] as const;
export type RateName = (typeof rateNames)[number];

/** How often people tell: it is no prior of a contact's history, yet without it who tells would seem to be everyone. */
export type Telling = { readonly blocked: number; readonly notBlocked: number };

/** What is being taught: the priors of the filter, and how often people tell. */
export type Taught = { readonly priors: Priors; readonly telling: Telling };

type RateTable = Record<
  RateName,
  {
    /** Observations the assumption is worth: a Beta prior with its mode at the assumed value. */
    readonly weight: number;
    readonly read: (taught: Taught) => number;
    readonly write: (taught: Taught, value: Assumed) => Taught;
  }
>;

const withPriors = (taught: Taught, changes: Partial<Priors>): Taught => ({
  ...taught,
  priors: { ...taught.priors, ...changes },
});
const withInbound = (taught: Taught, changes: Partial<Priors['inbound']>): Taught =>
  withPriors(taught, { inbound: { ...taught.priors.inbound, ...changes } });
const withArrival = (taught: Taught, changes: Partial<Priors['delivery']['arrives']>): Taught => {
  const { delivery } = taught.priors;
  return withPriors(taught, {
    delivery: { ...delivery, arrives: { ...delivery.arrives, ...changes } },
  });
};
const withTelling = (taught: Taught, changes: Partial<Telling>): Taught => ({
  ...taught,
  telling: { ...taught.telling, ...changes },
});

/** Weights are ours: a dozen blocks, or some hundred people or days, before data outweighs an assumption. */
export const rates: RateTable = {
  'block-per-day': {
    weight: 8_000,
    read: ({ priors }) => priors.block.perDay.value,
    write: (taught, perDay) => withPriors(taught, { block: { ...taught.priors.block, perDay } }),
  },
  'arrives-on': {
    weight: 1_000,
    read: ({ priors }) => priors.delivery.arrives.on.value,
    write: (taught, on) => withArrival(taught, { on }),
  },
  'arrives-patchy': {
    weight: 300,
    read: ({ priors }) => priors.delivery.arrives.patchy.value,
    write: (taught, patchy) => withArrival(taught, { patchy }),
  },
  'rings-on': {
    weight: 100,
    read: ({ priors }) => priors.call.rings.on.value,
    write: (taught, on) => {
      const { call } = taught.priors;
      return withPriors(taught, { call: { ...call, rings: { ...call.rings, on } } });
    },
  },
  'writer-share': {
    weight: 200,
    read: ({ priors }) => priors.inbound.writerShare.value,
    write: (taught, writerShare) => withInbound(taught, { writerShare }),
  },
  'writer-per-day': {
    weight: 1_000,
    read: ({ priors }) => priors.inbound.writerPerDay.value,
    write: (taught, writerPerDay) => withInbound(taught, { writerPerDay }),
  },
  'quiet-per-day': {
    weight: 5_000,
    read: ({ priors }) => priors.inbound.quietPerDay.value,
    write: (taught, quietPerDay) => withInbound(taught, { quietPerDay }),
  },
  'says-blocked': {
    weight: 50,
    read: ({ telling }) => telling.blocked,
    write: (taught, { value: blocked }) => withTelling(taught, { blocked }),
  },
  'says-not-blocked': {
    weight: 500,
    read: ({ telling }) => telling.notBlocked,
    write: (taught, { value: notBlocked }) => withTelling(taught, { notBlocked }),
  },
};

/** Assumed by us: one block in ten is ever told, one silence in fifty explained. */
export const assumedTelling: Telling = { blocked: 0.1, notBlocked: 0.02 };
