import type { EventType } from './registry.ts';

/**
 * Fields of data that is stored often, each list in the order of its places: a row holds their values without the names.
 * Rows of years are read by these lists, so they only grow: a field at the end of its list, a list behind the last.
 */
export const storedShapes = [
  [
    'contactId',
    '$sealed',
    'kind',
    'origin',
    'messageRef',
    'sender',
    'messageCategory',
    'ttlSeconds',
    'code',
    'inboundType',
    'backfill',
    'effectSuspended',
    'baseline',
  ],
  ['contactId', '$sealed', 'messageRef', 'messageCategory', 'precision'],
  ['contactId', 'probability', 'band', 'previousBand', 'modelVersion', 'asOf'],
  ['contactId', '$sealed', 'purpose', 'channel', 'state', 'consentId', 'at', 'proof', 'witness'],
  ['contactId', '$sealed', 'identities', 'replaced'],
] as const satisfies readonly (readonly string[])[];

/** Fields of an object inside data of the lists above, by the field that holds it; it only grows, at its end. */
export const storedInside = {
  proof: ['method', 'noticeId', 'noticeVersion', 'noticeSha256', 'source', 'evidenceRef'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Which list the data of a type is stored by; of all others the names are stored too. */
export const storedShapeOf: Readonly<Partial<Record<EventType, number>>> = {
  SignalRecorded: 0,
  OutboundMessageCounted: 1,
  BlockLikelihoodChanged: 2,
  ConsentDeclared: 3,
  ConsentGiven: 3,
  ConsentWithdrawn: 3,
  WithdrawalDeclared: 3,
  ContactRegistered: 4,
  ContactUpdated: 4,
};

/**
 * Words of the contracts that stored data repeats. A row holds a number in the place of one, so the list only grows, at
 * its end. The first stands for the id of the subject that the row is about.
 */
export const storedWords: readonly string[] = [
  '',
  // Paths of sealed fields.
  '/occurredAt',
  '/at',
  '/identities',
  '/identities/phone',
  '/identities/bsuid',
  '/identities/parentBsuid',
  '/identities/email',
  '/identities/crmId',
  '/timeZone',
  '/language',
  '/attributes',
  '/proof/source',
  '/observer',
  '/saw',
  '/baseline/at',
  '/baseline/saw',
  // Kinds of signals.
  'message-sent',
  'message-delivered',
  'message-read',
  'message-played',
  'message-failed',
  'message-dropped',
  'reaction-sent',
  'inbound-message',
  'call-rang',
  'call-answered',
  'call-rejected',
  'call-not-ringing',
  'photo-seen',
  'photo-missing',
  'presence-seen',
  'presence-missing',
  'group-receipt',
  'group-receipt-missing',
  'group-add-accepted',
  'group-add-refused',
  'complaint-recorded',
  'promotion-sent',
  'marketing-opt-out',
  'marketing-opt-in',
  'number-changed',
  // Where they come from, and how messages are classed.
  'whatsapp-webhook',
  'agent',
  'crm',
  'crm-import',
  'timer',
  'marketing',
  'utility',
  'authentication',
  'service',
  // Consents.
  'whatsapp',
  'email',
  'phone',
  'post',
  'social',
  'signal-analysis',
  'service-message',
  'feedback',
  'given',
  'withdrawn',
  // Bands.
  'reachable',
  'undetermined',
  'unreachable',
  'suspected',
  'probable',
  // Services and types, as the log keeps them.
  'ingestion',
  'scoring',
  'outreach',
  'compliance',
  'ContactRegistered',
  'ContactUpdated',
  'ConsentDeclared',
  'SignalRecorded',
  'MessageCounted',
  'ObjectionHeard',
  'RefusalReceived',
  'ResumptionReceived',
  'WithdrawalDeclared',
  'ContactLinked',
  'SenderSignalRecorded',
  'BlockLikelihoodChanged',
  'ConsentGiven',
  'ConsentWithdrawn',
  'OutboundMessageCounted',
  'ContactAllowed',
  'ContactDenied',
  'ContactSuppressed',
  'SuppressionLifted',
  'DataRequestReceived',
  'SubjectFenced',
  // How consents are shown.
  '/proof/evidenceRef',
  'form',
  'recorded-call',
  'paper',
  'double-opt-in',
  'other',
];
