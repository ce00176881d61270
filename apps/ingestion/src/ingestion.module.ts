import { Module } from '@nestjs/common';
import { ProjectionStand, provideConsumer, provideProjection } from '@tact/platform';
import { GrowthAlerts } from './alerts/growth-alerts.ts';
import { ListAlertsController, ListAlertsHandler } from './alerts/list-alerts.http.ts';
import { ChangeIdentities } from './receive-webhooks/change-identities.ts';
import { CohortMonitor } from './cohort-monitor/cohort-monitor.ts';
import { CohortProjection } from './cohort-monitor/cohort.projection.ts';
import { CohortWatch } from './cohort-monitor/cohort-watch.ts';
import { ConsentGateConsumer } from './consent-gate.consumer.ts';
import { ConsentGate } from './consent-gate.ts';
import { GateFreshness, GateWatch } from './gate-freshness.ts';
import { WithoutEffectCounters } from './counters.ts';
import { ApplyFactsAhead } from './facts-ahead/apply-facts-ahead.ts';
import { FactsAheadWatch } from './facts-ahead/facts-ahead-watch.ts';
import { FactsAhead } from './facts-ahead/facts-ahead.ts';
import { DroppedMessages } from './follow-messages/dropped-messages.ts';
import { JoinOrphans } from './follow-messages/join-orphans.ts';
import { MessageFollower, MessageWatch } from './follow-messages/message-watch.ts';
import { MessagesProjection } from './follow-messages/messages.projection.ts';
import { Objections } from './objections.ts';
import { Orphans } from './orphans.ts';
import { CodesNow, JudgeCodes } from './error-codes.ts';
import { AroundObservations } from './receive-webhooks/around-observations.ts';
import { RecordFacts } from './record-facts.ts';
import { ConsentLines } from './apply-imports/consent-lines.ts';
import { ContactLines } from './apply-imports/contact-lines.ts';
import { ImportLines } from './apply-imports/import-lines.ts';
import { ImportWork } from './apply-imports/import-work.ts';
import { ImportWorker } from './apply-imports/import-worker.ts';
import { ContactRegistrations } from './contact-registrations.ts';
import { DeclaredIncidents } from './declared-incidents.ts';
import { ImportNews } from './import-news.ts';
import { ImportUploads } from './import-uploads.ts';
import {
  ReceiveImportHandler,
  ReceiveImportsController,
} from './receive-imports/receive-imports.http.ts';
import { ReceiveWebhooksController } from './receive-webhooks/receive-webhooks.http.ts';
import { RecordObservationsHandler } from './receive-webhooks/record-observations.ts';
import {
  RecordSignalsController,
  RecordSignalsHandler,
} from './record-signals/record-signals.http.ts';
import {
  RegisterContactController,
  RegisterContactHandler,
} from './register-contact/register-contact.http.ts';
import {
  SearchContactHandler,
  SearchContactsController,
} from './search-contacts/search-contacts.http.ts';
import { ShowImportHandler, ShowImportsController } from './show-imports/show-imports.http.ts';
import { SignalAdmissions } from './signal-admissions.ts';
import { SignalFacts } from './signal-facts.ts';
import { SignalLines } from './signal-lines.ts';

/** Contact signals in: WhatsApp's webhooks, what the CRM tells and imports, contacts with their consents. */
@Module({
  controllers: [
    ReceiveWebhooksController,
    RegisterContactController,
    SearchContactsController,
    RecordSignalsController,
    ReceiveImportsController,
    ShowImportsController,
    ListAlertsController,
  ],
  providers: [
    GateFreshness,
    GateWatch,
    ConsentGate,
    WithoutEffectCounters,
    GrowthAlerts,
    ListAlertsHandler,
    FactsAhead,
    ApplyFactsAhead,
    FactsAheadWatch,
    RecordFacts,
    AroundObservations,
    Objections,
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
    ContactRegistrations,
    SearchContactHandler,
    DeclaredIncidents,
    SignalAdmissions,
    SignalFacts,
    SignalLines,
    RecordSignalsHandler,
    ImportUploads,
    ReceiveImportHandler,
    ContactLines,
    ConsentLines,
    ImportLines,
    ImportNews,
    ImportWork,
    ImportWorker,
    ShowImportHandler,
    ConsentGateConsumer,
    provideConsumer(ConsentGateConsumer),
    CohortMonitor,
    CohortWatch,
    CohortProjection,
    provideProjection(CohortProjection),
  ],
})
export class IngestionModule {}
