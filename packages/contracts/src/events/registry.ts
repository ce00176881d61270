import { AlertRaised, AlertResolved } from './alerts.ts';
import { ApiKeyCreated, ApiKeyRevoked, ApiKeyRotated } from './api-keys.ts';
import {
  ActPerformed,
  ActRecorded,
  ContactDisclosed,
  ContactSearched,
  ContactViewed,
  ListDisclosed,
} from './audit.ts';
import { BlockLikelihoodChanged } from './block-likelihoods.ts';
import { ConfirmationAsked } from './confirmations.ts';
import {
  ContactMergeProposed,
  ContactsMerged,
  ContactSplitProposed,
  ContactsSplit,
} from './contact-changes.ts';
import {
  ConsentGiven,
  ConsentWithdrawn,
  ContactAllowed,
  ContactDenied,
  ContactSuppressed,
  ContactTimeZoneSet,
  OutboundMessageCounted,
  OutboundMessageDiscounted,
  PolicyTakenOver,
  PreferencesSet,
  SuppressionLifted,
} from './contact-policies.ts';
import {
  ConsentDeclared,
  ContactLinked,
  ObjectionHeard,
  ContactRegistered,
  ContactUpdated,
  SignalRecorded,
  MessageCounted,
  RefusalReceived,
  ResumptionReceived,
  WithdrawalDeclared,
} from './contact-signals.ts';
import {
  ContactRestricted,
  DataRequestReceived,
  DataRequestResolved,
  DataRequestCodeSent,
  DataRequestCodeMissed,
  DataRequestProven,
  DataRequestVerified,
  DataRequestStarted,
  DataRequestPaused,
  DataRequestResumed,
  DataRequestExtended,
  DataRequestRefusalProposed,
  DataRequestRefused,
  DataRequestCancelled,
  DataRequestCompleted,
  DataRequestLacking,
  ImmediateRightExercised,
  ImmediateRightHeeded,
  RestrictionLifted,
} from './data-requests.ts';
import {
  IdentityConflictSettled,
  IdentityConflictSettlementProposed,
} from './identity-conflicts.ts';
import { ModelPromoted } from './models.ts';
import { NoticePublished } from './notices.ts';
import { OutcomeRecorded } from './outcomes.ts';
import { ActionApproved, ActionDeclined, ActionProposed } from './proposals.ts';
import { SubjectFenced } from './privacy-fence.ts';
import { IncidentClosed, IncidentOpened, SenderSignalRecorded } from './sender-signals.ts';
import {
  LoginLinkMade,
  SessionEnded,
  SessionOpened,
  StaffAdded,
  StaffDismissed,
  StaffLinked,
  StaffErased,
  StaffRolesChanged,
  StaffRolesProposed,
} from './staff.ts';
import { TenantCreated, TenantSettingsChanged } from './tenants.ts';
import type { EventDefinition, EventOf } from './define.ts';

/** Every event type there is. What is not here cannot be appended, published or consumed. */
export const eventDefinitions = {
  ContactRegistered,
  ContactUpdated,
  ConsentDeclared,
  SignalRecorded,
  MessageCounted,
  ObjectionHeard,
  RefusalReceived,
  ResumptionReceived,
  WithdrawalDeclared,
  ContactLinked,
  SenderSignalRecorded,
  IncidentOpened,
  IncidentClosed,
  BlockLikelihoodChanged,
  OutcomeRecorded,
  ModelPromoted,
  ConsentGiven,
  ConsentWithdrawn,
  ContactTimeZoneSet,
  OutboundMessageCounted,
  OutboundMessageDiscounted,
  ContactAllowed,
  ContactDenied,
  ContactSuppressed,
  SuppressionLifted,
  PolicyTakenOver,
  PreferencesSet,
  NoticePublished,
  ConfirmationAsked,
  ContactMergeProposed,
  ContactsMerged,
  ContactSplitProposed,
  ContactsSplit,
  SubjectFenced,
  DataRequestReceived,
  DataRequestResolved,
  DataRequestCodeSent,
  DataRequestCodeMissed,
  DataRequestProven,
  DataRequestVerified,
  DataRequestStarted,
  DataRequestPaused,
  DataRequestResumed,
  DataRequestExtended,
  DataRequestRefusalProposed,
  DataRequestRefused,
  DataRequestCancelled,
  DataRequestCompleted,
  DataRequestLacking,
  ImmediateRightExercised,
  ImmediateRightHeeded,
  ContactRestricted,
  RestrictionLifted,
  ApiKeyCreated,
  ApiKeyRotated,
  ApiKeyRevoked,
  StaffAdded,
  StaffRolesChanged,
  StaffRolesProposed,
  StaffDismissed,
  StaffLinked,
  StaffErased,
  ActionProposed,
  ActionApproved,
  ActionDeclined,
  LoginLinkMade,
  SessionOpened,
  SessionEnded,
  TenantCreated,
  TenantSettingsChanged,
  AlertRaised,
  AlertResolved,
  IdentityConflictSettled,
  IdentityConflictSettlementProposed,
  ContactViewed,
  ContactSearched,
  ContactDisclosed,
  ListDisclosed,
  ActPerformed,
  ActRecorded,
} as const;

export type EventType = keyof typeof eventDefinitions;
export type TactEvent = {
  [Type in EventType]: EventOf<(typeof eventDefinitions)[Type]>;
}[EventType];
export type EventOfType<Type extends EventType> = Extract<TactEvent, { type: Type }>;
export type EventDataOf<Type extends EventType> = EventOfType<Type>['data'];

const byName = new Map<string, EventDefinition>(Object.entries(eventDefinitions));

/** Whether events of a type are about one person: their envelope then tells the hour and nothing finer. */
export const isAboutPerson = (type: string): boolean => {
  const data = byName.get(type)?.data as { shape?: object } | undefined;
  return data?.shape !== undefined && ('contactId' in data.shape || 'identities' in data.shape);
};

/** The definition of a stored type, or undefined for a type this version does not know. */
export const eventDefinition = (type: string): EventDefinition | undefined => byName.get(type);
