import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bootService, createLog, Database, type RunningService, Vault } from '@tact/platform';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import type { TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { ingestionService } from '../ingestion-service.ts';
import { ConsentGate } from './consent-gate.ts';
import { joinGate, leaveGate } from './merge-gate.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;

const start = (more: Record<string, string> = {}) =>
  bootService(ingestionService, {
    environment: {
      DATABASE_URL: server.url,
      TACT_HOME: home,
      TACT_MODE: 'embedded',
      WHATSAPP_APP_SECRET: 'x',
      WHATSAPP_VERIFY_TOKEN: 'x',
      WHATSAPP_WABA_IDS: '1',
      GATE_LOOK_SECONDS: '3600',
      ...more,
    },
    log: createLog({ service: 'ingestion', level: 'error' }),
  });

beforeAll(async () => {
  server = await migratedDatabase(ingestionService);
  home = await mkdtemp(join(tmpdir(), 'tact-merge-gate-'));
  service = await start();
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const tenantId = 'demo';
const day = (n: number) => `2026-03-${String(n).padStart(2, '0')}T09:00:00.000Z`;
const at = day(20);
const database = () => service.app.get(Database);
const gate = () => service.app.get(ConsentGate);

const newContact = async (): Promise<string> => {
  const identities = { crmId: `crm-${randomInt(2 ** 40)}` };
  const known = await database().transaction((tx) =>
    service.app.get(Vault).register(tx, tenantId, identities),
  );
  return 'contactId' in known ? known.contactId : '';
};
type Said = readonly ['given' | 'withdrawn' | 'refused' | 'lifted', number];
const say = (contactId: string, words: readonly Said[]) =>
  database().transaction(async (tx) => {
    for (const [word, nth] of words) {
      const named = { tenantId, contactId, at: day(nth) };
      if (word === 'given' || word === 'withdrawn') {
        await gate().record(tx, [{ ...named, state: word }]);
      } else {
        const refusal = { about: 'suppression' as const, isLift: word === 'lifted' };
        await gate().recordSuppressions(tx, [{ ...named, ...refusal }]);
      }
    }
  });
const isOpen = async (contactId: string, of = gate()) =>
  (await of.open(tenantId, [contactId])).has(contactId);
const contactOf = async (words: readonly Said[]): Promise<string> => {
  const contactId = await newContact();
  await say(contactId, words);
  return contactId;
};

describe('the gate of two contacts that became one', () => {
  test.each<[string, readonly Said[], readonly Said[], readonly Said[], boolean]>([
    ['both agreed', [['given', 3]], [['given', 5]], [], true],
    [
      'both agreed, and the file says so again',
      [['given', 3]],
      [['given', 5]],
      [['given', 5]],
      true,
    ],
    [
      'one of both took it back meanwhile',
      [['given', 3]],
      [['given', 5]],
      [['withdrawn', 4]],
      false,
    ],
    ['one alone agreed', [['given', 3]], [], [], false],
    ['one alone agreed, and the file says so again', [], [['given', 5]], [['given', 5]], false],
    ['one alone agreed, and it is agreed to anew', [], [['given', 5]], [['given', 21]], true],
    ['nobody had agreed, and an old agreement comes late', [], [], [['given', 5]], false],
    [
      'one withdrew, and a later agreement of before comes late',
      [['withdrawn', 3]],
      [],
      [['given', 9]],
      false,
    ],
    [
      'one withdrew, and it is agreed to anew',
      [['withdrawn', 3]],
      [['given', 4]],
      [['given', 21]],
      true,
    ],
    [
      'one refused',
      [
        ['given', 3],
        ['refused', 4],
      ],
      [['given', 5]],
      [],
      false,
    ],
    [
      'one refused, and a lift of before comes late',
      [
        ['given', 3],
        ['refused', 4],
      ],
      [['given', 5]],
      [['lifted', 10]],
      false,
    ],
    [
      'one refused, and lifts it anew',
      [
        ['given', 3],
        ['refused', 4],
      ],
      [['given', 5]],
      [['lifted', 21]],
      true,
    ],
    [
      'one lifted what it had refused',
      [
        ['given', 3],
        ['refused', 4],
        ['lifted', 6],
      ],
      [['given', 5]],
      [],
      true,
    ],
    [
      'the other’s refusal comes late',
      [
        ['given', 3],
        ['refused', 4],
        ['lifted', 10],
      ],
      [['given', 5]],
      [['refused', 5]],
      false,
    ],
  ])('%s', async (...[, own, other, afterwards, expected]) => {
    for (const [one, two] of [
      [own, other],
      [other, own],
    ]) {
      const [into, from] = [await contactOf(one ?? []), await contactOf(two ?? [])];
      await database().transaction((tx) => joinGate(tx, { tenantId, from, into, at }));
      await say(into, afterwards);
      expect(await isOpen(into)).toBe(expected);
    }
  });

  test('holds nobody for having said no, where nobody has to agree', async () => {
    const other = await start({
      LAWFUL_BASIS: 'legitimate-interest',
      BALANCING_TEST_REFERENCE: 'LIA-2026-01',
    });
    try {
      const [into, from] = [await contactOf([['given', 3]]), await contactOf([])];
      await database().transaction((tx) => joinGate(tx, { tenantId, from, into, at }));
      expect(await isOpen(into, other.app.get(ConsentGate))).toBe(true);
    } finally {
      await other.stop();
    }
  });
});

describe('the gate of a contact that somebody left', () => {
  test.each<[string, readonly Said[], readonly Said[], boolean]>([
    ['agreed: it may have been the other', [['given', 3]], [], false],
    ['agreed, and the file says so again', [['given', 3]], [['given', 3]], false],
    ['agreed, and agrees anew', [['given', 3]], [['given', 21]], true],
    [
      'withdrew, and a later agreement of before comes late',
      [['withdrawn', 3]],
      [['given', 9]],
      false,
    ],
    ['refused, and agrees anew', [['refused', 3]], [['given', 21]], false],
  ])('%s', async (_, words, afterwards, expected) => {
    const contactId = await contactOf(words);
    await database().transaction((tx) => leaveGate(tx, { tenantId, contactId, at }));
    await say(contactId, afterwards);
    expect(await isOpen(contactId)).toBe(expected);
  });
});
