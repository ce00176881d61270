import { DAY_MS, HOUR_MS } from '@tact/contracts';

/**
 * When the silence of a tenant's contacts is one fault and not many. Assumptions, each with its reason; a change
 * is a new version.
 */
export const stallSettings = {
  version: 'cohort@2026-11-26',
  /** A phone that is on takes a message within seconds: what has no answer after an hour is stuck. */
  patienceMs: HOUR_MS,
  /** Below so many people a coincidence of phones that are off looks like a fault. */
  contactsMin: 20,
  /** "Most at once": more than half of those written to. */
  opensAboveShare: 0.5,
  /** Deliveries have come back: of those written to, no more than these are still stuck. Under the share that opens. */
  closesAtShare: 0.4,
  /**
   * Chance at most that so many are stuck in a usual hour. With 24 pasts looked at in each of the 8,760 hours of
   * a year, that is at most one false alarm a tenant in five years, and far less where "most" already says no.
   */
  chanceMax: 1e-6,
  /** Where a tenant starts before it has a past: one in ten is late, with the weight of fifty contacts. */
  priorUsual: { contacts: 50, late: 5 },
  /** Messages that still say something about now. */
  lookBackMs: DAY_MS,
  /** Facts of one minute come in any order: a stall must be seen twice, so far apart. */
  standsForMs: 10_000,
  /** When nobody has been written to for so long, an open incident has nothing left to hold back. */
  quietMs: 48 * HOUR_MS,
  /** The past a tenant's usual share is taken from. */
  usualDays: 14,
} as const;
