/**
 * The world the simulator draws from: the starting assumptions of the scoring page, section 3, and a
 * sender's habits, which are invented. Rates are per day, probabilities 0 to 1. The platform is not told.
 */
export const parameters = {
  block: {
    perDay: 0.0015,
    unblockPerDay: 0.003,
    aboveDailyMessages: 3,
    frequentFactor: 1.3,
    optOutFactor: 0.4,
  },
  liveness: {
    initially: { on: 0.95, patchy: 0.01, 'off-days': 0.03, 'off-weeks': 0.006, churned: 0.004 },
    moves: {
      on: { patchy: 0.004, 'off-days': 0.012, 'off-weeks': 0.0016, churned: 0.0004 },
      patchy: { on: 0.2, 'off-days': 0.012, 'off-weeks': 0.0016, churned: 0.0004 },
      'off-days': { on: 0.33, churned: 0.0004 },
      'off-weeks': { on: 0.045, churned: 0.0004 },
      churned: {},
    },
    connects: { on: 0.985, patchy: 0.35, 'off-days': 0, 'off-weeks': 0, churned: 0 },
  },
  unreachableCode: { churned: 0.8, otherwise: 0.002 },
  inbound: { writerShare: 0.6, writerPerDay: 0.07, quietPerDay: 0.004 },
  readReceipts: { share: 0.7, reads: 0.8 },
  optOutPerDay: 0.0006,
  /** What people of the business see by themselves, beside what WhatsApp tells; how often they look is invented. */
  looks: {
    /** Share of the contacts whom somebody knows well enough to look at, or to call when a call is expected. */
    share: 0.5,
    everyDays: 6,
    photo: { has: 0.82, open: 0.89, cachedWhenBlocked: 0.06 },
    presence: { open: 0.5 },
    call: { share: 0.5, ringsOfConnected: 0.955 },
    group: { share: 0.6, open: 0.75 },
  },
  sends: {
    /** Each contact is written to every so many days, drawn once. */
    daysBetween: { low: 2, high: 7 },
    marketingShare: 0.55,
    /** Meta withholds a marketing message (131049): it never tested the phone. */
    withheld: 0.02,
    /** Share of days on which a campaign writes four times, as it should not. */
    campaignDay: 0.004,
  },
} as const;

export type Parameters = typeof parameters;
export type Liveness = keyof Parameters['liveness']['moves'];
