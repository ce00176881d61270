import { Module } from '@nestjs/common';
import {
  ProjectionPosition,
  provideConsumer,
  provideMailKind,
  provideJobHandler,
  provideProjection,
} from '@tact/platform';
import { ContactPolicies } from './ledger/contact-policies.ts';
import { CountedMessages } from './ledger/counted-messages.ts';
import { ForgetCountedMessages } from './ledger/forget-counted-messages.ts';
import { DecideContactController, RequestContactHandler } from './decisions/decide-contact.http.ts';
import { TakeOverPolicies } from './decisions/take-over-policies.ts';
import { MissedSources } from './decisions/missed-sources.ts';
import { FollowRestrictionsConsumer } from './decisions/follow-restrictions.consumer.ts';
import { FollowWishesConsumer } from './decisions/follow-wishes.consumer.ts';
import { FollowRefusalsConsumer } from './decisions/follow-refusals.consumer.ts';
import { SharedAddresses } from './decisions/shared-addresses.ts';
import { WishFacts } from './decisions/wish-facts.ts';
import { FollowContactsConsumer } from './decisions/follow-contacts.consumer.ts';
import { ConsentsProjection } from './consents/consents.projection.ts';
import { ListConsentsController, ListConsentsHandler } from './consents/list-consents.http.ts';
import { DraftClauseController, DraftClauseHandler } from './notices/draft-clause.http.ts';
import { AddressCards } from './addresses/address-cards.ts';
import { StoppedAddresses } from './addresses/stopped-addresses.ts';
import { SpokenLanguages } from './addresses/spoken-languages.ts';
import { Addressees } from './languages/addressees.ts';
import { PersonLanguages } from './languages/person-languages.ts';
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
import { KeptReceipts } from './consents/kept-receipts.ts';
import { ConsentReceipts } from './consents/receipts.ts';
import { ReceiptRecords } from './consents/receipt-records.ts';
import { TenantStatements } from './consents/tenant-statements.ts';
import { RecordedConsents } from './consents/recorded-consents.ts';
import { ShowReceiptController, ShowReceiptHandler } from './consents/show-receipt.http.ts';
import {
  AskConfirmationController,
  AskConfirmationHandler,
} from './confirmations/ask-confirmation.http.ts';
import { AskedPeople } from './confirmations/asked-people.ts';
import { Asking } from './confirmations/asking.ts';
import {
  AnswerConfirmationHandler,
  ConfirmConsentController,
} from './confirmations/confirm-consent.http.ts';
import { ConfirmConsent } from './confirmations/confirm-consent.ts';
import { AskedAddresses } from './confirmations/asked-addresses.ts';
import { OwnAddresses } from './confirmations/own-addresses.ts';
import { BusinessPages } from './ways-out/business-pages.ts';
import { FollowedLinks } from './ways-out/followed-links.ts';
import { ConfirmingAddresses } from './confirmations/confirming-addresses.ts';
import { ConfirmedReceipts } from './confirmations/confirmed-receipts.ts';
import { UsedConfirmations } from './confirmations/used-confirmations.ts';
import { Confirmations } from './confirmations/confirmations.ts';
import { ConfirmationMails, ReceiptMails } from './confirmations/consent-mails.ts';
import { ForgetConfirmations } from './confirmations/forget-confirmations.ts';
import { LeaveConfirmations } from './confirmations/leave-confirmations.ts';
import { WritableAddresses } from './confirmations/writable-addresses.ts';
import { MayBeAsked } from './confirmations/may-be-asked.ts';
import { CountedAsks } from './confirmations/counted-asks.ts';
import { StandingConfirmations } from './confirmations/standing-confirmations.ts';
import { DecisionFacts } from './decisions/decision-facts.ts';
import { PageTools } from './confirmations/page-tools.ts';
import { OpenedConfirmations, ShownConfirmations } from './confirmations/shown-confirmations.ts';
import { HeededStops } from './ways-out/heeded-stops.ts';
import { KeptStops } from './ways-out/kept-stops.ts';
import { LeaveHandler } from './ways-out/leave.ts';
import { TellStop } from './ways-out/tell-stop.ts';
import { ShownWaysOut } from './ways-out/shown-ways-out.ts';
import { UnsubscribeController } from './ways-out/unsubscribe.http.ts';
import { WaysOut } from './ways-out/ways-out.ts';
import { RecordConsentController, RecordConsentHandler } from './consents/record-consent.http.ts';

/** Contact with tact: the consent ledger, the pressure cap, and whether one may write now. */
@Module({
  controllers: [
    RecordConsentController,
    DecideContactController,
    ListConsentsController,
    PublishNoticeController,
    DraftClauseController,
    ShowReceiptController,
    AskConfirmationController,
    ConfirmConsentController,
    UnsubscribeController,
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
    ShowReceiptHandler,
    AskConfirmationHandler,
    AnswerConfirmationHandler,
    AskedPeople,
    Asking,
    ConfirmConsent,
    ConfirmedReceipts,
    ConfirmingAddresses,
    OwnAddresses,
    AskedAddresses,
    BusinessPages,
    FollowedLinks,
    UsedConfirmations,
    Confirmations,
    LeaveConfirmations,
    ForgetConfirmations,
    provideJobHandler(ForgetConfirmations),
    WritableAddresses,
    MayBeAsked,
    CountedAsks,
    StandingConfirmations,
    ConfirmationMails,
    provideMailKind(ConfirmationMails),
    ReceiptMails,
    provideMailKind(ReceiptMails),
    PageTools,
    OpenedConfirmations,
    ShownConfirmations,
    HeededStops,
    KeptStops,
    TellStop,
    provideJobHandler(TellStop),
    LeaveHandler,
    ShownWaysOut,
    WaysOut,
    ConsentReceipts,
    KeptReceipts,
    ReceiptRecords,
    TenantStatements,
    RecordedConsents,
    AddressCards,
    StoppedAddresses,
    SpokenLanguages,
    PersonLanguages,
    Addressees,
    ListNoticesHandler,
    ShowNoticeHandler,
    SetPreferencesHandler,
    ProjectionPosition,
    WishFacts,
    SharedAddresses,
    FollowRefusalsConsumer,
    provideConsumer(FollowRefusalsConsumer),
    MissedSources,
    DecisionFacts,
    TakeOverPolicies,
    FollowContactsConsumer,
    provideConsumer(FollowContactsConsumer),
    FollowRestrictionsConsumer,
    provideConsumer(FollowRestrictionsConsumer),
    FollowWishesConsumer,
    provideConsumer(FollowWishesConsumer),
    ConsentsProjection,
    provideProjection(ConsentsProjection),
  ],
})
export class OutreachModule {}
