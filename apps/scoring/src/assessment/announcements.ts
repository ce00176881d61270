import { Injectable } from '@nestjs/common';
import { Clock, EventStore, type Queryable, ServiceConfig } from '@tact/platform';
import { dayOf } from './assess-contacts.ts';
import { columnsOf, lockProjection } from './locks.ts';
import type { AssessmentSettings } from './settings.ts';
import { noteHistory } from './history/likelihood-history.ts';
import type { ContactKey } from '../facts/facts.ts';

/** What made a likelihood move, so that the announcement can be traced back to the webhook. */
export type Cause = {
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly traceparent?: string;
};

type Changed = {
  readonly tenantId: string;
  readonly contactId: string;
  readonly probability: number;
  readonly band: string;
  readonly previousBand: string | null;
  readonly modelVersion: string;
  readonly asOf: Date;
};

const ANNOUNCED_AT_ONCE = 500;

/** Tells the outside what is worth telling: another band, or a probability that moved by more than a step. */
@Injectable()
export class Announcements {
  readonly #step: number;

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    config: ServiceConfig<AssessmentSettings>,
  ) {
    this.#step = config.values.SCORING_ANNOUNCE_STEP;
  }

  /** The last statements of a transaction: readers of the event store wait from here to its end. */
  async announce(
    tx: Queryable,
    keys: readonly ContactKey[],
    causeOf: (key: ContactKey) => Cause = () => ({}),
  ): Promise<void> {
    // What is told may be acted on, and what was acted on must be explained later.
    await noteHistory(tx, keys, dayOf(this.clock.now()));
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
      'announce_likelihoods',
    );
    if (changed.length === 0) return;
    await this.store.appendIn(
      tx,
      changed.map((change) => this.#append(change, causeOf(change))),
    );
  }

  /** After a rebuild whose rows differ: whatever the outside does not know yet, in small transactions. */
  async announceAll(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const keys = await this.store.transaction(async (tx) => {
        await lockProjection(tx, 'shared');
        const unreported = await this.#unreported(tx);
        await this.announce(tx, unreported);
        return unreported;
      });
      if (keys.length < ANNOUNCED_AT_ONCE) return;
    }
  }

  #unreported(tx: Queryable): Promise<ContactKey[]> {
    return tx.query<ContactKey>(
      `SELECT tenant_id AS "tenantId", contact_id AS "contactId"
       FROM block_likelihoods AS now
       LEFT JOIN announced_likelihoods AS told USING (tenant_id, contact_id)
       WHERE told.band IS DISTINCT FROM now.band
         OR abs(told.probability - now.probability) > $1::double precision
         OR EXISTS (SELECT FROM (
           SELECT model_version FROM likelihood_history AS h
           WHERE h.tenant_id = now.tenant_id AND h.contact_id = now.contact_id
           ORDER BY day DESC LIMIT 1) AS last WHERE last.model_version <> now.model_version)
       ORDER BY tenant_id, contact_id LIMIT $2 FOR UPDATE OF now`,
      [this.#step, ANNOUNCED_AT_ONCE],
    );
  }

  #append({ tenantId, previousBand, asOf, ...rest }: Changed, cause: Cause) {
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
