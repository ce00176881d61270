import { EventStore, liesAhead, type Queryable, SubjectErased } from '@tact/platform';

export type LineErrors = readonly { readonly pointer: string; readonly message: string }[];

/** What became of a line. `not-contactable` is never told line by line: a caller would learn who objected. */
export type Outcome = 'applied' | 'duplicate' | 'not-contactable' | RefusedLine;

export type RefusedLine = {
  readonly errors: LineErrors;
  /** The line is well-formed and cannot be carried out as things stand. */
  readonly slug?: 'unprocessable';
};

export const refusedLine = (pointer: string, message: string): RefusedLine => ({
  errors: [{ pointer, message }],
});

/** A line that tells of the future is refused, whoever it is about. */
export const refusedAhead = (now: Date, pointer: string, at: string): RefusedLine | undefined =>
  liesAhead(now, at) ? refusedLine(pointer, 'Lies in the future.') : undefined;

/** Lines whose people were looked up; running it again in another transaction changes nothing more. */
export type PreparedLines = (tx: Queryable) => Promise<readonly Outcome[]>;

/** Looks people up and seals before the transaction, which must wait for neither. `erased` are left out. */
export type Prepare = (erased: ReadonlySet<string>) => Promise<PreparedLines>;

type Around = {
  /** In the same transaction, once it is known what became of the lines. */
  readonly after?: (tx: Queryable, outcomes: readonly Outcome[]) => Promise<void>;
  /** As soon as the database has its work. */
  readonly meanwhile?: () => void;
};

const ERASURES_MAX = 5;

/**
 * Prepares and runs lines in one transaction. People erased meanwhile are left out and
 * everything is run anew: their facts are dropped, those of the others are not.
 */
export const runLines = async (
  store: EventStore,
  prepare: Prepare,
  { after, meanwhile }: Around = {},
): Promise<readonly Outcome[]> => {
  const erased = new Set<string>();
  for (let attempt = 1; ; attempt += 1) {
    try {
      const run = await prepare(erased);
      return await store.transaction(async (tx) => {
        const running = run(tx);
        meanwhile?.();
        const outcomes = await running;
        await after?.(tx, outcomes);
        return outcomes;
      });
    } catch (error) {
      if (!(error instanceof SubjectErased) || attempt > ERASURES_MAX) throw error;
      for (const subject of error.subjects) erased.add(subject);
    }
  }
};
