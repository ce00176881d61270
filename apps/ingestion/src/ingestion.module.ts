import { Module } from '@nestjs/common';
import { provideConsumer } from '@tact/platform';
import { ConsentGateConsumer } from './consent-gate.consumer.ts';
import { ConsentGate } from './consent-gate.ts';
import { WithoutEffectCounters } from './counters.ts';
import { ReceiveWebhooksController } from './receive-webhooks/receive-webhooks.http.ts';
import { RecordObservationsHandler } from './receive-webhooks/record-observations.ts';
import {
  RegisterContactController,
  RegisterContactHandler,
} from './register-contact/register-contact.http.ts';

/** Contact signals in: WhatsApp's webhooks, and contacts with their declared consents. */
@Module({
  controllers: [ReceiveWebhooksController, RegisterContactController],
  providers: [
    ConsentGate,
    WithoutEffectCounters,
    RecordObservationsHandler,
    RegisterContactHandler,
    ConsentGateConsumer,
    provideConsumer(ConsentGateConsumer),
  ],
})
export class IngestionModule {}
