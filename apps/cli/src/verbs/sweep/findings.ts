import { createHash } from 'node:crypto';
import type { Digest } from '@tact/traces';

export const digest: Digest = (algorithm, bytes) => createHash(algorithm).update(bytes).digest();

export type Hit = {
  /** A column, or a part of a record; absent for a file. */
  readonly part?: string;
  readonly needle: number;
  readonly variant: string;
  readonly count: number;
};

/** One place that was looked through. */
export type Swept = {
  /** Under which it is summed up, e.g. `tables of scoring`. */
  readonly group: string;
  readonly name: string;
  readonly bytes: number;
  readonly hits: readonly Hit[];
  /** It could not be read, so nothing can be said of it. */
  readonly unreadable?: boolean;
};
