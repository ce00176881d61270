import type { EventType } from './events/registry.ts';

export type ServiceName = 'ingestion' | 'scoring' | 'outreach' | 'compliance';
export const serviceNames = [
  'ingestion',
  'scoring',
  'outreach',
  'compliance',
] as const satisfies readonly ServiceName[];

export type TopicDefinition = {
  readonly owner: ServiceName;
  /** Event types it carries. The key of each record is the event's subject. */
  readonly events: readonly EventType[];
  readonly partitions: { readonly development: number; readonly production: number };
  readonly retentionDays: number;
  readonly cleanupPolicy: 'delete' | 'compact';
};

const partitions = { development: 6, production: 12 } as const;

/** The one table topics are created from. A drift in partitions is refused, not repaired. */
export const topics = {
  'contact-signals.v1': {
    owner: 'ingestion',
    events: [
      'ContactRegistered',
      'ContactUpdated',
      'ContactLinked',
      'ConsentDeclared',
      'SignalRecorded',
      'ObjectionHeard',
      'SenderSignalRecorded',
      'IncidentOpened',
      'IncidentClosed',
      'ContactSearched',
    ],
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'delete',
  },
  'block-likelihoods.v1': {
    owner: 'scoring',
    events: ['BlockLikelihoodChanged'],
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'delete',
  },
  'contact-policies.v1': {
    owner: 'outreach',
    events: [
      'ConsentGiven',
      'ConsentWithdrawn',
      'ContactAllowed',
      'ContactDenied',
      'ContactSuppressed',
      'SuppressionLifted',
    ],
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'delete',
  },
  'data-requests.v1': {
    owner: 'compliance',
    events: ['DataRequestReceived'],
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'delete',
  },
  // Compacted: a service that was away reads the whole fence before it is ready.
  'privacy-fence.v1': {
    owner: 'compliance',
    events: ['SubjectFenced'],
    partitions,
    retentionDays: 7,
    cleanupPolicy: 'compact',
  },
} as const satisfies Record<string, TopicDefinition>;

export type TopicName = keyof typeof topics;

const topicByType = new Map<string, TopicName>(
  (Object.keys(topics) as TopicName[]).flatMap((name) =>
    topics[name].events.map((type) => [type, name] as const),
  ),
);

/** The topic that carries a type, or undefined: the event is private to its service. */
export const topicOf = (type: string): TopicName | undefined => topicByType.get(type);
