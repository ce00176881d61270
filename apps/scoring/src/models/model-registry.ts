import { Injectable } from '@nestjs/common';
import type { FitReport, ModelState } from '@tact/contracts';
import { type Priors, assumedPriors } from '@tact/domain';
import {
  ADVISORY_CLASS,
  Clock,
  Database,
  isSessionLockHeld,
  type Queryable,
  type SessionLock,
  takeSessionLock,
} from '@tact/platform';

/** One model of a tenant. Priors and report are there once it was fitted. */
export type ModelRow = {
  readonly version: string;
  readonly state: ModelState;
  readonly fittedAt: Date | null;
  readonly promotedAt: Date | null;
  readonly failure: string | null;
  readonly priors: Priors | null;
  readonly report: FitReport | null;
};

export type Fitted = { readonly priors: Priors; readonly report: FitReport; readonly svg: string };

const columns = `version, state, fitted_at AS "fittedAt", promoted_at AS "promotedAt", failure,
  priors, report`;

const lockOf = (tenantId: string): string => `scoring fit ${tenantId}`;
const processEnded = 'The process that fitted it ended.';

/** A fit that nobody works on any more, as it is shown until the next one notes it. */
const ended = (row: ModelRow): ModelRow =>
  row.state === 'fitting' ? { ...row, state: 'failed', failure: processEnded } : row;

/** The model every tenant begins with. It is in no table: nobody fitted it. */
export const assumedRow = (state: ModelState): ModelRow => ({
  version: assumedPriors.version,
  state,
  priors: assumedPriors,
  fittedAt: null,
  promotedAt: null,
  failure: null,
  report: null,
});

/** The models of each tenant: which there were, which is live. */
@Injectable()
export class ModelRegistry {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Latest first; the assumed one last. */
  async list(tenantId: string): Promise<ModelRow[]> {
    let rows = await this.#rowsOf(tenantId);
    const isOrphan = async ({ state }: ModelRow) =>
      state === 'fitting' && !(await this.#isFitting(tenantId));
    // A fit may have ended between the two looks: what it wrote is there at the third.
    if (rows[0] && (await isOrphan(rows[0]))) rows = (await this.#rowsOf(tenantId)).map(ended);
    const isReplaced = rows.some(({ state }) => state === 'live');
    return [...rows, assumedRow(isReplaced ? 'retired' : 'live')];
  }

  #rowsOf(tenantId: string): Promise<ModelRow[]> {
    return this.database.queryable.query<ModelRow>(
      `SELECT ${columns} FROM models WHERE tenant_id = $1 ORDER BY number DESC`,
      [tenantId],
    );
  }

  #isFitting(tenantId: string): Promise<boolean> {
    return isSessionLockHeld(this.database, lockOf(tenantId));
  }

  async find(tenantId: string, version: string): Promise<ModelRow | undefined> {
    return (await this.list(tenantId)).find((row) => row.version === version);
  }

  async live(tenantId: string): Promise<ModelRow> {
    const rows = await this.list(tenantId);
    return rows.find(({ state }) => state === 'live') ?? assumedRow('live');
  }

  async svgOf(tenantId: string, version: string): Promise<string | undefined> {
    const [row] = await this.database.queryable.query<{ svg: string | null }>(
      'SELECT svg FROM models WHERE tenant_id = $1 AND version = $2',
      [tenantId, version],
    );
    return row?.svg ?? undefined;
  }

  /** Undefined: a fit of this tenant runs already. */
  lock(tenantId: string): Promise<SessionLock | undefined> {
    return takeSessionLock(this.database, lockOf(tenantId), 'fit');
  }

  /** A new version; only the holder of the lock may ask for one. */
  async open(tenantId: string): Promise<string> {
    const { queryable } = this.database;
    await queryable.query(
      `UPDATE models SET state = 'failed', failure = $2
       WHERE tenant_id = $1 AND state = 'fitting'`,
      [tenantId, processEnded],
    );
    const startedAt = this.clock.now();
    const [row] = await queryable.query<{ version: string }>(
      `INSERT INTO models (tenant_id, version, number, state, started_at)
       SELECT $1, $2 || '-learned-' || next, next, 'fitting', $3
       FROM (SELECT coalesce(max(number), 0) + 1 AS next FROM models WHERE tenant_id = $1) AS free
       RETURNING version`,
      [tenantId, startedAt.toISOString().slice(0, 10), startedAt],
    );
    if (!row) throw new Error('a model was not opened');
    return row.version;
  }

  async finish(tenantId: string, version: string, fitted: Fitted): Promise<void> {
    const { priors, report, svg } = fitted;
    await this.database.queryable.query(
      `UPDATE models SET state = 'candidate', fitted_at = $3, priors = $4, report = $5, svg = $6
       WHERE tenant_id = $1 AND version = $2`,
      [tenantId, version, this.clock.now(), JSON.stringify(priors), JSON.stringify(report), svg],
    );
  }

  async fail(tenantId: string, version: string, failure: string): Promise<void> {
    await this.database.queryable.query(
      `UPDATE models SET state = 'failed', failure = $3 WHERE tenant_id = $1 AND version = $2`,
      [tenantId, version, failure],
    );
  }

  /** Retires the live one. False: another one is live by now, and nothing was changed. */
  async promote(
    tx: Queryable,
    tenantId: string,
    change: { readonly version: string; readonly replaces: string; readonly at: Date },
  ): Promise<boolean> {
    const { version, replaces, at } = change;
    await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext($1))`, [
      `scoring promotion ${tenantId}`,
    ]);
    const [live] = await tx.query<{ version: string }>(
      `SELECT version FROM models WHERE tenant_id = $1 AND state = 'live'`,
      [tenantId],
    );
    if ((live?.version ?? assumedPriors.version) !== replaces) return false;
    await tx.query(`UPDATE models SET state = 'retired' WHERE tenant_id = $1 AND state = 'live'`, [
      tenantId,
    ]);
    await tx.query(
      `UPDATE models SET state = 'live', promoted_at = $3 WHERE tenant_id = $1 AND version = $2`,
      [tenantId, version, at],
    );
    return true;
  }
}
