import type { Identities, SignalKind } from '@tact/contracts';
import {
  Change,
  Entry,
  Message,
  MessagesValue,
  Status,
  type WebhookBody,
} from './whatsapp-payload.ts';

/** One thing a webhook says about one person, in our words. It still names the person: never stored. */
export type Observation = {
  readonly wabaId: string;
  readonly identities: Identities;
  readonly kind: SignalKind;
  /** Milliseconds since the epoch, by WhatsApp's clock. */
  readonly occurredAt: number;
  readonly wamid: string;
  /** What makes the fact one fact, whatever envelope it comes in: duplicates share it. */
  readonly factKey: readonly string[];
  readonly sender?: string;
  readonly code?: number;
  readonly messageCategory?: 'marketing' | 'utility' | 'authentication' | 'service';
  readonly inboundType?: string;
};

export const skipReasons = [
  'foreign-object',
  'foreign-account',
  'field-not-supported',
  'value-unreadable',
  'status-unknown',
  'group-message',
  'message-not-from-contact',
  'account-error',
  'person-not-named',
  'timestamp-in-future',
] as const;
export type SkipReason = (typeof skipReasons)[number];

export type Reading = {
  readonly observations: readonly Observation[];
  /** Every part that was not understood, with its reason: nothing is dropped silently. */
  readonly skipped: readonly SkipReason[];
};

const statusKinds: Record<string, SignalKind> = {
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

/** Clocks differ; a fact further ahead than this is held back as unreadable. */
const clockSkewMaxMs = 5 * 60_000;

type Place = { readonly wabaId: string; readonly sender?: string };

const identitiesOf = (phone: string | undefined, bsuid: string | undefined): Identities => ({
  // WhatsApp writes E.164 without its plus sign.
  ...(phone === undefined ? {} : { phone: phone.startsWith('+') ? phone : `+${phone}` }),
  ...(bsuid === undefined ? {} : { bsuid }),
});

const named = (identities: Identities): boolean =>
  identities.phone !== undefined || identities.bsuid !== undefined;

const readStatus = (part: unknown, place: Place): Observation | SkipReason => {
  const parsed = Status.safeParse(part);
  if (!parsed.success) return 'value-unreadable';
  const status = parsed.data;
  const kind = statusKinds[status.status];
  if (kind === undefined) return 'status-unknown';
  // A shared group delivers its receipts even under a block: they must not count as a sign of life here.
  if (status.recipient_type === 'group') return 'group-message';
  const identities = identitiesOf(status.recipient_id, status.recipient_user_id);
  if (!named(identities)) return 'person-not-named';
  const code = status.errors?.[0]?.code;
  const messageCategory = categories[status.pricing?.category ?? ''];
  return {
    ...place,
    identities,
    kind,
    occurredAt: status.timestamp * 1000,
    wamid: status.id,
    factKey: [place.sender ?? '', status.id, status.status],
    ...(code === undefined ? {} : { code }),
    ...(messageCategory === undefined ? {} : { messageCategory }),
  };
};

const readMessage = (part: unknown, place: Place): Observation | SkipReason => {
  const parsed = Message.safeParse(part);
  if (!parsed.success) return 'value-unreadable';
  const message = parsed.data;
  if (message.type === 'system') return 'message-not-from-contact';
  // Whoever blocked us still writes in a group we share.
  if (message.group_id !== undefined && message.group_id !== null) return 'group-message';
  const identities = identitiesOf(message.from, message.from_user_id);
  if (!named(identities)) return 'person-not-named';
  return {
    ...place,
    identities,
    kind: 'inbound-message',
    occurredAt: message.timestamp * 1000,
    wamid: message.id,
    factKey: [place.sender ?? '', message.id, 'inbound'],
    inboundType: /^[a-z_]{1,40}$/.test(message.type) ? message.type : 'other',
  };
};

type Parts = readonly (Observation | SkipReason)[];

const readChange = (given: unknown, wabaId: string): Parts => {
  const change = Change.safeParse(given);
  if (!change.success) return ['value-unreadable'];
  if (change.data.field !== 'messages') return ['field-not-supported'];
  const parsed = MessagesValue.safeParse(change.data.value);
  if (!parsed.success) return ['value-unreadable'];
  const { metadata, statuses = [], messages = [], errors = [] } = parsed.data;
  const sender = metadata?.phone_number_id;
  const place = { wabaId, ...(sender === undefined ? {} : { sender }) };
  return [
    ...statuses.map((part) => readStatus(part, place)),
    ...messages.map((part) => readMessage(part, place)),
    ...errors.map(() => 'account-error' as const),
  ];
};

const readEntry = (given: unknown, wabaIds: ReadonlySet<string>): Parts => {
  const entry = Entry.safeParse(given);
  if (!entry.success) return ['value-unreadable'];
  const { id, changes } = entry.data;
  if (!wabaIds.has(id)) return ['foreign-account'];
  return changes.flatMap((change) => readChange(change, id));
};

/**
 * Reads a WhatsApp webhook into observations. Pure: the same body, accounts and clock give the same
 * reading. A body for another account, or a part of an unknown shape, is skipped with its reason.
 */
export const readWebhook = (
  body: WebhookBody,
  { wabaIds, now }: { wabaIds: ReadonlySet<string>; now: Date },
): Reading => {
  if (body.object !== 'whatsapp_business_account') {
    return { observations: [], skipped: ['foreign-object'] };
  }
  const latest = now.getTime() + clockSkewMaxMs;
  const parts = body.entry.flatMap((entry) => readEntry(entry, wabaIds));
  const settled = parts.map((part) =>
    typeof part !== 'string' && part.occurredAt > latest ? 'timestamp-in-future' : part,
  );
  return {
    observations: settled.filter((part) => typeof part !== 'string'),
    skipped: settled.filter((part) => typeof part === 'string'),
  };
};
