import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { ConsumedEvent, Consumer, ValidateData } from '@tact/platform';
import type { Stage } from './stage.ts';
import { countEffects, until } from './scene.ts';
import { effectsByKey, effectsOf, numbered, upTo } from './service.ts';
import type { NumberedData } from './service.ts';

const HEALTHY = Array.from({ length: 26 }, (_, nth) => `healthy-${nth}`);
/** In which round each kind of poison comes. */
const POISON_AT: Readonly<Record<string, number>> = { throws: 15, hangs: 22, schema: 29, huge: 36 };
const POISONED = Object.keys(POISON_AT);
const ROUNDS = 60;
const HANDLER_MS_MAX = 150;
/**
 * Others of its partition wait while a record is tried, and for nothing else: in its batch, in a part of it, alone and
 * twice again, and all of that once more where the group changed meanwhile. How long that took is noted.
 */
const TRIES_MAX = 10;

export function poisonDemands(stage: Stage): void {
  stage.report.demand(
    'T6',
    'poison (throws, hangs, bad schema, 10 MB): its key is parked in order, others wait for its few tries only, redrive',
    ({ note }) => poison(stage, note),
    90_000,
  );
}

/** What makes a record fail stands in the event itself, until it is mended. */
function poisonedHandler(group: string) {
  const state = { mended: false, tries: new Map<string, number>() };
  const isPoison = ({ subject, data }: ConsumedEvent): boolean =>
    !state.mended && (data as NumberedData).n === POISON_AT[subject];
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
}

const extras: Readonly<Record<string, object>> = {
  schema: { broken: true },
  huge: { text: 'x'.repeat(10 * 1024 * 1024) },
};

/** The poisoned record and all later ones of its key. */
const behind = (key: string): number => ROUNDS - (POISON_AT[key] ?? 0) + 1;

async function poison(stage: Stage, note: (text: string) => void): Promise<void> {
  const scene = await stage.scene();
  const { service, group } = scene;
  const relay = scene.relay();
  const { state, handle, validate } = poisonedHandler(group);
  const consumer = scene.consumer(handle, { validate, handlerTimeoutMs: HANDLER_MS_MAX });
  await consumer.start();
  const round = (n: number): Promise<unknown> =>
    service.store.appendMany(
      [...HEALTHY, ...POISONED].map((key) =>
        numbered({ key, n }, n === POISON_AT[key] ? extras[key] : {}),
      ),
    );
  for (const n of upTo(ROUNDS)) {
    await round(n);
    await pause(60);
  }
  const healthy = HEALTHY.length * ROUNDS;
  const early = Object.values(POISON_AT).reduce((sum, n) => sum + n - 1, 0);
  await until(
    async () => (await countEffects(scene)) >= healthy + early && (await consumer.lag()) === 0,
    20_000,
  );
  const parked = await consumer.parkedKeys();
  expect(parked.map(({ key, reason, records }) => [key, reason, records])).toEqual([
    ['hangs', 'handler-timeout', behind('hangs')],
    ['huge', 'too-large', behind('huge')],
    ['schema', 'invalid-data', behind('schema')],
    ['throws', 'handler-failed', behind('throws')],
  ]);
  const before = await effectsByKey(service.database, group);
  for (const key of HEALTHY) expect(before.get(key)).toEqual(upTo(ROUNDS));
  for (const key of POISONED) expect(before.get(key)).toEqual(upTo((POISON_AT[key] ?? 0) - 1));
  expect([...state.tries.keys()].toSorted()).toEqual(['hangs', 'throws']);
  const tries = [...state.tries.values()];
  expect(Math.min(...tries)).toBeGreaterThanOrEqual(3);
  expect(Math.max(...tries)).toBeLessThanOrEqual(TRIES_MAX);
  const [lag] = await service.database.queryable.query<{ max: number; p50: number }>(
    `SELECT max(lag_ms) AS max, percentile_cont(0.5) WITHIN GROUP (ORDER BY lag_ms) AS p50 FROM effects
     WHERE key LIKE 'healthy%'`,
  );
  note(
    `${Math.max(...tries)} tries at most, others lag ${Math.round(lag?.p50 ?? 0)} ms, ${Math.round(lag?.max ?? 0)} ms at most`,
  );

  // Not mended yet: nothing moves, the record stays first.
  expect(await consumer.redrive('throws')).toMatchObject({ handled: 0, left: behind('throws') });
  state.mended = true;
  const later = round(ROUNDS + 1);
  const redriven = await Promise.all(
    ['throws', 'throws', 'hangs', 'schema'].map((key) => consumer.redrive(key)),
  );
  await later;
  await until(async () => (await consumer.lag()) === 0, 10_000);
  for (const key of ['throws', 'hangs', 'schema']) await consumer.redrive(key);
  await round(ROUNDS + 2);
  const free = ['throws', 'hangs', 'schema'] as const;
  const whole = ROUNDS + 2;
  await until(async () => {
    const now = await effectsByKey(service.database, group);
    return [...HEALTHY, ...free].every((key) => (now.get(key)?.length ?? 0) >= whole);
  }, 10_000);
  await consumer.stop();
  await relay.stop();
  const after = await effectsByKey(service.database, group);
  for (const key of free) expect(after.get(key)).toEqual(upTo(whole));
  const [first, second] = redriven;
  expect((first?.handled ?? 0) + (second?.handled ?? 0)).toBeGreaterThanOrEqual(behind('throws'));
  expect(await consumer.parked()).toMatchObject({
    keys: 1,
    records: behind('huge') + whole - ROUNDS,
  });
}
