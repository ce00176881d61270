import { CommandHandler, Command, type ICommandHandler } from '@nestjs/cqrs';
import type { SignalRecorded } from '@tact/contracts';
import { EventStore, type StreamAppend, Vault } from '@tact/platform';
import { ConsentGate } from '../consent-gate.ts';
import { type WithoutEffect, WithoutEffectCounters } from '../counters.ts';
import type { Observation, Reading } from './whatsapp.ts';

/** 3 MB hold more facts than the store lets wait: given all at once, such a webhook would be 503 for ever. */
const appendsAtOnceMax = 2_000;

/** Makes a reading durable. Repeating it, in whole or in part, adds no fact; what had no effect is counted again. */
export class RecordObservations extends Command<{ recorded: number; withoutEffect: number }> {
  constructor(
    readonly tenantId: string,
    readonly reading: Reading,
  ) {
    super();
  }
}

@CommandHandler(RecordObservations)
export class RecordObservationsHandler implements ICommandHandler<RecordObservations> {
  constructor(
    private readonly vault: Vault,
    private readonly gate: ConsentGate,
    private readonly store: EventStore,
    private readonly counters: WithoutEffectCounters,
  ) {}

  async execute({ tenantId, reading }: RecordObservations) {
    const { observations } = reading;
    const admissions = await this.gate.admit(
      tenantId,
      observations.map(({ identities }) => identities),
    );

    const withoutEffect: WithoutEffect[] = [...reading.skipped];
    const appends: StreamAppend[] = [];
    for (const [nth, observation] of observations.entries()) {
      const admission = admissions[nth] ?? 'contact-unknown';
      if (typeof admission === 'string') withoutEffect.push(admission);
      else appends.push(this.appendOf(tenantId, admission.contactId, observation));
    }
    // One lane commits them together; each is a fact of its own, so a repeated webhook may find some done.
    for (let from = 0; from < appends.length; from += appendsAtOnceMax) {
      const some = appends.slice(from, from + appendsAtOnceMax);
      await Promise.all(some.map((append) => this.store.append(append)));
    }
    await this.counters.add(tenantId, withoutEffect);
    return { recorded: appends.length, withoutEffect: withoutEffect.length };
  }

  private appendOf(tenantId: string, contactId: string, observation: Observation): StreamAppend {
    const occurredAt = new Date(observation.occurredAt).toISOString();
    const { kind, wamid, factKey, sender, code, messageCategory, inboundType } = observation;
    const data: SignalRecorded = {
      contactId,
      kind,
      occurredAt,
      origin: 'whatsapp-webhook',
      messageRef: this.vault.messageRef(tenantId, wamid),
      ...(sender === undefined ? {} : { sender }),
      ...(code === undefined ? {} : { code }),
      ...(messageCategory === undefined ? {} : { messageCategory }),
      ...(inboundType === undefined ? {} : { inboundType }),
    };
    // The id comes from the fact itself: 50 copies of one webhook are one event.
    const id = this.vault.factId(tenantId, 'whatsapp', ...factKey);
    return {
      stream: `contact-${contactId}`,
      expected: 'any',
      events: [{ id, type: 'SignalRecorded', time: occurredAt, data }],
      context: { tenantId, subject: contactId },
    };
  }
}
