import { expect } from '@jest/globals';
import { MessageLog, TopicDrift, unknownType, partitionOf, toRecord } from '@tact/platform';
import type { ConsumedEvent, LogRecord, ReceivedRecord, ValidateData } from '@tact/platform';
import { Kafka } from 'cloudevents';
import type { CloudEventV1 } from 'cloudevents';
import { DAY_MS } from '@tact/contracts';
import type { Stage } from './stage.ts';
import { PARTITIONS, countEffects, countOf, until } from './scene.ts';
import type { Scene } from './scene.ts';
import { effectsByKey, effectsOf, eventId, foldOf, numbered, upTo } from './service.ts';

/** Demands about what the records say: duplicates, replay, schemas, CloudEvents, topics. */
export const eventDemands = (stage: Stage): void => {
  const { report } = stage;
  report.demand('T15', 'topics as code, drift refused', () => topicsAsCode(stage));
  report.demand('T13', 'CloudEvents binary mode, read back with the SDK', () => cloudEvents(stage));
  report.demand('T12', 'schemas: upcast, unknown type parked, unknown field kept', () =>
    schemas(stage),
  );
  report.demand(
    'T5',
    'duplicates and disorder injected: the read model equals a rebuild',
    ({ note }) => duplicates(stage, note),
  );
  report.demand('T10', 'replay from 0 under live traffic', ({ note }) => replay(stage, note));
};

const topicsAsCode = async (stage: Stage): Promise<void> => {
  const { log, topic, group } = await stage.scene();
  const spec = {
    name: topic,
    partitions: PARTITIONS,
    retentionMs: DAY_MS,
    cleanupPolicy: 'delete',
  } as const;
  await log.admin.ensureTopics([spec]);
  await expect(log.admin.ensureTopics([{ ...spec, partitions: 12 }])).rejects.toBeInstanceOf(
    TopicDrift,
  );
  await expect(
    log.admin.ensureTopics([{ ...spec, cleanupPolicy: 'compact' }]),
  ).rejects.toBeInstanceOf(TopicDrift);
  expect(await log.admin.partitions(topic)).toBe(PARTITIONS);
  const misspelt: LogRecord = {
    topic: `${topic}-misspelt`,
    partition: 0,
    key: 'k',
    headers: {},
    value: Buffer.from('{}'),
  };
  await expect(log.publish([misspelt])).rejects.toThrow();
  await expect(log.admin.ensureTopics([{ ...spec, partitions: 12 }])).rejects.toThrow(
    /partitions is 6/,
  );
  // The failed publish must not spoil the next one, and a record goes to the partition it names.
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  await log.publish(partitions.map((partition) => ({ ...misspelt, topic, partition })));
  const received = await readAll(log, topic, `${group}-all`, PARTITIONS);
  expect(received.map(({ partition }) => partition).toSorted((a, b) => a - b)).toEqual(partitions);
};

const readAll = async (
  log: MessageLog,
  topic: string,
  group: string,
  count: number,
): Promise<ReceivedRecord[]> => {
  const all: ReceivedRecord[] = [];
  const reader = await log.subscribe({ group, topics: [topic], from: 'earliest' }, (records) => {
    all.push(...records);
    return Promise.resolve();
  });
  await until(async () => all.length >= count, 20_000);
  await reader.stop({ drainMs: 1_000 });
  return all;
};

