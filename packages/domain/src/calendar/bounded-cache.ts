/**
 * Answers that are the same whenever they are asked for, at most `entriesMax` of them: names of zones are written by
 * callers in any case, so there is no end to them. When it is full, the oldest entry gives way. Domain imports no cache
 * library, and needs none: a Map keeps its keys in the order in which they came.
 */
export const boundedCache = <Value>(entriesMax: number) => {
  const entries = new Map<string, Value>();
  return {
    get: (key: string): Value | undefined => entries.get(key),
    set: (key: string, value: Value): void => {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= entriesMax) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
  };
};
