import type { EventEnvelope } from '@tact/contracts';
import type { Queryable } from '../postgres/queryable.ts';

export type ConsumedEvent = EventEnvelope & {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** `<topic>:<partition>` at the source. */
  readonly shard: string;
  /** Gapless per source and shard. */
  readonly shardSeq: number;
};

/** A read model or policy fed from the log. */
export type Consumer = {
  readonly group: string;
  readonly topics: readonly string[];
  /** Event types it wants; others of its topics pass by unseen, unknown ones are parked. */
  readonly types: readonly string[];
  /** Personal fields stay sealed (`$sealed`) unless a consumer needs them and says so here. */
  readonly personalData?: 'opened';
  /**
   * The effect, inside the transaction that also moves the checkpoint; events of one partition in order. It runs
   * again after a failure, so it must write through `tx` alone. It stops when `signal` is aborted.
   */
  handle(tx: Queryable, events: readonly ConsumedEvent[], signal: AbortSignal): Promise<void>;
};

/** The data as this version reads it (upcast where needed), or why it cannot: names of fields, never a value. */
export type ValidatedData = { readonly data: object } | { readonly problem: string };

/** The problem of a type this version does not know: parked until a version that knows it is there. */
export const UNKNOWN_TYPE = 'unknown-type';

/** The problem of a version a later release writes: parked until that release reads it, never guessed at. */
export const TOO_NEW = 'too-new';

export type ValidateData = (type: string, data: unknown, dataschema: string) => ValidatedData;
