import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type LogRecord, partitionOf, PostgresLog, toRecord } from '@tact/platform';
import type { BenchCase, BenchResult } from '../bench.ts';
import { HttpConnection } from '../http-connection.ts';
import { importPeople, inReadModel, signalLines, upload } from '../import-lines.ts';
import { closedLoop, Latencies } from '../load.ts';
import { WholePlatform } from '../whole-platform.ts';

const PEOPLE = 400;
const ACTS = 20_000;
const LOOKS = 40;
const WARM_MS = 6_000;
const LISTED_MS_MAX = 2_000;
const PER_SECOND_LEAST = 1_000;
const PARTITIONS = 6;

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

const contactsOf = async (whole: WholePlatform): Promise<string[]> => {
  const people = await importPeople(whole.api, PEOPLE);
  await upload(whole.api, 'signals', signalLines({ people, each: 3, order: 'by time' }));
  await inReadModel(whole.sql, PEOPLE * 3);
  await whole.settled();
  const { rows } = await whole.sql.query<{ id: string }>(
    'SELECT DISTINCT contact_id AS id FROM scoring.facts',
  );
  return rows.map(({ id }) => id);
};

/** Reads of many people, each of whom is looked at for the first time in the hour, and once more. */
const looks = async (whole: WholePlatform, contacts: readonly string[]): Promise<BenchResult[]> => {
  const connection = whole.connection();
  const pathOf = (id: string) =>
    HttpConnection.get(`/v1/contacts/${id}/block-likelihood`, whole.authorization);
  const [warm = '', ...others] = contacts;
  await closedLoop(1, () => whole.ok(connection, pathOf(warm)))(WARM_MS);
  const medianMs = async (): Promise<number> => {
    const latencies = new Latencies();
    for (const id of others) {
      const began = performance.now();
      await whole.ok(connection, pathOf(id));
      latencies.record(performance.now() - began);
    }
    return latencies.percentileMs(50);
  };
  const [first, again] = [await medianMs(), await medianMs()];
  const against = 'one caller through the gateway';
  return [
    { name: 'block likelihood, written down as shown', against, unit: 'ms', ours: first },
    { name: 'block likelihood, again within the hour', against, unit: 'ms', ours: again },
  ];
};

/** From the answer of an act to its entry in the chain. */
const lag = async (whole: WholePlatform, contacts: readonly string[]): Promise<BenchResult> => {
  const connection = whole.connection();
  const latencies = new Latencies();
  for (const id of contacts.slice(0, LOOKS)) {
    const seen = await whole.number('SELECT max(seq) AS n FROM compliance.audit_entries');
    await whole.ok(connection, HttpConnection.get(`/v1/contacts/${id}`, whole.authorization));
    const began = performance.now();
    while ((await whole.number('SELECT max(seq) AS n FROM compliance.audit_entries')) <= seen) {
      await pause(2);
    }
    latencies.record(performance.now() - began);
    await whole.settled();
  }
  return {
    name: 'an act until it is listed',
    against: 'on an idle platform; the longest for p99',
    unit: 'ms',
    ours: latencies.percentileMs(50),
    p50Ms: latencies.percentileMs(50),
    p99Ms: latencies.percentileMs(100),
    p99FloorMs: LISTED_MS_MAX,
  };
};

/** Acts of one tenant as a relay publishes them. */
const published = (contacts: readonly string[]): LogRecord[] => {
  const counts = new Map<string, number>();
  return Array.from({ length: ACTS }, (_, nth) => {
    const subject = contacts[nth % contacts.length] ?? '';
    const partition = partitionOf(subject, PARTITIONS);
    const shard = `audit.v1:${partition}`;
    const shardSeq = (counts.get(shard) ?? 0) + 1;
    counts.set(shard, shardSeq);
    const [actor, eventId] = ['ak_0123456789abcdef0123', randomUUID()];
    const data = { act: 'contact-viewed', actor, eventId, eventSha256: 'ab'.repeat(32) };
    const event = {
      id: randomUUID(),
      source: 'bench',
      type: 'ActRecorded',
      subject,
      time: '2026-11-30T05:00:00.000Z',
      dataschema: 'urn:tact:event:ActRecorded:1',
      tenantid: 'demo',
      correlationid: eventId,
      causationid: eventId,
      actorid: actor,
    };
    return toRecord(event, JSON.stringify(data), { topic: 'audit.v1', partition, shard, shardSeq });
  });
};

/** Entries of one chain a second, from the log to the disk, while nothing else is asked of the platform. */
const chained = async (whole: WholePlatform, contacts: readonly string[]): Promise<BenchResult> => {
  const log = await PostgresLog.open({ url: whole.url, lines: silent });
  const records = published(contacts);
  const before = await whole.number('SELECT max(seq) AS n FROM compliance.audit_entries');
  const began = performance.now();
  await log.publish(records);
  await whole.until('SELECT max(seq) AS n FROM compliance.audit_entries', before + ACTS);
  const spentMs = performance.now() - began;
  await log.stop({ drainMs: 1_000 });
  return {
    name: 'entries of one audit chain',
    against: 'published all at once',
    unit: 'entries/s',
    ours: (ACTS * 1_000) / spentMs,
    atLeast: PER_SECOND_LEAST,
  };
};

export const cases: readonly BenchCase[] = [
  {
    name: 'platform-audit',
    run: () =>
      WholePlatform.with(async (whole) => {
        const contacts = await contactsOf(whole);
        return [
          ...(await looks(whole, contacts)),
          await lag(whole, contacts),
          await chained(whole, contacts),
        ];
      }),
  },
];
