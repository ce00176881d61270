import { createHash } from 'node:crypto';
import type { EventDataOf, EventEnvelope, SignalKind, SignalRecorded } from '@tact/contracts';
import type { ConsumedEvent } from '@tact/platform';

/** A made-up contact; the same name gives the same id. */
export const contact = (name: string): string =>
  `ct_${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;

/** A message's reference, as ingestion makes them. */
export const message = (name: string): string =>
  `mr_${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;

const uuidOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export type Reported = {
  readonly who: string;
  readonly kind: SignalKind;
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly tenantId?: string;
  readonly messageRef?: string;
  readonly code?: number;
  readonly effectSuspended?: true;
};

/** A fact as the log brings it; the same fact told twice is the same event. */
export const signalEvent = ({
  who,
  kind,
  at,
  tenantId = 'demo',
  ...rest
}: Reported): ConsumedEvent<'SignalRecorded'> => {
  const contactId = contact(`${tenantId}/${who}`);
  const id = uuidOf(JSON.stringify([tenantId, who, kind, at, rest]));
  const data: SignalRecorded = {
    contactId,
    kind,
    occurredAt: at,
    origin: 'whatsapp-webhook',
    ...rest,
  };
  return {
    id,
    source: 'ingestion',
    type: 'SignalRecorded',
    subject: contactId,
    time: at,
    data,
    dataschema: 'urn:tact:event:SignalRecorded:1',
    tenantid: tenantId,
    correlationid: id,
    causationid: id,
    topic: 'contact-signals.v1',
    partition: 0,
    offset: '0',
    shard: 'contact-signals.v1:0',
    shardSeq: 0,
  };
};

/** A message to someone: one event for each status and its time. */
export const messageEvents = (
  who: string,
  name: string,
  statuses: Partial<Record<'sent' | 'delivered' | 'read' | 'failed', string>>,
): ConsumedEvent<'SignalRecorded'>[] =>
  Object.entries(statuses).map(([status, at]) =>
    signalEvent({
      who,
      at,
      kind: `message-${status}` as SignalKind,
      messageRef: message(`${who}/${name}`),
      ...(status === 'failed' ? { code: 131026 } : {}),
    }),
  );

export type IncidentSpan = {
  /** Two hexadecimal digits: which one. */
  readonly nth: string;
  /** RFC 3339 UTC. */
  readonly from: string;
  readonly until?: string;
  readonly tenantId?: string;
};

type IncidentType = 'IncidentOpened' | 'IncidentClosed';

const incidentEvent = <Type extends IncidentType>(
  type: Type,
  data: EventDataOf<Type>,
): EventEnvelope<Type, EventDataOf<Type>> &
  Pick<ConsumedEvent, 'topic' | 'partition' | 'offset' | 'shard' | 'shardSeq'> => {
  const { data: _, ...envelope } = signalEvent({
    who: 'nobody',
    kind: 'message-sent',
    at: data.from,
    tenantId: data.tenantId,
  });
  return {
    ...envelope,
    id: uuidOf(JSON.stringify([type, data])),
    type,
    data,
    subject: data.tenantId,
    dataschema: `urn:tact:event:${type}:1`,
  };
};

/** A tenant-wide incident as the log brings it; the end before the beginning, as it may happen. */
export const incidentEvents = (reported: IncidentSpan): ConsumedEvent<IncidentType>[] => {
  const { nth, from, until, tenantId = 'demo' } = reported;
  const incident = {
    tenantId,
    incidentId: `in_${nth.repeat(16)}`,
    from,
    cause: 'delivery-stall' as const,
  };
  const counts = { openedAt: from, messages: 40, stuck: 38, usualShare: 0.05 };
  const closed =
    until === undefined
      ? []
      : [incidentEvent('IncidentClosed', { ...incident, until, closedAt: until })];
  return [...closed, incidentEvent('IncidentOpened', { ...incident, ...counts })];
};
