import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { ConsumedEvent, Consumer, ConsumerRunner, ValidateData } from '@tact/platform';
import type { Stage } from './stage.ts';
import { countEffects, until } from './scene.ts';
import type { Scene } from './scene.ts';
import { effectsByKey, effectsOf, numbered, upTo } from './service.ts';
import type { NumberedData, Service } from './service.ts';

const healthyKeys = Array.from({ length: 26 }, (_, nth) => `healthy-${nth}`);
/** In which round each kind of poison comes. */
const poisonRounds: Readonly<Record<string, number>> = {
  throws: 15,
  hangs: 22,
  schema: 29,
  huge: 36,
};
const poisoned = Object.keys(poisonRounds);
const ROUNDS = 60;
const HANDLER_MS_MAX = 150;
/**
 * Others of its partition wait while a record is tried, and for nothing else: in its batch, in a part of it, alone and
 * twice again, and all of that once more where the group changed meanwhile. How long that took is noted.
 */
const TRIES_MAX = 10;
/** Two seconds are the bound, and `npm run bench lag-poison` judges it; here somebody hangs who waits this long. */
const HANG_MS = 8_000;

export const poisonDemands = (stage: Stage): void => {
  stage.report.demand(
    'T6',
    'poison (throws, hangs, bad schema, 10 MB): its key is parked in order, others wait for its few tries only, redrive',
    ({ note }) => poison(stage, note),
    90_000,
  );
};

/** What makes a record fail stands in the event itself, until it is mended. */
const poisonedHandler = (group: string) => {
  const state = { mended: false, tries: new Map<string, number>() };
  const isPoison = ({ subject, data }: ConsumedEvent): boolean =>
    !state.mended && (data as NumberedData).n === poisonRounds[subject];
  const handle: Consumer['handle'] = async (tx, events, signal) => {
    const poisons = events.filter(isPoison);
    for (const { subject } of poisons)
      state.tries.set(subject, (state.tries.get(subject) ?? 0) + 1);
    await effectsOf(group)(tx, events, signal);
    if (poisons.some(({ subject }) => subject === 'throws'))
      throw new TypeError('a poisoned record');
    if (poisons.some(({ subject }) => subject === 'hangs')) await new Promise(() => undefined);
  };
  const validate: ValidateData = (_type, data) =>
    'broken' in (data as object) && !state.mended
      ? { problem: 'broken' }
      : { data: data as object };
  return { state, handle, validate };
};

const extras: Readonly<Record<string, object>> = {
  schema: { broken: true },
  huge: { text: 'x'.repeat(10 * 1024 * 1024) },
};

/** The poisoned record and all later ones of its key. */
const behind = (key: string): number => ROUNDS - poisonAt(key) + 1;
const poisonAt = (key: string): number => poisonRounds[key] ?? 0;

const sendRound = (service: Service, n: number): Promise<unknown> =>
  service.store.appendMany(
    [...healthyKeys, ...poisoned].map((key) =>
      numbered({ key, n }, n === poisonRounds[key] ? extras[key] : {}),
    ),
  );

/** Every event of the healthy keys, and those before the poison of the others. */
const effectsBeforeRedrive =
  healthyKeys.length * ROUNDS + Object.values(poisonRounds).reduce((sum, n) => sum + n - 1, 0);

const poison = async (stage: Stage, note: (text: string) => void): Promise<void> => {
  const scene = await stage.scene();
  const { service, group } = scene;
  const relay = scene.relay();
  const { state, handle, validate } = poisonedHandler(group);
  const consumer = scene.consumer(handle, { validate, handlerTimeoutMs: HANDLER_MS_MAX });
  await consumer.start();
  for (const n of upTo(ROUNDS)) {
    await sendRound(service, n);
    await pause(60);
  }
  await until(
    async () => (await countEffects(scene)) >= effectsBeforeRedrive && (await consumer.lag()) === 0,
    20_000,
  );
  await expectParked(scene, consumer);
  const triesMost = expectTried(state.tries);
  note(`${triesMost} tries at most, ${await lagOfOthers(service)}`);
  // Not mended yet: nothing moves, the record stays first.
  expect(await consumer.redrive('throws')).toMatchObject({ handled: 0, left: behind('throws') });
  state.mended = true;
  await expectRedriven(scene, consumer);
  await relay.stop();
};

const expectParked = async ({ service, group }: Scene, consumer: ConsumerRunner): Promise<void> => {
  const parked = await consumer.parkedKeys();
  expect(parked.map(({ key, reason, records }) => [key, reason, records])).toEqual([
    ['hangs', 'handler-timeout', behind('hangs')],
    ['huge', 'too-large', behind('huge')],
    ['schema', 'invalid-data', behind('schema')],
    ['throws', 'handler-failed', behind('throws')],
  ]);
  const before = await effectsByKey(service.database, group);
  for (const key of healthyKeys) expect(before.get(key)).toEqual(upTo(ROUNDS));
  for (const key of poisoned) expect(before.get(key)).toEqual(upTo(poisonAt(key) - 1));
};

/** What hangs or throws was tried three times at least, and not for ever. */
const expectTried = (tries: ReadonlyMap<string, number>): number => {
  expect([...tries.keys()].toSorted()).toEqual(['hangs', 'throws']);
  const counts = [...tries.values()];
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(3);
  expect(Math.max(...counts)).toBeLessThanOrEqual(TRIES_MAX);
  return Math.max(...counts);
};

const lagOfOthers = async ({ database }: Service): Promise<string> => {
  const [lag] = await database.queryable.query<{ max: number; p50: number }>(
    `SELECT max(lag_ms) AS max, percentile_cont(0.5) WITHIN GROUP (ORDER BY lag_ms) AS p50
     FROM effects WHERE key LIKE 'healthy%'`,
  );
  const { max = 0, p50 = 0 } = lag ?? {};
  expect(max).toBeLessThan(HANG_MS);
  return `others lag ${Math.round(p50)} ms, ${Math.round(max)} ms at most`;
};

/** Mended keys come out whole and in order, also while two redrive one key and more events arrive. */
const expectRedriven = async (
  { service, group }: Scene,
  consumer: ConsumerRunner,
): Promise<void> => {
  const later = sendRound(service, ROUNDS + 1);
  const [first, second] = await Promise.all(
    ['throws', 'throws', 'hangs', 'schema'].map((key) => consumer.redrive(key)),
  );
  await later;
  await until(async () => (await consumer.lag()) === 0, 10_000);
  const free = ['throws', 'hangs', 'schema'] as const;
  for (const key of free) await consumer.redrive(key);
  await sendRound(service, ROUNDS + 2);
  const whole = ROUNDS + 2;
  await until(async () => {
    const now = await effectsByKey(service.database, group);
    return [...healthyKeys, ...free].every((key) => (now.get(key)?.length ?? 0) >= whole);
  }, 10_000);
  await consumer.stop();
  const after = await effectsByKey(service.database, group);
  for (const key of free) expect(after.get(key)).toEqual(upTo(whole));
  expect((first?.handled ?? 0) + (second?.handled ?? 0)).toBeGreaterThanOrEqual(behind('throws'));
  expect(await consumer.parked()).toMatchObject({
    keys: 1,
    records: behind('huge') + whole - ROUNDS,
  });
};
