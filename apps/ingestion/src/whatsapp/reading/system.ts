import { z } from 'zod';
import { identitiesOf, isNamed, partsOf, type IdentityChange, type SkipReason } from './parts.ts';
import { eachOf, Items, lenient, Text, Timestamp } from './schemas.ts';
import type { ReadValue } from './parts.ts';

const System = z.looseObject({
  id: z.string(),
  timestamp: Timestamp,
  from: Text,
  from_user_id: Text,
  system: z.looseObject({ type: z.string(), body: Text, wa_id: Text, user_id: Text }),
});

/** A BSUID is named in the text alone where the message names no sender: `CC.` or `CC.ENT.` and its id. */
const bsuidIn = /\b[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}\b/g;

/** A system message: the person changed number, or WhatsApp changed the person's id. */
export const readSystem = (message: unknown): IdentityChange | SkipReason => {
  const parsed = System.safeParse(message);
  if (!parsed.success) return 'message-not-from-contact';
  const { id, timestamp, from, from_user_id: fromUserId, system } = parsed.data;
  const isNumber = system.type === 'user_changed_number';
  if (!isNumber && system.type !== 'user_changed_user_id') return 'message-not-from-contact';
  const said = system.body?.match(bsuidIn) ?? [];
  const before = fromUserId ?? said.find((bsuid) => bsuid !== system.user_id);
  const previous = identitiesOf({ phone: from, bsuid: before });
  const current = identitiesOf({ phone: system.wa_id, bsuid: system.user_id });
  if (!isNamed(previous) || !isNamed(current)) return 'person-not-named';
  return {
    about: 'identity',
    previous,
    current,
    occurredAt: timestamp * 1000,
    because: isNumber ? 'number-changed' : 'user-id-changed',
    factKey: [id, system.type],
  };
};

const UserIdUpdate = z.looseObject({
  user_id: z.looseObject({ previous: z.string().min(1), current: z.string().min(1) }),
  parent_user_id: lenient(z.looseObject({ current: Text })),
  timestamp: Timestamp,
});
const UserIdUpdates = z.looseObject({ user_id_update: Items });

/** Field `user_id_update`: both ids are the same person's. */
export const readUserIdUpdates: ReadValue = (value) => {
  const parsed = UserIdUpdates.safeParse(value);
  if (!parsed.success) return ['value-unreadable'];
  const parts = eachOf(parsed.data.user_id_update, UserIdUpdate, ({ user_id: ids, ...update }) => [
    {
      about: 'identity',
      because: 'user-id-changed' as const,
      previous: identitiesOf({ bsuid: ids.previous }),
      current: identitiesOf({ bsuid: ids.current, parentBsuid: update.parent_user_id?.current }),
      occurredAt: update.timestamp * 1000,
      factKey: ['user-id-update', ids.previous, ids.current],
    },
  ]);
  return partsOf(parts);
};
