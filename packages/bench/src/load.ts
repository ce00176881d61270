import { build, type Histogram } from 'hdr-histogram-js';
import type { Side } from './bench.ts';

/** `callers` loops that each start their next work when the last one is done. */
export const closedLoop = (
  callers: number,
  work: (caller: number) => Promise<unknown>,
  options: { readonly units?: number; readonly latencies?: Latencies } = {},
): Side => {
  const { units = 1, latencies } = options;
  return async (ms) => {
    const begin = performance.now();
    let done = 0;
    const loop = async (caller: number): Promise<void> => {
      let now = performance.now();
      while (now - begin < ms) {
        await work(caller);
        const after = performance.now();
        latencies?.record(after - now);
        now = after;
        done += units;
      }
    };
    await Promise.all(Array.from({ length: callers }, (_, caller) => loop(caller)));
    return (done * 1_000) / (performance.now() - begin);
  };
};

/** A fixed piece of work, repeated while there is time; the rate counts the work alone, not its preparation. */
export const repeated = (
  work: () => Promise<number>,
  prepare: () => Promise<unknown> = () => Promise.resolve(),
): Side => {
  return async (ms) => {
    let spent = 0;
    let units = 0;
    do {
      await prepare();
      const begin = performance.now();
      units += await work();
      spent += performance.now() - begin;
    } while (spent < ms);
    return (units * 1_000) / spent;
  };
};

export class Latencies {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  });

  record(ms: number): void {
    this.#histogram.recordValue(Math.max(1, Math.round(ms * 1_000)));
  }

  percentileMs(percentile: number): number {
    return this.#histogram.getValueAtPercentile(percentile) / 1_000;
  }
}
