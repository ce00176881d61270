import { BehindRetention, StaleBatch } from '../log/port.ts';
import type { BatchContext } from '../log/port.ts';
import type { Database } from '../postgres/database.ts';
import type { Queryable } from '../postgres/queryable.ts';
import type { Consumer } from './consumer.ts';
import type { Decoded } from './decode.ts';
import { lockParkedKeys, park, separate } from './parking.ts';
import type { Parked } from './parking.ts';
import { lockShards, moveShards } from './shards.ts';
import type { Gap } from './shards.ts';

/** The handler did not end in its time; its transaction was rolled back. */
export class HandlerTimeout extends Error {
  override readonly name = 'HandlerTimeout';
}

/** The effect itself failed, with `cause`: the only error that can be a record's fault. */
export class HandlerFault extends Error {
  override readonly name = 'HandlerFault';
}

/** Records of the sources' own count never came: whatever they told, nothing may be built on what follows. */
export class LostRecords extends BehindRetention {
  override readonly name = 'BehindRetention';

  constructor(readonly gaps: readonly [Gap, ...Gap[]]) {
    const [{ missing, source }] = gaps;
    super(gaps[0], `${missing} records of ${source} are gone`);
  }
}

/** The server gives up later than we do: its limit also covers the parking of a large record. */
const SERVER_GRACE_MS = 5_000;

export type AttemptOptions = {
  readonly database: Database;
  readonly consumer: Consumer;
  readonly handlerTimeoutMs: number;
  /** Topics that keep the latest record of each key: what is missing between two there was outdated, and not lost. */
  readonly compacted: ReadonlySet<string>;
};

export type Outcome = {
  readonly handled: number;
  readonly duplicates: number;
  readonly parked: readonly Parked[];
};

/** One transaction: recognise duplicates, run the effect, park what must wait, move the shards. All of it or nothing. */
export const attempt = (
  { database, consumer, handlerTimeoutMs, compacted }: AttemptOptions,
  batch: readonly Decoded[],
  context: BatchContext,
): Promise<Outcome> => {
  const { group } = consumer;
  // The server ends what this process cannot: a handler that hangs in a statement or holds its transaction.
  const limitMs = handlerTimeoutMs + SERVER_GRACE_MS;
  const limits = { statementTimeoutMs: limitMs, idleInTransactionTimeoutMs: limitMs };
  return database.transaction(async (tx) => {
    const sifted = await lockShards(tx, group, batch);
    const { fresh, duplicates } = sifted;
    const [gap, ...gaps] = sifted.gaps.filter(({ topic }) => !compacted.has(topic));
    if (gap !== undefined) throw new LostRecords([gap, ...gaps]);
    if (fresh.length === 0) return { handled: 0, duplicates, parked: [] };
    const standing = await lockParkedKeys(
      tx,
      group,
      fresh.map(({ record }) => record),
    );
    const { ready, parked } = separate(fresh, standing);
    const events = ready.flatMap(({ event }) => (event === undefined ? [] : [event]));
    if (events.length > 0) {
      await limited({ msMax: handlerTimeoutMs, tx, stale: context.signal }, (limitedTx, signal) =>
        consumer.handle(limitedTx, events, signal),
      ).catch((error: unknown) => {
        throw new HandlerFault('the effect failed', { cause: error });
      });
    }
    await park(tx, group, parked);
    await moveShards(tx, group, sifted);
    if (context.isStale()) throw new StaleBatch(`${context.topic}:${context.partition}`);
    return { handled: events.length, duplicates, parked };
  }, limits);
};

export type Limits = {
  readonly msMax: number;
  readonly tx: Queryable;
  /** Aborted when the partition changes hands: the new holder waits for this transaction to end. */
  readonly stale?: AbortSignal;
};

/**
 * Runs the effect until its time is over or its partition is lost, whether the effect listens or not.
 * Afterwards its `tx` refuses: the connection serves someone else by then.
 */
export const limited = async (
  { msMax, tx, stale }: Limits,
  work: (tx: Queryable, signal: AbortSignal) => Promise<void>,
): Promise<void> => {
  const end = new AbortController();
  const { signal } = end;
  const guarded: Queryable = {
    query: (text, values, name) =>
      signal.aborted
        ? Promise.reject(new HandlerTimeout('the transaction is over'))
        : tx.query(text, values, name),
    afterCommit: (effect) => tx.afterCommit?.(effect),
  };
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  ended.catch(() => undefined);
  const onStale = (): void => end.abort(stale?.reason);
  const timer = setTimeout(
    () => end.abort(new HandlerTimeout(`the handler took longer than ${msMax} ms`)),
    msMax,
  );
  stale?.addEventListener('abort', onStale, { once: true });
  if (stale?.aborted === true) onStale();
  try {
    await Promise.race([work(guarded, signal), ended]);
  } finally {
    clearTimeout(timer);
    stale?.removeEventListener('abort', onStale);
    end.abort(new HandlerTimeout('the transaction is over'));
  }
};
