import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ProjectionRebuild, type SignalRecorded, DAY_MS } from '@tact/contracts';
import {
  Clock,
  type Database,
  LocalRootKey,
  Vault,
  migrate,
  openDatabase,
  toStoredBytes,
  vaultMigrations,
} from '@tact/platform';
import type { Bench, BenchCase, BenchResult } from '../bench.ts';
import { benchKey, type ServiceProcess, startService, withPlace } from '../service-process.ts';

const tenantId = 'demo';
const EACH = 50;
const PEOPLE_AT_ONCE = 200;

/** One person's sixty days: a message every 2.4 days, delivered but for the last ones of some. */
function* storyOf(contactId: string, nth: number): Generator<SignalRecorded> {
  const from = Date.now() - 60 * DAY_MS;
  const silentFrom = nth % 5 === 0 ? EACH - 12 : EACH;
  for (let fact = 0; fact < EACH; fact += 1) {
    const isSent = fact % 2 === 0;
    const occurredAt = new Date(from + (fact * 60 * DAY_MS) / EACH + nth).toISOString();
    yield {
      contactId,
      origin: 'whatsapp-webhook',
      occurredAt,
      kind: isSent || fact >= silentFrom ? 'message-sent' : 'message-delivered',
      messageRef: `mr_${nth}_${isSent || fact >= silentFrom ? fact : fact - 1}`,
    };
  }
}

/** Facts as scoring keeps them, sealed under each person's key. */
const keepFacts = async (scoring: Database, vault: Vault, people: number): Promise<void> => {
  for (let done = 0; done < people; done += PEOPLE_AT_ONCE) {
    const events = Array.from({ length: PEOPLE_AT_ONCE }, (_, nth) => {
      const subject = `ct_${randomBytes(16).toString('hex')}`;
      return [...storyOf(subject, done + nth)].map((data) => ({
        id: randomUUID(),
        type: 'SignalRecorded',
        subject,
        tenantId,
        data,
      }));
    }).flat();
    const sealed = await vault.sealer.seal(events);
    const rows = events.map(({ id, subject }, nth) => ({
      tenant_id: tenantId,
      contact_id: subject,
      event_id: id,
      data: `\\x${toStoredBytes('SignalRecorded', subject, sealed[nth] ?? {}).toString('hex')}`,
    }));
    await scoring.queryable.query(
      `INSERT INTO facts (tenant_id, contact_id, event_id, data) SELECT * FROM json_to_recordset($1::json)
       AS fact (tenant_id text, contact_id text, event_id uuid, data bytea)`,
      [JSON.stringify(rows)],
    );
    if (done % 2_000 === 0) console.log(`  facts kept: ${(done * EACH).toLocaleString('en')}`);
  }
};

/** Every fact read once, page by page, and nothing done with it: as fast as a rebuild could be. */
const rawScan = async ({ queryable }: Database): Promise<number> => {
  const begin = performance.now();
  let [position, count] = [0, 0];
  for (;;) {
    const rows = await queryable.query<{ position: number; data: object }>(
      'SELECT position, data FROM facts WHERE position > $1 ORDER BY position LIMIT 1000',
      [position],
    );
    count += rows.length;
    position = rows.at(-1)?.position ?? position;
    if (rows.length === 0) return (count * 1_000) / (performance.now() - begin);
  }
};

const rebuilt = async ({ port }: ServiceProcess): Promise<number> => {
  const headers = { authorization: `Bearer ${benchKey}` };
  const path = `http://127.0.0.1:${port}/v1/projections/block-likelihood/rebuilds`;
  const begin = performance.now();
  const begun = ProjectionRebuild.parse(
    await (await fetch(path, { method: 'POST', headers })).json(),
  );
  for (;;) {
    await pause(50);
    const answer = await fetch(`${path}/${begun.rebuildId}`, { headers });
    const { state } = ProjectionRebuild.parse(await answer.json());
    if (state === 'swapped') return performance.now() - begin;
    if (state !== 'running') throw new Error(`the rebuild ${state}`);
  }
};

const rebuildOf =
  (people: number) =>
  (bench: Bench): Promise<BenchResult[]> =>
    withPlace(bench.url, async ({ databaseUrl, home }) => {
      const scoring = await startService('scoring', { databaseUrl, home });
      const database = await openDatabase({ url: databaseUrl, schema: 'scoring', poolSize: 2 });
      const vaultSchema = await openDatabase({ url: databaseUrl, schema: 'vault', poolSize: 2 });
      try {
        await migrate(vaultSchema, vaultMigrations);
        const rootKey = await LocalRootKey.open(join(home, 'keys'));
        const { queryable } = vaultSchema;
        const vault = new Vault({ queryable, rootKey, clock: new Clock() });
        await keepFacts(database, vault, people);
        const raw = await rawScan(database);
        const facts = people * EACH;
        const ours = (facts * 1_000) / (await rebuilt(scoring));
        const name = `rebuild of block likelihoods, ${facts.toLocaleString('en')} facts of ${people.toLocaleString('en')} people, sealed`;
        return [{ name, against: 'raw scan', unit: 'facts/s', ours, raw, ratio: ours / raw }];
      } finally {
        await Promise.all([database.close(), vaultSchema.close()]);
        await scoring.stop();
      }
    });

export const cases: readonly BenchCase[] = [
  { name: 'likelihood-rebuild', run: rebuildOf(2_000) },
  { name: 'likelihood-rebuild-million', onlyWhenNamed: true, run: rebuildOf(20_000) },
];
