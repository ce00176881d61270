import { Injectable } from '@nestjs/common';
import {
  Database,
  type Queryable,
  type Shadow,
  compareShadow,
  createShadow,
  dropShadow,
  enterShadow,
  swapShadow,
} from '@tact/platform';
import type { Day } from '../assessment/assess-contacts.ts';
import { isCounted, recountCells } from '../assessment/aggregates/cells.ts';
import { lockProjection } from '../assessment/locks.ts';
import { type DatedKey, reassess } from '../assessment/rows.ts';
import { AssessmentQueue } from '../assessment/queue.ts';
import { type ContactKey, Facts } from '../facts/facts.ts';

const table = 'block_likelihoods';
const CONTACTS_AT_ONCE = 200;
/** Fewer contacts than this are built anew while the consumers wait. */
const SWAP_CONTACTS_MAX = 200;
const first: ContactKey = { tenantId: '', contactId: '' };

export type Comparison = {
  readonly liveRows: number;
  readonly newRows: number;
  readonly same: boolean;
};

export type ShadowBuildOptions = {
  readonly database: Database;
  readonly facts: Facts;
  readonly queue: AssessmentQueue;
  /** The day of contacts that have facts and no row. */
  readonly today: Day;
  readonly signal: AbortSignal;
  readonly onProgress: (contactsDone: number) => Promise<void>;
};

/** Starts builds; one is a `ShadowBuild`. */
@Injectable()
export class ShadowBuilds {
  constructor(
    private readonly database: Database,
    private readonly facts: Facts,
    private readonly queue: AssessmentQueue,
  ) {}

  run(options: Omit<ShadowBuildOptions, 'database' | 'facts' | 'queue'>): Promise<Comparison> {
    const { database, facts, queue } = this;
    return new ShadowBuild({ ...options, database, facts, queue }).run();
  }
}

/**
 * Builds every row anew from the facts, beside the live table, under live traffic. It goes by contact and
 * not by position, as the platform's own rebuild does: a row needs all facts of its contact in the order of
 * event time, and going by position would fold each contact once per batch it appears in.
 */
class ShadowBuild {
  readonly #shadow: Shadow;
  #done = 0;

  constructor(private readonly options: ShadowBuildOptions) {
    const live = options.database.schema;
    this.#shadow = { live, shadow: `${live}_rebuild`, tables: [table] };
  }

  /** Swaps the tables in one transaction and says how both compared at that instant. */
  async run(): Promise<Comparison> {
    const { database } = this.options;
    await createShadow(database.queryable, this.#shadow);
    try {
      const since = await this.#catchUp(await this.#walk());
      return await database.transaction((tx) => this.#finish(tx, since));
    } catch (error) {
      await dropShadow(database.queryable, this.#shadow).catch(() => undefined);
      throw error;
    }
  }

  /** Every contact once; gives the position all of whose facts were there to be read. */
  async #walk(): Promise<number> {
    const position = await this.#settledPosition();
    let last = first;
    for (;;) {
      const keys = await this.#keysAfter(last);
      const end = keys.at(-1);
      if (end === undefined) return position;
      await this.#build(keys);
      last = end;
    }
  }

  /** Contacts with facts that came meanwhile, until few enough are left for the consumers to wait. */
  async #catchUp(walked: number): Promise<number> {
    let since = walked;
    for (;;) {
      const settled = await this.#settledPosition();
      // A live row that is behind its facts would differ from the one built of them.
      await this.options.queue.sweep(this.options.signal);
      const keys = await this.#keysBehind(this.options.database.queryable, since);
      if (keys.length < SWAP_CONTACTS_MAX) return since;
      await this.#build(keys);
      since = settled;
    }
  }

  async #finish(tx: Queryable, since: number): Promise<Comparison> {
    await lockProjection(tx, 'alone');
    const { facts, queue, signal } = this.options;
    await queue.settleIn(tx, signal);
    await enterShadow(tx, this.#shadow, 'on');
    await reassess(tx, await this.#keysBehind(tx, since), { facts, signal, isShadow: true });
    // Whoever objected while the rows were built.
    await tx.query(`DELETE FROM ${table} AS row WHERE NOT ${isCounted('row')}`);
    const [difference] = await compareShadow(tx, this.#shadow);
    if (difference === undefined) throw new Error(`${table} was not compared`);
    await swapShadow(tx, this.#shadow);
    await recountCells(tx);
    const { liveRows, shadowRows: newRows, same } = difference;
    return { liveRows, newRows, same };
  }

  async #build(keys: readonly DatedKey[]): Promise<void> {
    const { database, facts, signal, onProgress } = this.options;
    for (let from = 0; from < keys.length; from += CONTACTS_AT_ONCE) {
      signal.throwIfAborted();
      const some = keys.slice(from, from + CONTACTS_AT_ONCE);
      await database.transaction(async (tx) => {
        await enterShadow(tx, this.#shadow, 'off');
        await reassess(tx, some, { facts, signal, isShadow: true });
      });
      this.#done += some.length;
      await onProgress(this.#done);
    }
  }

  /** Nobody writes while the lock is held alone, so no fact up to this position is still to be committed. */
  #settledPosition(): Promise<number> {
    return this.options.database.transaction(async (tx) => {
      await lockProjection(tx, 'alone');
      const [row] = await tx.query<{ position: number }>(
        'SELECT coalesce(max(position), 0) AS position FROM facts',
      );
      return row?.position ?? 0;
    });
  }

  #keysAfter({ tenantId, contactId }: ContactKey): Promise<DatedKey[]> {
    return this.options.database.queryable.query<DatedKey>(
      `SELECT tenant_id AS "tenantId", contact_id AS "contactId",
         coalesce(live.as_of_day, $4)::text AS day
       FROM (
         SELECT DISTINCT tenant_id, contact_id FROM facts
         WHERE (tenant_id, contact_id) > ($1, $2) ORDER BY tenant_id, contact_id LIMIT $3
       ) AS known
       LEFT JOIN block_likelihoods AS live USING (tenant_id, contact_id)
       ORDER BY tenant_id, contact_id`,
      [tenantId, contactId, CONTACTS_AT_ONCE, this.options.today],
    );
  }

  /** Who has facts the shadow may not have seen, or a live row that was aged since. The live row's day is taken. */
  #keysBehind(queryable: Queryable, since: number): Promise<DatedKey[]> {
    const { live, shadow } = this.#shadow;
    return queryable.query<DatedKey>(
      `SELECT tenant_id AS "tenantId", contact_id AS "contactId",
         coalesce(live.as_of_day, $2)::text AS day
       FROM (
         SELECT tenant_id, contact_id FROM ${live}.facts WHERE position > $1
         UNION
         SELECT tenant_id, contact_id FROM ${live}.${table} AS live
         JOIN ${shadow}.${table} AS built USING (tenant_id, contact_id)
         WHERE built.as_of_day <> live.as_of_day
       ) AS behind
       LEFT JOIN ${live}.${table} AS live USING (tenant_id, contact_id)
       ORDER BY tenant_id, contact_id`,
      [since, this.options.today],
    );
  }
}
