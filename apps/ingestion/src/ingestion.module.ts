import { Module } from '@nestjs/common';
import { ProjectionStand, provideConsumer, provideProjection } from '@tact/platform';
import { ChangeIdentities } from './receive-webhooks/change-identities.ts';
import { CohortMonitor } from './cohort-monitor/cohort-monitor.ts';
import { CohortProjection } from './cohort-monitor/cohort.projection.ts';
import { CohortWatch } from './cohort-monitor/cohort-watch.ts';
import { ConsentGateConsumer } from './consent-gate.consumer.ts';
import { ConsentGate } from './consent-gate.ts';
import { GateFreshness, GateWatch } from './gate-freshness.ts';
import { WithoutEffectCounters } from './counters.ts';
import { DroppedMessages } from './follow-messages/dropped-messages.ts';
import { JoinOrphans } from './follow-messages/join-orphans.ts';
import { MessageFollower, MessageWatch } from './follow-messages/message-watch.ts';
import { MessagesProjection } from './follow-messages/messages.projection.ts';
import { Orphans } from './orphans.ts';
import { CodesNow, JudgeCodes } from './error-codes.ts';
import { AroundObservations } from './receive-webhooks/around-observations.ts';
import { RecordFacts } from './record-facts.ts';
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
    GateFreshness,
    GateWatch,
    ConsentGate,
    WithoutEffectCounters,
    RecordFacts,
    AroundObservations,
    ChangeIdentities,
    Orphans,
    DroppedMessages,
    JoinOrphans,
    ProjectionStand,
    MessageFollower,
    MessageWatch,
    MessagesProjection,
    provideProjection(MessagesProjection),
    CodesNow,
    JudgeCodes,
    RecordObservationsHandler,
    RegisterContactHandler,
    ConsentGateConsumer,
    provideConsumer(ConsentGateConsumer),
    CohortMonitor,
    CohortWatch,
    CohortProjection,
    provideProjection(CohortProjection),
  ],
})
export class IngestionModule {}
