import { Module } from '@nestjs/common';
import { ProjectionStand, provideConsumer, provideProjection } from '@tact/platform';
import { ContactPolicies } from './contact-policies.ts';
import {
  DecideContactController,
  RequestContactHandler,
} from './decide-contact/decide-contact.http.ts';
import { FollowContactsConsumer } from './follow-contacts/follow-contacts.consumer.ts';
import { ConsentsProjection } from './list-consents/consents.projection.ts';
import { SuppressionsProjection } from './list-consents/suppressions.projection.ts';
import { ListConsentsController, ListConsentsHandler } from './list-consents/list-consents.http.ts';
import {
  RecordConsentController,
  RecordConsentHandler,
} from './record-consent/record-consent.http.ts';

/** Contact with tact: the consent ledger, the pressure cap, and whether one may write now. */
@Module({
  controllers: [RecordConsentController, DecideContactController, ListConsentsController],
  providers: [
    ContactPolicies,
    RecordConsentHandler,
    RequestContactHandler,
    ListConsentsHandler,
    ProjectionStand,
    FollowContactsConsumer,
    provideConsumer(FollowContactsConsumer),
    ConsentsProjection,
    provideProjection(ConsentsProjection),
    SuppressionsProjection,
    provideProjection(SuppressionsProjection),
  ],
})
export class OutreachModule {}
