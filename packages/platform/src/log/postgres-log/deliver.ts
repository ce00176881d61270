import type { LogLines } from '../log-lines.ts';
import { StaleBatch } from '../port.ts';
import type { BatchContext, BatchHandler, ReceivedRecord } from '../port.ts';
import type { HeldPartition } from './held-partition.ts';

/** A partition, and its records that follow what was handled. */
export type Share = { readonly place: HeldPartition; readonly records: readonly ReceivedRecord[] };

/** One call of the handler: records of one partition, or the few of several. */
export type Batch = readonly [Share, ...Share[]];

/** Milliseconds after which what several partitions share is undone and delivered apart: one that hangs must not hold the others. */
const SHARED_MS_MAX = 1_000;

export type Host = {
  readonly handle: BatchHandler;
  /** Proves that the group still counts on this member; throws when it does not. */
  heartbeat(): Promise<void>;
  isAlive(): boolean;
};

/** Runs the handler on a batch, and gives back its failure: the same records are delivered again. */
export const deliver = async (batch: Batch, host: Host): Promise<unknown> => {
  const tooLong = new AbortController();
  const work = handled(batch, host, tooLong);
  const ended = work.catch(() => undefined);
  for (const { place } of batch) place.running = ended;
  try {
    await work;
    for (const { place, records } of batch) place.handled(records);
    return undefined;
  } catch (error) {
    const together = tooLong.signal.aborted ? 'too-long-together' : 'together';
    for (const { place } of batch) place.failed(batch.length > 1 ? together : 'alone');
    return error;
  } finally {
    for (const { place } of batch) place.running = undefined;
  }
};

export const failureFields = (group: string, error: unknown) => {
  const { name, code } = error as { name?: string; code?: string };
  return { group, error: name, code };
};

/** Whoever one of several is of fails again apart: only that is a matter for somebody. */
export const noteFailed = (
  { lines, group }: { readonly lines: LogLines; readonly group: string },
  batch: Batch,
  error: unknown,
): void => {
  const fields = failureFields(group, error);
  if (batch.length === 1) lines.warn(fields, 'a batch failed and will be delivered again');
  else lines.info(fields, 'partitions failed together and are delivered apart');
};

const handled = async (batch: Batch, host: Host, tooLong: AbortController): Promise<void> => {
  const [{ place }, ...others] = batch;
  const records = batch.flatMap((share) => share.records);
  if (others.length === 0) return await host.handle(records, contextOf(place, place.signal, host));
  const timer = setTimeout(() => {
    tooLong.abort(new StaleBatch(`${batch.length} partitions took too long together`));
  }, SHARED_MS_MAX);
  const signals = batch.map((share) => share.place.signal);
  const signal = AbortSignal.any([...signals, tooLong.signal]);
  try {
    await host.handle(records, { ...contextOf(place, signal, host), isShared: true });
  } finally {
    clearTimeout(timer);
  }
};

const contextOf = (place: HeldPartition, signal: AbortSignal, host: Host): BatchContext => {
  const { topicName: topic, part: partition } = place;
  const isStale = (): boolean => signal.aborted || !host.isAlive();
  return {
    topic,
    partition,
    signal,
    isStale,
    heartbeat: async () => {
      if (!isStale()) await host.heartbeat();
      if (isStale()) throw signal.reason ?? new StaleBatch(`${topic}:${partition}`);
    },
  };
};
