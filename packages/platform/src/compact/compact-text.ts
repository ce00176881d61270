const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_LENGTH = 36;
/** An id of ours, or another that is written like one: two letters and 13 bytes or more in hex. */
const prefixed = /^[a-z]{2}_(?:[0-9a-f]{2}){13,}$/;
const compact = /^(?:[a-z]{2})?:[A-Za-z0-9_-]{18,}$/;
/** Such ids in the text of JSON, in their quotes. */
export const compactIds = /"(?:[a-z]{2})?:[A-Za-z0-9_-]{18,}"/g;
const HEAD = 3;

const base64url = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
const hexOf = (text: string): string => Buffer.from(text, 'base64url').toString('hex');

const dashed = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

/**
 * An id in two thirds of its letters: what is hex becomes base64url, `ct_0f…` is `ct:Dw…` and a uuid `:9ZY…`. Other texts
 * stay as they are, whatever they say of a person. Undefined where a text would be taken for such an id when it is read.
 */
export const compactText = (text: string): string | undefined => {
  if (text.length === UUID_LENGTH && uuid.test(text)) {
    return `:${base64url(text.replaceAll('-', ''))}`;
  }
  if (text.charAt(2) === '_' && prefixed.test(text)) {
    return `${text.slice(0, 2)}:${base64url(text.slice(HEAD))}`;
  }
  return compact.test(text) ? undefined : text;
};

export const wholeText = (stored: string): string => {
  const at = stored.indexOf(':');
  if ((at !== 0 && at !== 2) || !compact.test(stored)) return stored;
  const hex = hexOf(stored.slice(at + 1));
  return at === 0 ? dashed(hex) : `${stored.slice(0, 2)}_${hex}`;
};

const UUID_BYTES = 16;
const PREFIX = 2;

/** An id in the bytes that its letters say; other texts as they are. */
export const idBytes = (text: string): Buffer | string => {
  if (text.length === UUID_LENGTH && uuid.test(text)) {
    return Buffer.from(text.replaceAll('-', ''), 'hex');
  }
  if (text.charAt(PREFIX) !== '_' || !prefixed.test(text)) return text;
  const bytes = Buffer.concat([
    Buffer.from(text.slice(0, PREFIX)),
    Buffer.from(text.slice(HEAD), 'hex'),
  ]);
  return bytes.length === UUID_BYTES ? text : bytes;
};

export const idText = (stored: Uint8Array | string): string => {
  if (typeof stored === 'string') return stored;
  const bytes = Buffer.from(stored);
  if (bytes.length === UUID_BYTES) return dashed(bytes.toString('hex'));
  return `${bytes.toString('latin1', 0, PREFIX)}_${bytes.toString('hex', PREFIX)}`;
};

const HASH_BYTES = 32;
const hash = /^[0-9a-f]{64}$/;

/** The bytes of a SHA-256 in hex, or of an id; other texts as they are, and an id of as many bytes too. */
export const hashOrIdBytes = (text: string): Buffer | string => {
  if (hash.test(text)) return Buffer.from(text, 'hex');
  const bytes = idBytes(text);
  return bytes.length === HASH_BYTES ? text : bytes;
};

export const hashOrIdText = (stored: Uint8Array | string): string =>
  typeof stored !== 'string' && stored.length === HASH_BYTES
    ? Buffer.from(stored).toString('hex')
    : idText(stored);
