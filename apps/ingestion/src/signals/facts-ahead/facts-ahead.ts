import { Injectable } from '@nestjs/common';
import { isErased, type SignalRecorded, HOUR_MS, DAY_MS } from '@tact/contracts';
import { Clock, Database, Jobs, type Queryable, Vault } from '@tact/platform';
import type { AttributedSignal } from '../attributed-signal.ts';
import { applyAt, applyFactsAhead } from './jobs.ts';

export type KnownFact = Omit<AttributedSignal, 'who'> & { readonly contactId: string };
export type WaitingFact = KnownFact & { readonly tenantId: string };

type WaitingContact = {
  readonly contactId: string;
  readonly facts: number;
  readonly since: Date;
  readonly areLost: boolean;
};

type Row = {
  readonly tenantId: string;
  readonly eventId: string;
  readonly contactId: string;
  readonly heardAt: Date;
  readonly sealed: object;
};

const READ_AT_ONCE_MAX = 500;
/** As long as WhatsApp itself keeps trying to deliver a message. A time further ahead is no time of ours. */
const KEPT_MS = 30 * DAY_MS;

/** When to look at a fact: once its time has come, or it is kept no longer. An hour later, because times are hours. */
const lookAt = ({ dueAt, heardAt }: { dueAt: Date; heardAt: Date }): Date =>
  new Date(Math.min(dueAt.getTime(), heardAt.getTime() + KEPT_MS + HOUR_MS));

const columns = `tenant_id AS "tenantId", event_id AS "eventId", contact_id AS "contactId",
  heard_at AS "heardAt", sealed`;

/**
 * Facts about people that are dated later than clocks differ. Taken as they are, they would outlive everything that is
 * observed until then; dropped, they would be lost for good when it is our clock that is behind. So they wait here,
 * sealed under their person's key, until their time has come. To the hour only: an exact instant leads to a person.
 */
@Injectable()
export class FactsAhead {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly jobs: Jobs,
    readonly clock: Clock,
  ) {}

  get now(): Date {
    return this.clock.now();
  }

  /** Throws `SubjectErased`. Repeating it changes nothing. Somebody looks at it when its time has come. */
  async keep(tenantId: string, fact: KnownFact): Promise<void> {
    const { eventId, contactId, signal } = fact;
    const [sealed] = await this.vault.sealer.seal([
      this.#eventOf({ tenantId, eventId, contactId }, { contactId, ...signal }),
    ]);
    const dueAt = new Date(Math.ceil(Date.parse(signal.occurredAt) / HOUR_MS) * HOUR_MS);
    const now = this.now.getTime();
    const heardAt = new Date(now - (now % HOUR_MS));
    await this.database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO facts_ahead (tenant_id, event_id, contact_id, due_at, heard_at, sealed)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
        [tenantId, eventId, contactId, dueAt, heardAt, JSON.stringify(sealed)],
      );
      await this.#schedule(tx, [{ dueAt, heardAt }]);
    });
  }

  /** A job for each hour of what waits: an earlier version kept facts without any. */
  async scheduleAll(): Promise<void> {
    const { queryable } = this.database;
    const hours = await queryable.query<{ dueAt: Date; heardAt: Date }>(
      'SELECT DISTINCT due_at AS "dueAt", heard_at AS "heardAt" FROM facts_ahead',
    );
    await this.#schedule(queryable, hours);
  }

  #schedule(tx: Queryable, hours: readonly { dueAt: Date; heardAt: Date }[]): Promise<void> {
    return this.jobs.schedule(tx, applyFactsAhead, ...hours.map((one) => applyAt(lookAt(one))));
  }

  /** Facts whose time has come. They stay until `forget` is called for those that were recorded. */
  async due(now: Date): Promise<WaitingFact[]> {
    const rows = await this.database.queryable.query<Row>(
      `SELECT ${columns} FROM facts_ahead WHERE due_at <= $1 ORDER BY due_at LIMIT ${READ_AT_ONCE_MAX}`,
      [now],
    );
    return this.#opened(rows, ({ occurredAt }) => occurredAt);
  }

  /** A person's facts as they count when nobody waits for them: from when they were heard of. */
  async asReceived(contactId: string): Promise<WaitingFact[]> {
    const rows = await this.database.queryable.query<Row>(
      `SELECT ${columns} FROM facts_ahead WHERE contact_id = $1 ORDER BY due_at`,
      [contactId],
    );
    return this.#opened(rows, (_, { heardAt }) => heardAt.toISOString());
  }

  async forget(facts: readonly Pick<WaitingFact, 'eventId'>[]): Promise<void> {
    await this.database.queryable.query('DELETE FROM facts_ahead WHERE event_id = ANY ($1)', [
      facts.map(({ eventId }) => eventId),
    ]);
  }

  /** Facts nobody applied while they waited; says whose tenant's they were. */
  expire(now: Date): Promise<{ tenantId: string }[]> {
    return this.database.queryable.query(
      `DELETE FROM facts_ahead WHERE heard_at < $1 RETURNING tenant_id AS "tenantId"`,
      [new Date(now.getTime() - KEPT_MS)],
    );
  }

  /** Whose facts wait, since when, and whether the time of one comes after it is kept: it is lost without a person. */
  waiting(): Promise<WaitingContact[]> {
    return this.database.queryable.query<WaitingContact>(
      `SELECT contact_id AS "contactId", count(*)::int AS facts, min(heard_at) AS since,
         bool_or(due_at > heard_at + $1 * interval '1 ms') AS "areLost"
       FROM facts_ahead GROUP BY contact_id ORDER BY since, contact_id`,
      [KEPT_MS],
    );
  }

  /** Of a person who was erased meanwhile only the key of the fact is left: it goes to the gate, which knows nobody. */
  async #opened(
    rows: readonly Row[],
    at: (signal: SignalRecorded, row: Row) => string,
  ): Promise<WaitingFact[]> {
    const opened = await this.vault.sealer.open(rows.map((row) => this.#eventOf(row, row.sealed)));
    return rows.map((row, nth) => {
      const { tenantId, eventId, contactId, heardAt } = row;
      const { contactId: _, ...signal } = opened[nth] as SignalRecorded;
      const occurredAt = isErased(signal.occurredAt)
        ? heardAt.toISOString()
        : at({ contactId, ...signal }, row);
      return { tenantId, eventId, contactId, signal: { ...signal, occurredAt } };
    });
  }

  #eventOf(row: Pick<Row, 'tenantId' | 'eventId' | 'contactId'>, data: object) {
    const { tenantId, eventId: id, contactId: subject } = row;
    return { id, type: 'SignalRecorded', subject, tenantId, data };
  }
}
