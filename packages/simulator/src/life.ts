import { chanceOf, type Chance } from './chance.ts';
import { isTried, moodBefore, type ObservedDay } from './observed-day.ts';
import { plansFor, someHabits, type Habits, type Plans } from './sender.ts';
import {
  connects,
  isChurned,
  looks,
  phoneMoves,
  phonesAtFirst,
  TIME_TO_LIVE_DAYS,
  turns,
  type Look,
  type World,
} from './world.ts';

/** One contact: what is hidden, and what was observed of it day by day. */
export type Life = {
  readonly blocked: boolean;
  readonly days: readonly ObservedDay[];
};

const settings = ['open', 'closed', 'never'] as const;

type Hidden = {
  blocked: boolean;
  phone: number;
  writesPerDay: number;
  /** Send days of what waits at WhatsApp; a message sent under a block never does. */
  queue: number[];
  settings: Record<Look, (typeof settings)[number]>;
};

const born = (world: World, chance: Chance): Hidden => {
  const { inbound } = world;
  const settingOf = (look: Look) => {
    const { never, closed } = world.looks[look];
    return settings[chance.pick([1 - never - closed, closed, never])]!;
  };
  const phone = chance.pick(phonesAtFirst(world));
  return {
    blocked: chance.happens(world.block.initially) && !isChurned(phone),
    phone,
    writesPerDay: chance.happens(inbound.writerShare) ? inbound.writerPerDay : inbound.quietPerDay,
    queue: [],
    settings: {
      photo: settingOf('photo'),
      presence: settingOf('presence'),
      'group-add': settingOf('group-add'),
    },
  };
};

/**
 * A night: people block or lift the block with the phone of the evening, then the phone moves on. Who
 * leaves WhatsApp takes the block along: a number that is gone blocks nobody.
 */
const passNight = (world: World, hidden: Hidden, night: { mood: Mood; chance: Chance }): void => {
  const { mood, chance } = night;
  const { blocks, unblocks } = turns(world, hidden.phone, mood);
  const turnsOver = chance.happens(hidden.blocked ? unblocks : blocks);
  if (turnsOver) hidden.blocked = !hidden.blocked;
  // Blocking drops what waits; unblocking brings nothing back.
  if (hidden.blocked) hidden.queue = [];
  hidden.phone = chance.pick(phoneMoves(world)[hidden.phone]!);
  if (isChurned(hidden.phone)) hidden.blocked = false;
  for (const look of looks) {
    const { closesPerDay, opensPerDay } = world.looks[look];
    const setting = hidden.settings[look];
    if (setting === 'open' && chance.happens(closesPerDay)) hidden.settings[look] = 'closed';
    if (setting === 'closed' && chance.happens(opensPerDay)) hidden.settings[look] = 'open';
  }
};
type Mood = ReturnType<typeof moodBefore>;

const lookedAt = (world: World, hidden: Hidden, look: Look, chance: Chance): boolean => {
  const { seenWhenOpen, seenWhenClosed, seenWhenBlocked } = world.looks[look];
  if (hidden.settings[look] !== 'open') return chance.happens(seenWhenClosed);
  return chance.happens(hidden.blocked ? seenWhenBlocked : seenWhenOpen);
};

const liveDay = (world: World, hidden: Hidden, today: Today): ObservedDay => {
  const { plans, habits, chance } = today;
  const isConnected = chance.happens(connects(world, hidden.phone));
  const isReached = isConnected && !hidden.blocked;
  return {
    ...exchangeMessages(world, hidden, { ...today, isConnected }),
    read: habits.tellsReads && chance.happens(0.8),
    inbound: isReached && chance.happens(hidden.writesPerDay),
    ...tryPhone(world, hidden, { ...today, isConnected }),
    looks: Object.fromEntries(
      plans.looks.map((look) => [look, lookedAt(world, hidden, look, chance)]),
    ),
    complaint: plans.complaint,
    optOut: plans.optOut,
  };
};

type Connected = Today & { readonly isConnected: boolean };

/** What was sent today, and what came through of all that waits; it leaves the queue when the phone connects. */
const exchangeMessages = (
  world: World,
  hidden: Hidden,
  { plans, chance, day, isConnected }: Connected,
): Pick<ObservedDay, 'sent' | 'answer' | 'withheld' | 'arrived'> => {
  const { blocked, phone } = hidden;
  const { churned, otherwise } = world.unreachableCode;
  const isRefused = chance.happens(isChurned(phone) ? churned : otherwise);
  const withheld = plans.withheld ? 1 : 0;
  const sent = plans.messages - withheld;
  hidden.queue = hidden.queue.filter((sentOn) => day - sentOn < TIME_TO_LIVE_DAYS);
  if (sent > 0 && !isRefused && !blocked) hidden.queue.push(day);
  const arrived = isConnected && !blocked ? hidden.queue : [];
  if (isConnected) hidden.queue = [];
  return { sent, answer: isRefused ? 'unreachable' : 'accepted', withheld, arrived };
};

/** What a call and a post in a shared group find, where there are such. */
const tryPhone = (
  world: World,
  { blocked }: Hidden,
  { plans, chance, isConnected }: Connected,
): Pick<ObservedDay, 'call' | 'receipt'> => {
  const place = isConnected ? 'connected' : 'away';
  const rings = world.rings[blocked ? 'blocked' : place];
  const receipts = world.receipt[place];
  return {
    call: !plans.calls ? 'none' : chance.happens(rings) ? 'rang' : 'silent',
    receipt: !plans.groupPost ? 'none' : chance.happens(receipts) ? 'seen' : 'missing',
  };
};
type Today = {
  readonly plans: Plans;
  readonly habits: Habits;
  readonly chance: Chance;
  readonly day: number;
};

type LifeRequest = {
  readonly seed: string;
  readonly days: number;
  /** Habits that are not left to chance. */
  readonly habits?: Partial<Habits>;
};

/** Draws one contact's life; its seed alone decides it, so that more contacts change no other. */
export const simulateLife = (
  world: World,
  { seed, days: count, habits: fixed }: LifeRequest,
): Life => {
  const chance = chanceOf(seed);
  const habits = { ...someHabits(chance), ...fixed };
  const hidden = born(world, chance);
  const days: ObservedDay[] = [];
  let pending: number[] = [];
  let lastSent = -1;
  for (let day = 0; day < count; day++) {
    const mood = moodBefore(days, day);
    if (day > 0) passNight(world, hidden, { mood, chance });
    const stuckDays = pending[0] === undefined ? 0 : day - pending[0];
    const known = {
      isFirst: day === 0,
      sinceSent: day - lastSent,
      stuckDays,
      optedOut: mood.optedOut,
    };
    const plans = plansFor(habits, known, chance);
    const observed = liveDay(world, hidden, { plans, habits, chance, day });
    days.push(observed);
    if (plans.messages > 0) lastSent = day;
    if (isTried(observed)) pending.push(day);
    // An arrival settles all that waited before it: what did not come with it was lost.
    if (observed.arrived.length > 0) pending = [];
  }
  return { blocked: hidden.blocked, days };
};
