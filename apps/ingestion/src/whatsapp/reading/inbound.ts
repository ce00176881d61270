import { signalOfWords, type WordedWish, wishInWords } from '@tact/domain';
import { z } from 'zod';
import {
  identitiesOf,
  isNamed,
  senderOf,
  type Observation,
  type Part,
  type Parts,
  type Place,
  partsOf,
} from './parts.ts';
import { saidIn, spokenFields } from './said.ts';
import { Digits, eachOf, lenient, Text, Timestamp } from './schemas.ts';
import { readSystem } from './system.ts';

const Message = z.looseObject({
  id: z.string().min(1),
  type: lenient(z.string()),
  timestamp: lenient(Timestamp),
  from: Digits,
  from_user_id: Text,
  from_parent_user_id: Text,
  group_id: z.unknown().optional(),
  ...spokenFields,
});
type Message = z.infer<typeof Message>;

type Fact = Omit<Observation, 'kind' | 'factKey'>;

/** Said before others, a wish may be meant for them: then it is in doubt, and opens nothing. */
const amongOthers = (words: WordedWish | undefined): WordedWish | undefined =>
  words === undefined || words === 'start-word' ? undefined : 'doubtful-stop-word';

/** An objection in words, or its end: what was said is not kept, that it was said is. */
const wishesOf = (
  words: WordedWish | undefined,
  fact: Fact,
  key: readonly string[],
): readonly Observation[] => {
  if (words === undefined) return [];
  // One message asks for one thing, also where a later version hears it otherwise: what was heard first stands.
  const factKey = [...key, words === 'start-word' ? 'resume' : 'stop'];
  return [{ ...fact, ...signalOfWords(words), factKey }];
};

/** The wishes in a message of the person, whatever it came in. */
export const wishesIn = (
  message: Pick<Message, keyof typeof spokenFields>,
  fact: Fact,
  key: readonly string[],
): readonly Observation[] => wishesOf(wishInWords(saidIn(message)), fact, key);

const typeOf = ({ type }: Message): string =>
  type !== undefined && /^[a-z_]{1,40}$/.test(type) ? type : 'other';

/** Where nobody is named, or no time, there is nobody who wrote, or no day on which. */
const readMessage = (message: Message, place: Place): Parts => {
  if (message.type === 'system') return [readSystem(message)];
  const identities = identitiesOf({
    phone: message.from,
    bsuid: message.from_user_id,
    parentBsuid: message.from_parent_user_id,
  });
  if (!isNamed(identities)) return ['person-not-named'];
  const { timestamp, id: wamid } = message;
  const occurredAt = timestamp === undefined ? place.entryAt : timestamp * 1000;
  const fact: Fact = { about: 'person', ...senderOf(place), identities, occurredAt, wamid };
  const key = [place.sender ?? '', wamid];
  // Whoever blocked us still writes in a group we share.
  if (message.group_id !== undefined && message.group_id !== null) {
    return ['group-message', ...wishesOf(amongOthers(wishInWords(saidIn(message))), fact, key)];
  }
  const wishes = wishesIn(message, fact, key);
  // A wish holds whenever it was said. That somebody wrote tells of a day, and no day is known.
  if (timestamp === undefined) return partsOf(wishes.length > 0 ? wishes : ['value-unreadable']);
  const inboundType = typeOf(message);
  const inbound: Observation = {
    ...fact,
    kind: 'inbound-message',
    factKey: [...key, 'inbound'],
    inboundType,
  };
  return [inbound, ...wishes];
};

/** What people wrote to us: any type, also one nobody knows yet, proves that they can. */
export const readInbound = (messages: readonly unknown[], place: Place): readonly Part[] =>
  eachOf(messages, Message, (message) => readMessage(message, place));
