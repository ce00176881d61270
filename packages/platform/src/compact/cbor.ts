/** What is written as CBOR: values of JSON, and bytes. */
export type Item = unknown;

const [UNSIGNED, NEGATIVE, BYTES, TEXT, LIST, MAP, SIMPLE] = [0, 1, 2, 3, 4, 5, 7] as const;
const [FALSE, TRUE, NULL, DOUBLE] = [20, 21, 22, 27] as const;
/** Arguments below stand in the first byte; the numbers that follow say in how many bytes they come. */
const DIRECT = 24;
const MAJOR_BITS = 5;
const ARGUMENT = 0x1f;
const UINT32_MAX = 0xff_ff_ff_ff;

/** Writes one item after the other into a buffer that is used again. */
class Writer {
  #bytes = Buffer.allocUnsafe(4_096);
  #end = 0;

  #isWellFormed = true;

  /** What was written since, or undefined where a text has half a character, which UTF-8 cannot say. */
  take(): Buffer | undefined {
    const taken = this.#isWellFormed ? Buffer.from(this.#bytes.subarray(0, this.#end)) : undefined;
    this.#end = 0;
    this.#isWellFormed = true;
    return taken;
  }

  item(value: Item): void {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'number') return this.#number(value);
    if (typeof value === 'boolean') return this.#head(SIMPLE, value ? TRUE : FALSE);
    if (value === null || value === undefined) return this.#head(SIMPLE, NULL);
    if (value instanceof Uint8Array) return this.#raw(value);
    if (Array.isArray(value)) return this.#list(value);
    return this.#map(value);
  }

  #room(bytes: number): number {
    const at = this.#end;
    this.#end += bytes;
    if (this.#end > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(this.#end * 2);
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    return at;
  }

  #head(major: number, argument: number): void {
    const first = major << MAJOR_BITS;
    if (argument < DIRECT) {
      const at = this.#room(1);
      this.#bytes[at] = first | argument;
    } else if (argument <= 0xff) {
      const at = this.#room(2);
      this.#bytes[at] = first | DIRECT;
      this.#bytes[at + 1] = argument;
    } else if (argument <= 0xff_ff) {
      const at = this.#room(3);
      this.#bytes[at] = first | (DIRECT + 1);
      this.#bytes.writeUInt16BE(argument, at + 1);
    } else if (argument <= UINT32_MAX) {
      const at = this.#room(5);
      this.#bytes[at] = first | (DIRECT + 2);
      this.#bytes.writeUInt32BE(argument, at + 1);
    } else {
      const at = this.#room(9);
      this.#bytes[at] = first | (DIRECT + 3);
      this.#bytes.writeBigUInt64BE(BigInt(argument), at + 1);
    }
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      return value < 0 ? this.#head(NEGATIVE, -1 - value) : this.#head(UNSIGNED, value);
    }
    const at = this.#room(9);
    this.#bytes[at] = (SIMPLE << MAJOR_BITS) | DOUBLE;
    this.#bytes.writeDoubleBE(value, at + 1);
  }

  #text(value: string): void {
    if (!value.isWellFormed()) this.#isWellFormed = false;
    const length = Buffer.byteLength(value);
    this.#head(TEXT, length);
    const at = this.#room(length);
    this.#bytes.write(value, at);
  }

  #raw(value: Uint8Array): void {
    this.#head(BYTES, value.length);
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  #list(values: readonly Item[]): void {
    this.#head(LIST, values.length);
    for (const value of values) this.item(value);
  }

  #map(value: object): void {
    const entries = Object.entries(value).filter(([, field]) => field !== undefined);
    this.#head(MAP, entries.length);
    for (const [name, field] of entries) {
      this.#text(name);
      this.item(field);
    }
  }
}

/** Reads items as a `Writer` wrote them; bytes are parts of what is read. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  item(): Item {
    const first = this.#bytes[this.#at];
    if (first === undefined) throw new RangeError('An item of CBOR is missing');
    this.#at += 1;
    const major = first >> MAJOR_BITS;
    const argument = first & ARGUMENT;
    if (major === SIMPLE) return this.#simple(argument);
    const number = argument < DIRECT ? argument : this.#longer(argument);
    if (major === UNSIGNED) return number;
    if (major === NEGATIVE) return -1 - number;
    if (major === BYTES) return this.#slice(number);
    if (major === TEXT) return this.#slice(number).toString();
    if (major === LIST) return this.#list(number);
    if (major === MAP) return this.#map(number);
    throw new RangeError(`No item of CBOR begins with ${first} here`);
  }

  #slice(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('An item of CBOR is cut');
    const slice = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return slice;
  }

  #longer(short: number): number {
    const at = this.#at;
    this.#at += 2 ** (short - DIRECT);
    if (short === DIRECT) return this.#bytes.readUInt8(at);
    if (short === DIRECT + 1) return this.#bytes.readUInt16BE(at);
    if (short === DIRECT + 2) return this.#bytes.readUInt32BE(at);
    if (short === DIRECT + 3) return Number(this.#bytes.readBigUInt64BE(at));
    throw new RangeError(`No length of CBOR is told by ${short} here`);
  }

  #simple(argument: number): Item {
    if (argument === TRUE || argument === FALSE) return argument === TRUE;
    if (argument === NULL) return null;
    if (argument !== DOUBLE) throw new RangeError(`No value of CBOR is told by ${argument} here`);
    return this.#slice(8).readDoubleBE();
  }

  #list(length: number): Item[] {
    const list: Item[] = [];
    for (let nth = 0; nth < length; nth += 1) list.push(this.item());
    return list;
  }

  #map(length: number): object {
    const entries: [string, Item][] = [];
    for (let nth = 0; nth < length; nth += 1) entries.push([String(this.item()), this.item()]);
    return Object.fromEntries(entries);
  }
}

const writer = new Writer();

/** An item of CBOR (RFC 8949), or several in a row (RFC 8742); undefined where a text is no UTF-8. */
export const toCbor = (...items: readonly Item[]): Buffer | undefined => {
  for (const item of items) writer.item(item);
  return writer.take();
};

/** All items in a row. Throws `RangeError` on what `toCbor` would not have written. */
export const fromCbor = (bytes: Buffer): Item[] => {
  const reader = new Reader(bytes);
  const items: Item[] = [];
  while (!reader.isAtEnd) items.push(reader.item());
  return items;
};
