import { z } from 'zod';
import { identitiesOf, isNamed, partsOf, type IdentityChange, type SkipReason } from './parts.ts';
import { Digits, eachOf, Items, lenient, Text, Timestamp } from './schemas.ts';
import type { ReadValue } from './parts.ts';

const System = z.looseObject({
  id: z.string(),
  timestamp: Timestamp,
  from: Digits,
  from_user_id: Text,
  from_parent_user_id: Text,
  system: z.looseObject({
    type: z.string(),
    body: Text,
    wa_id: Digits,
    /** Until version 12 of the API. */
    new_wa_id: Digits,
    /** The number before, where the message names no sender. */
    customer: Digits,
    user_id: Text,
    parent_user_id: Text,
    previous_user_id: Text,
    previous_parent_user_id: Text,
  }),
});
type System = z.infer<typeof System>;

const becauseOf: Readonly<Record<string, IdentityChange['because']>> = {
  user_changed_number: 'number-changed',
  customer_changed_number: 'number-changed',
  user_changed_user_id: 'user-id-changed',
};

/** A BSUID as it stands in a sentence: `CC.` or `CC.ENT.` and its id. */
const bsuids = /\b[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}\b/g;
/** A number as it stands in a sentence of any language. */
const numbers = /\+?\d(?:[\s().-]{0,2}\d){6,14}/g;

/** A sentence without direction marks, its digits and letters the plain ones: Arabic writes other digits. */
const plain = (body: string): string =>
  body
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, ' ')
    .replaceAll(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15));

/**
 * The one identity of its sort in a sentence beside those that are known. Of two nothing is guessed: the sentence holds the
 * person's own name, and anybody may take another's identity for a name.
 */
const onlyOther = (
  found: readonly string[],
  known: readonly (string | undefined)[],
): string | undefined => {
  const others = new Set(found.filter((one) => !known.includes(one)));
  const [first] = others;
  return others.size === 1 ? first : undefined;
};

const numbersIn = (body: string | undefined): readonly string[] =>
  (plain(body ?? '').match(numbers) ?? []).map((number) => number.replaceAll(/\D/g, ''));

/** The number before and the number after; a field says it, or else the sentence. */
const phonesOf = ({ from, system }: System) => {
  const { wa_id: waId, new_wa_id: newWaId, customer, body } = system;
  const said = numbersIn(body);
  const after = newWaId ?? (waId === from ? undefined : waId);
  const before = from ?? customer ?? onlyOther(said, [after]);
  return { before, after: after ?? onlyOther(said, [before]) };
};

const bsuidBefore = ({ from_user_id: from, system }: System): string | undefined => {
  const { previous_user_id: previous, user_id: current, body } = system;
  if (previous !== undefined || (from !== undefined && from !== current)) return previous ?? from;
  return onlyOther(plain(body ?? '').match(bsuids) ?? [], [current]);
};

/** A system message: the person changed number, or WhatsApp changed the person's id. */
export const readSystem = (message: unknown): IdentityChange | SkipReason => {
  const parsed = System.safeParse(message);
  if (!parsed.success) return 'message-not-from-contact';
  const { id, timestamp, from_parent_user_id: fromParent, system } = parsed.data;
  const because = Object.hasOwn(becauseOf, system.type) ? becauseOf[system.type] : undefined;
  if (because === undefined) return 'message-not-from-contact';
  // Of a changed id the message names the number, if any, which stays.
  const { before, after } =
    because === 'number-changed'
      ? phonesOf(parsed.data)
      : { before: parsed.data.from, after: undefined };
  const previous = identitiesOf({
    phone: before,
    bsuid: bsuidBefore(parsed.data),
    parentBsuid: system.previous_parent_user_id ?? fromParent,
  });
  const current = identitiesOf({
    phone: after,
    bsuid: system.user_id,
    parentBsuid: system.parent_user_id,
  });
  if (!isNamed(previous) || !isNamed(current)) return 'person-not-named';
  return {
    about: 'identity',
    previous,
    current,
    occurredAt: timestamp * 1000,
    because,
    factKey: [id, system.type],
  };
};

const UserIdUpdate = z.looseObject({
  user_id: z.looseObject({ previous: z.string().min(1), current: z.string().min(1) }),
  parent_user_id: lenient(z.looseObject({ previous: Text, current: Text })),
  wa_id: Digits,
  timestamp: Timestamp,
});
const UserIdUpdates = z.looseObject({ user_id_update: Items });

/** Field `user_id_update`: both ids are the same person's, and so is the number it names, if any. */
export const readUserIdUpdates: ReadValue = (value) => {
  const parsed = UserIdUpdates.safeParse(value);
  if (!parsed.success) return ['value-unreadable'];
  const parts = eachOf(parsed.data.user_id_update, UserIdUpdate, ({ user_id: ids, ...update }) => [
    {
      about: 'identity',
      because: 'user-id-changed' as const,
      previous: identitiesOf({
        bsuid: ids.previous,
        parentBsuid: update.parent_user_id?.previous,
      }),
      current: identitiesOf({
        phone: update.wa_id,
        bsuid: ids.current,
        parentBsuid: update.parent_user_id?.current,
      }),
      occurredAt: update.timestamp * 1000,
      factKey: ['user-id-update', ids.previous, ids.current],
    },
  ]);
  return partsOf(parts);
};
