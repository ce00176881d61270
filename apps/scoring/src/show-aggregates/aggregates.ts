import { Injectable } from '@nestjs/common';
import { Band, Causes, type LikelihoodAggregates } from '@tact/contracts';
import { toldCells } from '@tact/domain';
import { Clock, Database } from '@tact/platform';
import { Stand } from '../stand.ts';

type Row = {
  readonly band: Band;
  readonly cause: keyof Causes;
  readonly contacts: number;
};

const bands = Band.options;
const causes = Causes.keyof().options;
const hourMs = 3_600_000;
const TENANTS_MAX = 1_000;

/**
 * How many contacts of a tenant stand where. Counted at most once an hour: who asked before and after one webhook
 * would else learn by the difference what it did to one person.
 */
@Injectable()
export class Aggregates {
  readonly #counted = new Map<
    string,
    { readonly hour: number; readonly told: LikelihoodAggregates }
  >();

  constructor(
    private readonly database: Database,
    private readonly stand: Stand,
    private readonly clock: Clock,
  ) {}

  async of(tenantId: string): Promise<LikelihoodAggregates> {
    const now = this.clock.now();
    const hour = Math.floor(now.getTime() / hourMs);
    const known = this.#counted.get(tenantId);
    if (known?.hour === hour) return known.told;
    const told = await this.#count(tenantId, now);
    if (this.#counted.size >= TENANTS_MAX) this.#counted.clear();
    this.#counted.set(tenantId, { hour, told });
    return told;
  }

  async #count(tenantId: string, now: Date): Promise<LikelihoodAggregates> {
    const position = await this.stand.position();
    const rows = await this.database.queryable.query<Row>(
      `SELECT band, cause, count(*)::int AS contacts FROM block_likelihoods
       CROSS JOIN LATERAL (SELECT key AS cause FROM json_each_text(assessment->'causes')
         ORDER BY value::float8 DESC, key LIMIT 1) AS most_probable
       WHERE tenant_id = $1 GROUP BY band, cause`,
      [tenantId],
    );
    const countOf = (isOne: (row: Row) => boolean) =>
      rows.filter(isOne).reduce((all, { contacts }) => all + contacts, 0);
    const byBand = toldCells(bands.map((band) => countOf((row) => row.band === band)));
    const byCause = toldCells(causes.map((cause) => countOf((row) => row.cause === cause)));
    return {
      contacts: byBand.total,
      bands: bands.map((band, at) => ({ band, contacts: byBand.cells[at] })),
      leadingCauses: causes.map((cause, at) => ({ cause, contacts: byCause.cells[at] })),
      asOf: { position, at: now.toISOString() },
    };
  }
}
