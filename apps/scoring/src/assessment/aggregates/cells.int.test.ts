import { setTimeout } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';
import { Causes } from '@tact/contracts';
import type { Assessment } from '@tact/domain';
import {
  contact,
  message,
  signalEvent,
} from '../../../../../packages/testing/src/signal-events.ts';
import {
  isExcluded,
  TrainingExclusions,
  type ExclusionChange,
} from '../../exclusions/training-exclusions.ts';
import { scoringParts } from '../../testing/scoring-parts.ts';
import { storedAssessment } from '../stored-assessment.ts';
import { type Cell, cellsOf, CountedRows, foldCells, foldLongCells } from './cells.ts';

const { forget, deliver, hand, rebuild, setNow, parts } = scoringParts();

const causes = Causes.keyof().options;
const tenants = ['demo', 'other'] as const;
const PEOPLE = 12;

beforeEach(() => forget('likelihood_cells', 'left_out'));

/** The count as it would be made of the rows themselves, each explanation read. */
const countedAnew = async (tenantId: string): Promise<Cell[]> => {
  const rows = await parts().database.queryable.query<Pick<Cell, 'band'> & { assessment: Buffer }>(
    `SELECT band, assessment FROM block_likelihoods AS row
     WHERE tenant_id = $1 AND NOT EXISTS (SELECT FROM left_out AS gone
       WHERE gone.tenant_id = row.tenant_id AND gone.contact_id = row.contact_id AND ${isExcluded})`,
    [tenantId],
  );
  const likeliest = ({ causes: shares }: Assessment): Cell['cause'] => {
    const most = Math.max(...causes.map((cause) => shares[cause]));
    return causes.find((cause) => shares[cause] === most) ?? 'blocked';
  };
  const counts = Map.groupBy(rows, ({ band, assessment }) =>
    JSON.stringify([band, likeliest(storedAssessment.from(assessment))]),
  );
  return [...counts].map(([key, { length: contacts }]) => {
    const [band, cause] = JSON.parse(key) as [Cell['band'], Cell['cause']];
    return { band, cause, contacts };
  });
};

const sorted = (cells: readonly Cell[]): string[] =>
  cells.map(({ band, cause, contacts }) => `${band} ${cause} ${contacts}`).toSorted();

const expectRight = async (): Promise<void> => {
  for (const tenantId of tenants) {
    const kept = await cellsOf(parts().database.queryable, tenantId);
    expect(sorted(kept)).toEqual(sorted(await countedAnew(tenantId)));
  }
};

const record = (changes: readonly ExclusionChange[]): Promise<void> => {
  const { database } = parts();
  const exclusions = new TrainingExclusions(database, new CountedRows());
  return database.transaction((tx) => exclusions.record(tx, changes));
};

/** Deterministic: the seed is in the name of the test that fails. */
const dice = (seed: number) => {
  let state = seed;
  const upTo = (count: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % count;
  };
  const oneOf = <Item>(items: readonly Item[]): Item => items[upTo(items.length)] as Item;
  return { upTo, oneOf };
};

/** One thing that happens to the rows or to who is counted. */
const happening = ({ upTo, oneOf }: ReturnType<typeof dice>): (() => Promise<unknown>) => {
  const [tenantId, who] = [oneOf(tenants), `person ${upTo(PEOPLE)}`];
  const at = `2026-11-${String(1 + upTo(19)).padStart(2, '0')}T0${upTo(10)}:00:00.000Z`;
  const facts = Array.from({ length: 1 + upTo(3) }, () => {
    const kind = oneOf([
      'message-sent',
      'message-read',
      'inbound-message',
      'call-not-ringing',
    ] as const);
    return signalEvent({ tenantId, who, kind, at, messageRef: message(`${who}/${upTo(5)}`) });
  });
  const change = (): ExclusionChange => {
    const whose = { tenantId, contactId: contact(`${tenantId}/person ${upTo(PEOPLE)}`) };
    return oneOf<ExclusionChange>([
      { ...whose, about: 'consent', state: 'withdrawn', at },
      { ...whose, about: 'consent', state: 'given', at },
      { ...whose, about: 'consent', state: 'given', at },
      { ...whose, about: 'suppression', isLift: false, at },
      { ...whose, about: 'suppression', isLift: true, at },
    ]);
  };
  const fence = (): ExclusionChange => {
    return { tenantId, contactId: contact(`${tenantId}/person ${upTo(PEOPLE)}`), about: 'fence' };
  };
  const { database, ageing, queue } = parts();
  const never = new AbortController().signal;
  return oneOf<() => Promise<unknown>>([
    () => deliver(facts),
    () => deliver(facts),
    () => hand(facts).then(() => queue.sweep(never)),
    () => record(Array.from({ length: 3 }, change)),
    () => record([change()]),
    () => record([upTo(4) === 0 ? fence() : change()]),
    () => ageing.age(),
    () => database.transaction((tx) => foldCells(tx, tenantId)),
  ]);
};

const untilSomebodyWaits = async (): Promise<void> => {
  const waiting = `SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await parts().database.queryable.query(waiting)).length === 0) await setTimeout(5);
};

test.each([11, 12, 13, 14])(
  'whatever happens, alone or at once, the cells are what a recount finds; seed %i',
  async (seed) => {
    const chance = dice(seed);
    for (let round = 0; round < 8; round += 1) {
      setNow(`2026-11-${20 + Math.floor(round / 4)}T15:00:00.000Z`);
      const atOnce = Array.from({ length: 4 }, () => happening(chance));
      await Promise.all(atOnce.map((happens) => happens()));
      await expectRight();
    }
  },
);

test('a rebuild counts the rows it puts in place', async () => {
  const events = Array.from({ length: PEOPLE }, (_, nth) =>
    signalEvent({ who: `person ${nth}`, kind: 'message-read', at: '2026-11-03T08:00:00.000Z' }),
  );
  await deliver(events);
  const { queryable } = parts().database;
  await queryable.query(`DELETE FROM likelihood_cells`);
  await rebuild();
  expect(await cellsOf(queryable, 'demo')).not.toEqual([]);
  await expectRight();
});

test('a rebuild that meets a fold under way counts nobody twice', async () => {
  const events = Array.from({ length: PEOPLE }, (_, nth) =>
    signalEvent({ who: `person ${nth}`, kind: 'message-read', at: '2026-11-03T08:00:00.000Z' }),
  );
  await deliver(events);
  const { database } = parts();
  let rebuilt: Promise<unknown> | undefined;
  await database.transaction(async (tx) => {
    await foldCells(tx, 'demo');
    rebuilt = rebuild();
    await untilSomebodyWaits();
  });
  await rebuilt;
  await expectRight();
});

test('entries that nobody asked for are made few, and come to the same', async () => {
  const { database } = parts();
  const { queryable } = database;
  const entry = `SELECT 'demo', 'reachable', 'reachable', 1 - 2 * (n % 2) FROM generate_series(1, 1200) AS n`;
  await deliver([
    signalEvent({ who: 'person 1', kind: 'message-read', at: '2026-11-03T08:00:00.000Z' }),
  ]);
  await queryable.query(`INSERT INTO likelihood_cells ${entry}`);
  await foldLongCells(database);
  const [left] = await queryable.query<{ n: number }>('SELECT count(*) AS n FROM likelihood_cells');
  expect(left?.n).toBe(1);
  await expectRight();
});
