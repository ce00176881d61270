import type { SignalKind } from '@tact/contracts';
import { evidenceOf, provesArrival, stageOf } from '@tact/domain';
import { z } from 'zod';
import {
  identitiesOf,
  isNamed,
  isStop,
  senderOf,
  type Observation,
  type Part,
  type Place,
  timeOf,
} from './parts.ts';
import { aggregateOf } from './sender.ts';
import { Digits, eachOf, Errors, lenient, Text, Timestamp } from './schemas.ts';

const Status = z.looseObject({
  id: z.string().min(1),
  status: z.string(),
  timestamp: lenient(Timestamp),
  recipient_id: Digits,
  recipient_user_id: Text,
  recipient_parent_user_id: Text,
  recipient_type: z.string().optional(),
  recipient_participant_id: Digits,
  recipient_participant_user_id: Text,
  pricing: lenient(z.looseObject({ category: Text })),
  errors: Errors,
});
type Status = z.infer<typeof Status>;

const kinds: Record<string, SignalKind> = {
  sent: 'message-sent',
  delivered: 'message-delivered',
  read: 'message-read',
  played: 'message-played',
  failed: 'message-failed',
};

const categories: Record<string, NonNullable<Observation['messageCategory']>> = {
  marketing: 'marketing',
  utility: 'utility',
  authentication: 'authentication',
  service: 'service',
};

/** A receipt of a shared group comes under a block too: it tells that the phone is on, and no more. */
const ofGroup = (status: Status, kind: SignalKind, place: Place): Part => {
  if (!provesArrival.has(kind)) return 'group-message';
  const phone = status.recipient_participant_id;
  const bsuid = status.recipient_participant_user_id;
  const identities = identitiesOf({ phone, bsuid });
  if (!isNamed(identities)) return 'person-not-named';
  return {
    about: 'person',
    ...senderOf(place),
    identities,
    kind: 'group-receipt',
    occurredAt: timeOf(status.timestamp, place),
    factKey: [place.sender ?? '', status.id, status.status, bsuid ?? phone ?? ''],
  };
};

/** The first error speaks, but for one by which the person asks us to stop: that is heard wherever it stands. */
const codeOf = (errors: Status['errors']): number | undefined =>
  (errors?.find((error) => evidenceOf(error?.code) === 'opt_out') ?? errors?.[0])?.code;

/** Why it failed and what it was billed as, where the status says so. */
const detailsOf = ({ errors, pricing }: Status): Pick<Observation, 'code' | 'messageCategory'> => {
  const code = codeOf(errors);
  const messageCategory = categories[pricing?.category ?? ''];
  return {
    ...(code === undefined ? {} : { code }),
    ...(messageCategory === undefined ? {} : { messageCategory }),
  };
};

const readStatus = (status: Status, place: Place): Part => {
  const kind = kinds[status.status];
  if (kind === undefined) return 'status-unknown';
  if (status.recipient_type === 'group') return ofGroup(status, kind, place);
  const identities = identitiesOf({
    phone: status.recipient_id,
    bsuid: status.recipient_user_id,
    parentBsuid: status.recipient_parent_user_id,
  });
  const fact = {
    ...senderOf(place),
    kind,
    occurredAt: timeOf(status.timestamp, place),
    wamid: status.id,
    factKey: [place.sender ?? '', status.id, status.status],
    ...detailsOf(status),
  };
  if (isNamed(identities)) return { about: 'person', identities, ...fact };
  return stageOf(kind) === 'failed' ? { about: 'message', ...fact } : 'person-not-named';
};

/** Statuses of our own messages. */
export const readStatuses = (statuses: readonly unknown[], place: Place): readonly Part[] =>
  eachOf(statuses, Status, (status) => {
    const part = readStatus(status, place);
    if (status.timestamp === undefined && !isStop(part)) return ['value-unreadable'];
    return [part, ...aggregateOf(status.errors, { ...place, at: timeOf(status.timestamp, place) })];
  });
