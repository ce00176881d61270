import {
  all,
  apartOf,
  cellsPerPhone,
  dropOld,
  firstBelief,
  joinLook,
  passNight,
  send,
  sumOf,
  type Belief,
} from './exact-belief.ts';
import { isTried, moodBefore, type ObservedDay } from './observed-day.ts';
import { connects, isChurned, phones, type Look, type World } from './world.ts';

/** What a cell of the belief says of the person, the looks apart. */
type Cell = {
  readonly blocked: boolean;
  readonly phone: number;
  readonly writesPerDay: number;
  /** Send days of what waits. */
  readonly waiting: readonly number[];
};

const either = (isSo: boolean, chance: number): number => (isSo ? chance : 1 - chance);

const isSame = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((item) => other.includes(item));

/** The chance of a day's observations when the phone is on the network that day, or is not. */
const chanceGiven = (world: World, day: ObservedDay, cell: Cell, isConnected: boolean): number => {
  const { blocked, waiting } = cell;
  const isReached = isConnected && !blocked;
  if (!isSame(isReached ? waiting : [], day.arrived)) return 0;
  let chance = either(day.inbound, isReached ? cell.writesPerDay : 0);
  const way = isConnected ? 'connected' : 'away';
  if (day.call !== 'none')
    chance *= either(day.call === 'rang', world.rings[blocked ? 'blocked' : way]);
  if (day.receipt !== 'none') chance *= either(day.receipt === 'seen', world.receipt[way]);
  return chance;
};

const chanceOfDay = (world: World, day: ObservedDay, cell: Cell): number => {
  const { churned, otherwise } = world.unreachableCode;
  const refused = isChurned(cell.phone) ? churned : otherwise;
  const answer = day.sent === 0 ? 1 : either(day.answer === 'unreachable', refused);
  const connected = connects(world, cell.phone);
  return (
    answer *
    (connected * chanceGiven(world, day, cell, true) +
      (1 - connected) * chanceGiven(world, day, cell, false))
  );
};

const chanceOfLook = (
  world: World,
  look: Look,
  { setting, blocked, seen }: { setting: number; blocked: boolean; seen: boolean },
): number => {
  const { seenWhenOpen, seenWhenClosed, seenWhenBlocked } = world.looks[look];
  const open = blocked ? seenWhenBlocked : seenWhenOpen;
  return either(seen, setting === 0 ? open : seenWhenClosed);
};

/** The chance of what a day's looks showed, for every combination of settings. */
const chancesOfLooks = (
  world: World,
  belief: Belief,
  { day, blocked }: { day: ObservedDay; blocked: boolean },
): Float64Array => {
  const chances = new Float64Array(cellsPerPhone(belief)).fill(1);
  for (const [look, seen] of Object.entries(day.looks) as [Look, boolean][]) {
    const apart = apartOf(belief, look);
    const bySetting = [0, 1, 2].map((setting) =>
      chanceOfLook(world, look, { setting, blocked, seen }),
    );
    for (let cell = 0; cell < chances.length; cell++)
      chances[cell]! *= bySetting[Math.floor(cell / apart) % 3]!;
  }
  return chances;
};

const weigh = (world: World, belief: Belief, day: ObservedDay): void => {
  const { inbound } = world;
  const rates = [inbound.writerPerDay, inbound.quietPerDay];
  const [open, shut] = [false, true].map((blocked) =>
    chancesOfLooks(world, belief, { day, blocked }),
  );
  for (const [nth, weights] of all(belief).entries()) {
    const blocked = nth === belief.free.length;
    const looks = (blocked ? shut : open)!;
    const waiting = belief.pending.slice(nth);
    const chances = rates.flatMap((writesPerDay) =>
      phones.map((_, phone) => chanceOfDay(world, day, { blocked, phone, writesPerDay, waiting })),
    );
    for (const [block, chance] of chances.entries()) {
      const start = block * looks.length;
      for (let cell = 0; cell < looks.length; cell++)
        weights[start + cell]! *= chance * looks[cell]!;
    }
  }
};

/** After an arrival, or a day on which something else proves the network, nothing can wait any more. */
const settle = (belief: Belief, arrived: boolean): void => {
  const last = belief.free.at(-1)!;
  const waiting = belief.free.slice(0, -1);
  if (!arrived && waiting.some((weights) => weights.some((weight) => weight > 0))) return;
  for (const weights of waiting) {
    for (let index = 0; index < last.length; index++) last[index]! += weights[index]!;
  }
  belief.free = [last];
  belief.pending = [];
};

const normalise = (belief: Belief): void => {
  const total = all(belief).reduce((sum, weights) => sum + sumOf(weights), 0);
  for (const weights of all(belief)) {
    for (let index = 0; index < weights.length; index++) weights[index]! /= total;
  }
};

/**
 * P(blocked on the last day | everything observed), by a forward pass over all that may be true in a
 * world whose parameters are known. It shares no code with the filter: what the filter loses against
 * it is regret. Whatever the business chose to do depends on observations alone, so it drops out.
 */
export const exactPosterior = (world: World, days: readonly ObservedDay[]): number => {
  const belief = firstBelief(world);
  for (const [index, day] of days.entries()) {
    if (index > 0) passNight(world, belief, moodBefore(days, index));
    for (const look of Object.keys(day.looks) as Look[])
      joinLook(world, belief, { look, day: index });
    dropOld(belief, index);
    if (isTried(day)) send(belief, index);
    weigh(world, belief, day);
    settle(belief, day.arrived.length > 0);
    normalise(belief);
  }
  return sumOf(belief.blocked);
};
