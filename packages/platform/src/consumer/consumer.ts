import type { EventEnvelope } from '@tact/contracts';
import type { DataOf } from '../event-store/events.ts';
import type { Queryable } from '../postgres/queryable.ts';

/** Where an event was found: on the log, and in its source's own count. */
type ConsumedPlace = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** `<topic>:<partition>` at the source. */
  readonly shard: string;
  /** Gapless per source and shard. */
  readonly shardSeq: number;
};

/** One event of each of these types: a union told apart by `type`. Of a type the contracts do not know, data is unknown. */
export type ConsumedEvent<Type extends string = string> = Type extends string
  ? EventEnvelope<Type, DataOf<Type>> & ConsumedPlace
  : never;

/** A read model or policy fed from the log; it is given the types it declares, and no other. */
export type Consumer<Type extends string = string> = {
  readonly group: string;
  readonly topics: readonly string[];
  /** Event types it wants; others of its topics pass by unseen and unread, unknown ones are parked. */
  readonly types: readonly Type[];
  /** Personal fields stay sealed (`$sealed`) unless a consumer needs them and says so here. */
  readonly personalData?: 'opened';
  /**
   * The effect, inside the transaction that also moves the checkpoint; events of one partition in order. It runs
   * again after a failure, so it must write through `tx` alone. It stops when `signal` is aborted.
   */
  handle(tx: Queryable, events: readonly ConsumedEvent<Type>[], signal: AbortSignal): Promise<void>;
};

/** The data as this version reads it (upcast where needed), or why it cannot: names of fields, never a value. */
export type ValidatedData = { readonly data: object } | { readonly problem: string };

/** The problem of a type this version does not know: parked until a version that knows it is there. */
export const unknownType = 'unknown-type';

/** The problem of a version a later release writes: parked until that release reads it, never guessed at. */
export const tooNew = 'too-new';

export type ValidateData = (type: string, data: unknown, dataschema: string) => ValidatedData;
