import type { LRUCache } from 'lru-cache';
import type { Memory } from '../../stores/memory.ts';

/** Forgets each entry after a time, asked for or not, and the one that was not asked for longest when it is full. */
export type ExpiringCache<Value extends object | true> = LRUCache<string, Value>;

/**
 * `now` in milliseconds. Keys of people must not lie in the memory of a process that has nothing to do: each has a timer
 * of its own, and none is given out from `ttlMs` on, also where the timer is late.
 */
export const expiringCache = <Value extends object | true>(
  memory: Memory<Value>,
  now: () => number,
  { ttlMs, entriesMax }: { ttlMs: number; entriesMax: number },
): ExpiringCache<Value> =>
  memory.open({
    max: entriesMax,
    // An entry of exactly its time is still given out, and the timer comes one millisecond later.
    ttl: ttlMs - 1,
    ttlAutopurge: true,
    ttlResolution: 0,
    perf: { now },
  });
