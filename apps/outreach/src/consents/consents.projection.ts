import { Injectable } from '@nestjs/common';
import type { ConsentState } from '@tact/contracts';
import type { ProjectedEvent, Projection, Queryable } from '@tact/platform';
import { type Span, TenantStatements } from './tenant-statements.ts';

const stateOf = {
  ConsentGiven: 'given',
  ConsentWithdrawn: 'withdrawn',
} as const satisfies Record<string, ConsentState>;

const types = ['ConsentGiven', 'ConsentWithdrawn'] as const;
type Type = (typeof types)[number];

const spansOf = (events: readonly ProjectedEvent<Type>[]): readonly Span[] =>
  [...Map.groupBy(events, ({ tenantid }) => tenantid)].map(([tenantId, own]) => {
    const positions = own.map(({ position }) => position);
    return { tenantId, first: Math.min(...positions), last: Math.max(...positions) };
  });

/** Keeps the latest word on each purpose and channel, from outreach's own ledger. */
@Injectable()
export class ConsentsProjection implements Projection<Type> {
  constructor(private readonly statements: TenantStatements) {}

  readonly name = 'consents';
  readonly version = 1;
  readonly types = types;
  readonly tables = ['consents'];

  async handle(tx: Queryable, events: readonly ProjectedEvent<Type>[]): Promise<void> {
    await this.statements.note(tx, spansOf(events));
    const changes = events.map(({ type, tenantid, data, position }) => ({
      ...data,
      tenantId: tenantid,
      state: stateOf[type],
      position,
    }));
    // One statement a batch; of several words on the same, the one that the ledger would let stand.
    await tx.query(
      `INSERT INTO consents AS known
         (tenant_id, contact_id, purpose, channel, consent_id, state, at, position)
       SELECT DISTINCT ON (tenant_id, contact_id, purpose, channel) *
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                     $7::timestamptz[], $8::bigint[])
           AS told (tenant_id, contact_id, purpose, channel, consent_id, state, at, position)
        ORDER BY tenant_id, contact_id, purpose, channel,
                 at DESC, state = 'withdrawn' DESC, position
       ON CONFLICT (tenant_id, contact_id, purpose, channel) DO UPDATE
         SET consent_id = excluded.consent_id, state = excluded.state, at = excluded.at,
             position = excluded.position
       WHERE excluded.at > known.at
          OR (excluded.at = known.at AND excluded.state = 'withdrawn' AND known.state = 'given')`,
      [
        changes.map(({ tenantId }) => tenantId),
        changes.map(({ contactId }) => contactId),
        changes.map(({ purpose }) => purpose),
        changes.map(({ channel }) => channel),
        changes.map(({ consentId }) => consentId),
        changes.map(({ state }) => state),
        changes.map(({ at }) => at),
        changes.map(({ position }) => position),
      ],
    );
  }
}