const cloudEvents = async (stage: Stage): Promise<void> => {
  const scene = await stage.scene();
  const { service, log, topic, group } = scene;
  const relay = scene.relay({ topicOf: (type) => (type === 'Private' ? undefined : topic) });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const actorId = `st_${'0'.repeat(32)}`;
  const append = numbered({ key: 'é-contact', n: 1 }, { text: 'un éléphant' });
  await service.store.append({ ...append, context: { ...append.context, traceparent, actorId } });
  await service.store.append(numbered({ key: 'é-contact', n: 2, type: 'Private' }));
  await service.store.append(numbered({ key: 'é-contact', n: 3 }));
  const records = await readAll(log, topic, `${group}-sdk`, 2);
  await relay.stop();
  expect(records.map(({ partition }) => partition)).toEqual(
    Array(2).fill(partitionOf('é-contact', PARTITIONS)),
  );
  const [event, later] = records.map(({ key, headers, value }) => {
    const message = { key, value, headers: { ...headers }, body: value.toString() };
    expect(Kafka.isEvent(message)).toBe(true);
    return Kafka.toEvent(message) as CloudEventV1<{ n: number; text?: string }>;
  });
  expect(event).toMatchObject({
    specversion: '1.0',
    id: eventId('é-contact 1'),
    source: '/tact/conformance',
    type: 'ThingDone',
    subject: 'é-contact',
    datacontenttype: 'application/json',
    dataschema: 'urn:tact:event:ThingDone:1',
    tenantid: 'conformance',
    actorid: actorId,
    partitionkey: 'é-contact',
  });
  const data = JSON.parse(
    String(
      event?.data instanceof Buffer || typeof event?.data === 'string'
        ? event.data
        : JSON.stringify(event?.data),
    ),
  ) as object;
  expect(data).toMatchObject({ n: 1, text: 'un éléphant' });
  expect(later?.id).toBe(eventId('é-contact 3'));
  // What nobody did names nobody.
  expect(later?.['actorid']).toBeUndefined();
  // Ours, beside the CloudEvents attributes: trace context as W3C names it, and the source's own count.
  const shard = `${topic}:${partitionOf('é-contact', PARTITIONS)}`;
  expect(records[0]?.headers).toMatchObject({ traceparent, shard, shard_seq: '1' });
  expect(records[1]?.headers).toMatchObject({ shard, shard_seq: '2' });
};

/** Version 1 said `amount`, version 2 says `n`; `Strange` is a type of the future. */
const versions: ValidateData = (type, data, dataschema) => {
  if (type === 'Strange') return { problem: unknownType };
  const known = data as { n?: unknown; amount?: unknown };
  const upcast =
    dataschema.endsWith(':1') && 'amount' in known ? { ...known, n: known.amount } : known;
  return typeof upcast.n === 'number' ? { data: upcast } : { problem: 'n' };
};

const schemas = async (stage: Stage): Promise<void> => {
  const scene = await stage.scene();
  const { service, group } = scene;
  const relay = scene.relay();
  const seen: ConsumedEvent[] = [];
  const consumer = scene.consumer(
    async (tx, events, signal) => {
      seen.push(...events);
      await effectsOf(group)(tx, events, signal);
    },
    { validate: versions },
  );
  await consumer.start();
  const old = numbered({ key: 'old', n: 1 });
  await service.store.append({
    ...old,
    events: old.events.map((event) => ({
      ...event,
      data: { amount: 7, at: Date.now(), novel: { kept: true } },
    })),
  });
  await service.store.append(numbered({ key: 'strange', n: 1, type: 'Strange' }));
  await service.store.append(numbered({ key: 'strange', n: 2 }));
  await service.store.append(numbered({ key: 'other', n: 1, type: 'NotWanted' }));
  await service.store.append(numbered({ key: 'last', n: 1 }));
  expect(await until(async () => (await consumer.lag()) === 0 && seen.length >= 2, 20_000)).toBe(
    true,
  );
  expect(seen.find(({ subject }) => subject === 'old')?.data).toMatchObject({
    n: 7,
    novel: { kept: true },
  });
  expect(await consumer.parked()).toMatchObject({ keys: 1, records: 2 });
  expect(await consumer.parkedKeys()).toMatchObject([
    { key: 'strange', reason: 'unknown-type', records: 2 },
  ]);
  await consumer.stop();
  await relay.stop();
};

