/** Anything that runs SQL: a pool, a client inside a transaction, or a TypeORM manager. */
export type Queryable = {
  /**
   * With a `name` the statement is planned once a connection instead of each time: for a constant text on a path
   * where the planning would cost more than the work.
   */
  query<Row = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    name?: string,
  ): Promise<Row[]>;
  /**
   * Of a transaction alone: runs the effect once it is committed, and never when it was rolled back. An effect given
   * twice runs once. It must not throw: nothing can be undone any more.
   */
  afterCommit?(effect: () => void): void;
};
