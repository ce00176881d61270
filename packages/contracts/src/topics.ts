import type { EventType } from './events/registry.ts';
import { DAY_MS } from './spans.ts';

export type ServiceName = 'ingestion' | 'scoring' | 'outreach' | 'compliance';
export const serviceNames = [
  'ingestion',
  'scoring',
  'outreach',
  'compliance',
] as const satisfies readonly ServiceName[];

export type TopicDefinition = {
  /** Who publishes on it. */
  readonly owner: ServiceName | 'every-service';
  readonly partitions: { readonly development: number; readonly production: number };
  readonly retentionDays: number;
  readonly cleanupPolicy: 'delete' | 'compact';
  /**
   * What a person asked of us travels here: published ahead of everything else that waits, so that no import and no
   * campaign stands before a refusal.
   */
  readonly isUrgent?: true;
  /**
   * Who decides by it must know that nothing is missing of the last seconds: its owner says again and again up to when
   * all is told, also while there is nothing to tell.
   */
  readonly hasWatermark?: true;
};

const partitions = { development: 6, production: 12 } as const;

/**
 * How soon a log that keeps segments is rid of what is out of date, on every topic: what a person had erased, or what
 * is past its days, must not lie in an open segment for a week. A reader may be away for as long as a topic is kept
 * and still finds what was deleted.
 */
export const topicCleaning = {
  segmentMs: DAY_MS,
  maxCompactionLagMs: DAY_MS,
  minCleanableDirtyRatio: 0.1,
  deleteRetentionMs: 7 * DAY_MS,
} as const;

/** The one table topics are created from. A drift is refused, not repaired. */
export const topics = {
  'contact-signals.v1': {
    owner: 'ingestion',
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'delete',
  },
  'block-likelihoods.v1': {
    owner: 'scoring',
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'delete',
  },
  // What people asked of us, as ingestion heard it: few records, and none of them may wait.
  'wishes.v1': {
    owner: 'ingestion',
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'delete',
    isUrgent: true,
    hasWatermark: true,
  },
  // What a person allows: consents and suppressions. Decisions made their readers late, and have a topic of their own.
  'contact-policies.v1': {
    owner: 'outreach',
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'delete',
    isUrgent: true,
  },
  'contact-decisions.v1': {
    owner: 'outreach',
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'delete',
  },
  'data-requests.v1': {
    owner: 'compliance',
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'delete',
  },
  // What a person asked of us by a request and takes effect as it is heard: it waits behind no other request.
  'privacy-wishes.v1': {
    owner: 'compliance',
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'delete',
    isUrgent: true,
  },
  'alerts.v1': {
    owner: 'every-service',
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'delete',
  },
  // Compacted: the last record of a tenant says how it is set up.
  'tenants.v1': {
    owner: 'compliance',
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'compact',
  },
  // What was done by whom, told by every service to the one that chains it.
  'audit.v1': {
    owner: 'every-service',
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'delete',
  },
  // Compacted: a service that was away reads the whole fence before it is ready.
  'privacy-fence.v1': {
    owner: 'compliance',
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'compact',
    isUrgent: true,
  },
} as const satisfies Record<string, TopicDefinition>;

export type TopicName = keyof typeof topics;

