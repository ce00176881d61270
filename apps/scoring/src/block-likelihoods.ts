import { setImmediate as breathe } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ADVISORY_CLASS, EventStore, type Queryable, ServiceConfig } from '@tact/platform';
import { type Day, assess, modelVersion } from './assessment.ts';
import type { ScoringConfig } from './config.ts';
import { type ContactKey, factsOf, textOfKey } from './signals.ts';

export type DatedKey = ContactKey & { readonly day: Day };

/** What made a likelihood move, so that the announcement can be traced back to the webhook. */
export type Cause = {
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly traceparent?: string;
};

export type Changed = {
  readonly tenantId: string;
  readonly contactId: string;
  readonly probability: number;
  readonly band: string;
  readonly previousBand: string | null;
  readonly modelVersion: string;
  readonly asOf: Date;
};

/** Assessments between two pauses: the heartbeat of the consumer must not wait for a large batch. */
const ASSESSED_AT_ONCE = 16;

const ANNOUNCED_AT_ONCE = 500;

const columnsOf = (keys: readonly ContactKey[]) => [
  keys.map(({ tenantId }) => tenantId),
  keys.map(({ contactId }) => contactId),
];

/** Writers of rows share this lock; the swap of a rebuild holds it alone. It ends with the transaction. */
export const lockProjection = async (tx: Queryable, mode: 'shared' | 'alone'): Promise<void> => {
  const lock = mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  await tx.query(`SELECT ${lock}(${ADVISORY_CLASS}, hashtext('scoring block-likelihood'))`);
};

/** Keeps other writers from the rows of these contacts, in an order that cannot deadlock; gives their days. */
export const lockRows = async (
  tx: Queryable,
  keys: readonly ContactKey[],
): Promise<ReadonlyMap<string, Day>> => {
  const rows = await tx.query<ContactKey & { day: Day }>(
    `SELECT tenant_id AS "tenantId", contact_id AS "contactId", as_of_day::text AS day
     FROM block_likelihoods
     JOIN unnest($1::text[], $2::text[]) AS asked (tenant_id, contact_id) USING (tenant_id, contact_id)
     ORDER BY tenant_id, contact_id FOR UPDATE OF block_likelihoods`,
    columnsOf(keys),
  );
  return new Map(rows.map((row) => [textOfKey(row), row.day]));
};

/** Rows from facts: the one way a block likelihood is written, by the consumer, by ageing, by a rebuild. */
export const reassess = async (
  tx: Queryable,
  keys: readonly DatedKey[],
  signal?: AbortSignal,
): Promise<void> => {
  if (keys.length === 0) return;
  const factsByContact = await factsOf(tx, keys);
  const rows = [];
  for (const [nth, key] of keys.entries()) {
    if (nth % ASSESSED_AT_ONCE === ASSESSED_AT_ONCE - 1) await breathe();
    signal?.throwIfAborted();
    const facts = factsByContact.get(textOfKey(key)) ?? [];
    const { assessment, at, ages } = assess(facts, key.day);
    rows.push({
      tenant_id: key.tenantId,
      contact_id: key.contactId,
      probability: assessment.probability,
      band: assessment.band,
      as_of_day: key.day,
      as_of: at,
      facts: facts.length,
      ages,
      model_version: modelVersion,
      assessment,
    });
  }
  await tx.query(
    `INSERT INTO block_likelihoods
     SELECT * FROM json_to_recordset($1::json) AS built (tenant_id text, contact_id text,
       probability double precision, band text, as_of_day date, as_of timestamptz, facts integer,
       ages boolean, model_version text, assessment json)
     ON CONFLICT (tenant_id, contact_id) DO UPDATE SET (probability, band, as_of_day, as_of, facts,
       ages, model_version, assessment) = (excluded.probability, excluded.band, excluded.as_of_day,
       excluded.as_of, excluded.facts, excluded.ages, excluded.model_version, excluded.assessment)`,
    [JSON.stringify(rows)],
  );
};

/** Tells the outside what is worth telling: another band, or a probability that moved by more than a step. */
@Injectable()
export class Announcements {
  readonly #step: number;

  constructor(
    private readonly store: EventStore,
    config: ServiceConfig<ScoringConfig>,
  ) {
    this.#step = config.values.SCORING_ANNOUNCE_STEP;
  }

  /** The last statements of a transaction: readers of the event store wait from here to its end. */
  async announce(
    tx: Queryable,
    keys: readonly ContactKey[],
    causeOf: (key: ContactKey) => Cause = () => ({}),
  ): Promise<void> {
    const changed = await tx.query<Changed>(
      `WITH changed AS (
         SELECT tenant_id, contact_id, now.probability, now.band, told.band AS previous,
           now.model_version, now.as_of
         FROM block_likelihoods AS now
         JOIN unnest($1::text[], $2::text[]) AS asked (tenant_id, contact_id)
           USING (tenant_id, contact_id)
         LEFT JOIN announced_likelihoods AS told USING (tenant_id, contact_id)
         WHERE told.band IS DISTINCT FROM now.band
           OR abs(told.probability - now.probability) > $3::double precision
       ), kept AS (
         INSERT INTO announced_likelihoods
         SELECT tenant_id, contact_id, probability, band FROM changed
         ON CONFLICT (tenant_id, contact_id)
         DO UPDATE SET probability = excluded.probability, band = excluded.band
       )
       SELECT tenant_id AS "tenantId", contact_id AS "contactId", probability, band,
         previous AS "previousBand", model_version AS "modelVersion", as_of AS "asOf"
       FROM changed ORDER BY tenant_id, contact_id`,
      [...columnsOf(keys), this.#step],
    );
    if (changed.length === 0) return;
    await this.store.appendIn(
      tx,
      changed.map((change) => this.append(change, causeOf(change))),
    );
  }

  /** After a rebuild whose rows differ: whatever the outside does not know yet, in small transactions. */
  async announceAll(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const keys = await this.store.transaction(async (tx) => {
        await lockProjection(tx, 'shared');
        const untold = await this.untold(tx);
        await this.announce(tx, untold);
        return untold;
      });
      if (keys.length < ANNOUNCED_AT_ONCE) return;
    }
  }

  private untold(tx: Queryable): Promise<ContactKey[]> {
    return tx.query<ContactKey>(
      `SELECT tenant_id AS "tenantId", contact_id AS "contactId"
       FROM block_likelihoods AS now
       LEFT JOIN announced_likelihoods AS told USING (tenant_id, contact_id)
       WHERE told.band IS DISTINCT FROM now.band
         OR abs(told.probability - now.probability) > $1::double precision
       ORDER BY tenant_id, contact_id LIMIT $2 FOR UPDATE OF now`,
      [this.#step, ANNOUNCED_AT_ONCE],
    );
  }

  private append({ tenantId, previousBand, asOf, ...rest }: Changed, cause: Cause) {
    const data = {
      ...rest,
      ...(previousBand === null ? {} : { previousBand }),
      asOf: asOf.toISOString(),
    };
    return {
      stream: `block-likelihood-${rest.contactId}`,
      expected: 'any' as const,
      events: [{ type: 'BlockLikelihoodChanged', data }],
      context: { tenantId, subject: rest.contactId, ...cause },
    };
  }
}
