import type { PreparedAppend, PreparedEvent } from './prepare.ts';

export type Statement = {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
};

export type Packed = {
  readonly statement: Statement;
  /** For every append of the call: the row of the answer that speaks for it. */
  readonly rowOf: readonly number[];
  /** Appends that repeat facts of an earlier append of the same call. */
  readonly echo: readonly boolean[];
};

type Kept = { readonly append: PreparedAppend; readonly events: readonly PreparedEvent[] };

/** Turns appends into one statement; a fact that is in the call twice is sent once. */
export const pack = (appends: readonly PreparedAppend[], allOrNothing: boolean): Packed => {
  const [only] = appends;
  const single = only && appends.length === 1 ? singleOf(only, only.events) : undefined;
  if (single !== undefined) return { statement: single, rowOf: [0], echo: [false] };
  const kept: Kept[] = [];
  const rowOf: number[] = [];
  const echo: boolean[] = [];
  const rowOfFact = new Map<string, number>();
  for (const append of appends) {
    const command = commandOf(append);
    const events = unseenOf(append, rowOfFact);
    const isEcho = events.length === 0;
    echo.push(isEcho);
    rowOf.push(isEcho ? rowOfEcho(append, rowOfFact) : kept.length);
    if (isEcho) continue;
    for (const { id } of events) rowOfFact.set(id, kept.length);
    if (command !== undefined) rowOfFact.set(command, kept.length);
    kept.push({ append, events });
  }
  return { statement: statementOf(kept, allOrNothing), rowOf, echo };
};

/** A command is a fact of its own: who sends it again means the same events, whatever their ids. */
const commandOf = ({ stream, commandId }: PreparedAppend): string | undefined =>
  commandId === null ? undefined : `${stream} ${commandId}`;

/** The row of every fact of the call so far, by event id and by command. */
type RowOfFact = ReadonlyMap<string, number>;

const unseenOf = (append: PreparedAppend, rowOfFact: RowOfFact): readonly PreparedEvent[] => {
  const command = commandOf(append);
  if (command !== undefined && rowOfFact.has(command)) return [];
  return append.events.filter(({ id }) => !rowOfFact.has(id));
};

const rowOfEcho = (append: PreparedAppend, rowOfFact: RowOfFact): number => {
  const facts = [commandOf(append), append.events[0]?.id];
  const rows = facts.map((fact) => (fact === undefined ? undefined : rowOfFact.get(fact)));
  return rows.find((row) => row !== undefined) ?? 0;
};

const statementOf = (kept: readonly Kept[], allOrNothing: boolean): Statement => {
  const [first] = kept;
  const single = first && kept.length === 1 ? singleOf(first.append, first.events) : undefined;
  return single ?? many(kept, allOrNothing);
};

/** The cheaper statement, where there is one event alone. */
const singleOf = (
  append: PreparedAppend,
  events: readonly PreparedEvent[],
): Statement | undefined => {
  const [event] = events;
  return event !== undefined && events.length === 1 ? one(append, event) : undefined;
};

// The record comes as one value: rows of a function in FROM are stored first and described column by column.
const parameters = (count: number): string =>
  Array.from({ length: count }, (_, nth) => `$${nth + 1}`).join(',');

const oneEvent = `SELECT append_event(${parameters(12)}) AS answer`;

const one = (append: PreparedAppend, event: PreparedEvent): Statement => {
  return {
    name: 'append_event',
    text: oneEvent,
    values: [
      append.stream,
      append.expected,
      append.commandId,
      append.tenantId,
      append.subject,
      event.packed === null ? append.meta : null,
      event.id,
      event.type,
      event.schemaVersion,
      event.time,
      event.json,
      event.packed,
    ],
  };
};

const manyEvents = `SELECT version, "position", duplicate, actual FROM append_events(${parameters(19)})`;

type Head = { row: number; total: number };

const many = (kept: readonly Kept[], allOrNothing: boolean): Statement => {
  const totals = new Map<string, number>();
  const before = kept.map(({ append, events }) => {
    const sofar = totals.get(append.stream) ?? 0;
    totals.set(append.stream, sofar + events.length);
    return sofar;
  });
  // Sorted, so that two batches that share streams lock them in the same order.
  const streams = [...totals.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const heads = new Map<string, Head>(
    streams.map((stream, nth) => [stream, { row: nth + 1, total: totals.get(stream) ?? 0 }]),
  );
  const firsts: number[] = [];
  const lasts: number[] = [];
  const owners: number[] = [];
  for (const [nth, { events }] of kept.entries()) {
    firsts.push(owners.length + 1);
    for (let i = 0; i < events.length; i++) owners.push(nth + 1);
    lasts.push(owners.length);
  }
  const appends = kept.map(({ append }) => append);
  const events = kept.flatMap((one_) => one_.events);
  return {
    name: 'append_events',
    text: manyEvents,
    values: [
      allOrNothing,
      streams,
      plain([...heads.values()].map(({ total }) => total)),
      plain(appends.map(({ stream }) => heads.get(stream)?.row ?? 0)),
      plain(before),
      plain(firsts),
      plain(lasts),
      plain(appends.map(({ expected }) => expected)),
      appends.every(({ commandId }) => commandId === null)
        ? null
        : appends.map(({ commandId }) => commandId),
      appends.map(({ tenantId }) => tenantId),
      appends.map(({ subject }) => subject),
      `[${appends.map(({ meta }) => meta).join(',')}]`,
      plain(owners),
      plain(events.map(({ id }) => id)),
      events.map(({ type }) => type),
      plain(events.map(({ schemaVersion }) => schemaVersion)),
      plain(events.map(({ time }) => time)),
      `[${events.map(({ json }) => json ?? 'null').join(',')}]`,
      events.map(({ packed }) => packed),
    ],
  };
};

/** An array literal of values that need no quotes; the driver would escape each of them. */
const plain = (values: readonly (string | number)[]): string => {
  return `{${values.join(',')}}`;
};
