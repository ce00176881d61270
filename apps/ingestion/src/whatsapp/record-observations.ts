import { CommandHandler, Command, type ICommandHandler } from '@nestjs/cqrs';
import type { EventDataOf, WithoutEffect } from '@tact/contracts';
import { EventStore, type StreamAppend, Vault } from '@tact/platform';
import type { AttributedSignal } from '../signals/attributed-signal.ts';
import { RecordFacts } from '../signals/record-facts.ts';
import { AroundObservations } from './around-observations.ts';
import type { Observation, OrphanFailure, SenderObservation } from './reading/parts.ts';
import type { Reading } from './whatsapp.ts';

/** Makes a reading durable. Repeating it, in whole or in part, adds no fact; what had no effect is counted again. */
export class RecordObservations extends Command<{ recorded: number; withoutEffect: number }> {
  constructor(
    readonly tenantId: string,
    readonly reading: Reading,
  ) {
    super();
  }
}

type Observed = Omit<Observation, 'about' | 'identities'> | OrphanFailure;

@CommandHandler(RecordObservations)
export class RecordObservationsHandler implements ICommandHandler<RecordObservations> {
  constructor(
    private readonly vault: Vault,
    private readonly facts: RecordFacts,
    private readonly store: EventStore,
    private readonly around: AroundObservations,
  ) {}

  async execute({ tenantId, reading }: RecordObservations) {
    const { observations, orphans, senderObservations, identityChanges, skipped } = reading;
    const { around } = this;
    // First, so that what the new identities did in the same webhook finds its person.
    const changes = await around.identities.change(tenantId, identityChanges);
    const joined = await around.orphans.place(
      tenantId,
      orphans.map((orphan) => ({ ...this.#factOf(tenantId, orphan), wamid: orphan.wamid })),
    );
    const facts = [
      ...observations.map((one) => ({ ...this.#factOf(tenantId, one), who: one.identities })),
      ...joined,
    ];
    const results = await around.codes.record(tenantId, facts, (some) =>
      this.facts.record(tenantId, some),
    );
    if (senderObservations.length > 0) {
      await this.store.appendMany(
        senderObservations.map((one) => this.#senderAppend(tenantId, one)),
      );
    }
    const withoutEffect: WithoutEffect[] = [
      ...skipped,
      ...changes,
      ...results.filter((result) => result !== 'recorded' && result !== 'duplicate'),
      ...Array.from({ length: orphans.length - joined.length }, () => 'waits-for-message' as const),
    ];
    await around.counters.add(tenantId, withoutEffect);
    return { recorded: facts.length + changes.length, withoutEffect: withoutEffect.length };
  }

  #factOf(tenantId: string, observed: Observed): Omit<AttributedSignal, 'who'> {
    const { kind, occurredAt, wamid, factKey, sender, code } = observed;
    const { messageCategory, inboundType, backfill } = observed;
    return {
      eventId: this.vault.factId(tenantId, 'whatsapp', ...factKey),
      signal: {
        kind,
        occurredAt: new Date(occurredAt).toISOString(),
        origin: 'whatsapp-webhook',
        ...(wamid === undefined ? {} : { messageRef: this.vault.messageRef(tenantId, wamid) }),
        ...(sender === undefined ? {} : { sender }),
        ...(code === undefined ? {} : { code }),
        ...(messageCategory === undefined ? {} : { messageCategory }),
        ...(inboundType === undefined ? {} : { inboundType }),
        ...(backfill === undefined ? {} : { backfill }),
      },
    };
  }

  #senderAppend(tenantId: string, observation: SenderObservation): StreamAppend {
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