/** The same records again and again: whole runs, single ones, older ones after newer ones. */
const duplicates = async (stage: Stage, note: (text: string) => void): Promise<void> => {
  const scene = await stage.scene();
  const { log, topic, group } = scene;
  const keys = Array.from({ length: 20 }, (_, nth) => `key-${nth}`);
  const counts = new Map<number, number>();
  const fresh = Array.from({ length: 3_000 }, (_, nth): LogRecord => {
    const key = keys[nth % keys.length] ?? '';
    const partition = partitionOf(key, PARTITIONS);
    const shardSeq = (counts.get(partition) ?? 0) + 1;
    counts.set(partition, shardSeq);
    return toRecord(
      {
        id: eventId(`${key} ${nth}`),
        source: 'conformance',
        type: 'ThingDone',
        subject: key,
        time: new Date(0).toISOString(),
        dataschema: 'urn:tact:event:ThingDone:1',
        tenantid: 't',
        correlationid: 'c',
        causationid: 'c',
      },
      JSON.stringify({ n: nth, at: Date.now() }),
      { topic, partition, shard: `${topic}:${partition}`, shardSeq },
    );
  });
  let seed = 42;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed % below;
  };
  const live = scene.consumer(foldOf(group));
  await live.start();
  let published = 0;
  for (let from = 0; from < fresh.length;) {
    const to = Math.min(fresh.length, from + 1 + random(200));
    const again = random(to);
    const late = fresh.slice(again, Math.min(to, again + random(80)));
    const batch = [
      ...fresh.slice(from, to),
      ...late,
      ...late.filter(() => random(3) === 0).toReversed(),
    ];
    await log.publish(batch);
    published += batch.length;
    from = to;
  }
  expect(await until(async () => (await live.lag()) === 0, 30_000)).toBe(true);
  await live.stop();
  const rebuilt = scene.consumer(foldOf(`${group}-rebuilt`), { group: `${group}-rebuilt` });
  await rebuilt.start();
  expect(await until(async () => (await rebuilt.lag()) === 0, 30_000)).toBe(true);
  await rebuilt.stop();
  const [first, second] = await Promise.all([dump(scene, group), dump(scene, `${group}-rebuilt`)]);
  expect(second).toBe(first);
  const folded = await countOf(
    scene,
    'SELECT sum(count)::integer AS count FROM fold WHERE group_name = $1',
    [group],
  );
  expect(folded).toBe(fresh.length);
  note(`${published - fresh.length} of ${published} records were repetitions`);
};

const dump = async ({ service }: Scene, group: string): Promise<string> => {
  const rows = await service.database.queryable.query(
    'SELECT key, count, state FROM fold WHERE group_name = $1 ORDER BY key',
    [group],
  );
  return JSON.stringify(rows);
};

const replay = async (stage: Stage, note: (text: string) => void): Promise<void> => {
  const scene = await stage.scene();
  const { service, log, topic, group } = scene;
  const relay = scene.relay();
  const keys = Array.from({ length: 10 }, (_, nth) => `key-${nth}`);
  const rounds = 200;
  const traffic = (async () => {
    for (const n of upTo(rounds)) {
      await service.store.appendMany(keys.map((key) => numbered({ key, n })));
    }
  })();
  const first = scene.consumer(effectsOf(group));
  await first.start();
  await until(async () => (await countEffects(scene)) > 300, 20_000);
  await first.stop();
  const before = await countEffects(scene);
  const again = scene.consumer(effectsOf(group));
  await again.rewind(async (tx) => {
    await tx.query('DELETE FROM effects WHERE group_name = $1', [group]);
  });
  await again.start();
  await traffic;
  const whole = rounds * keys.length;
  await until(
    async () => (await countEffects(scene)) >= whole && (await again.lag()) === 0,
    30_000,
  );
  // A running group's offsets are its members' affair.
  await expect(log.admin.resetOffsets(group, topic, 'earliest')).rejects.toThrow();
  await again.stop();
  await relay.stop();
  const effects = await effectsByKey(service.database, group);
  expect(Object.fromEntries(effects)).toEqual(
    Object.fromEntries(keys.map((key) => [key, upTo(rounds)])),
  );
  note(`rewound after ${before} of ${whole} effects`);
};
