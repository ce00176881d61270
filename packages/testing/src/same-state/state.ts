import { Client } from 'pg';
import { fromStoredBytes, unpackEvent } from '@tact/platform';

/** What the corpus came to, without what two runs cannot share: clocks, positions, ids that are drawn. */
export type State = {
  /** Facts by stream; those whose id follows from the fact with their data. */
  readonly facts: Readonly<Record<string, readonly string[]>>;
  readonly rows: Readonly<Record<string, readonly string[]>>;
};

type EventRow = {
  packed: Buffer | null;
  stream: string;
  type: string;
  event_id: string;
  subject: string;
  data: string;
};

/** Whose events follow from webhooks one by one. Scoring tells of changes, and how many it sees hangs on its batches. */
const services = ['ingestion', 'outreach', 'compliance'] as const;

/** Read models, and their columns that follow from the facts alone. */
const readModels: Readonly<Record<string, string>> = {
  'scoring.facts': `contact_id, event_id, encode(data, 'hex') AS data`,
  'scoring.block_likelihoods':
    'contact_id, round(probability::numeric, 9) AS probability, band, facts, model_version',
  'outreach.consents': 'contact_id, purpose, channel, state, at',
  'outreach.counted_messages': 'contact_id, event_id, category',
  'ingestion.signal_consents': 'contact_id, state, at',
  'ingestion.signal_suppressions': 'contact_id, suppressed_at, lifted_at',
  'ingestion.messages': 'message_ref, contact_id, due_at, state',
};

/** A uuid of version 8 is made of the fact; others are drawn. */
const isOfTheFact = (eventId: string): boolean => eventId.charAt(14) === '8';

const receivedFirst: Readonly<Record<string, readonly string[]>> = {
  // A webhook about the account that names no time was heard when it came.
  SenderSignalRecorded: ['occurredAt'],
};

/** A stream that ends with its subject does not say it twice. */
const dataOf = ({ data, packed, subject, stream }: Omit<EventRow, 'type'>): unknown =>
  packed === null
    ? JSON.parse(data)
    : unpackEvent(packed, subject || stream.slice(stream.lastIndexOf('-') + 1)).data;

const comparable = ({ type, ...row }: EventRow): string =>
  JSON.stringify(dataOf(row), (key: string, value: unknown) => {
    // The box is sealed anew in each run; which fields are in it is the same.
    if (key === '$sealed') return (value as { p: readonly string[] }).p;
    return receivedFirst[type]?.includes(key) ? undefined : value;
  });

const factOf = (row: EventRow): string =>
  isOfTheFact(row.event_id) ? `${row.type} ${row.event_id} ${comparable(row)}` : row.type;

/** A row whose data is stored in bytes; the box is sealed anew in each run. */
const legible = (row: string): string => {
  const { data, ...columns } = JSON.parse(row) as { contact_id: string; data?: string };
  if (data === undefined) return row;
  const bytes = Buffer.from(data, 'hex');
  const { $sealed: _, ...clear } = fromStoredBytes(bytes, columns.contact_id) as {
    $sealed?: object;
  };
  return JSON.stringify({ ...columns, data: clear });
};

/** The state in a database whose services have settled. */
export const stateOf = async (databaseUrl: string): Promise<State> => {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // From an objection on nothing is stored but the hour of messages, so what is known hangs on when it was heard.
    const { rows: objectors } = await client.query<{ id: string }>(
      'SELECT contact_id AS id FROM ingestion.signal_suppressions WHERE suppressed_at IS NOT NULL',
    );
    const isOfObjector = (text: string): boolean => objectors.some(({ id }) => text.includes(id));
    const facts: Record<string, string[]> = {};
    for (const service of services) {
      const { rows } = await client.query<EventRow>(
        // Alerts are looked for once a minute, so a platform that was done within one has told of none.
        `SELECT stream, type, event_id, subject, data::text AS data, packed FROM ${service}.events
         WHERE stream NOT LIKE 'alert-%'`,
      );
      for (const row of rows) {
        if (isOfObjector(row.stream) || isOfObjector(row.data ?? '')) continue;
        (facts[`${service} ${row.stream}`] ??= []).push(factOf(row));
      }
    }
    const rows: Record<string, string[]> = {};
    for (const [table, columns] of Object.entries(readModels)) {
      const { rows: found } = await client.query<{ row: string }>(
        `SELECT row_to_json(r)::text AS row FROM (SELECT ${columns} FROM ${table}) AS r`,
      );
      rows[table] = found
        .map(({ row }) => legible(row))
        .filter((row) => table.endsWith('suppressions') || !isOfObjector(row))
        .toSorted();
    }
    const streams = Object.entries(facts).toSorted(([one], [other]) => (one < other ? -1 : 1));
    const sorted = streams.map(([stream, list]) => [stream, list.toSorted()] as const);
    return { facts: Object.fromEntries(sorted), rows };
  } finally {
    await client.end();
  }
};

/** What only one of two states holds, some of it: a difference of thousands of lines helps nobody. */
export const differencesOf = (one: State, other: State): string[] => {
  const linesOf = ({ facts, rows }: State): string[] =>
    Object.entries({ ...facts, ...rows }).flatMap(([place, list]) => {
      const counts = Map.groupBy(list, (line) => line);
      return [...counts].map(([line, same]) => `${place}: ${line} x${same.length}`);
    });
  const [left, right] = [new Set(linesOf(one)), new Set(linesOf(other))];
  const only = (a: Set<string>, b: Set<string>, sign: string): string[] =>
    [...a].filter((line) => !b.has(line)).map((line) => `${sign} ${line}`);
  return [...only(left, right, '-'), ...only(right, left, '+')].toSorted().slice(0, 30);
};
