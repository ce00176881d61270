/** Anything that runs SQL: a pool, a client inside a transaction, or a TypeORM manager. */
export type Queryable = {
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
};
