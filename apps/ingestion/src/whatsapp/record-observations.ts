import { CommandHandler, Command, type ICommandHandler } from '@nestjs/cqrs';
import type { WithoutEffect } from '@tact/contracts';
import { CountObservations } from './count-observations.ts';
import { IdentityNews } from './identity-news.ts';
import { RecordContactSignals } from './record-contact-signals.ts';
import { RecordSenderSignals } from './record-sender-signals.ts';
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

@CommandHandler(RecordObservations)
export class RecordObservationsHandler implements ICommandHandler<RecordObservations> {
  constructor(
    private readonly identities: IdentityNews,
    private readonly contactSignals: RecordContactSignals,
    private readonly senderSignals: RecordSenderSignals,
    private readonly counters: CountObservations,
  ) {}

  async execute({ tenantId, reading }: RecordObservations) {
    // First, so that what the new identities did in the same webhook finds its person.
    const changes = await this.identities.take(tenantId, reading).catch(async (error: unknown) => {
      // Told again the webhook may fail again, and a refusal in it cannot wait for that.
      await this.contactSignals.receiveWishes(tenantId, reading);
      throw error;
    });
    const recorded = await this.contactSignals.record(tenantId, reading);
    await this.counters.doubt(tenantId, recorded.doubts);
    await this.senderSignals.record(tenantId, reading.senderObservations);
    const withoutEffect: WithoutEffect[] = [
      ...reading.skipped,
      ...changes,
      ...recorded.withoutEffect,
    ];
    await this.counters.add(tenantId, withoutEffect);
    return { recorded: recorded.facts + changes.length, withoutEffect: withoutEffect.length };
  }
}
