/** Deeper than any shape Tact takes, and far below what exhausts a stack. */
export const JSON_DEPTH_MAX = 32;
/** A thousand signals with all their fields hold no more. */
export const JSON_VALUES_MAX = 30_000;

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openArray, openObject, closeArray, closeObject] = [0x5b, 0x7b, 0x5d, 0x7d];

/** The place of the quote that ends a text, or the end of what there is. */
const endOfText = (json: Buffer, from: number): number => {
  for (let at = from; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === quote) return at;
    if (byte === backslash) at += 1;
  }
  return json.length;
};

/**
 * Whether JSON stays within its depth and number of values, from its bytes and before it is parsed: a megabyte of
 * brackets costs whoever walks the parsed values half a second, and this a few milliseconds. What is not JSON at all
 * is for the parser to say.
 */
export const isModest = (json: Buffer): boolean => {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case quote:
        at = endOfText(json, at + 1);
        break;
      case comma:
        values += 1;
        break;
      case openArray:
      case openObject:
        depth += 1;
        values += 1;
        break;
      case closeArray:
      case closeObject:
        depth -= 1;
        break;
      default:
    }
    if (depth > JSON_DEPTH_MAX || values > JSON_VALUES_MAX) return false;
  }
  return true;
};
