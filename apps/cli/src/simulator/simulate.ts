import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { type Liveness, parameters } from './parameters.ts';
import { type Chance, chanceOf } from './random.ts';

export type SimulatedContact = {
  readonly ref: number;
  /** Digits as in a webhook, from a range reserved for fiction. */
  readonly phone: string;
  readonly bsuid: string;
  readonly name: string;
  /** What a real platform never sees. */
  readonly truth: {
    readonly blockedSince: number | undefined;
    /** The last block that ended again. */
    readonly blockedEarlier: { readonly from: number; readonly until: number } | undefined;
    readonly liveness: Liveness;
    /** Day by day, for who looks at a person from outside. */
    readonly days: readonly SimulatedDay[];
  };
};

export type SimulatedDay = { readonly isBlocked: boolean; readonly liveness: Liveness };

export type FactKind = 'sent' | 'delivered' | 'read' | 'failed' | 'inbound' | 'opt-out';

/** One thing a webhook would tell. `at` in epoch milliseconds, whole seconds as WhatsApp gives them. */
export type SimulatedFact = {
  readonly at: number;
  readonly contactRef: number;
  readonly kind: FactKind;
  /** The wamid, which holds the customer's number. */
  readonly messageId: string;
  readonly category?: 'marketing' | 'utility';
  readonly code?: number;
};

export type Simulation = {
  readonly contacts: readonly SimulatedContact[];
  readonly facts: readonly SimulatedFact[];
};

export type SimulationRequest = {
  readonly seed: string;
  readonly contacts: number;
  readonly days: number;
  /** First midnight, epoch milliseconds. */
  readonly startAt: number;
};

type Life = {
  liveness: Liveness;
  blockedSince: number | undefined;
  blockedEarlier: { from: number; until: number } | undefined;
  days: SimulatedDay[];
  optedOut: boolean;
  /** Messages of other days that still wait at WhatsApp for the phone. */
  queue: { messageId: string; category: 'marketing' | 'utility' }[];
  sentYesterday: number;
};

type Habits = {
  readonly daysBetween: number;
  readonly writesPerDay: number;
  readonly receipts: boolean;
};

const base64 = (bytes: readonly number[]): string => btoa(String.fromCharCode(...bytes));
const codesOf = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));

/** A wamid as WhatsApp builds them: the customer's number inside, then random hex. */
const wamidOf = (phone: string, chance: Chance, direction: 'out' | 'in'): string => {
  const hex = (length: number) =>
    Array.from({ length }, () => chance.whole(0, 15).toString(16).toUpperCase()).join('');
  const tail =
    direction === 'out'
      ? [0x11, 0x18, 0x12, ...codesOf(hex(18))]
      : [0x12, 0x18, 0x14, ...codesOf(hex(20))];
  return `wamid.${base64([0x1c, 0x18, phone.length, ...codesOf(phone), 0x15, 0x02, 0x00, ...tail, 0x00])}`;
};

const passNight = (life: Life, chance: Chance, day: number): void => {
  const { block, liveness } = parameters;
  // Blocking and unblocking take a phone in use.
  const use =
    life.liveness === 'on' ? 1 : life.liveness === 'patchy' ? liveness.connects.patchy : 0;
  const factor =
    (life.sentYesterday > block.aboveDailyMessages ? block.frequentFactor : 1) *
    (life.optedOut ? block.optOutFactor : 1);
  if (life.blockedSince === undefined && chance.happens(block.perDay * factor * use)) {
    life.blockedSince = day;
    life.queue = [];
  } else if (life.blockedSince !== undefined && chance.happens(block.unblockPerDay * use)) {
    life.blockedEarlier = { from: life.blockedSince, until: day };
    life.blockedSince = undefined;
  }
  const moves: Readonly<Record<string, number>> = liveness.moves[life.liveness];
  const stays = 1 - Object.values(moves).reduce((sum, rate) => sum + rate, 0);
  life.liveness = chance.pick({ ...moves, [life.liveness]: stays }) as Liveness;
  life.days.push({ isBlocked: life.blockedSince !== undefined, liveness: life.liveness });
};

const messagesToday = (day: number, habits: Habits, chance: Chance): number => {
  if (chance.happens(parameters.sends.campaignDay)) return 4;
  return day % habits.daysBetween === 0 ? 1 : 0;
};

class Diary {
  readonly facts: SimulatedFact[] = [];
  readonly #contact: Pick<SimulatedContact, 'ref' | 'phone'>;
  readonly #chance: Chance;

  constructor(contact: Pick<SimulatedContact, 'ref' | 'phone'>, chance: Chance) {
    this.#contact = contact;
    this.#chance = chance;
  }

