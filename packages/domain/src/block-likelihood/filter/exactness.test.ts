import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { assessContact } from '../verdict/assess.ts';
import { assumedPriors as priors } from '../model/assumed-priors.ts';
import type { SignalFact } from '../evidence/facts.ts';
import { livenessStep } from '../model/model.ts';
import { livenesses } from '../model/states.ts';

/** What one day of a short story holds. Sends are at 8, everything else at noon. */
type Day = {
  /** Days until the message of this day arrives; `never`, `unreachable`, or no message at all. */
  readonly message: number | 'never' | 'unreachable' | 'none';
  readonly inbound: boolean;
  readonly call: 'rang' | 'silent' | 'none';
  readonly receipt: boolean;
  readonly photo: 'seen' | 'missing' | 'none';
};

const start = Date.UTC(2026, 10, 2);
const v = (assumed: { value: number }) => assumed.value;
const rates = (table: Record<(typeof livenesses)[number], { value: number }>) =>
  livenesses.map((name) => table[name].value);
const arrives = rates(priors.delivery.arrives);
const code = rates(priors.delivery.unreachableCode);
const rings = rates(priors.call.rings);
const receipts = rates(priors.group.receipt);
const share = rates(priors.block.share);
const writesShare = rates(priors.inbound.share);
const initially = rates(priors.liveness.initially);
const step = livenessStep(priors);
const churned = livenesses.indexOf('churned');
const leak = { block: v(priors.leak.block), liveness: v(priors.leak.liveness) };
const photo = priors.traits.photo;

const factsOf = (days: readonly Day[]): SignalFact[] =>
  days.flatMap((day, index) => {
    const morning = start + index * DAY_MS + 8 * HOUR_MS;
    const noon = start + index * DAY_MS + 12 * HOUR_MS;
    const messageRef = `mr_${index}`;
    const facts: SignalFact[] = [];
    if (day.message !== 'none')
      facts.push({ kind: 'message-sent', occurredAt: morning, messageRef });
    if (day.message === 'unreachable') {
      facts.push({ kind: 'message-failed', occurredAt: morning, messageRef, code: 131026 });
    }
    if (typeof day.message === 'number') {
      const occurredAt = noon + day.message * DAY_MS;
      facts.push({ kind: 'message-delivered', occurredAt, messageRef });
    }
    if (day.inbound) facts.push({ kind: 'inbound-message', occurredAt: noon });
    if (day.call === 'rang') facts.push({ kind: 'call-rang', occurredAt: noon });
    if (day.call === 'silent') facts.push({ kind: 'call-not-ringing', occurredAt: noon });
    if (day.receipt) facts.push({ kind: 'group-receipt', occurredAt: noon });
    if (day.photo !== 'none') facts.push({ kind: `photo-${day.photo}`, occurredAt: noon });
    return facts;
  });

type Path = {
  readonly blocked: boolean;
  readonly live: number;
  readonly setting: number;
  /** A message of ours waits, and we have not been blocked since it was sent. */
  readonly waits: boolean;
};

/** The chance of a day's observations on one path, and whether something waits after it. */
const dayChance = (days: readonly Day[], index: number, path: Path, rate: number) => {
  const day = days[index]!;
  const { blocked, live, setting } = path;
  const arrivals = days.flatMap(({ message }, sent) =>
    typeof message === 'number' && sent + message === index ? [sent] : [],
  );
  const isAlive = arrivals.length > 0 || day.inbound || day.call === 'rang';
  const lifeOn = (at: number) =>
    days[at]!.inbound ||
    days[at]!.call === 'rang' ||
    days.some(({ message }, sent) => typeof message === 'number' && sent + message === at);
  const lastLife = (until: number) => days.slice(0, until).findLastIndex((_, at) => lifeOn(at));
  const isWaiting = (until: number, after: number) =>
    days.some(
      ({ message }, sent) =>
        sent > after && sent <= until && (message === 'never' || typeof message === 'number'),
    );
  const wasWaiting = index > 0 && isWaiting(index - 1, lastLife(index));
  let waits = path.waits && !blocked;
  const sendsToday = day.message === 'never' || typeof day.message === 'number';
  if (sendsToday && !blocked && !isAlive) waits = true;
  let chance = 1;
  const lost = blocked ? v(priors.delivery.unreachableCodeWhenBlocked) : code[live]!;
  if (day.message === 'unreachable') chance *= lost;
  if (sendsToday) chance *= 1 - lost;
  const prove = (p: number) => Math.max(p, leak.liveness) * (blocked ? leak.block : 1);
  if (arrivals.length > 0) {
    chance *= prove(arrives[live]!);
    const onlyOld = wasWaiting && arrivals.every((sent) => sent < index);
    if (onlyOld && !blocked && !waits) chance *= leak.block;
  } else if (isAlive) {
    // A day with any sign of life says nothing more by what did not arrive.
  } else if (isWaiting(index, lastLife(index)) && waits) chance *= 1 - arrives[live]!;
  const writes = rate * writesShare[live]!;
  if (day.inbound) chance *= prove(writes);
  else if (index > 0 && index < days.length - 1 && !blocked) chance *= 1 - writes;
  if (day.call === 'rang') chance *= prove(rings[live]!);
  if (day.call === 'silent')
    chance *= 1 - (blocked ? v(priors.call.ringsWhenBlocked) : rings[live]!);
  if (day.receipt) chance *= receipts[live]!;
  const open = blocked ? v(photo.seenWhenBlocked) : v(photo.seenWhenOpen);
  const seen = setting === 0 ? open : v(photo.seenWhenClosed);
  if (day.photo !== 'none') chance *= day.photo === 'seen' ? seen : 1 - seen;
  return { chance, waits: waits && !isAlive };
};

