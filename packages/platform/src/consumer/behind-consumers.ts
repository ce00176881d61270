import type { Database } from '../postgres/database.ts';
import { groupsParking } from './parking.ts';

export type Behind = {
  readonly group: string;
  /** What is gone from the log, and what to do. */
  readonly sentence: string;
  readonly since: Date;
};

type Row = { readonly group: string; readonly sentence: string; readonly since: Date };

/**
 * The consumer groups of a service that missed what they cannot read any more. It is stored: a process that starts
 * while the log is away must not take the group for a whole one.
 */
export class BehindConsumers {
  readonly #groups = new Map<string, Behind>();

  constructor(
    private readonly database: Pick<Database, 'queryable'>,
    private readonly now: () => Date,
  ) {}

  /** Reads what an earlier process, or another one, found. */
  async load(): Promise<void> {
    const rows = await this.database.queryable.query<Row>(
      'SELECT group_name AS "group", sentence, since FROM consumers_behind ORDER BY group_name',
    );
    this.#groups.clear();
    for (const row of rows) this.#groups.set(row.group, row);
  }

  of(group: string): Behind | undefined {
    return this.#groups.get(group);
  }

  /** Those of the groups in which something about one of these keys is parked: it is not known yet what that would do. */
  parking(groups: readonly string[], keys: readonly string[]): Promise<readonly string[]> {
    return groupsParking(this.database.queryable, groups, keys);
  }

  get all(): readonly Behind[] {
    return [...this.#groups.values()];
  }

  /** Known at once, and stored as soon as the database takes it. */
  async note(group: string, sentence: string): Promise<void> {
    const behind = this.#groups.get(group) ?? { group, sentence, since: this.now() };
    this.#groups.set(group, behind);
    await this.database.queryable.query(
      'INSERT INTO consumers_behind (group_name, sentence, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [group, behind.sentence, behind.since],
    );
  }

  /** In the transaction that resets the group. */
  async clear(tx: Pick<Database['queryable'], 'query'>, group: string): Promise<void> {
    await tx.query('DELETE FROM consumers_behind WHERE group_name = $1', [group]);
  }

  /** True while another process has not reset the group. */
  async isStillBehind(group: string): Promise<boolean> {
    await this.load();
    return this.#groups.has(group);
  }
}
