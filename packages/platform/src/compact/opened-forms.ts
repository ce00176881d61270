import { fromCbor } from './cbor.ts';
import { textBelowWords } from './below-words.ts';
import { compactIds, idText, wholeText } from './compact-text.ts';
import { inflated, isDeflated } from './deflated.ts';

const LIST_MIN = 0x80;
const LIST_MAX = 0x97;
/** Whether the bytes may be a list of CBOR. */
const isList = ([first = 0]: Uint8Array): boolean => first >= LIST_MIN && first <= LIST_MAX;

/** Bytes as such, and as the id that they may be; a number below the words as the text that it stands for. */
const written = (_: string, value: unknown): unknown => {
  if (typeof value === 'number') return value < 0 ? (textBelowWords(-value) ?? value) : value;
  return value instanceof Uint8Array
    ? [idText(value), Buffer.from(value).toString('latin1')]
    : value;
};

const itemsIn = (bytes: Buffer): Buffer[] => {
  try {
    return [Buffer.from(JSON.stringify(fromCbor(bytes), written))];
  } catch {
    return [];
  }
};

/**
 * What stored bytes say that a search for letters would not see: ids in the letters they have outside, and a deflated
 * text. Bytes that only look like it say nothing more.
 */
export const openedForms = (bytes: Buffer): Buffer[] => {
  if (isDeflated(bytes)) {
    try {
      return [Buffer.from(inflated(bytes))];
    } catch {
      return [];
    }
  }
  if (isList(bytes)) return itemsIn(bytes);
  const text = bytes.toString('latin1');
  const ids = text.match(compactIds);
  return ids === null ? [] : [Buffer.from(ids.map((id) => wholeText(id.slice(1, -1))).join('\n'))];
};
