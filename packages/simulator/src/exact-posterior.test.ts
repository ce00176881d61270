import { describe, expect, test } from '@jest/globals';
import { chanceOf, type Chance } from './chance.ts';
import { exactPosterior } from './exact-posterior.ts';
import { simulateLife } from './life.ts';
import { isTried, moodBefore, type ObservedDay } from './observed-day.ts';
import { connects, givenWorld, phoneMoves, phonesAtFirst, turns, type World } from './world.ts';

/** Everything happens often here, so that a few days hold every kind of turn. */
const hotWorld: World = {
  ...givenWorld,
  block: { ...givenWorld.block, initially: 0.3, perDay: 0.12, unblockPerDay: 0.25 },
  phone: {
    ...givenWorld.phone,
    initially: { patchy: 0.2, offDays: 0.2, offWeeks: 0.1, churned: 0.1 },
    toPatchy: 0.15,
    toOffDays: 0.1,
    toOffWeeks: 0.08,
    toChurned: 0.05,
  },
  inbound: { writerShare: 0.6, writerPerDay: 0.4, quietPerDay: 0.05 },
  rings: { connected: 0.8, away: 0.1, blocked: 0.15 },
};

/** Days nobody planned, so that rare mixtures come: what arrives is some tail of what is pending. */
const someDays = (chance: Chance, count: number): ObservedDay[] => {
  const pending: number[] = [];
  return Array.from({ length: count }, (_, day): ObservedDay => {
    const sent = chance.whole(0, 4);
    const answer = chance.happens(0.2) ? 'unreachable' : 'accepted';
    if (sent > 0 && answer === 'accepted') pending.push(day);
    const arrived = chance.happens(0.4) ? pending.slice(chance.whole(0, pending.length)) : [];
    if (arrived.length > 0) pending.length = 0;
    return {
      sent,
      answer,
      withheld: 0,
      arrived,
      read: false,
      inbound: chance.happens(0.2),
      call: (['none', 'rang', 'silent'] as const)[chance.whole(0, 2)]!,
      receipt: (['none', 'seen', 'missing'] as const)[chance.whole(0, 2)]!,
      looks: chance.happens(0.5) ? { photo: chance.happens(0.5) } : {},
      complaint: chance.happens(0.1),
      optOut: chance.happens(0.1),
    };
  });
};

type Path = { blocked: boolean; phone: number; setting: number; queue: readonly number[] };
const either = (isSo: boolean, chance: number) => (isSo ? chance : 1 - chance);