/** Where every type is told: on one topic, whose key is the event's subject, or to nobody but its own service. */
const placeOfType = {
  ContactRegistered: 'contact-signals.v1',
  ContactUpdated: 'contact-signals.v1',
  ContactLinked: 'contact-signals.v1',
  ConsentDeclared: 'contact-signals.v1',
  SignalRecorded: 'contact-signals.v1',
  MessageCounted: 'contact-signals.v1',
  ObjectionHeard: 'wishes.v1',
  RefusalReceived: 'wishes.v1',
  ResumptionReceived: 'wishes.v1',
  WithdrawalDeclared: 'wishes.v1',
  // Whose a refusal is may wait for nothing either.
  ContactsMerged: 'wishes.v1',
  ContactsSplit: 'wishes.v1',
  SenderSignalRecorded: 'contact-signals.v1',
  IncidentOpened: 'contact-signals.v1',
  IncidentClosed: 'contact-signals.v1',
  ContactSearched: 'contact-signals.v1',
  ContactViewed: 'contact-signals.v1',
  BlockLikelihoodChanged: 'block-likelihoods.v1',
  ConsentGiven: 'contact-policies.v1',
  ConsentWithdrawn: 'contact-policies.v1',
  ContactAllowed: 'contact-decisions.v1',
  ContactDenied: 'contact-decisions.v1',
  ContactSuppressed: 'contact-policies.v1',
  SuppressionLifted: 'contact-policies.v1',
  PolicyTakenOver: 'contact-policies.v1',
  PreferencesSet: 'contact-policies.v1',
  DataRequestReceived: 'data-requests.v1',
  DataRequestResolved: 'private',
  DataRequestCodeSent: 'private',
  DataRequestCodeMissed: 'private',
  DataRequestProven: 'private',
  DataRequestVerified: 'data-requests.v1',
  DataRequestStarted: 'data-requests.v1',
  DataRequestPaused: 'private',
  DataRequestResumed: 'private',
  DataRequestExtended: 'private',
  DataRequestRefusalProposed: 'private',
  DataRequestRefused: 'data-requests.v1',
  DataRequestCancelled: 'data-requests.v1',
  DataRequestCompleted: 'data-requests.v1',
  DataRequestLacking: 'data-requests.v1',
  ImmediateRightExercised: 'privacy-wishes.v1',
  ImmediateRightHeeded: 'wishes.v1',
  ContactRestricted: 'privacy-wishes.v1',
  RestrictionLifted: 'privacy-wishes.v1',
  SubjectFenced: 'privacy-fence.v1',
  AlertRaised: 'alerts.v1',
  AlertResolved: 'alerts.v1',
  ActRecorded: 'audit.v1',
  ActPerformed: 'private',
  ContactDisclosed: 'private',
  ListDisclosed: 'private',
  OutcomeRecorded: 'private',
  ModelPromoted: 'private',
  NoticePublished: 'private',
  ConfirmationAsked: 'private',
  ContactMergeProposed: 'private',
  ContactSplitProposed: 'private',
  ContactTimeZoneSet: 'private',
  OutboundMessageCounted: 'private',
  OutboundMessageDiscounted: 'private',
  IdentityConflictSettled: 'private',
  IdentityConflictSettlementProposed: 'private',
  ApiKeyCreated: 'private',
  ApiKeyRotated: 'private',
  ApiKeyRevoked: 'private',
  StaffAdded: 'private',
  StaffRolesChanged: 'private',
  StaffRolesProposed: 'private',
  StaffDismissed: 'private',
  StaffLinked: 'private',
  StaffErased: 'private',
  ActionProposed: 'private',
  ActionApproved: 'private',
  ActionDeclined: 'private',
  LoginLinkMade: 'private',
  SessionOpened: 'private',
  SessionEnded: 'private',
  TenantCreated: 'tenants.v1',
  TenantSettingsChanged: 'tenants.v1',
} as const satisfies Record<EventType, TopicName | 'private'>;

/** The types a topic carries. */
export type EventTypeOn<Topic extends TopicName> = {
  [Type in EventType]: (typeof placeOfType)[Type] extends Topic ? Type : never;
}[EventType];

/**
 * What one reader makes of every type of its topics: true where it reads it. A new type there does not compile until
 * each reader has said so.
 */
export type Reading<Topic extends TopicName> = Readonly<Record<EventTypeOn<Topic>, boolean>>;

type Read<Table extends Readonly<Partial<Record<EventType, boolean>>>> = {
  [Type in keyof Table & EventType]: Table[Type] extends true ? Type : never;
}[keyof Table & EventType];

/** The types that a reader reads, in the order of its table. */
export const typesRead = <const Table extends Readonly<Partial<Record<EventType, boolean>>>>(
  table: Table,
): readonly Read<Table>[] =>
  Object.entries(table).flatMap(([type, isRead]) => (isRead ? [type as Read<Table>] : []));

const places = new Map<string, TopicName | 'private'>(Object.entries(placeOfType));

/** The topic that carries a type, or undefined: the event is private to its service, or not known here. */
export const topicOf = (type: string): TopicName | undefined => {
  const place = places.get(type);
  return place === 'private' ? undefined : place;
};

/** The types of the urgent topics. */
export const urgentTypes: readonly string[] = [...places].flatMap(([type, place]) => {
  const topic: TopicDefinition | undefined = place === 'private' ? undefined : topics[place];
  return topic?.isUrgent === true ? [type] : [];
});

/** The services that say up to when they told all of these topics. */
export const watermarkedOwners = (names: readonly string[]): readonly string[] => {
  const owners = Object.entries(topics).flatMap(([name, topic]: [string, TopicDefinition]) =>
    topic.hasWatermark === true && names.includes(name) ? [topic.owner] : [],
  );
  return [...new Set(owners)];
};

/** Whether a service says up to when it told all. */
export const hasWatermark = (service: string): boolean =>
  watermarkedOwners(Object.keys(topics)).includes(service);
