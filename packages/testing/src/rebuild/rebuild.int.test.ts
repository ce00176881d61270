import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { Problem, ProjectionList, ProjectionRebuild, type ServiceName } from '@tact/contracts';
import { Client } from 'pg';
import { apiKey, type Constellation } from '../constellation.ts';
import { corpus, platformOfEverybody } from '../same-state/given-corpus.ts';

/** Of read models that are made of the service's own events: their tables, and a change that no event tells of. */
const readModels = [
  ['ingestion', 'messages', 'messages', `state = 'waiting', due_at = NULL`],
  ['ingestion', 'cohort', 'cohort_messages', 'sent_hour = NULL'],
  ['outreach', 'consents', 'consents', `state = 'withdrawn'`],
  ['compliance', 'data-requests', 'data_requests', `status = 'none'`],
] as const satisfies readonly (readonly [ServiceName, string, string, string])[];

let tact: Constellation;

beforeAll(async () => {
  tact = await platformOfEverybody();
  for (const { body, headers } of corpus.cases) {
    await tact.webhook(Buffer.from(body), headers['x-hub-signature-256'] ?? '');
  }
  for (const right of ['access', 'erasure', 'objection']) {
    const request = { right, channel: 'email', identities: { phone: '+33639980042' } };
    await tact.call('POST', '/v1/data-requests', request);
  }
  await tact.followed();
}, 180_000);

/** By a connection that is gone before the platform is. */
const asked = async (text: string): Promise<{ row: string }[]> => {
  const client = new Client({ connectionString: tact.databaseUrl });
  await client.connect();
  try {
    return (await client.query<{ row: string }>(text)).rows;
  } finally {
    await client.end();
  }
};

const ask = async (service: ServiceName, method: 'GET' | 'POST', path: string) => {
  const at = tact.services.find((one) => one.service === service)?.origin ?? '';
  const headers = { authorization: `Bearer ${apiKey}` };
  const answer = await fetch(`${at}/v1/projections${path}`, { method, headers });
  const body: unknown = await answer.json();
  return { status: answer.status, body };
};

const rebuilt = async (service: ServiceName, name: string): Promise<ProjectionRebuild> => {
  const begun = await ask(service, 'POST', `/${name}/rebuilds`);
  expect(begun.status).toBe(202);
  const { rebuildId } = ProjectionRebuild.parse(begun.body);
  for (;;) {
    const { body } = await ask(service, 'GET', `/${name}/rebuilds/${rebuildId}`);
    const rebuild = ProjectionRebuild.parse(body);
    if (rebuild.state !== 'running') return rebuild;
    await pause(20);
  }
};

const rowsOf = async (table: string): Promise<string[]> => {
  const rows = await asked(`SELECT t::text AS row FROM ${table} AS t ORDER BY 1`);
  return rows.map(({ row }) => row);
};

test.each(readModels)('%s builds %s anew, row by row', async (service, name, table, damage) => {
  const rows = await rowsOf(`${service}.${table}`);
  expect(rows.length).toBeGreaterThan(2);
  expect(await rebuilt(service, name)).toMatchObject({
    state: 'swapped',
    comparison: { liveRows: rows.length, newRows: rows.length, same: true },
  });
  expect(await rowsOf(`${service}.${table}`)).toEqual(rows);
  // Rows that went wrong, and one that is gone, are made right: nothing was copied from them.
  await asked(`UPDATE ${service}.${table} SET ${damage}`);
  await asked(
    `DELETE FROM ${service}.${table} WHERE ctid = (SELECT min(ctid) FROM ${service}.${table})`,
  );
  expect(await rowsOf(`${service}.${table}`)).not.toEqual(rows);
  expect(await rebuilt(service, name)).toMatchObject({
    comparison: { liveRows: rows.length - 1, newRows: rows.length, same: false },
  });
  expect(await rowsOf(`${service}.${table}`)).toEqual(rows);
});

test('the registry says what each read model is made of; what came by the log alone is refused', async () => {
  const listed: string[] = [];
  for (const { service } of tact.services) {
    const { items } = ProjectionList.parse((await ask(service, 'GET', '')).body);
    listed.push(...items.map(({ name, source, state }) => `${service} ${name} ${source} ${state}`));
    for (const { name, rebuildable, whyNot } of items) {
      if (rebuildable) continue;
      const { status, body } = await ask(service, 'POST', `/${name}/rebuilds`);
      expect([status, Problem.parse(body).detail]).toEqual([422, whyNot]);
      expect(whyNot).toMatch(/keeps (?:7 days|the latest of each key)/);
    }
  }
  expect(listed).toEqual([
    'ingestion cohort events current',
    'ingestion ingestion.consent-gate log current',
    'ingestion ingestion.identity-conflicts log current',
    'ingestion ingestion.immediate-rights log current',
    'ingestion ingestion.ledger-words log current',
    'ingestion ingestion.remembered-refusals log current',
    'ingestion messages events current',
    'scoring block-likelihood facts current',
    'scoring scoring.block-likelihood log current',
    'scoring scoring.left-out log current',
    'scoring scoring.restrictions log current',
    'outreach consents events current',
    'outreach outreach.contacts log current',
    'outreach outreach.restrictions log current',
    'outreach outreach.shared-addresses log current',
    'outreach outreach.wishes log current',
    'compliance compliance.addresses log current',
    'compliance compliance.audit log current',
    'compliance compliance.immediate-rights log current',
    'compliance compliance.proofs log current',
    'compliance compliance.restrictions log current',
    'compliance data-requests events current',
  ]);
  expect((await ask('outreach', 'POST', '/no-such/rebuilds')).status).toBe(404);
});
