import { isUtf8 } from 'node:buffer';

/** JSON can spell two things that no text holds and PostgreSQL refuses: U+0000 and half a surrogate pair. */
const maybeUnstorable = /\\u(?:0000|d[89a-f])/i;

export const isStorableText = (text: string): boolean =>
  !text.includes('\0') && text.isWellFormed();

const replaced = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

/** Not by recursion: how deep a caller's values are is the caller's choice. */
const everyTextStorable = (whole: unknown): boolean => {
  const values = [whole];
  while (values.length > 0) {
    const value = values.pop();
    if (typeof value === 'string' && !isStorableText(value)) return false;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, held] of Object.entries(value)) {
      if (!isStorableText(key)) return false;
      values.push(held);
    }
  }
  return true;
};

const withTextsReplaced = (value: unknown): unknown => {
  if (typeof value === 'string') return replaced(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withTextsReplaced);
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [replaced(key), withTextsReplaced(held)]),
  );
};

/** UTF-8 as it stands, or undefined: other bytes would all become U+FFFD, and two people one. */
export const utf8Of = (bytes: Buffer): string | undefined =>
  isUtf8(bytes) ? bytes.toString('utf8') : undefined;

/** True when every text in a parsed body can be stored. `json` is what it was parsed from: most need no look. */
export const isStorable = (json: string, parsed: unknown): boolean =>
  !maybeUnstorable.test(json) || everyTextStorable(parsed);

/**
 * Parses JSON of a sender who cannot be asked to mend it: what cannot be stored becomes U+FFFD, so that
 * one odd character neither loses the rest nor stops a consumer behind it. Throws on what is no JSON.
 */
export const parseForeignJson = (bytes: Buffer): unknown => {
  const json = bytes.toString('utf8');
  const parsed: unknown = JSON.parse(json);
  return maybeUnstorable.test(json) ? withTextsReplaced(parsed) : parsed;
};
