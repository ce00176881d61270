import { z } from 'zod';
import {
  identitiesOf,
  isNamed,
  senderOf,
  type Observation,
  type Part,
  type Parts,
  type Place,
} from './parts.ts';
import { eachOf, lenient, Text, Timestamp } from './schemas.ts';
import { readSystem } from './system.ts';
import { asksToStop } from './stop-words.ts';

/** What a button or a row of a list stands for, and what it says. */
const Choice = lenient(z.looseObject({ id: Text, title: Text }));

const Message = z.looseObject({
  id: z.string().min(1),
  type: z.string(),
  timestamp: Timestamp,
  from: Text,
  from_user_id: Text,
  from_parent_user_id: Text,
  group_id: z.unknown().optional(),
  text: lenient(z.looseObject({ body: Text })),
  button: lenient(z.looseObject({ payload: Text, text: Text })),
  interactive: lenient(z.looseObject({ button_reply: Choice, list_reply: Choice })),
});
type Message = z.infer<typeof Message>;

const isStop = ({ text, button, interactive }: Message): boolean => {
  const reply = interactive?.button_reply ?? interactive?.list_reply;
  return [text?.body, button?.text, button?.payload, reply?.title, reply?.id].some(
    (said) => said !== undefined && asksToStop(said),
  );
};

const readMessage = (message: Message, place: Place): Parts => {
  if (message.type === 'system') return [readSystem(message)];
  // Whoever blocked us still writes in a group we share.
  if (message.group_id !== undefined && message.group_id !== null) return ['group-message'];
  const identities = identitiesOf({
    phone: message.from,
    bsuid: message.from_user_id,
    parentBsuid: message.from_parent_user_id,
  });
  if (!isNamed(identities)) return ['person-not-named'];
  const fact = {
    about: 'person' as const,
    ...senderOf(place),
    identities,
    occurredAt: message.timestamp * 1000,
    wamid: message.id,
  };
  const key = [place.sender ?? '', message.id];
  const inboundType = /^[a-z_]{1,40}$/.test(message.type) ? message.type : 'other';
  const inbound: Observation = {
    ...fact,
    kind: 'inbound-message',
    factKey: [...key, 'inbound'],
    inboundType,
  };
  if (!isStop(message)) return [inbound];
  // An objection in words: what was said is not kept, that it was said is.
  const stop = { kind: 'marketing-opt-out', inboundType: 'stop-word' } as const;
  return [inbound, { ...fact, ...stop, factKey: [...key, 'stop'] }];
};

/** What people wrote to us: any type, also one nobody knows yet, proves that they can. */
export const readInbound = (messages: readonly unknown[], place: Place): readonly Part[] =>
  eachOf(messages, Message, (message) => readMessage(message, place));
