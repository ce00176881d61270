/** What a look can find out about, each a setting of the person's own. */
export const looks = ['photo', 'presence', 'group-add'] as const;
export type Look = (typeof looks)[number];

/** `on` to `churned`, as in the scoring page; a place in this list is a state of the phone. */
export const phones = ['on', 'patchy', 'off-days', 'off-weeks', 'churned'] as const;
const [ON, PATCHY, OFF_DAYS, OFF_WEEKS, CHURNED] = [0, 1, 2, 3, 4] as const;

type LookWorld = {
  readonly never: number;
  readonly closed: number;
  readonly closesPerDay: number;
  readonly opensPerDay: number;
  readonly seenWhenOpen: number;
  readonly seenWhenClosed: number;
  readonly seenWhenBlocked: number;
};

/** The parameters of a world. Rates are per day, probabilities 0 to 1, factors multiply a rate. */
export type World = {
  readonly name: string;
  readonly block: {
    readonly initially: number;
    readonly perDay: number;
    readonly unblockPerDay: number;
    readonly complaintFactor: number;
    readonly frequentFactor: number;
    readonly optOutFactor: number;
    /** Share of a day in which a person with a patchy phone can block; with one that is off, none. */
    readonly patchyShare: number;
  };
  readonly phone: {
    readonly initially: Readonly<Record<'patchy' | 'offDays' | 'offWeeks' | 'churned', number>>;
    readonly toPatchy: number;
    readonly fromPatchy: number;
    readonly toOffDays: number;
    readonly fromOffDays: number;
    readonly toOffWeeks: number;
    readonly fromOffWeeks: number;
    readonly toChurned: number;
    /** Whether it is on the network at all on a day: messages, calls and receipts share this cause. */
    readonly connects: { readonly on: number; readonly patchy: number };
  };
  /** 131026, mostly from the number of somebody who has left WhatsApp. */
  readonly unreachableCode: { readonly churned: number; readonly otherwise: number };
  readonly inbound: {
    readonly writerShare: number;
    readonly writerPerDay: number;
    readonly quietPerDay: number;
  };
  readonly rings: { readonly connected: number; readonly away: number; readonly blocked: number };
  readonly receipt: { readonly connected: number; readonly away: number };
  readonly looks: Readonly<Record<Look, LookWorld>>;
};

const drift = { closesPerDay: 0.002, opensPerDay: 0.001, seenWhenOpen: 0.985 };

/**
 * The world of the scoring page, section 3. It is written out again, and not read from the filter's
 * priors: a slip in one of the two shows as regret.
 */
export const givenWorld: World = {
  name: 'given priors',
  block: {
    initially: 0.005,
    perDay: 0.0015,
    unblockPerDay: 0.003,
    complaintFactor: 2.5,
    frequentFactor: 1.3,
    optOutFactor: 0.4,
    patchyShare: 0.35,
  },
  phone: {
    initially: { patchy: 0.01, offDays: 0.03, offWeeks: 0.006, churned: 0.004 },
    toPatchy: 0.004,
    fromPatchy: 0.2,
    toOffDays: 0.012,
    fromOffDays: 0.33,
    toOffWeeks: 0.0016,
    fromOffWeeks: 0.045,
    toChurned: 0.0004,
    connects: { on: 0.985, patchy: 0.35 },
  },
  unreachableCode: { churned: 0.8, otherwise: 0.002 },
  inbound: { writerShare: 0.6, writerPerDay: 0.07, quietPerDay: 0.004 },
  // On the network 98.5 % of the days: rings on 94 % of the days on which the phone is on. Section 3 lets
  // 2 % ring under a block, section 1 calls a ring decisive: here it is, and `ringingWorld` asks what if not.
  rings: { connected: 0.954, away: 0.01, blocked: 0 },
  receipt: { connected: 0.914, away: 0.005 },
  looks: {
    photo: { never: 0.18, closed: 0.27, ...drift, seenWhenClosed: 0.005, seenWhenBlocked: 0.06 },
    presence: { never: 0, closed: 0.5, ...drift, seenWhenClosed: 0.005, seenWhenBlocked: 0.01 },
    'group-add': { never: 0, closed: 0.25, ...drift, seenWhenClosed: 0.02, seenWhenBlocked: 0.03 },
  },
};

/** What if calls did ring under a block now and then, as section 3 has it? The filter holds them decisive. */
export const ringingWorld: World = {
  ...givenWorld,
  name: 'given, but 2 % of calls ring under a block',
  rings: { ...givenWorld.rings, blocked: 0.02 },
};

/** A complaint raises the hazard this long; more messages a day than this raise the next night's. */
export const COMPLAINT_DAYS = 30;
export const FREQUENT_ABOVE = 3;
/** WhatsApp keeps a message that waits for thirty days. */
export const TIME_TO_LIVE_DAYS = 30;

/** Phones on the first day, in the order of `phones`. */
export const phonesAtFirst = ({ phone: { initially } }: World): readonly number[] => {
  const { patchy, offDays, offWeeks, churned } = initially;
  return [1 - patchy - offDays - offWeeks - churned, patchy, offDays, offWeeks, churned];
};

/** Where a phone stands the day after, by where it stands: rows add up to 1. */
export const phoneMoves = ({ phone }: World): readonly (readonly number[])[] => {
  const { toPatchy, fromPatchy, toOffDays, fromOffDays, toOffWeeks, fromOffWeeks } = phone;
  const rows = phones.map(() => [0, 0, 0, 0, 0]);
  for (const from of [ON, PATCHY]) {
    rows[from]![OFF_DAYS] = toOffDays;
    rows[from]![OFF_WEEKS] = toOffWeeks;
  }
  rows[ON]![PATCHY] = toPatchy;
  rows[PATCHY]![ON] = fromPatchy;
  rows[OFF_DAYS]![ON] = fromOffDays;
  rows[OFF_WEEKS]![ON] = fromOffWeeks;
  for (const [from, row] of rows.entries()) {
    if (from !== CHURNED) row[CHURNED] = phone.toChurned;
    row[from] = 1 - row.reduce((sum, rate) => sum + rate, 0);
  }
  return rows;
};

export const isChurned = (phone: number): boolean => phone === CHURNED;

export const connects = ({ phone: { connects: chance } }: World, phone: number): number =>
  phone === ON ? chance.on : phone === PATCHY ? chance.patchy : 0;

/** What makes a block likelier or less likely in the night that leads into a day. */
export type Mood = {
  readonly complaint: boolean;
  readonly frequent: boolean;
  readonly optedOut: boolean;
};

/** The chance that somebody blocks us in a night, or lifts the block. */
export const turns = ({ block }: World, phone: number, mood: Mood) => {
  const share = phone === ON ? 1 : phone === PATCHY ? block.patchyShare : 0;
  const factor =
    (mood.complaint ? block.complaintFactor : 1) *
    (mood.frequent ? block.frequentFactor : 1) *
    (mood.optedOut ? block.optOutFactor : 1);
  return { blocks: block.perDay * factor * share, unblocks: block.unblockPerDay * share };
};
