import { Injectable } from '@nestjs/common';
import { type EventOfType, isErased } from '@tact/contracts';
import { Database, EventStore, Vault } from '@tact/platform';
import { eventIdOf } from '../ledger/consent-id.ts';

export type RecordedConsent = EventOfType<'ConsentGiven' | 'ConsentWithdrawn'>;

const types = ['ConsentGiven', 'ConsentWithdrawn'] as const;

/** The events of consents, by the ids that were made of theirs: no index of its own grows with every consent. */
@Injectable()
export class RecordedConsents {
  constructor(
    private readonly database: Database,
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  async find(
    tenantId: string,
    consentId: string,
  ): Promise<(RecordedConsent & { readonly position: number }) | undefined> {
    const eventId = eventIdOf(consentId);
    if (eventId === undefined) return undefined;
    // One that ingestion declared has the declaration's id, of which the ledger made its own.
    const ids = [eventId, this.vault.factId('consent', eventId)];
    const [row] = await this.database.queryable.query<{ stream: string }>(
      `SELECT stream FROM events WHERE event_id = ANY ($1::uuid[]) AND tenant_id = $2 AND type = ANY ($3)`,
      [ids, tenantId, types],
    );
    if (row === undefined) return undefined;
    const events = await this.store.loadSome(row.stream, { types });
    const found = events.find(({ data }) => data.consentId === consentId);
    return found === undefined || isErased(found.data.proof) ? undefined : found;
  }
}
