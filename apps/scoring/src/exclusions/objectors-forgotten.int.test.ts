import { beforeEach, expect, test } from '@jest/globals';
import { contact, messageEvents } from '../../../../packages/testing/src/signal-events.ts';
import { cellsOf } from '../assessment/aggregates/cells.ts';
import { scoringParts } from '../testing/scoring-parts.ts';
import { objectorsForgotten } from './schema.ts';

const { forget, deliver, setNow, parts } = scoringParts();

beforeEach(() => forget('likelihood_cells', 'left_out'));

const query = <Row extends object>(text: string, values: readonly unknown[] = []) =>
  parts().database.queryable.query<Row>(text, values);

const idsOf = (whose: readonly string[]) => whose.map((who) => contact(`demo/${who}`));

/** As an earlier version left them: scored, and excluded by the side of it. */
const scored = async (...whose: readonly string[]): Promise<void> => {
  const at = '2026-11-15T08:00:00.000Z';
  await deliver(whose.flatMap((who) => messageEvents(who, 'm', { sent: at })));
};

const excluded = (columns: string, ...whose: readonly string[]) =>
  query(
    `INSERT INTO left_out (tenant_id, contact_id, suppressed_at, lifted_at, withdrawn_at, given_at, fenced)
     SELECT 'demo', contact_id, ${columns} FROM unnest($1::text[]) AS asked (contact_id)`,
    [idsOf(whose)],
  );

const people = ['lifted', 'objector', 'withdrawn', 'fenced', 'given again', 'nobody said'];
const stay = idsOf(['given again', 'nobody said']).toSorted();

test('an upgrade takes the scores of who may not be analysed, and counts the others anew', async () => {
  await scored(...people);
  await excluded(`'2026-11-01', '2026-11-02', NULL, '2026-11-03', false`, 'lifted');
  await excluded(`'2026-11-01', NULL, NULL, NULL, false`, 'objector');
  await excluded(`NULL, NULL, '2026-11-02', '2026-11-01', false`, 'withdrawn');
  await excluded(`NULL, NULL, NULL, NULL, true`, 'fenced');
  await excluded(`NULL, NULL, '2026-11-01', '2026-11-02', false`, 'given again');
  await query(`INSERT INTO due_assessments SELECT 'demo', unnest($1::text[])`, [idsOf(people)]);

  await query(objectorsForgotten);

  const tables = [
    'block_likelihoods',
    'likelihood_history',
    'announced_likelihoods',
    'due_assessments',
  ];
  for (const table of tables) {
    const rows = await query<{ contactId: string }>(
      `SELECT DISTINCT contact_id AS "contactId" FROM ${table} ORDER BY 1`,
    );
    expect([table, rows.map(({ contactId }) => contactId)]).toEqual([table, stay]);
  }
  const cells = await cellsOf(parts().database.queryable, 'demo');
  expect(cells.reduce((sum, { contacts }) => sum + contacts, 0)).toBe(stay.length);
  expect(await query('SELECT FROM left_out WHERE lifted_at IS NOT NULL')).toEqual([]);
});

test('rows of who may not be analysed keep nobody else from ageing', async () => {
  const objectors = Array.from({ length: 101 }, (_, nth) => `objector ${nth}`);
  await scored(...objectors);
  await excluded(`'2026-11-01', NULL, NULL, NULL, false`, ...objectors);
  setNow('2026-11-21T15:00:00.000Z');
  await scored('waiting');
  setNow('2026-11-24T15:00:00.000Z');
  // Of a loop that does not end, the signal is the end.
  expect(await parts().ageing.age(AbortSignal.timeout(20_000))).toBe(1);
}, 60_000);
