import { createHash } from 'node:crypto';
import {
  EventStore,
  Relay,
  consumerMigrations,
  eventStoreMigrations,
  migrate,
  openDatabase,
  relayMigrations,
} from '@tact/platform';
import type { Consumer, Database, MessageLog, RelayOptions, ValidateData } from '@tact/platform';
import { lines } from './fixture.ts';

// `effects` has no unique key: an effect that happened twice must show. `fold` depends on order and count.
const effectTables = `
CREATE TABLE effects (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, group_name text NOT NULL, key text NOT NULL,
  n integer NOT NULL, lag_ms float8 NOT NULL, worker text NOT NULL);
CREATE TABLE fold (
  group_name text NOT NULL, key text NOT NULL, count integer NOT NULL, state text NOT NULL,
  PRIMARY KEY (group_name, key));
CREATE TABLE seen (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL, n integer NOT NULL);
`;

export type Service = {
  readonly database: Database;
  readonly store: EventStore;
  close(): Promise<void>;
};

export type ServicePlace = {
  readonly url: string;
  readonly schema: string;
  readonly name?: string;
};

/** A service with nothing but the platform in it. */
export const openService = async ({ url, schema, name }: ServicePlace): Promise<Service> => {
  const database = await openDatabase({ url, schema, applicationName: name ?? schema });
  await migrate(database, [
    ...eventStoreMigrations,
    ...relayMigrations,
    ...consumerMigrations,
    { name: 'CreateEffects1763640000000', up: effectTables },
  ]);
  const store = new EventStore({ database, source: 'conformance' });
  return {
    database,
    store,
    close: async () => {
      await store.close();
      await database.close();
    },
  };
};

export type Numbered = { readonly key: string; readonly n: number; readonly type?: string };

/** The same key and number give the same event id: a command tried again is the same fact. */
export const eventId = (seed: string): string => {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export const numbered = ({ key, n, type }: Numbered, extra: object = {}) => {
  return {
    stream: `thing-${key}`,
    expected: 'any' as const,
    events: [
      {
        id: eventId(`${key} ${n}`),
        type: type ?? 'ThingDone',
        data: { n, at: Date.now(), ...extra },
      },
    ],
    context: { tenantId: 'conformance', subject: key },
  };
};

export const relayOf = (
  service: Service,
  log: MessageLog,
  topic: string,
  options: Partial<RelayOptions> = {},
): Relay => {
  return new Relay({
    database: service.database,
    store: service.store,
    log,
    lines,
    topicOf: () => topic,
    ...options,
  });
};

export type NumberedData = { readonly n: number; readonly at: number };
type Handle = Consumer['handle'];

/** Writes one row per event, through the transaction it is given. */
export const effectsOf = (group: string, worker = 'test'): Handle => {
  return async (tx, events) => {
    const data = events.map((event) => event.data as NumberedData);
    await tx.query(
      `INSERT INTO effects (group_name, key, n, lag_ms, worker)
       SELECT $1, key, n, extract(epoch FROM clock_timestamp()) * 1000 - at, $2
       FROM unnest($3::text[], $4::integer[], $5::float8[]) AS e (key, n, at)`,
      [
        group,
        worker,
        events.map(({ subject }) => subject),
        data.map(({ n }) => n),
        data.map(({ at }) => at),
      ],
    );
  };
};

/** A read model whose rows depend on the order and the number of events. */
export const foldOf = (group: string): Handle => {
  return async (tx, events) => {
    for (const { subject, data } of events) {
      await tx.query(
        `INSERT INTO fold AS f (group_name, key, count, state) VALUES ($1, $2, 1, md5($3))
         ON CONFLICT (group_name, key) DO UPDATE SET count = f.count + 1, state = md5(f.state || $3)`,
        [group, subject, String((data as NumberedData).n)],
      );
    }
  };
};

export const acceptAll: ValidateData = (_type, data) => ({ data: data as object });

/** Per key, the numbers in the order in which their effects happened. */
export const effectsByKey = async (
  database: Database,
  group: string,
): Promise<Map<string, number[]>> => {
  const rows = await database.queryable.query<{ key: string; numbers: number[] }>(
    'SELECT key, array_agg(n ORDER BY id) AS numbers FROM effects WHERE group_name = $1 GROUP BY key',
    [group],
  );
  return new Map(rows.map(({ key, numbers }) => [key, numbers]));
};

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, nth) => nth + 1);
