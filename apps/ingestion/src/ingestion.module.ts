import { Module } from '@nestjs/common';
import { provideConsumer } from '@tact/platform';
import { ConsentLines } from './apply-imports/consent-lines.ts';
import { ContactLines } from './apply-imports/contact-lines.ts';
import { ImportLines } from './apply-imports/import-lines.ts';
import { ImportWork } from './apply-imports/import-work.ts';
import { ImportWorker } from './apply-imports/import-worker.ts';
import { ConsentGateConsumer } from './consent-gate.consumer.ts';
import { ConsentGate } from './consent-gate.ts';
import { ContactRegistrations } from './contact-registrations.ts';
import { WithoutEffectCounters } from './counters.ts';
import { DeclaredIncidents } from './declared-incidents.ts';
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
  ],
  providers: [
    ConsentGate,
    WithoutEffectCounters,
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
    ImportWork,
    ImportWorker,
    ShowImportHandler,
    ConsentGateConsumer,
    provideConsumer(ConsentGateConsumer),
  ],
})
export class IngestionModule {}
