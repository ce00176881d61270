import { createHash } from 'node:crypto';
import { TraceSearch } from '@tact/traces';
import type { SweepPlaces, SweepReport, SweepRequest, SweptKind } from '@tact/contracts';
import type { Digest, TraceHits } from '@tact/traces';
import { z } from 'zod';
import { readCursor, writeCursor } from '../http/cursor.ts';
import type { MessageLog, ReceivedRecord } from '../log/port.ts';
import type { Database } from '../postgres/database.ts';
import { DatabaseError } from '../postgres/errors.ts';
import { readTable, sweptTables } from './tables.ts';
import type { SweptTable } from './tables.ts';

/** An answer comes after so many milliseconds: a caller sees how far it is, and no connection stays silent. */
const BUDGET_MS = 8_000;

type Place =
  | { readonly kind: 'table'; readonly name: string; readonly table: SweptTable }
  | { readonly kind: 'topic'; readonly name: string };
type Swept = SweepReport['places'][number];

const CursorPlace = z.tuple([z.enum(['table', 'topic']), z.string(), z.int()]);

const digest: Digest = (algorithm, bytes) => createHash(algorithm).update(bytes).digest();

/** What was found in the parts of one place. */
class Findings {
  readonly #search: TraceSearch;
  readonly #hits = new Map<string, TraceHits>();
  items = 0;
  bytes = 0;

  constructor(search: TraceSearch) {
    this.#search = search;
  }

  look(part: string, bytes: Buffer): void {
    this.bytes += bytes.length;
    const hits = this.#hits.get(part) ?? this.#search.hits();
    this.#hits.set(part, hits);
    this.#search.whole(bytes, hits);
  }

  of({ kind, name }: Place): Swept {
    const { items, bytes } = this;
    const hits = [...this.#hits].flatMap(([part, { list }]) =>
      list.map((hit) => ({ part, ...hit })),
    );
    return { kind, name, items, bytes, hits };
  }
}

/** Looks through everything this service's database and log hold. Needles stay in memory while it looks, no longer. */
export class Sweep {
  readonly #database: Database;
  readonly #log: MessageLog;
  readonly #logName: string | undefined;

  /** `logName`: where the log is, when it is not in the database. */
  constructor(options: { database: Database; log: MessageLog; logName: string | undefined }) {
    this.#database = options.database;
    this.#log = options.log;
    this.#logName = options.logName;
  }

  async places(): Promise<SweepPlaces> {
    const [row] = await this.#database.queryable.query<{ name: string }>(
      `SELECT current_database() || ' since ' || pg_postmaster_start_time() AS name`,
    );
    const database = row?.name ?? '';
    const places = await this.#places(['table', 'topic']);
    return {
      database,
      log: this.#logName ?? database,
      places: places.map(({ kind, name }) => ({ kind, name })),
    };
  }

  /** Some seconds' worth of places, from the cursor on. */
  async look({ needles, kinds, names, cursor }: SweepRequest): Promise<SweepReport> {
    const search = new TraceSearch(needles, digest);
    const deadline = performance.now() + BUDGET_MS;
    const all = (await this.#places(kinds)).filter(({ name }) => names?.includes(name) ?? true);
    let { index, from } = resumeAt(all, cursor);
    const places: Swept[] = [];
    for (; index < all.length && performance.now() < deadline; index += 1, from = 0) {
      const place = all[index] as Place;
      const { swept, next } = await this.#lookInto(place, { search, from, deadline });
      places.push(swept);
      if (next === undefined) continue;
      const nextCursor = writeCursor([place.kind, place.name, next]);
      return { places, done: index, total: all.length, nextCursor };
    }
    const report = { places, done: index, total: all.length };
    const following = all[index];
    if (following === undefined) return report;
    return { ...report, nextCursor: writeCursor([following.kind, following.name, 0]) };
  }

  async #places(kinds: readonly SweptKind[]): Promise<Place[]> {
    const tables = kinds.includes('table') ? await sweptTables(this.#database.pool) : [];
    const topics = kinds.includes('topic') ? await this.#log.admin.topicNames() : [];
    return [
      ...tables.map((table): Place => ({ kind: 'table', name: table.name, table })),
      ...topics.map((name): Place => ({ kind: 'topic', name })),
    ];
  }

  async #lookInto(
    place: Place,
    { search, from, deadline }: { search: TraceSearch; from: number; deadline: number },
  ): Promise<{ swept: Swept; next?: number }> {
    const findings = new Findings(search);
    if (place.kind === 'topic') {
      await this.#log.admin.scan(place.name, (records) => lookAtRecords(findings, records));
      return { swept: findings.of(place) };
    }
    try {
      const next = await this.#lookIntoTable(place.table, findings, { from, deadline });
      return { swept: findings.of(place), ...(next === undefined ? {} : { next }) };
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== '42501') throw error;
      return { swept: { ...findings.of(place), unreadable: true } };
    }
  }

  /** At least one step of it; where it goes on, or undefined when all was read or the table went away. */
  async #lookIntoTable(
    table: SweptTable,
    findings: Findings,
    { from, deadline }: { from: number; deadline: number },
  ): Promise<number | undefined> {
    let at: number | undefined = from;
    do {
      const step = await readTable(this.#database.pool, table, at);
      if (step === undefined) return undefined;
      for (const { column, bytes } of step.parts) findings.look(column, bytes);
      findings.items += step.rows;
      at = step.next;
    } while (at !== undefined && performance.now() < deadline);
    return at;
  }
}

/** Where the cursor left off; a place that is gone since is passed over. */
const resumeAt = (
  places: readonly Place[],
  cursor: string | undefined,
): { index: number; from: number } => {
  if (cursor === undefined) return { index: 0, from: 0 };
  const left = readCursor(cursor, CursorPlace);
  const index = places.findIndex((place) => !isBefore(place, left));
  const place = places[index];
  if (place === undefined) return { index: places.length, from: 0 };
  const [kind, name, from] = left;
  return { index, from: place.kind === kind && place.name === name ? from : 0 };
};

/** Tables come before topics, each in the order of their names. */
const isBefore = (place: Place, [kind, name]: z.infer<typeof CursorPlace>): boolean =>
  place.kind === kind ? place.name < name : place.kind === 'table';

const lookAtRecords = (findings: Findings, records: readonly ReceivedRecord[]): void => {
  for (const { key, headers, value } of records) {
    findings.look('key', Buffer.from(key));
    findings.look('headers', Buffer.from(JSON.stringify(headers)));
    findings.look('value', value);
  }
  findings.items += records.length;
};
