import type { SignalKind } from '@tact/contracts';
import { z } from 'zod';
import {
  identitiesOf,
  isNamed,
  senderOf,
  partsOf,
  type Part,
  type Parts,
  type Place,
  type ReadValue,
} from './parts.ts';
import { eachOf, Items, lenient, Text, Timestamp } from './schemas.ts';

const Echo = z.looseObject({
  id: z.string().min(1),
  timestamp: Timestamp,
  to: Text,
  to_user_id: Text,
});
const Echoes = z.looseObject({ message_echoes: Items });

/** Field `smb_message_echoes`: a human wrote from the Business App. It is a message of ours like any other. */
export const readEchoes: ReadValue = (value, place) => {
  const parsed = Echoes.safeParse(value);
  if (!parsed.success) return ['value-unreadable'];
  const parts = eachOf(parsed.data.message_echoes, Echo, (echo): Parts => {
    const identities = identitiesOf({ phone: echo.to, bsuid: echo.to_user_id });
    if (!isNamed(identities)) return ['person-not-named' as const];
    return [
      {
        about: 'person' as const,
        ...senderOf(place),
        identities,
        kind: 'message-sent' as const,
        occurredAt: echo.timestamp * 1000,
        wamid: echo.id,
        factKey: [place.sender ?? '', echo.id, 'sent'],
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
  timestamp: Timestamp,
  from: Text,
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

const readPast = (past: z.infer<typeof Past>, phone: string, place: Place): Part => {
  const fromContact = past.from === phone;
  const kind = fromContact
    ? ('inbound-message' as const)
    : pastKinds[past.history_context?.status ?? ''];
  if (kind === undefined) return 'status-unknown';
  return {
    about: 'person',
    ...senderOf(place),
    identities: identitiesOf({ phone }),
    kind,
    occurredAt: past.timestamp * 1000,
    wamid: past.id,
    backfill: true,
    // Apart from what was told live: the history gives the time of sending to whatever became of a message.
    factKey: [place.sender ?? '', past.id, 'history', kind],
    ...(fromContact ? { inboundType: 'history' } : {}),
  };
};

/** Field `history`: months of conversations at once. It seeds the story and counts in no cap. */
export const readHistory: ReadValue = (value, place) => {
  const parsed = History.safeParse(value);
  if (!parsed.success) return ['value-unreadable'];
  const parts = eachOf(parsed.data.history, Chunk, ({ threads, errors }) =>
    partsOf([
      ...(errors === undefined ? [] : ['history-declined' as const]),
      ...eachOf(threads, Thread, ({ id, messages }) =>
        partsOf(eachOf(messages, Past, (past) => [readPast(past, id, place)])),
      ),
    ]),
  );
  return partsOf(parts);
};
