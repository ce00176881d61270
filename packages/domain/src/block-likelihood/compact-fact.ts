import { SignalKind } from '@tact/contracts';
import type { SignalFact } from './facts.ts';

/** A fact as it is kept: kind (its place in the list of kinds), instant, message, error code. */
export type CompactFact = readonly [kind: number, at: number, ref?: string | null, code?: number];

const kinds = SignalKind.options;
const places = new Map(kinds.map((kind, place) => [kind, place]));

export const kindOf = ([kind]: CompactFact): SignalKind => kinds[kind] ?? 'message-failed';

/**
 * References are long and only compared within one contact, of which a few dozen are kept: 41 bits of
 * two sums (FNV-1a) stand for them, so that two of a hundred are mistaken once in half a billion.
 */
const shortRef = (ref: string): string => {
  let [one, two] = [0x811c9dc5, 0x01000193];
  for (let index = 0; index < ref.length; index++) {
    one = Math.imul(one ^ ref.charCodeAt(index), 0x01000193) >>> 0;
    two = Math.imul(two ^ one ^ index, 0x85ebca6b) >>> 0;
  }
  return (one * 512 + (two >>> 23)).toString(36);
};

export const compact = ({ kind, occurredAt, messageRef, code }: SignalFact): CompactFact => {
  const ref = messageRef === undefined ? null : shortRef(messageRef);
  const place = places.get(kind) ?? -1;
  if (code !== undefined) return [place, occurredAt, ref, code];
  return ref === null ? [place, occurredAt] : [place, occurredAt, ref];
};

export const expanded = (fact: CompactFact): SignalFact => {
  const [, occurredAt, ref, code] = fact;
  return {
    kind: kindOf(fact),
    occurredAt,
    ...(ref ? { messageRef: ref } : {}),
    ...(code === undefined ? {} : { code }),
  };
};

export const isSame = (one: CompactFact, other: CompactFact): boolean =>
  one[1] === other[1] && one[0] === other[0] && one[2] === other[2] && one[3] === other[3];