/** The weight of every hidden path that ends blocked, and of all: slow, and plainly the story of a life. */
const enumerated = (world: World, days: readonly ObservedDay[]): number => {
  const photo = world.looks.photo;
  const weights = { blocked: 0, all: 0 };
  const live = (day: number, path: Path, weight: number, writes: number): void => {
    const seen = days[day];
    if (weight === 0) return;
    if (seen === undefined) {
      weights.all += weight;
      if (path.blocked) weights.blocked += weight;
      return;
    }
    const { churned, otherwise } = world.unreachableCode;
    const refused = either(seen.answer === 'unreachable', path.phone === 4 ? churned : otherwise);
    for (const isConnected of [true, false]) {
      const queue = isTried(seen) && !path.blocked ? [...path.queue, day] : path.queue;
      const reached = isConnected && !path.blocked;
      if (String(reached ? queue : []) !== String(seen.arrived)) continue;
      let chance = either(isConnected, connects(world, path.phone));
      if (seen.sent > 0) chance *= refused;
      chance *= either(seen.inbound, reached ? writes : 0);
      const way = isConnected ? 'connected' : 'away';
      const rings = world.rings[path.blocked ? 'blocked' : way];
      if (seen.call !== 'none') chance *= either(seen.call === 'rang', rings);
      if (seen.receipt !== 'none') chance *= either(seen.receipt === 'seen', world.receipt[way]);
      const open = path.blocked ? photo.seenWhenBlocked : photo.seenWhenOpen;
      const shows = path.setting === 0 ? open : photo.seenWhenClosed;
      if (seen.looks.photo !== undefined) chance *= either(seen.looks.photo, shows);
      sleep(day, { ...path, queue: reached ? [] : queue }, weight * chance, writes);
    }
  };
  const sleep = (day: number, path: Path, weight: number, writes: number): void => {
    if (weight === 0) return;
    if (day === days.length - 1) return live(day + 1, path, weight, writes);
    const { blocks, unblocks } = turns(world, path.phone, moodBefore(days, day + 1));
    const drift = [
      [1 - photo.closesPerDay, photo.closesPerDay, 0],
      [photo.opensPerDay, 1 - photo.opensPerDay, 0],
      [0, 0, 1],
    ];
    for (const turnsOver of [true, false]) {
      const turned = either(turnsOver, path.blocked ? unblocks : blocks);
      for (const [phone, moves] of phoneMoves(world)[path.phone]!.entries()) {
        const blocked = turnsOver !== path.blocked && phone !== 4;
        const isLost = turnsOver !== path.blocked;
        for (const [setting, sets] of drift[path.setting]!.entries()) {
          const next = { blocked, phone, setting, queue: isLost ? [] : path.queue };
          live(day + 1, next, weight * turned * moves * sets, writes);
        }
      }
    }
  };
  const { inbound, block } = world;
  for (const [writes, share] of [
    [inbound.writerPerDay, inbound.writerShare],
    [inbound.quietPerDay, 1 - inbound.writerShare],
  ] as const) {
    for (const [phone, has] of phonesAtFirst(world).entries()) {
      for (const blocked of [true, false]) {
        const begins = phone === 4 ? Number(!blocked) : either(blocked, block.initially);
        for (const [setting, sets] of [
          1 - photo.never - photo.closed,
          photo.closed,
          photo.never,
        ].entries()) {
          live(0, { blocked, phone, setting, queue: [] }, share * has * begins * sets, writes);
        }
      }
    }
  }
  return weights.blocked / weights.all;
};

test('the posterior is the sum over every hidden path, three days of anything', () => {
  let possible = 0;
  for (let nth = 0; nth < 40; nth++) {
    const days = someDays(chanceOf(`tiny/${nth}`), 1 + (nth % 3));
    const exact = enumerated(hotWorld, days);
    // What cannot happen has no posterior.
    if (Number.isNaN(exact)) continue;
    possible += 1;
    expect(exactPosterior(hotWorld, days)).toBeCloseTo(exact, 10);
  }
  expect(possible).toBeGreaterThan(20);
});

describe('of those for whom the posterior says p, a share p is blocked', () => {
  /** Long enough for messages to be dropped after thirty days of a phone that is off for weeks. */
  const asleep: World = {
    ...givenWorld,
    block: { ...givenWorld.block, perDay: 0.02, unblockPerDay: 0.02 },
    phone: { ...givenWorld.phone, toOffWeeks: 0.03, fromOffWeeks: 0.025 },
  };
  test.each([
    ['of everything often, twelve days', hotWorld, 12],
    ['of phones asleep, fifty days', asleep, 50],
  ])('in a world %s', (_, world, days) => {
    const lives = Array.from({ length: 1_500 }, (__, nth) =>
      simulateLife(world, { seed: `${days}/${nth}`, days }),
    );
    const stated = lives
      .map(({ blocked, days: seen }) => ({ blocked, p: exactPosterior(world, seen) }))
      .toSorted((one, other) => one.p - other.p);
    for (let bin = 0; bin < 5; bin++) {
      const some = stated.slice(bin * 300, (bin + 1) * 300);
      const expected = some.reduce((sum, { p }) => sum + p, 0);
      const spread = Math.sqrt(some.reduce((sum, { p }) => sum + p * (1 - p), 0));
      const came = some.filter(({ blocked }) => blocked).length;
      // Three and a half standard deviations, and one for bins in which next to nobody is blocked.
      expect(Math.abs(came - expected)).toBeLessThan(3.5 * spread + 1);
    }
  });
});
