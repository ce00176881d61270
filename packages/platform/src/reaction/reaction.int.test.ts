import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { EventStore } from '../event-store/event-store.ts';
import { eventStoreMigrations } from '../event-store/schema.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import { sourceOf } from '../projection/projection.ts';
import { ProjectionRunner } from '../projection/runner.ts';
import { projectionMigrations } from '../projection/schema.ts';
import { followingOf, type Reaction } from './reaction.ts';
import { reactionMigrations } from './schema.ts';

let server: TestDatabase;
let database: Database;
let store: EventStore;

beforeEach(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url, schema: 'reacting' });
  await migrate(database, [
    ...eventStoreMigrations,
    ...projectionMigrations,
    ...reactionMigrations,
  ]);
  store = new EventStore({ database });
});
afterEach(async () => {
  await store?.close();
  await database?.close();
  await server?.drop();
});

/** A door that is lit while it stands open: the light is the service's own event. */
const lights = (
  failing: { left: number } = { left: 0 },
): Reaction<'dark' | 'lit', 'Opened' | 'Closed', 'light' | 'darken'> => ({
  name: 'lights',
  types: ['Opened', 'Closed'],
  initial: 'dark',
  table: {
    dark: {
      Opened: { to: 'lit', commands: ['light'] },
      Closed: { to: 'dark', commands: [] },
    },
    lit: {
      Opened: { to: 'lit', commands: [] },
      Closed: { to: 'dark', commands: ['darken'] },
    },
  },
  processOf: ({ stream }) => stream,
  run: async (tx, command, { stream }) => {
    await store.appendIn(tx, [
      {
        stream: `light-${stream}`,
        expected: 'any',
        events: [{ type: command, data: {} }],
        context: { tenantId: 't', subject: stream },
      },
    ]);
    if (failing.left > 0) {
      failing.left -= 1;
      throw new Error('not now');
    }
  },
});

const say = (stream: string, ...types: string[]) =>
  store.append({
    stream,
    expected: 'any',
    context: { tenantId: 't', subject: stream },
    events: types.map((type) => ({ type, data: {} })),
  });
const runnerOf = (reaction: ReturnType<typeof lights>) =>
  new ProjectionRunner({
    database,
    source: sourceOf(store),
    projection: { ...followingOf(reaction), restMs: 0 },
  });
const lightsOf = async (stream: string) =>
  (await store.load(`light-${stream}`)).events.map(({ type }) => type);

test('each process goes its own way through the table, also over a restart', async () => {
  await say('a', 'Opened', 'Opened', 'Painted');
  await say('b', 'Closed', 'Opened', 'Closed');
  await runnerOf(lights()).catchUp();
  await say('a', 'Closed', 'Closed');
  await runnerOf(lights()).catchUp();
  expect(await lightsOf('a')).toEqual(['light', 'darken']);
  expect(await lightsOf('b')).toEqual(['light', 'darken']);
  expect(await database.queryable.query('SELECT FROM reaction_states')).toEqual([]);
});

test('a command that failed leaves nothing, and is run once by whoever comes next', async () => {
  await say('a', 'Opened');
  const failing = { left: 2 };
  const runner = runnerOf(lights(failing));
  await expect(runner.catchUp()).rejects.toThrow('not now');
  await expect(runner.catchUp()).rejects.toThrow('not now');
  expect(await lightsOf('a')).toEqual([]);
  // Two processes at once, and again: the checkpoint lets one of them.
  await Promise.all([runner.catchUp(), runnerOf(lights(failing)).catchUp()]);
  await runnerOf(lights()).catchUp();
  expect(await lightsOf('a')).toEqual(['light']);
  expect(await database.queryable.query('SELECT process, state FROM reaction_states')).toEqual([
    { process: 'a', state: 'lit' },
  ]);
});
