import { Injectable } from '@nestjs/common';
import type { EventDataOf } from '@tact/contracts';
import { EventStore, type StreamAppend, Vault } from '@tact/platform';
import type { SenderObservation } from './reading/parts.ts';

/** What a webhook tells of the tenant's own numbers and account, and of no person. */
@Injectable()
export class RecordSenderSignals {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
  ) {}

  /** Durable when it resolves; what was known is known once. */
  async record(tenantId: string, observations: readonly SenderObservation[]): Promise<void> {
    if (observations.length === 0) return;
    await this.store.appendMany(observations.map((one) => this.#append(tenantId, one)));
  }

  #append(tenantId: string, observation: SenderObservation): StreamAppend {
    const { about: _, factKey, occurredAt, ...observed } = observation;
    const at = new Date(occurredAt).toISOString();
    const data: EventDataOf<'SenderSignalRecorded'> = { tenantId, occurredAt: at, ...observed };
    const id = this.vault.factId(tenantId, 'whatsapp', ...factKey);
    return {
      stream: `sender-${tenantId}`,
      expected: 'any',
      events: [{ id, type: 'SenderSignalRecorded', time: at, data }],
      context: { tenantId, subject: tenantId },
    };
  }
}
