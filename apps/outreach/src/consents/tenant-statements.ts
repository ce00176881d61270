import { Injectable } from '@nestjs/common';
import { LawfulBases } from '@tact/contracts';
import { Database, type Queryable, Tenants } from '@tact/platform';
import { z } from 'zod';
import type { Statement } from './receipt-record.ts';

const Stated = z.object({
  name: z.string(),
  country: z.string().optional(),
  lawfulBasis: LawfulBases,
});

/** Positions of consents of one business. */
export type Span = { readonly tenantId: string; readonly first: number; readonly last: number };

/** What each business said of itself while consents were recorded, by their positions in the ledger: it only ever grows. */
@Injectable()
export class TenantStatements {
  constructor(
    private readonly tenants: Tenants,
    private readonly database: Database,
  ) {}

  /** What holds now is what the consents of these positions were recorded under. What was noted before stays. */
  async note(tx: Queryable, spans: readonly Span[]): Promise<void> {
    const statements = await Promise.all(spans.map(({ tenantId }) => this.now(tenantId)));
    await tx.query(
      `WITH told AS (
         SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::jsonb[])
           AS told (tenant_id, first, last, statement)
       ), latest AS (
         SELECT DISTINCT ON (tenant_id) known.* FROM tenant_statements known JOIN told USING (tenant_id)
          ORDER BY tenant_id, since_position DESC
       ), longer AS (
         UPDATE tenant_statements known SET until_position = told.last
           FROM told JOIN latest USING (tenant_id)
          WHERE known.tenant_id = latest.tenant_id AND known.since_position = latest.since_position
            AND latest.until_position < told.last AND latest.statement = told.statement
       )
       INSERT INTO tenant_statements (tenant_id, since_position, until_position, statement)
       SELECT tenant_id, coalesce(latest.until_position + 1, told.first), told.last, told.statement
         FROM told LEFT JOIN latest USING (tenant_id)
        WHERE latest.statement IS NULL
           OR (latest.until_position < told.last AND latest.statement <> told.statement)`,
      [
        spans.map(({ tenantId }) => tenantId),
        spans.map(({ first }) => first),
        spans.map(({ last }) => last),
        statements.map((statement) => JSON.stringify(statement)),
      ],
    );
  }

  /** What held at a position; what holds now where that one was not noted yet. */
  async at(tenantId: string, position: number): Promise<Statement> {
    const [row] = await this.database.queryable.query<{ statement: unknown }>(
      `SELECT statement FROM tenant_statements WHERE tenant_id = $1 AND until_position >= $2
       ORDER BY until_position LIMIT 1`,
      [tenantId, position],
    );
    return row === undefined ? await this.now(tenantId) : Stated.parse(row.statement);
  }

  async now(tenantId: string): Promise<Statement> {
    const settings = await this.tenants.of(tenantId);
    return Stated.parse({
      name: settings?.name ?? tenantId,
      ...(settings?.country === undefined ? {} : { country: settings.country }),
      lawfulBasis: settings?.lawfulBasis ?? {},
    });
  }
}
