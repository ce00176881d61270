import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exampleProof, type BlockLikelihood, type ContactDecision } from '@tact/contracts';
import { openedForms } from '@tact/platform';
import { Client } from 'pg';
import { type Constellation, startConstellation, wabaIds } from '../constellation.ts';
import {
  inventedPerson,
  type Person,
  registration,
  statusWebhook,
  wamidFor,
} from '../webhook-bodies.ts';

const fixtures = new URL('../../fixtures/whatsapp/', import.meta.url);
type Case = { id: string; file: string; headers: Record<string, string>; expect: { http: number } };
const { cases } = JSON.parse(readFileSync(new URL('manifest.json', fixtures), 'utf8')) as {
  cases: Case[];
};

let tact: Constellation;
beforeAll(async () => {
  tact = await startConstellation();
}, 120_000);
afterAll(() => tact?.stop(), 60_000);

const register = async (person: Person): Promise<string> => {
  const { status, body } = await tact.call<{ contactId: string }>(
    'POST',
    '/v1/contacts',
    registration(person),
  );
  expect(status).toBe(200);
  return body.contactId;
};
const daysAgo = (days: number): number => Math.floor(Date.now() / 1000) - days * 86_400;
const likelihoodOf = (contactId: string) =>
  tact.call<BlockLikelihood>('GET', `/v1/contacts/${contactId}/block-likelihood`);

describe('a signed webhook becomes a block likelihood', () => {
  test('silence after two receipts raises it, and a delivery brings it to its floor', async () => {
    const person = inventedPerson(1);
    const contactId = await register(person);
    const early = wamidFor(person);
    await tact.webhook(
      statusWebhook(wabaIds[0], person, { wamid: early, status: 'sent', at: daysAgo(20) }),
    );
    await tact.webhook(
      statusWebhook(wabaIds[0], person, { wamid: early, status: 'delivered', at: daysAgo(20) + 5 }),
    );
    const stuck = [9, 7, 5, 3].map((days) => ({ wamid: wamidFor(person), at: daysAgo(days) }));
    for (const { wamid, at } of stuck) {
      await tact.webhook(statusWebhook(wabaIds[0], person, { wamid, status: 'sent', at }));
    }
    await tact.settled();
    const silent = await likelihoodOf(contactId);
    expect(silent.status).toBe(200);
    expect(silent.body.probability).toBeGreaterThan(0.02);
    expect(silent.body.band).not.toBe('reachable');
    // Known by the API alone, nobody is called probable.
    expect(silent.body.band).not.toBe('probable');
    const { wamid } = stuck[0]!;
    await tact.webhook(
      statusWebhook(wabaIds[0], person, { wamid, status: 'delivered', at: daysAgo(1) }),
    );
    await tact.settled();
    const back = await likelihoodOf(contactId);
    expect(back.body.probability).toBeLessThan(silent.body.probability);
    expect(back.body.band).toBe('reachable');
    const { blocked, reachable, ...others } = back.body.causes;
    const sum = blocked + reachable + Object.values(others).reduce((all, one) => all + one, 0);
    expect(sum).toBeCloseTo(1, 6);
  }, 60_000);

  test('the messages seen leaving count against the cap of outreach', async () => {
    const person = inventedPerson(2);
    const contactId = await register(person);
    await tact.settled();
    const ask = () =>
      tact.call<ContactDecision>('POST', '/v1/contact-decisions', {
        contactId,
        channel: 'whatsapp',
        purpose: 'marketing',
      });
    expect((await ask()).body.decision).toBe('allowed');
    for (let nth = 0; nth < 3; nth += 1) {
      const fact = { wamid: wamidFor(person), status: 'sent' as const, at: daysAgo(0) - nth };
      await tact.webhook(statusWebhook(wabaIds[0], person, fact));
      await tact.webhook(statusWebhook(wabaIds[0], person, { ...fact, status: 'delivered' }));
    }
    await tact.settled();
    const denied = await ask();
    expect(denied.body.reasons.map(({ reason }) => reason)).toEqual(['pressure-cap-reached']);
  }, 60_000);

  test('a thousand messages to one person in one webhook are counted without delay', async () => {
    const person = inventedPerson(8);
    const contactId = await register(person);
    const at = daysAgo(0);
    const [first, ...more] = Array.from({ length: 1000 }, () =>
      statusWebhook(wabaIds[0], person, { wamid: wamidFor(person), status: 'sent', at }),
    );
    const entry = [first, ...more].flatMap((webhook) => webhook?.entry ?? []);
    expect(await tact.webhook({ object: 'whatsapp_business_account', entry })).toBe(200);
    await tact.settled();
    const requested = { contactId, channel: 'whatsapp', purpose: 'marketing' };
    const { body } = await tact.call<ContactDecision>('POST', '/v1/contact-decisions', requested);
    expect(body.reasons.map(({ reason }) => reason)).toEqual(['pressure-cap-reached']);
    // They are rows beside the stream: what is decided on does not grow with what was sent.
    expect(body.streamVersion).toBeLessThan(20);
  });

  test('fifty callers who ask at once are all answered, and only as many are allowed as the cap lets', async () => {
    const contactId = await register(inventedPerson(9));
    await tact.settled();
    const requested = { contactId, channel: 'whatsapp', purpose: 'marketing', reserve: true };
    const ask = () => tact.call<ContactDecision>('POST', '/v1/contact-decisions', requested);
    const answers = await Promise.all(Array.from({ length: 50 }, ask));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const allowed = answers.filter(({ body }) => body.decision === 'allowed').length;
    expect(allowed).toBeGreaterThan(0);
    expect(allowed).toBeLessThan(4);
  });

  test('without consent for signal analysis nothing is stored, and the answer is the same', async () => {
    const person = inventedPerson(3);
    const { consents: _, ...withoutConsents } = registration(person);
    const { body } = await tact.call<{ contactId: string }>(
      'POST',
      '/v1/contacts',
      withoutConsents,
    );
    const fact = { wamid: wamidFor(person), status: 'delivered' as const, at: daysAgo(1) };
    expect(await tact.webhook(statusWebhook(wabaIds[0], person, fact))).toBe(200);
    const stranger = inventedPerson(4);
    expect(await tact.webhook(statusWebhook(wabaIds[0], stranger, fact))).toBe(200);
    await tact.settled();
    expect((await likelihoodOf(body.contactId)).status).toBe(404);
  });

  test('a withdrawal in the ledger closes the gate for later signals', async () => {
    const person = inventedPerson(5);
    const contactId = await register(person);
    await tact.settled();
    const withdrawal = await tact.call('POST', '/v1/consents/withdrawals', {
      contactId,
      purpose: 'signal-analysis',
      channel: 'whatsapp',
      at: new Date().toISOString(),
      proof: { ...exampleProof, source: 'letter', method: 'paper' },
    });
    expect(withdrawal.status).toBe(201);
    await tact.settled();
    const fact = { wamid: wamidFor(person), status: 'delivered' as const, at: daysAgo(1) };
    await tact.webhook(statusWebhook(wabaIds[0], person, fact));
    await tact.settled();
    expect((await likelihoodOf(contactId)).status).toBe(404);
  });
});

