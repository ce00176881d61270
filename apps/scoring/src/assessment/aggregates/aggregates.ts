import { Injectable } from '@nestjs/common';
import { Band, Causes, type LikelihoodAggregates, HOUR_MS } from '@tact/contracts';
import { publishedCells } from '@tact/domain';
import { ADVISORY_CLASS, Clock, Database, type Queryable } from '@tact/platform';
import { ReadPosition } from '../../facts/read-position.ts';
import { type Cell, cellsOf, foldCells } from './cells.ts';

type Kept = { readonly countedAt: Date; readonly counts: LikelihoodAggregates };

const bands = Band.options;
const causes = Causes.keyof().options;

/**
 * How many contacts of a tenant are in which band, from a count that is kept for an hour, in whatever process it was made:
 * who asked before and after one webhook would else learn by the difference what it did to one person.
 */
@Injectable()
export class Aggregates {
  constructor(
    private readonly database: Database,
    private readonly readPosition: ReadPosition,
    private readonly clock: Clock,
  ) {}

  async of(tenantId: string): Promise<LikelihoodAggregates> {
    const kept = await this.#kept(this.database.queryable, tenantId);
    return kept ?? (await this.database.transaction((tx) => this.#counted(tx, tenantId)));
  }

  async #kept(queryable: Queryable, tenantId: string): Promise<LikelihoodAggregates | undefined> {
    const [kept] = await queryable.query<Kept>(
      'SELECT counted_at AS "countedAt", told AS counts FROM likelihood_aggregates WHERE tenant_id = $1',
      [tenantId],
    );
    const isFresh = kept && this.clock.now().getTime() - kept.countedAt.getTime() < HOUR_MS;
    return isFresh ? kept.counts : undefined;
  }

  /** Who asks while another counts waits for that count: two of them could be subtracted. */
  async #counted(tx: Queryable, tenantId: string): Promise<LikelihoodAggregates> {
    await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext($1))`, [
      `scoring aggregates ${tenantId}`,
    ]);
    const kept = await this.#kept(tx, tenantId);
    if (kept) return kept;
    const at = this.clock.now();
    const position = await this.readPosition.position(tx);
    await foldCells(tx, tenantId);
    const counts = countsOf(await cellsOf(tx, tenantId));
    const answer = { ...counts, asOf: { position, at: at.toISOString() } };
    await tx.query(
      `INSERT INTO likelihood_aggregates VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id) DO UPDATE SET counted_at = excluded.counted_at, told = excluded.told`,
      [tenantId, at, JSON.stringify(answer)],
    );
    return answer;
  }
}

const countsOf = (rows: readonly Cell[]): Omit<LikelihoodAggregates, 'asOf'> => {
  const countOf = (isOne: (row: Cell) => boolean) =>
    rows.filter(isOne).reduce((all, { contacts }) => all + contacts, 0);
  const byBand = publishedCells(bands.map((band) => countOf((row) => row.band === band)));
  const byCause = publishedCells(causes.map((cause) => countOf((row) => row.cause === cause)));
  return {
    contacts: byBand.total,
    bands: bands.map((band, at) => ({ band, contacts: byBand.cells[at] })),
    leadingCauses: causes.map((cause, at) => ({ cause, contacts: byCause.cells[at] })),
  };
};