/** Adds up every path of talker, block, liveness and photo: slow, and plainly what the model means. */
const enumerated = (days: readonly Day[]) => {
  const totals = { blocked: 0, reachable: 0, all: 0 };
  const looks = days.some((day) => day.photo !== 'none');
  const settings = looks ? [0, 1, 2] : [0];
  const never = v(photo.neverInitially);
  const closed = v(photo.closedInitially);
  const settingStart = looks ? [1 - never - closed, closed, never] : [1];
  const settingStep = looks
    ? [
        [1 - v(photo.closesPerDay), v(photo.closesPerDay), 0],
        [v(photo.opensPerDay), 1 - v(photo.opensPerDay), 0],
        [0, 0, 1],
      ]
    : [[1]];
  const walk = (index: number, path: Path, weight: number, rate: number): void => {
    const { chance, waits } = dayChance(days, index, path, rate);
    const mass = weight * chance;
    if (mass === 0) return;
    if (index === days.length - 1) {
      totals.all += mass;
      if (path.blocked) totals.blocked += mass;
      else if (path.live === 0) totals.reachable += mass;
      return;
    }
    const turn =
      share[path.live]! * v(path.blocked ? priors.block.unblockPerDay : priors.block.perDay);
    for (const blocked of [false, true]) {
      const blocks = blocked === path.blocked ? 1 - turn : turn;
      for (let live = 0; live < 5; live++) {
        // A number that is gone blocks nobody.
        const turned = live === churned ? Number(!blocked) : blocks;
        const moves = step[path.live * 5 + live]!;
        for (const setting of settings) {
          const sets = settingStep[path.setting]![setting]!;
          const next = { blocked, live, setting, waits: waits && !blocked };
          walk(index + 1, next, mass * turned * moves * sets, rate);
        }
      }
    }
  };
  const writer = v(priors.inbound.writerShare);
  for (const [rate, weight] of [
    [v(priors.inbound.writerPerDay), writer],
    [v(priors.inbound.quietPerDay), 1 - writer],
  ] as const) {
    for (const blocked of [false, true]) {
      for (let live = 0; live < 5; live++) {
        const p = live === churned ? 0 : v(priors.block.initially);
        for (const setting of settings) {
          const mass = weight * (blocked ? p : 1 - p) * initially[live]! * settingStart[setting]!;
          walk(0, { blocked, live, setting, waits: false }, mass, rate);
        }
      }
    }
  }
  return { blocked: totals.blocked / totals.all, reachable: totals.reachable / totals.all };
};

const dayOf = (photos: Day['photo'][]): fc.Arbitrary<Day> =>
  fc.record({
    message: fc.constantFrom<Day['message']>(0, 1, 2, 'never', 'never', 'unreachable', 'none'),
    inbound: fc.boolean().map((yes) => yes && photos.length > 1),
    call: fc.constantFrom<Day['call']>('none', 'none', 'silent', 'rang'),
    receipt: fc.boolean(),
    photo: fc.constantFrom(...photos),
  });

const expectExact = (days: readonly Day[]) => {
  // Arrivals after the last day belong to a future that nobody knows yet.
  const known = days.map((day, index) =>
    typeof day.message === 'number' && index + day.message >= days.length
      ? { ...day, message: 'never' as const }
      : day,
  );
  // The first day holds a fact, so that both start on the same day.
  const [first, ...rest] = known;
  const story = [{ ...first!, receipt: true }, ...rest];
  const asOf = start + days.length * DAY_MS - 1;
  const { causes } = assessContact(factsOf(story), { priors, asOf });
  const exact = enumerated(story);
  expect(causes.blocked).toBeCloseTo(exact.blocked, 9);
  expect(causes.reachable).toBeCloseTo(exact.reachable, 9);
};

test('the filter equals the sum over every path, four days of messages, calls and receipts', () => {
  const days = fc.array(dayOf(['none']), { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(days, expectExact), { numRuns: 60 });
});

test('and with looks at the photo and inbound messages, three days', () => {
  const days = fc.array(dayOf(['none', 'seen', 'missing']), { minLength: 1, maxLength: 3 });
  fc.assert(fc.property(days, expectExact), { numRuns: 40 });
});
