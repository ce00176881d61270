import { randomBytes } from 'node:crypto';
import type { Queryable } from '../postgres/queryable.ts';
import type { WrittenEvent } from './events.ts';
import { stubStream } from './stub-schema.ts';
import { writtenRowsOfSubjects } from './stubbed-rows.ts';

/** What a stub is made with: nothing here knows what an event means. */
export type StubParts = {
  readonly source: string;
  /** Types that say that somebody was erased: they stay, or who reads everything again would not know. */
  readonly keptTypes: readonly string[];
  /** The digest that the audit names an event by; it stays true of the stub. */
  readonly digestOf: (event: WrittenEvent) => string;
  /** Whom it was told of beside itself, in order; each gets a key of the stub's own. */
  readonly besideOf: (event: WrittenEvent) => readonly string[];
  /** Where records of a key go. A stub goes where its event went, or later numbers of that place would be others. */
  readonly placeOf: (key: string) => number;
};

/** What is left of an event, in the place of its data. */
type Stub = {
  readonly v: 1;
  /** Of the event as it was stored and told. */
  readonly sha256: string;
  /** Of the key that is destroyed; null where nothing was sealed. */
  readonly revision: number | null;
  readonly beside: readonly string[];
};

/** Events at a time: each is read whole. */
const BATCH = 500;

/** A random key whose records go where those of another go. */
const keyLike = (key: string, placeOf: StubParts['placeOf']): string => {
  const place = placeOf(key);
  for (;;) {
    const drawn = randomBytes(16).toString('hex');
    if (placeOf(drawn) === place) return drawn;
  }
};

const revisionOf = (json: string): number | null => {
  const { $sealed } = JSON.parse(json) as { $sealed?: { readonly k?: unknown } };
  return typeof $sealed?.k === 'number' ? $sealed.k : null;
};

/**
 * The one door through which events change: those of these subjects become stubs, in the caller's transaction. What folds,
 * projects or counts never sees a stub; the relay hands it on as erased. Answers how many; again, it finds none.
 */
export const stubEventsOf = async (
  tx: Queryable,
  subjects: readonly string[],
  parts: StubParts,
): Promise<number> => {
  const { digestOf, besideOf, placeOf } = parts;
  let stubbed = 0;
  for (;;) {
    const events = await writtenRowsOfSubjects(tx, parts, { subjects, limit: BATCH });
    if (events.length === 0) return stubbed;
    const stubs = events.map((event): Stub => {
      const beside = besideOf(event).map((key) => keyLike(key, placeOf));
      return { v: 1, sha256: digestOf(event), revision: revisionOf(event.json), beside };
    });
    const [row] = await tx.query<{ events: number }>(
      'SELECT stub_events($1::uuid[], $2::text[], $3::text[]) AS events',
      [
        events.map(({ id }) => id),
        events.map(({ subject }) => stubStream(keyLike(subject, placeOf))),
        stubs.map((stub) => JSON.stringify({ $erased: stub })),
      ],
    );
    if (row?.events !== events.length) throw new Error('events changed while they became stubs');
    stubbed += events.length;
  }
};

/** The keys that a stub is told under beside its own; undefined of an event that is none. */
export const besideInStub = ({ json }: WrittenEvent): readonly string[] | undefined => {
  if (!json.startsWith('{"$erased":')) return undefined;
  return (JSON.parse(json) as { readonly $erased: Stub }).$erased.beside;
};
