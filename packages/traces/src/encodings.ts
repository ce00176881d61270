const digits = '0123456789abcdef';
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const utf8 = new TextEncoder();

export const bytesOf = (text: string): Uint8Array => utf8.encode(text);

const hex = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += digits.charAt(byte >> 4) + digits.charAt(byte & 15);
  return text;
};

/**
 * Base64 without padding, of whatever follows `shift` unknown bytes: only letters that depend on none of them, nor on
 * what comes after. The last byte may be told by its first bits alone, so two neighbouring numbers can look the same.
 */
const base64From = (bytes: Uint8Array, shift: 0 | 1 | 2): string => {
  let text = '';
  let bits = 0;
  let held = 0;
  for (let at = -shift; at < bytes.length; at += 1) {
    held = (held << 8) | (bytes[at] ?? 0);
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += base64.charAt((held >> bits) & 63);
    }
    held &= (1 << bits) - 1;
  }
  // The letters that the unknown bytes before share: none, two, or three.
  return text.slice(shift === 0 ? 0 : shift + 1);
};

const wide = (text: string, order: 'little' | 'big'): Uint8Array => {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at += 1) {
    view.setUint16(at * 2, text.charCodeAt(at), order === 'little');
  }
  return bytes;
};

const hashes = ['md5', 'sha1', 'sha256'] as const;
export type Digest = (algorithm: (typeof hashes)[number], bytes: Uint8Array) => Uint8Array;

/** A text as it may lie in a file, a row or a record; each named for the report. */
export type Encoded = readonly [name: string, bytes: Uint8Array];

const textual = (name: string, text: string): Encoded => [name, bytesOf(text)];

const base64Variants = (bytes: Uint8Array): Encoded[] =>
  ([0, 1, 2] as const).flatMap((shift) => {
    const text = base64From(bytes, shift);
    const safe = text.replaceAll('+', '-').replaceAll('/', '_');
    return [
      textual(`base64 at ${shift}`, text),
      ...(safe === text ? [] : [textual(`base64url at ${shift}`, safe)]),
    ];
  });

const latin1 = (text: string): Encoded[] =>
  /^[\0-\xFF]*[\x80-\xFF][\0-\xFF]*$/.test(text)
    ? [['Latin-1', Uint8Array.from(text, (unit) => unit.charCodeAt(0))]]
    : [];

/** The fingerprints of a text, which betray it to whoever can guess it. Hashing is the caller's: this room knows no cryptography. */
export const hashesOf = (text: string, digest: Digest): readonly Encoded[] =>
  hashes.flatMap((algorithm): Encoded[] => {
    const sum = digest(algorithm, bytesOf(text));
    const text64 = base64From(sum, 0);
    return [
      [algorithm, sum],
      textual(`${algorithm} in hex`, hex(sum)),
      textual(`${algorithm} in HEX`, hex(sum).toUpperCase()),
      textual(`${algorithm} in base64`, text64),
      textual(`${algorithm} in base64url`, text64.replaceAll('+', '-').replaceAll('/', '_')),
    ];
  });

/** All encodings of a text. */
export const encodingsOf = (text: string, digest: Digest): readonly Encoded[] => {
  const bytes = bytesOf(text);
  return [
    ['UTF-8', bytes],
    ...latin1(text),
    ['UTF-16LE', wide(text, 'little')],
    ['UTF-16BE', wide(text, 'big')],
    textual('hex', hex(bytes)),
    textual('HEX', hex(bytes).toUpperCase()),
    ...base64Variants(bytes),
    ...hashesOf(text, digest),
  ];
};
