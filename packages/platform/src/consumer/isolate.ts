import { setTimeout as pause } from 'node:timers/promises';
import type { BatchContext } from '../log/port.ts';
import { attempt } from './attempt.ts';
import type { AttemptOptions, Outcome } from './attempt.ts';
import type { Decoded } from './decode.ts';
import { defectOf, faultOf } from './failures.ts';

/** A failing batch is cut into so many parts: each level costs a timeout when a record makes the handler hang. */
const PARTS = 32;

export type Retries = { readonly tries: number; readonly firstRestMs: number };

export type IsolateOptions = AttemptOptions & {
  readonly retries: Retries;
  readonly onOutcome: (outcome: Outcome) => void;
};

/**
 * Handles a batch whatever its records do: a part that fails is cut down to the record at fault, which is
 * tried again with a growing rest, then parked. Parts are handled one after the other, so order stays. A batch of several
 * partitions is not cut: the log delivers them apart.
 */
export const isolate = async (
  options: IsolateOptions,
  batch: readonly Decoded[],
  context: BatchContext,
): Promise<void> => {
  try {
    options.onOutcome(await attempt(options, batch, context));
  } catch (error) {
    if (faultOf(error) === undefined || context.isStale() || context.isShared === true) throw error;
    if (batch.length === 1) return await insist(options, batch, context);
    const size = Math.ceil(batch.length / PARTS);
    for (let from = 0; from < batch.length; from += size) {
      await context.heartbeat();
      await isolate(options, batch.slice(from, from + size), context);
    }
  }
};

const insist = async (
  options: IsolateOptions,
  batch: readonly Decoded[],
  context: BatchContext,
): Promise<void> => {
  const { tries, firstRestMs } = options.retries;
  let fault: unknown;
  // The attempt that brought us here was the first.
  for (let nth = 1; nth < tries; nth += 1) {
    await pause(firstRestMs * 2 ** (nth - 1), undefined, { signal: context.signal }).catch(
      () => undefined,
    );
    await context.heartbeat();
    try {
      options.onOutcome(await attempt(options, batch, context));
      return;
    } catch (error) {
      const found = faultOf(error);
      if (found === undefined || context.isStale()) throw error;
      fault = found.fault;
    }
  }
  const parked = batch.map((decoded) => ({ ...decoded, defect: defectOf(fault) }));
  options.onOutcome(await attempt(options, parked, context));
};
