import type { EventStore, Fold, ProjectedEvent, Projection, Queryable } from '@tact/platform';
import { ProjectionRunner, rebuild, sourceOf } from '@tact/platform';
import {
  type Bench,
  type BenchCase,
  type BenchResult,
  interleave,
  type Scratch,
} from '../bench.ts';
import { repeated } from '../load.ts';
import { appendOf, slimCursor } from '../raw-table.ts';

/** Fifty events a stream, met in no order. */
const EVENTS = 100_000;
const STREAMS = 2_000;
const PAGE = 2_000;

const filled = async (bench: Bench, count = EVENTS): Promise<Scratch> => {
  const scratch = await bench.scratch();
  for (let from = 0; from < count; from += 1_000) {
    const appends = Array.from({ length: 1_000 }, (_, nth) =>
      appendOf(`stream-${((from + nth) * 7_919) % STREAMS}`),
    );
    await scratch.store.appendMany(appends);
  }
  await scratch.raw.query('VACUUM ANALYZE events');
  return scratch;
};

/** Counts by stream and remembers the last status: a fold, then one upsert a batch. */
const foldLatest = (): Fold<ProjectedEvent> => {
  const rows = new Map<string, { count: number; status: string }>();
  return {
    add(events) {
      for (const { stream, data } of events) {
        const { status } = (data as { outcome: { status: string } }).outcome;
        const row = rows.get(stream);
        if (row === undefined) rows.set(stream, { count: 1, status });
        else {
          row.count += 1;
          row.status = status;
        }
      }
    },
    async write(tx) {
      await tx.query(
        `INSERT INTO latest AS l SELECT * FROM unnest($1::text[], $2::int[], $3::text[])
         ON CONFLICT (stream) DO UPDATE SET count = l.count + EXCLUDED.count, status = EXCLUDED.status`,
        [
          [...rows.keys()],
          [...rows.values()].map(({ count }) => count),
          [...rows.values()].map(({ status }) => status),
        ],
      );
    },
  };
};

const latest: Projection = {
  name: 'latest',
  version: 1,
  types: ['SignalRecorded'],
  tables: ['latest'],
  async handle(tx: Queryable, events): Promise<void> {
    const fold = foldLatest();
    fold.add(events);
    await fold.write(tx);
  },
};
const latestFolded: Projection = { ...latest, fold: foldLatest };
const table =
  'CREATE TABLE latest (stream text PRIMARY KEY, count int NOT NULL, status text NOT NULL) WITH (fillfactor = 50)';

const readEverything = async (
  read: (page: { after: number; limit: number }) => ReturnType<EventStore['readProjected']>,
): Promise<number> => {
  let count = 0;
  for (let after = 0; ;) {
    const { events, next } = await read({ after, limit: PAGE });
    if (events.length === 0) return count;
    count += events.length;
    after = next;
  }
};

const reading = async (bench: Bench): Promise<BenchResult[]> => {
  const { raw, store } = await filled(bench);
  const slim = await interleave(bench.seconds, {
    raw: repeated(() => slimCursor(raw)),
    ours: repeated(() => readEverything((page) => store.readProjected(page))),
  });
  const whole = await interleave(bench.seconds, {
    raw: repeated(() => slimCursor(raw)),
    ours: repeated(() => readEverything((page) => store.readAll(page))),
  });
  const common = { against: 'slim cursor', unit: 'events/s' };
  return [
    { name: 'hole-aware read, as projections do', ...common, ...slim, floor: 0.65, stretch: 0.8 },
    { name: 'hole-aware read, whole envelopes', ...common, ...whole },
  ];
};

const projecting = async (bench: Bench): Promise<BenchResult[]> => {
  const { database, raw, store } = await filled(bench);
  await raw.query(table);
  const measured = await interleave(bench.seconds, {
    raw: repeated(() => slimCursor(raw)),
    ours: repeated(
      () =>
        new ProjectionRunner({ database, source: sourceOf(store), projection: latest }).catchUp(),
      () => raw.query('TRUNCATE latest; DELETE FROM checkpoints'),
    ),
  });
  const name = 'projection, exactly-once effect';
  return [
    { name, against: 'slim cursor', unit: 'events/s', ...measured, floor: 0.3, stretch: 0.45 },
  ];
};

/** More events, because the shadow's tables and the swap cost the same for any number of them. */
const rebuilding = async (bench: Bench): Promise<BenchResult[]> => {
  const { database, raw, store } = await filled(bench, 3 * EVENTS);
  await raw.query(table);
  await new ProjectionRunner({ database, source: sourceOf(store), projection: latest }).catchUp();
  const rebuildOf = (projection: Projection) => async (): Promise<number> =>
    (await rebuild({ database, source: sourceOf(store), projection })).events;
  const folded = await interleave(bench.seconds, {
    raw: repeated(() => slimCursor(raw)),
    ours: repeated(rebuildOf(latestFolded)),
  });
  const handled = await interleave(bench.seconds, {
    raw: repeated(() => slimCursor(raw)),
    ours: repeated(rebuildOf(latest)),
  });
  const name = 'rebuild beside the live rows, compared, swapped';
  const common = { against: 'slim cursor', unit: 'events/s' };
  return [
    { name, ...common, ...folded, floor: 0.8, stretch: 0.9 },
    { name: 'the same by a projection without a fold', ...common, ...handled },
  ];
};

export const cases: readonly BenchCase[] = [
  { name: 'read', run: reading },
  { name: 'projection', run: projecting },
  { name: 'rebuild', run: rebuilding },
];
