import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { contactPolicyDecider } from '@tact/domain';
import { Database, type ProjectedEvent, type Queryable, type RunningService } from '@tact/platform';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import type { TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { outreachService } from '../outreach-service.ts';
import { bootOutreach } from '../testing/boot-outreach.ts';
import { proof } from '../testing/policy-facts.ts';
import { ConsentsProjection } from './consents.projection.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;
let database: Database;

beforeAll(async () => {
  server = await migratedDatabase(outreachService);
  home = await mkdtemp(join(tmpdir(), 'tact-consents-'));
  service = await bootOutreach(server.url, home);
  database = service.app.get(Database);
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

test('the list of consents keeps the word that stands in the ledger, one statement a batch for each table', async () => {
  const days = ['2026-02-01', '2026-03-01', '2026-04-01'];
  const words = days.flatMap((day) => [`${day} give`, `${day} withdraw`]);
  // Every order of three words of the six, with the ledger's own fold as the judge.
  const orders = words.flatMap((one) =>
    words.flatMap((two) => words.map((three) => [one, two, three])),
  );
  let statements = 0;
  const judged = orders.map((order) => {
    const contactId = `ct_${randomUUID().replaceAll('-', '')}`;
    const events = order.flatMap((text, nth) => {
      const [day, verb] = text.split(' ');
      const kind = verb === 'give' ? 'give-consent' : 'withdraw-consent';
      const consentId = `co_${randomUUID().replaceAll('-', '')}`;
      const at = `${day}T00:00:00Z`;
      const what = { kind, contactId, consentId, at, proof } as const;
      const command = { ...what, purpose: 'marketing', channel: 'whatsapp' } as const;
      return contactPolicyDecider
        .decide(command, contactPolicyDecider.initial())
        .map((event) => ({ ...event, position: nth + 1, tenantid: 'other' }));
    });
    const { consents } = events.reduce(contactPolicyDecider.evolve, contactPolicyDecider.initial());
    return { contactId, events, standing: consents['marketing/whatsapp'] };
  });
  await database.transaction((tx) => {
    const counting: Queryable = {
      query(text, values) {
        statements += 1;
        return tx.query(text, values);
      },
    };
    const all = judged.flatMap(({ events }) => events) as unknown as readonly ProjectedEvent<
      'ConsentGiven' | 'ConsentWithdrawn'
    >[];
    return service.app.get(ConsentsProjection).handle(counting, all);
  });
  // What the businesses said of themselves meanwhile is another one.
  expect(statements).toBe(2);
  const rows = await database.queryable.query<{ contact_id: string; state: string; at: Date }>(
    `SELECT contact_id, state, at FROM consents WHERE tenant_id = 'other'`,
  );
  const listed = new Map(rows.map((row) => [row.contact_id, row]));
  for (const { contactId, standing } of judged) {
    const row = listed.get(contactId);
    expect([row?.state, row?.at.getTime()]).toEqual([
      standing?.state,
      Date.parse(standing?.at ?? ''),
    ]);
  }
});
