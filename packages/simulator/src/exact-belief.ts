import {
  isChurned,
  looks as everyLook,
  phoneMoves,
  phones,
  phonesAtFirst,
  TIME_TO_LIVE_DAYS,
  turns,
  type Look,
  type Mood,
  type World,
} from './world.ts';

const SETTINGS = 3;
const WRITERS = 2;

/**
 * Everything that may be true of a contact, with its weight. Each list is [writer][phone][setting of
 * each look] flat. `free[k]`: not blocked, and what waits is `pending[k]` and all sent after it;
 * the last of `free`: not blocked, and nothing waits. `blocked`: whatever was pending is lost.
 */
export type Belief = {
  /** Send days of messages without an arrival, the oldest first. */
  pending: number[];
  free: Float64Array[];
  blocked: Float64Array;
  /** Looks taken so far; what nobody has looked at is independent of the rest and left out. */
  looks: Look[];
};

export const all = ({ free, blocked }: Belief): readonly Float64Array[] => [...free, blocked];

export const sumOf = (weights: Float64Array): number => weights.reduce((sum, one) => sum + one, 0);

/** How many cells share a writer and a phone. */
export const cellsPerPhone = ({ blocked }: Belief): number =>
  blocked.length / (WRITERS * phones.length);

/** Who leaves WhatsApp takes the block along: a number that is gone blocks nobody. */
const endBlocksOfGone = (belief: Belief): void => {
  const cells = cellsPerPhone(belief);
  const nothingWaits = belief.free.at(-1)!;
  for (let block = 0; block < WRITERS * phones.length; block++) {
    if (!isChurned(block % phones.length)) continue;
    for (let index = block * cells; index < (block + 1) * cells; index++) {
      nothingWaits[index]! += belief.blocked[index]!;
      belief.blocked[index] = 0;
    }
  }
};

export const firstBelief = (world: World): Belief => {
  const share = world.inbound.writerShare;
  const atFirst = [share, 1 - share].flatMap((writer) =>
    phonesAtFirst(world).map((phone) => writer * phone),
  );
  const { initially } = world.block;
  const belief: Belief = {
    pending: [],
    free: [Float64Array.from(atFirst, (weight) => weight * (1 - initially))],
    blocked: Float64Array.from(atFirst, (weight) => weight * initially),
    looks: [],
  };
  endBlocksOfGone(belief);
  return belief;
};

const drift = (world: World, look: Look): readonly (readonly number[])[] => {
  const { closesPerDay: closes, opensPerDay: opens } = world.looks[look];
  return [
    [1 - closes, closes, 0],
    [opens, 1 - opens, 0],
    [0, 0, 1],
  ];
};

/** Adds `length` cells at `from`, times `rate`, to those at `to`. */
const give = (
  [given, taken]: readonly [Float64Array, Float64Array],
  rate: number,
  { from, to, length }: { from: number; to: number; length: number },
): void => {
  for (let nth = 0; nth < length; nth++) taken[to + nth]! += given[from + nth]! * rate;
};

/** Multiplies one dimension by a matrix: the cells that lie `apart`, `matrix.length` of them at a time. */
const moved = (
  weights: Float64Array,
  matrix: readonly (readonly number[])[],
  apart: number,
): Float64Array => {
  const next = new Float64Array(weights.length);
  const places = [weights, next] as const;
  for (let start = 0; start < weights.length; start += matrix.length * apart) {
    for (let from = 0; from < matrix.length; from++) {
      const row = matrix[from]!;
      for (let to = 0; to < row.length; to++) {
        if (row[to] === 0) continue;
        const ends = { from: start + from * apart, to: start + to * apart, length: apart };
        give(places, row[to]!, ends);
      }
    }
  }
  return next;
};

/** A look that nobody took before joins with the settings as they drifted by themselves. */
export const joinLook = (
  world: World,
  belief: Belief,
  first: { look: Look; day: number },
): void => {
  if (belief.looks.includes(first.look)) return;
  const { never, closed } = world.looks[first.look];
  let settings = Float64Array.of(1 - never - closed, closed, never);
  for (let night = 0; night < first.day; night++)
    settings = Float64Array.from(moved(settings, drift(world, first.look), 1));
  const joined = (weights: Float64Array) =>
    Float64Array.from(
      { length: weights.length * SETTINGS },
      (_, index) => weights[Math.floor(index / SETTINGS)]! * settings[index % SETTINGS]!,
    );
  belief.free = belief.free.map(joined);
  belief.blocked = joined(belief.blocked);
  belief.looks = [...belief.looks, first.look];
};

/** The cells of one look's setting lie this far apart. */
export const apartOf = ({ looks }: Belief, look: Look): number =>
  SETTINGS ** (looks.length - 1 - looks.indexOf(look));

/** Some of these cells block and lose what waits, some lift the block. */
const turn = (
  { free, blocked }: Belief,
  { blocks, unblocks }: { blocks: number; unblocks: number },
  { from, length }: { from: number; length: number },
): void => {
  const nothingWaits = free.at(-1)!;
  for (let index = from; index < from + length; index++) {
    const lifted = blocked[index]! * unblocks;
    blocked[index]! -= lifted;
    for (const weights of free) {
      const turned = weights[index]! * blocks;
      weights[index]! -= turned;
      blocked[index]! += turned;
    }
    nothingWaits[index]! += lifted;
  }
};

/** A night: some block and lose what waits, some lift the block; then phones and settings move on. */
export const passNight = (world: World, belief: Belief, mood: Mood): void => {
  const cells = cellsPerPhone(belief);
  const { free, blocked } = belief;
  for (let block = 0; block < WRITERS * phones.length; block++)
    turn(belief, turns(world, block % phones.length, mood), { from: block * cells, length: cells });
  const moves = phoneMoves(world);
  const slept = (weights: Float64Array) => {
    let next = moved(weights, moves, cells);
    for (const look of everyLook) {
      if (belief.looks.includes(look))
        next = moved(next, drift(world, look), apartOf(belief, look));
    }
    return next;
  };
  belief.free = free.map(slept);
  belief.blocked = slept(blocked);
  endBlocksOfGone(belief);
};

/** WhatsApp drops what has waited for thirty days: then less waits, or nothing. */
export const dropOld = (belief: Belief, day: number): void => {
  while (belief.pending.length > 0 && day - belief.pending[0]! >= TIME_TO_LIVE_DAYS) {
    const [oldest, next] = belief.free as [Float64Array, Float64Array];
    for (let index = 0; index < next.length; index++) next[index]! += oldest[index]!;
    belief.free.shift();
    belief.pending.shift();
  }
};

/** What is sent to somebody free joins what waits; nobody free has nothing waiting then. */
export const send = (belief: Belief, day: number): void => {
  belief.pending.push(day);
  belief.free.push(new Float64Array(belief.blocked.length));
};
