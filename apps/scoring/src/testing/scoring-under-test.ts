import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import type { Scope } from '@tact/contracts';
import {
  ApiKeys,
  type ConsumedEvent,
  MessageLog,
  type RunningService,
  bootService,
  createLog,
  partitionOf,
  toRecord,
} from '@tact/platform';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import type { TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { scoringService } from '../scoring-service.ts';

const topic = 'contact-signals.v1';

/** Scoring as a service, on a database of its own for one test file. */
export const scoringUnderTest = () => {
  let server: TestDatabase;
  let home: string;
  let service: RunningService;
  const shardSeqs = new Map<string, number>();

  beforeAll(async () => {
    server = await migratedDatabase(scoringService);
    home = await mkdtemp(join(tmpdir(), 'tact-scoring-'));
    service = await bootService(scoringService, {
      environment: {
        DATABASE_URL: server.url,
        TACT_HOME: home,
        TACT_MODE: 'embedded',
        TACT_CLOCK: '2026-11-20T10:00:00Z',
      },
      log: createLog({ service: 'scoring', level: 'error' }),
    });
  }, 60_000);
  afterAll(async () => {
    await service?.stop();
    await server?.drop();
    await rm(home, { recursive: true, force: true });
  });

  const keyOf = async (tenantId: string, scopes: readonly Scope[]): Promise<string> =>
    (await service.app.get(ApiKeys).create({ tenantId, scopes, label: 'test' })).key;

  /** Puts facts on the log as ingestion's relay does, and waits until they are taken in. */
  const publish = async (events: readonly ConsumedEvent[]): Promise<void> => {
    const log = service.app.get(MessageLog);
    const count = await log.admin.partitions(topic);
    await log.publish(
      events.map((event) => {
        const partition = partitionOf(event.subject, count);
        const shard = `${topic}:${partition}`;
        const shardSeq = (shardSeqs.get(shard) ?? 0) + 1;
        shardSeqs.set(shard, shardSeq);
        return toRecord(event, JSON.stringify(event.data), { topic, partition, shard, shardSeq });
      }),
    );
    await service.settled();
  };

  return { running: () => service, keyOf, publish };
};