describe('what would outlive or stop the rest is kept out', () => {
  const consentAt = (at: string) => ({
    purpose: 'signal-analysis',
    channel: 'whatsapp',
    at,
    proof: { ...exampleProof, source: 'letter', method: 'paper' },
  });

  test('a consent dated ahead, which no withdrawal would end, or before PostgreSQL has years', async () => {
    const person = inventedPerson(6);
    for (const at of ['2999-01-01T00:00:00Z', '0000-01-01T00:00:00Z']) {
      const consents = [{ ...consentAt(at), state: 'given' }];
      const refused = await tact.call('POST', '/v1/contacts', {
        ...registration(person),
        consents,
      });
      expect(refused).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/consents/0/at' }] },
      });
    }
    const contactId = await register(person);
    await tact.settled();
    const ahead = { contactId, ...consentAt('2999-01-01T00:00:00Z') };
    expect((await tact.call('POST', '/v1/consents', ahead)).status).toBe(400);
  });

  test('a time of more digits than PostgreSQL reads, which would stop the read model of everyone', async () => {
    const contactId = await register(inventedPerson(10));
    const long = { contactId, ...consentAt(`2026-01-05T09:00:00.${'1'.repeat(200)}Z`) };
    const { status, body } = await tact.call('POST', '/v1/consents', long);
    expect([status, body]).toMatchObject([400, { errors: [{ pointer: '/at' }] }]);
    const exact = { contactId, ...consentAt('2026-01-05T09:00:00.123456789Z') };
    expect((await tact.call('POST', '/v1/consents', exact)).status).toBe(201);
    await tact.settled();
  });

  test('an error code no column holds, which would park the person it came with', async () => {
    const person = inventedPerson(11);
    const contactId = await register(person);
    const fact = { wamid: wamidFor(person), status: 'failed' as const, at: daysAgo(1) };
    await tact.webhook(statusWebhook(wabaIds[0], person, { ...fact, code: 9_000_000_000 }));
    await tact.settled();
    expect((await likelihoodOf(contactId)).status).toBe(200);
  });

  test('a character PostgreSQL cannot hold does not park the person it came with', async () => {
    const person = inventedPerson(7);
    const contactId = await register(person);
    const odd = { from: person.phone.slice(1), timestamp: String(daysAgo(1)) };
    const value = {
      metadata: { phone_number_id: '1\u0000' },
      messages: [
        { ...odd, id: wamidFor(person), type: 'te\u0000' },
        { ...odd, id: wamidFor(person), type: 'te\ud800' },
      ],
    };
    const changes = [{ field: 'messages', value }];
    const entry = [{ id: wabaIds[0], changes }];
    expect(await tact.webhook({ object: 'whatsapp_business_account', entry })).toBe(200);
    await tact.settled();
    expect((await likelihoodOf(contactId)).body.band).toBe('reachable');
  });
});

