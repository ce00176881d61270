/** A value that has no canonical form. A defect of the caller, whose sentence repeats nothing of the value. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';
}

const isPlain = (value: object): value is Record<string, unknown> => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

const textOf = (text: string): string => {
  // RFC 8785, 3.2.2.2: half a surrogate pair has no UTF-8, and no canonical form.
  if (!text.isWellFormed()) throw new NotCanonical('a text holds half a surrogate pair');
  return JSON.stringify(text);
};

const objectOf = (value: object): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isPlain(value)) throw new NotCanonical('only plain objects and lists have a canonical form');
  const members = Object.keys(value)
    // An absent member is no member; of a list it would be a hole, and is refused there.
    .filter((name) => value[name] !== undefined)
    // By UTF-16 code units, as the RFC asks for.
    .toSorted()
    .map((name) => `${textOf(name)}:${canonicalJson(value[name])}`);
  return `{${members.join(',')}}`;
};

/**
 * JSON of RFC 8785: the same value is the same text, whoever writes it, so that a hash or a signature over it can be
 * checked by others. Numbers and texts are written by ECMAScript's own rules, which the RFC took over. Throws
 * `NotCanonical` on what JSON cannot hold.
 */
export const canonicalJson = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return textOf(value);
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isFinite(value)) throw new NotCanonical('a number is finite');
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : objectOf(value);
    default:
      throw new NotCanonical(`a ${typeof value} has no canonical form`);
  }
};
