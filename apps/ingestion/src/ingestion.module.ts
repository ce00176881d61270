import { Module } from '@nestjs/common';
import {
  ProjectionPosition,
  provideConsumer,
  provideJobHandler,
  provideProjection,
  provideReaction,
} from '@tact/platform';
import { GrowthAlerts } from './alerts/growth-alerts.ts';
import { IncidentAlerts } from './alerts/incident-alerts.reaction.ts';
import { ListAlertsController, ListAlertsHandler } from './alerts/list-alerts.http.ts';
import { ChangeIdentities } from './whatsapp/change-identities.ts';
import { CountObservations } from './whatsapp/count-observations.ts';
import { DoubtfulWishes } from './signals/doubtful-wishes.ts';
import { JoinIdentities } from './whatsapp/join-identities.ts';
import { IdentityNews } from './whatsapp/identity-news.ts';
import { LearnIdentities } from './whatsapp/learn-identities.ts';
import { CohortMonitor } from './cohort/cohort-monitor.ts';
import { CohortProjection } from './cohort/cohort.projection.ts';
import { CohortWatch } from './cohort/cohort-watch.ts';
import { ConsentGateConsumer } from './consent-gate/consent-gate.consumer.ts';
import { ConsentGate } from './consent-gate/consent-gate.ts';
import { GateStaleness, GateWatch } from './consent-gate/staleness.ts';
import { WithoutEffectCounters } from './signals/without-effect-counters.ts';
import { ApplyFactsAhead } from './signals/facts-ahead/apply-facts-ahead.ts';
import { FactsAheadDue } from './signals/facts-ahead/facts-ahead-due.ts';
import { FactsAhead } from './signals/facts-ahead/facts-ahead.ts';
import { DropMessages } from './whatsapp/lifecycle/drop-messages.ts';
import { DroppedMessages } from './whatsapp/lifecycle/dropped-messages.ts';
import { ForgetMessages } from './whatsapp/lifecycle/forget-messages.ts';
import { JoinOrphans } from './whatsapp/lifecycle/join-orphans.ts';
import { MessageFollower, MessageWatch } from './whatsapp/lifecycle/message-watch.ts';
import { MessagesProjection } from './whatsapp/lifecycle/messages.projection.ts';
import { Orphans } from './whatsapp/lifecycle/orphans.ts';
import { CodesNow, JudgeCodes } from './signals/error-codes.ts';
import { FactAdmissions } from './signals/fact-admissions.ts';
import { LineAdmissions } from './signals/line-admissions.ts';
import { CountableContacts } from './signals/message-counts/countable-contacts.ts';
import { CountMessages } from './signals/message-counts/count-messages.ts';
import { ForgetCounts } from './signals/message-counts/forget-counts.ts';
import { KnownContacts } from './wishes/known-contacts.ts';
import { ReceiveWishes } from './wishes/receive-wishes.ts';
import { CarryWishes } from './wishes/carry-wishes.ts';
import { LinkedContacts } from './wishes/linked-contacts.ts';
import { FindWishOwners } from './wishes/wish-owners.ts';
import { RememberRefusalsConsumer } from './wishes/remember-refusals.consumer.ts';
import { WishesOfStrangers } from './wishes/wishes-of-strangers.ts';
import { RecordFacts } from './signals/record-facts.ts';
import { ReadConsentLines } from './imports/apply/read-consent-lines.ts';
import { ConsentLines } from './imports/apply/consent-lines.ts';
import { ContactLines } from './imports/apply/contact-lines.ts';
import { SharedValues } from './imports/apply/shared-values.ts';
import { ImportLines } from './imports/apply/import-lines.ts';
import { ImportWork } from './imports/apply/import-work.ts';
import { ImportWorker } from './imports/apply/import-worker.ts';
import { FindJoinedBefore } from './contacts/conflicts/find-joined-before.ts';
import { ForgetConflictsConsumer } from './contacts/conflicts/forget-conflicts.consumer.ts';
import { IdentityConflicts } from './contacts/conflicts/identity-conflicts.ts';
import {
  ListIdentityConflictsController,
  ListIdentityConflictsHandler,
} from './contacts/conflicts/list-conflicts.http.ts';
import { LinkContacts } from './contacts/conflicts/link-contacts.ts';
import { RetryConflicts } from './contacts/conflicts/retry-conflicts.ts';
import {
  SettleConflictController,
  SettleConflictHandler,
} from './contact-changes/settle-conflict.http.ts';
import { FollowIdentities } from './contacts/follow-identities.ts';
import { FollowMovedNumbers } from './contacts/follow-moved-numbers.ts';
import { RegistrationOutcomes } from './contacts/registration-outcomes.ts';
import { IdentityOptions } from './contacts/identity-options.ts';
import {
  ApproveMergeHandler,
  MergeContactsController,
  ProposeMergeHandler,
  ShowMergeHandler,
} from './contact-changes/merge-contacts.http.ts';
import { ActingPerson } from './contact-changes/acting-person.ts';
import { MovedIdentities } from './contact-changes/moved-identities.ts';
import { SecondSettlement } from './contact-changes/second-settlement.ts';
import { SettlementProposals } from './contact-changes/settlement-proposals.ts';
import { MergeContacts } from './contact-changes/merge-contacts.ts';
import {
  ApproveSplitHandler,
  ProposeSplitHandler,
  ShowSplitHandler,
  SplitContactsController,
} from './contact-changes/split-contacts.http.ts';
import { SplitContacts } from './contact-changes/split-contacts.ts';
import { LeavingNames } from './contact-changes/leaving-names.ts';
import { StatedNames } from './contact-changes/stated-names.ts';
import { ContactWords } from './contact-views/contact-words.ts';
import { ShowContactController, ShowContactHandler } from './contact-views/show-contact.http.ts';
import { LedgerWords } from './contact-views/ledger-words.ts';
import { LedgerWordsConsumer } from './contact-views/ledger-words.consumer.ts';
import { ConsentDeclarations } from './contacts/consent-declarations.ts';
import { ProvenConsents } from './contacts/proven-consents.ts';
import { MergedWishes } from './contact-changes/merged-wishes.ts';
import { ContactRegistrations } from './contacts/contact-registrations.ts';
import { DeclaredIncidents } from './signals/declared-incidents.ts';
import { ForgetImportErrors } from './imports/apply/forget-errors.ts';
import { ImportUploads } from './imports/import-uploads.ts';
import { BeginImport } from './imports/receive/begin-import.ts';
import {
  ReceiveImportHandler,
  ReceiveImportsController,
} from './imports/receive/receive-imports.http.ts';
import { ImportMappings } from './imports/mappings/import-mappings.ts';
import { ImportMappingsController } from './imports/mappings/import-mappings.http.ts';
import { ForeseenLines } from './imports/preview/foreseen-lines.ts';
import {
  PreviewImportHandler,
  PreviewImportsController,
} from './imports/preview/preview-imports.http.ts';
import { WebhookAccounts } from './whatsapp/webhook-accounts.ts';
import { ReceiveWebhooksController } from './whatsapp/receive-webhooks.http.ts';
import { RecordContactSignals } from './whatsapp/record-contact-signals.ts';
import { RecordObservationsHandler } from './whatsapp/record-observations.ts';
import { RecordSenderSignals } from './whatsapp/record-sender-signals.ts';
import { RecordSignalsController, RecordSignalsHandler } from './signals/record-signals.http.ts';
import {
  RegisterContactController,
  RegisterContactHandler,
} from './contacts/register-contact.http.ts';
import { SearchContactHandler, SearchContactsController } from './contacts/search-contacts.http.ts';
import { ShowImportHandler, ShowImportsController } from './imports/show-imports.http.ts';
import { HeedRights } from './immediate-rights/heed-rights.ts';
import { LegibleIdentities } from './immediate-rights/legible-identities.ts';
import { ImmediateRightsConsumer } from './immediate-rights/immediate-rights.consumer.ts';
import { LineWishes } from './signals/line-wishes.ts';
import { SignalAdmissions } from './signals/signal-admissions.ts';
import { SignalFacts } from './signals/signal-facts.ts';
import { SignalLines } from './signals/signal-lines.ts';

