import { Module } from '@nestjs/common';
import {
  ProjectionPosition,
  provideConsumer,
  provideJobHandler,
  provideProjection,
} from '@tact/platform';
import { ContactPolicies } from './ledger/contact-policies.ts';
import { CountedMessages } from './ledger/counted-messages.ts';
import { ForgetCountedMessages } from './ledger/forget-counted-messages.ts';
import { DecideContactController, RequestContactHandler } from './decisions/decide-contact.http.ts';
import { TakeOverPolicies } from './decisions/take-over-policies.ts';
import { MissedSources } from './decisions/missed-sources.ts';
import { FollowWishesConsumer } from './decisions/follow-wishes.consumer.ts';
import { FollowRefusalsConsumer } from './decisions/follow-refusals.consumer.ts';
import { SharedAddresses } from './decisions/shared-addresses.ts';
import { WishFacts } from './decisions/wish-facts.ts';
import { FollowContactsConsumer } from './decisions/follow-contacts.consumer.ts';
import { ConsentsProjection } from './consents/consents.projection.ts';
import { ListConsentsController, ListConsentsHandler } from './consents/list-consents.http.ts';
import { DraftClauseController, DraftClauseHandler } from './notices/draft-clause.http.ts';
import { AddressCards } from './addresses/address-cards.ts';
import {
  ListNoticesController,
  ListNoticesHandler,
  ShowNoticeHandler,
} from './notices/list-notices.http.ts';
import { PublishNoticeController, PublishNoticeHandler } from './notices/publish-notice.http.ts';
import {
  SetPreferencesController,
  SetPreferencesHandler,
} from './preferences/set-preferences.http.ts';
import { RecordConsentController, RecordConsentHandler } from './consents/record-consent.http.ts';

/** Contact with tact: the consent ledger, the pressure cap, and whether one may write now. */
@Module({
  controllers: [
    RecordConsentController,
    DecideContactController,
    ListConsentsController,
    PublishNoticeController,
    DraftClauseController,
    ListNoticesController,
    SetPreferencesController,
  ],
  providers: [
    ContactPolicies,
    CountedMessages,
    ForgetCountedMessages,
    provideJobHandler(ForgetCountedMessages),
    RecordConsentHandler,
    RequestContactHandler,
    ListConsentsHandler,
    PublishNoticeHandler,
    DraftClauseHandler,
    AddressCards,
    ListNoticesHandler,
    ShowNoticeHandler,
    SetPreferencesHandler,
    ProjectionPosition,
    WishFacts,
    SharedAddresses,
    FollowRefusalsConsumer,
    provideConsumer(FollowRefusalsConsumer),
    MissedSources,
    TakeOverPolicies,
    FollowContactsConsumer,
    provideConsumer(FollowContactsConsumer),
    FollowWishesConsumer,
    provideConsumer(FollowWishesConsumer),
    ConsentsProjection,
    provideProjection(ConsentsProjection),
  ],
})
export class OutreachModule {}
