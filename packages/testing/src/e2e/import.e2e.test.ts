import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  ImportAccepted,
  ImportProgress,
  type ImportType,
  DAY_MS,
  exampleProof,
} from '@tact/contracts';
import { eventually, RunningPlatform } from '../running-platform.ts';

const platform = new RunningPlatform();
beforeAll(() => platform.start(), 180_000);
afterAll(async () => {
  await platform.stop();
  platform.remove();
}, 60_000);

const people = Array.from({ length: 50 }, (_, nth) => `c-${nth}`);
const LINES_EACH = 400;

const upload = async (type: ImportType, lines: readonly object[]): Promise<string> => {
  const { origin, apiKey } = platform.credentials;
  const answer = await fetch(`${origin}/v1/imports?type=${type}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  expect(answer.status).toBe(202);
  return ImportAccepted.parse(await answer.json()).importId;
};

/** How far it is; undefined while the service is away. */
const progressOf = async (importId: string): Promise<ImportProgress | undefined> => {
  const answer = await platform.call('GET', `/v1/imports/${importId}`).catch(() => undefined);
  return ImportProgress.safeParse(answer?.body).data;
};
const finished = (importId: string) =>
  eventually(
    () => progressOf(importId),
    (progress) => progress?.state === 'finished',
    120_000,
  );

test('an import goes on where it was after its service is killed, twice, without the file', async () => {
  const contacts = people.map((crmId) => ({ id: `contact ${crmId}`, identities: { crmId } }));
  await finished(await upload('contacts', contacts));
  const consent = { purpose: 'signal-analysis', channel: 'whatsapp', state: 'given' };
  const given = { ...consent, at: '2026-01-05T09:00:00Z', proof: exampleProof };
  const consents = people.map((crmId) => ({
    id: `consent ${crmId}`,
    contact: { crmId },
    ...given,
  }));
  await finished(await upload('consents', consents));

  const from = Date.now() - 30 * DAY_MS;
  const lines = Array.from({ length: people.length * LINES_EACH }, (_, nth) => ({
    id: randomUUID(),
    contact: { crmId: people[nth % people.length] },
    kind: 'message-delivered',
    messageRef: `m-${nth}`,
    occurredAt: new Date(from + nth * 1_000).toISOString(),
  }));
  const importId = await upload('signals', lines);
  for (const share of [0.1, 0.5]) {
    await eventually(
      () => progressOf(importId),
      (progress) => (progress?.lines.accepted ?? 0) >= lines.length * share,
    );
    platform.kill('ingestion');
  }
  const done = await finished(importId);
  expect(done).toMatchObject({
    notContactable: 0,
    lines: { read: lines.length, accepted: lines.length, duplicate: 0, rejected: 0 },
  });
  expect(platform.restarts['ingestion']).toBeGreaterThanOrEqual(2);

  // Scoring has each of them, once.
  const { body } = await platform.call<{ contactId: string }>('POST', '/v1/contacts/search', {
    identity: { crmId: people[0] },
  });
  const timeline = async () => {
    const kinds: unknown[] = [];
    for (let cursor = ''; ;) {
      const path = `/v1/contacts/${body.contactId}/signals?limit=200${cursor}`;
      const page = await platform.call<{ items: unknown[]; nextCursor?: string }>('GET', path);
      kinds.push(...(page.body.items ?? []));
      if (page.body.nextCursor === undefined) return kinds.length;
      cursor = `&cursor=${page.body.nextCursor}`;
    }
  };
  expect(await eventually(timeline, (count) => count >= LINES_EACH)).toBe(LINES_EACH);
}, 240_000);
