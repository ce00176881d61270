import type { WhatsAppWebhook } from '@tact/contracts';
import { z } from 'zod';
import { isDatedAhead } from '../signals/attributed-signal.ts';
import { withAcquaintances } from './reading/acquaintances.ts';
import { readCalls } from './reading/calls.ts';
import { readContactBook, readEchoes, readHistory } from './reading/coexistence.ts';
import { readGroups } from './reading/groups.ts';
import { readInbound } from './reading/inbound.ts';
import {
  type Acquaintance,
  type IdentityChange,
  type Observation,
  type OrphanFailure,
  type Part,
  type Parts,
  type ReadValue,
  type SenderObservation,
  type SkipReason,
  partsOf,
} from './reading/parts.ts';
import { readPreferences } from './reading/preferences.ts';
import { Items, lenient, ShortText, Timestamp } from './reading/schemas.ts';
import { readAccountErrors, readSender } from './reading/sender.ts';
import { readStatuses } from './reading/statuses.ts';
import { readUserIdUpdates } from './reading/system.ts';

const Entry = z.looseObject({ id: z.string(), time: lenient(Timestamp), changes: Items });
const Change = z.looseObject({ field: z.string(), value: z.unknown() });
const Metadata = z.looseObject({
  metadata: lenient(z.looseObject({ phone_number_id: ShortText })),
});

const Messages = z.looseObject({
  statuses: Items,
  messages: Items,
  errors: Items,
});
const readMessages: ReadValue = (value, place) => {
  const parsed = Messages.safeParse(value);
  if (!parsed.success) return ['value-unreadable'];
  const { statuses, messages, errors } = parsed.data;
  return partsOf([
    ...readStatuses(statuses, place),
    ...readInbound(messages, place),
    ...readAccountErrors(errors, place),
  ]);
};

/** Every field Tact takes, by Meta's name. Another one is skipped and counted. */
const fields: Readonly<Record<string, ReadValue>> = {
  messages: readMessages,
  user_preferences: readPreferences,
  user_id_update: readUserIdUpdates,
  calls: readCalls,
  smb_message_echoes: readEchoes,
  smb_app_state_sync: readContactBook,
  history: readHistory,
  group_lifecycle_update: readGroups,
  group_participants_update: readGroups,
  group_settings_update: readGroups,
  group_status_update: readGroups,
  message_template_quality_update: readSender('template-quality-changed', 'template-quality'),
  message_template_status_update: readSender('template-status-changed', 'template-status'),
  template_category_update: readSender('template-category-changed', 'template-category'),
  phone_number_quality_update: readSender('phone-quality-changed', 'phone-quality'),
  phone_number_name_update: readSender('phone-number-changed', 'phone-name'),
  account_update: readSender('account-changed', 'account'),
  account_alerts: readSender('account-alert', 'account-alerts'),
  business_capability_update: readSender('capability-changed', 'capability'),
};

export type Reading = {
  readonly observations: readonly Observation[];
  readonly orphans: readonly OrphanFailure[];
  readonly senderObservations: readonly SenderObservation[];
  readonly identityChanges: readonly IdentityChange[];
  /** People whom the body names by more than one identity. */
  readonly acquaintances: readonly Acquaintance[];
  /** Every part that was not understood, with its reason: nothing is dropped silently. */
  readonly skipped: readonly SkipReason[];
};

type Reader = { readonly wabaIds: ReadonlySet<string>; readonly now: Date };

const readEntry = (given: unknown, { wabaIds, now }: Reader): Parts => {
  const entry = Entry.safeParse(given);
  if (!entry.success) return ['value-unreadable'];
  const { id: wabaId, time, changes } = entry.data;
  if (!wabaIds.has(wabaId)) return ['foreign-account'];
  const entryAt = time === undefined ? now.getTime() : time * 1000;
  const found = changes.flatMap((item): readonly Part[] => {
    const change = Change.safeParse(item);
    if (!change.success) return ['value-unreadable' as const];
    const { field, value } = change.data;
    const read = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (read === undefined) return ['field-not-supported' as const];
    const sender = Metadata.safeParse(value).data?.metadata?.phone_number_id;
    const place = { wabaId, entryAt, ...(sender === undefined ? {} : { sender }) };
    return withAcquaintances(read(value, place), value);
  });
  return partsOf(found);
};

/**
 * What is reported of the sender, or of a person's identities, holds from when we receive it: it is no observation whose time
 * is evidence. Facts about people keep the time they bear, and wait for it.
 */
const dated = (part: Part, now: Date): Part =>
  typeof part !== 'string' &&
  (part.about === 'sender' || part.about === 'identity') &&
  isDatedAhead(part.occurredAt, now)
    ? { ...part, occurredAt: now.getTime() }
    : part;

/**
 * Reads a WhatsApp webhook into what it says about people, messages, the sender and identities. Pure: the same
 * body, accounts and clock give the same reading. A body for another account, or a part of an unknown shape, is
 * skipped with its reason.
 */
export const readWebhook = (body: WhatsAppWebhook, reader: Reader): Reading => {
  const isOurs = body.object === 'whatsapp_business_account';
  const read: Parts = isOurs
    ? partsOf(body.entry.flatMap((entry) => readEntry(entry, reader)))
    : ['foreign-object'];
  const parts = read.map((part) => dated(part, reader.now));
  const found = parts.filter((part) => typeof part !== 'string');
  return {
    observations: found.filter((part) => part.about === 'person'),
    orphans: found.filter((part) => part.about === 'message'),
    senderObservations: found.filter((part) => part.about === 'sender'),
    identityChanges: found.filter((part) => part.about === 'identity'),
    acquaintances: found.filter((part) => part.about === 'acquaintance'),
    skipped: parts.filter((part) => typeof part === 'string'),
  };
};
