import type { SignalKind } from '@tact/contracts';
import { z } from 'zod';
import {
  identitiesOf,
  isNamed,
  senderOf,
  partsOf,
  type Parts,
  type Place,
  type ReadValue,
} from './parts.ts';
import { wishesIn } from './inbound.ts';
import { spokenFields } from './said.ts';
import { Digits, eachOf, Items, lenient, Text, Timestamp } from './schemas.ts';

/** What the app tells of that no phone waits for: the person gets no message by it. Any other type is a message. */
const noMessages = new Set(['edit', 'revoke', 'delete', 'reaction', 'read', 'typing', 'system']);
const isNoMessage = (type: string | undefined): boolean =>
  noMessages.has((type ?? '').toLowerCase());

const Echo = z.looseObject({
  id: z.string().min(1),
  type: Text,
  timestamp: Timestamp,
  to: Digits,
  to_user_id: Text,
  to_parent_user_id: Text,
});
const Echoes = z.looseObject({ message_echoes: Items });

/**
 * Field `smb_message_echoes`: a human wrote from the Business App. It is a message of ours like any other. Of what is none it
 * is kept that it is none: statuses of it may follow.
 */
export const readEchoes: ReadValue = (value, place) => {
  const parsed = Echoes.safeParse(value);
  if (!parsed.success) return ['value-unreadable'];
  const parts = eachOf(parsed.data.message_echoes, Echo, (echo): Parts => {
    const { to: phone, to_user_id: bsuid, to_parent_user_id: parentBsuid } = echo;
    const identities = identitiesOf({ phone, bsuid, parentBsuid });
    if (!isNamed(identities)) return ['person-not-named' as const];
    const isNone = isNoMessage(echo.type);
    return [
      {
        about: 'person' as const,
        ...senderOf(place),
        identities,
        kind: isNone ? ('reaction-sent' as const) : ('message-sent' as const),
        occurredAt: echo.timestamp * 1000,
        wamid: echo.id,
        factKey: [place.sender ?? '', echo.id, isNone ? 'no-message' : 'sent'],
      },
    ];
  });
  return partsOf(parts);
};

const StateSync = z.looseObject({ state_sync: Items });

/** Field `smb_app_state_sync`: the phone's contact book. Who stands in it did not agree to be known here. */
export const readContactBook: ReadValue = (value) => {
  const parsed = StateSync.safeParse(value);
  if (!parsed.success) return ['value-unreadable'];
  return partsOf(parsed.data.state_sync.map(() => 'contact-book' as const));
};

const Past = z.looseObject({
  id: z.string().min(1),
  type: Text,
  timestamp: Timestamp,
  from: Digits,
  ...spokenFields,
  history_context: lenient(z.looseObject({ status: Text })),
});
const Thread = z.looseObject({ id: z.string().min(1), messages: Items });
const Chunk = z.looseObject({ threads: Items, errors: lenient(z.array(z.unknown())) });
const History = z.looseObject({ history: Items });

const pastKinds: Record<string, SignalKind> = {
  SENT: 'message-sent',
  DELIVERED: 'message-delivered',
  READ: 'message-read',
  PLAYED: 'message-played',
};

const readPast = (past: z.infer<typeof Past>, phone: string, place: Place): Parts => {
  const fact = {
    about: 'person' as const,
    ...senderOf(place),
    identities: identitiesOf({ phone }),
    occurredAt: past.timestamp * 1000,
    wamid: past.id,
    backfill: true as const,
  };
  const key = [place.sender ?? '', past.id];
  const isFromContact = past.from === phone;
  if (!isFromContact && isNoMessage(past.type)) return ['not-a-message'];
  const kind = isFromContact
    ? ('inbound-message' as const)
    : pastKinds[past.history_context?.status ?? ''];
  if (kind === undefined) return ['status-unknown'];
  // Apart from what was told live: the history gives the time of sending to whatever became of a message.
  const observed = { ...fact, kind, factKey: [...key, 'history', kind] };
  if (!isFromContact) return [observed];
  // Whoever refused before we were there to hear it has refused.
  return [{ ...observed, inboundType: 'history' }, ...wishesIn(past, fact, key)];
};

/** Field `history`: months of conversations at once. It seeds the story and counts in no cap. */
export const readHistory: ReadValue = (value, place) => {
  const parsed = History.safeParse(value);
  if (!parsed.success) return ['value-unreadable'];
  const parts = eachOf(parsed.data.history, Chunk, ({ threads, errors }) =>
    partsOf([
      ...(errors === undefined ? [] : ['history-declined' as const]),
      ...eachOf(threads, Thread, ({ id, messages }) =>
        partsOf(eachOf(messages, Past, (past) => readPast(past, id, place))),
      ),
    ]),
  );
  return partsOf(parts);
};
