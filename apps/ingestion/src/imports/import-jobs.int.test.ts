import { expect, test } from '@jest/globals';
import { dropJobsSchema } from '../whatsapp/lifecycle/schema.ts';
import { importLinesUnderTest } from '../testing/imports-under-test.ts';
import { importJobsSchema } from './schema.ts';

const { progressOf, query, recorded, signalLines, step, upload, workOff } = importLinesUnderTest();

/** As the version before jobs left it: its worker died with a chunk in hand. */
const beforeJobs = async () => {
  await query('DELETE FROM jobs');
  await query(`ALTER TABLE imports ADD lease_owner uuid, ADD lease_until timestamptz,
    ADD failures integer NOT NULL DEFAULT 0, ADD worked_at timestamptz`);
  await query(`UPDATE imports SET lease_owner = gen_random_uuid(), worked_at = now(),
    lease_until = now() + interval '15 s' WHERE state = 'running'`);
};

test('an import that an earlier version was at goes on where it stood', async () => {
  const before = await recorded();
  const importId = await upload(signalLines(2_500).join(''));
  await step();
  await beforeJobs();
  expect(await step()).toBe(false);
  await query(importJobsSchema);
  await workOff();
  expect(await progressOf(importId)).toMatchObject({
    state: 'finished',
    lines: { read: 2_500, accepted: 2_500, duplicate: 0 },
  });
  expect((await recorded()) - before).toBe(2_500);
}, 60_000);

test('messages that an earlier version waited for get a timer for each of their hours', async () => {
  await query('DELETE FROM jobs');
  const rows = ['10:00', '10:00', '11:00'].map(
    (at, nth) => `('t', 'm${nth}', 'c', '2027-01-01T${at}Z', 'waiting')`,
  );
  await query(`INSERT INTO messages (tenant_id, message_ref, contact_id, due_at, state)
    VALUES ${rows.join()}, ('t', 'n', 'c', NULL, 'waiting'), ('t', 'o', 'c', '2027-01-01T12:00Z', 'settled')`);
  await query(dropJobsSchema);
  const timers = await query<{ unique: string; runAt: Date }>(
    `SELECT unique_key AS "unique", run_at AS "runAt" FROM jobs WHERE run_at > '2026-12-31' ORDER BY run_at`,
  );
  expect(timers).toEqual(
    ['10', '11'].map((hour) => {
      const runAt = new Date(`2027-01-01T${hour}:00:00Z`);
      return { unique: runAt.toISOString(), runAt };
    }),
  );
});
