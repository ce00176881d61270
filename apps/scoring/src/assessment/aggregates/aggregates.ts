import { Injectable } from '@nestjs/common';
import { Band, Causes, type LikelihoodAggregates } from '@tact/contracts';
import { toldCells } from '@tact/domain';
import { ADVISORY_CLASS, Clock, Database, type Queryable } from '@tact/platform';
import { isLeftOut } from '../../exclusions/training-exclusions.ts';
import { Stand } from '../../facts/read-position.ts';

type Row = { readonly band: Band; readonly cause: keyof Causes; readonly contacts: number };
type Kept = { readonly countedAt: Date; readonly told: LikelihoodAggregates };

const bands = Band.options;
const causes = Causes.keyof().options;
const hourMs = 3_600_000;

const columns = causes.map((cause) => `"${cause}"`).join(', ');
const types = causes.map((cause) => `"${cause}" double precision`).join(', ');
const likeliest = causes.map((cause) => `WHEN "${cause}" THEN '${cause}'`).join(' ');

/** Erased and objecting people, and who withdrew, are in no count. */
const countText = `
SELECT band, CASE greatest(${columns}) ${likeliest} END AS cause, count(*)::int AS contacts
FROM block_likelihoods AS row, json_to_record(row.assessment->'causes') AS said (${types})
WHERE tenant_id = $1 AND NOT EXISTS (SELECT FROM left_out AS gone
  WHERE gone.tenant_id = row.tenant_id AND gone.contact_id = row.contact_id AND ${isLeftOut})
GROUP BY 1, 2`;

/**
 * How many contacts of a tenant stand where, from a count that stands for an hour, in whatever process it was made:
 * who asked before and after one webhook would else learn by the difference what it did to one person.
 */
@Injectable()
export class Aggregates {
  constructor(
    private readonly database: Database,
    private readonly stand: Stand,
    private readonly clock: Clock,
  ) {}

  async of(tenantId: string): Promise<LikelihoodAggregates> {
    const kept = await this.kept(this.database.queryable, tenantId);
    return kept ?? (await this.database.transaction((tx) => this.counted(tx, tenantId)));
  }

  private async kept(
    queryable: Queryable,
    tenantId: string,
  ): Promise<LikelihoodAggregates | undefined> {
    const [kept] = await queryable.query<Kept>(
      'SELECT counted_at AS "countedAt", told FROM likelihood_aggregates WHERE tenant_id = $1',
      [tenantId],
    );
    const isFresh = kept && this.clock.now().getTime() - kept.countedAt.getTime() < hourMs;
    return isFresh ? kept.told : undefined;
  }

  /** Who asks while another counts waits for that count: two of them could be subtracted. */
  private async counted(tx: Queryable, tenantId: string): Promise<LikelihoodAggregates> {
    await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext($1))`, [
      `scoring aggregates ${tenantId}`,
    ]);
    const kept = await this.kept(tx, tenantId);
    if (kept) return kept;
    const at = this.clock.now();
    const position = await this.stand.position(tx);
    const told = toldOf(await tx.query<Row>(countText, [tenantId]));
    const answer = { ...told, asOf: { position, at: at.toISOString() } };
    await tx.query(
      `INSERT INTO likelihood_aggregates VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id) DO UPDATE SET counted_at = excluded.counted_at, told = excluded.told`,
      [tenantId, at, JSON.stringify(answer)],
    );
    return answer;
  }
}

const toldOf = (rows: readonly Row[]): Omit<LikelihoodAggregates, 'asOf'> => {
  const countOf = (isOne: (row: Row) => boolean) =>
    rows.filter(isOne).reduce((all, { contacts }) => all + contacts, 0);
  const byBand = toldCells(bands.map((band) => countOf((row) => row.band === band)));
  const byCause = toldCells(causes.map((cause) => countOf((row) => row.cause === cause)));
  return {
    contacts: byBand.total,
    bands: bands.map((band, at) => ({ band, contacts: byBand.cells[at] })),
    leadingCauses: causes.map((cause, at) => ({ cause, contacts: byCause.cells[at] })),
  };
};
