import { isUtf8 } from 'node:buffer';
import type { FileFacts } from './file-facts.ts';

const SNIFFED_BYTES = 64;
const utf16 = {
  'utf-16le': { mark: Buffer.from([0xff, 0xfe]), zeroAt: 1 },
  'utf-16be': { mark: Buffer.from([0xfe, 0xff]), zeroAt: 0 },
} as const;
type Utf16 = keyof typeof utf16;

/** By its mark, or by the zeros that ASCII has in every second byte: a header is ASCII at its beginning. */
const sniffed = (bytes: Buffer): Utf16 | undefined =>
  (Object.keys(utf16) as Utf16[]).find((encoding) => {
    const { mark, zeroAt } = utf16[encoding];
    if (bytes.subarray(0, 2).equals(mark)) return true;
    const pairs = [0, 2, 4, 6].filter((at) => at + 1 < bytes.length);
    return (
      pairs.length > 1 &&
      pairs.every((at) => bytes[at + zeroAt] === 0 && bytes[at + 1 - zeroAt] !== 0)
    );
  });

/** The same text in UTF-8, whatever of UTF-8 and the two UTF-16 it comes in; single-byte text passes as it is. */
export async function* utf8Bytes(
  body: AsyncIterable<Buffer>,
  facts: FileFacts,
): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  const converted = (bytes: Buffer, isEnd = false): Buffer =>
    decoder === undefined ? bytes : Buffer.from(decoder.decode(bytes, { stream: !isEnd }));
  const begun = (bytes: Buffer): Buffer => {
    const encoding = sniffed(bytes);
    if (encoding !== undefined) {
      facts.encoding = encoding;
      decoder = new TextDecoder(encoding);
    }
    return converted(bytes);
  };
  for await (const chunk of body) {
    if (head === undefined) {
      yield converted(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < SNIFFED_BYTES) continue;
    yield begun(head);
    head = undefined;
  }
  if (head !== undefined) yield begun(head);
  if (decoder !== undefined) yield converted(Buffer.alloc(0), true);
}

const windows1252 = new TextDecoder('windows-1252');

/**
 * Reads lines of bytes. A table without a mark may be what Windows calls "CSV": it is from its first line on that is no
 * UTF-8, unless a line before had letters in UTF-8; then that one line is damaged.
 */
export class LineText {
  #hasUtf8Letters = false;
  readonly #facts: FileFacts;
  readonly #mayBeWindows: boolean;

  constructor(facts: FileFacts, mayBeWindows: boolean) {
    this.#facts = facts;
    this.#mayBeWindows = mayBeWindows;
  }

  /** Undefined: the line cannot be read. */
  read(bytes: Buffer): string | undefined {
    if (this.#facts.encoding === 'windows-1252') return windows1252.decode(bytes);
    if (isUtf8(bytes)) {
      const text = bytes.toString('utf8');
      this.#hasUtf8Letters ||= text.length !== bytes.length;
      return text;
    }
    if (!this.#mayBeWindows || this.#hasUtf8Letters || this.#facts.encoding !== 'utf-8') {
      return undefined;
    }
    this.#facts.encoding = 'windows-1252';
    return windows1252.decode(bytes);
  }
}
