import { describe, expect, test } from '@jest/globals';
import { Database } from '@tact/platform';
import {
  daysAgo,
  newPhone,
  now,
  wamid,
  ingestionUnderTest,
} from '../../../../packages/testing/src/ingestion-under-test.ts';
import { MessageFollower } from './lifecycle/message-watch.ts';

const { register, webhook, eventsOf, running } = ingestionUnderTest();

const follow = async () => {
  await running().settled();
  await running().app.get(MessageFollower).follow(new Date(now));
};

describe('codes', () => {
  const fail = (phone: string, code: number) =>
    webhook({
      statuses: [
        ...[{ id: wamid(), status: 'failed', timestamp: daysAgo(0), recipient_id: phone }].map(
          (status) => ({ ...status, errors: [{ code }] }),
        ),
      ],
    });

  const floodsOf = async (code: number) =>
    (await eventsOf('sender-demo'))
      .map(({ data }) => data as unknown as { kind: string; code: number })
      .filter((reported) => reported.kind === 'error-code-flood' && reported.code === code);

  test('that flood the tenant lose their automatic effect, and a human is told once', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    for (let nth = 0; nth < 6; nth += 1) await fail(phone, 131_050);
    const signals = (await eventsOf(`contact-${contactId}`)).filter(
      ({ type }) => type === 'SignalRecorded',
    );
    expect(signals.map(({ data }) => data.effectSuspended ?? false)).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
    const reported = (await eventsOf('sender-demo')).map(({ data }) => data as object);
    expect(reported).toMatchObject([{ kind: 'error-code-flood', code: 131_050, count: 4 }]);
  });

  test('that two processes count at the same time are told of by the one that crosses the limit', async () => {
    const phone = newPhone();
    await register(phone);
    const other = await running().app.get(Database).connect('test');
    await other.query('BEGIN');
    await other.query(
      `INSERT INTO error_codes VALUES ('demo', 131049, date_trunc('hour', $1::timestamptz, 'UTC'), 3)`,
      [now],
    );
    const failing = fail(phone, 131_049);
    const waiting = `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await running().app.get(Database).queryable.query(waiting)).length === 0);
    await other.query('COMMIT');
    await other.end();
    await failing;
    expect(await floodsOf(131_049)).toMatchObject([{ count: 4 }]);
  });

  test('that flood in a single webhook lose their effect in that webhook', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    const one = () => ({ id: wamid(), status: 'failed', timestamp: daysAgo(0) });
    const statuses = Array.from({ length: 5 }, () => ({
      ...one(),
      recipient_id: phone,
      errors: [{ code: 130_472 }],
    }));
    await webhook({ statuses });
    const signals = (await eventsOf(`contact-${contactId}`)).filter(
      ({ type }) => type === 'SignalRecorded',
    );
    expect(signals.map(({ data }) => data.effectSuspended)).toEqual(Array(5).fill(true));
    expect(await floodsOf(130_472)).toMatchObject([{ count: 5 }]);
  });

  test('that come before their messages count when these turn up', async () => {
    const phone = newPhone();
    await register(phone);
    const ids = Array.from({ length: 5 }, wamid);
    const failed = { status: 'failed', timestamp: daysAgo(0), errors: [{ code: 131_021 }] };
    await webhook({ statuses: ids.map((id) => ({ ...failed, id })) });
    expect(await floodsOf(131_021)).toEqual([]);
    const sent = { status: 'sent', timestamp: daysAgo(0), recipient_id: phone };
    await webhook({ statuses: ids.map((id) => ({ ...sent, id })) });
    await follow();
    expect(await floodsOf(131_021)).toMatchObject([{ count: 5 }]);
  });

  test('that nobody has judged are kept as they came, and told of when they grow', async () => {
    const phone = newPhone();
    const contactId = await register(phone);
    for (let nth = 0; nth < 4; nth += 1) await fail(phone, 999_123);
    const signals = (await eventsOf(`contact-${contactId}`)).map(({ data }) => data.code);
    expect(signals.filter((code) => code === 999_123)).toHaveLength(4);
    const reported = (await eventsOf('sender-demo'))
      .map(({ data }) => data as unknown as { kind: string; count: number })
      .filter(({ kind }) => kind === 'error-code-unknown');
    expect(reported).toMatchObject([{ code: 999_123, count: 3 }]);
  });
});