describe('the corpus', () => {
  test('every body is answered as the manifest says, twice, and leaves no person in clear', async () => {
    const digits = ['101', '102', '103', '104', '105', '106', '107'].map((end) => `33639980${end}`);
    for (const number of digits) {
      await tact.call('POST', '/v1/contacts', {
        ...registration({ phone: `+${number}`, bsuid: `FR.${number}` }),
      });
    }
    for (const { id, file, headers, expect: expected } of [...cases, ...cases]) {
      const signature = headers['x-hub-signature-256'] ?? '';
      const status = await tact.webhook(readFileSync(new URL(file, fixtures)), signature);
      expect([id, status]).toEqual([id, expected.http]);
    }
    await tact.settled();
    const dump = await everyRow(tact.databaseUrl);
    const logs = tact.logLines.join('\n');
    for (const number of digits) {
      for (const form of [number, Buffer.from(number).toString('hex'), `0${number.slice(2)}`]) {
        expect([form, dump.includes(form)]).toEqual([form, false]);
        expect([form, logs.includes(form)]).toEqual([form, false]);
      }
    }
    for (const canary of ['wamid.', 'Fictive', 'Bonjour', 'sign-up form', 'FR.1433']) {
      expect([canary, dump.includes(canary)]).toEqual([canary, false]);
      expect([canary, logs.includes(canary)]).toEqual([canary, false]);
    }
  }, 120_000);

  test('leaves no exact time of what a person did, in any table', async () => {
    const person = inventedPerson(77);
    const contactId = await register(person);
    const at = daysAgo(6) - ((daysAgo(6) % 3600) - 1357);
    const fact = { wamid: wamidFor(person), status: 'delivered' as const, at };
    await tact.webhook(statusWebhook(wabaIds[0], person, fact));
    await tact.settled();
    const shown = await tact.call<{ items: { occurredAt: string }[] }>(
      'GET',
      `/v1/contacts/${contactId}/signals`,
    );
    const exact = new Date(at * 1000).toISOString();
    expect(shown.body.items.map(({ occurredAt }) => occurredAt)).toEqual([exact]);
    const dump = await everyRow(tact.databaseUrl);
    expect(dump).toContain(`${exact.slice(0, 13).replace('T', ' ')}:00:00`);
    for (const form of [exact.slice(0, 19), exact.slice(0, 19).replace('T', ' '), String(at)]) {
      expect([form, dump.includes(form)]).toEqual([form, false]);
    }
  });
});

/** Every row of every table of every schema of ours, as text. */
const everyRow = async (url: string): Promise<string> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(tables.length).toBeGreaterThan(20);
    const parts = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      parts.push(...rows.map(({ row }) => row));
      // bytea prints as hex, so what it holds is read back as text too, and what that says in another form.
      parts.push(
        ...rows.flatMap(({ row }) =>
          [...row.matchAll(/\\x([0-9a-f]{2,})/g)].flatMap(([, hex]) => {
            const bytes = Buffer.from(hex ?? '', 'hex');
            return [bytes, ...openedForms(bytes)].map(String);
          }),
        ),
      );
    }
    return parts.join('\n');
  } finally {
    await client.end();
  }
};
