import { expect, test } from '@jest/globals';
import { Database } from '@tact/platform';
import { contact, messageEvents } from '../../../../packages/testing/src/signal-events.ts';
import { Facts } from '../facts/facts.ts';
import { scoringUnderTest } from '../testing/scoring-under-test.ts';
import { AssessmentToday } from './assessment-today.ts';

const { running, publish } = scoringUnderTest();

test('of who objected nothing is assessed, though a mark and facts were committed after it', async () => {
  const key = { tenantId: 'demo', contactId: contact('demo/objector') };
  const other = { tenantId: 'demo', contactId: contact('demo/other') };
  const at = '2026-11-15T08:00:00.000Z';
  await publish(['objector', 'other'].flatMap((who) => messageEvents(who, 'm', { sent: at })));
  const { app } = running();
  const [today, facts] = [app.get(AssessmentToday), app.get(Facts)];
  expect(await today.of(key)).toBeDefined();

  const { queryable } = app.get(Database);
  await queryable.query(
    `INSERT INTO left_out (tenant_id, contact_id, suppressed_at) VALUES ($1, $2, $3)`,
    [key.tenantId, key.contactId, at],
  );
  expect(await today.of(key)).toBeUndefined();
  await queryable.query('DELETE FROM block_likelihoods WHERE contact_id = $1', [key.contactId]);
  await queryable.query('INSERT INTO due_assessments VALUES ($1, $2)', [
    key.tenantId,
    key.contactId,
  ]);
  expect(await today.of(key)).toBeUndefined();

  const kept = await facts.of([key, other]);
  expect([...kept.values()].map((those) => those.length)).toEqual([0, 1]);
  expect(await today.of(other)).toBeDefined();
});
