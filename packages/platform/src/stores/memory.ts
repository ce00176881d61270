import type { DeclaredStore } from '@tact/contracts';
import { LRUCache } from 'lru-cache';
import { type ErasedPerson, type Store, subjectsOf } from './store.ts';

type Words = Pick<DeclaredStore, 'name' | 'holds'>;
type Entries = LRUCache<string, object | true>;

/** A part of a process that remembers something longer than a call; `open` is the one way to such a memory. */
export type Memory<Value extends object | true> = {
  readonly store: Store;
  readonly open: (options: LRUCache.Options<string, Value, unknown>) => LRUCache<string, Value>;
};

/** Memories are as many as there are parts that opened one; those that nobody uses any more are not kept alive. */
const opener = <Value extends object | true>() => {
  const opened = new Set<WeakRef<LRUCache<string, Value>>>();
  const open = (options: LRUCache.Options<string, Value, unknown>): LRUCache<string, Value> => {
    const memory = new LRUCache(options);
    opened.add(new WeakRef(memory));
    return memory;
  };
  const living = (): readonly Entries[] =>
    [...opened].flatMap((one) => {
      const memory = one.deref();
      if (memory === undefined) opened.delete(one);
      return memory === undefined ? [] : [memory as unknown as Entries];
    });
  return { open, living };
};

/** A memory whose keys name a contact: an erasure drops these entries in this process at once. */
export const memoryOfPersons = <Value extends object | true>(
  words: Words & {
    /** Whose an entry is, from its key; undefined of nobody's. */
    readonly subjectOf: (key: string) => string | undefined;
    /** What of a key says whom it is about. */
    readonly part: string;
  },
): Memory<Value> => {
  const { open, living } = opener<Value>();
  const { name, holds, part, subjectOf } = words;
  const isOf = (person: ErasedPerson) => {
    const ids = new Set(subjectsOf(person));
    return (key: string): boolean => {
      const subject = subjectOf(key);
      return subject !== undefined && ids.has(subject);
    };
  };
  return {
    open,
    store: {
      name,
      kind: 'memory',
      holds,
      locator: { by: 'contact-id', columns: [part] },
      retention: 'memory',
      atErasure: { does: 'evict' },
      eraser: {
        erase: (tx, person) => {
          const evict = (): number =>
            living().flatMap((memory) =>
              [...memory.keys()].filter(isOf(person)).filter((key) => memory.delete(key)),
            ).length;
          // Until the commit, a reader still finds the person in the database and remembers what it found.
          tx.afterCommit?.(evict);
          return Promise.resolve(evict());
        },
        // By the letters of a key, whatever its parts are.
        count: (_tx, person) => {
          const ids = subjectsOf(person);
          const keys = living().flatMap((memory) => [...memory.keys()]);
          return Promise.resolve(keys.filter((key) => ids.some((id) => key.includes(id))).length);
        },
      },
    },
  };
};

/** A memory in which no contact can be found, and the sentence why that is so. */
export const memoryOfNobody = <Value extends object | true>(
  words: Words & { readonly because: string },
): Memory<Value> => ({
  open: opener<Value>().open,
  store: {
    name: words.name,
    kind: 'memory',
    holds: words.holds,
    locator: { by: 'none', because: words.because },
    retention: 'memory',
    atErasure: { does: 'nothing' },
  },
});