  write(kind: FactKind, at: number, more: Partial<SimulatedFact> = {}): string {
    const direction = kind === 'inbound' ? 'in' : 'out';
    const messageId = more.messageId ?? wamidOf(this.#contact.phone, this.#chance, direction);
    const whole = Math.floor(at / 1000) * 1000;
    this.facts.push({ ...more, at: whole, contactRef: this.#contact.ref, kind, messageId });
    return messageId;
  }

  /** The phone took a message; it may also say that it was read. */
  arrive(at: number, message: Life['queue'][number], receipts: boolean): void {
    this.write('delivered', at, message);
    if (!receipts || !this.#chance.happens(parameters.readReceipts.reads)) return;
    this.write('read', at + this.#chance.whole(60, 4 * 3600) * 1000, message);
  }
}

/** Sends one message; gives it back when WhatsApp took it and it was neither refused nor withheld. */
const send = (life: Life, diary: Diary, { chance, at }: { chance: Chance; at: number }) => {
  const { sends, unreachableCode } = parameters;
  const category = chance.happens(sends.marketingShare) ? 'marketing' : 'utility';
  const fail = (code: number) => {
    diary.write('failed', at + 2000, { category, code });
    return undefined;
  };
  if (category === 'marketing' && life.optedOut) return fail(131050);
  if (category === 'marketing' && chance.happens(sends.withheld)) return fail(131049);
  const messageId = diary.write('sent', at, { category });
  const isChurned = life.liveness === 'churned';
  if (chance.happens(isChurned ? unreachableCode.churned : unreachableCode.otherwise)) {
    diary.write('failed', at + 2000, { category, messageId, code: 131026 });
    return undefined;
  }
  return { messageId, category } as const;
};

const liveDay = (life: Life, diary: Diary, { chance, habits, day, startAt }: Day): void => {
  const midnight = startAt + day * DAY_MS;
  passNight(life, chance, day);
  const isBlocked = life.blockedSince !== undefined;
  const connects = !isBlocked && chance.happens(parameters.liveness.connects[life.liveness]);
  if (connects) {
    const back = midnight + 6 * HOUR_MS + chance.whole(0, 7200) * 1000;
    for (const message of life.queue) diary.arrive(back, message, habits.receipts);
    life.queue = [];
  }
  const count = messagesToday(day, habits, chance);
  for (let nth = 0; nth < count; nth++) {
    const at = midnight + (8 + nth * 2.4) * HOUR_MS + chance.whole(0, 3600) * 1000;
    const message = send(life, diary, { chance, at });
    if (!message || isBlocked) continue;
    if (connects) diary.arrive(at + chance.whole(2, 40) * 1000, message, habits.receipts);
    else life.queue.push(message);
  }
  life.sentYesterday = count;
  const evening = midnight + chance.whole(17 * 3600, 22 * 3600) * 1000;
  if (connects) answerInTheEvening(life, diary, { chance, habits, at: evening });
};

/** The person may write, and may opt out, once. */
const answerInTheEvening = (
  life: Life,
  diary: Diary,
  { chance, habits, at }: { chance: Chance; habits: Habits; at: number },
): void => {
  if (chance.happens(habits.writesPerDay)) diary.write('inbound', at);
  if (life.optedOut || !chance.happens(parameters.optOutPerDay)) return;
  life.optedOut = true;
  diary.write('opt-out', at);
};
type Day = {
  readonly chance: Chance;
  readonly habits: Habits;
  readonly day: number;
  readonly startAt: number;
};

const simulateContact = (ref: number, { seed, days, startAt }: SimulationRequest) => {
  // A chance of their own for everyone: more contacts or days never change what was drawn before.
  const chance = chanceOf(`${seed}/${ref}`);
  const { inbound, readReceipts, sends, liveness } = parameters;
  const phone = `336399${String(80_000 + ref).padStart(5, '0')}`;
  const bsuid = `FR.${chance.whole(1, 9)}${chance.digits(17)}`;
  const habits: Habits = {
    daysBetween: chance.whole(sends.daysBetween.low, sends.daysBetween.high),
    writesPerDay: chance.happens(inbound.writerShare) ? inbound.writerPerDay : inbound.quietPerDay,
    receipts: chance.happens(readReceipts.share),
  };
  const life: Life = {
    liveness: chance.pick(liveness.initially),
    blockedSince: undefined,
    blockedEarlier: undefined,
    days: [],
    optedOut: false,
    queue: [],
    sentYesterday: 0,
  };
  const diary = new Diary({ ref, phone }, chance);
  for (let day = 0; day < days; day++) liveDay(life, diary, { chance, habits, day, startAt });
  const { blockedSince, blockedEarlier, days: course } = life;
  const midnightOf = (day: number) => startAt + day * DAY_MS;
  const truth = {
    blockedSince: blockedSince === undefined ? undefined : midnightOf(blockedSince),
    blockedEarlier: blockedEarlier && {
      from: midnightOf(blockedEarlier.from),
      until: midnightOf(blockedEarlier.until),
    },
    liveness: life.liveness,
    days: course,
  };
  return {
    contact: { ref, phone, bsuid, name: `Client Fictif ${ref}`, truth },
    facts: diary.facts,
  };
};

/** The range of mobile numbers kept for fiction in France holds ten thousand. */
const CONTACTS_MAX = 10_000;

/** Draws a population and all that WhatsApp would have told of it, in time order. */
export const simulate = (request: SimulationRequest): Simulation => {
  if (request.contacts > CONTACTS_MAX) {
    throw new RangeError(`At most ${CONTACTS_MAX} contacts: fictional numbers are few.`);
  }
  const lives = Array.from({ length: request.contacts }, (_, ref) => simulateContact(ref, request));
  const endAt = request.startAt + request.days * DAY_MS;
  return {
    contacts: lives.map(({ contact }) => contact),
    facts: lives
      .flatMap(({ facts }) => facts)
      .filter(({ at }) => at < endAt)
      .toSorted((a, b) => a.at - b.at || a.contactRef - b.contactRef),
  };
};
