import type { SignalKind } from '@tact/contracts';
import { canonicalIdentity, InvalidIdentity } from '@tact/platform';
import { z } from 'zod';
import {
  identitiesOf,
  isNamed,
  isStop,
  type Observation,
  senderOf,
  partsOf,
  type Parts,
  type Place,
  type ReadValue,
  timeOf,
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
  timestamp: lenient(Timestamp),
  from: Digits,
  from_user_id: Text,
  to: Digits,
  to_user_id: Text,
  ...spokenFields,
  history_context: lenient(z.looseObject({ status: Text })),
});
const Thread = z.looseObject({
  id: z.union([z.string().min(1), z.int().nonnegative().transform(String)]),
  messages: Items,
});
const Chunk = z.looseObject({ threads: Items, errors: lenient(z.array(z.unknown())) });
const History = z.looseObject({
  history: Items,
  metadata: lenient(z.looseObject({ display_phone_number: Digits })),
});

const pastKinds: Record<string, SignalKind> = {
  SENT: 'message-sent',
  DELIVERED: 'message-delivered',
  READ: 'message-read',
  PLAYED: 'message-played',
};

/** A phone in one spelling, whichever it was written in; another name is as it stands. */
const spelt = (name: string): string => {
  const plain = name.replaceAll(/[\s().-]/g, '');
  if (!/^\+?\d+$/.test(plain)) return name;
  const phone = plain.startsWith('+') ? plain : `+${plain}`;
  try {
    return canonicalIdentity('phone', phone);
  } catch (error) {
    if (error instanceof InvalidIdentity) return phone;
    throw error;
  }
};
const isPhone = (name: string): boolean => spelt(name).startsWith('+');

/** Whose conversation it is, and the number we had it with where it is told. */
type Conversation = { readonly thread: string; readonly ours: string | undefined };

/**
 * Whether the person wrote it. A thread may be named by the person's user id while its messages are named by phones: then
 * it is the person's where it was sent to nobody else and not from our number.
 */
const isFromContact = (past: z.infer<typeof Past>, { thread, ours }: Conversation): boolean => {
  const { from, from_user_id: bsuid } = past;
  if (bsuid === thread || (from !== undefined && spelt(from) === spelt(thread))) return true;
  if (isPhone(thread) || (past.to ?? past.to_user_id) !== undefined) return false;
  return from !== undefined && ours !== undefined && spelt(from) !== spelt(ours);
};

type PastFact = Omit<Observation, 'kind' | 'factKey'>;

/** What a message of the person tells. Without its time it is no evidence of a day; a stop in it holds all the same. */
const inboundPartsOf = (
  past: z.infer<typeof Past>,
  fact: PastFact,
  key: readonly string[],
): Parts => {
  // Whoever refused before we were there to hear it has refused.
  const wishes = wishesIn(past, fact, key);
  if (past.timestamp === undefined) {
    const stops = wishes.filter(isStop);
    return partsOf(stops.length > 0 ? stops : ['value-unreadable']);
  }
  const kind = 'inbound-message';
  return [{ ...fact, kind, inboundType: 'history', factKey: [...key, 'history', kind] }, ...wishes];
};

const readPast = (past: z.infer<typeof Past>, whose: Conversation, place: Place): Parts => {
  const { thread } = whose;
  const fact: PastFact = {
    about: 'person',
    ...senderOf(place),
    identities: identitiesOf(isPhone(thread) ? { phone: spelt(thread) } : { bsuid: thread }),
    occurredAt: timeOf(past.timestamp, place),
    wamid: past.id,
    backfill: true,
  };
  const key = [place.sender ?? '', past.id];
  if (isFromContact(past, whose)) return inboundPartsOf(past, fact, key);
  if (past.timestamp === undefined) return ['value-unreadable'];
  if (isNoMessage(past.type)) return ['not-a-message'];
  const kind = pastKinds[past.history_context?.status ?? ''];
  if (kind === undefined) return ['status-unknown'];
  // Apart from what was told live: the history gives the time of sending to whatever became of a message.
  return [{ ...fact, kind, factKey: [...key, 'history', kind] }];
};

/** Field `history`: months of conversations at once. It seeds the story and counts in no cap. */
export const readHistory: ReadValue = (value, place) => {
  const parsed = History.safeParse(value);
  if (!parsed.success) return ['value-unreadable'];
  const ours = parsed.data.metadata?.display_phone_number;
  const parts = eachOf(parsed.data.history, Chunk, ({ threads, errors }) =>
    partsOf([
      ...(errors === undefined ? [] : ['history-declined' as const]),
      ...eachOf(threads, Thread, ({ id: thread, messages }) =>
        partsOf(eachOf(messages, Past, (past) => readPast(past, { thread, ours }, place))),
      ),
    ]),
  );
  return partsOf(parts);
};
