import { Injectable } from '@nestjs/common';
import type { EventDataOf } from '@tact/contracts';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { ConsentGate } from './consent-gate.ts';

/** Keeps the gate in step with outreach's ledger, which is where a person's withdrawal arrives. */
@Injectable()
export class ConsentGateConsumer implements Consumer {
  readonly group = 'ingestion.consent-gate';
  readonly topics = ['contact-policies.v1'];
  readonly types = ['ConsentGiven', 'ConsentWithdrawn'];

  constructor(private readonly gate: ConsentGate) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent[]): Promise<void> {
    const consents = events.map(({ type, tenantid, data }) => ({
      ...(data as EventDataOf<'ConsentGiven'>),
      tenantId: tenantid,
      state: type === 'ConsentGiven' ? ('given' as const) : ('withdrawn' as const),
    }));
    await this.gate.record(
      tx,
      consents.filter(
        ({ purpose, channel }) => purpose === 'signal-analysis' && channel === 'whatsapp',
      ),
    );
  }
}
