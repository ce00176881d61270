import { SignalKind } from '@tact/contracts';
import { stageOf } from '../../signals/kinds.ts';
import type { SignalFact } from '../evidence/facts.ts';
import { inLetters, isLetterAt, numberAt } from './letters.ts';

/** A fact by its parts: kind (its place in the list of kinds), instant, message, error code. */
export type CompactFact = readonly [kind: number, at: number, ref?: string, code?: number];

/**
 * The same as it is kept: a sign for the kind, then the instant, the message and the code in letters. No sign is
 * a letter, so facts stand one after another in one text, and the length of each says what it holds.
 */
export type FactText = string;

const kinds = SignalKind.options;
/** For ever: facts that are kept are read by them. Of no letter, free are |}~. */
const signs: Record<SignalKind, string> = {
  'message-sent': ' ',
  'message-delivered': '!',
  'message-read': '#',
  'message-played': '$',
  'message-failed': '%',
  'message-dropped': '&',
  'inbound-message': "'",
  'call-rang': '(',
  'call-answered': ')',
  'call-rejected': '*',
  'call-not-ringing': '+',
  'photo-seen': ',',
  'photo-missing': '.',
  'presence-seen': '/',
  'presence-missing': ':',
  'group-receipt': ';',
  'group-receipt-missing': '<',
  'group-add-accepted': '=',
  'group-add-refused': '>',
  'complaint-recorded': '?',
  'promotion-sent': '@',
  'marketing-opt-out': '[',
  'marketing-opt-in': ']',
  'number-changed': '^',
  'reaction-sent': '{',
};
/** Of a message that answers the person; its place is behind the kinds. */
const answerSign = '`';
const ANSWER_PLACE = kinds.length;
const signPlaces = new Map([
  ...kinds.map((kind, place) => [signs[kind].charCodeAt(0), place] as const),
  [answerSign.charCodeAt(0), ANSWER_PLACE],
]);

export const isAnswer = ([kind]: CompactFact): boolean => kind === ANSWER_PLACE;

export const kindOf = (fact: CompactFact): SignalKind =>
  isAnswer(fact) ? 'message-sent' : (kinds[fact[0]] ?? 'message-failed');

/** Whether any of these facts is of a message that answers the person. */
export const holdsAnswer = (facts: string): boolean => facts.includes(answerSign);

const REF = 6;
const CODE = 3;
/** Codes beyond are nobody's, and say as little as any other that nobody has judged. */
const CODE_MAX = 64 ** CODE - 1;
/** WhatsApp tells whole seconds, for which five letters last until 2044; anything else is told in milliseconds. */
const SECONDS = 5;
const MILLISECONDS = 7;
const secondsFrom = Date.UTC(2010, 0, 1);

/**
 * References are long and only compared within one contact, of which a few dozen are kept: 36 bits of
 * two sums (FNV-1a) stand for them, so that two of a hundred are mistaken once in ten million.
 */
const shortRef = (ref: string): string => {
  let [one, two] = [0x811c9dc5, 0x01000193];
  for (let index = 0; index < ref.length; index++) {
    one = Math.imul(one ^ ref.charCodeAt(index), 0x01000193) >>> 0;
    two = Math.imul(two ^ one ^ index, 0x85ebca6b) >>> 0;
  }
  return inLetters(one * 16 + (two >>> 28), REF);
};

const instantText = (at: number): string => {
  const seconds = (at - secondsFrom) / 1000;
  const isWhole = seconds >= 0 && seconds < 64 ** SECONDS && Number.isInteger(seconds);
  return isWhole ? inLetters(seconds, SECONDS) : inLetters(at, MILLISECONDS);
};

const signOf = ({ kind, answersPerson }: SignalFact): string =>
  answersPerson === true && stageOf(kind) === 'sent' ? answerSign : signs[kind];

export const compact = (fact: SignalFact): FactText => {
  const { occurredAt, messageRef, code } = fact;
  const text = signOf(fact) + instantText(occurredAt);
  const withRef = messageRef === undefined ? text : text + shortRef(messageRef);
  if (code === undefined) return withRef;
  const isKnown = Number.isInteger(code) && code >= 0 && code < CODE_MAX;
  return withRef + inLetters(isKnown ? code : CODE_MAX, CODE);
};

/** Whether a text of many facts holds this one: the whole of it, and not the beginning of a longer one. */
export const holds = (facts: string, fact: FactText): boolean => {
  for (let at = facts.indexOf(fact); at >= 0; at = facts.indexOf(fact, at + 1)) {
    if (!isLetterAt(facts, at + fact.length)) return true;
  }
  return false;
};

export const eachOf = (facts: string): FactText[] => {
  const each: FactText[] = [];
  for (let from = 0; from < facts.length;) {
    let until = from + 1;
    while (isLetterAt(facts, until)) until += 1;
    each.push(facts.slice(from, until));
    from = until;
  }
  return each;
};

/** By its length without the sign, what a fact holds: no two of these sums are one. */
const shapes = new Map(
  [SECONDS, MILLISECONDS].flatMap((instant) =>
    [0, REF].flatMap((ref) =>
      [0, CODE].map((code) => [instant + ref + code, { instant, ref, code }] as const),
    ),
  ),
);

export const partsOf = (text: FactText): CompactFact => {
  const kind = signPlaces.get(text.charCodeAt(0)) ?? 0;
  const { instant, ref, code } = shapes.get(text.length - 1) ?? { instant: 0, ref: 0, code: 0 };
  const milliseconds = numberAt(text, 1, instant);
  const at = instant === SECONDS ? milliseconds * 1000 + secondsFrom : milliseconds;
  const parts = [kind, at, ref === 0 ? '' : text.slice(1 + instant, 1 + instant + ref)] as const;
  return code === 0 ? parts : [...parts, numberAt(text, 1 + instant + ref, code)];
};

export const expanded = (fact: CompactFact): SignalFact => {
  const [, occurredAt, ref, code] = fact;
  const answersPerson = isAnswer(fact) || undefined;
  return { kind: kindOf(fact), occurredAt, messageRef: ref || undefined, code, answersPerson };
};
