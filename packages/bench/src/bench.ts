import type { Client } from 'pg';
import type { Database, EventStore } from '@tact/platform';

/**
 * One line of the table: our rate beside the rate of the raw work, both taken in turns in this run; or a
 * figure of quality, which stands beside its bound instead.
 */
export type BenchResult = {
  readonly name: string;
  readonly against: string;
  readonly unit: string;
  readonly ours: number;
  readonly raw?: number;
  /** ours / raw, the median over the rounds. */
  readonly ratio?: number;
  readonly floor?: number;
  readonly stretch?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly p50FloorMs?: number;
  readonly p99FloorMs?: number;
  /** Bounds of `ours` itself. */
  readonly atMost?: number;
  readonly atLeast?: number;
};

export type Scratch = {
  readonly database: Database;
  readonly store: EventStore;
  /** A bare connection on the same schema, for the raw side. */
  readonly raw: Client;
  readonly openRaw: () => Promise<Client>;
};

export type Bench = {
  /** The server's url; its fsync is on. */
  readonly url: string;
  /** Seconds each side of a comparison runs in all. */
  readonly seconds: number;
  /** A fresh schema with the platform's tables; dropped when the case ends. */
  scratch(options?: {
    readonly commitQueues?: number;
    readonly poolSize?: number;
  }): Promise<Scratch>;
};

/** A file under `cases/` exports an array of these as `cases`; nothing else is needed to add one. */
export type BenchCase = {
  readonly name: string;
  /** Takes minutes: it runs when it is asked for by its whole name. */
  readonly onlyWhenNamed?: true;
  run(bench: Bench): Promise<readonly BenchResult[]>;
};

/** Units of work done per second by running `work` for `ms`. */
export type Side = (ms: number) => Promise<number>;

const ROUNDS = 8;

/** Runs both sides in turns, first one then the other first, so that the machine's moods hit both. */
export const interleave = async (
  seconds: number,
  sides: { readonly raw: Side; readonly ours: Side },
): Promise<{ raw: number; ours: number; ratio: number }> => {
  const ms = (seconds * 1_000) / ROUNDS;
  const raw: number[] = [];
  const ours: number[] = [];
  await sides.raw(ms / 4);
  await sides.ours(ms / 4);
  for (let round = 0; round < ROUNDS; round++) {
    if (round % 2 === 0) raw.push(await sides.raw(ms));
    ours.push(await sides.ours(ms));
    if (round % 2 === 1) raw.push(await sides.raw(ms));
  }
  const ratios = ours.map((rate, nth) => rate / (raw[nth] ?? Number.NaN));
  return { raw: median(raw), ours: median(ours), ratio: median(ratios) };
};

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
