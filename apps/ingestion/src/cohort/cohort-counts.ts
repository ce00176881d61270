import { type CohortCount, type SinceOpen, stallSettings, type UsualCount } from '@tact/domain';
import type { Queryable } from '@tact/platform';
import { HOUR_MS, DAY_MS } from '@tact/contracts';

type Row = {
  readonly from: Date;
  readonly contacts: number;
  readonly stuck: number;
  readonly messages: number;
  readonly stuckMessages: number;
};

const { patienceMs, lookBackMs, usualDays } = stallSettings;

/** Rows live so long; then they are a count of their hour. Longer than any look back. */
const ROW_LIFE_MS = 3 * DAY_MS;

/** Messages from before are counts of their hour, but for those of an incident that is open. */
export const forgottenBefore = (now: Date): Date => new Date(now.getTime() - ROW_LIFE_MS);
/** Hours of fewer people leave no count: it would tell of somebody. */
const CONTACTS_OF_AN_HOUR_MIN = 10;

const countOf = ({ from, ...counts }: Row): CohortCount => ({ fromMs: from.getTime(), ...counts });

/** The last hour all of whose messages have had their patience. */
const ripeAt = (now: Date): Date => new Date(now.getTime() - patienceMs - HOUR_MS);

/** One row a person and hour: stuck is who took none of what was sent. */
const people = `people AS (
  SELECT sent_hour, contact_id, count(*) AS messages,
    count(*) FILTER (WHERE answered_hour IS NULL) AS stuck_messages,
    bool_and(answered_hour IS NULL) AS stuck
  FROM cohort_messages WHERE tenant_id = $1 AND sent_hour >= $2 AND sent_hour <= $3
  GROUP BY sent_hour, contact_id)`;

const sums = `count(*)::int AS contacts, count(*) FILTER (WHERE stuck)::int AS stuck,
  coalesce(sum(messages), 0)::int AS messages, coalesce(sum(stuck_messages), 0)::int AS "stuckMessages"`;

export const countHours = async (
  tx: Queryable,
  tenantId: string,
  now: Date,
): Promise<CohortCount[]> => {
  const rows = await tx.query<Row>(
    `WITH ${people} SELECT sent_hour AS "from", ${sums} FROM people GROUP BY sent_hour`,
    [tenantId, new Date(now.getTime() - lookBackMs), ripeAt(now)],
  );
  return rows.map(countOf);
};

/** From each of these hours up to the present, everyone once. */
export const countWindows = async (
  tx: Queryable,
  tenantId: string,
  { fromMs, now }: { readonly fromMs: readonly number[]; readonly now: Date },
): Promise<CohortCount[]> => {
  if (fromMs.length === 0) return [];
  const rows = await tx.query<Row>(
    `WITH ${people}
     SELECT begin AS "from", ${sums} FROM unnest($4::timestamptz[]) AS begin CROSS JOIN LATERAL (
       SELECT sum(messages) AS messages, sum(stuck_messages) AS stuck_messages, bool_and(stuck) AS stuck
       FROM people WHERE sent_hour >= begin GROUP BY contact_id) AS person
     GROUP BY begin`,
    [tenantId, new Date(Math.min(...fromMs)), ripeAt(now), fromMs.map((one) => new Date(one))],
  );
  return rows.map(countOf);
};

/** What became of the messages since an incident began; undefined when none is left. */
export const countSince = async (
  tx: Queryable,
  tenantId: string,
  { fromMs, now }: { readonly fromMs: number; readonly now: Date },
): Promise<SinceOpen | undefined> => {
  const [last] = await tx.query<{ sent: Date | null; answered: Date | null }>(
    `SELECT max(sent_hour) AS sent, max(answered_hour) AS answered FROM cohort_messages
     WHERE tenant_id = $1 AND sent_hour >= $2`,
    [tenantId, new Date(fromMs)],
  );
  if (!last?.sent) return undefined;
  const [window] = await countWindows(tx, tenantId, { fromMs: [fromMs], now });
  return {
    ...(window ?? { fromMs, contacts: 0, stuck: 0, messages: 0, stuckMessages: 0 }),
    lastSentMs: last.sent.getTime(),
    lastAnsweredMs: last.answered?.getTime(),
  };
};

export const usualOf = async (tx: Queryable, tenantId: string, now: Date): Promise<UsualCount> => {
  const [row] = await tx.query<UsualCount>(
    `SELECT coalesce(sum(contacts), 0)::int AS contacts, coalesce(sum(late), 0)::int AS late
     FROM cohort_hours WHERE tenant_id = $1 AND hour >= $2`,
    [tenantId, new Date(now.getTime() - usualDays * DAY_MS)],
  );
  return row ?? { contacts: 0, late: 0 };
};

export type Span = { readonly fromMs: number; readonly untilMs: number };

/**
 * Turns the messages of past hours into counts and forgets them. Hours of an incident leave no count: they were not
 * usual. An hour is counted once; a straggler told of days later changes nothing.
 */
export const forgetPast = async (
  tx: Queryable,
  tenantId: string,
  { now, keepFromMs, incidents }: PastHours,
): Promise<void> => {
  const before = new Date(Math.min(forgottenBefore(now).getTime(), keepFromMs ?? Infinity));
  await tx.query(
    `WITH gone AS (
       DELETE FROM cohort_messages WHERE tenant_id = $1 AND coalesce(sent_hour, answered_hour) < $2
       RETURNING sent_hour, contact_id, answered_hour
     ), people AS (
       SELECT sent_hour, bool_and(coalesce(answered_hour >= sent_hour + $3::interval, true)) AS late
       FROM gone WHERE sent_hour IS NOT NULL GROUP BY sent_hour, contact_id
     )
     INSERT INTO cohort_hours (tenant_id, hour, contacts, late)
     SELECT $1, sent_hour, count(*), count(*) FILTER (WHERE late) FROM people
     WHERE NOT EXISTS (SELECT FROM unnest($4::timestamptz[], $5::timestamptz[]) AS incident (begin, stop)
       WHERE sent_hour >= begin AND sent_hour < stop)
     GROUP BY sent_hour HAVING count(*) >= ${CONTACTS_OF_AN_HOUR_MIN} ORDER BY sent_hour
     ON CONFLICT (tenant_id, hour) DO NOTHING`,
    [
      tenantId,
      before,
      `${(patienceMs + HOUR_MS) / 1000} seconds`,
      incidents.map(({ fromMs }) => new Date(fromMs)),
      incidents.map(({ untilMs }) => new Date(untilMs)),
    ],
  );
  await tx.query('DELETE FROM cohort_hours WHERE tenant_id = $1 AND hour < $2', [
    tenantId,
    new Date(now.getTime() - (usualDays + 1) * DAY_MS),
  ]);
};

type PastHours = {
  readonly now: Date;
  /** Messages from here on are still needed. */
  readonly keepFromMs: number | undefined;
  readonly incidents: readonly Span[];
};
