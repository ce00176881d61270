import { SignalKind } from '@tact/contracts';
import type { SignalFact } from './facts.ts';

/** A fact by its parts: kind (its place in the list of kinds), instant, message, error code. */
export type CompactFact = readonly [kind: number, at: number, ref?: string, code?: number];

/** The same as it is kept: kind, instant and what else there is, in base 36, with points between. */
export type FactText = string;

const kinds = SignalKind.options;
const places = new Map(kinds.map((kind, place) => [kind, place]));

export const kindOf = ([kind]: CompactFact): SignalKind => kinds[kind] ?? 'message-failed';

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
  return (one * 16 + (two >>> 28)).toString(36);
};

const letter = (value: number): string => value.toString(36);

export const compact = ({ kind, occurredAt, messageRef, code }: SignalFact): FactText => {
  const text = `${letter(places.get(kind) ?? 0)}.${letter(occurredAt)}`;
  if (messageRef === undefined && code === undefined) return text;
  const ref = messageRef === undefined ? '' : shortRef(messageRef);
  return code === undefined ? `${text}.${ref}` : `${text}.${ref}.${letter(code)}`;
};

export const partsOf = (text: FactText): CompactFact => {
  const [kind = '', at = '', ref, code] = text.split('.');
  const parts = [Number.parseInt(kind, 36), Number.parseInt(at, 36)] as const;
  if (code !== undefined) return [...parts, ref ?? '', Number.parseInt(code, 36)];
  return ref === undefined ? parts : [...parts, ref];
};

export const expanded = (fact: CompactFact): SignalFact => {
  const [, occurredAt, ref, code] = fact;
  return { kind: kindOf(fact), occurredAt, messageRef: ref || undefined, code };
};
