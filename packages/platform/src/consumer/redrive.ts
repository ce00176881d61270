import type { ReceivedRecord } from '../log/port.ts';
import type { Database } from '../postgres/database.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { limited } from './attempt.ts';
import type { Consumer } from './consumer.ts';
import { decode } from './decode.ts';
import type { Defect, Reading } from './decode.ts';
import { defectOf, isPassing } from './failures.ts';

export type RedriveOptions = {
  readonly database: Database;
  readonly consumer: Consumer;
  readonly reading: Reading;
  readonly handlerTimeoutMs: number;
};

export type Redriven = {
  readonly handled: number;
  /** Still parked: the first of them failed again, for this reason. */
  readonly left: number;
  readonly defect?: { readonly reason: string; readonly detail: string };
};

type Row = ReceivedRecord & { id: number };

/**
 * Handles the parked records of a key in their order and sets the key free. Each record in a transaction of
 * its own, so a second run, at the same time or later, handles only what is left.
 */
export const redrive = async (options: RedriveOptions, key: string): Promise<Redriven> => {
  const topics = await options.database.queryable.query<{ topic: string }>(
    'SELECT topic FROM parked_keys WHERE group_name = $1 AND key = $2 ORDER BY topic',
    [options.consumer.group, key],
  );
  let handled = 0;
  let left = 0;
  let defect: Redriven['defect'];
  for (const { topic } of topics) {
    const done = await redriveTopic(options, topic, key);
    handled += done.handled;
    left += done.left;
    defect ??= done.defect;
  }
  return { handled, left, ...(defect === undefined ? {} : { defect }) };
};

const redriveTopic = async (
  options: RedriveOptions,
  topic: string,
  key: string,
): Promise<Redriven> => {
  for (let handled = 0; ; handled += 1) {
    try {
      const step = await options.database.transaction((tx) =>
        redriveNext(tx, options, { topic, key }),
      );
      if (step === 'free') return { handled, left: 0 };
    } catch (error) {
      if (isPassing(error)) throw error;
      const defect = error instanceof StillDefective ? error.defect : defectOf(error);
      return { handled, left: await note(options, { topic, key, defect }), defect };
    }
  }
};

class StillDefective extends Error {
  readonly defect: Defect;

  constructor(defect: Defect) {
    super(defect.reason);
    this.defect = defect;
  }
}

const redriveNext = async (
  tx: Queryable,
  { consumer, reading, handlerTimeoutMs }: RedriveOptions,
  { topic, key }: { topic: string; key: string },
): Promise<'handled' | 'free'> => {
  const where = [consumer.group, topic, key];
  // Taken whole: consumers that want to add to this key wait here, and find it free or not.
  const [standing] = await tx.query(
    'SELECT 1 FROM parked_keys WHERE group_name = $1 AND topic = $2 AND key = $3 FOR UPDATE',
    where,
  );
  if (standing === undefined) return 'free';
  const [row] = await tx.query<Row>(
    `SELECT id, topic, part AS partition, "offset"::text AS "offset", key, headers, value,
       (extract(epoch FROM taken_at) * 1000)::float8 AS timestamp
     FROM parked_records WHERE group_name = $1 AND topic = $2 AND key = $3 ORDER BY id LIMIT 1`,
    where,
  );
  if (row === undefined) {
    await tx.query(
      'DELETE FROM parked_keys WHERE group_name = $1 AND topic = $2 AND key = $3',
      where,
    );
    return 'free';
  }
  const { event, defect } = decode(row, consumer, reading);
  if (defect !== undefined) throw new StillDefective(defect);
  if (event !== undefined) {
    await limited({ msMax: handlerTimeoutMs, tx }, (limitedTx, signal) =>
      consumer.handle(limitedTx, [event], signal),
    );
  }
  await tx.query('DELETE FROM parked_records WHERE id = $1', [row.id]);
  return 'handled';
};

const note = async (
  { database, consumer }: RedriveOptions,
  { topic, key, defect }: { topic: string; key: string; defect: Defect },
): Promise<number> => {
  const [row] = await database.queryable.query<{ left: number }>(
    `WITH first AS (
       UPDATE parked_records SET reason = $4, detail = $5 WHERE id = (
         SELECT min(id) FROM parked_records WHERE group_name = $1 AND topic = $2 AND key = $3))
     SELECT count(*) AS left FROM parked_records WHERE group_name = $1 AND topic = $2 AND key = $3`,
    [consumer.group, topic, key, defect.reason, defect.detail],
  );
  return row?.left ?? 0;
};