/** Contact signals in: WhatsApp's webhooks, what the CRM tells and imports, contacts with their consents. */
@Module({
  controllers: [
    ReceiveWebhooksController,
    RegisterContactController,
    SearchContactsController,
    ListIdentityConflictsController,
    SettleConflictController,
    RecordSignalsController,
    ReceiveImportsController,
    PreviewImportsController,
    ImportMappingsController,
    ShowImportsController,
    ListAlertsController,
    ShowContactController,
    MergeContactsController,
    SplitContactsController,
  ],
  providers: [
    GateStaleness,
    GateWatch,
    ConsentGate,
    WithoutEffectCounters,
    GrowthAlerts,
    IncidentAlerts,
    provideReaction(IncidentAlerts),
    ListAlertsHandler,
    FactsAhead,
    ApplyFactsAhead,
    FactsAheadDue,
    provideJobHandler(FactsAheadDue),
    RecordFacts,
    RecordContactSignals,
    RecordSenderSignals,
    WishesOfStrangers,
    RememberRefusalsConsumer,
    provideConsumer(RememberRefusalsConsumer),
    KnownContacts,
    LinkedContacts,
    CarryWishes,
    FindWishOwners,
    ReceiveWishes,
    HeedRights,
    LegibleIdentities,
    ImmediateRightsConsumer,
    provideConsumer(ImmediateRightsConsumer),
    CountableContacts,
    CountMessages,
    FactAdmissions,
    LineAdmissions,
    ForgetCounts,
    provideJobHandler(ForgetCounts),
    ChangeIdentities,
    JoinIdentities,
    LearnIdentities,
    IdentityNews,
    DoubtfulWishes,
    CountObservations,
    Orphans,
    DroppedMessages,
    JoinOrphans,
    ProjectionPosition,
    MessageFollower,
    MessageWatch,
    DropMessages,
    provideJobHandler(DropMessages),
    ForgetMessages,
    provideJobHandler(ForgetMessages),
    MessagesProjection,
    provideProjection(MessagesProjection),
    CodesNow,
    JudgeCodes,
    RecordObservationsHandler,
    WebhookAccounts,
    RegisterContactHandler,
    ContactRegistrations,
    ConsentDeclarations,
    ProvenConsents,
    MergedWishes,
    FollowIdentities,
    RegistrationOutcomes,
    FollowMovedNumbers,
    provideJobHandler(FollowMovedNumbers),
    IdentityConflicts,
    ListIdentityConflictsHandler,
    SettleConflictHandler,
    MovedIdentities,
    SecondSettlement,
    SettlementProposals,
    RetryConflicts,
    provideJobHandler(RetryConflicts),
    FindJoinedBefore,
    provideJobHandler(FindJoinedBefore),
    LinkContacts,
    ForgetConflictsConsumer,
    provideConsumer(ForgetConflictsConsumer),
    SearchContactHandler,
    DeclaredIncidents,
    LineWishes,
    SignalAdmissions,
    SignalFacts,
    SignalLines,
    RecordSignalsHandler,
    BeginImport,
    ImportUploads,
    ReceiveImportHandler,
    PreviewImportHandler,
    ForeseenLines,
    ImportMappings,
    IdentityOptions,
    ContactLines,
    SharedValues,
    ReadConsentLines,
    ConsentLines,
    ImportLines,
    ImportWork,
    ImportWorker,
    provideJobHandler(ImportWorker),
    ForgetImportErrors,
    provideJobHandler(ForgetImportErrors),
    ShowImportHandler,
    ConsentGateConsumer,
    provideConsumer(ConsentGateConsumer),
    LedgerWords,
    LedgerWordsConsumer,
    provideConsumer(LedgerWordsConsumer),
    ContactWords,
    ShowContactHandler,
    LeavingNames,
    StatedNames,
    MergeContacts,
    ProposeMergeHandler,
    ApproveMergeHandler,
    ShowMergeHandler,
    ActingPerson,
    SplitContacts,
    ProposeSplitHandler,
    ApproveSplitHandler,
    ShowSplitHandler,
    CohortMonitor,
    CohortWatch,
    CohortProjection,
    provideProjection(CohortProjection),
  ],
})
export class IngestionModule {}
