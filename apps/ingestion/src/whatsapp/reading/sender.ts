import { type SenderSignalKind, DAY_MS } from '@tact/contracts';
import { callEvidenceOf, evidenceOf } from '@tact/domain';
import { z } from 'zod';
import { senderOf, type Place, type ReadValue, type SenderObservation } from './parts.ts';
import { type Errors, lenient, Text } from './schemas.ts';

const Value = z.looseObject({
  event: Text,
  message_template_id: lenient(z.union([z.string(), z.int()])),
  message_template_name: Text,
  previous_quality_score: Text,
  new_quality_score: Text,
  previous_category: Text,
  new_category: Text,
  max_daily_conversations_per_business: lenient(z.union([z.string(), z.int()])),
  entity_type: Text,
  alert_type: Text,
  alert_severity: Text,
  alert_status: Text,
  decision: Text,
});
type Value = z.infer<typeof Value>;

const short = (text: string | number | undefined, max = 80): string | undefined =>
  text === undefined || text === '' ? undefined : String(text).slice(0, max);

type States = readonly [now: string | number | undefined, before: string | undefined];

/** The new state and the one before, in WhatsApp's own words. */
const statesOf: Record<string, (value: Value) => States> = {
  'template-quality-changed': (value) => [value.new_quality_score, value.previous_quality_score],
  'template-category-changed': (value) => [value.new_category, value.previous_category],
  'capability-changed': (value) => [value.max_daily_conversations_per_business, undefined],
  'account-alert': (value) => [value.alert_type ?? value.event, undefined],
};

/** WABA, field and value make one fact; the day, where the entry has no time, lets a state come back later. */
const keyOf = (value: unknown, field: string, { wabaId, entryAt }: Place): readonly string[] => [
  'sender',
  wabaId,
  field,
  JSON.stringify(value),
  String(Math.floor(entryAt / DAY_MS)),
];

/** Reads a field about our own account, number or templates as one signal of a kind. */
export const readSender =
  (kind: SenderSignalKind, field: string): ReadValue =>
  (value, place) => {
    const parsed = Value.safeParse(value);
    if (!parsed.success) return ['value-unreadable'];
    const [state, previous] = statesOf[kind]?.(parsed.data) ?? [parsed.data.event, undefined];
    const template = short(parsed.data.message_template_name, 512);
    const texts = { state: short(state), previousState: short(previous), template };
    const known = Object.fromEntries(
      Object.entries(texts).filter(([, text]) => text !== undefined),
    );
    const observation: SenderObservation = {
      about: 'sender',
      kind,
      occurredAt: place.entryAt,
      wabaId: place.wabaId,
      ...senderOf(place),
      ...known,
      factKey: keyOf(value, field, place),
    };
    return [observation];
  };

const AccountError = z.looseObject({ code: lenient(z.int32()) });

/** Errors beside the messages: of the app or the number, no contact is concerned. */
export const readAccountErrors = (
  errors: readonly unknown[],
  place: Place,
): readonly SenderObservation[] =>
  errors.map((error): SenderObservation => {
    const code = AccountError.safeParse(error).data?.code;
    return {
      about: 'sender',
      kind: 'account-error',
      occurredAt: place.entryAt,
      wabaId: place.wabaId,
      ...senderOf(place),
      ...(code === undefined ? {} : { code }),
      factKey: keyOf(error, 'errors', place),
    };
  });

const isAggregate = (code: number): boolean =>
  evidenceOf(code) === 'sender_aggregate' || callEvidenceOf(code) === 'sender_aggregate';

/**
 * Some failures say that many people blocked or reported us: that is about the sender, whoever the message was for.
 * Once a day, number and code, however many messages it hits. `at` in milliseconds since the epoch.
 */
export const aggregateOf = (
  errors: Errors,
  { at, ...place }: Place & { readonly at: number },
): readonly SenderObservation[] => {
  const code = errors?.[0]?.code;
  if (code === undefined || !isAggregate(code)) return [];
  const day = Math.floor(at / DAY_MS);
  return [
    {
      about: 'sender',
      kind: 'account-error',
      occurredAt: at,
      wabaId: place.wabaId,
      code,
      ...senderOf(place),
      factKey: ['aggregate', place.wabaId, place.sender ?? '', String(code), String(day)],
    },
  ];
};
