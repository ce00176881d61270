import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { ReceivedRecord } from '@tact/platform';
import type { Stage } from './stage.ts';
import { countEffects, countOf, until } from './scene.ts';
import type { Scene } from './scene.ts';
import { effectsByKey, numbered, upTo } from './service.ts';
import { startWorker } from './workers.ts';
import type { CrashPoint } from './workers.ts';

const points = [
  'before-append-commit',
  'after-append-commit',
  'after-publish',
  'before-effect-commit',
  'after-effect-commit',
  'after-offset-commit',
] as const satisfies readonly CrashPoint[];

const APPENDS = 40;

/** Demands about processes that die or sleep at the wrong moment. */
export const crashDemands = (stage: Stage): void => {
  stage.report.demand(
    'T2',
    'killed at 6 points around commit, publish, offset commit: effects once',
    ({ note }) => crashMatrix(stage, note),
    120_000,
  );
  stage.report.demand(
    'T3',
    'two relays, the leader paused past its lease: fenced, no reorder',
    ({ note }) => twoRelays(stage, note),
    60_000,
  );
};

/** All points at once, each in its own schema and topic: most of the time goes into leases that must run out. */
const crashMatrix = async (stage: Stage, note: (text: string) => void): Promise<void> => {
  const scenes = await Promise.all(points.map(() => stage.scene(2)));
  const outcomes = await Promise.all(
    scenes.map((scene, nth) => crashAndReturn(scene, points[nth])),
  );
  expect(Object.fromEntries(outcomes)).toEqual(
    Object.fromEntries(points.map((point) => [point, { died: 'SIGKILL', effects: upTo(APPENDS) }])),
  );
  note(`${points.length} points, ${APPENDS} commands each, all sent again after the crash`);
};

const crashAndReturn = async (scene: Scene, crashAt: CrashPoint | undefined) => {
  const task = { ...scene.task('service', 'one'), appends: APPENDS };
  const dying = startWorker({ ...task, ...(crashAt === undefined ? {} : { crashAt }) });
  const { signal } = await dying.exited;
  const next = startWorker(task);
  await next.ready;
  await until(async () => (await countEffects(scene)) >= APPENDS, 45_000);
  // One more lease: what would be applied twice must have the time to be.
  await pause(1_000);
  next.signal('SIGTERM');
  await next.exited;
  const effects = (await effectsByKey(scene.service.database, scene.group)).get('one');
  return [crashAt, { died: signal, effects }] as const;
};

const twoRelays = async (stage: Stage, note: (text: string) => void): Promise<void> => {
  const scene = await stage.scene();
  const { service, log, topic, group } = scene;
  const received: ReceivedRecord[] = [];
  const reader = await log.subscribe({ group, topics: [topic], from: 'earliest' }, (records) => {
    received.push(...records);
    return Promise.resolve();
  });
  const workers = new Map(
    ['relay-a', 'relay-b'].map((name) => [name, startWorker(scene.task('relay', name))]),
  );
  await Promise.all([...workers.values()].map(({ ready }) => ready));
  const appends = { count: 0, stop: false };
  const traffic = (async () => {
    while (!appends.stop) {
      appends.count += 1;
      await service.store.append(numbered({ key: `key-${appends.count % 10}`, n: appends.count }));
      await pause(5);
    }
  })();
  await until(async () => received.length > 100, 15_000);
  const leader = await leaderOf(scene);
  workers.get(leader)?.signal('SIGSTOP');
  const pausedAt = performance.now();
  const before = received.length;
  await until(
    async () => (await leaderOf(scene)) !== leader && received.length > before + 100,
    15_000,
  );
  const takenOverMs = Math.round(performance.now() - pausedAt);
  const other = await leaderOf(scene);
  workers.get(leader)?.signal('SIGCONT');
  await pause(3_000);
  appends.stop = true;
  await traffic;
  await until(
    async () => new Set(received.map(({ headers }) => headers['ce_id'])).size >= appends.count,
    15_000,
  );
  expect(other).not.toBe(leader);
  expect(await leaderOf(scene)).toBe(other);
  for (const worker of workers.values()) worker.signal('SIGTERM');
  await Promise.all([...workers.values()].map(({ exited }) => exited));
  await reader.stop({ drainMs: 1_000 });
  const { events, disorder, twoNames } = readShards(received);
  expect({ events, disorder, twoNames }).toEqual({
    events: appends.count,
    disorder: [],
    twoNames: [],
  });
  note(
    `taken over after ${takenOverMs} ms, ${received.length - events} of ${received.length} repeated`,
  );
};

const leaderOf = async ({ service, ...scene }: Scene): Promise<string> => {
  const [row] = await service.database.queryable.query<{ name: string }>(
    `SELECT split_part(a.application_name, '/', 1) AS name FROM relay_checkpoint r
     JOIN pg_stat_activity a ON a.pid = r.holder_pid`,
  );
  const depth = await countOf(
    { service, ...scene },
    'SELECT count(*) AS count FROM relay_checkpoint',
  );
  return depth === 0 ? '' : (row?.name ?? '');
};

/** First sight of every shard_seq must come in order; a number must never name two events. */
const readShards = (received: readonly ReceivedRecord[]) => {
  const names = new Map<string, string>();
  const last = new Map<string, number>();
  const disorder: string[] = [];
  const twoNames: string[] = [];
  for (const { headers } of received) {
    const { shard = '', shard_seq: seq = '', ce_id: id = '' } = headers;
    const place = `${shard} ${seq}`;
    const known = names.get(place);
    if (known !== undefined) {
      if (known !== id) twoNames.push(place);
      continue;
    }
    names.set(place, id);
    if (Number(seq) !== (last.get(shard) ?? 0) + 1) disorder.push(place);
    last.set(shard, Number(seq));
  }
  return { events: new Set(names.values()).size, disorder, twoNames };
};
