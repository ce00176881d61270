import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exampleProof } from '@tact/contracts';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { contactsNamed, readCorpus } from '@tact/cli';
import fc from 'fast-check';
import { type Constellation, definitions, startConstellation } from '../constellation.ts';
import { migratedDatabase } from '../migrated-database.ts';
import { oncePerRun } from '../once-per-run.ts';
import { mayKeepDatabases, testDatabase, type TestDatabase } from '../postgres.ts';
import { runFolder } from '../scratch.ts';
import { type State, stateOf } from './state.ts';

export const folder = fileURLToPath(new URL('../../fixtures/whatsapp', import.meta.url));
export const corpus: ReturnType<typeof readCorpus> = readCorpus(folder);
export const people = contactsNamed(corpus.cases.map(({ body }) => body));
export const AT_ONCE = 16;
/** Of the orders in which the files here get the corpus; each adds a number of its own. */
export const seed = Number(process.env['TACT_TEST_SEED'] ?? Date.now() % 1_000_000);

/** Message refs and event ids follow from the root key, so all platforms share one. */
const keys = join(runFolder(), 'keys-of-everybody');
const shared = { TACT_KEYS_DIR: keys, TACT_CLOCK: corpus.receivedAt };

const open: Constellation[] = [];
const databases: TestDatabase[] = [];
afterAll(async () => {
  for (const one of open) await one.stop();
  for (const one of databases) await one.drop();
}, 60_000);

const started = (database: TestDatabase): Promise<Constellation> => {
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  return startConstellation(shared, database);
};

const atOnce = async <Item>(items: readonly Item[], work: (item: Item) => Promise<void>) => {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
};

const consents = (['signal-analysis', 'marketing'] as const).map((purpose) => ({
  purpose,
  channel: 'whatsapp',
  state: 'given',
  at: '2026-01-05T09:00:00.000Z',
  proof: exampleProof,
}));

/** Everybody of the corpus, registered once: ids of contacts are drawn, so every platform starts from a copy of this. */
const registered = async (): Promise<TestDatabase> => {
  const database = await migratedDatabase(...definitions);
  if (!mayKeepDatabases()) databases.push(database);
  const tact = await started(database);
  await atOnce(people, async (identities) => {
    const request = { identities, timeZone: 'Europe/Paris', language: 'fr', consents };
    const { status } = await tact.call('POST', '/v1/contacts', request);
    expect(status).toBe(200);
  });
  await tact.settled();
  await tact.stop();
  return database;
};

let everybody: Pick<TestDatabase, 'name'>;
beforeAll(async () => {
  everybody = mayKeepDatabases()
    ? await oncePerRun('everybody', async () => ({ name: (await registered()).name }))
    : await registered();
}, 180_000);

/** A platform that knows everybody, and has heard nothing; it is stopped after the file's tests. */
export const platformOfEverybody = async (): Promise<Constellation> => {
  const database = await testDatabase(everybody);
  databases.push(database);
  const tact = await started(database);
  open.push(tact);
  return tact;
};

type Case = (typeof corpus.cases)[number];

const post =
  (tact: Constellation) =>
  async ({ id, headers, body, expect: reported }: Case) => {
    const send = () => tact.webhook(Buffer.from(body), headers['x-hub-signature-256'] ?? '');
    let status = await send();
    // WhatsApp sends again what was not taken; on a busy machine that is part of any order.
    for (let again = 0; status === 503 && again < 20; again += 1) status = await send();
    expect([id, status]).toEqual([id, reported.http]);
  };

const givenInOrder = async (): Promise<State> => {
  const tact = await platformOfEverybody();
  for (const one of corpus.cases) await post(tact)(one);
  await tact.followed();
  return stateOf(tact.databaseUrl);
};

/** The state of a platform that was given the corpus once, one after the other. */
export const stateInOrder = (): Promise<State> =>
  mayKeepDatabases() ? oncePerRun('state-in-order', givenInOrder) : givenInOrder();

const twice = [...corpus.cases.keys(), ...corpus.cases.keys()];
const anyOrder = fc.shuffledSubarray(twice, { minLength: twice.length });

/** A platform that was given the whole corpus twice, in that order and so many at a time, and is done with it. */
const givenAtOnce = async (order: readonly number[]): Promise<Constellation> => {
  const tact = await platformOfEverybody();
  await atOnce(order, (nth) => post(tact)(corpus.cases[nth]!));
  await tact.followed();
  return tact;
};

/** Tries the nth order. One that fails is not made smaller: each try is a platform of its own. */
export const inAnyOrder = (
  nth: number,
  check: (tact: Constellation) => Promise<void>,
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(anyOrder, async (order) => check(await givenAtOnce(order))),
    { seed: seed + nth, numRuns: 1, endOnFailure: true },
  );
