import { randomBytes } from 'node:crypto';
import { type Alert, type AlertKind, formatId } from '@tact/contracts';
import type { Clock } from '../config/clock.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { Alerts, OpenAlerts } from '../observability/alerts.ts';
import type { Database } from '../postgres/database.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { type AlertRow, alertView } from './alert-view.ts';

/** One matter: of a tenant or of the service, and which one of its kind. Never anything of a person. */
export type Matter = {
  readonly tenantId?: string;
  readonly kind: AlertKind;
  readonly about?: string;
};

type Parts = {
  readonly database: Database;
  readonly store: EventStore;
  readonly clock: Clock;
  readonly alerts: Alerts;
};

const KEPT_DAYS = 90;
const CLOSED_SHOWN_MAX = 20;
const OPEN_SHOWN_MAX = 200;
/** Whose matter that of the service is, for whoever reads the log by tenant: everybody's. */
const everyTenant = '*';

const keyOf = ({ kind, about = '' }: { kind: AlertKind; about?: string | undefined }): string =>
  `${kind} ${about}`;

/**
 * Where a part of a service says that a person must look, and that it is over. An alert is a row and two events, written
 * in the caller's transaction: it outlives the process, keeps its age, and is raised once however often it is said.
 */
export class RaisedAlerts {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A transaction for who has none at hand; readers of the events hear of its commit. */
  within<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.#parts.store.transaction(work);
  }

  /** Raises a matter, or brings the count of the open one up to date. */
  async raise(
    tx: Queryable,
    matter: Matter,
    { count, since }: { readonly count: number; readonly since: Date },
  ): Promise<void> {
    await this.#raise(tx, matter, { count, since, looked: false });
  }

  /** Nothing happens where no such alert is open. */
  async resolve(tx: Queryable, matter: Matter, until: Date): Promise<void> {
    const { tenantId = '', kind, about = '' } = matter;
    const [row] = await tx.query<{ alertId: string }>(
      `UPDATE alerts SET until = $4 WHERE coalesce(tenant_id, '') = $1 AND kind = $2 AND about = $3
         AND until IS NULL RETURNING alert_id AS "alertId"`,
      [tenantId, kind, about, until],
    );
    if (row === undefined) return;
    const data = { until: until.toISOString() };
    await this.#tell(tx, row.alertId, { type: 'AlertResolved', matter, data });
  }

  /** Of one tenant: the open ones, longest open first, then the latest that closed. */
  async ofTenant(tenantId: string): Promise<Alert[]> {
    const passing = await this.#parts.alerts.passingOf(tenantId);
    return [...passing, ...(await this.storedOf(tenantId))];
  }

  /** Without what is told for as long as it lasts alone. */
  async storedOf(tenantId: string): Promise<Alert[]> {
    return await this.#read([tenantId]);
  }

  /** Of one tenant and of the service. What cannot be stored now is told all the same. */
  async list(tenantId: string): Promise<Alert[]> {
    const { alerts } = this.#parts;
    const own = await alerts.raisedOfService('at-once');
    const now = own.items.map(({ alert }) => alert);
    try {
      await this.look(own);
      const stored = await this.#read([tenantId, '']);
      const open = new Set(stored.filter(({ state }) => state === 'open').map(keyOf));
      const passing = await alerts.passingOf(tenantId);
      return [...now.filter((alert) => !open.has(keyOf(alert))), ...passing, ...stored];
    } catch {
      return await alerts.of(tenantId);
    }
  }

  /**
   * Looks at what the service knows of itself, as it was read just now: raises what is the matter, and resolves what no
   * longer is.
   */
  async look({ items, isWhole }: OpenAlerts): Promise<void> {
    const { store, clock, database } = this.#parts;
    const open = await database.queryable.query<{ kind: AlertKind; about: string; count: number }>(
      'SELECT kind, about, count FROM alerts WHERE looked AND until IS NULL',
    );
    const known = new Map(open.map((row) => [keyOf(row), row]));
    const now = new Map(items.map(({ alert }) => [keyOf(alert), alert]));
    const raised = [...now].filter(([key, { count }]) => known.get(key)?.count !== count);
    // A part that could not be read may still have its matter.
    const over = isWhole ? [...known].filter(([key]) => !now.has(key)) : [];
    if (raised.length + over.length === 0) return;
    await store.transaction(async (tx) => {
      for (const [, { kind, about, count, since }] of raised) {
        await this.#raise(tx, matterOf(kind, about), {
          count,
          since: new Date(since),
          looked: true,
        });
      }
      for (const [, { kind, about }] of over) {
        await this.resolve(tx, matterOf(kind, about), clock.now());
      }
    });
  }

  /** What closed long ago is of no use to anybody; how long ago that was is known by a trusted clock alone. */
  async forget(): Promise<void> {
    const { database, clock } = this.#parts;
    if (!clock.isTrusted) return;
    await database.queryable.query(
      `DELETE FROM alerts WHERE until < $1::timestamptz - $2 * interval '1 day'`,
      [clock.now(), KEPT_DAYS],
    );
  }

  async #read(owners: readonly string[]): Promise<Alert[]> {
    const columns = 'alert_id AS "alertId", kind, about, count, since, until';
    const rows = await this.#parts.database.queryable.query<AlertRow>(
      `(SELECT ${columns} FROM alerts WHERE coalesce(tenant_id, '') = ANY ($1) AND until IS NULL
        ORDER BY since, kind, about LIMIT ${OPEN_SHOWN_MAX})
       UNION ALL
       (SELECT ${columns} FROM alerts WHERE coalesce(tenant_id, '') = ANY ($1) AND until IS NOT NULL
        ORDER BY until DESC, kind, about LIMIT ${CLOSED_SHOWN_MAX})`,
      [owners],
    );
    return rows.map(alertView).filter((alert) => alert !== undefined);
  }

  async #raise(
    tx: Queryable,
    matter: Matter,
    { count, since, looked }: { count: number; since: Date; looked: boolean },
  ): Promise<void> {
    const { tenantId, kind, about = '' } = matter;
    const [row] = await tx.query<{ alertId: string; isNew: boolean }>(
      `INSERT INTO alerts AS known (alert_id, tenant_id, kind, about, count, since, looked)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT ((coalesce(tenant_id, '')), kind, about) WHERE until IS NULL
         DO UPDATE SET count = excluded.count
       RETURNING alert_id AS "alertId", xmax = 0 AS "isNew"`,
      [formatId('alert', randomBytes(16)), tenantId ?? null, kind, about, count, since, looked],
    );
    if (row?.isNew !== true) return;
    const data = { since: since.toISOString(), count };
    await this.#tell(tx, row.alertId, { type: 'AlertRaised', matter, data });
  }

  async #tell(
    tx: Queryable,
    alertId: string,
    reported: { type: 'AlertRaised' | 'AlertResolved'; matter: Matter; data: object },
  ): Promise<void> {
    const { type, matter, data } = reported;
    const { store, clock } = this.#parts;
    await store.appendIn(tx, [
      {
        stream: `alert-${alertId}`,
        expected: 'any',
        // Dated by what is shown: that the clock is not trusted must be told while it is not.
        events: [{ type, time: clock.now().toISOString(), data: { alertId, ...matter, ...data } }],
        context: { tenantId: matter.tenantId ?? everyTenant, subject: alertId },
      },
    ]);
  }
}

/** Of the service: an event names only what there is. */
const matterOf = (kind: AlertKind, about: string | undefined): Matter =>
  about === undefined || about === '' ? { kind } : { kind, about };
